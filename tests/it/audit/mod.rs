//! The audit log: sealed by a chain, append-only, read by role, and without anybody's words.

mod chain;
mod changing;
mod erasing;
mod reading;
mod standing;
mod tampering;
mod wordless;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::harness::App;

impl App {
    /// Whether it runs on `PostgreSQL`.
    pub(crate) fn is_postgres(&self) -> bool {
        self.database.get_database_backend() == DbBackend::Postgres
    }

    /// The first column of what a statement finds, as text.
    async fn column(&self, sql: &str) -> Vec<String> {
        let backend = self.database.get_database_backend();
        let statement = Statement::from_string(backend, sql.to_owned());
        let rows = self.database.query_all_raw(statement).await.unwrap();
        rows.iter()
            .filter_map(|row| row.try_get_by_index::<Option<String>>(0).unwrap())
            .collect()
    }

    /// Every table.
    async fn tables(&self) -> Vec<String> {
        self.column(if self.is_postgres() {
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'"
        } else {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        })
        .await
    }

    /// All columns of a table.
    async fn columns(&self, table: &str) -> Vec<String> {
        let sql = if self.is_postgres() {
            format!(
                "SELECT column_name::text FROM information_schema.columns WHERE table_name = '{table}'"
            )
        } else {
            format!("SELECT name FROM pragma_table_info('{table}')")
        };
        self.column(&sql).await
    }
}
