//! The connections of the house: where they lead, how they are set up, and which of them take part
//! in transactions.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::try_join;
use sea_orm::{
    ConnectOptions, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};

use super::lease::{Lease, Shelf};
use crate::error::Failure;

/// Is told of every statement that is run.
pub(crate) type StatementObserver = Arc<dyn Fn(&str) + Send + Sync>;

/// How long a connection lives.
const LIFETIME: Duration = Duration::from_mins(20);

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
        options
            .max_connections(self.connections)
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
                    ("idle_in_transaction_session_timeout", "10000"),
                    // Statements are prepared once and few; to plan one takes longer than to run it.
                    ("plan_cache_mode", "force_generic_plan"),
                ])
            });
        options
    }

    /// Connections in which transactions begin. A future cancelled during BEGIN leaves one open
    /// on a pooled connection (sqlx 0.9.0); it must not swallow the writes of the next request.
    /// A BEGIN that never came to its end leaves `beginning` above zero for good, and every
    /// connection that comes back is rolled back from then on.
    fn writing(&self, beginning: &Arc<AtomicUsize>) -> ConnectOptions {
        let mut options = self.options();
        let beginning = Arc::clone(beginning);
        options.map_sqlx_postgres_pool_opts(move |pool| {
            let beginning = Arc::clone(&beginning);
            pool.after_release(move |connection, _| {
                let is_certain = beginning.load(Ordering::SeqCst) == 0;
                Box::pin(async move {
                    use sqlx::Executor;
                    if !is_certain {
                        connection.execute("ROLLBACK").await?;
                    }
                    Ok(true)
                })
            })
        });
        options
    }

    /// Connections in which none ever begins, so that nothing has to be ended after a read.
    /// SQLite shares one pool: there the ROLLBACK is not sent, and a read under a transaction that
    /// waits for a connection shows itself in the tests.
    /// One connection is for reads that belong to no request.
    fn reading(&self) -> Option<ConnectOptions> {
        (!self.url.starts_with("sqlite:")).then(|| {
            let mut options = self.options();
            options.max_connections(self.connections + 1);
            options
        })
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

/// The two pools: one for reads, one for transactions.
pub(super) struct Database {
    reads: DatabaseConnection,
    writes: DatabaseConnection,
    /// Connections of requests that read; none on SQLite.
    shelf: Option<Arc<Shelf>>,
    /// How many transactions are being begun.
    beginning: Arc<AtomicUsize>,
}

impl Database {
    /// Opens both. Reads nothing yet.
    pub(super) async fn open(
        storage: &Storage,
        observer: Option<StatementObserver>,
    ) -> Result<Self, Failure> {
        let beginning = Arc::default();
        let writes = Box::pin(connect(storage.writing(&beginning), observer.clone()));
        let Some(options) = storage.reading() else {
            let writes = writes.await?;
            return Ok(Self {
                reads: writes.clone(),
                writes,
                shelf: None,
                beginning,
            });
        };
        let reads = Box::pin(connect(options, observer.clone()));
        let (writes, reads) = try_join(writes, reads).await?;
        let pool = reads.get_postgres_connection_pool().clone();
        let places = storage.connections as usize;
        let shelf = Shelf::new(pool, places, LIFETIME, observer);
        Ok(Self {
            reads,
            writes,
            shelf: Some(Arc::new(shelf)),
            beginning,
        })
    }

    /// Connections for single reads that belong to no request.
    pub(super) fn reads(&self) -> &DatabaseConnection {
        &self.reads
    }

    /// Connections for migrations and keys.
    pub(super) fn writes(&self) -> &DatabaseConnection {
        &self.writes
    }

    /// What one request reads with.
    pub(super) fn lease(&self) -> Lease {
        match &self.shelf {
            Some(kept) => Lease::on_connections_of(kept),
            None => Lease::on_pool(&self.reads),
        }
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.reads.get_database_backend()
    }

    /// What each pool is for, how many connections are open, how many nobody uses.
    pub(super) fn pools(&self) -> Vec<(&'static str, u32, u32)> {
        let count = |idle: usize| u32::try_from(idle).unwrap_or(u32::MAX);
        match &self.shelf {
            None => {
                let pool = self.writes.get_sqlite_connection_pool();
                vec![("all", pool.size(), count(pool.num_idle()))]
            }
            Some(kept) => {
                let reads = self.reads.get_postgres_connection_pool();
                let writes = self.writes.get_postgres_connection_pool();
                let idle_reads = count(reads.num_idle()) + kept.count();
                vec![
                    ("reads", reads.size(), idle_reads),
                    ("writes", writes.size(), count(writes.num_idle())),
                ]
            }
        }
    }

    /// Begins a transaction; on SQLite it takes the write lock at once, so that no read in it
    /// grows old before its write.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, Failure> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.beginning.fetch_add(1, Ordering::SeqCst);
        let begun = self.writes.begin_with_options(options).await;
        self.beginning.fetch_sub(1, Ordering::SeqCst);
        Ok(begun?)
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
