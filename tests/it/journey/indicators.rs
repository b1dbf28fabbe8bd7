//! An indicator of an action is mended and taken out while its plan is written, and not afterwards.

use serde_json::{Value, json};

use super::{adopted, objectives};
use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    indicators_are_changed_and_removed_until_the_plan_is_handed_over
}

const INDICATOR: &str = "actionIndicator { id version label unit counts isBaselineKnown baseline \
    baselineOn target targetText targetOn targetOnPrecision targetSeason { season year } \
    meansOfVerification }";

/// The first action of a plan that has what the gates ask for.
async fn action(world: &World<'_>, plan: &Value) -> Value {
    objectives(world, plan).await;
    let document = "query($id: ID!) { node(id: $id) { ... on ActionPlan { objectives { id } } } }";
    let read = world
        .app
        .read(&world.coordinator, document, json!({ "id": plan["id"] }))
        .await;
    let input = json!({ "objectiveId": read["node"]["objectives"][0]["id"], "title": "Training" });
    let added = world
        .app
        .done(&world.coordinator, "addAction", input, "action { id }")
        .await;
    added["action"].clone()
}

async fn indicators_are_changed_and_removed_until_the_plan_is_handed_over(app: App) {
    let world = World::of(&app, "FI-837").await;
    let who = &world.coordinator;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    let plan = world.plan(&cycle).await;
    let action = action(&world, &plan).await;
    let input = json!({ "actionId": action["id"], "label": "Trainings", "unit": "COUNT",
        "counts": "NOT_PEOPLE", "baseline": "2", "baselineOn": "2026-01-01", "target": "5",
        "targetText": "Five", "targetOn": "2027-06-01", "targetOnPrecision": "MONTH",
        "meansOfVerification": "Lists" });
    let defined = app
        .done(who, "defineActionIndicator", input.clone(), INDICATOR)
        .await;
    let mut row = defined["actionIndicator"].clone();
    let other = app.done(
        who,
        "defineActionIndicator",
        input,
        "actionIndicator { id version }",
    );
    let other = other.await["actionIndicator"].clone();

    let stale = json!({ "actionIndicatorId": row["id"], "label": "New", "expectedVersion": 7 });
    let name = "changeActionIndicator";
    assert_eq!(
        app.refused(who, name, stale.clone()).await,
        ["VERSION_CONFLICT"]
    );
    for (change, wanted) in [
        (json!({ "label": "" }), "REQUIRED"),
        (json!({ "unit": "TEXT" }), "INVALID"),
        (json!({ "target": "2.5" }), "INVALID"),
        (json!({ "target": "7", "clear": ["TARGET"] }), "INVALID"),
        (json!({ "baselineOn": "2027-01-01" }), "OUT_OF_RANGE"),
        (json!({ "targetOnPrecision": "ONGOING" }), "INVALID"),
    ] {
        let mut input = World::step("actionIndicatorId", &row);
        for (key, value) in change.as_object().unwrap() {
            input[key] = value.clone();
        }
        let mut codes = app.refused(who, name, input).await;
        codes.dedup();
        assert_eq!(codes, [wanted], "{change}");
    }
    for change in [
        json!({ "label": "Meetings", "target": "9" }),
        json!({ "clear": ["BASELINE", "TARGET", "TARGET_TEXT", "TARGET_ON", "MEANS_OF_VERIFICATION"] }),
        json!({ "unit": "PERCENT", "counts": "ADULTS", "baseline": "12.5", "baselineOn": "2026-02-01",
            "targetSeason": { "season": "AUTUMN", "year": 2027 } }),
        json!({ "clear": ["BASELINE_ON"], "meansOfVerification": "A survey" }),
    ] {
        let mut input = World::step("actionIndicatorId", &row);
        for (key, value) in change.as_object().unwrap() {
            input[key] = value.clone();
        }
        let done = app.done(who, name, input, INDICATOR).await;
        row = done["actionIndicator"].clone();
    }
    let version = row["version"].take();
    let id = row["id"].take();
    assert_eq!(
        row,
        json!({ "id": null, "version": null, "label": "Meetings", "unit": "PERCENT",
            "counts": "ADULTS", "isBaselineKnown": true, "baseline": "12.5", "baselineOn": null,
            "target": null, "targetText": null, "targetOn": "2027-11-30",
            "targetOnPrecision": "SEASON", "targetSeason": { "season": "AUTUMN", "year": 2027 },
            "meansOfVerification": "A survey" })
    );
    assert_eq!(version, 5);

    let remove = World::step("actionIndicatorId", &other);
    let select = "action { id indicators { id } }";
    let done = app
        .done(who, "removeActionIndicator", remove.clone(), select)
        .await;
    assert_eq!(
        done["action"],
        json!({ "id": action["id"], "indicators": [{ "id": id }] })
    );
    assert_eq!(
        app.refused(who, "removeActionIndicator", remove).await,
        ["NOT_FOUND"]
    );

    adopted(&world, &plan).await;
    let kept = json!({ "actionIndicatorId": id, "expectedVersion": 5 });
    for name in [name, "removeActionIndicator"] {
        assert_eq!(
            app.refused(who, name, kept.clone()).await,
            ["LOCKED"],
            "{name}"
        );
    }
}
