//! The documents that clients send: each validates and answers as its first line says.

use serde_json::{Value, json};

use crate::{
    databases::Backend,
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
    what_is_asked_in_halves_comes_to_the_same
    what_failed_whole_keeps_its_keys
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

/// The server writes objects straight into the answer, unless a key is asked for twice with fields of
/// its own: then the executor puts the halves together.
async fn what_is_asked_in_halves_comes_to_the_same(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    journey::approved(&world, &cycle).await;
    let code = json!({ "code": "FI-837" });
    let confirmed = "currentCycle { assessment(onlyConfirmed: true) { asOf } }";
    for (document, variables, half) in [
        (DASHBOARD, code, "currentCycle { ordinal }"),
        (DIRECTORY, json!({}), "currentCycle { ordinal }"),
        (OVERVIEW, json!({}), confirmed),
    ] {
        let document_in_halves = document.replace("currentCycle", &format!("{half} currentCycle"));
        let token = &world.coordinator;
        let whole = app.call(token, document, variables.clone()).await;
        let halved = app.call(token, &document_in_halves, variables).await;
        assert!(whole.body["data"].is_object(), "{}", whole.body);
        assert_eq!(
            whole.body["data"], halved.body["data"],
            "{document_in_halves}"
        );
        let actual = "/extensions/cost/actual";
        let (one, other) = (whole.body.pointer(actual), halved.body.pointer(actual));
        assert!(one.is_some() && one == other, "{one:?} {other:?}");
    }
}

/// An object of which everything failed is still an object.
async fn what_failed_whole_keeps_its_keys(app: App) {
    World::of(&app, "FI-837").await.started().await;
    let document = r#"{ municipality(by: { code: "FI-837" }) {
        cycles { history(after: "x") { nodes { id } } } } }"#;
    let answer = app.call(&app.public(), document, json!({})).await;
    let code = answer.body.pointer("/errors/0/extensions/code");
    assert_eq!(code, Some(&json!("INVALID_CURSOR")), "{}", answer.body);
    let cycles = &answer.body["data"]["municipality"]["cycles"];
    assert_eq!(cycles, &json!([{ "history": null }]));
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_answer_byte_for_byte_alike() {
    let (sqlite, postgres) = tokio::join!(told(Backend::Sqlite), told(Backend::Postgres));
    assert_eq!(sqlite.len(), 20);
    for (one, other) in sqlite.iter().zip(&postgres) {
        assert_eq!(one, other);
    }
}

/// The answers to every reading document, for callers of every kind, once a municipality has been
/// recognised and another has begun; ids are numbered, times and cursors left out.
async fn told(backend: Backend) -> Vec<String> {
    let app = App::start(backend).await;
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    journey::approved(&world, &cycle).await;
    journey::recognised(&world, &cycle).await;
    let other = World::of_managers(&app, "FI-245", &world.manager).await;
    other.started().await;
    let register = &RECOGNISE[RECOGNISE.find("query Register").unwrap()..];
    let mut texts = Vec::new();
    for who in [
        &app.public(),
        &world.coordinator,
        &other.coordinator,
        &world.adviser,
        &world.manager,
    ] {
        for document in [DIRECTORY, OVERVIEW, DASHBOARD, register] {
            let variables = json!({ "code": "FI-837" });
            let text = app.text(who, document, variables).await;
            assert!(text.starts_with("{\"data\""), "{text}");
            texts.push(anonymous(&text));
        }
    }
    texts
}

fn anonymous(text: &str) -> String {
    let mut ids: Vec<&str> = Vec::new();
    let (mut key, mut before) = ("", "");
    let parts = text.split('"').map(|part| {
        let is_cursor = key == "endCursor" && before == ":";
        (key, before) = (before, part);
        if is_cursor || part.parse::<chrono::DateTime<chrono::Utc>>().is_ok() {
            return "…".to_owned();
        }
        match part.split_once('_') {
            Some((prefix, rest)) if prefix.len() <= 4 && rest.len() == 26 => {
                let known = ids.iter().position(|id| *id == part);
                let number = known.unwrap_or_else(|| {
                    ids.push(part);
                    ids.len() - 1
                });
                format!("{prefix}#{number}")
            }
            _ => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("\"")
}
