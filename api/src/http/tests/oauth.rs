//! The form of the OAuth endpoints: what is read, what is refused before the house is asked.

use super::{client::send, small::start};

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

#[tokio::test]
async fn a_form_is_read_and_answered_without_being_kept() {
    let running = start("127.0.0.1:0");
    let answer = send(&running, "POST", "/oauth/introspect", FORM, "token=a%20b").await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, r#"{"token":"a b"}"#)
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("x-request-id").is_some());
    running.stop.stop(true).await;
}

#[tokio::test]
async fn what_is_no_form_is_an_invalid_request() {
    let running = start("127.0.0.1:0");
    let long = format!("token={}", "a".repeat(33 * 1024));
    for (kind, body) in [
        ("content-type: application/json\r\n", "{}"),
        ("", "token=a"),
        (FORM, "token=a&token=b"),
        (FORM, long.as_str()),
    ] {
        let answer = send(&running, "POST", "/oauth/token", kind, body).await;
        assert_eq!(answer.status, 400, "{kind} {}", &body[..body.len().min(20)]);
        assert!(
            answer.body.contains(r#""error":"invalid_request""#),
            "{}",
            answer.body
        );
    }
    let answer = send(&running, "GET", "/oauth/token", "", "").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    running.stop.stop(true).await;
}

#[tokio::test]
async fn a_panic_is_a_server_error() {
    let running = start("127.0.0.1:0");
    let answer = send(&running, "POST", "/oauth/token", FORM, "token=panic").await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (500, r#"{"error":"server_error"}"#)
    );
    running.stop.stop(true).await;
}

#[tokio::test]
async fn documents_that_libraries_look_for_have_a_place() {
    let running = start("127.0.0.1:0");
    let here = send(&running, "GET", "/.well-known/here", "", "").await;
    assert_eq!(
        (here.status, here.body.as_str()),
        (200, r#"{"name":"here"}"#)
    );
    assert_eq!(
        send(&running, "GET", "/.well-known/there", "", "")
            .await
            .status,
        404
    );
    running.stop.stop(true).await;
}
