//! The plan to follow today beside the newest version: a draft hides nothing, and an approval takes
//! nothing away before the newer plan begins.

use serde_json::{Value, json};

use crate::{
    ground::to_approval,
    harness::{App, on_both_databases},
    journey,
    world::World,
};

on_both_databases! {
    the_plan_in_force_is_told_beside_the_newest_version
}

/// Status and number of the newest plan, of the one in force, and of those that are found by status.
async fn seen(world: &World<'_>, cycle: &Value) -> Value {
    let document = "query($id: ID!) { node(id: $id) { ... on Cycle {
        actionPlan { number status } planInForce { number status }
        actionPlans(status: [DRAFT, APPROVED]) { number }
        none: actionPlans(status: []) { number } all: actionPlans(status: null) { number } } } }";
    let variables = json!({ "id": cycle["id"] });
    let read = world.app.read(&world.coordinator, document, variables);
    let mut node = read.await["node"].clone();
    assert_eq!(node["none"], json!([]));
    let newest = node["actionPlan"]["number"].clone();
    assert_eq!(node["all"][0]["number"], newest);
    let found = node["actionPlans"].as_array().unwrap();
    let found: Vec<_> = found.iter().map(|plan| &plan["number"]).collect();
    let told = |plan: &Value| json!([plan["number"], plan["status"]]);
    let all = [told(&node["actionPlan"]), told(&node["planInForce"])];
    let found = json!(found);
    node = json!(all);
    json!([node, found])
}

async fn the_plan_in_force_is_told_beside_the_newest_version(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    let nothing = json!([null, null]);
    assert_eq!(seen(&world, &cycle).await, json!([[nothing, nothing], []]));
    journey::approved(&world, &cycle).await;
    let first = json!([1, "IN_FORCE"]);
    assert_eq!(seen(&world, &cycle).await, json!([[first, first], []]));

    let input = json!({ "cycleId": cycle["id"], "periodFrom": "2026-11-24",
        "periodTo": "2028-01-14", "copyFromCurrent": true });
    let select = "actionPlan { id version }";
    let created = app
        .done(&world.coordinator, "createActionPlan", input, select)
        .await;
    let draft = json!([2, "DRAFT"]);
    assert_eq!(seen(&world, &cycle).await, json!([[draft, first], [2]]));

    let adoption = json!({ "body": "The council", "reference": "1", "adoptedOn": "2026-11-20",
        "wereChildrenHeard": true });
    to_approval(&world, created["actionPlan"].clone(), &adoption).await;
    let (second, before) = (json!([2, "APPROVED"]), json!([1, "SUPERSEDED"]));
    assert_eq!(seen(&world, &cycle).await, json!([[second, before], [2]]));

    app.clock.pass_days(2);
    let world = World::of(&app, "FI-837").await;
    let second = json!([2, "IN_FORCE"]);
    assert_eq!(seen(&world, &cycle).await, json!([[second, second], []]));
}
