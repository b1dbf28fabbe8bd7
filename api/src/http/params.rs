//! The parameters of a GraphQL request from a body or from a query string, their JSON shape
//! checked. It reads no document and never more bytes than allowed.

use actix_web::web::{Payload, Query};
use async_graphql::{Value as ConstValue, Variables};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{Code, Failure};

use super::{limits::Limits, prescan, settings::Settings};

/// A request as the client worded it.
#[derive(Debug)]
pub(crate) struct Params {
    /// The document.
    pub(crate) query: String,
    /// Which of its operations to run.
    pub(crate) operation_name: Option<String>,
    /// The values of its variables.
    pub(crate) variables: Variables,
}

/// A request as it is sent, with a document or without.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    query: Option<String>,
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
    extensions: Option<Map<String, Value>>,
}

/// The word at which clients stop sending hashes alone and send the document, whatever its code. No
/// document is kept, so a hash sent with one is not looked at.
const HASH_ALONE: &str = "PersistedQueryNotSupported";

/// Editors of some systems write it before a text; JSON does not have it, and a reader may pass it over
/// (RFC 8259, 8.1).
const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

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
    /// Whether the document, or one that a variable may hold, is longer than so many bytes.
    pub(crate) fn is_any_text_beyond(&self, bytes: usize) -> bool {
        let is_long =
            |value: &ConstValue| matches!(value, ConstValue::String(text) if text.len() > bytes);
        self.query.len() > bytes || self.variables.values().any(is_long)
    }

    /// Reads a JSON body. Arrays of requests are refused as such.
    pub(crate) fn from_body(body: &[u8], limits: &Limits) -> Result<Self, Failure> {
        let body = body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body);
        let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
        if first == Some(&b'[') {
            return Err(Failure::new(Code::BatchRejected));
        }
        prescan::json(body, limits.nesting + 1, limits)?;
        let body: Body = serde_json::from_slice(body).map_err(|error| {
            let message = if error.is_data() && first == Some(&b'{') {
                SHAPE
            } else {
                "The body is not a JSON object."
            };
            Failure::with(Code::BadRequest, message)
        })?;
        body.with_document(SHAPE)
    }

    /// Reads a query string; `variables` and `extensions` are JSON texts there.
    pub(crate) fn from_query(query: &str, limits: &Limits) -> Result<Self, Failure> {
        let Ok(Query(sent)) = Query::<Sent>::from_query(query) else {
            return Err(Failure::with(
                Code::BadRequest,
                "The query string cannot be read.",
            ));
        };
        let body = Body {
            query: sent.query,
            operation_name: sent.operation_name,
            variables: object("variables", sent.variables, limits)?.unwrap_or_default(),
            extensions: object("extensions", sent.extensions, limits)?,
        };
        body.with_document("The parameter `query` is missing.")
    }
}

const SHAPE: &str = "Send an object with `query` (text) and, where needed, `operationName` (text), `variables` (object) and `extensions` (object).";

impl Body {
    fn with_document(self, missing: &'static str) -> Result<Params, Failure> {
        let Some(query) = self.query else {
            let has_hash = |extensions: &Map<String, Value>| {
                let hash = extensions.get("persistedQuery");
                hash.is_some_and(Value::is_object)
            };
            return Err(if self.extensions.as_ref().is_some_and(has_hash) {
                Failure::with(Code::DocumentNotFound, HASH_ALONE)
            } else {
                Failure::with(Code::BadRequest, missing)
            });
        };
        Ok(Params {
            query,
            operation_name: self.operation_name,
            variables: self.variables,
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
        for hash_alone in [
            r#"{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}"#,
            r#"{"query":null,"operationName":"A","variables":{},"extensions":{"persistedQuery":{}}}"#,
        ] {
            let told = Params::from_body(hash_alone.as_bytes(), &Limits::default()).unwrap_err();
            assert_eq!(told.code, Code::DocumentNotFound, "{hash_alone}");
            assert_eq!(told.message, HASH_ALONE);
        }
        let with_hash = r#"{"query":"{a}","extensions":{"persistedQuery":{"version":1}}}"#;
        assert_eq!(refusal(with_hash), None);
        assert_eq!(
            refusal(r#"{"extensions":{"persistedQuery":null}}"#),
            Some(Code::BadRequest)
        );
        for marked in [
            "\u{FEFF}{\"query\":\"{a}\"}",
            "\u{FEFF} {\"query\":\"{a}\"}",
        ] {
            assert_eq!(refusal(marked), None);
        }
        assert_eq!(refusal("\u{FEFF}[]"), Some(Code::BatchRejected));
        for misplaced in [
            "\u{FEFF}\u{FEFF}{\"query\":\"{a}\"}",
            " \u{FEFF}{\"query\":\"{a}\"}",
        ] {
            assert_eq!(refusal(misplaced), Some(Code::BadRequest));
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
        let hash_alone = read("operationName=A&extensions=%7B%22persistedQuery%22:%7B%7D%7D");
        assert_eq!(hash_alone.unwrap_err().code, Code::DocumentNotFound);
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
