//! The schema of the database, step by step. Stands alone: names are strings, no entity is imported.
//! A migration that has run anywhere never changes; a new one follows it. Each runs within a transaction
//! that whoever migrates begins, on SQLite too, where a `PRAGMA foreign_keys` means nothing then: one that
//! rebuilds a table needs a connection of its own without foreign keys, and `PRAGMA foreign_key_check`
//! before its end.

#![expect(
    elided_lifetimes_in_paths,
    reason = "the trait of the migrations is written so, and async_trait wants the same"
)]

mod m20261201_000001_programme;
mod m20261201_000002_work;
mod m20261201_000003_journal;
mod m20261201_000004_client;
mod m20261201_000005_order;
mod m20261201_000006_retry;
mod m20261201_000007_chain;
mod m20261201_000008_identity;
mod m20261201_000009_secret_use;
mod m20261201_000010_name_key;
mod m20261201_000012_season;
mod m20261201_000013_frozen;
mod m20261201_000014_invitation;
mod m20261201_000016_threshold;
mod m20261201_000017_newest;
mod state;
mod statements;

use sea_orm_migration::prelude::*;
pub use sea_orm_migration::{DbErr, MigratorTrait};

pub use self::state::{State, state};

/// All migrations in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261201_000001_programme::Migration),
            Box::new(m20261201_000002_work::Migration),
            Box::new(m20261201_000003_journal::Migration),
            Box::new(m20261201_000004_client::Migration),
            Box::new(m20261201_000005_order::Migration),
            Box::new(m20261201_000006_retry::Migration),
            Box::new(m20261201_000007_chain::Migration),
            Box::new(m20261201_000009_secret_use::Migration),
            Box::new(m20261201_000008_identity::Migration),
            Box::new(m20261201_000010_name_key::Migration),
            Box::new(m20261201_000012_season::Migration),
            Box::new(m20261201_000013_frozen::Migration),
            Box::new(m20261201_000014_invitation::Migration),
            Box::new(m20261201_000016_threshold::Migration),
            Box::new(m20261201_000017_newest::Migration),
        ]
    }
}
