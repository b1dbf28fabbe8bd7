//! Rows T3, T11 to T17: what the head of a request says.

use entity::account::Role;
use serde_json::{Value, json};

use super::{
    inside_is_not_told,
    socket::{said, statuses},
};
use crate::{databases::Backend, harness::App};

/// A mutation that a programme manager may send; it would leave an account.
fn mutation() -> String {
    let document = "mutation { addApiClient(input: { name: \"x\", scopes: [\"plans:read\"], programme: \"FI\" }) { apiClient { id } } }";
    json!({ "query": document }).to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t3_heads_beyond_the_limits_are_refused_and_the_connection_ends() {
    let app = App::start(Backend::Sqlite).await;
    let lines = |count: usize| -> String { (0..count).map(|n| format!("x-{n}: y\r\n")).collect() };
    let long = "y".repeat(140_000);
    for (head, status) in [
        // With `host` and `connection` these are 96 lines and 97.
        (format!("GET /health/live HTTP/1.1\r\n{}", lines(94)), 200),
        (format!("GET /health/live HTTP/1.1\r\n{}", lines(95)), 431),
        (
            format!("GET /health/live HTTP/1.1\r\n{}", lines(5_000)),
            431,
        ),
        (format!("GET /health/live HTTP/1.1\r\nx: {long}\r\n"), 431),
        (format!("GET /health/live?{long} HTTP/1.1\r\n"), 431),
        (
            format!("GET /health/live?{} HTTP/1.1\r\n", &long[..70_000]),
            400,
        ),
    ] {
        let bytes = format!("{head}host: x\r\nconnection: close\r\n\r\n");
        let text = said(&app, bytes.as_bytes()).await;
        assert_eq!(statuses(&text), [status], "{}", &head[..60]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t13_the_contract_is_open_to_all() {
    let app = App::start(Backend::Sqlite).await;
    let public = app.public();
    let asked = app
        .read(&public, "{ __schema { types { name } } }", json!({}))
        .await;
    assert!(asked["__schema"]["types"].as_array().unwrap().len() > 100);
    let wrong = app
        .call(&public, "{ municipalitys { id } }", json!({}))
        .await;
    let message = wrong.body["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("Did you mean `municipality`"), "{message}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t15_t17_a_body_that_is_not_plain_json_is_not_read() {
    let app = App::start(Backend::Sqlite).await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let accounts = app.count("account").await;
    let client = reqwest::Client::new();
    let post = |kind: &str, encoding: &str| {
        let mut request = client
            .post(format!("{}/graphql", app.url))
            .bearer_auth(manager.token.as_ref().unwrap())
            .body(mutation());
        for (name, value) in [("content-type", kind), ("content-encoding", encoding)] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        request
    };
    let kinds = [
        "",
        "text/plain",
        "text/json",
        "application/graphql",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=utf-16",
        "application/jsonp",
    ];
    let plain = "application/json";
    let encodings = [
        "gzip",
        "GZIP",
        "x-gzip",
        "br",
        "zstd",
        "deflate",
        "identity, gzip",
    ];
    let kinds = kinds.map(|kind| (kind, ""));
    for (kind, encoding) in kinds
        .into_iter()
        .chain(encodings.map(|packed| (plain, packed)))
    {
        let response = post(kind, encoding).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 415, "{kind} {encoding}");
        let text = response.text().await.unwrap();
        inside_is_not_told(&text);
        let told: Value = serde_json::from_str(&text).unwrap();
        let code = &told["errors"][0]["extensions"]["code"];
        assert_eq!(code, "UNSUPPORTED_MEDIA_TYPE", "{kind} {encoding}");
    }
    assert_eq!(app.count("account").await, accounts, "nothing was run");
    assert_eq!(post(plain, "").send().await.unwrap().status(), 200);
    assert_eq!(app.count("account").await, accounts + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t16_pages_of_other_origins_learn_nothing_and_cookies_mean_nothing() {
    let app = App::start_with(Backend::Sqlite, |config| {
        config.cors_origins = vec!["https://map.example".to_owned()];
    })
    .await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let cookie = format!("access_token={}", manager.token.unwrap());
    let client = reqwest::Client::new();
    for (origin, may_call) in [
        ("https://map.example", true),
        ("http://map.example", false),
        ("https://map.example:8443", false),
        ("https://map.example.evil.example", false),
        ("https://evil.example", false),
        ("http://localhost:3000", false),
        ("null", false),
    ] {
        let url = format!("{}/graphql", app.url);
        let before = client.request(reqwest::Method::OPTIONS, &url);
        let before = before.header("access-control-request-method", "POST");
        let call = client.post(&url).header("cookie", &cookie);
        let call = call.json(&json!({ "query": "{ viewer { roles } }" }));
        for request in [before, call] {
            let response = request.header("origin", origin).send().await.unwrap();
            let headers = response.headers().clone();
            let allowed = headers.get("access-control-allow-origin");
            assert_eq!(allowed.is_some(), may_call, "{origin}");
            assert_eq!(headers.get("access-control-allow-credentials"), None);
            assert_eq!(headers.get("set-cookie"), None);
            assert!(headers["vary"].to_str().unwrap().contains("Origin"));
            let text = response.text().await.unwrap();
            assert!(text.is_empty() || text.contains("[\"PUBLIC\"]"), "{text}");
        }
    }
}
