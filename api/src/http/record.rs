//! What became known of one request on its way, and the line in the log that remains of it. The
//! line holds names, numbers and codes of closed lists: no token, no document, no variable, no
//! query string, nothing that a client words freely but its request id and the name of its
//! operation, both of few characters.

use std::{sync::OnceLock, time::Duration};

use actix_web::http::{Method, header::HeaderMap};
use async_graphql::parser::types::OperationType;

use crate::error::Code;

use super::meter::{Notice, Settled};

/// Filled by the work, read by whoever waits for it, also when the waiting ends first.
#[derive(Debug, Default)]
pub(crate) struct Record {
    /// The machine client that called.
    pub(crate) client: OnceLock<String>,
    /// What the operation does and how it is called.
    pub(crate) operation: OnceLock<(OperationType, Option<String>)>,
    /// What it cost.
    pub(crate) settled: OnceLock<Settled>,
    /// Why it was turned away.
    pub(crate) notice: OnceLock<Notice>,
}

impl Record {
    /// Tells what is left of the budget.
    pub(crate) fn mark(&self, headers: &mut HeaderMap) {
        let settled = self.settled.get().map(|settled| &settled.notice);
        if let Some(notice) = self.notice.get().or(settled) {
            notice.mark(headers);
        }
    }

    /// What the operation does, in a word of a closed list.
    pub(crate) fn kind(&self) -> &'static str {
        match self.operation.get() {
            Some((OperationType::Query, _)) => "query",
            Some((OperationType::Mutation, _)) => "mutation",
            Some((OperationType::Subscription, _)) => "subscription",
            None => "none",
        }
    }
}

/// One line of the log.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// The id of the request.
    pub(crate) request_id: &'a str,
    /// The trace that it belongs to.
    pub(crate) trace_id: Option<&'a str>,
    /// The method.
    pub(crate) method: &'a Method,
    /// The route, not the path: an unknown path may hold anything.
    pub(crate) route: &'a str,
    /// The status.
    pub(crate) status: u16,
    /// The first code of the errors.
    pub(crate) code: Option<Code>,
    /// How long it took.
    pub(crate) took: Duration,
    /// What else is known.
    pub(crate) record: Option<&'a Record>,
}

impl Line<'_> {
    /// Writes the line.
    pub(crate) fn write(&self) {
        let operation = self.record.and_then(|record| record.operation.get());
        let settled = self.record.and_then(|record| record.settled.get());
        let client = self.record.and_then(|record| record.client.get());
        tracing::info!(
            request_id = self.request_id,
            trace_id = self.trace_id,
            method = method(self.method),
            path = self.route,
            status = self.status,
            code = self.code.map(Code::as_str),
            duration_ms = u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
            kind = self.record.map(Record::kind),
            operation = operation
                .and_then(|(_, name)| name.as_deref())
                .and_then(short),
            client = client.map(String::as_str),
            cost = settled.map(|settled| settled.actual),
            "request"
        );
    }
}

/// A method may be any word.
fn method(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    }
}

const NAME: usize = 64;

/// The name of an operation, if it is one and not too long.
fn short(name: &str) -> Option<&str> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let name = name.get(..NAME).unwrap_or(name);
    name.bytes().all(is_name).then_some(name)
}

/// The trace id of a `traceparent` header (W3C Trace Context), nothing of one that is malformed.
pub(crate) fn trace_id(traceparent: &str) -> Option<&str> {
    let mut parts = traceparent.split('-');
    let (version, trace, parent) = (parts.next()?, parts.next()?, parts.next()?);
    let flags = parts.next()?;
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_whole =
        is_hex(version, 2) && is_hex(trace, 32) && is_hex(parent, 16) && is_hex(flags, 2);
    let is_nothing = |text: &str| text.bytes().all(|byte| byte == b'0');
    let is_last = version != "00" || parts.next().is_none();
    let is_fit =
        is_whole && is_last && version != "ff" && !is_nothing(trace) && !is_nothing(parent);
    is_fit.then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_trace_is_taken() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let of = |text: &str| trace_id(text).map(str::to_owned);
        let whole = format!("00-{trace}-00f067aa0ba902b7-01");
        assert_eq!(of(&whole).as_deref(), Some(trace));
        assert_eq!(
            of(&format!("01-{trace}-00f067aa0ba902b7-01-more")).as_deref(),
            Some(trace)
        );
        for wrong in [
            "someone@example.org".to_owned(),
            format!("{whole}-more"),
            format!("ff-{trace}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{trace}-0000000000000000-01"),
            whole.to_uppercase(),
            String::new(),
        ] {
            assert_eq!(of(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_are_short_and_methods_are_known() {
        assert_eq!(short(&"a".repeat(100)).map(str::len), Some(NAME));
        assert_eq!(short("Dashboard_2"), Some("Dashboard_2"));
        assert_eq!(short("a\nb"), None);
        assert_eq!(short("ä".repeat(40).as_str()), None);
        assert_eq!(method(&Method::from_bytes(b"SECRET").unwrap()), "other");
    }
}
