//! What comes back before anything runs: forms, refusals, methods, origins.

use std::{sync::atomic::Ordering, time::Duration};

use serde_json::json;

use super::{
    client::{NEW, post, query, raw, send},
    small::{start, start_with},
};

#[tokio::test]
async fn a_query_is_answered_in_the_accepted_form() {
    let running = start("127.0.0.1:0");
    let old = query(&running, "", "{ town(name: \"a\") { name } }").await;
    assert_eq!(
        (old.status, old.data().as_str()),
        (200, r#"{"data":{"town":{"name":"a"}}}"#)
    );
    assert_eq!(
        old.header("content-type"),
        Some("application/json; charset=utf-8")
    );
    assert_eq!(
        old.header("x-request-id"),
        Some(format!("{:032x}", 42).as_str())
    );
    assert_eq!(
        old.header("vary"),
        Some("Origin, Accept, Accept-Language, Authorization")
    );
    assert_eq!(old.header("cache-control"), None);
    let new = query(
        &running,
        &format!("{NEW}authorization: Bearer good\r\nx-request-id: me\r\n"),
        "{ __typename }",
    )
    .await;
    assert_eq!(
        new.header("content-type"),
        Some("application/graphql-response+json; charset=utf-8")
    );
    assert_eq!(new.header("x-request-id"), Some("me"));
    assert_eq!(new.header("cache-control"), Some("no-store"));
    let get = send(&running, "GET", "/graphql?query=query($n:String!)%7Btown(name:$n)%7Bname%7D%7D&variables=%7B%22n%22:%22b%22%7D", "", "").await;
    assert_eq!(get.data(), r#"{"data":{"town":{"name":"b"}}}"#);
    let skipped = query(&running, NEW, "{ __typename @skip(if: true) }").await;
    assert_eq!(
        (skipped.status, skipped.data().as_str()),
        (200, r#"{"data":{}}"#)
    );
    running.stop.stop(true).await;
}

#[tokio::test]
async fn a_refused_document_has_no_data_and_the_status_of_its_form() {
    let running = start("127.0.0.1:0");
    for (document, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "query A { __typename } query B { __typename }",
            "OPERATION_RESOLUTION_FAILURE",
        ),
        (
            "query A { __typename } query A { __typename }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "fragment A on Query { __typename }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "query($n: String!) { town(name: $n) { name } }",
            "BAD_USER_INPUT",
        ),
        ("{ town(name: 5) { name } }", "BAD_USER_INPUT"),
        ("{ towns(first: 101) { totalCount } }", "PAGE_SIZE_EXCEEDED"),
        (
            "{ ...A } fragment A on Query { ...A ...A }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription { a }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "{ slow(millis: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]) }",
            "MAX_RECURSION_LIMIT",
        ),
    ] {
        for (headers, status) in [(NEW, 400), ("accept: application/json\r\n", 200)] {
            let answer = query(&running, headers, document).await;
            assert_eq!(
                (answer.code().as_str(), answer.status),
                (code, status),
                "{document}: {}",
                answer.body
            );
            let body = answer.json();
            assert!(body.get("data").is_none(), "{}", answer.body);
            let extensions = &body["errors"][0]["extensions"];
            assert_eq!(extensions["requestId"], format!("{:032x}", 42));
            assert_eq!(
                extensions["docUrl"],
                format!("https://docs.example/errors#{code}")
            );
            assert_eq!(extensions["retryable"], false);
        }
    }
    running.stop.stop(true).await;
}

#[tokio::test]
async fn what_is_wrong_is_told_as_exactly_as_it_is_known() {
    let running = start("127.0.0.1:0");
    let parse = query(&running, NEW, "{ a(").await.json();
    assert_eq!(parse["errors"][0]["locations"][0]["line"], 1);
    let named = post(
        &running,
        NEW,
        &json!({"query": "query A { __typename }", "operationName": "B"}),
    )
    .await;
    assert_eq!(named.code(), "OPERATION_RESOLUTION_FAILURE");
    let null = post(&running, NEW, &json!({"query": "query A($n: String!) { town(name: $n) { name } }", "variables": {"n": null}})).await;
    assert_eq!(null.code(), "BAD_USER_INPUT");
    let many = query(
        &running,
        NEW,
        &format!(
            "{{ town(name: \"\") {{ {} }} }}",
            (0..30).fold(String::new(), |text, n| format!("{text} f{n}"))
        ),
    )
    .await;
    assert_eq!(many.json()["errors"].as_array().unwrap().len(), 10);
    running.stop.stop(true).await;
}

#[tokio::test]
async fn methods_media_types_and_bodies_are_checked_first() {
    let running = start("127.0.0.1:0");
    let json = "content-type: application/json\r\n";
    for (method, path, headers, body, status, code) in [
        ("POST", "/graphql", "", "{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
        (
            "POST",
            "/graphql",
            "content-type: text/plain\r\n",
            "{}",
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            "POST",
            "/graphql",
            "content-type: application/json\r\ncontent-encoding: gzip\r\n",
            "{}",
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            "POST",
            "/graphql",
            "accept: text/html\r\n",
            "{}",
            406,
            "NOT_ACCEPTABLE",
        ),
        ("POST", "/graphql", json, "", 400, "BAD_REQUEST"),
        (
            "POST",
            "/graphql",
            json,
            "[{\"query\":\"{a}\"}]",
            400,
            "BATCH_REJECTED",
        ),
        ("GET", "/graphql", "", "", 400, "BAD_REQUEST"),
        ("PUT", "/graphql", json, "{}", 405, "METHOD_NOT_ALLOWED"),
        (
            "GET",
            "/graphql?query=mutation%7Bcount%7D",
            "authorization: Bearer good\r\n",
            "",
            405,
            "METHOD_NOT_ALLOWED",
        ),
        ("GET", "/nowhere", "", "", 404, "NOT_FOUND"),
        ("POST", "/schema.graphql", "", "", 405, "METHOD_NOT_ALLOWED"),
        ("GET", "/explorer/none.js", "", "", 404, "NOT_FOUND"),
    ] {
        let answer = send(&running, method, path, headers, body).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (status, code),
            "{method} {path} {headers}{}",
            answer.body
        );
        assert_eq!(answer.header("allow").is_some(), status == 405);
        assert!(answer.header("x-request-id").is_some());
    }
    running.stop.stop(true).await;
}

#[tokio::test]
async fn a_body_too_large_or_too_slow_is_not_read_to_its_end() {
    let running = start_with("127.0.0.1:0", Duration::from_millis(400));
    let json = "content-type: application/json\r\n";
    let large = format!("{{\"query\":\"{}\"}}", "x".repeat(300_000));
    assert_eq!(
        send(&running, "POST", "/graphql", json, &large)
            .await
            .status,
        413
    );
    let chunked = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n{json}\r\n{}",
        "8000\r\n".to_owned() + &"x".repeat(0x8000) + "\r\n"
    )
    .into_bytes();
    let more = [b"8000\r\n".to_vec(), vec![b'x'; 0x8000], b"\r\n".to_vec()]
        .concat()
        .repeat(9);
    let answer = raw(&running, &[chunked, more].concat()).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (413, "PAYLOAD_TOO_LARGE")
    );
    assert_eq!(answer.header("connection"), Some("close"));
    let slow = format!("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n{json}\r\n{{");
    let answer = raw(&running, slow.as_bytes()).await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (400, "BAD_REQUEST")
    );
    running.stop.stop(true).await;
}

#[tokio::test]
async fn pages_of_listed_origins_may_call() {
    let running = start("127.0.0.1:0");
    let ours = "origin: https://map.example\r\naccess-control-request-method: POST\r\n";
    let answer = send(&running, "OPTIONS", "/graphql", ours, "").await;
    assert_eq!(answer.status, 204);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://map.example")
    );
    assert!(
        answer
            .header("access-control-allow-headers")
            .unwrap()
            .contains("authorization")
    );
    let registered = "origin: https://registered.example\r\n";
    let registered = send(&running, "OPTIONS", "/graphql", registered, "").await;
    assert_eq!(
        registered.header("access-control-allow-origin"),
        Some("https://registered.example")
    );
    let foreign = send(
        &running,
        "OPTIONS",
        "/graphql",
        "origin: https://evil.example\r\n",
        "",
    )
    .await;
    assert_eq!(
        (
            foreign.status,
            foreign.header("access-control-allow-origin")
        ),
        (204, None)
    );
    let called = query(
        &running,
        "origin: https://map.example\r\n",
        "{ __typename }",
    )
    .await;
    assert_eq!(
        called.header("access-control-allow-origin"),
        Some("https://map.example")
    );
    assert!(called.header("access-control-allow-credentials").is_none());
    running.stop.stop(true).await;
}

#[tokio::test]
async fn browsers_see_the_explorer_and_anybody_the_schema() {
    let running = start("127.0.0.1:0");
    let page = send(
        &running,
        "GET",
        "/graphql",
        "accept: text/html,*/*;q=0.8\r\n",
        "",
    )
    .await;
    assert_eq!((page.status, page.body.as_str()), (200, "<html>"));
    assert_eq!(
        send(&running, "GET", "/explorer/a/b.js", "", "").await.body,
        "1"
    );
    assert!(
        send(&running, "GET", "/schema.graphql", "", "")
            .await
            .body
            .contains("type Query")
    );
    for path in ["/permissions.json", "/health/live", "/health/ready"] {
        assert_eq!(send(&running, "GET", path, "", "").await.status, 200);
    }
    running.site.counter.store(1_000, Ordering::SeqCst);
    assert_eq!(
        send(&running, "GET", "/health/ready", "", "").await.status,
        503
    );
    running.stop.stop(true).await;
}
