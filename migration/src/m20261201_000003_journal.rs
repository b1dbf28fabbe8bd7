//! The audit log and the outbox, and the triggers that keep rows as they were written.

use sea_orm_migration::prelude::*;

use crate::statements;

/// The migration; its name is the file's.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        statements::run(manager, &STATEMENTS).await?;
        for table in APPEND_ONLY {
            statements::forbid_change(manager, table).await?;
        }
        Ok(())
    }
}

/// Tables whose rows are only ever added.
const APPEND_ONLY: [&str; 3] = ["audit_event", "outbox_event", "measurement"];

const STATEMENTS: [&str; 5] = [
    "CREATE TABLE audit_event (
        sequence SEQUENCE,
        id UUID NOT NULL,
        at TIMESTAMPTZ NOT NULL,
        account_id UUID,
        membership_id UUID,
        role TEXT,
        system_reason TEXT,
        programme_id UUID,
        municipality_id UUID,
        action TEXT NOT NULL,
        target_type TEXT NOT NULL,
        target_id UUID NOT NULL,
        changes JSON NOT NULL,
        before_hash TEXT NOT NULL,
        after_hash TEXT NOT NULL,
        request_id TEXT NOT NULL
    )",
    "CREATE TABLE outbox_event (
        sequence SEQUENCE,
        id UUID NOT NULL,
        at TIMESTAMPTZ NOT NULL,
        kind TEXT NOT NULL,
        audience TEXT NOT NULL,
        programme_id UUID,
        municipality_id UUID,
        target_type TEXT NOT NULL,
        target_id UUID NOT NULL
    )",
    "CREATE INDEX audit_event_target ON audit_event (target_id, sequence)",
    "CREATE INDEX audit_event_place ON audit_event (programme_id, municipality_id, sequence)",
    "CREATE INDEX outbox_event_place ON outbox_event (programme_id, municipality_id, sequence)",
];
