//! Budgets that fill up again: one per key, in the memory of this process. A key is a moment at
//! which its budget will be full; charging moves that moment away, giving back moves it nearer.
//! Time is passed in, in nanoseconds that never run backwards.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

/// How much a budget holds and how fast it fills.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    /// What it holds when it is full.
    pub(crate) quota: u64,
    /// What comes back per second.
    pub(crate) per_second: u64,
}

const SECOND: u64 = 1_000_000_000;

impl Rate {
    fn nanos(self, amount: u64) -> u64 {
        let nanos = u128::from(amount) * u128::from(SECOND) / u128::from(self.per_second.max(1));
        u64::try_from(nanos).unwrap_or(u64::MAX)
    }

    /// The seconds in which an empty budget is full again.
    pub(crate) fn window(self) -> u64 {
        self.quota.div_ceil(self.per_second.max(1))
    }

    /// What is left when the budget will be full in so many nanoseconds.
    fn left(self, until_full: u64) -> Standing {
        let missing = u128::from(until_full) * u128::from(self.per_second);
        let missing = u64::try_from(missing.div_ceil(u128::from(SECOND))).unwrap_or(u64::MAX);
        Standing {
            remaining: self.quota.saturating_sub(missing),
            full_in: until_full.div_ceil(SECOND),
        }
    }
}

/// Whose budget it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// A client or an account.
    Id(u128),
    /// The network address of somebody without a token.
    Address(IpAddr),
    /// All those together for whom there was no room.
    Crowd,
}

/// What is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// What may be spent now.
    pub(crate) remaining: u64,
    /// Seconds until the budget is full.
    pub(crate) full_in: u64,
}

/// A charge that the budget does not cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Short {
    /// What is left.
    pub(crate) standing: Standing,
    /// Milliseconds until it would be enough.
    pub(crate) wait_ms: u64,
}

/// Keys kept at most. Full budgets are forgotten when there are more.
const ROOM: usize = 65_536;

#[derive(Debug, Default)]
struct Kept {
    full_at: HashMap<Key, u64>,
    swept_at: u64,
}

/// The budgets of all keys.
#[derive(Debug)]
pub(crate) struct Buckets {
    rate: Rate,
    room: usize,
    kept: Mutex<Kept>,
}

impl Buckets {
    /// Full budgets for everybody.
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            room: ROOM,
            kept: Mutex::default(),
        }
    }

    /// How much each holds.
    pub(crate) fn rate(&self) -> Rate {
        self.rate
    }

    /// Takes from a budget, or takes nothing and says how long to wait.
    pub(crate) fn charge(&self, key: Key, amount: u64, now: u64) -> Result<Standing, Short> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let key = kept.room_for(key, self.room, now);
        let full_at = kept.full_at.get(&key).copied().unwrap_or(now).max(now);
        let then = full_at.saturating_add(self.rate.nanos(amount));
        let beyond = (then - now).saturating_sub(self.rate.nanos(self.rate.quota));
        if beyond > 0 {
            return Err(Short {
                standing: self.rate.left(full_at - now),
                wait_ms: beyond.div_ceil(1_000_000),
            });
        }
        if then > now {
            kept.full_at.insert(key, then);
        }
        Ok(self.rate.left(then - now))
    }

    /// Gives back what was charged and not used.
    pub(crate) fn refund(&self, key: Key, amount: u64, now: u64) -> Standing {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(full_at) = kept.full_at.get_mut(&key) else {
            return self.rate.left(0);
        };
        *full_at = full_at.saturating_sub(self.rate.nanos(amount));
        let until = full_at.saturating_sub(now);
        self.rate.left(until)
    }

    /// What is left of a budget.
    #[cfg(test)]
    fn standing(&self, key: Key, now: u64) -> Standing {
        self.refund(key, 0, now)
    }
}

impl Kept {
    /// The key itself, or the crowd when there is no room for one more. A flood from ever new
    /// addresses then shares one budget, and those who are known keep theirs.
    fn room_for(&mut self, key: Key, room: usize, now: u64) -> Key {
        if self.full_at.len() < room || self.full_at.contains_key(&key) {
            return key;
        }
        if self.swept_at == 0 || now >= self.swept_at.saturating_add(SECOND) {
            self.full_at.retain(|_, full_at| *full_at > now);
            self.swept_at = now.max(1);
        }
        if self.full_at.len() < room {
            key
        } else {
            Key::Crowd
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        quota: 100,
        per_second: 10,
    };

    fn key(id: u128) -> Key {
        Key::Id(id)
    }

    #[test]
    fn a_budget_is_spent_and_fills_again() {
        let buckets = Buckets::new(RATE);
        assert_eq!(buckets.standing(key(1), 0).remaining, 100);
        let left = buckets.charge(key(1), 60, 0).unwrap();
        assert_eq!((left.remaining, left.full_in), (40, 6));
        let short = buckets.charge(key(1), 50, 0).unwrap_err();
        assert_eq!((short.standing.remaining, short.wait_ms), (40, 1_000));
        assert_eq!(buckets.charge(key(1), 50, SECOND).unwrap().remaining, 0);
        assert_eq!(buckets.charge(key(2), 100, SECOND).unwrap().remaining, 0);
        assert_eq!(buckets.standing(key(1), 100 * SECOND).remaining, 100);
    }

    #[test]
    fn a_refused_charge_takes_nothing() {
        let buckets = Buckets::new(RATE);
        buckets.charge(key(1), 90, 0).unwrap();
        for _ in 0..5 {
            assert!(buckets.charge(key(1), 11, 0).is_err());
        }
        assert_eq!(buckets.charge(key(1), 10, 0).unwrap().remaining, 0);
    }

    #[test]
    fn what_was_not_used_comes_back_and_never_more_than_the_budget_holds() {
        let buckets = Buckets::new(RATE);
        buckets.charge(key(1), 80, 0).unwrap();
        assert_eq!(buckets.refund(key(1), 75, 0).remaining, 95);
        assert_eq!(buckets.refund(key(1), 75, 0).remaining, 100);
        buckets.charge(key(1), 100, SECOND).unwrap();
        assert!(buckets.charge(key(1), 1, SECOND).is_err());
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        let rate = Rate {
            quota: 1_000_000_000,
            per_second: 1,
        };
        let buckets = Buckets::new(rate);
        assert_eq!(
            buckets.charge(key(1), 1_000_000_000, 5).unwrap().remaining,
            0
        );
        assert!(buckets.charge(key(1), u64::MAX, 5).is_err());
        assert_eq!(rate.window(), 1_000_000_000);
    }

    #[test]
    fn a_flood_of_new_keys_shares_one_budget_and_memory_stays_bounded() {
        let mut buckets = Buckets::new(RATE);
        buckets.room = 10;
        for id in 0..10 {
            buckets.charge(key(id), 100, 1).unwrap();
        }
        buckets.charge(key(10), 60, 1).unwrap();
        assert!(buckets.charge(key(11), 60, 1).is_err(), "the crowd shares");
        assert!(buckets.kept.lock().unwrap().full_at.len() <= 11);
        let later = 20 * SECOND;
        buckets.charge(key(12), 100, later).unwrap();
        buckets.charge(key(13), 100, later).unwrap();
        assert_eq!(buckets.kept.lock().unwrap().full_at.len(), 2);
    }
}
