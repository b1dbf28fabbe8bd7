//! Row T4: bytes that two servers could cut into requests differently.

use super::socket::{said, statuses};
use crate::{databases::Backend, harness::App};

/// What an attacker wants to have taken for a request of its own.
const SECOND: &str = "GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n";

/// Header lines that leave open where the body ends, or whom the request is for.
const LINES: [(&str, &str); 31] = [
    (
        "length and chunks",
        "content-length: 5\r\ntransfer-encoding: chunked",
    ),
    (
        "chunks and length",
        "transfer-encoding: chunked\r\ncontent-length: 5",
    ),
    (
        "no length and chunks",
        "content-length: 0\r\ntransfer-encoding: chunked",
    ),
    ("one length twice", "content-length: 5\r\ncontent-length: 5"),
    ("two lengths", "content-length: 5\r\ncontent-length: 0"),
    (
        "two lengths apart",
        "content-length: 5\r\nx-a: b\r\nContent-Length: 50",
    ),
    ("a list of lengths", "content-length: 5, 5"),
    ("a length with a sign", "content-length: +5"),
    ("a length below zero", "content-length: -5"),
    ("a hexadecimal length", "content-length: 0x5"),
    ("a length with an exponent", "content-length: 1e1"),
    ("a length in two parts", "content-length: 5 5"),
    ("a length with a parameter", "content-length: 5;a"),
    ("no number", "content-length: "),
    (
        "a length beyond all numbers",
        "content-length: 18446744073709551616",
    ),
    ("digits of another script", "content-length: \u{ff15}"),
    (
        "chunks twice",
        "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
    ),
    (
        "chunks and nothing",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity",
    ),
    ("a list of chunks", "transfer-encoding: chunked, chunked"),
    ("packed chunks", "transfer-encoding: gzip, chunked"),
    ("identity", "transfer-encoding: identity"),
    ("almost chunks", "transfer-encoding: xchunked"),
    ("chunks with a parameter", "transfer-encoding: chunked;q=1"),
    (
        "chunks behind a control character",
        "transfer-encoding: \u{b}chunked",
    ),
    ("a space before the colon", "transfer-encoding : chunked"),
    ("a folded line", "x-a: b\r\n transfer-encoding: chunked"),
    ("a folded value", "transfer-encoding:\r\n chunked"),
    ("a zero byte", "x-a: b\0c"),
    (
        "a lone carriage return",
        "x-a: b\rtransfer-encoding: chunked",
    ),
    ("a line without a name", ": x"),
    ("a second host", "host: y"),
];

/// First lines, with the header lines that follow.
const HEADS: [&str; 9] = [
    "POST /graphql HTTP/1.1\r\ncontent-length: 0\r\n\r\n",
    "POST /graphql HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n",
    "POST /graphql HTTP/1.0\r\nhost: x\r\n\r\n",
    "GET /graphql HTTP/1.2\r\nhost: x\r\n\r\n",
    "GET /a b HTTP/1.1\r\nhost: x\r\n\r\n",
    "GE(T /graphql HTTP/1.1\r\nhost: x\r\n\r\n",
    "GET /graphql\r\n\r\n",
    "GET /graphql HTTP/1.1\r\n host: x\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
];

/// Chunks that are none.
const CHUNKS: [&str; 13] = [
    "g\r\n",
    "-1\r\nx\r\n",
    "0x5\r\nhello\r\n",
    "\r\nhello\r\n",
    " 5\r\nhello\r\n",
    "5 5\r\nhello\r\n",
    "ffffffffffffffff1\r\nx\r\n",
    "5\nhello\r\n",
    "5;a\nb\r\nhello\r\n",
    "5;a\0\r\nhello\r\n",
    "2\r\nhello\r\n",
    "5\r\nhello0\r\n\r\n",
    "0\r\n\rx",
];

const JSON: &str = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";

/// Requests that are answered once, and what follows is their body or is not read.
const ONCE: [(&str, u16); 5] = [
    (
        "POST /schema.graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\ng\r\n",
        405,
    ),
    (
        "POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\n",
        415,
    ),
    ("CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n", 404),
    (
        "GET /health/live HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        200,
    ),
    (
        "POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: 40000\r\n\r\n",
        400,
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t4_a_request_with_two_readings_is_refused_and_nothing_after_it_is_read() {
    let app = App::start(Backend::Sqlite).await;
    let lines = LINES.map(|(name, lines)| (name, format!("{JSON}{lines}\r\n\r\n0\r\n\r\n")));
    let heads = HEADS.map(|head| (head, head.to_owned()));
    for (name, bytes) in lines.into_iter().chain(heads) {
        let text = said(&app, format!("{bytes}{SECOND}").as_bytes()).await;
        assert_eq!(statuses(&text), [400], "{name}");
        assert!(text.contains("connection: close"), "{name}");
    }
    for (bytes, status) in ONCE {
        let text = said(&app, format!("{bytes}{SECOND}").as_bytes()).await;
        assert_eq!(statuses(&text), [status], "{bytes}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t4_broken_chunks_end_the_connection_and_nothing_after_them_is_read() {
    let app = App::start(Backend::Sqlite).await;
    for chunks in CHUNKS {
        let bytes = format!("{JSON}transfer-encoding: chunked\r\n\r\n{chunks}{SECOND}");
        let text = said(&app, bytes.as_bytes()).await;
        // The connection may end before the refusal is on its way.
        let answers = statuses(&text);
        assert!(matches!(answers[..], [] | [400]), "{chunks:?} {answers:?}");
    }
    let whole = "{\"query\":\"{ __typename }\"}";
    let chunks = format!("{:x};a=b\r\n{whole}\r\n0\r\nx-a: b\r\n\r\n", whole.len());
    let close = "GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let bytes = format!("{JSON}transfer-encoding: chunked\r\n\r\n{chunks}{close}");
    let text = said(&app, bytes.as_bytes()).await;
    assert_eq!(statuses(&text), [200, 200], "whole chunks are read: {text}");
}
