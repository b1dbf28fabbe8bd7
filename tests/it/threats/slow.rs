//! Rows T1 and T2: clients that send too much, or too slowly.

use std::time::Duration;

use entity::account::Role;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream, time::sleep};

use super::{
    resident,
    socket::{connect, statuses, until_closed},
};
use crate::{databases::Backend, harness::App};

const HEAD: &str = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";

const MEBIBYTE: usize = 1 << 20;

/// Sends the same bytes again and again, until the server ends the connection or so many are sent.
async fn pour(socket: &mut TcpStream, bytes: &[u8], at_most: usize) -> usize {
    let mut sent = 0;
    while sent < at_most && socket.write_all(bytes).await.is_ok() {
        sent += bytes.len();
    }
    sent
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t1_memory_stays_flat_while_a_body_without_end_arrives() {
    let app = App::start(Backend::Sqlite).await;
    let before = resident();
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    for length in ["transfer-encoding: chunked", "content-length: 1073741824"] {
        let mut sent = 0;
        while sent < 512 * MEBIBYTE {
            let mut socket = connect(&app).await;
            let head = format!("{HEAD}{length}\r\n\r\n");
            socket.write_all(head.as_bytes()).await.unwrap();
            sent += pour(&mut socket, chunk.as_bytes(), 512 * MEBIBYTE).await;
            let grown = resident().saturating_sub(before);
            assert!(grown < 256 * 1024, "{grown} KiB more after {sent} bytes");
        }
    }
    app.read(&app.public(), "{ __typename }", json!({})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t1_nobody_goes_on_reading_what_was_refused() {
    let app = App::start(Backend::Sqlite).await;
    let chunk = format!("400\r\n{}\r\n", "x".repeat(0x400));
    for (head, status) in [
        (HEAD, 413),
        ("POST /graphql HTTP/1.1\r\nhost: x\r\n", 415),
        ("PUT /graphql HTTP/1.1\r\nhost: x\r\n", 405),
        ("POST /oauth/token HTTP/1.1\r\nhost: x\r\n", 400),
        ("POST /health/live HTTP/1.1\r\nhost: x\r\n", 405),
        ("GET /health/live HTTP/1.1\r\nhost: x\r\n", 200),
    ] {
        let socket = connect(&app).await;
        let (read, mut write) = socket.into_split();
        let head = format!("{head}transfer-encoding: chunked\r\n\r\n");
        write.write_all(head.as_bytes()).await.unwrap();
        let sending = async {
            while write.write_all(chunk.as_bytes()).await.is_ok() {
                sleep(Duration::from_millis(1)).await;
            }
        };
        let (text, ()) = tokio::join!(until_closed(read), sending);
        assert_eq!(statuses(&text), [status], "{head}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t2_slow_connections_are_ended_and_others_answered_meanwhile() {
    let app = App::start_with(Backend::Sqlite, |config| {
        config.limits.head_ms = 4_000;
        config.limits.body_ms = 4_000;
    })
    .await;
    let honest = app.person(Role::Coordinator, Some("FI-837")).await;
    let beginnings = [
        ("", 408),
        ("POST /graphql HTTP/1.1\r\nhost: x\r\nx-a: b", 408),
        (&*format!("{HEAD}content-length: 900\r\n\r\n{{"), 400),
        (
            &*format!("{HEAD}transfer-encoding: chunked\r\n\r\n1\r\n{{"),
            400,
        ),
        (
            "POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 9\r\n\r\na",
            400,
        ),
    ];
    let mut slow = Vec::new();
    for n in 0..400 {
        let (beginning, status) = beginnings[n % beginnings.len()];
        let mut socket = connect(&app).await;
        socket.write_all(beginning.as_bytes()).await.unwrap();
        slow.push((socket, beginning, status));
    }
    for _ in 0..20 {
        let seen = app.read(&honest, "{ viewer { roles } }", json!({})).await;
        assert_eq!(seen["viewer"]["roles"], json!(["PUBLIC", "COORDINATOR"]));
    }
    for (socket, beginning, status) in slow {
        let text = until_closed(socket).await;
        assert_eq!(statuses(&text), [status], "{beginning}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t2_a_body_that_nobody_can_read_takes_no_turn() {
    let app = App::start_with(Backend::Postgres, |config| {
        config.limits.concurrent_requests = 1;
        config.limits.queued_requests = 0;
    })
    .await;
    let document = "{ municipalities(first: 1) { nodes { id } } }";
    let lock = app.database.begin().await.unwrap();
    lock.execute_unprepared("LOCK TABLE municipality IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let public = app.public();
    let slow = app.call(&public, document, json!({}));
    let others = async {
        // Until the one turn is taken.
        let waiting = "pg_locks WHERE NOT granted AND database =
            (SELECT oid FROM pg_database WHERE datname = current_database())";
        while app.count(waiting).await == 0 {}
        let turned_away = app.call(&public, "{ __typename }", json!({})).await;
        assert_eq!(turned_away.status, 503);
        for broken in ["content-length: 9\r\n\r\n{", "content-length: 2\r\n\r\n{)"] {
            let mut socket = connect(&app).await;
            let bytes = format!("{HEAD}connection: close\r\n{broken}");
            socket.write_all(bytes.as_bytes()).await.unwrap();
            socket.shutdown().await.unwrap();
            assert_eq!(statuses(&until_closed(socket).await), [400], "{broken}");
        }
        lock.rollback().await.unwrap();
    };
    let (slow, ()) = tokio::join!(slow, others);
    assert_eq!(slow.status, 200, "{}", slow.body);
}
