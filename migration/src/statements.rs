//! Runs statements that both databases read, with the few words in which they differ.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// Runs each statement. `SORTED` is text in byte order, `SEQUENCE` a growing number made by the
/// database.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let (sorted, sequence) = match manager.get_database_backend() {
        DbBackend::Postgres => (
            "TEXT COLLATE \"C\"",
            "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        ),
        _ => ("TEXT", "INTEGER PRIMARY KEY AUTOINCREMENT"),
    };
    for statement in statements {
        let statement = statement
            .replace(" SORTED", &format!(" {sorted}"))
            .replace(" SEQUENCE", &format!(" {sequence}"));
        manager
            .get_connection()
            .execute_unprepared(&statement)
            .await?;
    }
    Ok(())
}

/// Makes the database refuse to change or delete rows of a table.
pub(crate) async fn forbid_change(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let statements = match manager.get_database_backend() {
        DbBackend::Postgres => vec![
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'rows of this table are only ever added'; END $$"
                .to_owned(),
            format!(
                "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} \
                 FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            ),
        ],
        _ => ["UPDATE", "DELETE"]
            .map(|verb| {
                format!(
                    "CREATE TRIGGER {table}_no_{} BEFORE {verb} ON {table} BEGIN \
                     SELECT RAISE(ABORT, 'rows of this table are only ever added'); END",
                    verb.to_lowercase()
                )
            })
            .to_vec(),
    };
    for statement in statements {
        manager
            .get_connection()
            .execute_unprepared(&statement)
            .await?;
    }
    Ok(())
}
