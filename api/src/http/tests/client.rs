//! A client that speaks HTTP by hand, so that nothing is mended on the way.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::small::Running;

pub(super) const NEW: &str = "accept: application/graphql-response+json\r\n";

pub(super) struct Answer {
    pub(super) status: u16,
    head: String,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }

    /// The body of an answer without its `extensions`.
    pub(super) fn data(&self) -> String {
        let (data, _) = self.body.split_once(",\"extensions\"").unwrap();
        format!("{data}}}")
    }

    pub(super) fn code(&self) -> String {
        let code = &self.json()["errors"][0]["extensions"]["code"];
        code.as_str()
            .unwrap_or_else(|| panic!("no code: {}", self.body))
            .to_owned()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

pub(super) async fn raw(running: &Running, request: &[u8]) -> Answer {
    let mut socket = TcpStream::connect(&running.at).await.unwrap();
    let _ = socket.write_all(request).await;
    let mut bytes = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), socket.read_to_end(&mut bytes)).await;
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(0);
    Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

pub(super) async fn send(
    running: &Running,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> Answer {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    );
    raw(running, request.as_bytes()).await
}

pub(super) async fn post(running: &Running, headers: &str, body: &Value) -> Answer {
    let headers = format!("content-type: application/json\r\n{headers}");
    send(running, "POST", "/graphql", &headers, &body.to_string()).await
}

pub(super) async fn query(running: &Running, headers: &str, document: &str) -> Answer {
    post(running, headers, &json!({ "query": document })).await
}
