//! PURE: the state machine of machine clients, who keeps their registry, what a client may ask for,
//! and what its secrets look like.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    account::Role::{self, ProgrammeManager},
    client::{
        ClientStatus::{self, Active, Revoked},
        client_secret,
    },
    workflow::WorkflowAction::Revoke,
};
use sha2::{Digest, Sha256};

use crate::{
    access::TokenScopes,
    input::{Checks, listed},
    refusal::{
        UserErrorCode::{Invalid, LimitReached, Required},
        told,
    },
    workflow::{Editing, Machine, t},
};

/// Who keeps the registry of a programme.
pub(super) const REGISTRARS: &[Role] = &[ProgrammeManager];

/// A client is in use until it is revoked.
pub(crate) const CLIENT: Machine<ClientStatus> = Machine {
    transitions: &[t(Active, Revoke, Revoked, REGISTRARS)],
};

/// Secrets are given to clients in use.
pub(super) const EDITING: Editing<ClientStatus> = Editing {
    states: &[Active],
    who: REGISTRARS,
};

/// What a machine may be for. It reads and answers; it decides nothing, and keeps no accounts.
const GRANTABLE: [&str; 6] = [
    "municipalities:read",
    "assessments:read",
    "assessments:write",
    "plans:read",
    "plans:write",
    "recognitions:read",
];

/// How long a secret holds at most.
pub(super) const SECRET_LIFETIME: TimeDelta = TimeDelta::days(365);
/// How many secrets hold at a time: the one in use and the one that follows it.
pub(super) const SECRETS_MAX: usize = 2;
const ORIGINS_MAX: usize = 20;
/// What every secret starts with, so that scanners of code find one that was left there.
const SECRET_PREFIX: &str = "cfc_live_";

/// A secret as it is shown once.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

impl Secret {
    /// The secret made of random bytes.
    pub(super) fn of(random: [u8; 32]) -> Self {
        Self(format!("{SECRET_PREFIX}{}", URL_SAFE_NO_PAD.encode(random)))
    }

    /// The text, for its owner alone.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it. It is long and random, so that a plain hash cannot be reversed.
    pub(super) fn digest(text: &str) -> Vec<u8> {
        Sha256::digest(text.as_bytes()).to_vec()
    }
}

/// Whether a secret holds at a moment.
pub(super) fn is_live(secret: &client_secret::Model, now: DateTime<Utc>) -> bool {
    secret.revoked_at.is_none() && secret.expires_at > now
}

/// Which of these secrets a text is, if that holds now. Takes the same time for each.
pub(super) fn among<'s>(
    text: &str,
    secrets: &'s [client_secret::Model],
    now: DateTime<Utc>,
) -> Option<&'s client_secret::Model> {
    let digest = Secret::digest(text);
    secrets.iter().fold(None, |found, secret| {
        let is_it = verify_slices_are_equal(&secret.digest, &digest).is_ok() & is_live(secret, now);
        if is_it { Some(secret) } else { found }
    })
}

/// How exactly the last use of a secret is known: one write in this time at most.
const USE_KNOWN_WITHIN: TimeDelta = TimeDelta::hours(1);

/// The moment before which a last use was noted too long ago, if that of this secret was.
pub(super) fn use_to_note(
    secret: &client_secret::Model,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let before = now - USE_KNOWN_WITHIN;
    secret
        .last_used_at
        .is_none_or(|last| last <= before)
        .then_some(before)
}

/// The scopes of a new client.
pub(super) fn scopes(checks: &mut Checks, names: &[String]) -> Option<TokenScopes> {
    if names.is_empty() {
        let message = told(format!("Name at least one scope of {}.", listed(GRANTABLE)))
            .with_each("allowed", GRANTABLE);
        checks.fault(Required, "scopes", message);
        return None;
    }
    let strange = names
        .iter()
        .find(|name| !GRANTABLE.contains(&name.as_str()));
    if let Some(strange) = strange {
        let message = told(format!(
            "{strange} is not a scope for a client. There are {}.",
            listed(GRANTABLE)
        ))
        .with_each("allowed", GRANTABLE);
        checks.fault(Invalid, "scopes", message);
        return None;
    }
    TokenScopes::of(names.iter().map(String::as_str)).ok()
}

/// Checks the origins of web pages that may call in the name of a client.
pub(super) fn origins(checks: &mut Checks, origins: &[String]) {
    if origins.len() > ORIGINS_MAX {
        let message = told(format!("At most {ORIGINS_MAX} origins.")).with("maximum", ORIGINS_MAX);
        checks.fault(LimitReached, "origins", message);
    }
    for (at, origin) in origins.iter().enumerate() {
        let message = "Give the origin as a browser sends it, such as https://town.example.";
        checks.ensure(
            is_origin(origin),
            Invalid,
            &format!("origins.{at}"),
            message,
        );
    }
}

fn is_origin(text: &str) -> bool {
    let Some((scheme, host)) = text.split_once("://") else {
        return false;
    };
    let is_local = host == "localhost" || host.starts_with("localhost:");
    let is_plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b".-:[]".contains(&c);
    let fits = (1..=255).contains(&host.len()) && host.bytes().all(is_plain);
    fits && (scheme == "https" || (scheme == "http" && is_local))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn kept(text: &str) -> client_secret::Model {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        client_secret::Model {
            id: Uuid::nil(),
            client_id: Uuid::nil(),
            programme_id: Uuid::nil(),
            municipality_id: None,
            digest: Secret::digest(text),
            created_at: at,
            updated_at: at,
            expires_at: at + SECRET_LIFETIME,
            revoked_at: None,
            last_used_at: None,
            version: 1,
        }
    }

    #[test]
    fn a_secret_is_known_by_its_digest_alone() {
        let (one, other) = (Secret::of([7; 32]), Secret::of([8; 32]));
        let secrets = [kept(one.reveal()), kept("cfc_live_x")];
        assert!(among(one.reveal(), &secrets, DateTime::UNIX_EPOCH).is_some());
        assert!(
            among(other.reveal(), &secrets, DateTime::UNIX_EPOCH).is_none()
                && among("", &secrets, DateTime::UNIX_EPOCH).is_none()
        );
        assert!(!format!("{one:?} {secrets:?}").contains(one.reveal()));
        assert!(one.reveal().starts_with("cfc_live_") && one.reveal().len() > 40);
    }

    #[test]
    fn a_secret_holds_until_it_expires_or_is_taken_back() {
        let mut secret = kept("cfc_live_x");
        let last = secret.expires_at - TimeDelta::nanoseconds(1);
        assert!(is_live(&secret, last) && !is_live(&secret, secret.expires_at));
        secret.revoked_at = Some(DateTime::UNIX_EPOCH);
        assert!(!is_live(&secret, last) && !is_live(&secret, secret.expires_at));
    }

    #[test]
    fn a_use_is_noted_once_an_hour() {
        let used = |last: Option<DateTime<Utc>>| client_secret::Model {
            last_used_at: last,
            ..kept("cfc_live_x")
        };
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let before = now - TimeDelta::hours(1);
        assert_eq!(use_to_note(&used(None), now), Some(before));
        assert_eq!(use_to_note(&used(Some(before)), now), Some(before));
        let later = before + TimeDelta::nanoseconds(1);
        assert_eq!(use_to_note(&used(Some(later)), now), None);
    }

    #[test]
    fn a_client_has_so_many_origins_and_no_more() {
        let faults = |count| {
            let mut checks = Checks::default();
            let origin = "https://town.example".to_owned();
            origins(&mut checks, &vec![origin; count]);
            checks.into_faults().len()
        };
        assert_eq!((faults(ORIGINS_MAX), faults(ORIGINS_MAX + 1)), (0, 1));
    }

    #[test]
    fn a_machine_decides_nothing() {
        let asked = |names: &[&str]| {
            let mut checks = Checks::default();
            let names: Vec<_> = names.iter().map(|n| (*n).to_owned()).collect();
            scopes(&mut checks, &names)
                .map(TokenScopes::names)
                .ok_or(checks.into_faults().len())
        };
        assert_eq!(asked(&["plans:write"]), Ok(vec!["plans:write"]));
        for names in [
            &["recognitions:write"][..],
            &["accounts:read"],
            &["all"],
            &[],
        ] {
            assert_eq!(asked(names), Err(1), "{names:?}");
        }
    }

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        for fit in [
            "https://town.example",
            "http://localhost:3000",
            "https://a.b:8443",
        ] {
            assert!(is_origin(fit), "{fit}");
        }
        for unfit in [
            "*",
            "null",
            "http://town.example",
            "https://town.example/",
            "https://",
        ] {
            assert!(!is_origin(unfit), "{unfit}");
        }
    }
}
