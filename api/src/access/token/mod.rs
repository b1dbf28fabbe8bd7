//! Access tokens of our own: signed with Ed25519, verified before anything else is read.
//!
//! A token says who somebody is, never what they may do: rights come from the database.

mod verified;

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    account::{account, signing_key},
    client::api_client,
};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
    errors::ErrorKind, get_current_timestamp,
};
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::verified::Verified;
use super::TokenScopes;
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

    /// The row that keeps it.
    pub(super) fn row(self, id: Uuid, at: DateTime<Utc>) -> signing_key::ActiveModel {
        signing_key::ActiveModel {
            id: Set(id),
            private_pkcs8: Set(signing_key::PrivateKey(self.pkcs8)),
            public_raw: Set(self.public),
            created_at: Set(at),
        }
    }
}

/// The keys in use, newest last, and the name under which tokens are issued.
#[derive(Default)]
pub(crate) struct AuthenticationKeys {
    keys: RwLock<Vec<Arc<Key>>>,
    verified: Verified,
    issuer: OnceLock<String>,
}

pub(super) struct Key {
    id: String,
    public: String,
    signing: EncodingKey,
    verifying: DecodingKey,
    created_at: DateTime<Utc>,
}

/// A new key signs only when every server has read it.
const KNOWN_AFTER: TimeDelta = TimeDelta::seconds(15);

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    iat: u64,
    exp: u64,
    jti: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

/// Whom a token is made for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grant {
    /// The account that acts.
    pub(crate) account: Id<account::Entity>,
    /// The machine client that asked, and what it asked for; a person has every scope.
    pub(crate) client: Option<(Id<api_client::Entity>, TokenScopes)>,
}

impl Grant {
    /// For a person who signed in.
    pub(crate) const fn person(account: Id<account::Entity>) -> Self {
        Self {
            account,
            client: None,
        }
    }
}

/// What a valid token says.
#[derive(Clone, Debug)]
pub(crate) struct Bearer {
    /// Whom it was made for.
    pub(crate) grant: Grant,
    /// Its own name.
    pub(crate) token_id: String,
    /// When it was made, in seconds since 1970.
    pub(crate) issued_at: u64,
    /// When it ends, in seconds since 1970.
    pub(crate) expires_at: u64,
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
                    public,
                    created_at: row.created_at,
                }))
            })
            .collect::<Result<Vec<_>, Failure>>()?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        self.verified.forget();
        Ok(())
    }

    /// Names the issuer of tokens, once.
    pub(crate) fn issue_as(&self, issuer: &str) {
        self.issuer.get_or_init(|| issuer.to_owned());
    }

    /// The issuer of tokens: the public address of the server, or a word where none runs.
    pub(crate) fn issuer(&self) -> &str {
        self.issuer.get().map_or(AUDIENCE, String::as_str)
    }

    /// The public halves as a JSON Web Key Set (RFC 7517, RFC 8037).
    pub(crate) fn public_set(&self) -> serde_json::Value {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let keys: Vec<_> = keys
            .iter()
            .map(|key| {
                serde_json::json!({
                    "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig",
                    "kid": key.id, "x": key.public,
                })
            })
            .collect();
        serde_json::json!({ "keys": keys })
    }

    /// The newest key that every server knows, or else the oldest.
    pub(super) fn signing(&self, now: DateTime<Utc>) -> Option<Arc<Key>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let known = keys
            .iter()
            .rev()
            .find(|key| key.created_at + KNOWN_AFTER <= now);
        known.or_else(|| keys.first()).map(Arc::clone)
    }

    fn key(&self, id: &str) -> Option<Arc<Key>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().find(|key| key.id == id).map(Arc::clone)
    }

    /// Signs a token. Token times alone follow the system clock.
    pub(super) fn issue(
        &self,
        grant: Grant,
        lifetime: TimeDelta,
        (id, now): (Uuid, DateTime<Utc>),
    ) -> Result<String, Failure> {
        let missing = || Failure::internal(std::io::Error::other("there is no signing key"));
        let key = self.signing(now).ok_or_else(missing)?;
        let now = get_current_timestamp();
        let claims = Claims {
            iss: self.issuer().to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: grant.account.to_string(),
            iat: now,
            exp: now.saturating_add_signed(lifetime.num_seconds()),
            jti: id.simple().to_string(),
            client_id: grant.client.map(|(client, _)| client.to_string()),
            scope: grant.client.map(|(_, scopes)| scopes.names().join(" ")),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.id.clone());
        header.typ = Some("at+jwt".to_owned());
        encode(&header, &claims, &key.signing).map_err(Failure::internal)
    }

    /// What the token of a header says, if every part of it holds.
    pub(super) fn verify(&self, authorization: &str) -> Result<Bearer, Failure> {
        self.read(bearer(authorization).ok_or_else(refused)?)
    }

    /// What a token says, if every part of it holds.
    pub(crate) fn read(&self, token: &str) -> Result<Bearer, Failure> {
        if token.len() > MAX_LENGTH {
            return Err(refused());
        }
        let unverified = match self.verified.find(token) {
            Ok(bearer) if bearer.expires_at.saturating_add(LEEWAY) < get_current_timestamp() => {
                return Err(Failure::new(Code::TokenExpired));
            }
            Ok(bearer) => return Ok(bearer),
            Err(unverified) => unverified,
        };
        let bearer = self.judge(token)?;
        self.verified.keep(unverified, bearer.clone());
        Ok(bearer)
    }

    fn judge(&self, token: &str) -> Result<Bearer, Failure> {
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
        validation.set_issuer(&[AUDIENCE, self.issuer()]);
        validation.set_audience(&[AUDIENCE]);
        let token = decode::<Claims>(token, &key.verifying, &validation).map_err(|error| {
            match error.kind() {
                ErrorKind::ExpiredSignature => Failure::new(Code::TokenExpired),
                _ => refused(),
            }
        })?;
        let claims = token.claims;
        if claims.iat > get_current_timestamp() + LEEWAY {
            return Err(refused());
        }
        let client = match (&claims.client_id, &claims.scope) {
            (None, None) => None,
            (Some(client), Some(scope)) => {
                let client = Id::read(client).ok_or_else(refused)?;
                let scopes = TokenScopes::of(scope.split_whitespace()).map_err(|_| refused())?;
                Some((client, scopes))
            }
            _ => return Err(refused()),
        };
        Ok(Bearer {
            grant: Grant {
                account: Id::read(&claims.sub).ok_or_else(refused)?,
                client,
            },
            token_id: claims.jti,
            issued_at: claims.iat,
            expires_at: claims.exp,
        })
    }
}

pub(super) fn refused() -> Failure {
    Failure::with(Code::Unauthenticated, "The access token is not valid.")
}

pub(super) fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// Whether the header names extensions that must be understood; the library does not ask.
fn is_critical(token: &str) -> bool {
    let header = token.split('.').next().unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(header).unwrap_or_default();
    let header: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    header.get("crit").is_some()
}

#[cfg(test)]
mod tests;
