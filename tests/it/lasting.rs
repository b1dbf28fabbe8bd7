//! What must last: the journal cannot be rewritten, a recognition ends on its last day and not
//! before, and rights end with the membership.

use entity::account::Role;
use serde_json::json;

use crate::{
    harness::{App, on_both_databases},
    journey,
    world::World,
};

on_both_databases! {
    the_database_refuses_to_change_the_journal
    a_recognition_expires_after_its_last_day
    an_ended_membership_has_no_rights_left
}

async fn the_database_refuses_to_change_the_journal(app: App) {
    let world = World::of(&app, "FI-837").await;
    world.started().await;
    for table in ["audit_event", "outbox_event"] {
        assert!(app.count(table).await > 0);
        for sql in [
            format!("UPDATE {table} SET id = id"),
            format!("DELETE FROM {table}"),
        ] {
            let refusal = app.meddle(&sql).await.unwrap_err();
            assert!(refusal.contains("only ever added"), "{sql}: {refusal}");
        }
    }
}

async fn a_recognition_expires_after_its_last_day(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    journey::approved(&world, &cycle).await;
    journey::recognised(&world, &cycle).await;
    let status = async || {
        let asked = world
            .ask(&app.public(), "currentRecognition { status validUntil }")
            .await;
        assert_eq!(asked["currentRecognition"]["validUntil"], "2028-11-21");
        asked["currentRecognition"]["status"].clone()
    };
    let count = async |status: &str| {
        let document = "query C($status: RecognitionStatus!) { municipalities(
            filter: { recognitionStatus: { eq: $status } }) { totalCount } }";
        let data = app
            .read(&app.public(), document, json!({ "status": status }))
            .await;
        data["municipalities"]["totalCount"].as_i64().unwrap()
    };
    // 2026-11-22 and 730 days are 2028-11-21, the last day of 24 months.
    app.clock.pass_days(730);
    assert_eq!(status().await, "ACTIVE");
    assert_eq!((count("ACTIVE").await, count("EXPIRED").await), (1, 0));
    app.clock.pass_days(1);
    assert_eq!(status().await, "EXPIRED");
    assert_eq!((count("ACTIVE").await, count("EXPIRED").await), (0, 1));
}

async fn an_ended_membership_has_no_rights_left(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.assessment(&cycle, "BASELINE").await;
    let selection = "currentCycle { assessment { id } }";
    let seen = world.ask(&world.coordinator, selection).await;
    assert!(seen["currentCycle"]["assessment"]["id"].is_string());
    let document =
        "query A($id: ID!) { node(id: $id) { ... on Account { memberships { id version } } } }";
    let found = app
        .read(
            &world.manager,
            document,
            json!({ "id": world.coordinator.account }),
        )
        .await;
    let step = World::step("membershipId", &found["node"]["memberships"][0]);
    assert_eq!(
        app.refused(&world.adviser, "endMembership", step.clone())
            .await,
        ["NOT_FOUND"]
    );
    app.done(&world.manager, "endMembership", step, "membership { id }")
        .await;
    let seen = world.ask(&world.coordinator, selection).await;
    assert!(
        seen["currentCycle"]["assessment"].is_null(),
        "rights end with the membership"
    );
    let administrator = app.person(Role::SystemAdministrator, None).await;
    let seen = world.ask(&administrator, selection).await;
    assert!(
        seen["currentCycle"]["assessment"].is_null(),
        "an administrator sees no content"
    );
}
