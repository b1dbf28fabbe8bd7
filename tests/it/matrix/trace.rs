//! What is in a database, so that a test can say that nothing changed.

use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, JsonValue, Statement};

use crate::harness::App;

/// The number of rows of each table and a digest of their contents.
pub(super) async fn contents(app: &App) -> BTreeMap<String, (usize, u64)> {
    let backend = app.database.get_database_backend();
    let tables = match backend {
        DbBackend::Postgres => {
            "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
        }
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    };
    let tables = app
        .database
        .query_all_raw(Statement::from_string(backend, tables));
    let mut contents = BTreeMap::new();
    for table in tables.await.unwrap() {
        let table: String = table.try_get("", "name").unwrap();
        let select = Statement::from_string(backend, format!("SELECT * FROM \"{table}\""));
        let rows = JsonValue::find_by_statement(select);
        let rows = rows.all(&app.database).await.unwrap();
        let mut texts: Vec<_> = rows.iter().map(ToString::to_string).collect();
        texts.sort_unstable();
        let mut digest = DefaultHasher::new();
        texts.hash(&mut digest);
        contents.insert(table, (texts.len(), digest.finish()));
    }
    contents
}
