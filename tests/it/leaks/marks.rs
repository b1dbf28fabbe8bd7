//! Finds the marks of texts in all that a server answers: body, headers, and what of it is base64.

use std::collections::BTreeSet;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;

use crate::{
    harness::{App, Person},
    threats::inside_is_not_told,
};

/// Headers that tell the time or what is left of a budget, the length of which counts too.
const UNLIKE: [&str; 3] = ["content-length", "date", "ratelimit"];

/// A mark: the digits of a municipality's code, and the cell.
pub(super) type Mark = (String, String);

/// What a server answered, headers and all.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Reply {
    /// Sends a document.
    pub(super) async fn to(
        client: &reqwest::Client,
        app: &App,
        who: &Person,
        document: &str,
    ) -> Self {
        let mut request = client
            .post(format!("{}/graphql", app.url))
            .header("accept", "application/graphql-response+json")
            .header("x-request-id", "leaks")
            .json(&serde_json::json!({ "query": document }));
        if let Some(token) = &who.token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        let headers = response.headers().iter().map(|(name, value)| {
            let value = value.to_str().unwrap_or_default();
            (name.to_string(), value.to_owned())
        });
        // Their order is that of a hash.
        let headers: BTreeSet<_> = headers
            .filter(|(name, _)| !UNLIKE.contains(&name.as_str()))
            .collect();
        let headers: Vec<_> = headers.into_iter().collect();
        let status = response.status().as_u16();
        let body = response.text().await.unwrap();
        inside_is_not_told(&body);
        Self {
            headers,
            status,
            // What is known of an address is the same of every server.
            body: unspent(&body.replace(&app.url, "http://server")),
        }
    }

    /// The marks in it.
    pub(super) fn marks(&self) -> BTreeSet<Mark> {
        let mut marks = BTreeSet::new();
        find(&self.body, &mut marks);
        for (_, value) in &self.headers {
            look(value, &mut marks);
        }
        if let Ok(body) = serde_json::from_str::<Value>(&self.body) {
            walk(&body, &mut marks);
        }
        marks
    }

    /// Whether the machine was too slow, which says nothing.
    pub(super) fn is_late(&self) -> bool {
        self.status == 503
    }

    /// Its first code, if it is refused.
    pub(super) fn code(&self) -> Option<String> {
        let body: Value = serde_json::from_str(&self.body).unwrap();
        let code = body["errors"].get(0)?["extensions"]["code"].as_str()?;
        Some(code.to_owned())
    }
}

/// A text without what is left of a budget, which says how much was asked before.
fn unspent(body: &str) -> String {
    let mut rest = body;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("\"remaining\":") {
        kept.push_str(before);
        kept.push_str("\"remaining\":0");
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    kept + rest
}

fn walk(value: &Value, marks: &mut BTreeSet<Mark>) {
    match value {
        Value::String(text) => look(text, marks),
        Value::Array(values) => values.iter().for_each(|value| walk(value, marks)),
        Value::Object(fields) => fields.values().for_each(|value| walk(value, marks)),
        _ => {}
    }
}

/// Looks into a text, and into what it hides in base64.
fn look(text: &str, marks: &mut BTreeSet<Mark>) {
    find(text, marks);
    let decoded = [URL_SAFE_NO_PAD.decode(text), STANDARD.decode(text)];
    for bytes in decoded.into_iter().flatten() {
        find(&String::from_utf8_lossy(&bytes), marks);
    }
}

fn find(text: &str, marks: &mut BTreeSet<Mark>) {
    for (at, _) in text.match_indices("mk") {
        let mut parts = text[at + 2..].splitn(3, 'x');
        let (Some(digits), Some(cell), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let is_code = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if is_code && cell.bytes().all(|b| b.is_ascii_lowercase()) {
            marks.insert((digits.to_owned(), cell.to_owned()));
        }
    }
}
