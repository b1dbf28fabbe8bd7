//! Whoever was second is told which rows, what changed in them, in the names of the schema and as far as
//! they may read it, and what is in them now; after a bulk write too.

use serde_json::{Value, json};

use crate::{
    ground::{Ground, Stage},
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    what_changed_is_told_after_a_bulk_write
    of_many_answers_each_that_came_late_is_told
    changed_fields_are_those_that_the_reader_may_read
}

const ANSWER: &str =
    "mutation Act($input: AnswerIndicatorInput!) { answerIndicator(input: $input) {
    userErrors { code } conflict { currentVersion changedFields current { version } } } }";
const MANY: &str =
    "mutation Act($input: AnswerIndicatorsInput!) { answerIndicators(input: $input) {
    assessment { id } userErrors { code path } replayed
    results { itemId conflict { currentVersion changedFields current { id level version } } } } }";

fn rated(items: &[&Value], level: i64, version: i64) -> Vec<Value> {
    let answer = |item: &&Value| json!({ "itemId": item["id"], "answer": "LEVEL", "level": level, "expectedVersion": version });
    items.iter().map(answer).collect()
}

async fn conflict(app: &App, who: &Person, item: &Value) -> Value {
    let input = json!({ "itemId": item, "comment": "Late", "expectedVersion": 1 });
    let answer = app.call(who, ANSWER, json!({ "input": input })).await;
    let payload = &answer.body["data"]["answerIndicator"];
    assert_eq!(
        payload["userErrors"],
        json!([{ "code": "VERSION_CONFLICT" }]),
        "{}",
        answer.body
    );
    payload["conflict"].clone()
}

async fn what_changed_is_told_after_a_bulk_write(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let item = &assessment["items"][0];
    world.answered(&assessment, 2, &[]).await;
    let bulk = json!({ "currentVersion": 2, "changedFields": ["answer", "answeredAt", "level", "status"], "current": { "version": 2 } });
    assert_eq!(conflict(&app, &world.coordinator, &item["id"]).await, bulk);
    // Once more in bulk, and once alone: what changed is told of both.
    let again = rated(&[item], 3, 2);
    let again = json!({ "assessmentId": assessment["id"], "answers": again });
    app.done(
        &world.coordinator,
        "answerIndicators",
        again,
        "assessment { id }",
    )
    .await;
    let comment = json!({ "itemId": item["id"], "comment": "Well", "expectedVersion": 3 });
    app.done(
        &world.coordinator,
        "answerIndicator",
        comment,
        "item { id }",
    )
    .await;
    let both = json!({ "currentVersion": 4, "changedFields": ["answer", "answeredAt", "comment", "level", "status"], "current": { "version": 4 } });
    assert_eq!(conflict(&app, &world.coordinator, &item["id"]).await, both);
}

async fn of_many_answers_each_that_came_late_is_told(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let items: Vec<_> = assessment["items"].as_array().unwrap().iter().collect();
    let input = |answers: Vec<Value>| json!({ "input": { "assessmentId": assessment["id"], "answers": answers } });
    let who = &world.coordinator;
    let first = [rated(&items[..1], 2, 1), rated(&items[2..3], 4, 1)].concat();
    let first = app.call(who, MANY, input(first)).await;
    let payload = &first.body["data"]["answerIndicators"];
    assert_eq!(
        (&payload["userErrors"], &payload["results"]),
        (&json!([]), &json!([])),
        "{}",
        first.body
    );

    let mut late = input(rated(&items[..3], 1, 1));
    late["input"]["idempotencyKey"] = json!("late");
    let told = app.call(who, MANY, late.clone()).await;
    let payload = told.body["data"]["answerIndicators"].clone();
    let error = |at: &str| json!({ "code": "VERSION_CONFLICT", "path": ["answers", at, "expectedVersion"] });
    let changed = ["answer", "answeredAt", "level", "status"];
    let result = |item: &Value, level: i64| {
        let current = json!({ "id": item["id"], "level": level, "version": 2 });
        let conflict = json!({ "currentVersion": 2, "changedFields": changed, "current": current });
        json!({ "itemId": item["id"], "conflict": conflict })
    };
    assert_eq!(payload["userErrors"], json!([error("0"), error("2")]));
    assert_eq!(
        payload["results"],
        json!([result(items[0], 2), result(items[2], 4)])
    );
    assert!(payload["assessment"].is_null());
    let retry = app.call(who, MANY, late).await;
    let retry = &retry.body["data"]["answerIndicators"];
    assert_eq!(
        (&retry["replayed"], &retry["results"]),
        (&json!(true), &payload["results"])
    );

    world.answered(&assessment, 3, &[1, 3]).await;
    let mut counts = Vec::new();
    for many in [2, 40] {
        let late = input(rated(&items[3..3 + many], 1, 1));
        counts.push(app.statements(who, MANY, late).await.len());
    }
    assert_eq!(counts[0], counts[1], "statements do not grow with rows");
}

async fn changed_fields_are_those_that_the_reader_may_read(app: App) {
    let ground = Ground::of(&app, "FI-837", Stage::Assessing).await;
    let item = ground.id("item of the steering member");
    let fields = async |who: &Person| conflict(&app, who, &item).await["changedFields"].clone();
    let all = json!(["assignee", "comment", "status"]);
    assert_eq!(fields(&ground.world.coordinator).await, all);
    // Who is assigned is personal.
    let read = json!(["comment", "status"]);
    assert_eq!(fields(&ground.hands.steering).await, read);

    let decision_maker = app
        .person(entity::account::Role::DecisionMaker, Some("FI-837"))
        .await;
    let document = "query H($id: ID!) { node(id: $id) { ... on AssessmentItem {
        history { nodes { action changes { fields } } } } } }";
    let mut told = Vec::new();
    for who in [&ground.world.coordinator, &decision_maker] {
        let read = app.read(who, document, json!({ "id": item })).await;
        let nodes = read["node"]["history"]["nodes"].as_array().unwrap().clone();
        let assigned = nodes
            .iter()
            .find(|node| node["action"] == "ITEM_ASSIGNED")
            .unwrap();
        told.push(assigned["changes"][0]["fields"].clone());
    }
    assert_eq!(told, [json!(["assignee", "status"]), json!(["status"])]);
}
