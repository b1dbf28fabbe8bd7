//! Connections outside of the pools of the house, one at a time: to look without touching, and to
//! change tables for as long as that takes.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sea_orm::{ConnectOptions, DatabaseConnection, DbErr, RuntimeErr};
use sqlx::{
    Row,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{POOLED, told};
use crate::{access::Storage, trouble::Trouble};

/// A time limit that nobody else sets, in milliseconds: a session without it is not the one that
/// was asked for.
const LIMIT: &str = "58271";

/// How long SQLite waits for others.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is where a database should be.
pub(super) enum Sight {
    /// No file, which is as good as an empty database.
    Nothing,
    /// A file of another kind.
    Other,
    /// A database, and a connection that changes nothing.
    Database(DatabaseConnection),
}

/// Looks at a database without changing anything, not even the files beside a database file.
pub(super) async fn looking(storage: &Storage) -> Result<Sight, Trouble> {
    let mut options = one(storage);
    if let Some(file) = file(&storage.url) {
        if !file.exists() {
            return Ok(Sight::Nothing);
        }
        if !is_database(&file).map_err(Trouble::io)? {
            return Ok(Sight::Other);
        }
        // Whoever has it open has one of these beside it. Nobody does otherwise, so it can be read
        // without making them.
        let is_closed = ["-wal", "-journal"]
            .iter()
            .all(|end| !beside(&file, end).exists());
        options.map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(false)
                .read_only(true)
                .immutable(is_closed)
                .busy_timeout(PATIENCE)
        });
    }
    options.map_sqlx_postgres_opts(|postgres| {
        postgres
            .application_name("cfc")
            .options([("statement_timeout", LIMIT)])
    });
    let db = connect(options).await.map_err(told)?;
    match is_own_session(&db).await {
        Ok(true) => Ok(Sight::Database(db)),
        Ok(false) => Err(Trouble::of(POOLED)),
        Err(error) => Err(told(error)),
    }
}

/// A connection that changes tables, however long that takes.
pub(super) async fn changing(storage: &Storage) -> Result<DatabaseConnection, Trouble> {
    let mut options = one(storage);
    let synchronous = if storage.is_durable {
        SqliteSynchronous::Full
    } else {
        SqliteSynchronous::Off
    };
    options
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .create_if_missing(true)
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(synchronous)
        })
        .map_sqlx_postgres_opts(|postgres| {
            postgres.application_name("cfc").options([
                ("client_min_messages", "error"),
                ("statement_timeout", "0"),
                // A table that is in use is waited for, and not for ever: others wait behind us.
                ("lock_timeout", "60000"),
                ("idle_in_transaction_session_timeout", "60000"),
            ])
        });
    connect(options).await.map_err(told)
}

fn one(storage: &Storage) -> ConnectOptions {
    let mut options = ConnectOptions::new(storage.url.as_str());
    options
        .max_connections(1)
        .acquire_timeout(Duration::from_millis(storage.connection_ms))
        .test_before_acquire(false)
        .sqlx_logging(false);
    options
}

#[expect(
    clippy::disallowed_methods,
    reason = "opened and closed within this room"
)]
async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    sea_orm::Database::connect(options).await
}

/// Whether a file is a database or is to become one. The locks of whoever else has opened it end
/// with this look if that is within the process, so it comes before all that is done here.
fn is_database(file: &Path) -> std::io::Result<bool> {
    let mut head = Vec::new();
    File::open(file)?.take(16).read_to_end(&mut head)?;
    Ok(head.is_empty() || head == *b"SQLite format 3\0")
}

/// Whether the session is the one that was asked for. Asked in the simple protocol, since a pooler
/// may hand the next statement to another session.
async fn is_own_session(db: &DatabaseConnection) -> Result<bool, DbErr> {
    if db.get_database_backend() != sea_orm::DbBackend::Postgres {
        return Ok(true);
    }
    let failed = |error| DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)));
    let pool = db.get_postgres_connection_pool();
    let row = sqlx::raw_sql("SHOW statement_timeout")
        .fetch_one(pool)
        .await;
    let told: String = row.and_then(|row| row.try_get(0)).map_err(failed)?;
    Ok(told.strip_suffix("ms") == Some(LIMIT))
}

/// The file of a database of SQLite.
pub(super) fn file(url: &str) -> Option<PathBuf> {
    let options: SqliteConnectOptions = url.strip_prefix("sqlite:").and(url.parse().ok())?;
    Some(options.get_filename().to_owned())
}

/// A file whose name is that of another and an ending.
pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
