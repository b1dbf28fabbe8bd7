//! The level from which a rated indicator counts as reached, a number of the framework. Frameworks
//! that were published before say 3.

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

const STATEMENTS: [&str; 1] =
    ["ALTER TABLE framework ADD COLUMN threshold INTEGER NOT NULL DEFAULT 3"];
