//! What is known of a request before its body: its id, its token, its languages. It judges
//! only the form of the request id.

use std::borrow::Cow;

use actix_web::{
    HttpMessage, HttpRequest,
    http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, HeaderMap, HeaderName},
};

use super::record::trace_id;

/// Names the request to both sides.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// A request's name: the client's own where it has a fit one, else made here.
#[derive(Clone, Debug)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    /// Takes 1 to 128 characters of the client as they are.
    pub(crate) fn of(headers: &HeaderMap, entropy: fn() -> u128) -> Self {
        let sent = headers
            .get(X_REQUEST_ID)
            .and_then(|value| value.to_str().ok());
        match sent.filter(|id| is_fit(id)) {
            Some(id) => Self(id.to_owned()),
            None => Self(format!("{:032x}", entropy())),
        }
    }
}

/// The id is logged, so nothing that could be an address or a sentence.
fn is_fit(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/+=".contains(&byte);
    (1..=128).contains(&id.len()) && id.bytes().all(is_plain)
}

/// What the caller said about themselves.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// For the log and for the error texts.
    pub(crate) request_id: String,
    /// The header as sent; empty when it was no text or came more than once.
    pub(crate) authorization: Option<String>,
    /// The languages in which the caller would like to read.
    pub(crate) accept_language: Option<String>,
    /// The key under which the one mutation of the request is attempted, without its quotes; empty
    /// when it was no text or came more than once.
    pub(crate) idempotency_key: Option<String>,
    /// The trace that this request belongs to.
    pub(crate) trace_id: Option<String>,
}

impl Visit {
    /// Reads the head of the request.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        let headers = request.headers();
        let request_id = request.extensions().get::<RequestId>().cloned();
        Self {
            request_id: request_id.map_or_else(String::new, |id| id.0),
            authorization: single(headers, &AUTHORIZATION),
            idempotency_key: single(headers, &IDEMPOTENCY_KEY).map(|key| unquoted(&key).to_owned()),
            accept_language: list(headers, &ACCEPT_LANGUAGE).map(Cow::into_owned),
            trace_id: trace_of(headers),
        }
    }
}

/// The trace that a request belongs to.
pub(crate) fn trace_of(headers: &HeaderMap) -> Option<String> {
    let sent = headers.get(HeaderName::from_static("traceparent"))?;
    trace_id(sent.to_str().ok()?).map(str::to_owned)
}

/// A header whose value is a list: several lines of it are one list (RFC 9110, 5.3). Lines that are no
/// text say nothing.
pub(crate) fn list<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<Cow<'h, str>> {
    let mut lines = headers
        .get_all(name)
        .map(|value| value.to_str().unwrap_or_default());
    let first = Cow::Borrowed(lines.next()?);
    Some(lines.fold(first, |list, line| list + ", " + line))
}

/// A header that cannot be read is a bad one, never an absent one.
fn single(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut all = headers.get_all(name);
    let first = all.next()?;
    let text = if all.next().is_none() {
        first.to_str().ok()
    } else {
        None
    };
    Some(text.unwrap_or_default().to_owned())
}

/// The standard in the making wants quotes, many clients send none.
fn unquoted(text: &str) -> &str {
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn a_fit_request_id_is_kept_and_any_other_is_replaced() {
        let id = |sent: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(X_REQUEST_ID, HeaderValue::from_str(sent).unwrap());
            RequestId::of(&headers, || 7).0
        };
        assert_eq!(id("a-1/б".replace('б', "b").as_str()), "a-1/b");
        let made = format!("{:032x}", 7);
        assert_eq!(id("two words"), made);
        assert_eq!(id("someone@example.org"), made);
        assert_eq!(id(""), made);
        assert_eq!(id(&"x".repeat(128)), "x".repeat(128));
        assert_eq!(id(&"x".repeat(129)), made);
        assert_eq!(RequestId::of(&HeaderMap::new(), || 7).0, made);
    }

    #[test]
    fn several_lines_are_one_list() {
        let mut headers = HeaderMap::new();
        assert_eq!(list(&headers, &ACCEPT_LANGUAGE), None);
        headers.append(ACCEPT_LANGUAGE, HeaderValue::from_static("sv"));
        assert_eq!(list(&headers, &ACCEPT_LANGUAGE).as_deref(), Some("sv"));
        let no_text = HeaderValue::from_bytes(&[0xE4]).unwrap();
        headers.append(ACCEPT_LANGUAGE, no_text);
        headers.append(
            ACCEPT_LANGUAGE,
            HeaderValue::from_static("fi;q=0.5, en;q=0.1"),
        );
        let list = list(&headers, &ACCEPT_LANGUAGE);
        assert_eq!(list.as_deref(), Some("sv, , fi;q=0.5, en;q=0.1"));
    }

    #[test]
    fn an_unreadable_token_is_not_an_absent_one() {
        let mut headers = HeaderMap::new();
        assert_eq!(single(&headers, &AUTHORIZATION), None);
        headers.append(AUTHORIZATION, HeaderValue::from_static("Bearer a"));
        assert_eq!(
            single(&headers, &AUTHORIZATION).as_deref(),
            Some("Bearer a")
        );
        headers.append(AUTHORIZATION, HeaderValue::from_static("Bearer b"));
        assert_eq!(single(&headers, &AUTHORIZATION).as_deref(), Some(""));
    }
}
