//! The clock of a story: set from act to act while it is told, running afterwards.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::access::Clock;

/// A clock that a story sets.
pub(super) struct StoryClock(Mutex<Hand>);

struct Hand {
    at: DateTime<Utc>,
    /// The real clock, and what it said when the story ended.
    runs: Option<(Clock, DateTime<Utc>)>,
}

impl StoryClock {
    /// Stands at the morning of a day.
    pub(super) fn at(day: NaiveDate) -> Self {
        Self(Mutex::new(Hand {
            at: morning(day),
            runs: None,
        }))
    }

    /// The time in the story.
    pub(super) fn now(&self) -> DateTime<Utc> {
        let hand = self.hand();
        match &hand.runs {
            Some((real, since)) => hand.at + (real() - *since),
            None => hand.at,
        }
    }

    /// Moves to a day; within a day time goes on by a second.
    pub(super) fn set(&self, day: NaiveDate) {
        let mut hand = self.hand();
        let next = hand.at + chrono::TimeDelta::seconds(1);
        hand.at = if next.date_naive() == day {
            next
        } else {
            morning(day)
        };
    }

    /// Lets time go on as it really does.
    pub(super) fn run(&self, real: Clock) {
        let mut hand = self.hand();
        let since = real();
        hand.runs = Some((real, since));
    }

    fn hand(&self) -> MutexGuard<'_, Hand> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn morning(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() + chrono::TimeDelta::hours(8)
}
