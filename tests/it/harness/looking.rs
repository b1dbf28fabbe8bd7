//! What a test looks up, or changes, behind the API's back.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, TransactionTrait};
use serde_json::Value;
use tokio::time::timeout;

use super::{App, Person};

/// How long to wait for what comes by itself.
const PATIENCE: Duration = Duration::from_mins(1);

impl App {
    /// How many rows a table has.
    pub(crate) async fn count(&self, table: &str) -> i64 {
        let backend = self.database.get_database_backend();
        let statement =
            Statement::from_string(backend, format!("SELECT count(*) AS n FROM {table}"));
        self.database
            .query_one_raw(statement)
            .await
            .unwrap()
            .unwrap()
            .try_get("", "n")
            .unwrap()
    }

    /// Runs a statement behind the API's back.
    pub(crate) async fn meddle(&self, sql: &str) -> Result<(), String> {
        self.database
            .execute_unprepared(sql)
            .await
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    /// Keeps others from writing to a table, on SQLite to any, until it is given up.
    pub(crate) async fn lock(&self, table: &str) -> DatabaseTransaction {
        let lock = self.database.begin().await.unwrap();
        let statement = match self.database.get_database_backend() {
            DbBackend::Postgres => format!("LOCK TABLE {table} IN SHARE MODE"),
            _ => format!("DELETE FROM {table} WHERE 1 = 0"),
        };
        lock.execute_unprepared(&statement).await.unwrap();
        lock
    }

    /// The statements that a call runs.
    pub(crate) async fn statements(
        &self,
        who: &Person,
        document: &str,
        variables: Value,
    ) -> Vec<String> {
        self.statements.lock().unwrap().clear();
        self.read(who, document, variables).await;
        let mut statements = std::mem::take(&mut *self.statements.lock().unwrap());
        // The server itself looks now and then for new versions, keys and origins.
        let own = [
            "FROM \"programme_version\"",
            "FROM \"signing_key\"",
            "FROM \"api_client\"",
            "FROM \"idempotency_record\" WHERE \"idempotency_record\".\"at\"",
        ];
        statements.retain(|sql| !own.iter().any(|table| sql.contains(table)));
        statements
    }

    /// How many statements wait for a lock on PostgreSQL.
    pub(crate) async fn waiting_for_locks(&self) -> i64 {
        let waiting =
            "pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        self.count(waiting).await
    }

    /// Waits until at least so many do.
    pub(crate) async fn until_waiting_for_locks(&self, at_least: i64) {
        let waiting = async { while self.waiting_for_locks().await < at_least {} };
        let waited = timeout(PATIENCE, waiting).await;
        waited.expect("nothing waits for the lock");
    }
}
