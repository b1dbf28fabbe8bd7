//! A transaction from BEGIN to COMMIT, both of which are sent here: whether one is open is known by the
//! database alone, never by a counter beside it. After the first error it takes nothing more and cannot
//! be committed, since `PostgreSQL` answers COMMIT without an error where nothing is stored, and `SQLite`
//! ends a transaction by itself and then stores each statement alone. A connection of which it is not
//! certain that no transaction is open in it is closed.

use std::{fmt, sync::Arc};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement, prelude::async_trait::async_trait, sea_query::Values,
};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, Database, Executor, IntoArguments, PgConnection, Postgres, Sqlite, SqlitePool,
    pool::PoolConnection,
};
use tokio::{runtime::Handle, sync::Mutex};

use super::{
    StatementObserver,
    shelf::{Held, Shelf},
};

/// What is said of a fault of this program.
const AFTER_A_FAILURE: &str = "the transaction failed before, and takes nothing more";

const COMMIT: &str = "COMMIT";

/// Where transactions begin.
pub(super) enum Writes {
    /// On any connection of an embedded database.
    Embedded(SqlitePool, Option<StatementObserver>),
    /// On connections for writes alone.
    Kept(Arc<Shelf>),
}

/// A transaction. Dropped without `commit`, it leaves nothing behind.
pub(crate) struct Transaction {
    backend: DbBackend,
    observer: Option<StatementObserver>,
    state: Mutex<State>,
}

enum State {
    /// It takes statements.
    Open(Wire),
    /// A statement failed.
    Failed(Wire),
    /// It has ended, or its connection is gone.
    Ended,
}

/// A connection with a transaction. Dropped, it is closed, and the transaction rolled back.
enum Wire {
    Embedded(Embedded),
    Kept(Arc<Shelf>, Held),
}

struct Embedded(Option<PoolConnection<Sqlite>>);

impl Drop for Embedded {
    fn drop(&mut self) {
        drop(self.0.take().map(PoolConnection::detach));
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Transaction")
    }
}

impl Writes {
    /// Begins a transaction; on SQLite it takes the write lock at once, so that no read in it grows old
    /// before its write.
    pub(super) async fn begin(&self) -> Result<Transaction, DbErr> {
        let (wire, word, observer) = match self {
            Self::Embedded(pool, observer) => {
                let connection = pool.acquire().await.map_err(|error| match error {
                    sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
                    other => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(other))),
                })?;
                let wire = Wire::Embedded(Embedded(Some(connection)));
                (wire, "BEGIN IMMEDIATE", observer.clone())
            }
            Self::Kept(kept) => {
                let place = kept.place().await?;
                let held = kept.take(place).await?;
                (Wire::Kept(Arc::clone(kept), held), "BEGIN", kept.observer())
            }
        };
        let backend = wire.backend();
        let (wire, begun) = wire.run(word, None).await;
        begun.map_err(failed)?;
        Ok(Transaction {
            backend,
            observer,
            state: Mutex::new(wire.map_or(State::Ended, State::Open)),
        })
    }
}

impl Wire {
    fn backend(&self) -> DbBackend {
        match self {
            Self::Embedded(_) => DbBackend::Sqlite,
            Self::Kept(..) => DbBackend::Postgres,
        }
    }

    /// Runs a statement; one without values goes as it is, unprepared.
    async fn run(
        self,
        text: &str,
        values: Option<Values>,
    ) -> (Option<Self>, Result<ExecResult, sqlx::Error>) {
        match self {
            Self::Embedded(mut embedded) => {
                let done = match embedded.0.as_deref_mut() {
                    Some(connection) => run::<Sqlite>(connection, text, values).await,
                    None => Err(sqlx::Error::PoolClosed),
                };
                (Some(Self::Embedded(embedded)), done)
            }
            Self::Kept(kept, held) => {
                let work = async |connection: &mut PgConnection| {
                    run::<Postgres>(connection, text, values).await
                };
                let (held, done) = kept.with(held, work).await;
                (held.map(|held| Self::Kept(kept, held)), done)
            }
        }
    }

    async fn rows(
        self,
        text: &str,
        values: Option<Values>,
    ) -> (Option<Self>, Result<Vec<QueryResult>, sqlx::Error>) {
        match self {
            Self::Embedded(mut embedded) => {
                let done = match embedded.0.as_deref_mut() {
                    Some(connection) => rows::<Sqlite>(connection, text, values).await,
                    None => Err(sqlx::Error::PoolClosed),
                };
                (Some(Self::Embedded(embedded)), done)
            }
            Self::Kept(kept, held) => {
                let work = async |connection: &mut PgConnection| {
                    rows::<Postgres>(connection, text, values).await
                };
                let (held, done) = kept.with(held, work).await;
                (held.map(|held| Self::Kept(kept, held)), done)
            }
        }
    }

    /// Says the last word of a transaction. The connection is kept if that went well, else closed.
    async fn end(self, word: &'static str) -> Result<(), DbErr> {
        let (wire, done) = self.run(word, None).await;
        done.map_err(failed)?;
        match wire {
            Some(Self::Embedded(mut embedded)) => drop(embedded.0.take()),
            Some(Self::Kept(kept, held)) => {
                if word == COMMIT {
                    kept.note_answer();
                }
                kept.put_back(held);
            }
            None => {}
        }
        Ok(())
    }
}

impl Transaction {
    /// Makes everything lasting, unless anything failed.
    pub(super) async fn commit(mut self) -> Result<(), DbErr> {
        match std::mem::replace(self.state.get_mut(), State::Ended) {
            State::Open(wire) => wire.end(COMMIT).await,
            State::Failed(_) | State::Ended => Err(ended()),
        }
    }

    /// Undoes everything.
    pub(super) async fn rollback(mut self) -> Result<(), DbErr> {
        match std::mem::replace(self.state.get_mut(), State::Ended) {
            State::Open(wire) | State::Failed(wire) => wire.end("ROLLBACK").await,
            State::Ended => Ok(()),
        }
    }

    /// Does something in the transaction. Whoever gives up waiting gives up the transaction.
    async fn with<T>(
        &self,
        text: &str,
        work: impl AsyncFnOnce(Wire) -> (Option<Wire>, Result<T, sqlx::Error>),
    ) -> Result<T, sqlx::Error> {
        let mut state = self.state.lock().await;
        let wire = match std::mem::replace(&mut *state, State::Ended) {
            State::Open(wire) => wire,
            other => {
                *state = other;
                return Err(sqlx::Error::InvalidArgument(AFTER_A_FAILURE.to_owned()));
            }
        };
        let (wire, done) = work(wire).await;
        *state = match (wire, &done) {
            (Some(wire), Ok(_)) => State::Open(wire),
            (Some(wire), Err(_)) => State::Failed(wire),
            (None, _) => State::Ended,
        };
        drop(state);
        if let Some(observer) = &self.observer {
            observer(text);
        }
        done
    }
}

impl Drop for Transaction {
    /// Where nothing runs any more, the connection is closed instead.
    fn drop(&mut self) {
        let state = std::mem::replace(self.state.get_mut(), State::Ended);
        if let State::Open(wire) | State::Failed(wire) = state
            && let Ok(runtime) = Handle::try_current()
        {
            // What goes wrong closes the connection, which undoes everything too.
            runtime.spawn(async { wire.end("ROLLBACK").await.ok() });
        }
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let Statement { sql, values, .. } = statement;
        let work = async |wire: Wire| wire.run(&sql, values).await;
        self.with(&sql, work).await.map_err(failed)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let work = async |wire: Wire| wire.run(sql, None).await;
        self.with(sql, work).await.map_err(failed)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let Statement { sql, values, .. } = statement;
        let work = async |wire: Wire| wire.rows(&sql, values).await;
        let found = self.with(&sql, work).await;
        found.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))))
    }
}

async fn run<DB: Database>(
    connection: &mut DB::Connection,
    text: &str,
    values: Option<Values>,
) -> Result<ExecResult, sqlx::Error>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    SqlxValues: IntoArguments<DB>,
    ExecResult: From<DB::QueryResult>,
{
    let text = AssertSqlSafe(text);
    let done = match values {
        Some(values) => {
            let statement = sqlx::query_with(text, SqlxValues(values));
            statement.execute(connection).await
        }
        None => connection.execute(sqlx::raw_sql(text)).await,
    };
    done.map(ExecResult::from)
}

async fn rows<DB: Database>(
    connection: &mut DB::Connection,
    text: &str,
    values: Option<Values>,
) -> Result<Vec<QueryResult>, sqlx::Error>
where
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    SqlxValues: IntoArguments<DB>,
    QueryResult: From<DB::Row>,
{
    let values = SqlxValues(values.unwrap_or(Values(Vec::new())));
    let statement = sqlx::query_with(AssertSqlSafe(text), values);
    let rows = statement.fetch_all(connection).await?;
    Ok(rows.into_iter().map(QueryResult::from).collect())
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error)))
}

fn ended() -> DbErr {
    DbErr::Custom(AFTER_A_FAILURE.to_owned())
}
