//! Assertions that a client signs with a key of its own instead of sending a secret (RFC 7523).

use chrono::{DateTime, Utc};
use entity::client::api_client;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use crate::{
    id::Id,
    input::Checks,
    refusal::{
        UserErrorCode::{Invalid, TooLong},
        told,
    },
};

const KEY_MAX: usize = 2_000;
/// How far ahead the end of an assertion may lie, and how far clocks may differ, in seconds.
const AHEAD: u64 = 300;
const LEEWAY: u64 = 30;

#[derive(Deserialize)]
struct Claims {
    exp: u64,
    jti: String,
}

/// The key of a client and the one algorithm that goes with it.
fn key(pem: &str) -> Option<(Algorithm, DecodingKey)> {
    let bytes = pem.as_bytes();
    let ed = DecodingKey::from_ed_pem(bytes).map(|key| (Algorithm::EdDSA, key));
    ed.or_else(|_| DecodingKey::from_ec_pem(bytes).map(|key| (Algorithm::ES256, key)))
        .ok()
}

/// Checks the key of a new client.
pub(super) fn check_key(checks: &mut Checks, pem: Option<&str>) {
    let Some(pem) = pem else { return };
    checks.ensure(
        pem.len() <= KEY_MAX,
        TooLong,
        "publicKey",
        told("At most 2,000 characters.").with("maximum", KEY_MAX),
    );
    let message = "Give the public half of an Ed25519 or P-256 key as PEM.";
    let is_public = pem.contains("BEGIN PUBLIC KEY") && key(pem).is_some();
    checks.ensure(is_public, Invalid, "publicKey", message);
}

/// Which client an assertion says it is of, before anything of it was verified.
pub(super) fn subject(assertion: &str) -> Option<Id<api_client::Entity>> {
    #[derive(Deserialize)]
    struct Subject {
        sub: String,
    }
    let claims = jsonwebtoken::dangerous::insecure_decode::<Subject>(assertion).ok()?;
    Id::read(&claims.claims.sub)
}

/// The name and the end of an assertion that this client has signed for one of these addresses.
pub(super) fn verified(
    client: &api_client::Model,
    assertion: &str,
    addresses: &[String],
    now: DateTime<Utc>,
) -> Option<(String, DateTime<Utc>)> {
    let (algorithm, key) = key(client.public_key.as_deref()?)?;
    if decode_header(assertion).ok()?.alg != algorithm {
        return None;
    }
    let id = Id::<api_client::Entity>::new(client.id).to_string();
    let mut validation = Validation::new(algorithm);
    validation.leeway = LEEWAY;
    validation.validate_nbf = true;
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[&id]);
    validation.sub = Some(id);
    validation.set_audience(addresses);
    let claims = decode::<Claims>(assertion, &key, &validation).ok()?.claims;
    let ends = DateTime::from_timestamp(i64::try_from(claims.exp).ok()?, 0)?;
    let is_short = claims.exp <= jsonwebtoken::get_current_timestamp() + AHEAD + LEEWAY;
    let is_named = (1..=255).contains(&claims.jti.len());
    // Kept past its end by the leeway, within which it would be accepted again.
    let kept_until = ends.max(now) + chrono::TimeDelta::seconds(i64::try_from(2 * LEEWAY).ok()?);
    (is_short && is_named).then_some((claims.jti, kept_until))
}
