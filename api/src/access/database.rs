//! The connections of the house: where they lead, how they are set up, and which of them take part
//! in transactions.

use std::{sync::Arc, time::Duration};

use entity::journal::chain_head;
use sea_orm::{ConnectOptions, DatabaseConnection, DbBackend, EntityTrait, QuerySelect};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use tokio::time::timeout;

use super::{
    lease::Lease,
    shelf::{Shelf, Terms},
    transaction::{Transaction, Writes},
};
use crate::error::Failure;

/// Is told of every statement that is run.
pub(crate) type StatementObserver = Arc<dyn Fn(&str) + Send + Sync>;

/// How long a connection lives.
const LIFETIME: Duration = Duration::from_mins(20);
/// For how long an answer tells that there will be others.
const RECENTLY: Duration = Duration::from_secs(1);
/// How much longer than a statement may take nothing is heard of a connection that is gone.
const GRACE: Duration = Duration::from_secs(1);

/// Where content is kept, and how carefully.
#[derive(Clone)]
pub(crate) struct Storage {
    /// `sqlite://…` or `postgres://…`.
    pub(crate) url: String,
    /// How many connections are kept at most; on `PostgreSQL` so many for reads and as many for
    /// writes.
    pub(crate) connections: u32,
    /// How long one statement may take on `PostgreSQL`, in milliseconds.
    pub(crate) statement_ms: u64,
    /// How long to wait for a connection, in milliseconds.
    pub(crate) connection_ms: u64,
    /// Whether a committed write survives a power cut. Only a demonstration does without.
    pub(crate) is_durable: bool,
}

impl Storage {
    fn options(&self) -> ConnectOptions {
        let mut options = ConnectOptions::new(self.url.as_str());
        let synchronous = if self.is_durable {
            SqliteSynchronous::Full
        } else {
            SqliteSynchronous::Off
        };
        let statement_ms = self.statement_ms.to_string();
        // On PostgreSQL connections are counted by the shelves; the pool has only to open them.
        let opened_at_once = if self.url.starts_with("sqlite:") {
            self.connections
        } else {
            2 * self.connections + 1
        };
        options
            .max_connections(opened_at_once)
            .acquire_timeout(Duration::from_millis(self.connection_ms))
            .max_lifetime(LIFETIME)
            .test_before_acquire(false)
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(move |sqlite| {
                sqlite
                    .create_if_missing(true)
                    .foreign_keys(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(synchronous)
                    .busy_timeout(Duration::from_secs(5))
            })
            .map_sqlx_postgres_opts(move |postgres| {
                postgres.application_name("cfc").options([
                    ("client_min_messages", "error"),
                    ("statement_timeout", statement_ms.as_str()),
                    ("lock_timeout", "2000"),
                    // Sessions of a server that is gone without a word end within half a minute.
                    ("tcp_keepalives_idle", "10"),
                    ("tcp_keepalives_interval", "5"),
                    ("tcp_keepalives_count", "3"),
                    ("tcp_user_timeout", "15000"),
                    // A transaction whose end never arrives holds no locks for longer than a statement.
                    ("idle_in_transaction_session_timeout", statement_ms.as_str()),
                    // Statements are prepared once and few; to plan one takes longer than to run it.
                    ("plan_cache_mode", "force_generic_plan"),
                ])
            });
        options
    }

    /// What the connections to PostgreSQL keep to. The server ends a statement sooner than it is taken
    /// for silent.
    fn terms(&self, observer: Option<StatementObserver>) -> Terms {
        Terms {
            places: self.connections as usize,
            patience: Duration::from_millis(self.connection_ms),
            silence: Duration::from_millis(self.statement_ms) + GRACE,
            lifetime: LIFETIME,
            observer,
        }
    }
}

#[cfg(test)]
impl Storage {
    /// A database that a test throws away.
    pub(crate) fn scratch(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            connections: 2,
            statement_ms: 4_000,
            connection_ms: 1_000,
            is_durable: false,
        }
    }
}

/// The connections: those that read, and those in which transactions begin. On PostgreSQL they are
/// apart, so that no read waits for a lock of a transaction that waits for a connection.
pub(super) struct Database {
    /// All connections of SQLite. On PostgreSQL it opens connections, and migrations run on it.
    pool: DatabaseConnection,
    /// Connections of requests that read; none on SQLite.
    reads: Option<Arc<Shelf>>,
    writes: Writes,
}

impl Database {
    /// Opens it. Reads nothing yet.
    pub(super) async fn open(
        storage: &Storage,
        observer: Option<StatementObserver>,
    ) -> Result<Self, Failure> {
        let pool = Box::pin(connect(storage.options(), observer.clone())).await?;
        if pool.get_database_backend() != DbBackend::Postgres {
            let writes = Writes::Embedded(pool.get_sqlite_connection_pool().clone(), observer);
            return Ok(Self {
                pool,
                reads: None,
                writes,
            });
        }
        let shelf = || {
            let opener = pool.get_postgres_connection_pool().clone();
            Arc::new(Shelf::new(opener, storage.terms(observer.clone())))
        };
        let (reads, writes) = (Some(shelf()), Writes::Kept(shelf()));
        Ok(Self {
            pool,
            reads,
            writes,
        })
    }

    /// Connections for migrations.
    pub(super) fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// What one request reads with.
    pub(super) fn lease(&self) -> Lease {
        match &self.reads {
            Some(kept) => Lease::on_connections_of(kept),
            None => Lease::on_pool(&self.pool),
        }
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    /// What connections are for, how many are open, how many nobody uses.
    pub(super) fn pools(&self) -> Vec<(&'static str, u32, u32)> {
        let of = |shelf: &Shelf| (shelf.used() + shelf.idle(), shelf.idle());
        if let (Some(reads), Writes::Kept(writes)) = (&self.reads, &self.writes) {
            let ((reads, idle_reads), (writes, idle_writes)) = (of(reads), of(writes));
            return vec![
                ("reads", reads, idle_reads),
                ("writes", writes, idle_writes),
            ];
        }
        let pool = self.pool.get_sqlite_connection_pool();
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        vec![("all", pool.size(), idle)]
    }

    /// Whether requests can be served, as they are: those who came a moment ago tell, and where nobody
    /// came something is asked in their way.
    pub(super) async fn answers(&self) -> bool {
        let (reads, writes) = match (&self.reads, &self.writes) {
            (Some(reads), Writes::Kept(writes)) => (
                reads.has_answered_within(RECENTLY),
                writes.has_answered_within(RECENTLY),
            ),
            _ => (false, true),
        };
        let asked =
            async { (reads || self.reads_a_row().await) && (writes || self.could_write().await) };
        timeout(RECENTLY, asked).await.unwrap_or(false)
    }

    #[expect(clippy::disallowed_methods, reason = "nobody is told what it says")]
    async fn reads_a_row(&self) -> bool {
        let head = chain_head::Entity::find().one(&self.lease()).await;
        head.is_ok()
    }

    /// Takes what every transaction takes last, which one that is lost may still hold.
    #[expect(clippy::disallowed_methods, reason = "nobody is told what it says")]
    async fn could_write(&self) -> bool {
        let Ok(begun) = self.writes.begin().await else {
            return false;
        };
        let head = chain_head::Entity::find().lock_shared().one(&begun).await;
        head.is_ok() && begun.rollback().await.is_ok()
    }

    /// Begins a transaction.
    pub(super) async fn begin(&self) -> Result<Transaction, Failure> {
        Ok(self.writes.begin().await?)
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that connects")]
async fn connect(
    options: ConnectOptions,
    observer: Option<StatementObserver>,
) -> Result<DatabaseConnection, Failure> {
    let mut connection = sea_orm::Database::connect(options).await?;
    if let Some(observer) = observer {
        connection.set_metric_callback(move |run| observer(&run.statement.sql));
    }
    Ok(connection)
}
