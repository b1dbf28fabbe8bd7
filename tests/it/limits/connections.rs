//! The connections to PostgreSQL: each has a place, goes back to it, and brings along nothing from
//! the request before.

use std::{sync::Arc, time::Duration};

use api::Registration;
use futures_util::{future::join_all, poll};
use serde_json::json;
use tokio::time::{sleep, timeout};

use super::{
    Told, free_address,
    overload::{NAMES, ask, held_up, waiting_for_locks},
};
use crate::{databases::Backend, harness::App, rights};

const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_wait_for_the_only_connection_and_are_answered() {
    let (app, lock) = held_up(|config| {
        config.database_connections = 1;
        config.limits.connection_ms = 60_000;
    })
    .await;
    let document = "{ a: municipalities(first: 1) { nodes { codes { code } region { code } } }
        b: municipalities(first: 2) { nodes { populations { year } codes { code } } } }";
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let app = Arc::clone(&app);
            tokio::spawn(async move { ask(&app, document).await })
        })
        .collect();
    let held = async { while waiting_for_locks(&app).await == 0 {} };
    timeout(PATIENCE, held).await.unwrap();
    lock.rollback().await.unwrap();
    for told in asking {
        let told = told.await.unwrap();
        assert_eq!(told.status, 200, "{}", told.text);
        assert!(told.json()["errors"].is_null(), "{}", told.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_nobody_uses_are_told_as_idle() {
    let address = free_address();
    let (app, lock) = held_up(|config| config.metrics_bind = Some(address)).await;
    let asking = (0..3).map(|_| ask(&app, NAMES));
    let release = async {
        let held = async { while waiting_for_locks(&app).await < 3 {} };
        timeout(PATIENCE, held).await.unwrap();
        lock.rollback().await.unwrap();
    };
    futures_util::join!(join_all(asking), release);
    // The server reads for itself now and then.
    let at_rest = async {
        loop {
            let numbers = reqwest::get(format!("http://{address}/metrics")).await;
            let numbers = Told::of(numbers.unwrap()).await.text;
            let used = r#"cfc_database_connections{pool="reads",state="used"} 0"#;
            if numbers.lines().any(|line| line == used) {
                return numbers;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let numbers = timeout(PATIENCE, at_rest).await.unwrap();
    let idle = r#"cfc_database_connections{pool="reads",state="idle"} "#;
    let idle = numbers.lines().find_map(|line| line.strip_prefix(idle));
    assert!(idle.unwrap().parse::<u32>().unwrap() >= 3, "{numbers}");
}

/// Gives a registration up each time it waits for something, also while its transaction begins,
/// and looks whether a write that needs no transaction lasts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_given_up_while_it_began_swallows_no_write() {
    let app = App::start_with(Backend::Postgres, |config| config.database_connections = 1).await;
    let machine = rights::machine(&app, "FI-837", &["plans:read"]).await;
    let mut waits = 0;
    let mut is_complete = false;
    while !is_complete {
        waits += 1;
        {
            let scopes = ["plans:read".to_owned()];
            let registration = Registration {
                name: "Register of a municipality",
                programme: "FI",
                municipality: Some("FI-837"),
                scopes: &scopes,
                origins: &[],
                public_key: None,
            };
            let mut registering = std::pin::pin!(app.operator.add_client(registration));
            for _ in 0..waits {
                is_complete = poll!(registering.as_mut()).is_ready();
                if is_complete {
                    break;
                }
                sleep(Duration::from_millis(5)).await;
            }
        }
        app.clock.pass_days(1);
        let before = app.clock.now().to_rfc3339();
        let granted = rights::token(&app, &machine.id, &machine.secret).await;
        assert!(granted["access_token"].is_string(), "{granted}");
        let used = format!("client_secret WHERE last_used_at > '{before}'");
        assert_eq!(app.count(&used).await, 1, "given up at wait {waits}");
        assert!(waits < 200, "a registration has an end");
    }
    assert!(waits > 3, "it waits for the database more than once");
}
