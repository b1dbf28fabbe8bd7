//! Names that must be unique are compared by a key in which nothing is hidden.

use std::collections::BTreeSet;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};
use unicode_normalization::UnicodeNormalization;

use crate::statements;

/// The migration; its name is the file's.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        statements::run(manager, &BEFORE).await?;
        fill(manager).await?;
        statements::run(manager, &AFTER).await
    }
}

const BEFORE: [&str; 2] = [
    "DROP INDEX responsible_entity_name",
    "ALTER TABLE responsible_entity ADD COLUMN name_key SORTED NOT NULL DEFAULT ''",
];
const AFTER: [&str; 1] = [
    "CREATE UNIQUE INDEX responsible_entity_name_key ON responsible_entity (programme_id, municipality_id, name_key)",
];

/// Gives each row its key. Where two names differ in what nobody sees alone, the older row keeps the
/// key, the other one's ends with its id, and the operator is told; no name is changed.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let backend = manager.get_database_backend();
    let text = |column: &str| match backend {
        DbBackend::Postgres => format!("CAST({column} AS TEXT)"),
        _ => format!("lower(hex({column}))"),
    };
    let id = text("id");
    let select = format!(
        "SELECT {id} AS id, {} AS programme, {} AS municipality, name \
         FROM responsible_entity ORDER BY created_at, id",
        text("programme_id"),
        text("municipality_id")
    );
    let rows = connection
        .query_all_raw(Statement::from_string(backend, select))
        .await?;
    let update = format!("UPDATE responsible_entity SET name_key = $1 WHERE {id} = $2");
    let mut known = BTreeSet::new();
    for row in rows {
        let of = |column: &str| row.try_get::<String>("", column);
        let (own, name) = (of("id")?, of("name")?);
        let mut key = folded(&name);
        if !known.insert((of("programme")?, of("municipality")?, key.clone())) {
            tracing::warn!(
                id = own,
                name,
                "another responsible entity of the municipality has a name that reads the same"
            );
            key = format!("{key} {own}");
        }
        let values = [key.into(), own.into()];
        connection
            .execute_raw(Statement::from_sql_and_values(backend, &update, values))
            .await?;
    }
    Ok(())
}

/// A name as the server folds it at the time of this migration.
fn folded(name: &str) -> String {
    let seen: String = name.nfkc().filter(|c| !is_invisible(*c)).collect();
    let lower = seen.nfc().collect::<String>().to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d159}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}
