//! Attempts under one key at the same time, on PostgreSQL.

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};

use super::{assessed, municipality, rated};
use crate::{
    databases::Backend,
    harness::{App, Person},
    world::World,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_under_way_is_told_of() {
    let app = App::start(Backend::Postgres).await;
    let world = World::of(&app, "FI-837").await;
    let name = json!({ "name": "Youth services", "kind": "DEPARTMENT", "programme": "FI", "municipalityId": municipality(&world).await, "idempotencyKey": "a" });
    let act = || {
        app.act(
            &world.coordinator,
            "addResponsibleEntity",
            name.clone(),
            "responsibleEntity { id } replayed",
        )
    };
    let lock = app.database.begin().await.unwrap();
    lock.execute_unprepared("LOCK TABLE responsible_entity IN SHARE MODE")
        .await
        .unwrap();
    let first = act();
    let second = async {
        app.until_waiting_for_locks(1).await;
        let second = act().await;
        lock.rollback().await.unwrap();
        second
    };
    let (first, second) = tokio::join!(first, second);
    assert_eq!(
        second.codes("addResponsibleEntity"),
        ["IDEMPOTENCY_IN_PROGRESS"]
    );
    let first = &first.body["data"]["addResponsibleEntity"];
    assert_eq!(first["replayed"], false);
    let retry = act().await.body["data"]["addResponsibleEntity"].clone();
    assert_eq!(retry["replayed"], true);
    assert_eq!(retry["responsibleEntity"], first["responsibleEntity"]);
    assert_eq!(app.count("responsible_entity").await, 1);
}

/// How many keys race; `CFC_TEST_KEYS` takes more for a longer look.
fn keys() -> usize {
    std::env::var("CFC_TEST_KEYS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(8)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_hundred_attempts_on_two_servers_one_takes_effect() {
    let app = App::start(Backend::Postgres).await;
    let other = app.beside().await;
    let world = World::of(&app, "FI-837").await;
    let item = assessed(&world).await;
    let select = "userErrors { code } replayed";
    for round in 0..keys() {
        let version = 1 + i64::try_from(round).unwrap();
        let input = rated(&item, 1 + version % 4, version, &format!("key-{round}"));
        let before = app.count("audit_event").await;
        let attempts = (0..100).map(|n| {
            let server = if n % 2 == 0 { &app } else { &other };
            until_told(server, &world.coordinator, &input, select)
        });
        let told = join_all(attempts).await;
        let effects = told
            .iter()
            .filter(|payload| payload["replayed"] == false)
            .count();
        assert_eq!(effects, 1, "{told:?}");
        assert_eq!(app.count("audit_event").await, before + 1);
        assert!(
            told.iter()
                .all(|payload| payload["userErrors"] == json!([])),
            "{told:?}"
        );
    }
}

/// Sends an answer as often as it takes: another attempt may be under way.
async fn until_told(app: &App, who: &Person, input: &Value, select: &str) -> Value {
    loop {
        let answer = app.act(who, "answerIndicator", input.clone(), select).await;
        let payload = &answer.body["data"]["answerIndicator"];
        if payload.is_object() {
            return payload.clone();
        }
        let error = &answer.body["errors"][0]["extensions"];
        assert_eq!(error["retryable"], true, "{}", answer.body);
    }
}
