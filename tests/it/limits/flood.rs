//! Floods from one address, counted before any token is read.

use futures_util::{StreamExt, stream::FuturesUnordered};
use serde_json::json;

use super::{Told, with_own_settings};
use crate::{databases::Backend, harness::App};

with_own_settings! {
    t20_a_flood_is_turned_away_before_its_token_is_read
    t20_only_trusted_proxies_say_who_calls
    whoever_sends_too_much_waits_to_be_told_and_nobody_else_does
    the_token_endpoint_counts_too
}

/// Sends with headers.
async fn send(app: &App, path: &str, headers: &[(&str, &str)]) -> Told {
    let mut request = reqwest::Client::new().post(format!("{}{path}", app.url));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = match path {
        "/graphql" => request.json(&json!({ "query": "{ __typename }" })),
        _ => request
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials&client_id=cli_x&client_secret=y"),
    };
    Told::of(request.send().await.unwrap()).await
}

async fn few(backend: Backend) -> App {
    App::start_with(backend, |config| {
        config.limits.address_requests = 5;
        config.limits.address_restore = 1;
    })
    .await
}

async fn t20_a_flood_is_turned_away_before_its_token_is_read(backend: Backend) {
    let app = App::start_with(backend, |config| {
        config.limits.address_requests = 50;
        config.limits.address_restore = 1;
    })
    .await;
    let bad = ("authorization", "Bearer not.a.token");
    let mut statuses = Vec::new();
    for n in 0..80 {
        let said = format!("198.51.100.{n}");
        let told = send(&app, "/graphql", &[bad, ("x-forwarded-for", &said)]).await;
        if told.status == 429 {
            assert_eq!(told.refusal()["code"], "RATE_LIMITED");
            assert_eq!(told.header("ratelimit-policy"), r#""address";q=50;w=50"#);
            assert_eq!(told.header("ratelimit"), r#""address";r=0;t=50"#);
            assert_eq!(told.header("retry-after"), "1");
        }
        statuses.push(told.status);
    }
    assert_eq!(statuses[..50], [401; 50]);
    let turned_away = statuses.iter().filter(|status| **status == 429).count();
    assert!(turned_away >= 5, "{statuses:?}");
    let live = reqwest::get(format!("{}/health/live", app.url))
        .await
        .unwrap();
    assert_eq!(live.status(), 200, "health is not counted");
}

async fn t20_only_trusted_proxies_say_who_calls(backend: Backend) {
    let app = App::start_with(backend, |config| {
        config.trusted_proxies = vec!["127.0.0.1".to_owned(), "10.0.0.0/8".to_owned()];
        config.limits.address_requests = 5;
        config.limits.address_restore = 1;
    })
    .await;
    let app = &app;
    let from = |said: &'static str| async move {
        send(app, "/graphql", &[("x-forwarded-for", said)]).await
    };
    let mut flooded = 0;
    for _ in 0..20 {
        flooded = from("6.6.6.6, 198.51.100.7, 10.0.0.9").await.status;
    }
    assert_eq!(flooded, 429);
    let made_up = from("192.0.2.44, 198.51.100.7").await;
    assert_eq!(
        made_up.status, 429,
        "what stands before the nearest address is not believed"
    );
    assert_eq!(
        from("198.51.100.8").await.status,
        200,
        "another address is served"
    );
    assert_eq!(from("6.6.6.6").await.status, 200);
}

async fn whoever_sends_too_much_waits_to_be_told_and_nobody_else_does(backend: Backend) {
    let app = App::start_with(backend, |config| {
        config.trusted_proxies = vec!["127.0.0.1".to_owned()];
        config.limits.address_requests = 1;
        config.limits.address_restore = 1;
        config.limits.address_refused_ms = 10_000;
        config.limits.concurrent_requests = 1;
    })
    .await;
    let from = |path: &'static str, said: String| {
        let app = &app;
        async move { send(app, path, &[("x-forwarded-for", &said)]).await.status }
    };
    let spent = || "198.51.100.7".to_owned();
    assert_eq!(from("/graphql", spent()).await, 200);
    let mut flood: FuturesUnordered<_> = (0..9)
        .map(|n| from(["/graphql", "/oauth/token"][n % 2], spent()))
        .collect();
    let flood = async {
        while let Some(told) = flood.next().await {
            assert_ne!(told, 429, "told at once");
        }
    };
    let others = async {
        for other in 8..58 {
            assert_eq!(from("/graphql", format!("198.51.100.{other}")).await, 200);
        }
    };
    tokio::select! {
        () = flood => panic!("every request was let in"),
        () = others => {}
    }
}

async fn the_token_endpoint_counts_too(backend: Backend) {
    let app = few(backend).await;
    let mut statuses = Vec::new();
    let mut last = None;
    for _ in 0..12 {
        let told = send(&app, "/oauth/token", &[]).await;
        statuses.push(told.status);
        last = Some(told);
    }
    assert_eq!(statuses[..5], [401; 5]);
    let last = last.unwrap();
    assert_eq!((last.status, last.header("retry-after")), (429, "1"));
    assert_eq!(last.json()["error"], "temporarily_unavailable");
    assert_eq!(last.header("ratelimit-policy"), r#""address";q=5;w=5"#);
    let graphql = send(&app, "/graphql", &[]).await;
    assert_eq!(graphql.status, 429, "one count for all of it");
}
