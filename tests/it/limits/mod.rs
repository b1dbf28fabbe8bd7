//! What requests must keep to, and what whoever runs a server sees of them. Rows T18 to T22 of the
//! threat table are named in the titles of the tests.

mod budget;
mod connections;
mod flood;
mod logs;
mod overload;
mod silence;
mod wire;

use std::net::TcpListener;

use reqwest::Response;
use serde_json::Value;

use crate::{harness::with_own_settings, threats::inside_is_not_told};

/// A response taken apart.
struct Told {
    status: u16,
    headers: reqwest::header::HeaderMap,
    text: String,
}

impl Told {
    async fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        inside_is_not_told(&text);
        Self {
            status,
            headers,
            text,
        }
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// The code of the first error and what is said about sending it again.
    fn refusal(&self) -> Value {
        self.json()["errors"][0]["extensions"].clone()
    }
}

/// An address that nobody answers at yet.
fn free_address() -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}
