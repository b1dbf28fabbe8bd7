//! Points: what an operation costs, who pays, what comes back.

use api::Config;
use entity::account::Role;
use serde_json::{Value, json};

use super::{Told, with_own_settings};
use crate::{
    databases::Backend,
    harness::{App, Person},
};

with_own_settings! {
    every_answer_tells_what_it_cost_and_what_is_left
    what_was_not_returned_is_given_back
    t19_whoever_spends_a_budget_waits_and_others_are_served
    a_mutation_beyond_the_budget_changes_nothing
    the_price_can_be_asked_without_running_anything
    a_dry_run_is_found_wherever_it_stands_and_only_if_it_is_meant
}

const HUNDRED: &str = "{ municipalities(first: 100) { nodes { id } } }";

fn budget(points: u64, restore: u64) -> impl FnOnce(&mut Config) {
    move |config| {
        config.limits.budget = points;
        config.limits.budget_restore = restore;
        config.limits.cost = config.limits.cost.min(points);
    }
}

async fn ask(app: &App, who: &Person, document: &str) -> Told {
    Told::of(app.send(who, document, json!({})).await).await
}

async fn every_answer_tells_what_it_cost_and_what_is_left(backend: Backend) {
    let app = App::start_with(backend, budget(20_000, 200)).await;
    let told = ask(&app, &app.public(), HUNDRED).await;
    let cost = &told.json()["extensions"]["cost"];
    assert_eq!(
        (&cost["requested"], &cost["actual"]),
        (&json!(101), &json!(101))
    );
    assert_eq!(
        (&cost["limit"], &cost["restorePerSecond"]),
        (&json!(20_000), &json!(200))
    );
    let left = cost["remaining"].as_u64().unwrap();
    assert!((19_899..20_000).contains(&left), "{left}");
    assert_eq!(told.header("ratelimit-policy"), r#""cost";q=20000;w=100"#);
    let now = told.header("ratelimit");
    assert_eq!(now, format!(r#""cost";r={left};t=1"#));
    let refused = ask(&app, &app.public(), "{ nothing }").await;
    assert_eq!(
        refused.json()["extensions"],
        Value::Null,
        "nothing was executed"
    );
    let account = app.person(Role::Coordinator, Some("FI-837")).await;
    let own = ask(&app, &account, "{ __typename }").await;
    assert_eq!(
        own.json()["extensions"]["cost"]["remaining"],
        20_000,
        "a budget of its own"
    );
}

async fn what_was_not_returned_is_given_back(backend: Backend) {
    let app = App::start_with(backend, budget(1_000, 1)).await;
    let none = r#"{ municipalities(first: 100, filter: { countryCode: { eq: "XX" } }) { nodes { id memberships { id } } totalCount } }"#;
    for _ in 0..20 {
        let told = ask(&app, &app.public(), none).await;
        let cost = &told.json()["extensions"]["cost"];
        assert_eq!(
            (&cost["requested"], &cost["actual"]),
            (&json!(206), &json!(6)),
            "{}",
            told.text
        );
    }
    let absent = r#"{ municipality(by: { code: "FI-000" }) { id currentCycle { id } } }"#;
    let cost = &ask(&app, &app.public(), absent).await.json()["extensions"]["cost"];
    assert_eq!(
        (&cost["requested"], &cost["actual"]),
        (&json!(2), &json!(1))
    );
}

async fn t19_whoever_spends_a_budget_waits_and_others_are_served(backend: Backend) {
    let app = App::start_with(backend, budget(250, 1)).await;
    let abuser = app.person(Role::Coordinator, Some("FI-837")).await;
    let honest = app.person(Role::Coordinator, Some("FI-245")).await;
    for _ in 0..2 {
        assert_eq!(ask(&app, &abuser, HUNDRED).await.status, 200);
    }
    let before = app
        .statements(&honest, "{ __typename }", json!({}))
        .await
        .len();
    for _ in 0..30 {
        let told = ask(&app, &abuser, HUNDRED).await;
        assert_eq!(told.status, 429, "{}", told.text);
        assert_eq!(told.json().get("data"), None);
        let refusal = told.refusal();
        assert_eq!(
            (&refusal["code"], &refusal["retryable"]),
            (&json!("RATE_LIMITED"), &json!(true))
        );
        let wait = refusal["retryAfterMs"].as_u64().unwrap();
        assert!((1..=53_000).contains(&wait), "{wait}");
        let seconds: u64 = told.header("retry-after").parse().unwrap();
        assert_eq!(seconds, wait.div_ceil(1_000));
        assert_eq!(told.header("ratelimit-policy"), r#""cost";q=250;w=250"#);
        assert!(told.header("ratelimit").starts_with(r#""cost";r="#));
        assert_eq!(ask(&app, &honest, "{ viewer { roles } }").await.status, 200);
    }
    let small = ask(&app, &abuser, "{ viewer { roles } }").await;
    assert_eq!(small.status, 200, "what is left may still be spent");
    let after = app
        .statements(&honest, "{ __typename }", json!({}))
        .await
        .len();
    assert_eq!(before, after);
}

async fn a_mutation_beyond_the_budget_changes_nothing(backend: Backend) {
    let app = App::start_with(backend, budget(30, 1)).await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let towns = ask(
        &app,
        &manager,
        "{ municipalities(first: 4) { nodes { id } } }",
    )
    .await;
    let towns = towns.json()["data"]["municipalities"]["nodes"].clone();
    let mut statuses = Vec::new();
    for town in towns.as_array().unwrap() {
        let input = json!({ "programme": "FI", "municipalityId": town["id"] });
        let told = app
            .act(&manager, "enrolMunicipality", input, "participation { id }")
            .await;
        statuses.push(told.status);
    }
    assert_eq!(statuses, [200, 200, 429, 429]);
    assert_eq!(app.count("participation").await, 2);
}

const PRICE: &str = "rateLimit(dryRun: true) { limit cost remaining restorePerSecond resetAt }";

async fn the_price_can_be_asked_without_running_anything(backend: Backend) {
    let app = App::start_with(backend, budget(2_000, 10)).await;
    let document = format!("{{ {PRICE} municipalities(first: 100) {{ nodes {{ id }} }} }}");
    let statements = app.statements(&app.public(), &document, json!({})).await;
    assert_eq!(statements, Vec::<String>::new());
    let told = ask(&app, &app.public(), &document).await;
    let body = told.json();
    assert_eq!(body["data"].as_object().unwrap().len(), 1, "{body}");
    let limit = &body["data"]["rateLimit"];
    assert_eq!(
        (
            &limit["limit"],
            &limit["cost"],
            &limit["remaining"],
            &limit["restorePerSecond"]
        ),
        (&json!(2_000), &json!(102), &json!(2_000), &json!(10))
    );
    let at: chrono::DateTime<chrono::Utc> = limit["resetAt"].as_str().unwrap().parse().unwrap();
    assert!(at.to_rfc3339().starts_with("2026-11-22T09:00:0"), "{at}");
    let cost = &body["extensions"]["cost"];
    assert_eq!(
        (&cost["requested"], &cost["actual"]),
        (&json!(102), &json!(0))
    );
    let wrong = format!("{{ {PRICE} municipalities(first: 100) {{ nodes {{ nothing }} }} }}");
    let refused = ask(&app, &app.public(), &wrong).await;
    assert_eq!(refused.refusal()["code"], "GRAPHQL_VALIDATION_FAILED");
    let real = document.replace("(dryRun: true)", "");
    let body = ask(&app, &app.public(), &real).await.json();
    assert_eq!(
        body["data"]["municipalities"]["nodes"]
            .as_array()
            .unwrap()
            .len(),
        100
    );
    assert_eq!(body["data"]["rateLimit"]["remaining"], 2_000 - 102);
}

async fn a_dry_run_is_found_wherever_it_stands_and_only_if_it_is_meant(backend: Backend) {
    let app = App::start_with(backend, budget(2_000, 10)).await;
    let rest = "viewer { roles }";
    for (document, variables, is_dry) in [
        (
            format!("query($d: Boolean!) {{ rateLimit(dryRun: $d) {{ cost }} {rest} }}"),
            json!({ "d": true }),
            true,
        ),
        (
            format!("query($d: Boolean!) {{ rateLimit(dryRun: $d) {{ cost }} {rest} }}"),
            json!({ "d": false }),
            false,
        ),
        (
            format!("query($d: Boolean! = true) {{ rateLimit(dryRun: $d) {{ cost }} {rest} }}"),
            json!({}),
            true,
        ),
        (
            format!(
                "{{ ...Price {rest} }} fragment Price on Query {{ price: rateLimit(dryRun: true) {{ cost }} }}"
            ),
            json!({}),
            true,
        ),
        (
            format!("{{ ... on Query {{ rateLimit(dryRun: true) {{ cost }} }} {rest} }}"),
            json!({}),
            true,
        ),
        (
            format!(
                "query($d: Boolean!) {{ rateLimit(dryRun: true) @include(if: $d) {{ cost }} {rest} }}"
            ),
            json!({ "d": false }),
            false,
        ),
        (
            format!(
                "query($d: Boolean!) {{ rateLimit(dryRun: true) @skip(if: $d) {{ cost }} {rest} @skip(if: $d) }}"
            ),
            json!({ "d": false }),
            true,
        ),
        (
            format!("query A {{ {rest} }} query B {{ rateLimit(dryRun: true) {{ cost }} {rest} }}"),
            json!({}),
            true,
        ),
    ] {
        let document = document
            .replacen("roles }", "roles } ", 1)
            .replace("}  @skip(if: $d)", "}");
        let name = document.starts_with("query A").then_some("B");
        let sent = json!({ "query": document, "variables": variables, "operationName": name });
        let response = reqwest::Client::new()
            .post(format!("{}/graphql", app.url))
            .header("accept", "application/graphql-response+json")
            .json(&sent);
        let told = Told::of(response.send().await.unwrap()).await;
        assert_eq!(told.status, 200, "{document} {}", told.text);
        let viewer = &told.json()["data"]["viewer"];
        assert_eq!(viewer.is_null(), is_dry, "{document} {}", told.text);
    }
}
