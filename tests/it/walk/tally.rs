//! What was tried and taken on a walk, so that it goes where it has not been, and in the end tells
//! where it never was.

use std::collections::{BTreeMap, BTreeSet};

use super::machines::{Change, Machines};

/// A kind of thing in a state, and a mutation.
pub(super) type Pair = (&'static str, &'static str, &'static str);

/// The counts.
#[derive(Debug, Default)]
pub(super) struct Tally {
    tried: BTreeMap<Pair, usize>,
    taken: BTreeMap<Change, usize>,
    refused: BTreeSet<(&'static str, String)>,
}

impl Tally {
    /// How often a change was made.
    pub(super) fn taken(&self, change: &Change) -> usize {
        self.taken.get(change).copied().unwrap_or_default()
    }

    /// How often a pair was tried.
    pub(super) fn tried(&self, pair: &Pair) -> usize {
        self.tried.get(pair).copied().unwrap_or_default()
    }

    /// A pair was tried by somebody whose role it is.
    pub(super) fn try_out(&mut self, pair: Pair) {
        *self.tried.entry(pair).or_default() += 1;
    }

    pub(super) fn take(&mut self, changes: Vec<Change>) {
        for change in changes {
            *self.taken.entry(change).or_default() += 1;
        }
    }

    /// Somebody tried a mutation that is not theirs.
    pub(super) fn refuse(&mut self, mutation: &'static str, player: &str) {
        self.refused.insert((mutation, player.to_owned()));
    }

    /// Mutations that nobody was refused for their role.
    pub(super) fn unguarded(&self, machines: &Machines) -> Vec<&'static str> {
        let pairs = machines.pairs();
        let mutations: BTreeSet<_> = pairs.into_iter().map(|pair| pair.2).collect();
        let is_guarded = |mutation: &str| self.refused.iter().any(|one| one.0 == mutation);
        let mutations = mutations.into_iter();
        mutations.filter(|mutation| !is_guarded(mutation)).collect()
    }

    /// Pairs that were never tried.
    pub(super) fn untried(&self, machines: &Machines) -> Vec<Pair> {
        let pairs = machines.pairs().into_iter();
        pairs
            .filter(|pair| !self.tried.contains_key(pair))
            .collect()
    }

    /// Changes that never happened.
    pub(super) fn untaken(&self, machines: &Machines) -> Vec<Change> {
        let changes = machines.changes().into_iter();
        changes
            .filter(|change| !self.taken.contains_key(change))
            .collect()
    }

    /// Changes that happened and are in no table.
    pub(super) fn surplus(&self, machines: &Machines) -> Vec<Change> {
        let taken = self.taken.keys();
        taken
            .filter(|change| !machines.knows(change))
            .copied()
            .collect()
    }
}
