//! Row Z9: counts of so few children that they could point to one.

use entity::account::Role;
use serde_json::{Value, json};

use crate::{
    ground::to_approval,
    harness::{App, on_both_databases},
    journey,
    world::World,
};

on_both_databases! {
    z9_counts_of_few_children_are_hidden_from_the_public
}

/// An approved plan with an action whose indicator counts children; answers with the indicator.
pub(crate) async fn counted(world: &World<'_>) -> Value {
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    journey::approved(world, &cycle).await;
    let (app, coordinator) = (world.app, &world.coordinator);
    let input = json!({ "cycleId": cycle["id"], "periodFrom": "2026-11-01",
        "periodTo": "2028-01-14", "copyFromCurrent": true });
    let select = "actionPlan { id version objectives { id } }";
    let plan = app
        .done(coordinator, "createActionPlan", input, select)
        .await["actionPlan"]
        .clone();
    let input = json!({ "objectiveId": plan["objectives"][0]["id"], "title": "A place to meet" });
    let action = app
        .done(coordinator, "addAction", input, "action { id }")
        .await;
    let input = json!({ "actionId": action["action"]["id"], "label": "Children who came",
        "unit": "COUNT", "counts": "CHILDREN", "baseline": "3", "baselineOn": "2026-10-01", "target": "50" });
    let select = "actionIndicator { id }";
    let indicator = app
        .done(coordinator, "defineActionIndicator", input, select)
        .await;
    let adoption = json!({ "body": "The council", "reference": "1", "adoptedOn": "2026-11-20", "wereChildrenHeard": true });
    to_approval(world, plan, &adoption).await;
    indicator["actionIndicator"]["id"].clone()
}

async fn z9_counts_of_few_children_are_hidden_from_the_public(app: App) {
    let world = World::of(&app, "FI-837").await;
    let indicator = counted(&world).await;
    let neighbour = app.person(Role::Coordinator, Some("FI-245")).await;
    let counts = [(0, false), (1, true), (4, true), (5, false), (17, false)];
    for (day, (count, is_hidden)) in (10..).zip(counts) {
        let input = json!({ "actionIndicatorId": indicator, "value": count.to_string(),
            "measuredOn": format!("2026-11-{day}") });
        let select = "measurement { id }";
        let made = app
            .done(&world.coordinator, "recordMeasurement", input, select)
            .await;
        let id = &made["measurement"]["id"];
        for (who, sees_all) in [
            (app.public(), false),
            (neighbour.clone(), false),
            (world.coordinator.clone(), true),
        ] {
            let document = "query($m: ID!, $i: ID!) { node(id: $m) { ... on Measurement { value isSuppressed } }
                of: node(id: $i) { ... on ActionIndicator { baseline isBaselineSuppressed
                    measurements(includeCorrected: true) { id value isSuppressed } latestMeasurement { value } } } }";
            let seen = app
                .read(&who, document, json!({ "m": id, "i": indicator }))
                .await;
            let hides = is_hidden && !sees_all;
            let expected = if hides {
                Value::Null
            } else {
                count.to_string().into()
            };
            let own = json!({ "value": expected, "isSuppressed": hides });
            assert_eq!(seen["node"], own, "{count}");
            let listed = seen["of"]["measurements"].as_array().unwrap();
            let listed = listed.iter().find(|one| one["id"] == *id).unwrap();
            assert_eq!(listed["value"], expected);
            assert_eq!(seen["of"]["latestMeasurement"]["value"], expected);
            let baseline = if sees_all { "3".into() } else { Value::Null };
            assert_eq!(seen["of"]["baseline"], baseline);
        }
    }
}
