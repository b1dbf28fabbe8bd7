//! PURE: walks the rows of the audit log in order and finds where the chain breaks.

use std::fmt;

use entity::journal::{audit_event, chain_head};
use sea_orm::IntoActiveModel;

use crate::{
    access::LedgerRow,
    journal::{Link, content, link},
};

/// The most breaks that are listed; those behind say nothing new.
const BREAKS_MAX: usize = 100;

/// Where and how the chain breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// There is no head.
    HeadMissing,
    /// Rows from before the chain: so many were counted when it began, so many are there.
    Unsealed { counted: i64, found: i64 },
    /// Rows are missing, from this number to that.
    Missing(i64, i64),
    /// The row cannot be read.
    Unreadable(i64),
    /// The hash does not follow from the row and the one before.
    Changed(i64),
    /// The head names another row as the last, or another hash of it.
    Head { last: Link, head: Link },
    /// The hash that was noted is not in the chain.
    NotedHeadMissing(String),
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::HeadMissing => f.write_str("The row that holds the head of the chain is gone."),
            Self::Unsealed { counted, found } => write!(
                f,
                "Of {counted} rows from before the chain began, {found} are there."
            ),
            Self::Missing(from, to) if from == to => write!(f, "Row {from} is missing."),
            Self::Missing(from, to) => write!(f, "Rows {from} to {to} are missing."),
            Self::Unreadable(at) => write!(f, "Row {at} cannot be read."),
            Self::Changed(at) => write!(
                f,
                "Row {at} is not as it was sealed, or does not follow the row before."
            ),
            Self::Head { last, head } => write!(
                f,
                "The log ends with row {} ({}), its head says row {} ({}).",
                last.sequence, last.hash, head.sequence, head.hash
            ),
            Self::NotedHeadMissing(hash) => write!(
                f,
                "The head that you noted is not in the chain: {hash}. The log was written anew, or \
                 this is another one."
            ),
        }
    }
}

/// A walk along the chain.
#[derive(Debug)]
pub(crate) struct Walk {
    begins_after: i64,
    counted: i64,
    found: i64,
    /// The last row seen, and its hash if one could be read.
    last: (i64, Option<String>),
    sealed: u64,
    noted: Option<String>,
    breaks: Vec<Break>,
}

impl Walk {
    /// A walk along the chain that has this head; `noted` is a hash that has to be met on the way.
    pub(crate) fn along(head: Option<&chain_head::Model>, noted: Option<&str>) -> Self {
        let begins_after = head.map_or(0, |head| head.begins_after);
        Self {
            begins_after,
            counted: head.map_or(0, |head| head.unsealed),
            found: 0,
            last: (begins_after, Some(genesis())),
            sealed: 0,
            noted: noted.filter(|hash| **hash != genesis()).map(str::to_owned),
            breaks: head
                .is_none()
                .then_some(Break::HeadMissing)
                .into_iter()
                .collect(),
        }
    }

    /// Where the walk stands.
    pub(crate) fn rows(&self) -> u64 {
        self.sealed
    }

    /// Takes the next row.
    pub(crate) fn step(&mut self, row: LedgerRow) {
        let sequence = row
            .as_ref()
            .map_or_else(|number| *number, |row| row.sequence);
        if sequence <= self.begins_after {
            self.found += 1;
            return;
        }
        let (last, previous) = std::mem::take(&mut self.last);
        let is_next = sequence == last + 1;
        if !is_next {
            self.found(Break::Missing(last + 1, sequence - 1));
        }
        let hash = match row {
            Err(_) => {
                self.found(Break::Unreadable(sequence));
                None
            }
            Ok(row) => self.sealed(row, previous.filter(|_| is_next)),
        };
        self.sealed += 1;
        if hash == self.noted {
            self.noted = None;
        }
        self.last = (sequence, hash);
    }

    /// Checks a row against the hash before it. Behind a gap that hash is not known, and the walk
    /// goes on from what the row says.
    fn sealed(&mut self, row: audit_event::Model, previous: Option<String>) -> Option<String> {
        let (sequence, hash) = (row.sequence, row.hash.clone());
        let expected = previous.map(|hash| link(&hash, &content(&row.into_active_model())));
        if hash.is_none() || expected.is_some_and(|expected| hash != Some(expected)) {
            self.found(Break::Changed(sequence));
        }
        hash
    }

    fn found(&mut self, found: Break) {
        if self.breaks.len() < BREAKS_MAX {
            self.breaks.push(found);
        }
    }

    /// Whether a head lies beyond the last row seen, so that rows may have come since.
    pub(crate) fn is_behind(&self, head: Option<&chain_head::Model>) -> bool {
        head.is_some_and(|head| head.sequence > self.last.0)
    }

    /// Compares the end with the head. Answers with the last row and what was found.
    pub(crate) fn end(mut self, head: Option<&chain_head::Model>) -> (Link, Vec<Break>) {
        if self.found != self.counted {
            let (counted, found) = (self.counted, self.found);
            self.found(Break::Unsealed { counted, found });
        }
        let (sequence, hash) = std::mem::take(&mut self.last);
        let last = Link {
            sequence,
            hash: hash.unwrap_or_default(),
        };
        if let Some(head) = head {
            let head = Link {
                sequence: head.sequence,
                hash: head.hash.clone(),
            };
            if head != last {
                let last = last.clone();
                self.found(Break::Head { last, head });
            }
        }
        if let Some(noted) = self.noted.take() {
            self.found(Break::NotedHeadMissing(noted));
        }
        (last, self.breaks)
    }
}

/// What the first row of a chain follows.
fn genesis() -> String {
    "0".repeat(64)
}
