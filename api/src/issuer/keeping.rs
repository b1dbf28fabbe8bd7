//! PURE: the keys of an issuer as they are known, and when to ask for them again. Failures never
//! take a key away before a day has passed.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::key_set::Keys;

/// How often keys are read anew, so that one that was taken away is refused within five minutes.
const EVERY: Duration = Duration::from_mins(4);
/// How soon a reading that failed is tried again.
const AGAIN: Duration = Duration::from_secs(30);
/// How long the last good keys hold while no better ones can be had.
const AT_MOST: Duration = Duration::from_hours(24);
/// How often at most a token with an unknown key makes us look.
const ON_DEMAND: Duration = Duration::from_secs(30);

/// What is known of the keys of one issuer.
#[derive(Clone, Default)]
pub(super) struct Kept {
    good: Option<(Arc<Keys>, Instant)>,
    tried: Option<Instant>,
    demanded: Option<Instant>,
}

impl Kept {
    /// The keys to verify with.
    pub(super) fn keys(&self, now: Instant) -> Option<&Arc<Keys>> {
        let (keys, since) = self.good.as_ref()?;
        (now.duration_since(*since) < AT_MOST).then_some(keys)
    }

    /// Whether they were ever had.
    pub(super) fn was_read(&self) -> bool {
        self.good.is_some()
    }

    /// Whether it is time to read them, whatever tokens come.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        let is_good = match (&self.good, self.tried) {
            (Some((_, since)), Some(tried)) => *since >= tried,
            _ => false,
        };
        let wait = if is_good { EVERY } else { AGAIN };
        self.tried
            .is_none_or(|tried| now.duration_since(tried) >= wait)
    }

    /// Whether a token with an unknown key is a reason to read them now; if so, no other is for a
    /// while.
    pub(super) fn demand(&mut self, now: Instant) -> bool {
        let is_allowed = self
            .demanded
            .is_none_or(|at| now.duration_since(at) >= ON_DEMAND);
        if is_allowed {
            self.demanded = Some(now);
        }
        is_allowed
    }

    /// A reading begins.
    pub(super) fn try_at(&mut self, now: Instant) {
        self.tried = Some(now);
    }

    /// A reading brought keys.
    pub(super) fn replace(&mut self, keys: Keys, now: Instant) {
        self.good = Some((Arc::new(keys), now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn keys_are_read_anew_within_five_minutes_and_sooner_after_a_failure() {
        let start = Instant::now();
        let mut kept = Kept::default();
        assert!(kept.is_due(start));
        kept.try_at(start);
        assert!(!kept.is_due(start + 29 * SECOND) && kept.is_due(start + 30 * SECOND));
        kept.replace(Keys::new(), start + SECOND);
        assert!(!kept.is_due(start + 239 * SECOND) && kept.is_due(start + 240 * SECOND));
        kept.try_at(start + 240 * SECOND);
        assert!(kept.is_due(start + 270 * SECOND), "that reading failed");
    }

    #[test]
    fn the_last_good_keys_hold_for_a_day_of_failures() {
        let start = Instant::now();
        let mut kept = Kept::default();
        assert!(kept.keys(start).is_none() && !kept.was_read());
        kept.replace(Keys::new(), start);
        kept.try_at(start + SECOND);
        let day = Duration::from_hours(24);
        assert!(kept.keys(start + Duration::from_secs(86_399)).is_some());
        assert!(kept.keys(start + day).is_none() && kept.was_read());
    }

    #[test]
    fn unknown_keys_are_a_reason_to_look_twice_a_minute() {
        let start = Instant::now();
        let mut kept = Kept::default();
        let asked = (0..60).filter(|second| kept.demand(start + *second * SECOND));
        assert_eq!(asked.count(), 2);
    }
}
