//! Work that one process does at a time. `SQLite` has one writer anyway; `PostgreSQL` keeps a lock
//! that belongs to no table, so that it can be had before there is any.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use crate::{
    access::Tx,
    error::{Failure, is_busy},
};

/// The first half of the numbers, which no other program should have: `cfc`.
const OURS: i32 = 0x0063_6663;

/// What is done by one at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Alone {
    /// Bringing the tables up to date.
    Migrating = 1,
    /// Loading a programme.
    Loading = 2,
    /// Telling the demonstration.
    Telling = 3,
}

impl Alone {
    fn call(self, function: &str) -> Statement {
        let select = format!("SELECT {function}({OURS}, {}) AS held", self as i32);
        Statement::from_string(DbBackend::Postgres, select)
    }

    /// Takes it until the transaction ends, unless somebody else has it.
    pub(super) async fn in_transaction<C: ConnectionTrait>(self, db: &C) -> Result<bool, DbErr> {
        self.held(db, "pg_try_advisory_xact_lock").await
    }

    /// Takes it until the connection ends, unless somebody else has it.
    pub(super) async fn in_session<C: ConnectionTrait>(self, db: &C) -> Result<bool, DbErr> {
        self.held(db, "pg_try_advisory_lock").await
    }

    async fn held<C: ConnectionTrait>(self, db: &C, function: &str) -> Result<bool, DbErr> {
        if db.get_database_backend() != DbBackend::Postgres {
            return Ok(true);
        }
        let row = db.query_one_raw(self.call(function)).await?;
        row.map_or(Ok(false), |row| row.try_get("", "held"))
    }
}

impl Tx {
    /// Waits a moment until nobody else does the same; whether that came to be.
    pub(crate) async fn is_alone(&self, work: Alone) -> Result<bool, Failure> {
        if self.transaction.get_database_backend() != DbBackend::Postgres {
            return Ok(true);
        }
        let wait = work.call("pg_advisory_xact_lock");
        match self.transaction.execute_raw(wait).await {
            Ok(_) => Ok(true),
            Err(error) if is_busy(&error) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
