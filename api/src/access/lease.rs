//! The connections that one request keeps while it reads.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, Statement,
    StatementBuilder, prelude::async_trait::async_trait, sea_query::SelectStatement,
};
use tokio::sync::Notify;

use super::shelf::{Held, Shelf, locked};

/// Where the reads of one request run.
pub(super) enum Lease {
    /// On `SQLite` each statement asks the pool: nothing travels, and nothing is tested.
    Pool(DatabaseConnection),
    /// On `PostgreSQL` connections are kept until the request ends.
    Kept(Kept),
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
                let spare = self.shelf.spare();
                if spare.is_some() || hand.held == 0 {
                    hand.held += 1;
                    break spare;
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

    async fn rows<T>(
        &self,
        statement: Statement,
        read: impl Fn(QueryResult) -> Result<T, DbErr> + Send,
    ) -> Result<Vec<T>, DbErr> {
        let held = self.connection().await?;
        let (held, rows) = self.shelf.rows(held, statement, read).await;
        match held {
            Some(held) => self.give_back(held),
            None => self.forget(),
        }
        rows
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
