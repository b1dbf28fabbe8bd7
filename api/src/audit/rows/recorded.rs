//! PURE: what the audit log recorded last of each row, of so many rows at once that memory holds them.
//! Where there are more, the walk along the log keeps half of them and leaves the other to a later one.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
};

use entity::journal::audit_event;
use uuid::Uuid;

use crate::{access::AUDITED, journal::State};

/// The place of a table among those that the log tells of, and the id of a row in it.
pub(super) type Key = (u8, Uuid);

/// What the log says last of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// That it was written, before states were recorded.
    Untold,
    /// That it was removed.
    Removed,
    /// Its state.
    Written(State),
}

/// A row that the log tells of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// What the log says last of it.
    pub(super) last: Last,
    /// The number of the row of the log that says so.
    pub(super) sequence: i64,
    /// Whether the row was met in its table.
    pub(super) is_met: bool,
}

/// A part of all rows, by a hash that nobody who makes ids can foresee.
#[derive(Clone, Debug)]
pub(super) struct Share {
    hasher: RandomState,
    bits: u32,
    value: u64,
}

impl Share {
    /// All rows.
    pub(super) fn whole() -> Self {
        Self {
            hasher: RandomState::new(),
            bits: 0,
            value: 0,
        }
    }

    /// Whether a row belongs to it.
    pub(super) fn holds(&self, key: &Key) -> bool {
        let mask = (1 << self.bits) - 1;
        self.hasher.hash_one(key) & mask == self.value
    }

    /// Keeps one half and answers with the other.
    fn halved(&mut self) -> Self {
        let mut other = self.clone();
        other.value |= 1 << self.bits;
        self.bits += 1;
        other.bits = self.bits;
        other
    }
}

/// What the log recorded of the rows of a share.
#[derive(Debug)]
pub(super) struct Recorded {
    share: Share,
    rows: HashMap<Key, Entry>,
    sequence: i64,
    at_once: usize,
    left: Vec<Share>,
}

impl Recorded {
    /// Nothing yet. Of the share as many rows are kept as may be at once.
    pub(super) fn of(share: Share, at_once: usize) -> Self {
        Self {
            share,
            rows: HashMap::new(),
            sequence: i64::MIN,
            at_once: at_once.max(1),
            left: Vec::new(),
        }
    }

    /// The number of the last row of the log that was taken.
    pub(super) fn sequence(&self) -> i64 {
        self.sequence
    }

    /// Takes a row of the log that cannot be read, of which the chain tells.
    pub(super) fn skip(&mut self, sequence: i64) {
        self.sequence = sequence;
    }

    /// Takes the next row of the log. Answers with what it says of rows of the share.
    pub(super) fn take(&mut self, event: &audit_event::Model) -> Vec<(Key, Last)> {
        self.sequence = event.sequence;
        let told: Vec<_> = told(event)
            .filter(|(key, _)| self.share.holds(key))
            .collect();
        for (key, last) in &told {
            let entry = self.rows.entry(*key).or_insert(Entry {
                last: *last,
                sequence: event.sequence,
                is_met: false,
            });
            (entry.last, entry.sequence) = (*last, event.sequence);
        }
        told
    }

    /// Gives up halves of the share until what is left has room. Only before rows were met: those given
    /// up are met in a walk of their own.
    pub(super) fn make_room(&mut self) {
        while self.rows.len() > self.at_once && self.share.bits < u64::BITS - 1 {
            self.left.push(self.share.halved());
            let share = &self.share;
            self.rows.retain(|key, _| share.holds(key));
        }
    }

    /// The halves that were given up.
    pub(super) fn left(&mut self) -> Vec<Share> {
        std::mem::take(&mut self.left)
    }

    /// Whether a row belongs to the share.
    pub(super) fn holds(&self, key: &Key) -> bool {
        self.share.holds(key)
    }

    /// What the log says of a row.
    pub(super) fn entry(&self, key: &Key) -> Option<&Entry> {
        self.rows.get(key)
    }

    /// Notes that a row was met. Answers with what the log says of it.
    pub(super) fn meet(&mut self, key: &Key) -> Option<&Entry> {
        let entry = self.rows.get_mut(key)?;
        entry.is_met = true;
        Some(entry)
    }

    /// The rows of a table that were not met and should be there.
    pub(super) fn unmet(&self, table: u8) -> Vec<Uuid> {
        let rows = self.rows.iter().filter(|((of, _), entry)| {
            *of == table && !entry.is_met && matches!(entry.last, Last::Written(_))
        });
        rows.map(|((_, id), _)| *id).collect()
    }
}

/// What a row of the log says of rows, in the order in which they were written.
fn told(event: &audit_event::Model) -> impl Iterator<Item = (Key, Last)> {
    let changes = event.changes.as_array().into_iter().flatten();
    changes.filter_map(|change| {
        let kind = change["type"].as_str()?;
        let table = AUDITED.iter().position(|audited| audited.kind == kind)?;
        let id = change["id"].as_str()?.parse().ok()?;
        Some(((u8::try_from(table).ok()?, id), last(change)))
    })
}

fn last(change: &serde_json::Value) -> Last {
    match change.get("state") {
        None => Last::Untold,
        Some(serde_json::Value::Null) => Last::Removed,
        Some(state) => {
            let mut read = [0; 32];
            let text = state.as_str().unwrap_or_default();
            match hex::decode_to_slice(text, &mut read) {
                Ok(()) => Last::Written(read),
                // Not written so by anybody; the chain tells of it.
                Err(_) => Last::Untold,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::audit::fixture::event;

    fn written(id: u128, state: u8) -> Value {
        let (id, state) = (Uuid::from_u128(id), hex::encode([state; 32]));
        json!({ "type": "Objective", "id": id, "version": 1, "fields": [], "state": state })
    }

    fn key(id: u128) -> Key {
        let table = AUDITED.iter().position(|table| table.kind == "Objective");
        (table.unwrap().try_into().unwrap(), Uuid::from_u128(id))
    }

    #[test]
    fn what_the_log_says_last_is_what_holds() {
        let mut recorded = Recorded::of(Share::whole(), 10);
        let removed = json!({ "type": "Objective", "id": Uuid::from_u128(2), "version": null, "fields": [], "state": null });
        let before =
            json!({ "type": "Objective", "id": Uuid::from_u128(3), "version": 1, "fields": [] });
        recorded.take(&event(1, &[before, written(1, 1), written(2, 1)]));
        recorded.take(&event(2, &[written(1, 2), written(1, 3), removed]));
        let last = |id| {
            let entry = recorded.entry(&key(id)).unwrap();
            (entry.last, entry.sequence)
        };
        assert_eq!(last(1), (Last::Written([3; 32]), 2));
        assert_eq!(last(2), (Last::Removed, 2));
        assert_eq!(last(3), (Last::Untold, 1));
        assert_eq!(recorded.unmet(key(1).0), [Uuid::from_u128(1)]);
    }

    #[test]
    fn shares_hold_every_row_once_and_never_more_than_fit() {
        const ROWS: u128 = 1_000;
        let mut shares = vec![Share::whole()];
        let (mut seen, mut walks) = (BTreeSet::new(), 0);
        while let Some(share) = shares.pop() {
            let mut recorded = Recorded::of(share, 70);
            for id in 0..ROWS {
                recorded.take(&event(1, &[written(id, 1)]));
                recorded.make_room();
                assert!(recorded.rows.len() <= 70);
            }
            shares.append(&mut recorded.left());
            walks += 1;
            for id in recorded.unmet(key(0).0) {
                assert!(seen.insert(id), "{id} is in two shares");
            }
        }
        assert_eq!(seen.len(), usize::try_from(ROWS).unwrap());
        assert!(walks > 14, "{walks}");
    }
}
