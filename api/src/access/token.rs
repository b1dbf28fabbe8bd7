//! Access tokens of our own: signed with Ed25519, verified before anything else is read.
//!
//! A token says who somebody is, never what they may do: rights come from the database.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use entity::account::{account, signing_key};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    errors::ErrorKind, get_current_timestamp,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    error::{Code, Failure},
    id::Id,
};

/// Longer tokens are refused before they are read.
const MAX_LENGTH: usize = 8 * 1024;
/// How far clocks may differ, in seconds.
const LEEWAY: u64 = 30;
const AUDIENCE: &str = "cfc";

/// A key pair that signs tokens.
pub(crate) struct SigningKey {
    pkcs8: Vec<u8>,
    public: Vec<u8>,
}

impl SigningKey {
    /// A new key pair.
    pub(crate) fn generate() -> Result<Self, Failure> {
        let failed = |_| Failure::internal(std::io::Error::other("no signing key could be made"));
        let pair = Ed25519KeyPair::generate().map_err(failed)?;
        let pkcs8 = pair.to_pkcs8().map_err(failed)?;
        Ok(Self {
            pkcs8: pkcs8.as_ref().to_vec(),
            public: pair.public_key().as_ref().to_vec(),
        })
    }

    pub(super) fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    pub(super) fn public(&self) -> &[u8] {
        &self.public
    }
}

/// The keys in use, newest last.
#[derive(Default)]
pub(crate) struct AuthenticationKeys(RwLock<Vec<Arc<Key>>>);

pub(super) struct Key {
    id: String,
    signing: EncodingKey,
    verifying: DecodingKey,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: u64,
    exp: u64,
    jti: String,
}

impl AuthenticationKeys {
    /// Puts the keys of the database in use.
    pub(super) fn replace(&self, mut rows: Vec<signing_key::Model>) -> Result<(), Failure> {
        rows.sort_by_key(|row| (row.created_at, row.id));
        let keys = rows
            .into_iter()
            .map(|row| {
                let public = URL_SAFE_NO_PAD.encode(&row.public_raw);
                Ok(Arc::new(Key {
                    id: row.id.simple().to_string(),
                    signing: EncodingKey::from_ed_der(&row.private_pkcs8.0),
                    verifying: DecodingKey::from_ed_components(&public)
                        .map_err(Failure::internal)?,
                }))
            })
            .collect::<Result<Vec<_>, Failure>>()?;
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    pub(super) fn signing(&self) -> Option<Arc<Key>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .last()
            .map(Arc::clone)
    }

    fn key(&self, id: &str) -> Option<Arc<Key>> {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().find(|key| key.id == id).map(Arc::clone)
    }

    /// Signs a token. Token times alone follow the system clock.
    pub(super) fn issue(
        &self,
        account: Id<account::Entity>,
        lifetime: TimeDelta,
        id: Uuid,
    ) -> Result<String, Failure> {
        let missing = || Failure::internal(std::io::Error::other("there is no signing key"));
        let key = self.signing().ok_or_else(missing)?;
        let now = get_current_timestamp();
        let claims = Claims {
            iss: AUDIENCE.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: account.to_string(),
            iat: now,
            exp: now.saturating_add_signed(lifetime.num_seconds()),
            jti: id.simple().to_string(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.id.clone());
        header.typ = Some("at+jwt".to_owned());
        encode(&header, &claims, &key.signing).map_err(Failure::internal)
    }

    /// The account that a header names, if every part of the token holds.
    pub(super) fn verify(&self, authorization: &str) -> Result<Id<account::Entity>, Failure> {
        let token = bearer(authorization).ok_or_else(refused)?;
        let header = decode_header(token).map_err(|_| refused())?;
        if header.typ.as_deref() != Some("at+jwt") || is_critical(token) {
            return Err(refused());
        }
        let key = header
            .kid
            .as_deref()
            .and_then(|id| self.key(id))
            .ok_or_else(refused)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[AUDIENCE]);
        validation.set_audience(&[AUDIENCE]);
        let token = decode::<Claims>(token, &key.verifying, &validation).map_err(|error| {
            match error.kind() {
                ErrorKind::ExpiredSignature => Failure::new(Code::TokenExpired),
                _ => refused(),
            }
        })?;
        if token.claims.iat > get_current_timestamp() + LEEWAY {
            return Err(refused());
        }
        Id::read(&token.claims.sub).ok_or_else(refused)
    }
}

fn refused() -> Failure {
    Failure::with(Code::Unauthenticated, "The access token is not valid.")
}

fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    let token = token.trim();
    let fits = !token.is_empty() && token.len() <= MAX_LENGTH;
    (scheme.eq_ignore_ascii_case("bearer") && fits).then_some(token)
}

/// Whether the header names extensions that must be understood; the library does not ask.
fn is_critical(token: &str) -> bool {
    let header = token.split('.').next().unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(header).unwrap_or_default();
    let header: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    header.get("crit").is_some()
}
