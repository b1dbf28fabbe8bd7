//! When a secret of a machine client was used last, to the hour.

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

const STATEMENTS: [&str; 1] = ["ALTER TABLE client_secret ADD COLUMN last_used_at TIMESTAMPTZ"];
