//! The chain that seals the audit log: each row carries a hash over itself and the hash before it,
//! numbers have no gaps, and one row knows the head. Rows from before stay as they are, unsealed,
//! and are counted.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::statements;

/// The migration; its name is the file's.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        statements::run(manager, &STATEMENTS).await?;
        match manager.get_database_backend() {
            DbBackend::Postgres => statements::run(manager, &POSTGRES).await,
            _ => statements::run(manager, &SQLITE).await,
        }
    }
}

const STATEMENTS: [&str; 6] = [
    "ALTER TABLE audit_event ADD COLUMN hash TEXT",
    "CREATE TABLE chain_head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        sequence BIGINT NOT NULL,
        hash TEXT NOT NULL,
        begins_after BIGINT NOT NULL,
        unsealed BIGINT NOT NULL
    )",
    "INSERT INTO chain_head (id, sequence, hash, begins_after, unsealed)
     SELECT 1, coalesce(max(sequence), 0),
            '0000000000000000000000000000000000000000000000000000000000000000',
            coalesce(max(sequence), 0), count(*)
     FROM audit_event",
    "CREATE INDEX audit_event_account ON audit_event (account_id, sequence)",
    "CREATE INDEX audit_event_action ON audit_event (action, sequence)",
    "CREATE INDEX audit_event_at ON audit_event (at)",
];

/// The head gives the numbers from now on.
const POSTGRES: [&str; 2] = [
    "ALTER TABLE audit_event ALTER COLUMN sequence DROP IDENTITY",
    "CREATE TRIGGER chain_head_stays BEFORE DELETE OR TRUNCATE ON chain_head \
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
];

const SQLITE: [&str; 1] = [
    "CREATE TRIGGER chain_head_stays BEFORE DELETE ON chain_head BEGIN \
     SELECT RAISE(ABORT, 'rows of this table are only ever added'); END",
];
