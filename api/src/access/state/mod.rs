//! What the database of a configuration is to this program, found out before anything is opened or
//! made, and told to the operator in the same words by every command.

mod alone;
mod connection;
mod demonstration;
mod migrating;
mod part;

use migration::State;
use sea_orm::{DbErr, TransactionTrait};

use self::connection::Sight;
pub(crate) use self::{
    alone::Alone,
    demonstration::{Ground, ground},
    part::{Part, remove_demonstration},
};
use super::Storage;
use crate::{
    error::{Failure, answered},
    trouble::Trouble,
};

const EMPTY: &str = "The database is empty. These three commands come next:
  cfc migrate
  cfc programme load fi
  cfc account add --name \"Programme manager\" --role PROGRAMME_MANAGER --programme FI";
const BEHIND: &str = "The database is not up to date. Run: cfc migrate";
const FOREIGN: &str = "The database holds tables of something else and none of cfc; nothing was \
    changed. Let DATABASE_URL name a database of its own.";
const POOLED: &str = "DATABASE_URL leads to a pooler that hands out other sessions than were asked \
    for, such as PgBouncer in transaction mode. cfc keeps time limits, prepared statements and locks \
    in its sessions, and pools them itself. Let DATABASE_URL name the PostgreSQL server.";

/// Looks at a database and changes nothing. A file that is not there is an empty database.
pub(crate) async fn look(storage: &Storage) -> Result<State, Trouble> {
    let db = match connection::looking(storage).await? {
        Sight::Nothing => return Ok(State::Empty),
        Sight::Other => return Ok(State::Foreign),
        Sight::Database(db) => db,
    };
    let found = match db.begin().await {
        Ok(tx) => migration::state(&tx).await,
        Err(error) => Err(error),
    };
    // Closed before anything else opens the file: its locks belong to the process, not to whoever
    // opened it, and end when one who opened it is gone.
    let closed = db.close().await;
    closed.map_err(told)?;
    found.map_err(told)
}

/// Why a command cannot work on such a database, and what to do; none if it can.
pub(crate) fn refusal(state: &State) -> Option<Trouble> {
    let sentence = match state {
        State::Current => return None,
        State::Empty => EMPTY.to_owned(),
        State::Behind => BEHIND.to_owned(),
        State::Foreign => FOREIGN.to_owned(),
        State::Ahead(names) => format!(
            "The database was brought up to date by a newer cfc ({} is not known to this one). Use \
             that version, or put back a copy of the database from before.",
            names.join(", ")
        ),
        State::HalfRun { name, is_unused } => half_run(name, *is_unused),
    };
    Some(Trouble::of(sentence))
}

/// The same, for the command that brings it up to date.
pub(crate) fn refusal_to_migrate(state: &State) -> Option<Trouble> {
    match state {
        State::Empty | State::Behind => None,
        other => refusal(other),
    }
}

fn half_run(name: &str, is_unused: bool) -> String {
    let remedy = if is_unused {
        "Nothing was put into the database yet: remove its file, and run cfc migrate."
    } else {
        "Put back the copy of the database from before the update, and run cfc migrate."
    };
    format!(
        "An earlier version of cfc was cut off in the middle of an update ({name}), which cannot be \
         gone on with. {remedy}"
    )
}

/// What a database answered before or while it was looked at or migrated.
fn told(error: DbErr) -> Trouble {
    match answered(&error) {
        Some((code, message)) if code == "08P01" && message.contains("startup parameter") => {
            Trouble::of(POOLED)
        }
        _ => Failure::from(error).into(),
    }
}
