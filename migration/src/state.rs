//! What a database is to this program, judged by looking alone: nothing is made, nothing locked.

use std::collections::BTreeSet;

use sea_orm_migration::{
    MigratorTrait,
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

use crate::Migrator;

/// The table in which migrations note that they have run.
const RECORD: &str = "seaql_migrations";

/// What a database is to this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing is in it.
    Empty,
    /// It is ours, and migrations have not run yet.
    Behind,
    /// It is ours and up to date.
    Current,
    /// These migrations have run, and this program does not know them.
    Ahead(Vec<String>),
    /// A migration began on `SQLite`, where versions before transactions were cut off half-way.
    HalfRun {
        /// The migration.
        name: String,
        /// Whether nobody has put anything into the database yet.
        is_unused: bool,
    },
    /// Tables are in it, and none of them is ours.
    Foreign,
}

/// Judges a database. Over `SQLite` the connection has to be within a transaction, or another
/// process may write between one look and the next.
///
/// # Errors
/// When the database cannot be read.
pub async fn state<C: ConnectionTrait>(db: &C) -> Result<State, DbErr> {
    let tables = names(db, tables(db.get_database_backend())).await?;
    if !tables.contains(RECORD) {
        return Ok(if tables.is_empty() {
            State::Empty
        } else {
            State::Foreign
        });
    }
    let run = names(db, "SELECT version AS name FROM seaql_migrations").await?;
    let known: Vec<String> = Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect();
    if !run.is_empty() && !known.iter().any(|name| run.contains(name)) {
        return Ok(State::Foreign);
    }
    let unknown: Vec<_> = run.iter().filter(|name| !known.contains(name)).collect();
    if !unknown.is_empty() {
        return Ok(State::Ahead(unknown.into_iter().cloned().collect()));
    }
    let Some(next) = known.into_iter().find(|name| !run.contains(name)) else {
        return Ok(State::Current);
    };
    if db.get_database_backend() == DbBackend::Sqlite && has_begun(db, &next, &tables).await? {
        return Ok(State::HalfRun {
            name: next,
            is_unused: is_unused(db, &tables).await?,
        });
    }
    Ok(match (run.is_empty(), tables.len()) {
        (true, 1) => State::Empty,
        (true, _) => State::Foreign,
        (false, _) => State::Behind,
    })
}

/// The tables and views that are not of the database itself or of an extension.
const fn tables(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => {
            "SELECT CAST(c.relname AS TEXT) AS name FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
             AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass \
                 AND d.objid = c.oid AND d.deptype = 'e')"
        }
        _ => {
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') \
             AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        }
    }
}

async fn names<C: ConnectionTrait>(db: &C, select: &str) -> Result<BTreeSet<String>, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), select);
    let rows = db.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}

/// What the first statement of a migration leaves behind.
enum Trace {
    Table(&'static str),
    Column(&'static str, &'static str),
    NoIndex(&'static str),
}

/// The migrations that versions ran on `SQLite` without a transaction. No later one is ever cut off,
/// so this list does not grow.
const TRACES: [(&str, Trace); 14] = [
    ("m20261201_000001_programme", Trace::Table("programme")),
    ("m20261201_000002_work", Trace::Table("assessment")),
    ("m20261201_000003_journal", Trace::Table("audit_event")),
    (
        "m20261201_000004_client",
        Trace::Column("audit_event", "client_id"),
    ),
    (
        "m20261201_000005_order",
        Trace::NoIndex("municipality_by_population"),
    ),
    ("m20261201_000006_retry", Trace::Table("idempotency_record")),
    (
        "m20261201_000007_chain",
        Trace::Column("audit_event", "hash"),
    ),
    ("m20261201_000008_identity", Trace::Table("identity")),
    (
        "m20261201_000009_secret_use",
        Trace::Column("client_secret", "last_used_at"),
    ),
    (
        "m20261201_000010_name_key",
        Trace::NoIndex("responsible_entity_name"),
    ),
    (
        "m20261201_000012_season",
        Trace::Column("action", "due_season"),
    ),
    (
        "m20261201_000013_frozen",
        Trace::Column("assessment", "is_frozen"),
    ),
    (
        "m20261201_000014_invitation",
        Trace::Column("invitation", "invited_by"),
    ),
    (
        "m20261201_000016_threshold",
        Trace::Column("framework", "threshold"),
    ),
];

/// Whether a migration that is not recorded has left anything.
async fn has_begun<C: ConnectionTrait>(
    db: &C,
    migration: &str,
    tables: &BTreeSet<String>,
) -> Result<bool, DbErr> {
    let trace = TRACES.iter().find(|(name, _)| *name == migration);
    Ok(match trace {
        None => false,
        Some((_, Trace::Table(table))) => tables.contains(*table),
        Some((_, Trace::Column(table, column))) => {
            let columns = format!("SELECT name FROM pragma_table_info('{table}')");
            names(db, &columns).await?.contains(*column)
        }
        Some((_, Trace::NoIndex(index))) => {
            let indexes = "SELECT name FROM sqlite_master WHERE type = 'index'";
            !names(db, indexes).await?.contains(*index)
        }
    })
}

async fn is_unused<C: ConnectionTrait>(db: &C, tables: &BTreeSet<String>) -> Result<bool, DbErr> {
    for table in ["programme", "account"] {
        let first = format!("SELECT 'row' AS name FROM {table} LIMIT 1");
        if tables.contains(table) && !names(db, &first).await?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}
