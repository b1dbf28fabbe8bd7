//! The season by which something is due, and why an action is due outside of its plan.

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
    "ALTER TABLE action ADD COLUMN due_season TEXT",
    "ALTER TABLE action ADD COLUMN due_outside_reason TEXT",
    "ALTER TABLE action_indicator ADD COLUMN target_season TEXT",
];
