//! The limits that whoever runs a server may set: table `[limits]` of the file, or
//! `CFC_LIMITS_…` of the environment. Each is a whole number with a default and a range.

use std::{ops::RangeInclusive, time::Duration};

use serde::{Deserialize, Serialize};

use crate::http::{Limits, Rate, Settings};

/// One limit as people read it.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    /// Its key in `[limits]`.
    pub(crate) name: &'static str,
    /// What it bounds.
    pub(crate) meaning: &'static str,
    /// What may be set.
    pub(crate) range: RangeInclusive<u64>,
}

macro_rules! limits {
    ($(#[doc = $meaning:literal] $name:ident = $default:literal in $low:literal ..= $high:literal;)+) => {
        /// Every limit, with its default.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct LimitSettings {
            $(#[doc = $meaning] pub $name: u64,)+
        }

        impl Default for LimitSettings {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        /// Every limit with its meaning and range, in the order in which they are printed.
        pub(crate) const ALL: &[Limit] = &[
            $(Limit {
                name: stringify!($name),
                meaning: $meaning.trim_ascii(),
                range: $low..=$high,
            },)+
        ];
    };
}

limits! {
    /// Points that a client or a person may save up; anonymous callers have them per address.
    budget = 20_000 in 1..=1_000_000_000;
    /// Points that come back per second.
    budget_restore = 200 in 1..=1_000_000_000;
    /// Requests that an address may save up, counted before any token is read.
    address_requests = 300 in 1..=1_000_000_000;
    /// Requests that come back to an address per second.
    address_restore = 50 in 1..=1_000_000_000;
    /// Milliseconds that an address waits to be told that it sends too much.
    address_refused_ms = 200 in 0..=10_000;
    /// Requests that are worked on at once.
    concurrent_requests = 64 in 1..=100_000;
    /// Requests that may wait for their turn; more are turned away at once.
    queued_requests = 128 in 0..=100_000;
    /// Requests of one address that are worked on at once; more of it wait for each other.
    address_concurrent = 4 in 1..=100_000;
    /// Requests of one address that may wait for their turn; more are turned away at once.
    address_queued = 64 in 0..=100_000;
    /// Points of one operation.
    cost = 2_000 in 1..=1_000_000;
    /// Points above which operations share a few threads that let small ones go first.
    large_cost = 500 in 1..=1_000_000;
    /// Selections of a document after expanding fragments.
    size = 5_000 in 1..=100_000;
    /// Fields below each other, introspection apart.
    depth = 12 in 1..=60;
    /// Lists below each other in an introspection.
    introspection_lists = 3 in 0..=60;
    /// Aliases of an operation, `__typename` included.
    aliases = 30 in 0..=10_000;
    /// Root fields of an operation.
    root_fields = 10 in 1..=1_000;
    /// Directives of a document.
    directives = 50 in 0..=10_000;
    /// Entries of a page, and ids of `nodes`.
    page = 100 in 1..=100;
    /// Lexical tokens of a document.
    tokens = 5_000 in 1..=100_000;
    /// Open brackets at one place of a document or of its variables.
    nesting = 32 in 4..=60;
    /// Bytes of a document.
    document_bytes = 65_536 in 256..=16_777_216;
    /// Bytes of a request body.
    body_bytes = 262_144 in 1_024..=67_108_864;
    /// Milliseconds that a connection may wait for its next request; a proxy in front should close first.
    idle_ms = 75_000 in 1_000..=600_000;
    /// Milliseconds in which the head of a request must arrive.
    head_ms = 5_000 in 100..=600_000;
    /// Milliseconds in which the whole body must arrive.
    body_ms = 10_000 in 100..=600_000;
    /// Milliseconds that a request may take, waiting for its turn included.
    deadline_ms = 5_000 in 100..=600_000;
    /// Milliseconds that one statement of the database may take (PostgreSQL).
    statement_ms = 4_000 in 100..=600_000;
    /// Milliseconds that a request may wait for a connection to the database.
    connection_ms = 1_000 in 100..=600_000;
    /// Milliseconds that requests in flight may take when the server stops.
    shutdown_ms = 15_000 in 0..=600_000;
}

/// Checks the table `[limits]` as it was read, so that a fault is told in a sentence.
pub(crate) fn check(table: &toml::Table) -> Result<(), String> {
    for (key, value) in table {
        let Some(limit) = ALL.iter().find(|limit| limit.name == key) else {
            let names: Vec<_> = ALL.iter().map(|limit| limit.name).collect();
            let names = names.join(", ");
            return Err(format!(
                "limits.{key} is no setting. The limits are {names}."
            ));
        };
        let number = value
            .as_integer()
            .and_then(|number| u64::try_from(number).ok());
        if !number.is_some_and(|number| limit.range.contains(&number)) {
            // A number is no secret; a text may be one that was meant for elsewhere.
            let not = value.as_integer().map(|number| format!(", not {number}"));
            return Err(format!(
                "limits.{key} is a whole number from {} to {}{}.",
                limit.range.start(),
                limit.range.end(),
                not.unwrap_or_default()
            ));
        }
    }
    Ok(())
}

impl LimitSettings {
    /// Checks what only holds of several limits together.
    pub(crate) fn agree(&self) -> Result<(), String> {
        for (small, large, is) in [
            ("cost", "budget", self.cost <= self.budget),
            (
                "statement_ms",
                "deadline_ms",
                self.statement_ms <= self.deadline_ms,
            ),
            (
                "connection_ms",
                "deadline_ms",
                self.connection_ms <= self.deadline_ms,
            ),
            (
                "document_bytes",
                "body_bytes",
                self.document_bytes <= self.body_bytes,
            ),
        ] {
            if !is {
                return Err(format!("limits.{small} must not be above limits.{large}."));
            }
        }
        Ok(())
    }

    /// Puts the limits into the settings of the HTTP layer.
    pub(crate) fn apply(&self, settings: &mut Settings) {
        let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        settings.limits = Limits {
            document_bytes: size(self.document_bytes),
            tokens: size(self.tokens),
            nesting: size(self.nesting),
            directives: self.directives,
            depth: self.depth,
            introspection_lists: self.introspection_lists,
            aliases: self.aliases,
            root_fields: self.root_fields,
            page: self.page,
            default_page: settings.limits.default_page.min(self.page),
            cost: self.cost,
            size: self.size,
        };
        settings.body_bytes = size(self.body_bytes);
        settings.idle_within = Duration::from_millis(self.idle_ms);
        settings.head_within = Duration::from_millis(self.head_ms);
        settings.body_within = Duration::from_millis(self.body_ms);
        settings.deadline = Duration::from_millis(self.deadline_ms);
        settings.shutdown_within = Duration::from_millis(self.shutdown_ms);
        settings.refused_after = Duration::from_millis(self.address_refused_ms);
        settings.large_cost = self.large_cost;
        settings.turns = (size(self.concurrent_requests), size(self.queued_requests));
        settings.turns_of_address = (size(self.address_concurrent), size(self.address_queued));
        settings.budget = Rate {
            quota: self.budget,
            per_second: self.budget_restore,
        };
        settings.address = Rate {
            quota: self.address_requests,
            per_second: self.address_restore,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_lie_within_their_ranges_and_agree() {
        let table = toml::Table::try_from(LimitSettings::default()).unwrap();
        assert_eq!(check(&table), Ok(()));
        assert_eq!(table.len(), ALL.len());
        assert_eq!(LimitSettings::default().agree(), Ok(()));
    }

    #[test]
    fn what_is_out_of_range_or_unknown_is_named_with_what_may_be_set() {
        let refusal = |text: &str| check(&toml::from_str(text).unwrap()).unwrap_err();
        for wrong in ["depth = 0", "depth = -1", "depth = 61", "depth = 'deep'"] {
            let told = refusal(wrong);
            assert!(
                told.starts_with("limits.depth is a whole number from 1 to 60"),
                "{told}"
            );
        }
        let told = refusal("dept = 3");
        assert!(told.contains("limits.dept is no setting"), "{told}");
        assert!(told.contains("depth"), "{told}");
    }

    #[test]
    fn limits_that_contradict_each_other_are_named() {
        let limits = LimitSettings {
            budget: 1_999,
            ..LimitSettings::default()
        };
        assert!(limits.agree().unwrap_err().contains("limits.budget"));
    }
}
