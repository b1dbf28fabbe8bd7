//! What whoever runs a server counts on: it does not start on a database that is not ready for it,
//! serves what other processes publish, and says when it cannot answer.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{
    databases::{self, Backend},
    harness::{self, App, with_own_settings},
    matrix::second_programme,
};

with_own_settings! {
    a_database_that_is_not_up_to_date_is_refused
    what_another_process_publishes_is_served
}

/// How long to wait for what comes by itself.
const PATIENCE: Duration = Duration::from_mins(1);

async fn a_database_that_is_not_up_to_date_is_refused(backend: Backend) {
    let url = databases::empty(backend).await;
    let told = harness::enter(&url).await.err().unwrap().to_string();
    assert!(told.starts_with("The database is empty."), "{told}");
    harness::prepare(&url).await;
    assert!(harness::enter(&url).await.unwrap().has_programme());
}

async fn what_another_process_publishes_is_served(backend: Backend) {
    let app = App::start(backend).await;
    let other = app.beside().await;
    let document = "{ programme(key: \"SECOND\") { key } }";
    let is_served = async || {
        let told = other.read(&other.public(), document, json!({})).await;
        told["programme"]["key"] == "SECOND"
    };
    assert!(!is_served().await);
    second_programme(&app.operator).await;
    let begun = Instant::now();
    while !is_served().await {
        assert!(begun.elapsed() < PATIENCE, "it was never served");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn status(app: &App, path: &str) -> u16 {
    let response = reqwest::get(format!("{}{path}", app.url)).await.unwrap();
    response.status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_database_a_server_lives_and_is_not_ready() {
    let app = App::start_with(Backend::Postgres, |config| {
        config.limits.connection_ms = 500;
    })
    .await;
    let names = "{ municipalities(first: 1) { nodes { id } } }";
    let asked = async || app.call(&app.public(), names, json!({})).await.status;
    assert_eq!(
        (asked().await, status(&app, "/health/ready").await),
        (200, 200)
    );
    app.close_database(true).await;
    for _ in 0..6 {
        assert_eq!(asked().await, 503);
        assert_eq!(status(&app, "/health/ready").await, 503);
        assert_eq!(status(&app, "/health/live").await, 200);
    }
    app.close_database(false).await;
    let begun = Instant::now();
    while (asked().await, status(&app, "/health/ready").await) != (200, 200) {
        assert!(begun.elapsed() < PATIENCE, "it never recovered");
    }
}
