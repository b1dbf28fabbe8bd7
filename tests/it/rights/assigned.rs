//! Whoever works for a responsible entity sees of an open assessment the items assigned to them,
//! and nothing once these are taken back.

use serde_json::{Value, json};

use crate::{
    ground::{Ground, Stage},
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    a_responsible_entity_sees_its_items_and_no_others
}

const FOUND: &str =
    "query Found($ids: [ID!]!) { nodes(ids: $ids) { id ... on Assessment { items { id } } } }";

/// What somebody sees of an open and a confirmed assessment and of their items.
async fn seen(ground: &Ground<'_>, who: &Person) -> Vec<Value> {
    let ids = [
        "open assessment",
        "item of the carrier",
        "item of the steering member",
        "open item",
        "confirmed assessment",
        "confirmed item",
    ];
    let ids = ids.map(|name| ground.id(name));
    let read = ground.world.app.read(who, FOUND, json!({ "ids": ids }));
    let read = read.await;
    let nodes = read["nodes"].as_array().unwrap().iter().zip(ids);
    let seen = nodes.map(|(node, id)| {
        assert!(node.is_null() || node["id"] == id, "{node}");
        match node.get("items") {
            Some(items) => items.clone(),
            None => (!node.is_null()).into(),
        }
    });
    seen.collect()
}

async fn a_responsible_entity_sees_its_items_and_no_others(app: App) {
    let ground = Ground::of(&app, "FI-837", Stage::Assessing).await;
    let other = Ground::of(&app, "FI-091", Stage::Assessing).await;
    let item = json!({ "id": ground.id("item of the carrier") });
    let none = json!([]);
    let idle = json!([false, false, false, false, none, false]);
    let outside = json!([false, false, false, false, null, false]);
    let own = json!([[item], true, false, false, none, false]);
    assert_eq!(json!(seen(&ground, &ground.hands.carrier).await), own);
    assert_eq!(json!(seen(&ground, &other.hands.carrier).await), outside);
    assert_eq!(json!(seen(&ground, &app.public()).await), outside);
    let mut unassign = World::step("itemId", &item);
    unassign["expectedVersion"] = json!(3);
    let coordinator = &ground.world.coordinator;
    app.done(coordinator, "unassignIndicator", unassign, "item { id }")
        .await;
    assert_eq!(json!(seen(&ground, &ground.hands.carrier).await), idle);
}
