//! Days, times and decimals as clients send them.

use serde_json::{Value, json};

use crate::{
    ground::to_approval,
    harness::{App, on_both_databases},
    journey,
    world::World,
};

on_both_databases! {
    days_are_written_in_one_way
    days_that_follow_lie_in_the_same_range
    decimals_come_as_numbers_and_shares_are_rounded
}

async fn days_are_written_in_one_way(app: App) {
    let world = World::of(&app, "FI-837").await;
    let participation = world.enrolled().await;
    let before = app.count("audit_event").await;
    for day in [
        "2027- 1- 1",
        "+20270-1-1",
        "-027-11-22",
        "1899-12-31",
        "2200-01-01",
        "2027-1-01 ",
    ] {
        let input = json!({ "participationId": participation["id"], "startOn": day });
        let answer = app.act(&world.manager, "startCycle", input, "").await;
        assert_eq!(answer.codes("startCycle"), ["BAD_USER_INPUT"], "{day}");
        let id = &participation["id"];
        let literal = format!(
            "mutation {{ startCycle(input: {{ participationId: {id}, startOn: \"{day}\" }}) {{ userErrors {{ code }} }} }}"
        );
        let answer = app.call(&world.manager, &literal, json!({})).await;
        assert_eq!(answer.codes("startCycle"), ["BAD_USER_INPUT"], "{day}");
    }
    for time in ["2026-11-22 ", "2026-11-22T09:00:00", "2200-01-01T00:00:00Z"] {
        let document =
            "query($at: DateTime!) { auditLog(filter: { at: { gte: $at } }) { totalCount } }";
        let answer = app
            .call(&world.manager, document, json!({ "at": time }))
            .await;
        assert_eq!(answer.codes(""), ["BAD_USER_INPUT"], "{time}");
    }
    assert_eq!(app.count("audit_event").await, before);
}

async fn days_that_follow_lie_in_the_same_range(app: App) {
    let world = World::of(&app, "FI-837").await;
    let participation = world.enrolled().await;
    for start in ["2199-12-31", "2198-06-01"] {
        let input = json!({ "participationId": participation["id"], "startOn": start });
        let answer = app.act(&world.manager, "startCycle", input, "").await;
        assert_eq!(answer.codes("startCycle"), ["OUT_OF_RANGE"], "{start}");
        let told = &answer.body["data"]["startCycle"]["userErrors"][0];
        assert_eq!(told["path"], json!(["startOn"]), "{start}");
    }
}

/// An indicator of a share in a plan that is in force.
async fn share(world: &World<'_>) -> Value {
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
    let input = json!({ "objectiveId": plan["objectives"][0]["id"], "title": "Clean water" });
    let action = app
        .done(coordinator, "addAction", input, "action { id }")
        .await;
    let input = json!({ "actionId": action["action"]["id"], "label": "Clean shores",
        "unit": "PERCENT", "counts": "NOT_PEOPLE", "target": 90.25 });
    let select = "actionIndicator { id target }";
    let made = app
        .done(coordinator, "defineActionIndicator", input, select)
        .await;
    assert_eq!(made["actionIndicator"]["target"], "90.25");
    let adoption = json!({ "body": "The council", "reference": "1", "adoptedOn": "2026-11-20",
        "wereChildrenHeard": true });
    to_approval(world, plan, &adoption).await;
    made["actionIndicator"]["id"].clone()
}

async fn decimals_come_as_numbers_and_shares_are_rounded(app: App) {
    let world = World::of(&app, "FI-837").await;
    let indicator = share(&world).await;
    let coordinator = &world.coordinator;
    for (given, value) in [
        (json!({ "value": 12.5 }), "12.5"),
        (json!({ "value": 0.1 }), "0.1"),
        (json!({ "value": 1e3 }), "1000"),
        (
            json!({ "value": "123456789012.123456" }),
            "123456789012.123456",
        ),
        (json!({ "numerator": 2, "denominator": 3 }), "66.666667"),
        (
            json!({ "numerator": "0.000003", "denominator": 200 }),
            "0.000002",
        ),
        (
            json!({ "numerator": "0.000005", "denominator": 200 }),
            "0.000002",
        ),
    ] {
        let mut input = given.clone();
        input["actionIndicatorId"] = indicator.clone();
        let select = "measurement { id value }";
        // A day has one measurement.
        app.clock.pass_days(1);
        let made = app
            .done(coordinator, "recordMeasurement", input, select)
            .await;
        assert_eq!(made["measurement"]["value"], value, "{given}");
    }
    for number in ["123456789012.123456", "0.0000001", "1e12"] {
        let literal = format!(
            "mutation {{ recordMeasurement(input: {{ actionIndicatorId: {indicator}, value: {number} }}) {{ userErrors {{ code }} }} }}"
        );
        let answer = app.call(coordinator, &literal, json!({})).await;
        assert_eq!(
            answer.codes("recordMeasurement"),
            ["BAD_USER_INPUT"],
            "{number}"
        );
    }
}
