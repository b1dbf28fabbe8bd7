//! The connections to `PostgreSQL` between two requests. No connection is believed for longer than one
//! statement may take: one that stays silent is closed here and now, without a word to the other side,
//! and so are all that were last heard of before. The pool of the driver only opens them, since it
//! tests what it is given back without an end to its patience.

use std::{
    future::ready,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures_util::TryStreamExt;
use sea_orm::{ConnAcquireErr, DbErr, QueryResult, RuntimeErr, Statement, sea_query::Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::StatementObserver;

/// What one shelf keeps to.
#[derive(Clone)]
pub(super) struct Terms {
    /// How many connections may be open.
    pub(super) places: usize,
    /// How long to wait for one.
    pub(super) patience: Duration,
    /// How long a connection may stay silent.
    pub(super) silence: Duration,
    /// How long a connection lives.
    pub(super) lifetime: Duration,
    /// Is told of every statement.
    pub(super) observer: Option<StatementObserver>,
}

/// Connections for one purpose.
pub(super) struct Shelf {
    opener: PgPool,
    terms: Terms,
    places: Arc<Semaphore>,
    lying: Mutex<Lying>,
    /// When what connections are for was last done: a read answered, a transaction committed.
    answered: Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Lying {
    links: Vec<Link>,
    /// The beginning of the last silence: nothing is known of connections since.
    silent_since: Option<Instant>,
}

/// A connection. Dropped, it is closed.
struct Link {
    connection: PgConnection,
    opened: Instant,
    heard: Instant,
}

/// A connection in use, and its place among all that may be. Dropped, it is closed and the place free.
pub(super) struct Held {
    link: Link,
    place: OwnedSemaphorePermit,
}

pub(super) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn too_busy() -> DbErr {
    DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)
}

impl Shelf {
    /// A shelf for connections that a pool of at least as many opens.
    pub(super) fn new(opener: PgPool, terms: Terms) -> Self {
        Self {
            opener,
            places: Arc::new(Semaphore::new(terms.places)),
            terms,
            lying: Mutex::default(),
            answered: Mutex::default(),
        }
    }

    /// Notes that what connections are for was done.
    pub(super) fn note_answer(&self) {
        *locked(&self.answered) = Some(Instant::now());
    }

    /// Whether it was done within this time.
    pub(super) fn has_answered_within(&self, time: Duration) -> bool {
        locked(&self.answered).is_some_and(|at| at.elapsed() < time)
    }

    /// How many connections lie here.
    pub(super) fn idle(&self) -> u32 {
        u32::try_from(locked(&self.lying).links.len()).unwrap_or(u32::MAX)
    }

    /// How many connections are in use.
    pub(super) fn used(&self) -> u32 {
        let used = self.terms.places - self.places.available_permits();
        u32::try_from(used).unwrap_or(u32::MAX)
    }

    /// Who is told of every statement.
    pub(super) fn observer(&self) -> Option<StatementObserver> {
        self.terms.observer.clone()
    }

    /// A place, after some waiting.
    pub(super) async fn place(&self) -> Result<OwnedSemaphorePermit, DbErr> {
        let place = Arc::clone(&self.places).acquire_owned();
        match timeout(self.terms.patience, place).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(too_busy()),
        }
    }

    /// A place, if one is free.
    pub(super) fn spare(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).try_acquire_owned().ok()
    }

    /// The connection used last, or a new one. Whoever holds a place gets one: connections that lie here
    /// and those in use are never more than places.
    pub(super) async fn take(&self, place: OwnedSemaphorePermit) -> Result<Held, DbErr> {
        let lying = locked(&self.lying).links.pop();
        if let Some(link) = lying {
            return Ok(Held { link, place });
        }
        let opened = self.opener.acquire().await.map_err(|error| {
            *locked(&self.answered) = None;
            match error {
                sqlx::Error::PoolTimedOut => too_busy(),
                other => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(other))),
            }
        })?;
        let now = Instant::now();
        let link = Link {
            connection: opened.detach(),
            opened: now,
            heard: now,
        };
        Ok(Held { link, place })
    }

    /// Keeps a connection for the next request, before its place is free; one that is old or doubtful
    /// is closed.
    pub(super) fn put_back(&self, held: Held) {
        let Held { link, place } = held;
        let mut lying = locked(&self.lying);
        let is_known = lying.silent_since.is_none_or(|since| link.heard > since);
        if is_known && link.opened.elapsed() < self.terms.lifetime {
            lying.links.push(link);
        }
        drop(lying);
        drop(place);
    }

    /// Closes what was not heard of since a moment.
    fn distrust(&self, since: Instant) {
        *locked(&self.answered) = None;
        let mut lying = locked(&self.lying);
        lying.silent_since = lying.silent_since.max(Some(since));
        lying.links.retain(|link| link.heard > since);
    }

    /// Does something with a connection, for as long as it may stay silent. It comes back if it can be
    /// used again, with or without an error.
    pub(super) async fn with<T>(
        &self,
        mut held: Held,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> (Option<Held>, Result<T, sqlx::Error>) {
        let since = Instant::now();
        let done = timeout(self.terms.silence, work(&mut held.link.connection)).await;
        let done = done.unwrap_or_else(|_| Err(silent()));
        match &done {
            Ok(_) => {}
            Err(error) if is_usable_after(error) => {}
            Err(_) => {
                self.distrust(since);
                return (None, done);
            }
        }
        held.link.heard = Instant::now();
        (Some(held), done)
    }

    /// The rows of a statement, each read as soon as it is there: none of them is kept.
    pub(super) async fn rows<T>(
        &self,
        held: Held,
        statement: Statement,
        read: impl Fn(QueryResult) -> Result<T, DbErr> + Send,
    ) -> (Option<Held>, Result<Vec<T>, DbErr>) {
        let values = SqlxValues(statement.values.clone().unwrap_or(Values(Vec::new())));
        let mut found = Vec::new();
        let mut unread = None;
        // Read to its end even when a row cannot be read, so that the connection can be used again.
        let reading = async |connection: &mut PgConnection| {
            sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), values)
                .fetch(connection)
                .try_for_each(|row| {
                    match read(QueryResult::from(row)) {
                        Ok(row) => found.push(row),
                        Err(error) => unread = Some(error),
                    }
                    ready(Ok(()))
                })
                .await
        };
        let (held, answer) = self.with(held, reading).await;
        if let Some(observer) = &self.terms.observer {
            observer(&statement.sql);
        }
        if answer.is_ok() {
            self.note_answer();
        }
        let found = match (answer, unread) {
            (Err(error), _) => Err(DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))),
            (Ok(()), Some(error)) => Err(error),
            (Ok(()), None) => Ok(found),
        };
        (held, found)
    }
}

fn silent() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(
        io::ErrorKind::TimedOut,
        "the database stayed silent",
    ))
}

/// Whether the connection is as good as before. The server ends one that it sends away, and one to a
/// server that no longer writes leads to the wrong one.
fn is_usable_after(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(database) => database.code().is_none_or(|code| {
            let leaves = ["08", "57P", "25P03", "25P04", "25006"];
            !leaves.iter().any(|state| code.starts_with(state))
        }),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => true,
        _ => false,
    }
}
