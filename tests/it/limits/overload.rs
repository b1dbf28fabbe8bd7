//! A server that has too much to do, or a database that does not answer.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream::FuturesUnordered};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Told, with_own_settings};
use crate::{databases::Backend, harness::App};

with_own_settings! {
    t3_more_headers_than_a_request_may_have_are_refused
    t21_no_answer_tells_what_broke_inside
}

pub(super) const NAMES: &str = "{ municipalities(first: 1) { nodes { id } } }";

pub(super) async fn ask(app: &App, document: &str) -> Told {
    Told::of(app.send(&app.public(), document, json!({})).await).await
}

/// A server on PostgreSQL and a lock that keeps its reads waiting.
pub(super) async fn held_up(
    set: impl FnOnce(&mut api::Config),
) -> (Arc<App>, sea_orm::DatabaseTransaction) {
    let app = Arc::new(App::start_with(Backend::Postgres, set).await);
    assert_eq!(ask(&app, NAMES).await.status, 200);
    let lock = app.database.begin().await.unwrap();
    lock.execute_unprepared("LOCK TABLE municipality IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    (app, lock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_at_once_are_turned_away_and_the_others_answered() {
    let (app, lock) = held_up(|config| {
        config.limits.concurrent_requests = 2;
        config.limits.queued_requests = 1;
    })
    .await;
    let mut asking: FuturesUnordered<_> = (0..12)
        .map(|_| {
            let app = Arc::clone(&app);
            tokio::spawn(async move { ask(&app, NAMES).await })
        })
        .collect();
    for _ in 0..9 {
        let shed = asking.next().await.unwrap().unwrap();
        assert_eq!((shed.status, shed.header("retry-after")), (503, "1"));
        assert_eq!(shed.refusal()["code"], "SERVICE_UNAVAILABLE");
        assert_eq!(shed.json().get("data"), None);
    }
    lock.rollback().await.unwrap();
    let mut statuses = Vec::new();
    while let Some(told) = asking.next().await {
        statuses.push(told.unwrap().status);
    }
    let served = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(served, 3, "two were worked on and one waited: {statuses:?}");
    assert_eq!(ask(&app, NAMES).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t18_a_slow_database_ends_in_503_and_the_turn_comes_back() {
    let (app, lock) = held_up(|config| {
        config.limits.concurrent_requests = 1;
        config.limits.queued_requests = 0;
        config.limits.deadline_ms = 300;
        config.limits.statement_ms = 300;
    })
    .await;
    let told = ask(&app, NAMES).await;
    assert_eq!((told.status, told.header("retry-after")), (503, "1"));
    assert_eq!(told.refusal()["code"], "OPERATION_TIMEOUT");
    // The statement is still running or has just been cancelled; its turn is not lost for good.
    let mut status = 503;
    for _ in 0..500 {
        status = ask(&app, "{ __typename }").await.status;
        if status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(status, 200, "while the table is still locked");
    lock.rollback().await.unwrap();
    assert_eq!(ask(&app, NAMES).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_operations_never_have_all_workers() {
    let (app, lock) = held_up(|config| config.limits.large_cost = 1).await;
    let workers = std::thread::available_parallelism().unwrap().get();
    let lane = i64::try_from((workers / 2).max(1)).unwrap();
    let asking: Vec<_> = (0..lane + 3)
        .map(|_| {
            let app = Arc::clone(&app);
            tokio::spawn(async move { ask(&app, NAMES).await })
        })
        .collect();
    let (mut most, mut rounds) = (0, 0);
    while most < lane || rounds < 40 {
        assert_eq!(ask(&app, "{ __typename }").await.status, 200);
        most = most.max(app.waiting_for_locks().await);
        rounds += 1;
        assert!(rounds < 10_000, "at most {most} were worked on");
    }
    lock.rollback().await.unwrap();
    for told in asking {
        told.await.unwrap();
    }
    assert_eq!(most, lane);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_documents_wait_for_large_operations_and_short_ones_do_not() {
    let (app, lock) = held_up(|config| config.limits.large_cost = 1).await;
    let workers = std::thread::available_parallelism().unwrap().get();
    let large = futures_util::future::join_all((0..(workers / 2).max(1)).map(|_| ask(&app, NAMES)));
    let long = format!("{{ __typename }} # {}", "x".repeat(20_000));
    let long = async {
        app.until_waiting_for_locks(1).await;
        ask(&app, &long).await
    };
    let short = async {
        app.until_waiting_for_locks(1).await;
        for _ in 0..40 {
            assert_eq!(ask(&app, "{ __typename }").await.status, 200);
        }
    };
    tokio::pin!(large, long);
    tokio::select! {
        biased;
        _ = &mut large => panic!("the table was locked"),
        _ = &mut long => panic!("read beside a large operation"),
        () = short => {}
    }
    lock.rollback().await.unwrap();
    let (large, long) = futures_util::join!(large, long);
    assert!(large.iter().all(|told| told.status == 200));
    assert_eq!(long.status, 200);
}

async fn t3_more_headers_than_a_request_may_have_are_refused(backend: Backend) {
    let app = App::start(backend).await;
    for (count, length) in [(200, 10), (10, 20_000)] {
        let address = app.url.strip_prefix("http://").unwrap();
        let mut socket = TcpStream::connect(address).await.unwrap();
        let headers: String = (0..count)
            .map(|n| format!("x-{n}: {}\r\n", "y".repeat(length)))
            .collect();
        let request = format!("GET /health/live HTTP/1.1\r\nhost: x\r\n{headers}\r\n");
        let _ = socket.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    assert_eq!(ask(&app, "{ __typename }").await.status, 200);
}

async fn t21_no_answer_tells_what_broke_inside(backend: Backend) {
    let app = App::start(backend).await;
    app.meddle("ALTER TABLE municipality RENAME TO elsewhere")
        .await
        .unwrap();
    let told = ask(&app, NAMES).await;
    assert_eq!(told.status, 500, "{}", told.text);
    let refusal = told.refusal();
    assert_eq!(refusal["code"], "INTERNAL_SERVER_ERROR");
    assert_eq!(refusal["requestId"], told.header("x-request-id"));
    for word in ["relation", "table", "elsewhere"] {
        assert!(!told.text.contains(word), "{word}: {}", told.text);
    }
}
