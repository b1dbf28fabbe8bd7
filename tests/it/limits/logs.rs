//! The log and the numbers: one line per request, and nothing that anybody said in private.

use std::{
    io::Write,
    sync::{Mutex, PoisonError},
};

use api::Registration;
use entity::account::Role;
use serde_json::{Value, json};

use super::{Told, free_address, with_own_settings};
use crate::{databases::Backend, harness::App};

with_own_settings! {
    t22_a_request_leaves_one_line_and_nothing_private_in_it
    numbers_are_told_at_an_address_of_their_own
}

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Writer;

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The log of this process so far; other tests write to it too.
fn log() -> String {
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner);
    String::from_utf8(log.clone()).unwrap()
}

/// The lines about one request.
fn lines(request_id: &str) -> Vec<Value> {
    let all: Vec<Value> = log()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect();
    let of = |line: &Value| line["request_id"] == request_id && line["message"] == "request";
    all.into_iter().filter(of).collect()
}

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

const CANARY: &str = "canary.person@town.example";

async fn t22_a_request_leaves_one_line_and_nothing_private_in_it(backend: Backend) {
    api::telemetry::start_into(|| Box::new(Writer));
    let app = App::start(backend).await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let token = manager.token.unwrap();
    a_person_asks(&app, &token, &format!("t22-{backend:?}")).await;
    let secrets = a_client_asks(&app, &format!("t22-client-{backend:?}")).await;
    what_is_refused(&app, &token).await;
    let log = log();
    for private in [CANARY, "town.example", "municipalities(", &token] {
        assert!(!log.contains(private), "{private}");
    }
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret}");
    }
}

async fn a_person_asks(app: &App, token: &str, id: &str) {
    let document = format!(
        "query Look_up($name: String) {{ municipalities(first: 1, search: $name) {{ nodes {{ id }} }} # {CANARY}\n }}"
    );
    let request = reqwest::Client::new()
        .post(format!("{}/graphql?x={CANARY}", app.url))
        .bearer_auth(token)
        .header("x-request-id", id)
        .header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"))
        .header("user-agent", CANARY)
        .header("x-forwarded-for", CANARY)
        .header("accept-language", CANARY)
        .json(&json!({ "query": document, "variables": { "name": CANARY } }));
    let told = Told::of(request.send().await.unwrap()).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let [line] = lines(id).try_into().unwrap();
    for (key, value) in [
        ("level", json!("INFO")),
        ("trace_id", json!(TRACE)),
        ("method", json!("POST")),
        ("path", json!("/graphql")),
        ("status", json!(200)),
        ("kind", json!("query")),
        ("operation", json!("Look_up")),
        ("cost", told.json()["extensions"]["cost"]["actual"].clone()),
    ] {
        assert_eq!(line[key], value, "{key} in {line}");
    }
    assert!(line["duration_ms"].is_u64(), "{line}");
    assert!(line["timestamp"].is_string(), "{line}");
}

/// Answers with what only the client and the server know.
async fn a_client_asks(app: &App, id: &str) -> [String; 2] {
    let registration = Registration {
        name: "Register",
        programme: "FI",
        municipality: None,
        scopes: &["assessments:read".to_owned()],
        origins: &[],
        public_key: None,
    };
    let (client, secret) = app.operator.add_client(registration).await.unwrap();
    let secret = secret.unwrap();
    let http = reqwest::Client::new();
    let request = http
        .post(format!("{}/oauth/token", app.url))
        .basic_auth(&client, Some(&secret))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    let granted = Told::of(request.send().await.unwrap()).await;
    let token = granted.json()["access_token"].as_str().unwrap().to_owned();
    let request = http
        .post(format!("{}/graphql", app.url))
        .bearer_auth(&token)
        .header("x-request-id", id)
        .header("traceparent", CANARY)
        .json(&json!({ "query": "{ nothing }" }));
    assert_eq!(request.send().await.unwrap().status(), 200);
    let [line] = lines(id).try_into().unwrap();
    assert_eq!(line["client"], client);
    assert_eq!(line["code"], "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(line.get("trace_id"), None, "{line}");
    [secret, token]
}

async fn what_is_refused(app: &App, token: &str) {
    let said = format!("{{\"name\":\"{CANARY}\"}}");
    for path in [
        format!("/graphql?query=query($name:String)%7B__typename%7D&variables={said}"),
        format!("/graphql?access_token={token}"),
        format!("/{CANARY}"),
        format!("/docs/{CANARY}"),
        format!("/graphql/{token}"),
    ] {
        let request = reqwest::Client::new()
            .get(format!("{}{path}", app.url))
            .header("x-request-id", CANARY)
            .header("authorization", format!("Bearer {CANARY}"));
        assert!(request.send().await.unwrap().status().as_u16() >= 400);
    }
}

async fn numbers_are_told_at_an_address_of_their_own(backend: Backend) {
    let address = free_address();
    let app = App::start_with(backend, |config| {
        config.metrics_bind = Some(address);
        config.limits.budget = 150;
        config.limits.budget_restore = 1;
        config.limits.cost = 150;
    })
    .await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let hundred = "query Names { municipalities(first: 100) { nodes { id } } }";
    for (document, status) in [
        (hundred, 200),
        (hundred, 429),
        ("mutation { __typename }", 200),
        ("{ nothing }", 400),
    ] {
        let told = Told::of(app.send(&manager, document, json!({})).await).await;
        assert_eq!(told.status, status, "{document}");
    }
    let numbers = format!("http://{address}/metrics");
    let numbers = Told::of(reqwest::get(numbers).await.unwrap()).await;
    assert!(
        numbers
            .header("content-type")
            .starts_with("application/openmetrics-text")
    );
    for line in [
        r#"cfc_http_requests_total{status="200",operation="query",code=""} 1"#,
        r#"cfc_http_requests_total{status="429",operation="query",code="RATE_LIMITED"} 1"#,
        r#"cfc_http_requests_total{status="200",operation="mutation",code=""} 1"#,
        // What is refused is no operation.
        r#"cfc_http_requests_total{status="400",operation="none",code="GRAPHQL_VALIDATION_FAILED"} 1"#,
        r#"cfc_http_requests_rate_limited_total{budget="cost"} 1"#,
        "cfc_http_requests_in_flight 0",
        "cfc_http_requests_shed_total 0",
        r#"cfc_http_request_duration_seconds_count{operation="query"} 2"#,
    ] {
        assert!(
            numbers.text.lines().any(|told| told == line),
            "{line}\n{}",
            numbers.text
        );
    }
    assert!(
        numbers.text.contains("cfc_database_connections{pool="),
        "{}",
        numbers.text
    );
    for id in ["acc_", "mun_", "cli_", "Names"] {
        assert!(!numbers.text.contains(id), "{id}");
    }
    let elsewhere = reqwest::get(format!("{}/metrics", app.url)).await.unwrap();
    assert_eq!(elsewhere.status(), 404, "not where clients call");
}
