//! A database of an earlier version is brought up to date: its rows stay, and what is recorded from
//! then on is sealed.

use entity::account::Role;
use migration::{Migrator, MigratorTrait};
use sea_orm::ConnectionTrait;

use crate::{
    databases::{self, Backend},
    harness::{self, App},
};

/// The migrations before the chain of the audit log.
const BEFORE_THE_CHAIN: u32 = 6;

const RECORDED: &str = "INSERT INTO audit_event (id, at, system_reason, action, target_type, target_id, \
    changes, before_hash, after_hash, request_id) \
    VALUES (ID, '2026-11-01 09:00:00+00:00', 'an earlier version', 'PROGRAMME_PUBLISHED', 'Programme', ID, \
    '[]', '', '', 'r')";

async fn what_was_recorded_before_the_chain_stays(backend: Backend) {
    let url = databases::empty(backend).await;
    let database = databases::peek(&url).await;
    Migrator::up(&database, Some(BEFORE_THE_CHAIN))
        .await
        .unwrap();
    for number in 1..=3 {
        let id = format!("'00000000-0000-7000-8000-00000000000{number}'");
        let id = match backend {
            Backend::Sqlite => format!("x{}", id.replace('-', "")),
            Backend::Postgres => id,
        };
        let row = RECORDED.replace("ID", &id);
        database.execute_unprepared(&row).await.unwrap();
    }
    harness::prepare(&url).await;
    let app = App::start_with(backend, |config| config.database_url = Some(url)).await;
    let of_the_load = app.count("audit_event").await - 3;
    assert!(of_the_load > 0);
    app.person(Role::ProgrammeManager, None).await;
    let verified = app.operator.verify_audit(None, |_| {}).await.unwrap();
    assert_eq!(verified.breaks, [""; 0]);
    assert_eq!(verified.sequence, of_the_load + 4, "numbers go on");
    // One that was there before is missed.
    let unguarded = match backend {
        Backend::Sqlite => "DROP TRIGGER audit_event_no_delete",
        Backend::Postgres => "ALTER TABLE audit_event DISABLE TRIGGER ALL",
    };
    for sql in [unguarded, "DELETE FROM audit_event WHERE sequence = 2"] {
        app.meddle(sql).await.unwrap();
    }
    let verified = app.operator.verify_audit(None, |_| {}).await.unwrap();
    assert_eq!(verified.breaks.len(), 1, "{verified:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_recorded_before_the_chain_stays_on_sqlite() {
    what_was_recorded_before_the_chain_stays(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_recorded_before_the_chain_stays_on_postgres() {
    what_was_recorded_before_the_chain_stays(Backend::Postgres).await;
}
