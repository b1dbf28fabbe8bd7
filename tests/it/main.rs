//! Everything that is tested through HTTP. A test is a sentence and runs on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::format_collect,
    clippy::unused_self,
    reason = "a test fails by panicking, looks at rows behind the doors and has its own clock"
)]

mod audit;
mod conflicts;
mod contract;
mod databases;
mod drift;
mod ground;
mod harness;
mod hidden;
mod hostile;
mod ids;
mod journey;
mod kept;
mod language;
mod lasting;
mod leaks;
mod limits;
mod machines;
mod matrix;
mod operating;
mod people;
mod personal;
mod racing;
mod retries;
mod revoking;
mod rights;
mod saving;
mod schema;
mod statements;
mod states;
mod texts;
mod threats;
mod typed;
mod upgrading;
mod values;
mod walk;
mod wording;
mod wordings;
mod world;
