//! What keyed mutations came to, so that a retry is told the same.

use sea_orm_migration::prelude::*;

use crate::statements;

/// The migration; its name is the file's.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        statements::run(manager, &STATEMENTS).await
    }
}

const STATEMENTS: [&str; 3] = [
    "CREATE TABLE idempotency_record (
        scope TEXT PRIMARY KEY,
        fingerprint TEXT NOT NULL,
        account_id UUID,
        at TIMESTAMPTZ NOT NULL,
        subject_type TEXT,
        subject_id UUID,
        refusal JSON
    )",
    "CREATE INDEX idempotency_record_age ON idempotency_record (at)",
    "CREATE INDEX idempotency_record_account ON idempotency_record (account_id)",
];
