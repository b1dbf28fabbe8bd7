//! A cycle that is yet to begin, or that was cancelled, is found only by those who work in it, and
//! so is all that hangs on it.

use entity::account::Role;
use serde_json::{Value, json};

use crate::{
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    what_is_planned_or_cancelled_is_found_by_its_people_alone
}

const FOUND: &str = "query Found($ids: [ID!]!) { nodes(ids: $ids) { id } }";

/// A cycle and its first milestone.
async fn parts(app: &App, who: &Person, cycle: &Value) -> Vec<Value> {
    let document = "query Parts($id: ID!) { node(id: $id) { ... on Cycle { milestones { id } } } }";
    let read = app.read(who, document, json!({ "id": cycle["id"] })).await;
    let first = read["node"]["milestones"][0]["id"].clone();
    vec![cycle["id"].clone(), first]
}

async fn found(app: &App, who: &Person, ids: &[Value]) -> Vec<Value> {
    let read = app.read(who, FOUND, json!({ "ids": ids })).await;
    let nodes = read["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["id"].clone()).collect()
}

async fn what_is_planned_or_cancelled_is_found_by_its_people_alone(app: App) {
    let world = World::of(&app, "FI-837").await;
    let participation = world.enrolled().await;
    let cancelled = world.cycle(&participation, "2026-01-10").await;
    let mut cancel = World::step("cycleId", &cancelled);
    cancel["reason"] = "Begun too early.".into();
    app.done(&world.manager, "cancelCycle", cancel, "cycle { id }")
        .await;
    let planned = world.cycle(&participation, "2030-01-15").await;
    assert_eq!(planned["status"], "PLANNED");
    let mut ids = parts(&app, &world.coordinator, &cancelled).await;
    ids.extend(parts(&app, &world.coordinator, &planned).await);
    for who in [
        &world.coordinator,
        &world.adviser,
        &world.manager,
        &world.deciding_body,
    ] {
        assert_eq!(found(&app, who, &ids).await, ids);
    }
    let outside = [
        app.public(),
        app.person(Role::Coordinator, Some("FI-091")).await,
        app.person(Role::Adviser, Some("FI-091")).await,
        app.person(Role::SystemAdministrator, None).await,
    ];
    for who in &outside {
        assert_eq!(found(&app, who, &ids).await, vec![Value::Null; ids.len()]);
    }
    app.clock.pass_days(4 * 365);
    let begun = [&vec![Value::Null; 2][..], &ids[2..]].concat();
    let anybody = &outside[0];
    assert_eq!(found(&app, anybody, &ids).await, begun, "once it has begun");
}
