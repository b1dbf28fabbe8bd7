//! Indexes in the order of the pages that they serve: nulls last, then the column, then the id.

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

const STATEMENTS: [&str; 5] = [
    "DROP INDEX municipality_by_population",
    "DROP INDEX decision_register",
    "CREATE INDEX municipality_by_population_rising ON municipality ((population IS NULL), population, id)",
    "CREATE INDEX municipality_by_population_falling ON municipality ((population IS NULL), population DESC, id)",
    "CREATE INDEX decision_register_page ON recognition_decision (status, is_public, (decided_on IS NULL), decided_on DESC, id)",
];
