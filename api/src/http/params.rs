//! The parameters of a GraphQL request from a body or from a query string, their JSON shape
//! checked. It reads no document and never more bytes than allowed.

use actix_web::web::{Payload, Query};
use async_graphql::Variables;
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Code, Failure};

use super::{limits::Limits, prescan, settings::Settings};

/// A request as the client worded it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Params {
    /// The document.
    pub(crate) query: String,
    /// Which of its operations to run.
    pub(crate) operation_name: Option<String>,
    /// The values of its variables.
    #[serde(default)]
    pub(crate) variables: Variables,
    /// Must be an object if it is there; nothing reads it yet.
    #[serde(default, rename = "extensions")]
    _extensions: Option<Map<String, Value>>,
}

/// The whole body, refused as soon as it is known to be too large or too slow.
pub(crate) async fn body(
    payload: Payload,
    declared: Option<u64>,
    settings: &Settings,
) -> Result<Vec<u8>, Failure> {
    let limit = settings.body_bytes;
    if declared.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit))
    {
        return Err(too_large(limit));
    }
    match tokio::time::timeout(settings.body_within, collect(payload, limit)).await {
        Ok(body) => body,
        Err(_) => Err(Failure::with(
            Code::BadRequest,
            "The body took too long to arrive.",
        )),
    }
}

async fn collect(mut payload: Payload, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let Ok(chunk) = chunk else {
            return Err(Failure::with(Code::BadRequest, "The body ended too early."));
        };
        if body.len() + chunk.len() > limit {
            return Err(too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn too_large(limit: usize) -> Failure {
    Failure::with(
        Code::PayloadTooLarge,
        format!("The body is larger than {limit} bytes."),
    )
}

impl Params {
    /// Reads a JSON body. Arrays of requests are refused as such.
    pub(crate) fn from_body(body: &[u8], limits: &Limits) -> Result<Self, Failure> {
        let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
        if first == Some(&b'[') {
            return Err(Failure::new(Code::BatchRejected));
        }
        prescan::json(body, limits.nesting + 1, limits)?;
        serde_json::from_slice(body).map_err(|error| {
            let message = if error.is_data() && first == Some(&b'{') {
                "Send an object with `query` (text) and, where needed, `operationName` (text), `variables` (object) and `extensions` (object)."
            } else {
                "The body is not a JSON object."
            };
            Failure::with(Code::BadRequest, message)
        })
    }

    /// Reads a query string; `variables` and `extensions` are JSON texts there.
    pub(crate) fn from_query(query: &str, limits: &Limits) -> Result<Self, Failure> {
        let Ok(Query(sent)) = Query::<Sent>::from_query(query) else {
            return Err(Failure::with(
                Code::BadRequest,
                "The query string cannot be read.",
            ));
        };
        let Some(document) = sent.query else {
            return Err(Failure::with(
                Code::BadRequest,
                "The parameter `query` is missing.",
            ));
        };
        Ok(Self {
            query: document,
            operation_name: sent.operation_name,
            variables: object("variables", sent.variables, limits)?.unwrap_or_default(),
            _extensions: object("extensions", sent.extensions, limits)?,
        })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

fn object<T: for<'de> Deserialize<'de>>(
    name: &'static str,
    text: Option<String>,
    limits: &Limits,
) -> Result<Option<T>, Failure> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    prescan::json(text.as_bytes(), limits.nesting, limits)?;
    serde_json::from_str(&text).map_err(|_| {
        Failure::with(
            Code::BadRequest,
            format!("The parameter `{name}` is not a JSON object."),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> Option<Code> {
        Params::from_body(body.as_bytes(), &Limits::default())
            .err()
            .map(|failure| failure.code)
    }

    #[test]
    fn the_shape_of_a_body_is_checked() {
        assert_eq!(
            refusal(r#"{"query":"{a}","operationName":null,"variables":null,"extensions":null}"#),
            None
        );
        assert_eq!(
            refusal(r#" {"query":"{a}","variables":{"a":1},"extensions":{"b":[]},"more":1}"#),
            None
        );
        for broken in [
            "",
            "{",
            "null",
            "1",
            "\"x\"",
            "{}",
            r#"{"query":null}"#,
            r#"{"query":0}"#,
            r#"{"query":["a"]}"#,
            r#"{"query":"a","operationName":false}"#,
            r#"{"query":"a","variables":"x"}"#,
            r#"{"query":"a","variables":[1]}"#,
            r#"{"query":"a","variables":0}"#,
            r#"{"query":"a","extensions":[]}"#,
            r#"{"query":"a","extensions":0}"#,
            r#"{"query":"a","query":"b"}"#,
            r#"{"query":"a"} x"#,
        ] {
            assert_eq!(refusal(broken), Some(Code::BadRequest), "{broken}");
        }
        assert_eq!(refusal(" [{\"query\":\"{a}\"}]"), Some(Code::BatchRejected));
        let deep = format!(
            "{{\"query\":\"a\",\"variables\":{}1{}}}",
            "{\"a\":".repeat(40),
            "}".repeat(40)
        );
        assert_eq!(refusal(&deep), Some(Code::MaxRecursionLimit));
        assert_eq!(refusal("{\"query\":\"\u{1F3C3}\"}"), None);
        let latin = [&b"{\"query\":\""[..], &[0xE4], b"\"}"].concat();
        assert!(Params::from_body(&latin, &Limits::default()).is_err());
    }

    #[test]
    fn a_query_string_carries_json_texts() {
        let read = |query: &str| Params::from_query(query, &Limits::default());
        let params =
            read("query=%7Ba%7D&operationName=A&variables=%7B%22n%22:1%7D&extensions=").unwrap();
        assert_eq!(
            (params.query.as_str(), params.operation_name.as_deref()),
            ("{a}", Some("A"))
        );
        assert_eq!(params.variables.len(), 1);
        for broken in [
            "",
            "quer=1",
            "query=a&query=b",
            "query=a&variables=[1]",
            "query=a&variables=x",
            "query=a&extensions=1",
        ] {
            assert_eq!(read(broken).unwrap_err().code, Code::BadRequest, "{broken}");
        }
    }
}
