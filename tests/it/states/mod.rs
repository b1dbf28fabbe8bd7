//! What a database is to `cfc`: every command says so in the same words before it touches anything,
//! and whatever was cut off can be done again.

mod at_once;
mod cut_off;
mod pooled;

use std::{
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    path::{Path, PathBuf},
};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use crate::{
    databases::{self, Backend},
    harness::{command, with_own_settings},
};

with_own_settings! {
    commands_tell_of_a_newer_database_and_leave_it_alone
    commands_tell_of_an_older_one_and_leave_it_alone
    commands_tell_of_an_empty_one_and_leave_it_alone
    commands_tell_of_tables_of_something_else_and_leave_them_alone
    the_demonstration_leaves_alone_what_is_not_its_own
}

/// Commands that use a database as it is.
const USES: [&[&str]; 8] = [
    &["serve"],
    &["programme", "load", "fi"],
    &[
        "account",
        "add",
        "--name",
        "A",
        "--role",
        "SYSTEM_ADMINISTRATOR",
    ],
    &[
        "account",
        "link",
        "acc_0",
        "--issuer",
        "i",
        "--subject",
        "s",
    ],
    &["client", "rotate", "cli_0"],
    &["audit", "verify"],
    &["key", "rotate"],
    &["token", "acc_0"],
];
const MIGRATE: &[&str] = &["migrate"];
const DEMO: &[&str] = &["demo", "--json"];

/// What commands are refused with, each in the same words, while nothing is changed.
async fn refused_alike(url: &str, commands: &[&[&str]]) -> String {
    let before = picture(url).await;
    let mut sentences = Vec::new();
    for words in commands {
        sentences.push(command(url, words).await.expect_err(words[0]));
        assert_eq!(before, picture(url).await, "{words:?} left something");
    }
    sentences.dedup();
    assert_eq!(sentences.len(), 1, "{sentences:?}");
    sentences.remove(0)
}

async fn commands_tell_of_a_newer_database_and_leave_it_alone(backend: Backend) {
    let url = databases::fresh(backend).await;
    run(
        &url,
        "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29990101_000001_later', 0)",
    )
    .await;
    let all = [&USES[..], &[MIGRATE, DEMO]].concat();
    let told = refused_alike(&url, &all).await;
    let expected =
        "by a newer cfc (m29990101_000001_later is not known to this one). Use that version";
    assert!(told.contains(expected), "{told}");
}

async fn commands_tell_of_an_older_one_and_leave_it_alone(backend: Backend) {
    let url = databases::empty(backend).await;
    up(&url, 6).await;
    let told = refused_alike(&url, &USES).await;
    assert_eq!(told, "The database is not up to date. Run: cfc migrate");
}

async fn commands_tell_of_an_empty_one_and_leave_it_alone(backend: Backend) {
    let url = databases::empty(backend).await;
    let told = refused_alike(&url, &USES).await;
    assert!(told.starts_with("The database is empty."), "{told}");
    assert!(told.contains("\n  cfc migrate\n"), "{told}");
}

async fn commands_tell_of_tables_of_something_else_and_leave_them_alone(backend: Backend) {
    let url = databases::empty(backend).await;
    run(&url, "CREATE TABLE programme (song TEXT)").await;
    let told = refused_alike(&url, &[&USES[..], &[MIGRATE]].concat()).await;
    assert!(told.contains("tables of something else"), "{told}");
    let told = refused_alike(&url, &[DEMO]).await;
    assert!(told.contains("not a demonstration"), "{told}");
    // Another program may note its migrations in a table of the same name.
    for sql in [
        "CREATE TABLE seaql_migrations (version TEXT PRIMARY KEY, applied_at BIGINT NOT NULL)",
        "INSERT INTO seaql_migrations VALUES ('m20200101_000001_songs', 0)",
    ] {
        run(&url, sql).await;
    }
    let told = refused_alike(&url, &[&USES[..], &[MIGRATE]].concat()).await;
    assert!(told.contains("tables of something else"), "{told}");
}

async fn the_demonstration_leaves_alone_what_is_not_its_own(backend: Backend) {
    let loaded = databases::fresh(backend).await;
    let told = refused_alike(&loaded, &[DEMO]).await;
    assert!(told.contains("not a demonstration"), "{told}");
    let older = databases::empty(backend).await;
    up(&older, 6).await;
    let told = refused_alike(&older, &[DEMO]).await;
    assert!(told.contains("holds no demonstration"), "{told}");
    run(&older, &programme(backend, "FI", true)).await;
    let told = refused_alike(&older, &[DEMO]).await;
    assert!(
        told.contains("was cut off while it told the demonstration"),
        "{told}"
    );
    run(&older, &programme(backend, "SE", false)).await;
    let told = refused_alike(&older, &[DEMO]).await;
    assert!(told.contains("not a demonstration"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_no_database_is_left_alone() {
    let url = databases::empty(Backend::Sqlite).await;
    std::fs::write(
        file(&url),
        "Dear diary, today I was told to be a database.".repeat(99),
    )
    .unwrap();
    let told = refused_alike(&url, &[&USES[..], &[MIGRATE]].concat()).await;
    assert!(told.contains("tables of something else"), "{told}");
    let told = refused_alike(&url, &[DEMO]).await;
    assert!(told.contains("not a demonstration"), "{told}");
}

fn programme(backend: Backend, key: &str, is_demonstration: bool) -> String {
    let quote = match backend {
        Backend::Sqlite => "x",
        Backend::Postgres => "",
    };
    let id = key
        .bytes()
        .map(|byte| format!("{byte:02x}"))
        .collect::<String>()
        .repeat(8);
    format!(
        "INSERT INTO programme VALUES ({quote}'{id}', '{key}', '{key}', '{{}}', 'o', '[]', 'UTC', 'EUR', \
         {is_demonstration}, '2026-11-01 09:00:00+00:00')"
    )
}

/// Runs a statement, and closes the database after it.
async fn run(url: &str, sql: &str) {
    let database = databases::peek(url).await;
    database.execute_unprepared(sql).await.unwrap();
    database.close().await.unwrap();
}

/// Runs the first migrations.
async fn up(url: &str, steps: u32) {
    let database = databases::peek(url).await;
    Migrator::up(&database, Some(steps)).await.unwrap();
    database.close().await.unwrap();
}

/// The file of a database.
fn file(url: &str) -> PathBuf {
    let path = url.strip_prefix("sqlite://").unwrap();
    path.split('?').next().unwrap().into()
}

/// All that can be seen of a database from outside of it.
async fn picture(url: &str) -> Vec<String> {
    if url.starts_with("sqlite:") {
        return files(&file(url));
    }
    let database = databases::peek(url).await;
    let shape = "SELECT concat_ws(' ', table_schema, table_name, column_name, data_type) AS line \
        FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema') \
        UNION ALL SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%'";
    let mut lines = lines(&database, shape).await;
    let tables = "SELECT relname::text AS line FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    for table in self::lines(&database, tables).await {
        let rows = format!("SELECT '{table} ' || t::text AS line FROM {table} t");
        lines.extend(self::lines(&database, &rows).await);
    }
    lines.sort();
    database.close().await.unwrap();
    lines
}

/// The files whose names begin with that of a database, with what is in them.
fn files(of: &Path) -> Vec<String> {
    let name = of.file_name().unwrap().to_str().unwrap();
    let all = std::fs::read_dir(of.parent().unwrap()).unwrap().flatten();
    let its = all.filter(|entry| entry.file_name().to_str().unwrap().starts_with(name));
    let mut files: Vec<_> = its
        .map(|entry| {
            let bytes = std::fs::read(entry.path()).unwrap();
            let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(&bytes);
            format!("{} {} {hash:x}", entry.path().display(), bytes.len())
        })
        .collect();
    files.sort();
    files
}

async fn lines(database: &DatabaseConnection, select: &str) -> Vec<String> {
    let statement = Statement::from_string(database.get_database_backend(), select);
    let rows = database.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get("", "line").unwrap())
        .collect()
}
