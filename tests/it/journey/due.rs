//! When an action is due: within its plan or with a reason, by a season that is told again, or never.

use serde_json::{Value, json};

use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    an_action_is_due_within_its_plan_or_says_why_not
    a_season_is_told_as_it_was_given
    what_is_ongoing_is_never_overdue
}

const DUE: &str = "action { id version dueOn dueOnPrecision dueSeason { season year } \
    dueOutsideReason isOverdue }";

/// A plan from November 2026 to January 2028 with an objective; answers with both.
async fn objective(world: &World<'_>) -> (Value, Value) {
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    let plan = world.plan(&cycle).await;
    let input = json!({ "actionPlanId": plan["id"], "origin": "CHILDREN", "title": "To be heard" });
    let added = world
        .app
        .done(
            &world.coordinator,
            "addObjective",
            input,
            "objective { id }",
        )
        .await;
    (plan, added["objective"]["id"].clone())
}

fn with(mut input: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        input[key] = value.clone();
    }
    input
}

fn add(objective: &Value, more: &Value) -> Value {
    with(
        json!({ "objectiveId": objective, "title": "A round table" }),
        more,
    )
}

async fn an_action_is_due_within_its_plan_or_says_why_not(app: App) {
    let world = World::of(&app, "FI-837").await;
    let who = &world.coordinator;
    let (plan, objective) = objective(&world).await;
    let outside = json!({ "dueOn": "2021-12-31" });
    let answer = app
        .act(who, "addAction", add(&objective, &outside), "")
        .await;
    let error = &answer.body["data"]["addAction"]["userErrors"][0];
    assert_eq!(
        (&error["code"], &error["path"]),
        (&json!("OUT_OF_RANGE"), &json!(["dueOn"]))
    );
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("2026-11-01 to 2028-01-14"), "{message}");
    for (due, wanted) in [
        (json!({ "dueOn": "2026-10-31" }), "OUT_OF_RANGE"),
        (json!({ "dueOn": "2028-01-15" }), "OUT_OF_RANGE"),
        (
            json!({ "dueOn": "2027-01-15", "dueOutsideReason": "Why" }),
            "INVALID",
        ),
        (json!({ "dueOutsideReason": "Why" }), "INVALID"),
    ] {
        assert_eq!(
            app.refused(who, "addAction", add(&objective, &due)).await,
            [wanted],
            "{due}"
        );
    }
    let year = json!({ "dueOn": "2028-02-01", "dueOnPrecision": "YEAR" });
    let added = app
        .done(who, "addAction", add(&objective, &year), DUE)
        .await;
    assert_eq!(
        added["action"]["dueOn"], "2028-12-31",
        "a year that the plan reaches"
    );

    let late = json!({ "dueOn": "2029-05-01", "dueOutsideReason": "The building takes longer" });
    let added = app
        .done(who, "addAction", add(&objective, &late), DUE)
        .await;
    assert_eq!(
        added["action"]["dueOutsideReason"],
        "The building takes longer"
    );
    // What is stored is not judged again: not with another change, not with another period.
    let title = json!({ "title": "A new school" });
    let step = with(World::step("actionId", &added["action"]), &title);
    let row = app.done(who, "changeAction", step, DUE).await["action"].clone();
    assert_eq!(row["dueOutsideReason"], "The building takes longer");
    let period = with(
        World::step("actionPlanId", &plan),
        &json!({ "periodTo": "2030-01-01" }),
    );
    app.done(who, "changeActionPlan", period, "actionPlan { id }")
        .await;
    let step = with(
        World::step("actionId", &row),
        &json!({ "title": "A school" }),
    );
    let row = app.done(who, "changeAction", step, DUE).await["action"].clone();
    // Another day is judged, and takes the reason with it.
    let step = World::step("actionId", &row);
    let far = with(step.clone(), &json!({ "dueOn": "2031-01-01" }));
    assert_eq!(
        app.refused(who, "changeAction", far).await,
        ["OUT_OF_RANGE"]
    );
    let near = with(step, &json!({ "dueOn": "2029-06-01" }));
    let row = app.done(who, "changeAction", near, DUE).await["action"].clone();
    assert_eq!(row["dueOutsideReason"], Value::Null);
}

async fn a_season_is_told_as_it_was_given(app: App) {
    let world = World::of(&app, "FI-837").await;
    let who = &world.coordinator;
    let (_, objective) = objective(&world).await;
    let season = |season: &str, year: i32| json!({ "season": season, "year": year });
    for (due, last, told) in [
        (
            json!({ "dueSeason": season("AUTUMN", 2027) }),
            "2027-11-30",
            season("AUTUMN", 2027),
        ),
        (
            json!({ "dueSeason": season("WINTER", 2027) }),
            "2027-02-28",
            season("WINTER", 2027),
        ),
        (
            json!({ "dueOn": "2027-12-01", "dueSeason": season("WINTER", 2027) }),
            "2027-12-31",
            season("WINTER", 2027),
        ),
        (
            json!({ "dueOn": "2027-12-24", "dueOnPrecision": "SEASON" }),
            "2027-12-31",
            season("AUTUMN", 2027),
        ),
        (json!({ "dueOn": "2027-12-24" }), "2027-12-24", Value::Null),
    ] {
        let added = app.done(who, "addAction", add(&objective, &due), DUE).await;
        let action = &added["action"];
        assert_eq!(
            (&action["dueOn"], &action["dueSeason"]),
            (&json!(last), &told),
            "{due}"
        );
    }
    for due in [
        json!({ "dueSeason": season("AUTUMN", 2027), "dueOnPrecision": "MONTH" }),
        json!({ "dueSeason": season("AUTUMN", 2027), "dueOn": "2026-11-30" }),
    ] {
        assert_eq!(
            app.refused(who, "addAction", add(&objective, &due)).await,
            ["INVALID"],
            "{due}"
        );
    }
    // As it was stored before seasons were.
    app.meddle("UPDATE action SET due_season = NULL WHERE due_on = '2027-02-28'")
        .await
        .unwrap();
    let document = "query($id: ID!) { node(id: $id) { ... on Objective { actions { dueOn dueSeason { season } } } } }";
    let read = app.read(who, document, json!({ "id": objective })).await;
    let actions = read["node"]["actions"].as_array().unwrap();
    let old = actions
        .iter()
        .find(|action| action["dueOn"] == "2027-02-28");
    assert_eq!(old.unwrap()["dueSeason"]["season"], "WINTER");
}

async fn what_is_ongoing_is_never_overdue(app: App) {
    let world = World::of(&app, "FI-837").await;
    let who = &world.coordinator;
    let (_, objective) = objective(&world).await;
    let due = json!({ "dueOn": "2026-11-05" });
    let added = app.done(who, "addAction", add(&objective, &due), DUE).await;
    assert_eq!(added["action"]["isOverdue"], true);
    let ongoing = json!({ "dueOnPrecision": "ONGOING" });
    let step = with(World::step("actionId", &added["action"]), &ongoing);
    let changed = app.done(who, "changeAction", step, DUE).await["action"].clone();
    assert_eq!(
        (
            &changed["dueOn"],
            &changed["dueOnPrecision"],
            &changed["isOverdue"]
        ),
        (&Value::Null, &json!("ONGOING"), &json!(false))
    );
    let both = add(&objective, &with(ongoing, &due));
    assert_eq!(app.refused(who, "addAction", both).await, ["INVALID"]);
    let clear = with(
        World::step("actionId", &changed),
        &json!({ "clear": ["DUE_ON"] }),
    );
    let cleared = app.done(who, "changeAction", clear, DUE).await["action"].clone();
    assert_eq!(cleared["dueOnPrecision"], Value::Null);
}
