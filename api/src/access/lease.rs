//! The connections that one request keeps while it reads. The pool tests a connection each time
//! it is given back, which costs the database as much as a small statement.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult,
    RuntimeErr, Statement, prelude::async_trait::async_trait, sea_query::Values,
};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, PgPool, Postgres, pool::PoolConnection};
use tokio::sync::Notify;

use super::StatementObserver;

/// Where the reads of one request run.
pub(super) enum Lease {
    /// On `SQLite` each statement asks the pool: nothing travels, and nothing is tested.
    Pool(DatabaseConnection),
    /// On `PostgreSQL` connections are kept until the request ends.
    Kept(Kept),
}

/// What is kept: one connection, and more only where the pool has some to spare, so that no two
/// requests wait for each other.
pub(super) struct Kept {
    pool: PgPool,
    observer: Option<StatementObserver>,
    shelf: Mutex<Shelf>,
    returned: Notify,
}

#[derive(Default)]
struct Shelf {
    idle: Vec<PoolConnection<Postgres>>,
    held: usize,
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lease")
    }
}

impl Lease {
    /// A lease for one request.
    pub(super) fn new(database: &DatabaseConnection, observer: Option<StatementObserver>) -> Self {
        if database.get_database_backend() != DbBackend::Postgres {
            return Self::Pool(database.clone());
        }
        Self::Kept(Kept {
            pool: database.get_postgres_connection_pool().clone(),
            observer,
            shelf: Mutex::default(),
            returned: Notify::new(),
        })
    }
}

impl Kept {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An idle connection of this request, a spare one of the pool, or the first to come free.
    async fn connection(&self) -> Result<PoolConnection<Postgres>, DbErr> {
        loop {
            let returned = self.returned.notified();
            {
                let mut kept = self.shelf();
                if let Some(idle) = kept.idle.pop() {
                    return Ok(idle);
                }
                if let Some(spare) = self.pool.try_acquire() {
                    kept.held += 1;
                    return Ok(spare);
                }
                if kept.held == 0 {
                    kept.held = 1;
                    break;
                }
            }
            returned.await;
        }
        let acquired = self.pool.acquire().await;
        acquired.map_err(|error| {
            self.forget();
            match error {
                sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
                other => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(other))),
            }
        })
    }

    fn forget(&self) {
        self.shelf().held -= 1;
        self.returned.notify_one();
    }

    fn give_back(&self, connection: PoolConnection<Postgres>) {
        self.shelf().idle.push(connection);
        self.returned.notify_one();
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut connection = self.connection().await?;
        let values = SqlxValues(statement.values.unwrap_or(Values(Vec::new())));
        let text = AssertSqlSafe(statement.sql.as_str());
        let answer = sqlx::query_with(text, values)
            .fetch_all(&mut *connection)
            .await;
        if let Some(observer) = &self.observer {
            observer(&statement.sql);
        }
        match answer {
            Ok(rows) => {
                self.give_back(connection);
                Ok(rows.into_iter().map(QueryResult::from).collect())
            }
            Err(error) => {
                if matches!(error, sqlx::Error::Database(_)) {
                    self.give_back(connection);
                } else {
                    connection.close_on_drop();
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
            Self::Kept(kept) => Ok(kept.rows(statement).await?.into_iter().next()),
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Pool(database) => database.query_all_raw(statement).await,
            Self::Kept(kept) => kept.rows(statement).await,
        }
    }
}

fn reads_only() -> DbErr {
    DbErr::Custom("a lease is for reads alone".to_owned())
}
