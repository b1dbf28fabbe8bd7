//! Migrations that were cut off: those of this version leave nothing behind, those of an earlier one
//! are recognised.

use migration::{Migrator, MigratorTrait, State};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};

use super::{MIGRATE, USES, file, lines, refused_alike, run};
use crate::{
    databases::{self, Backend},
    harness::{self, with_own_settings},
};

with_own_settings! {
    a_migration_that_was_cut_off_is_run_again
    the_first_key_is_made_once
}

fn names() -> Vec<String> {
    let all = Migrator::migrations();
    all.iter()
        .map(|migration| migration.name().to_owned())
        .collect()
}

/// Those that earlier versions ran without a transaction. Every later one is whole or not there.
fn without_a_transaction() -> Vec<String> {
    let mut names = names();
    names.retain(|name| name.as_str() < "m20261201_000017");
    assert_eq!(names.len(), 14);
    names
}

/// From now on what is done cannot be recorded, for a migration or for all.
fn forbidden(backend: Backend, name: &str) -> String {
    match backend {
        Backend::Sqlite => format!(
            "CREATE TRIGGER cut BEFORE INSERT ON seaql_migrations WHEN NEW.version = '{name}' \
             BEGIN SELECT RAISE(ABORT, 'cut off'); END"
        ),
        Backend::Postgres => {
            format!("ALTER TABLE seaql_migrations ADD CONSTRAINT cut CHECK (version <> '{name}')")
        }
    }
}

const fn allowed(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "DROP TRIGGER cut",
        Backend::Postgres => "ALTER TABLE seaql_migrations DROP CONSTRAINT cut",
    }
}

async fn state(url: &str) -> State {
    let database = databases::peek(url).await;
    let state = migration::state(&database).await.unwrap();
    database.close().await.unwrap();
    state
}

async fn a_migration_that_was_cut_off_is_run_again(backend: Backend) {
    let url = databases::empty(backend).await;
    let database = databases::peek(&url).await;
    Migrator::install(&database).await.unwrap();
    database.close().await.unwrap();
    for (number, name) in names().iter().enumerate() {
        run(&url, &forbidden(backend, name)).await;
        harness::command(&url, MIGRATE).await.unwrap_err();
        run(&url, allowed(backend)).await;
        let expected = if number == 0 {
            State::Empty
        } else {
            State::Behind
        };
        assert_eq!(state(&url).await, expected, "{name}");
    }
    harness::command(&url, MIGRATE).await.unwrap();
    assert_eq!(state(&url).await, State::Current);
    harness::command(&url, &["programme", "load", "fi"])
        .await
        .unwrap();
}

async fn the_first_key_is_made_once(backend: Backend) {
    let url = databases::empty(backend).await;
    super::up(&url, u32::MAX).await;
    let forbidden = match backend {
        Backend::Sqlite => {
            "CREATE TRIGGER cut BEFORE INSERT ON signing_key BEGIN SELECT RAISE(ABORT, 'cut off'); END"
        }
        Backend::Postgres => "ALTER TABLE signing_key ADD CONSTRAINT cut CHECK (id IS NULL)",
    };
    run(&url, forbidden).await;
    harness::command(&url, MIGRATE).await.unwrap_err();
    let allowed = match backend {
        Backend::Sqlite => "DROP TRIGGER cut",
        Backend::Postgres => "ALTER TABLE signing_key DROP CONSTRAINT cut",
    };
    run(&url, allowed).await;
    for _ in 0..2 {
        harness::command(&url, MIGRATE).await.unwrap();
        let database = databases::peek(&url).await;
        let keys = "SELECT 'a key' AS line FROM signing_key";
        assert_eq!(lines(&database, keys).await.len(), 1);
        database.close().await.unwrap();
    }
}

/// A connection that is the only one, so that what it is told about the file holds.
async fn only(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1);
    Database::connect(options).await.unwrap()
}

async fn schema(database: &DatabaseConnection) -> Vec<String> {
    let all = "SELECT type || name || coalesce(sql, '') AS line FROM sqlite_master";
    lines(database, all).await
}

/// Cuts the migrations of a version without transactions off wherever the file would grow: what is
/// there shows by itself whether it was begun.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_earlier_version_left_half_done_is_recognised() {
    let mut begun = 0;
    for (number, name) in without_a_transaction().iter().enumerate() {
        let base = databases::empty(Backend::Sqlite).await;
        let database = only(&base).await;
        Migrator::install(&database).await.unwrap();
        Migrator::up(&database, u32::try_from(number).ok())
            .await
            .unwrap();
        database.close().await.unwrap();
        for more in 0.. {
            let url = databases::empty(Backend::Sqlite).await;
            std::fs::copy(file(&base), file(&url)).unwrap();
            let database = only(&url).await;
            let before = schema(&database).await;
            let pages = "SELECT CAST(page_count AS TEXT) AS line FROM pragma_page_count";
            let pages: u32 = lines(&database, pages).await[0].parse().unwrap();
            let limit = format!("PRAGMA max_page_count = {}", pages + more);
            database.execute_unprepared(&limit).await.unwrap();
            let is_done = Migrator::up(&database, Some(1)).await.is_ok();
            let found = migration::state(&database).await.unwrap();
            let is_half = matches!(&found, State::HalfRun { name: half, .. } if half == name);
            let is_begun = !is_done && schema(&database).await != before;
            assert_eq!(
                is_half, is_begun,
                "{name} cut off at {more} pages: {found:?}"
            );
            database.close().await.unwrap();
            begun += u32::from(is_begun);
            if is_done {
                break;
            }
        }
    }
    assert!(begun > 20, "{begun}");
}

/// Cut off before it could be recorded, which leaves most behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_to_do_with_half_an_update_is_told() {
    for (number, name) in without_a_transaction().iter().enumerate() {
        for is_used in [false, true] {
            let url = databases::empty(Backend::Sqlite).await;
            let database = only(&url).await;
            Migrator::install(&database).await.unwrap();
            Migrator::up(&database, u32::try_from(number).ok())
                .await
                .unwrap();
            if is_used && number > 0 {
                let row = super::programme(Backend::Sqlite, "FI", false);
                database.execute_unprepared(&row).await.unwrap();
            }
            database
                .execute_unprepared(&forbidden(Backend::Sqlite, name))
                .await
                .unwrap();
            Migrator::up(&database, Some(1)).await.unwrap_err();
            database.close().await.unwrap();
            let all = [&USES[..], &[MIGRATE, super::DEMO]].concat();
            let told = refused_alike(&url, &all).await;
            let cut_off = format!("was cut off in the middle of an update ({name})");
            assert!(told.contains(&cut_off), "{told}");
            let remedy = if is_used && number > 0 {
                "Put back the copy of the database from before"
            } else {
                "remove its file, and run cfc migrate"
            };
            assert!(told.contains(remedy), "{told}");
        }
    }
}
