//! The documents that clients send: each validates and answers as its first line says.

use serde_json::{Value, json};

use crate::{
    harness::{App, on_both_databases},
    journey,
    world::World,
};

pub(crate) const ANSWER: &str = include_str!("../contract/answer.graphql");
pub(crate) const DASHBOARD: &str = include_str!("../contract/dashboard.graphql");
pub(crate) const DIRECTORY: &str = include_str!("../contract/directory.graphql");
pub(crate) const OVERVIEW: &str = include_str!("../contract/overview.graphql");
pub(crate) const RECOGNISE: &str = include_str!("../contract/recognise.graphql");

on_both_databases! {
    the_directory_is_public
    the_dashboard_shows_a_municipality_whole
    the_overview_counts_confirmed_levels
    autosave_follows_the_rules_of_answers
    the_register_is_public
}

async fn the_directory_is_public(app: App) {
    let world = World::of(&app, "FI-837").await;
    world.started().await;
    let data = app.read(&app.public(), DIRECTORY, json!({})).await;
    let nodes = data["municipalities"]["nodes"].as_array().unwrap().clone();
    assert_eq!(nodes.len(), 1);
    assert_eq!(
        (&nodes[0]["code"], &nodes[0]["name"]),
        (&json!("FI-837"), &json!("Tampere"))
    );
    assert_eq!(nodes[0]["currentCycle"]["status"], "ACTIVE");
    assert_eq!(
        nodes[0]["currentCycle"]["milestones"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
    assert_eq!(nodes[0]["currentRecognition"], Value::Null);
    assert_eq!(data["municipalities"]["pageInfo"]["hasNextPage"], false);
}

async fn the_dashboard_shows_a_municipality_whole(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    journey::approved(&world, &cycle).await;
    let data = app
        .read(&world.coordinator, DASHBOARD, json!({ "code": "FI-837" }))
        .await;
    let cycle = &data["municipality"]["currentCycle"];
    assert_eq!(cycle["assessment"]["items"].as_array().unwrap().len(), 70);
    assert_eq!(cycle["assessment"]["items"][23]["indicator"]["code"], "24");
    assert_eq!(
        cycle["assessment"]["items"][23]["indicator"]["theme"]["code"],
        "BEST_INTERESTS"
    );
    assert_eq!(
        cycle["actionPlan"]["objectives"].as_array().unwrap().len(),
        5
    );
    assert_eq!(cycle["actionPlan"]["status"], "IN_FORCE");
    let seen_by_all = app
        .read(&app.public(), DASHBOARD, json!({ "code": "FI-837" }))
        .await;
    assert_eq!(
        seen_by_all["municipality"]["currentCycle"]["assessment"]["items"],
        Value::Null
    );
}

async fn the_overview_counts_confirmed_levels(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let data = app.read(&world.manager, OVERVIEW, json!({})).await;
    assert_eq!(
        data["municipalities"]["nodes"][0]["currentCycle"]["assessment"],
        Value::Null
    );
    world.baseline(&cycle, 3).await;
    let data = app.read(&world.manager, OVERVIEW, json!({})).await;
    let averages =
        data["municipalities"]["nodes"][0]["currentCycle"]["assessment"]["themeAverages"].clone();
    let averages = averages.as_array().unwrap();
    assert_eq!(averages.len(), 5);
    assert_eq!(averages[0]["average"], 3.0);
    let total: i64 = averages
        .iter()
        .map(|average| average["total"].as_i64().unwrap())
        .sum();
    assert_eq!(total, 70);
}

async fn autosave_follows_the_rules_of_answers(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let id = assessment["items"][0]["id"].clone();
    let save = async |input: Value| {
        let answer = app
            .call(&world.coordinator, ANSWER, json!({ "input": input }))
            .await;
        answer.body["data"]["answerIndicator"].clone()
    };
    let first = |key: &str, payload: &Value| payload["item"][key].clone();
    let saved = save(json!({ "itemId": id, "comment": "Seen.", "expectedVersion": 1 })).await;
    assert_eq!(
        (first("status", &saved), first("comment", &saved)),
        (json!("IN_PROGRESS"), json!("Seen."))
    );
    let saved = save(json!({ "itemId": id, "answer": "LEVEL", "level": 3, "comment": null, "expectedVersion": 2 })).await;
    assert_eq!(
        (first("status", &saved), first("comment", &saved)),
        (json!("ANSWERED"), json!("Seen."))
    );
    for (wrong, code, path) in [
        (
            json!({ "answer": "LEVEL", "level": 5 }),
            "OUT_OF_RANGE",
            "level",
        ),
        (
            json!({ "answer": "NOT_APPLICABLE" }),
            "REQUIRED",
            "notApplicableReason",
        ),
        (
            json!({ "answer": "NONE_OF_LEVELS", "level": 2 }),
            "INVALID",
            "level",
        ),
        (
            json!({ "comment": "x".repeat(4_001) }),
            "TOO_LONG",
            "comment",
        ),
        (json!({ "comment": "a\u{0}b" }), "INVALID", "comment"),
    ] {
        let mut input = wrong.clone();
        input["itemId"] = id.clone();
        input["expectedVersion"] = 3.into();
        let errors = save(input).await["userErrors"].clone();
        assert_eq!(
            (&errors[0]["code"], &errors[0]["path"]),
            (&json!(code), &json!([path])),
            "{wrong}"
        );
    }
    let saved =
        save(json!({ "itemId": id, "answer": "NOT_APPLICABLE", "expectedVersion": 3, })).await;
    assert_eq!(saved["item"], Value::Null);
    let saved =
        save(json!({ "itemId": id, "clear": ["ANSWER", "COMMENT"], "expectedVersion": 3 })).await;
    assert_eq!(
        (first("status", &saved), first("level", &saved)),
        (json!("NOT_STARTED"), Value::Null)
    );
}

async fn the_register_is_public(app: App) {
    let answer = app.call(&app.public(), RECOGNISE, json!({})).await;
    assert_eq!(
        answer.codes(""),
        ["OPERATION_RESOLUTION_FAILURE"],
        "four operations need a name"
    );
    let register = RECOGNISE.split("query Register").nth(1).unwrap();
    let data = app
        .read(
            &app.public(),
            &format!("query Register{register}"),
            json!({}),
        )
        .await;
    assert_eq!(data["recognitionDecisions"]["totalCount"], 0);
}
