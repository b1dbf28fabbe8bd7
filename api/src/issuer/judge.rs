//! PURE: what an access token of an issuer says, or the one reason why it says nothing (RFC 9068,
//! RFC 8725). Nothing that a token names is ever fetched.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, crypto};
use serde_json::{Map, Value};
use std::str::FromStr;

use super::{key_set::Keys, settings::IssuerSettings};
use crate::access::TokenScopes;

/// Longer tokens are refused before they are read.
const MAX_LENGTH: usize = 8 * 1024;
/// How far clocks may differ, in seconds.
const LEEWAY: u64 = 30;
/// The longest subject (`OpenID` Connect Core, 2).
const SUBJECT_MAX: usize = 255;

/// Why a token is refused. For the log; callers only learn that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rejection {
    /// More than 8 kB.
    TooLong,
    /// Not three parts of base64url, of which two are JSON objects.
    Malformed,
    /// Its header names extensions that must be understood.
    Critical,
    /// Signed in a way that this issuer does not sign, or not signed.
    Algorithm,
    /// Its header says that it is something else than an access token.
    Type,
    /// It names no key.
    KeyMissing,
    /// The issuer has no such key, as far as is known.
    KeyUnknown,
    /// No keys of the issuer were ever had, or not for a day.
    NoKeys,
    /// The key is for another algorithm.
    KeyMismatch,
    /// The signature does not hold.
    Signature,
    /// From another issuer, or from several.
    Issuer,
    /// For somebody else, or for nobody.
    Audience,
    /// About nobody.
    Subject,
    /// A time that is missing where it is needed, or is none.
    Time,
    /// Its time is over.
    Expired,
    /// Its time is to come.
    NotYetValid,
    /// Made in the future.
    IssuedLater,
    /// It lives longer than tokens of this issuer may.
    TooLasting,
    /// Not an access token by the claim that tells them.
    Kind,
    /// Made for an app that is not accepted.
    Party,
    /// Bound to a key that its sender would have to prove.
    SenderConstrained,
    /// Its scopes are no text and no list of texts.
    Scope,
}

/// Who somebody is, by the word of an issuer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    /// The issuer.
    pub(crate) issuer: String,
    /// Its name for the person, which it gives to nobody else.
    pub(crate) subject: String,
}

/// What a token says that was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    pub(crate) identity: Identity,
    /// The address of the person, where the issuer says that it is theirs.
    pub(crate) verified_email: Option<String>,
    /// What the token is for.
    pub(crate) scopes: TokenScopes,
}

/// A token in its parts, of which nothing is proved yet.
pub(super) struct Parts<'t> {
    signed: &'t str,
    signature: &'t str,
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

/// Takes a token apart.
pub(super) fn parts(token: &str) -> Result<Parts<'_>, Rejection> {
    if token.len() > MAX_LENGTH {
        return Err(Rejection::TooLong);
    }
    let malformed = || Rejection::Malformed;
    let (signed, signature) = token.rsplit_once('.').ok_or_else(malformed)?;
    let (header, claims) = signed.split_once('.').ok_or_else(malformed)?;
    let object = |part: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
        match serde_json::from_slice(&bytes).ok()? {
            Value::Object(object) => Some(object),
            _ => None,
        }
    };
    URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|_| Rejection::Malformed)?;
    Ok(Parts {
        signed,
        signature,
        header: object(header).ok_or_else(malformed)?,
        claims: object(claims).ok_or_else(malformed)?,
    })
}

impl Parts<'_> {
    /// Whom it claims to be from.
    pub(super) fn issuer(&self) -> Option<&str> {
        self.claims.get("iss")?.as_str()
    }

    /// The key that it claims to be signed with.
    pub(super) fn key_name(&self) -> Option<&str> {
        self.header.get("kid")?.as_str()
    }

    /// What it says, at a moment in seconds since 1970.
    pub(super) fn judge(
        &self,
        settings: &IssuerSettings,
        keys: &Keys,
        now: u64,
    ) -> Result<Statement, Rejection> {
        self.head(settings)?;
        self.signature(settings, keys)?;
        self.times(settings, now)?;
        self.origin(settings)?;
        Ok(Statement {
            identity: Identity {
                issuer: settings.issuer.clone(),
                subject: self.subject()?,
            },
            verified_email: self.verified_email(),
            scopes: self.scopes(settings)?,
        })
    }

    fn head(&self, settings: &IssuerSettings) -> Result<(), Rejection> {
        if self.header.contains_key("crit") {
            return Err(Rejection::Critical);
        }
        let named = match self.header.get("typ") {
            None => None,
            Some(typ) => Some(typ.as_str().ok_or(Rejection::Type)?.to_ascii_lowercase()),
        };
        let named = named
            .as_deref()
            .map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
        // A claim tells access tokens of issuers that call every token a JWT.
        let fits = match (named, &settings.token_type) {
            (Some("at+jwt"), _) | (Some("jwt") | None, Some(_)) => true,
            (Some(_), _) | (None, None) => false,
        };
        if fits { Ok(()) } else { Err(Rejection::Type) }
    }

    fn signature(&self, settings: &IssuerSettings, keys: &Keys) -> Result<(), Rejection> {
        let named = self.header.get("alg").and_then(Value::as_str);
        let algorithm = named
            .and_then(|name| Algorithm::from_str(name).ok())
            .filter(|algorithm| settings.accepted().contains(algorithm))
            .ok_or(Rejection::Algorithm)?;
        let name = self.key_name().ok_or(Rejection::KeyMissing)?;
        let key = keys.get(name).ok_or(Rejection::KeyUnknown)?;
        if !key.algorithms.contains(&algorithm) {
            return Err(Rejection::KeyMismatch);
        }
        let signed = self.signed.as_bytes();
        match crypto::verify(self.signature, signed, &key.verifying, algorithm) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Rejection::Signature),
        }
    }

    fn times(&self, settings: &IssuerSettings, now: u64) -> Result<(), Rejection> {
        let time = |name: &str, whole: fn(f64) -> f64| match self.claims.get(name) {
            None => Ok(None),
            Some(value) => seconds(value, whole).map(Some).ok_or(Rejection::Time),
        };
        // What is left of a second never makes a token good for longer.
        let ends = time("exp", f64::floor)?.ok_or(Rejection::Time)?;
        let (begins, made) = (time("nbf", f64::ceil)?, time("iat", f64::ceil)?);
        if now >= ends.saturating_add(LEEWAY) {
            return Err(Rejection::Expired);
        }
        if begins.is_some_and(|begins| begins > now + LEEWAY) {
            return Err(Rejection::NotYetValid);
        }
        if made.is_some_and(|made| made > now + LEEWAY) {
            return Err(Rejection::IssuedLater);
        }
        // Without the time at which it was made, it must at least end soon enough from now.
        let since = made.unwrap_or(now + LEEWAY);
        if ends.saturating_sub(since) > settings.max_lifetime {
            return Err(Rejection::TooLasting);
        }
        Ok(())
    }

    fn origin(&self, settings: &IssuerSettings) -> Result<(), Rejection> {
        if self.issuer() != Some(&settings.issuer) {
            return Err(Rejection::Issuer);
        }
        if !self.is_for(&settings.audience) {
            return Err(Rejection::Audience);
        }
        if self.claims.contains_key("cnf") {
            return Err(Rejection::SenderConstrained);
        }
        if let Some(rule) = &settings.token_type {
            let fits = match (self.claims.get(&rule.claim), &rule.value) {
                (None | Some(Value::Null), _) => false,
                (Some(_), None) => true,
                (Some(said), Some(value)) => said == value.as_str(),
            };
            if !fits {
                return Err(Rejection::Kind);
            }
        }
        let listed = &settings.authorized_parties;
        let parties = ["azp", "client_id"].map(|name| self.claims.get(name));
        let mut parties = parties.into_iter().flatten().peekable();
        let is_listed = |party: &Value| listed.iter().any(|known| party == known.as_str());
        if listed.is_empty() || (parties.peek().is_some() && parties.all(is_listed)) {
            Ok(())
        } else {
            Err(Rejection::Party)
        }
    }

    fn is_for(&self, audience: &str) -> bool {
        match self.claims.get("aud") {
            Some(Value::String(one)) => one == audience,
            Some(Value::Array(many)) => {
                many.iter().all(Value::is_string) && many.iter().any(|one| one == audience)
            }
            _ => false,
        }
    }

    fn subject(&self) -> Result<String, Rejection> {
        let subject = self.claims.get("sub").and_then(Value::as_str);
        let is_name = |text: &&str| {
            (1..=SUBJECT_MAX).contains(&text.len()) && !text.chars().any(char::is_control)
        };
        let subject = subject.filter(is_name).ok_or(Rejection::Subject)?;
        Ok(subject.to_owned())
    }

    /// An address counts as verified by a boolean or, as some issuers write it, by its name.
    fn verified_email(&self) -> Option<String> {
        let is_verified = match self.claims.get("email_verified")? {
            Value::Bool(is_verified) => *is_verified,
            Value::String(text) => text == "true",
            _ => false,
        };
        let email = self.claims.get("email").and_then(Value::as_str);
        email.filter(|_| is_verified).map(str::to_owned)
    }

    /// Words about this API narrow what the token is for. Where there is none, the issuer does not speak
    /// of it: then a person has all, unless the issuer is meant to name what a token is for.
    fn scopes(&self, settings: &IssuerSettings) -> Result<TokenScopes, Rejection> {
        let mut words = self.words("scope")?;
        words.extend(self.words("scp")?);
        let silent = if settings.require_scopes {
            TokenScopes::NONE
        } else {
            TokenScopes::ALL
        };
        Ok(TokenScopes::told(words).unwrap_or(silent))
    }

    /// The words of a claim, which is one text or a list of them.
    fn words(&self, claim: &str) -> Result<Vec<&str>, Rejection> {
        let texts = match self.claims.get(claim) {
            None => Vec::new(),
            Some(Value::Array(list)) => list.iter().collect(),
            Some(one) => vec![one],
        };
        let texts = texts
            .into_iter()
            .map(|text| text.as_str().ok_or(Rejection::Scope));
        let texts = texts.collect::<Result<Vec<_>, _>>()?;
        Ok(texts.into_iter().flat_map(str::split_whitespace).collect())
    }
}

/// Seconds from which on a fraction is lost in the number itself; no time of a token comes near.
const SECONDS_MAX: f64 = 9_007_199_254_740_992.0;

/// A time of a token in whole seconds: any number may tell it, one with a fraction too (RFC 7519, 2).
fn seconds(value: &Value, whole: fn(f64) -> f64) -> Option<u64> {
    if let Some(seconds) = value.as_u64() {
        return Some(seconds);
    }
    let seconds = value.as_f64().map(whole);
    let seconds = seconds.filter(|seconds| (0.0..SECONDS_MAX).contains(seconds))?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number in the range of u64"
    )]
    let seconds = seconds as u64;
    Some(seconds)
}
