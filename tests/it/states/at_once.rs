//! Two who do at once what one does at a time.

use futures_util::future::join_all;
use migration::State;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

use super::{MIGRATE, lines};
use crate::{
    databases::{self, Backend},
    harness::{command, open, with_own_settings},
};

with_own_settings! {
    who_migrates_while_somebody_does_is_told
    who_loads_while_somebody_does_is_told
    many_who_migrate_at_once_come_to_one_end
    many_who_load_at_once_come_to_one_end
}

/// Somebody who is at it, until it is dropped: on SQLite whoever writes, on PostgreSQL whoever holds
/// the lock.
async fn somebody(url: &str, number: u32) -> DatabaseTransaction {
    let database = databases::peek(url).await;
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let tx = database.begin_with_options(options).await.unwrap();
    if !url.starts_with("sqlite:") {
        let lock = format!("SELECT pg_advisory_xact_lock(x'636663'::int, {number})");
        tx.execute_unprepared(&lock).await.unwrap();
    }
    tx
}

async fn who_migrates_while_somebody_does_is_told(backend: Backend) {
    let url = databases::empty(backend).await;
    let other = somebody(&url, 1).await;
    let told = command(&url, MIGRATE).await.unwrap_err();
    let expected = match backend {
        Backend::Sqlite => "Others use the database and did not let cfc in",
        Backend::Postgres => "Another cfc migrate is at work on this database",
    };
    assert!(told.starts_with(expected), "{told}");
    other.rollback().await.unwrap();
    command(&url, MIGRATE).await.unwrap();
}

async fn who_loads_while_somebody_does_is_told(backend: Backend) {
    let url = databases::empty(backend).await;
    command(&url, MIGRATE).await.unwrap();
    let load = ["programme", "load", "fi"];
    let other = somebody(&url, 2).await;
    let told = command(&url, &load).await.unwrap_err();
    assert!(
        told.starts_with("Somebody else is loading a programme"),
        "{told}"
    );
    other.rollback().await.unwrap();
    command(&url, &load).await.unwrap();
}

async fn many_who_migrate_at_once_come_to_one_end(backend: Backend) {
    let url = databases::empty(backend).await;
    let mut operators = Vec::new();
    for _ in 0..4 {
        operators.push(open(&url).await.unwrap());
    }
    let ends = join_all(operators.iter().map(api::Operator::migrate)).await;
    assert!(ends.iter().any(Result::is_ok), "{ends:?}");
    for trouble in ends.into_iter().filter_map(Result::err) {
        let told = trouble.to_string();
        assert!(told.starts_with("Another cfc migrate is at work"), "{told}");
    }
    let database = databases::peek(&url).await;
    assert_eq!(migration::state(&database).await.unwrap(), State::Current);
    let keys = "SELECT 'a key' AS line FROM signing_key";
    assert_eq!(lines(&database, keys).await.len(), 1);
}

async fn many_who_load_at_once_come_to_one_end(backend: Backend) {
    let url = databases::empty(backend).await;
    command(&url, MIGRATE).await.unwrap();
    let load = ["programme", "load", "fi"];
    let ends = join_all((0..3).map(|_| command(&url, &load))).await;
    assert!(ends.iter().any(Result::is_ok), "{ends:?}");
    for told in ends.into_iter().filter_map(Result::err) {
        assert!(
            told.starts_with("Somebody else is loading a programme"),
            "{told}"
        );
    }
    let database = databases::peek(&url).await;
    for table in ["programme", "programme_version", "framework"] {
        let rows = format!("SELECT 'a row' AS line FROM {table}");
        assert_eq!(lines(&database, &rows).await.len(), 1, "{table}");
    }
    command(&url, &["audit", "verify"]).await.unwrap();
}
