//! The order in which the newest measurement is looked for: by day, then by the moment of entry. The new
//! index has a name of its own: SQLite does not drop one and make it again under the same name.

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

const STATEMENTS: [&str; 2] = [
    "CREATE INDEX measurement_newest ON measurement (action_indicator_id, measured_on, created_at, id)",
    "DROP INDEX measurement_series",
];
