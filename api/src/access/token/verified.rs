//! Tokens that were verified with the keys of now. A client sends the same token with each request, and to
//! check a signature costs more than to find it here. What stands behind a token is read each time all the
//! same: its account, and whether it was taken back.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use sha2::{Digest as _, Sha256};

use super::Bearer;

/// How many tokens are known at most.
const MOST: usize = 4_096;

/// Tokens by their digest, so that none of them can be read from memory.
#[derive(Default)]
pub(super) struct Verified(Mutex<Known>);

#[derive(Default)]
struct Known {
    bearers: HashMap<Digest, Bearer>,
    /// How often the keys have changed.
    changes: u64,
}

type Digest = [u8; 32];

/// A token that is to be verified: with which keys, and what it will be known by.
#[derive(Clone, Copy)]
pub(super) struct Unverified {
    digest: Digest,
    changes: u64,
}

impl fmt::Debug for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verified")
    }
}

impl Verified {
    /// What a token said when it was verified.
    pub(super) fn find(&self, token: &str) -> Result<Bearer, Unverified> {
        let digest = Sha256::digest(token).into();
        let known = self.known();
        let changes = known.changes;
        let bearer = known.bearers.get(&digest).cloned();
        bearer.ok_or(Unverified { digest, changes })
    }

    /// Keeps what a token said, unless the keys have changed since it was looked for.
    pub(super) fn keep(&self, token: Unverified, bearer: Bearer) {
        let mut known = self.known();
        if known.changes != token.changes {
            return;
        }
        if known.bearers.len() >= MOST {
            known.bearers.clear();
        }
        known.bearers.insert(token.digest, bearer);
    }

    /// Forgets all tokens, once the keys have changed.
    pub(super) fn forget(&self) {
        let mut known = self.known();
        known.changes += 1;
        known.bearers.clear();
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{access::Grant, id::Id};

    fn bearer() -> Bearer {
        Bearer {
            grant: Grant::person(Id::new(Uuid::nil())),
            token_id: "1".to_owned(),
            issued_at: 1,
            expires_at: 2,
        }
    }

    fn keep(verified: &Verified, token: &str) {
        let unverified = verified.find(token).unwrap_err();
        verified.keep(unverified, bearer());
    }

    #[test]
    fn what_was_verified_with_other_keys_is_not_kept() {
        let verified = Verified::default();
        keep(&verified, "a");
        assert!(verified.find("a").is_ok() && verified.find("b").is_err());
        let begun = verified.find("b").unwrap_err();
        verified.forget();
        verified.keep(begun, bearer());
        assert!(verified.find("a").is_err() && verified.find("b").is_err());
    }

    #[test]
    fn so_many_are_kept_and_no_more() {
        let verified = Verified::default();
        for number in 0..=MOST {
            keep(&verified, &number.to_string());
            assert!(verified.known().bearers.len() <= MOST);
        }
        assert!(verified.find(&MOST.to_string()).is_ok());
        assert!(verified.find("0").is_err());
    }
}
