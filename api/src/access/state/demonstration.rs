//! What `cfc demo` finds where it was sent, before it touches anything.

use migration::State;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, Statement, TransactionTrait};

use super::{
    connection::{self, Sight},
    refusal, told,
};
use crate::{access::Storage, trouble::Trouble};

const NOT_OURS: &str = "This database holds something that is not a demonstration; cfc demo leaves it \
    alone. Unset DATABASE_URL to use a database of its own.";
const NOTHING_TOLD: &str = "This database was made by cfc migrate and holds no demonstration; cfc demo \
    leaves it alone. Unset DATABASE_URL to use a database of its own, or let it name an empty one.";
const CUT_OFF: &str = "An earlier version of cfc was cut off while it told the demonstration in this \
    database. Remove the database, and run cfc demo again.";

/// Where a demonstration may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Nothing is there.
    Empty,
    /// A demonstration is there, told to its end.
    Told,
}

/// Looks whether a demonstration may be told or served there. Changes nothing.
pub(crate) async fn ground(storage: &Storage) -> Result<Ground, Trouble> {
    let db = match connection::looking(storage).await? {
        Sight::Nothing => return Ok(Ground::Empty),
        Sight::Other => return Err(Trouble::of(NOT_OURS)),
        Sight::Database(db) => db,
    };
    let found = match db.begin().await {
        Ok(tx) => Found::at(&tx).await,
        Err(error) => Err(error),
    };
    // Before anything else opens the file; see `look`.
    let closed = db.close().await;
    closed.map_err(told)?;
    found.map_err(told)?.judged()
}

struct Found {
    state: State,
    programmes: i64,
    others: i64,
    ends: i64,
}

impl Found {
    const fn of(state: State) -> Self {
        Self {
            state,
            programmes: 0,
            others: 0,
            ends: 0,
        }
    }

    async fn at(tx: &DatabaseTransaction) -> Result<Self, DbErr> {
        let state = migration::state(tx).await?;
        if !matches!(state, State::Behind | State::Current) {
            return Ok(Self::of(state));
        }
        // The story ends with somebody who carries out actions, in the municipality of its tokens.
        let ends = "membership JOIN municipality ON municipality.id = membership.municipality_id \
            WHERE membership.role = 'RESPONSIBLE_ENTITY' AND municipality.code = 'FI-837'";
        Ok(Self {
            programmes: count(tx, "programme").await?,
            others: count(tx, "programme WHERE NOT is_demonstration").await?,
            ends: count(tx, ends).await?,
            state,
        })
    }

    fn judged(&self) -> Result<Ground, Trouble> {
        match &self.state {
            State::Empty => return Ok(Ground::Empty),
            State::Foreign => return Err(Trouble::of(NOT_OURS)),
            State::Ahead(_) | State::HalfRun { .. } => {
                return refusal(&self.state).map_or(Ok(Ground::Told), Err);
            }
            State::Behind | State::Current => {}
        }
        match (self.programmes, self.others, self.ends) {
            (0, ..) => Err(Trouble::of(NOTHING_TOLD)),
            (_, 0, 0) => Err(Trouble::of(CUT_OFF)),
            (_, 0, _) => Ok(Ground::Told),
            _ => Err(Trouble::of(NOT_OURS)),
        }
    }
}

async fn count(tx: &DatabaseTransaction, from: &str) -> Result<i64, DbErr> {
    let select = format!("SELECT count(*) AS n FROM {from}");
    let statement = Statement::from_string(tx.get_database_backend(), select);
    let row = tx.query_one_raw(statement).await?;
    row.map_or(Ok(0), |row| row.try_get("", "n"))
}
