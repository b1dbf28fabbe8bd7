//! What comes back once something runs: tokens, faults, deadlines.

use std::{sync::atomic::Ordering, time::Duration};

use serde_json::json;

use super::{
    client::{NEW, query, raw},
    small::{start, start_with},
};

#[tokio::test]
async fn tokens_decide_before_anything_runs() {
    let running = start("127.0.0.1:0");
    let missing = query(&running, "", "mutation { count }").await;
    assert_eq!(
        (missing.status, missing.code().as_str()),
        (401, "UNAUTHENTICATED")
    );
    assert_eq!(missing.header("www-authenticate"), Some("Bearer"));
    for (token, code) in [("bad", "UNAUTHENTICATED"), ("old", "TOKEN_EXPIRED")] {
        let answer = query(
            &running,
            &format!("authorization: Bearer {token}\r\n"),
            "{ __typename }",
        )
        .await;
        assert_eq!((answer.status, answer.code().as_str()), (401, code));
        assert_eq!(
            answer.header("www-authenticate"),
            Some("Bearer error=\"invalid_token\"")
        );
    }
    assert_eq!(
        query(
            &running,
            "authorization: Bearer panic\r\n",
            "{ __typename }"
        )
        .await
        .status,
        500
    );
    assert_eq!(running.site.counter.load(Ordering::SeqCst), 0);
    let good = query(
        &running,
        "authorization: Bearer good\r\n",
        "mutation { a: count b: count }",
    )
    .await;
    assert_eq!(good.data(), r#"{"data":{"a":1,"b":2}}"#);
    running.stop.stop(true).await;
}

#[tokio::test]
async fn a_root_field_that_needs_a_token_asks_for_one() {
    let running = start("127.0.0.1:0");
    let viewer = query(
        &running,
        NEW,
        "{ fail(code: \"UNAUTHENTICATED\") { name } }",
    )
    .await;
    assert_eq!(
        (viewer.status, viewer.header("www-authenticate")),
        (401, Some("Bearer"))
    );
    running.stop.stop(true).await;
}

#[tokio::test]
async fn faults_while_executing_keep_what_was_found_and_tell_no_secret() {
    let running = start("127.0.0.1:0");
    let partial = query(
        &running,
        NEW,
        "{ town(name: \"a\") { name } fail(code: \"SERVICE_UNAVAILABLE\") { name } }",
    )
    .await;
    assert_eq!(
        (partial.status, partial.code().as_str()),
        (200, "SERVICE_UNAVAILABLE")
    );
    assert_eq!(partial.json()["data"]["town"]["name"], "a");
    assert_eq!(partial.json()["errors"][0]["path"], json!(["fail"]));
    assert_eq!(
        partial.json()["errors"][0]["extensions"]["retryAfterMs"],
        1_000
    );
    let whole = query(
        &running,
        "",
        "{ fail(code: \"SERVICE_UNAVAILABLE\") { name } }",
    )
    .await;
    assert_eq!(
        (whole.status, whole.header("retry-after")),
        (503, Some("1"))
    );
    assert!(whole.json().get("data").is_none());
    running.stop.stop(true).await;
}

#[tokio::test]
async fn a_failed_field_is_null_at_its_place_in_the_order_of_the_document() {
    let running = start("127.0.0.1:0");
    let forbidden = query(&running, NEW, "{ fail(code: \"FORBIDDEN\") { name } }").await;
    assert_eq!(
        (forbidden.status, forbidden.json()["data"].is_object()),
        (200, true),
        "{}",
        forbidden.body
    );
    assert_eq!(forbidden.json()["data"], json!({"fail": null}));
    let ordered = query(
        &running,
        NEW,
        "{ slow(millis: 30) fail(code: \"FORBIDDEN\") { name } town(name: \"a\") { name } }",
    )
    .await;
    assert!(
        ordered
            .body
            .starts_with(r#"{"data":{"slow":true,"fail":null,"town":{"name":"a"}}"#),
        "{}",
        ordered.body
    );
    for document in [
        "{ panic }",
        "{ careless { name } }",
        "{ fail(code: \"INTERNAL_SERVER_ERROR\") { name } }",
    ] {
        let answer = query(&running, NEW, document).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (500, "INTERNAL_SERVER_ERROR"),
            "{document}"
        );
        assert!(!answer.body.contains("secret"), "{}", answer.body);
    }
    running.stop.stop(true).await;
}

#[tokio::test]
async fn the_deadline_ends_the_waiting_and_not_the_work() {
    let running = start_with("127.0.0.1:0", Duration::from_millis(400));
    let read = query(&running, "", "{ slow(millis: 2000) }").await;
    assert_eq!(
        (read.status, read.code().as_str()),
        (503, "OPERATION_TIMEOUT")
    );
    assert_eq!(read.header("retry-after"), Some("1"));
    let write = query(
        &running,
        "authorization: Bearer good\r\n",
        "mutation { count(millis: 600) }",
    )
    .await;
    assert_eq!(
        (write.status, write.code().as_str()),
        (503, "OUTCOME_UNKNOWN")
    );
    assert_eq!(running.site.counter.load(Ordering::SeqCst), 0);
    while running.site.counter.load(Ordering::SeqCst) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    running.stop.stop(true).await;
}

#[tokio::test]
async fn a_body_that_nobody_read_is_not_the_next_request() {
    let running = start("127.0.0.1:0");
    let body = "GET /nowhere HTTP/1.1\r\nhost: x\r\n\r\n";
    let both = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\nauthorization: Bearer bad\r\ncontent-length: {}\r\n\r\n{body}GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let answer = raw(&running, both.as_bytes()).await;
    assert_eq!(answer.status, 401);
    assert!(!answer.body.contains("404"), "{}", answer.body);
    assert!(answer.body.matches("HTTP/1.1").count() <= 1);
    running.stop.stop(true).await;
}
