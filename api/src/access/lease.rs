//! The connections that one request keeps while it reads. The pool tests a connection each time
//! it is given back, which costs the database as much as a small statement; so those of reads
//! wait on a shelf for the next request instead.

use std::{
    fmt,
    future::ready,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::TryStreamExt;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult,
    RuntimeErr, Statement, StatementBuilder,
    prelude::async_trait::async_trait,
    sea_query::{SelectStatement, Values},
};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, PgPool, Postgres, pool::PoolConnection};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::StatementObserver;

/// Where the reads of one request run.
pub(super) enum Lease {
    /// On `SQLite` each statement asks the pool: nothing travels, and nothing is tested.
    Pool(DatabaseConnection),
    /// On `PostgreSQL` connections are kept until the request ends.
    Kept(Kept),
}

/// Connections between two requests.
pub(super) struct Shelf {
    pool: PgPool,
    waiting: Mutex<Vec<Link>>,
    places: Arc<Semaphore>,
    patience: Duration,
    lifetime: Duration,
    observer: Option<StatementObserver>,
}

/// A connection in which no transaction ever begins.
struct Link {
    connection: PoolConnection<Postgres>,
    opened: Instant,
}

/// A connection in use, and its place among all that may be.
struct Held {
    link: Link,
    place: OwnedSemaphorePermit,
}

/// What is kept: one connection, and more only where there are some to spare, so that no two
/// requests wait for each other.
pub(super) struct Kept {
    shelf: Arc<Shelf>,
    hand: Mutex<Hand>,
    returned: Notify,
}

#[derive(Default)]
struct Hand {
    idle: Vec<Held>,
    held: usize,
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lease")
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn too_busy() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)
}

impl Shelf {
    /// A shelf over a pool that has at least as many connections as there are places.
    pub(super) fn new(
        pool: PgPool,
        places: usize,
        lifetime: Duration,
        observer: Option<StatementObserver>,
    ) -> Self {
        Self {
            patience: pool.options().get_acquire_timeout(),
            places: Arc::new(Semaphore::new(places)),
            waiting: Mutex::default(),
            pool,
            lifetime,
            observer,
        }
    }

    /// How many connections lie here.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(locked(&self.waiting).len()).unwrap_or(u32::MAX)
    }

    /// The connection used last, or a new one. Whoever holds a place gets one: connections on the
    /// shelf and in use are never more than places.
    async fn take(&self, place: OwnedSemaphorePermit) -> Result<Held, DbErr> {
        let waiting = locked(&self.waiting).pop();
        if let Some(link) = waiting {
            return Ok(Held { link, place });
        }
        let link = Link {
            connection: self.pool.acquire().await.map_err(|error| match error {
                sqlx::Error::PoolTimedOut => too_busy(),
                other => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(other))),
            })?,
            opened: Instant::now(),
        };
        Ok(Held { link, place })
    }

    async fn place(&self) -> Result<OwnedSemaphorePermit, DbErr> {
        let place = Arc::clone(&self.places).acquire_owned();
        match timeout(self.patience, place).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(too_busy()),
        }
    }

    /// The connection lies on the shelf before its place is free. One that is old goes back to
    /// the pool, which ends it.
    fn put_back(&self, held: Held) {
        if held.link.opened.elapsed() < self.lifetime {
            locked(&self.waiting).push(held.link);
        }
        drop(held.place);
    }
}

impl Lease {
    /// A lease from the pool of an embedded database.
    pub(super) fn on_pool(database: &DatabaseConnection) -> Self {
        Self::Pool(database.clone())
    }

    /// A lease from a shelf.
    pub(super) fn on_connections_of(shelf: &Arc<Shelf>) -> Self {
        Self::Kept(Kept {
            shelf: Arc::clone(shelf),
            hand: Mutex::default(),
            returned: Notify::new(),
        })
    }

    /// The rows of a select.
    pub(super) async fn all<T: Send>(
        &self,
        select: &SelectStatement,
        read: fn(&QueryResult) -> Result<T, DbErr>,
    ) -> Result<Vec<T>, DbErr> {
        let statement = StatementBuilder::build(select, &self.get_database_backend());
        match self {
            Self::Pool(database) => {
                let rows = database.query_all_raw(statement).await?;
                rows.iter().map(read).collect()
            }
            Self::Kept(kept) => kept.rows(statement, |row| read(&row)).await,
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        for held in locked(&self.hand).idle.drain(..) {
            self.shelf.put_back(held);
        }
    }
}

impl Kept {
    /// An idle connection of this request, a spare one, or the first to come free.
    async fn connection(&self) -> Result<Held, DbErr> {
        let place = loop {
            let returned = self.returned.notified();
            {
                let mut hand = locked(&self.hand);
                if let Some(idle) = hand.idle.pop() {
                    return Ok(idle);
                }
                let spare = Arc::clone(&self.shelf.places).try_acquire_owned();
                if spare.is_ok() || hand.held == 0 {
                    hand.held += 1;
                    break spare.ok();
                }
            }
            returned.await;
        };
        let taken = match place {
            Some(place) => self.shelf.take(place).await,
            None => match self.shelf.place().await {
                Ok(place) => self.shelf.take(place).await,
                Err(error) => Err(error),
            },
        };
        taken.inspect_err(|_| self.forget())
    }

    fn forget(&self) {
        locked(&self.hand).held -= 1;
        self.returned.notify_one();
    }

    fn give_back(&self, held: Held) {
        locked(&self.hand).idle.push(held);
        self.returned.notify_one();
    }

    /// The rows of a statement, each read as soon as it is there: none of them is kept.
    async fn rows<T>(
        &self,
        statement: Statement,
        read: impl Fn(QueryResult) -> Result<T, DbErr> + Send,
    ) -> Result<Vec<T>, DbErr> {
        let mut held = self.connection().await?;
        let values = SqlxValues(statement.values.unwrap_or(Values(Vec::new())));
        let text = AssertSqlSafe(statement.sql.as_str());
        let mut found = Vec::new();
        let mut unread = None;
        // Read to its end even when a row cannot be read, so that the connection can be used again.
        let answer = sqlx::query_with(text, values)
            .fetch(&mut *held.link.connection)
            .try_for_each(|row| {
                match read(QueryResult::from(row)) {
                    Ok(row) => found.push(row),
                    Err(error) => unread = Some(error),
                }
                ready(Ok(()))
            })
            .await;
        if let Some(observer) = &self.shelf.observer {
            observer(&statement.sql);
        }
        match answer {
            Ok(()) => {
                self.give_back(held);
                unread.map_or(Ok(found), Err)
            }
            Err(error) => {
                if matches!(error, sqlx::Error::Database(_)) {
                    self.give_back(held);
                } else {
                    held.link.connection.close_on_drop();
                    self.forget();
                }
                Err(DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))))
            }
        }
    }
}

#[async_trait]
impl ConnectionTrait for Lease {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Pool(database) => database.get_database_backend(),
            Self::Kept(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(reads_only())
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(reads_only())
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Pool(database) => database.query_one_raw(statement).await,
            Self::Kept(kept) => Ok(kept.rows(statement, Ok).await?.into_iter().next()),
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Pool(database) => database.query_all_raw(statement).await,
            Self::Kept(kept) => kept.rows(statement, Ok).await,
        }
    }
}

fn reads_only() -> DbErr {
    DbErr::Custom("a lease is for reads alone".to_owned())
}
