//! The chain of the audit log: whole under many writers, and kept by the database.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    a_log_that_nobody_touched_is_whole
    sixty_four_writers_on_two_servers_make_one_chain
    the_database_refuses_to_change_what_was_recorded
}

async fn a_log_that_nobody_touched_is_whole(app: App) {
    let before = app.operator.verify_audit(None, |_| {}).await.unwrap();
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    // Refused after it has locked and read: what was rolled back leaves no gap.
    let input = json!({ "cycleId": cycle["id"], "kind": "BASELINE" });
    app.refused(&world.adviser, "startAssessment", input).await;
    let known = Some(before.head.as_str());
    let after = app.operator.verify_audit(known, |_| {}).await.unwrap();
    assert_eq!(after.breaks, [""; 0]);
    let count = app.count("audit_event").await;
    assert_eq!(i64::try_from(after.rows).unwrap(), count);
    assert_eq!(after.sequence, count, "numbers have no gaps");
    assert!(after.rows > before.rows + 8);
    let other = "1".repeat(64);
    let found = app
        .operator
        .verify_audit(Some(&other), |_| {})
        .await
        .unwrap();
    assert_eq!(found.breaks.len(), 1, "{found:?}");
    assert!(found.breaks[0].contains("that you noted is not in the chain"));
}

async fn sixty_four_writers_on_two_servers_make_one_chain(app: App) {
    let other = app.beside().await;
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    // Each server signs with its own address.
    let account = world.coordinator.account.clone();
    let token = other.operator.token(&account, TimeDelta::hours(1)).await;
    let there = Person {
        account,
        token: Some(token.unwrap()),
    };
    let before = app.operator.verify_audit(None, |_| {}).await.unwrap();
    let writer = |number: usize| {
        let here = number.is_multiple_of(2);
        let (server, who) = if here {
            (&app, &world.coordinator)
        } else {
            (&other, &there)
        };
        let id = &assessment["items"][number]["id"];
        async move {
            for version in 1..=WRITES {
                answered(server, who, id, version).await;
            }
        }
    };
    futures_util::future::join_all((0..64).map(writer)).await;
    let known = Some(before.head.as_str());
    let after = other.operator.verify_audit(known, |_| {}).await.unwrap();
    assert_eq!(after.breaks, [""; 0]);
    assert_eq!(after.rows, before.rows + 64 * WRITES);
}

/// How often each writer writes.
const WRITES: u64 = 3;

/// Saves an answer. A writer that was sent away comes again; what it wrote stands in the version.
async fn answered(server: &App, who: &Person, item: &Value, version: u64) {
    for _ in 0..20 {
        let input = json!({ "itemId": item, "answer": "LEVEL", "level": 1 + version % 3, "expectedVersion": version });
        let select = "item { version }";
        let answer = server.act(who, "answerIndicator", input, select).await;
        let payload = &answer.body["data"]["answerIndicator"];
        let is_written = payload["item"]["version"] == version + 1;
        if is_written || payload["userErrors"][0]["code"] == "VERSION_CONFLICT" {
            return;
        }
        let error = &answer.body["errors"][0]["extensions"];
        assert_eq!(error["retryable"], true, "{}", answer.body);
    }
    panic!("a writer was sent away twenty times");
}

async fn the_database_refuses_to_change_what_was_recorded(app: App) {
    let world = World::of(&app, "FI-837").await;
    world.started().await;
    let id = if app.is_postgres() {
        "gen_random_uuid()"
    } else {
        "randomblob(16)"
    };
    let measurement = format!(
        "INSERT INTO measurement (id, programme_id, municipality_id, plan_id, action_indicator_id,
             measured_on, created_at)
         VALUES ({id}, {id}, {id}, {id}, {id}, '2026-11-22', '2026-11-22T09:00:00+00:00')"
    );
    // Without its parents: only the triggers are asked here.
    let (off, on) = if app.is_postgres() {
        (
            "SET session_replication_role = replica",
            "SET session_replication_role = origin",
        )
    } else {
        ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
    };
    app.meddle(&format!("{off}; {measurement}; {on}"))
        .await
        .unwrap();
    for table in ["audit_event", "outbox_event", "measurement"] {
        let count = app.count(table).await;
        assert!(count > 0, "{table}");
        let mut attempts = vec![
            format!("UPDATE {table} SET id = id"),
            format!("DELETE FROM {table}"),
        ];
        if app.is_postgres() {
            attempts.push(format!("TRUNCATE {table}"));
            attempts.push(format!("TRUNCATE {table} CASCADE"));
        }
        for sql in attempts {
            let refusal = app.meddle(&sql).await.unwrap_err();
            assert!(refusal.contains("only ever added"), "{sql}: {refusal}");
        }
        assert_eq!(app.count(table).await, count);
    }
    let refusal = app.meddle("DELETE FROM chain_head").await.unwrap_err();
    assert!(refusal.contains("only ever added"), "{refusal}");
}
