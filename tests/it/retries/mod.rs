//! A mutation under an idempotency key takes effect once, whoever retries it how often; and one
//! that is only validated takes none.

mod attempts;

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    harness::{Answer, App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    a_retry_is_told_what_the_first_attempt_came_to
    a_refusal_is_remembered_too
    a_key_belongs_to_one_person_and_one_mutation
    a_retry_reads_under_the_rights_of_today
    the_head_of_a_request_may_hold_the_key
    a_key_is_forgotten_after_five_weeks
    what_a_retry_is_no_longer_told_is_cleared_away
    what_is_only_validated_is_told_its_faults_and_stored_nowhere
}

const ANSWER: &str = "mutation Act($input: AnswerIndicatorInput!) { answerIndicator(input: $input) {
    item { id level version } userErrors { code path } conflict { currentVersion current { level } } replayed } }";

/// An open assessment of Tampere and its first item.
async fn assessed(world: &World<'_>) -> Value {
    let cycle = world.started().await;
    world.assessment(&cycle, "BASELINE").await["items"][0].clone()
}

fn rated(item: &Value, level: i64, version: i64, key: &str) -> Value {
    json!({ "itemId": item["id"], "answer": "LEVEL", "level": level, "expectedVersion": version, "idempotencyKey": key })
}

async fn answered(app: &App, who: &Person, input: Value) -> Value {
    let answer = app.call(who, ANSWER, json!({ "input": input })).await;
    assert!(answer.body["errors"].is_null(), "{}", answer.body);
    answer.body["data"]["answerIndicator"].clone()
}

async fn code(app: &App, who: &Person, input: Value) -> String {
    let answer = app.call(who, ANSWER, json!({ "input": input })).await;
    answer.codes("answerIndicator").remove(0)
}

async fn a_retry_is_told_what_the_first_attempt_came_to(app: App) {
    let world = World::of(&app, "FI-837").await;
    let item = assessed(&world).await;
    let who = &world.coordinator;
    let first = answered(&app, who, rated(&item, 2, 1, "a")).await;
    assert_eq!(first["replayed"], false);
    // The words of the retry differ, what it says does not.
    let mut again = rated(&item, 2, 1, "a");
    again["comment"] = Value::Null;
    let retry = answered(&app, who, again).await;
    assert_eq!(retry["replayed"], true);
    assert_eq!(retry["item"], first["item"]);
    assert_eq!(
        code(&app, who, rated(&item, 3, 1, "a")).await,
        "IDEMPOTENCY_KEY_REUSED"
    );
    // What others did since is seen, what the retry asks for is not done again.
    answered(&app, who, rated(&item, 4, 2, "b")).await;
    let later = answered(&app, who, rated(&item, 2, 1, "a")).await;
    assert_eq!(
        later["item"],
        json!({ "id": item["id"], "level": 4, "version": 3 })
    );
    assert_eq!(
        app.count("idempotency_record").await - replays_of(&app).await,
        2
    );
}

/// The records that the preparation of a test has left.
async fn replays_of(app: &App) -> i64 {
    app.count("audit_event WHERE action IN ('MUNICIPALITY_ENROLLED', 'CYCLE_STARTED', 'ASSESSMENT_STARTED')").await
}

async fn a_refusal_is_remembered_too(app: App) {
    let world = World::of(&app, "FI-837").await;
    let item = assessed(&world).await;
    let who = &world.coordinator;
    let wrong = json!({ "itemId": item["id"], "answer": "LEVEL", "expectedVersion": 1, "idempotencyKey": "a" });
    let first = answered(&app, who, wrong.clone()).await;
    assert_eq!(
        first["userErrors"],
        json!([{ "code": "REQUIRED", "path": ["level"] }])
    );
    let retry = answered(&app, who, wrong).await;
    assert_eq!(
        (&retry["replayed"], &retry["userErrors"]),
        (&json!(true), &first["userErrors"])
    );
    answered(&app, who, rated(&item, 2, 1, "b")).await;
    let overtaken = answered(&app, who, rated(&item, 3, 1, "c")).await;
    assert_eq!(
        overtaken["conflict"],
        json!({ "currentVersion": 2, "current": { "level": 2 } })
    );
    answered(&app, who, rated(&item, 4, 2, "d")).await;
    let retry = answered(&app, who, rated(&item, 3, 1, "c")).await;
    assert_eq!(retry["replayed"], true);
    assert_eq!(retry["userErrors"][0]["code"], "VERSION_CONFLICT");
    assert_eq!(
        retry["conflict"],
        json!({ "currentVersion": 2, "current": { "level": 4 } })
    );
}

async fn a_key_belongs_to_one_person_and_one_mutation(app: App) {
    let world = World::of(&app, "FI-837").await;
    let item = assessed(&world).await;
    let other = app
        .person(entity::account::Role::Coordinator, Some("FI-837"))
        .await;
    answered(&app, &world.coordinator, rated(&item, 2, 1, "a")).await;
    let own = answered(&app, &other, rated(&item, 3, 2, "a")).await;
    assert_eq!(
        (&own["replayed"], &own["item"]["level"]),
        (&json!(false), &json!(3))
    );
    let name = json!({ "name": "Youth services", "kind": "DEPARTMENT", "programme": "FI", "municipalityId": municipality(&world).await, "idempotencyKey": "a" });
    let added = app
        .act(
            &world.coordinator,
            "addResponsibleEntity",
            name,
            "responsibleEntity { id } replayed",
        )
        .await;
    assert_eq!(
        added.body["data"]["addResponsibleEntity"]["replayed"], false,
        "{}",
        added.body
    );
}

async fn municipality(world: &World<'_>) -> Value {
    world.ask(&world.coordinator, "id").await["id"].clone()
}

async fn a_retry_reads_under_the_rights_of_today(app: App) {
    let world = World::of(&app, "FI-837").await;
    let item = assessed(&world).await;
    let who = &world.coordinator;
    answered(&app, who, rated(&item, 2, 1, "a")).await;
    app.meddle("UPDATE membership SET ends_at = starts_at WHERE role = 'COORDINATOR'")
        .await
        .unwrap();
    let retry = answered(&app, who, rated(&item, 2, 1, "a")).await;
    assert_eq!(
        (&retry["replayed"], &retry["item"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(code(&app, who, rated(&item, 2, 1, "b")).await, "NOT_FOUND");
}

/// Sends a document with a key in its head.
async fn headed(app: &App, who: &Person, document: &str, input: &Value, key: &str) -> Answer {
    let response = reqwest::Client::new()
        .post(format!("{}/graphql", app.url))
        .header("accept", "application/graphql-response+json")
        .header("idempotency-key", key)
        .bearer_auth(who.token.as_ref().unwrap())
        .json(&json!({ "query": document, "variables": { "input": input } }))
        .send()
        .await
        .unwrap();
    Answer {
        status: response.status().as_u16(),
        body: response.json().await.unwrap(),
    }
}

async fn the_head_of_a_request_may_hold_the_key(app: App) {
    let world = World::of(&app, "FI-837").await;
    let item = assessed(&world).await;
    let who = &world.coordinator;
    let mut input = rated(&item, 2, 1, "");
    input["idempotencyKey"] = Value::Null;
    let first = headed(&app, who, ANSWER, &input, "\"k1\"").await;
    assert_eq!(
        first.body["data"]["answerIndicator"]["replayed"], false,
        "{}",
        first.body
    );
    let retry = headed(&app, who, ANSWER, &input, "k1").await;
    assert_eq!(
        retry.body["data"]["answerIndicator"]["replayed"], true,
        "{}",
        retry.body
    );
    let same = answered(&app, who, rated(&item, 2, 1, "k1")).await;
    assert_eq!(same["replayed"], true);
    let refused = |answer: Answer| (answer.status, answer.codes("answerIndicator").remove(0));
    let differing = headed(&app, who, ANSWER, &rated(&item, 2, 1, "k2"), "k1").await;
    assert_eq!(refused(differing), (200, "BAD_USER_INPUT".to_owned()));
    let bad_request = (400, "BAD_REQUEST".to_owned());
    let long = "x".repeat(256);
    for key in ["", "two words", &long] {
        assert_eq!(
            refused(headed(&app, who, ANSWER, &input, key).await),
            bad_request,
            "{key}"
        );
    }
    let twice = "mutation Act($input: AnswerIndicatorInput!) { a: answerIndicator(input: $input) { replayed } b: answerIndicator(input: $input) { replayed } }";
    assert_eq!(
        refused(headed(&app, who, twice, &input, "k3").await),
        bad_request
    );
    let query = "query { viewer { account { id } } }";
    assert_eq!(
        headed(&app, who, query, &input, "two words").await.status,
        200
    );
    assert_eq!(
        code(&app, who, rated(&item, 2, 1, &long)).await,
        "BAD_USER_INPUT"
    );
}

async fn a_key_is_forgotten_after_five_weeks(app: App) {
    let world = World::of(&app, "FI-837").await;
    let item = assessed(&world).await;
    let who = &world.coordinator;
    answered(&app, who, rated(&item, 2, 1, "a")).await;
    app.clock.pass_days(35);
    // The moment of the first attempt lies a little less than 35 days back only on the day itself.
    app.clock.pass_days(1);
    let anew = answered(&app, who, rated(&item, 2, 1, "a")).await;
    assert_eq!(anew["replayed"], false);
    assert_eq!(anew["userErrors"][0]["code"], "VERSION_CONFLICT");
}

async fn what_a_retry_is_no_longer_told_is_cleared_away(app: App) {
    let world = World::of(&app, "FI-837").await;
    let item = assessed(&world).await;
    answered(&app, &world.coordinator, rated(&item, 2, 1, "a")).await;
    app.clock.pass_days(6);
    answered(&app, &world.coordinator, rated(&item, 3, 2, "b")).await;
    app.clock.pass_days(30);
    // A server clears away when it starts, and once a day.
    let other = app.beside().await;
    let mut left = 0;
    for _ in 0..500 {
        left = app.count("idempotency_record").await;
        if left == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(left, 1, "what is older than 35 days is gone");
    let kept = answered(&other, &world.coordinator, rated(&item, 3, 2, "b")).await;
    assert_eq!(kept["replayed"], true);
}

async fn what_is_only_validated_is_told_its_faults_and_stored_nowhere(app: App) {
    let world = World::of(&app, "FI-837").await;
    let item = assessed(&world).await;
    let who = &world.coordinator;
    let records = app.count("idempotency_record").await;
    let trial = |mut input: Value| {
        input["validateOnly"] = json!(true);
        input
    };
    let good = answered(&app, who, trial(rated(&item, 2, 1, "a"))).await;
    assert_eq!(
        good,
        json!({ "item": null, "userErrors": [], "conflict": null, "replayed": false })
    );
    let stale = answered(&app, who, trial(rated(&item, 2, 9, "a"))).await;
    assert_eq!(stale["userErrors"][0]["code"], "VERSION_CONFLICT");
    let foreign = app
        .person(entity::account::Role::Coordinator, Some("FI-091"))
        .await;
    assert_eq!(
        code(&app, &foreign, trial(rated(&item, 2, 1, "a"))).await,
        "NOT_FOUND"
    );
    assert_eq!(
        app.count("idempotency_record").await,
        records,
        "the key is not used up"
    );
    let done = answered(&app, who, rated(&item, 2, 1, "a")).await;
    assert_eq!(
        (&done["replayed"], &done["item"]["version"]),
        (&json!(false), &json!(2))
    );
}
