//! What a database error means: one table from SQLSTATE and from `SQLite`'s result codes to our
//! codes, and the name of a violated constraint. No text of the database is ever sent.

use sea_orm::{DbErr, RuntimeErr};
use sqlx::error::DatabaseError;

use super::{Code, Failure};

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::new(meaning(&error)).because(error)
    }
}

impl Failure {
    /// What an error in place of an answer to COMMIT means. One that the database told says that nothing
    /// is stored; where it told nothing, or could not finish writing what is stored, nobody knows.
    pub(crate) fn at_commit(error: DbErr) -> Self {
        const SQLITE_IOERR: u32 = 10;
        let is_known = match (runtime(&error), reported(&error)) {
            (_, Some(told)) => {
                let code = told.code().unwrap_or_default();
                let is_torn = code.len() < 5
                    && code
                        .parse::<u32>()
                        .is_ok_and(|code| code & 0xff == SQLITE_IOERR);
                !is_torn && meaning(&error) != Code::ServiceUnavailable
            }
            (Some(_), None) => false,
            (None, None) => meaning(&error) != Code::ServiceUnavailable,
        };
        if is_known {
            Self::from(error)
        } else {
            Self::new(Code::OutcomeUnknown).because(error)
        }
    }
}

/// The constraint that a write broke: its name on `PostgreSQL`; on `SQLite`, which names none,
/// the text `table.column, table.column` or the name of a check. `None` for another error.
pub(crate) fn violated(error: &DbErr) -> Option<String> {
    let database = reported(error)?;
    match database.constraint() {
        Some(name) => Some(name.to_owned()),
        None => sqlite_constraint(database.message()),
    }
}

fn sqlite_constraint(message: &str) -> Option<String> {
    let (kind, place) = message.split_once(" constraint failed: ")?;
    matches!(kind, "UNIQUE" | "CHECK" | "NOT NULL" | "PRIMARY KEY").then(|| {
        let place = place.trim();
        place
            .strip_prefix("index '")
            .and_then(|name| name.strip_suffix('\''))
            .unwrap_or(place)
            .to_owned()
    })
}

impl Failure {
    /// Whether somebody else has what was waited for, so that nothing was done.
    pub(crate) fn is_busy(&self) -> bool {
        let source = self.source.as_deref();
        source
            .and_then(|source| source.downcast_ref())
            .is_some_and(is_busy)
    }
}

/// Whether somebody else has what was waited for: a lock, or on `SQLite` the file.
pub(crate) fn is_busy(error: &DbErr) -> bool {
    const LOCK_NOT_AVAILABLE: &str = "55P03";
    // The low byte of a result code: busy, or locked.
    let on_sqlite = |code: u32| matches!(code & 0xff, 5 | 6);
    answered(error).is_some_and(|(code, _)| {
        code == LOCK_NOT_AVAILABLE || (code.len() < 5 && code.parse().is_ok_and(on_sqlite))
    })
}

/// What the database answered: the SQLSTATE or the result code of `SQLite`, and its words.
pub(crate) fn answered(error: &DbErr) -> Option<(String, String)> {
    let database = reported(error)?;
    Some((database.code()?.into_owned(), database.message().to_owned()))
}

fn reported(error: &DbErr) -> Option<&dyn DatabaseError> {
    runtime(error)?.as_database_error()
}

fn runtime(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) => Some(inner),
        _ => None,
    }
}

fn meaning(error: &DbErr) -> Code {
    // Whatever the database says to a new connection, none of the request has reached it.
    if let DbErr::ConnectionAcquire(_) | DbErr::Conn(_) = error {
        return Code::ServiceUnavailable;
    }
    runtime(error).map_or(Code::InternalServerError, driver_meaning)
}

fn driver_meaning(error: &sqlx::Error) -> Code {
    match error {
        sqlx::Error::Database(database) => database
            .code()
            .map_or(Code::InternalServerError, |code| reported_meaning(&code)),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => Code::ServiceUnavailable,
        _ => Code::InternalServerError,
    }
}

/// An SQLSTATE has five characters; a result code of `SQLite` is a number below 10,000.
fn reported_meaning(code: &str) -> Code {
    if code.len() == 5 {
        sqlstate_meaning(code)
    } else {
        sqlite_meaning(code)
    }
}

fn sqlstate_meaning(state: &str) -> Code {
    match state {
        "57014" => Code::OperationTimeout,
        "08007" | "40003" => Code::OutcomeUnknown,
        // The last two: the server ended the session since nothing came for too long.
        "53300" | "25006" | "25P03" | "25P04" => Code::ServiceUnavailable,
        "53100" | "53200" => Code::InsufficientStorage,
        "40001" | "40P01" | "55P03" => Code::ConflictRetry,
        _ if state.starts_with("08") || state.starts_with("57P0") => Code::ServiceUnavailable,
        _ => Code::InternalServerError,
    }
}

/// The low byte of an extended result code is the primary one.
fn sqlite_meaning(code: &str) -> Code {
    const BUSY_SNAPSHOT: u32 = 517;
    let Ok(code) = code.parse::<u32>() else {
        return Code::InternalServerError;
    };
    match (code, code & 0xff) {
        (BUSY_SNAPSHOT, _) => Code::ConflictRetry,
        (_, 5 | 6) => Code::ServiceUnavailable,
        (_, 9) => Code::OperationTimeout,
        (_, 10 | 13) => Code::InsufficientStorage,
        _ => Code::InternalServerError,
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnAcquireErr, ConnectionTrait, Database};

    use super::*;

    #[test]
    fn the_table_of_states() {
        for (state, code) in [
            ("57014", Code::OperationTimeout),
            ("08006", Code::ServiceUnavailable),
            ("53300", Code::ServiceUnavailable),
            ("57P01", Code::ServiceUnavailable),
            ("25006", Code::ServiceUnavailable),
            ("25P03", Code::ServiceUnavailable),
            ("53100", Code::InsufficientStorage),
            ("53200", Code::InsufficientStorage),
            ("40001", Code::ConflictRetry),
            ("40P01", Code::ConflictRetry),
            ("55P03", Code::ConflictRetry),
            ("08007", Code::OutcomeUnknown),
            ("23505", Code::InternalServerError),
            ("42P01", Code::InternalServerError),
            ("5", Code::ServiceUnavailable),
            ("261", Code::ServiceUnavailable),
            ("517", Code::ConflictRetry),
            ("6", Code::ServiceUnavailable),
            ("13", Code::InsufficientStorage),
            ("266", Code::InsufficientStorage),
            ("2067", Code::InternalServerError),
            ("?", Code::InternalServerError),
        ] {
            assert_eq!(reported_meaning(state), code, "{state}");
        }
    }

    #[test]
    fn a_full_pool_is_an_unavailable_service() {
        let failure = Failure::from(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
        assert_eq!(failure.code, Code::ServiceUnavailable);
        assert!(failure.source.is_some());
        let turned_away = || RuntimeErr::SqlxError(sqlx::Error::RowNotFound.into());
        assert_eq!(
            Failure::from(DbErr::Conn(turned_away())).code,
            Code::ServiceUnavailable
        );
        assert_eq!(
            Failure::from(DbErr::Query(turned_away())).code,
            Code::InternalServerError
        );
        assert_eq!(
            Failure::from(DbErr::RecordNotUpdated).code,
            Code::InternalServerError
        );
    }

    #[test]
    fn only_silence_at_the_commit_leaves_the_outcome_open() {
        let code = |error| Failure::at_commit(error).code;
        let closed = DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed);
        assert_eq!(code(closed), Code::OutcomeUnknown);
        let wrong = DbErr::Custom("wrong".to_owned());
        assert_eq!(code(wrong), Code::InternalServerError);
        let silent = sqlx::Error::Io(std::io::ErrorKind::TimedOut.into());
        let silent = DbErr::Exec(RuntimeErr::SqlxError(silent.into()));
        assert_eq!(code(silent), Code::OutcomeUnknown);
    }

    #[tokio::test]
    #[expect(clippy::disallowed_methods, reason = "a database of this test alone")]
    async fn sqlite_tells_the_columns_of_a_broken_constraint() {
        let database = Database::connect("sqlite::memory:").await.unwrap();
        let run = |sql: &'static str| database.execute_unprepared(sql);
        run("CREATE TABLE seat (a INT NOT NULL, b INT, CONSTRAINT grown CHECK (b > 0), UNIQUE (a, b))")
            .await
            .unwrap();
        run("INSERT INTO seat VALUES (1, 1)").await.unwrap();
        let twice = run("INSERT INTO seat VALUES (1, 1)").await.unwrap_err();
        assert_eq!(violated(&twice).as_deref(), Some("seat.a, seat.b"));
        let small = run("INSERT INTO seat VALUES (1, 0)").await.unwrap_err();
        assert_eq!(violated(&small).as_deref(), Some("grown"));
        let absent = run("INSERT INTO seat VALUES (NULL, 1)").await.unwrap_err();
        assert_eq!(violated(&absent).as_deref(), Some("seat.a"));
        let broken = run("INSERT INTO nowhere VALUES (1)").await.unwrap_err();
        assert_eq!(violated(&broken), None);
        assert_eq!(Failure::from(broken).code, Code::InternalServerError);
    }
}
