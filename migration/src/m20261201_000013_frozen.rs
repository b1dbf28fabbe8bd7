//! Assessments and action plans know that their cycle was cancelled, so that whoever locks them need not
//! ask for the cycle.

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

const STATEMENTS: [&str; 4] = [
    "ALTER TABLE assessment ADD COLUMN is_frozen BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE action_plan ADD COLUMN is_frozen BOOLEAN NOT NULL DEFAULT FALSE",
    "UPDATE assessment SET is_frozen = TRUE WHERE cycle_id IN (SELECT id FROM cycle WHERE status = 'CANCELLED')",
    "UPDATE action_plan SET is_frozen = TRUE WHERE cycle_id IN (SELECT id FROM cycle WHERE status = 'CANCELLED')",
];
