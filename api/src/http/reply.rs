//! From an answer or a refusal to the bytes and headers that leave: every error gets its code
//! and request id here, the status table is asked, the body is written once. It decides no
//! status and no code of a known failure.

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
        },
    },
};
use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};
use serde::Serialize;

use crate::{
    effects::Effects,
    error::{Code, Failure},
    in_order,
    language::NULL,
};

use super::{
    negotiation::Media,
    status::{self, Outcome},
    visit::Visit,
};

const ERRORS: usize = 10;

/// An answer of which nothing is left to do but to send it.
#[derive(Debug)]
pub(crate) struct Written {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Vec<u8>,
    code: Option<Code>,
}

impl Written {
    /// The response; the code of its first error is an extension of it.
    pub(crate) fn response(self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        for header in self.headers {
            response.insert_header(header);
        }
        let mut response = response.body(self.body);
        if let Some(code) = self.code {
            response.extensions_mut().insert(code);
        }
        response
    }
}

/// How to answer one request.
pub(crate) struct Reply<'a> {
    /// Who asked.
    pub(crate) visit: &'a Visit,
    /// In which form they read.
    pub(crate) media: Media,
    /// The address of the page on errors.
    pub(crate) docs: &'a str,
    /// The address of what says how to get a token.
    pub(crate) resource_metadata: Option<&'a str>,
}

/// What stands beside the data.
#[derive(Serialize)]
struct Beside<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

impl Beside<'_> {
    /// The body of the answer: the data first, then what stands beside it.
    fn with(&self, data: Option<&Value>) -> serde_json::Result<Vec<u8>> {
        let Some(data) = data else {
            return serde_json::to_vec(self);
        };
        let mut body = br#"{"data":"#.to_vec();
        in_order::write(data, &mut body);
        let at = body.len();
        serde_json::to_writer(&mut body, self)?;
        // Two objects become one.
        if body.len() - at > b"{}".len() {
            body[at] = b',';
        } else {
            body.remove(at);
        }
        Ok(body)
    }
}

impl Reply<'_> {
    /// Answers a request of which nothing was executed.
    pub(crate) fn refused(&self, errors: Vec<ServerError>) -> Written {
        self.executed(Response::from_errors(errors), &Effects::default())
    }

    /// Answers with what the executor made of the request.
    pub(crate) fn executed(&self, mut response: Response, effects: &Effects) -> Written {
        if response.errors.is_empty() && response.data == Value::Null {
            response.data = Value::Object(async_graphql::indexmap::IndexMap::default());
        }
        let codes: Vec<Code> = response.errors.iter().map(code_of).collect();
        let outcome = match status::outcome(&response.data, &response.errors, &codes) {
            // What is stored, or may be, is told: a proxy sends again what gets a 503.
            Outcome::Failed(_) if effects.any() || codes.contains(&Code::OutcomeUnknown) => {
                Outcome::Executed
            }
            outcome => outcome,
        };
        let (status, is_kept) = match outcome {
            Outcome::Executed => (200, true),
            Outcome::Refused(code) => (status::refused(code, self.media), false),
            Outcome::Failed(code) => (code.status(), false),
        };
        response.errors.truncate(ERRORS);
        self.log(&response.errors, &codes);
        for (error, code) in response.errors.iter_mut().zip(&codes) {
            self.annotate(error, *code);
        }
        effects.tell(&mut response.errors);
        let beside = Beside {
            errors: &response.errors,
            extensions: &response.extensions,
        };
        let written = beside.with(is_kept.then_some(&response.data)).ok();
        let status = if written.is_some() { status } else { 500 };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Written {
            headers: self.headers(status, &response.errors, outcome),
            status,
            body: written.unwrap_or_default(),
            code: codes.first().copied(),
        }
    }

    fn headers(
        &self,
        status: StatusCode,
        errors: &[ServerError],
        outcome: Outcome,
    ) -> Vec<(HeaderName, HeaderValue)> {
        let content_type = HeaderValue::from_static(self.media.content_type());
        let mut headers = vec![(CONTENT_TYPE, content_type)];
        if self.visit.authorization.is_some() || status != StatusCode::OK {
            headers.push((CACHE_CONTROL, HeaderValue::from_static("no-store")));
        }
        let challenge = self.challenge(outcome, errors);
        let challenge = challenge.and_then(|text| HeaderValue::try_from(text).ok());
        headers.extend(challenge.map(|value| (WWW_AUTHENTICATE, value)));
        if status != StatusCode::OK {
            let waits = errors
                .iter()
                .filter_map(|error| wait_of(error.extensions.as_ref()));
            if let Some(wait) = waits.max() {
                headers.push((RETRY_AFTER, wait.div_ceil(1_000).max(1).into()));
            }
        }
        headers
    }

    fn challenge(&self, outcome: Outcome, errors: &[ServerError]) -> Option<String> {
        let (Outcome::Refused(code) | Outcome::Failed(code)) = outcome else {
            return None;
        };
        let mut parts = match code {
            Code::Unauthenticated | Code::TokenExpired if self.visit.authorization.is_some() => {
                vec!["error=\"invalid_token\"".to_owned()]
            }
            Code::Unauthenticated | Code::TokenExpired => Vec::new(),
            Code::InsufficientScope => {
                let failure = errors.first().and_then(ServerError::source::<Failure>);
                let scopes = failure.map(|failure| failure.required_scopes.join(" "));
                let scopes = scopes.unwrap_or_default();
                vec![
                    "error=\"insufficient_scope\"".to_owned(),
                    format!("scope=\"{scopes}\""),
                ]
            }
            _ => return None,
        };
        let metadata = self.resource_metadata;
        parts.extend(metadata.map(|address| format!("resource_metadata=\"{address}\"")));
        Some(format!("Bearer {}", parts.join(", ")).trim_end().to_owned())
    }

    fn annotate(&self, error: &mut ServerError, code: Code) {
        let is_ours = given_code(error).is_some();
        if !is_ours {
            match code {
                Code::BadUserInput => NULL.clone_into(&mut error.message),
                code => code.meaning().clone_into(&mut error.message),
            }
        }
        let extensions = error
            .extensions
            .get_or_insert_with(ErrorExtensionValues::default);
        if !is_ours {
            Failure::new(code).extend(extensions);
        }
        extensions.set("requestId", self.visit.request_id.as_str());
        extensions.set("docUrl", format!("{}{}", self.docs, code.as_str()));
    }

    /// Writes each cause once: the keys of one batch share it.
    fn log(&self, errors: &[ServerError], codes: &[Code]) {
        let trace_id = self.visit.trace_id.as_deref();
        let _span = tracing::error_span!("request", trace_id).entered();
        let mut last = None;
        for (error, code) in errors.iter().zip(codes) {
            let request_id = self.visit.request_id.as_str();
            match error.source::<Failure>() {
                Some(failure) => {
                    let cause = failure
                        .source
                        .as_ref()
                        .map(|cause| Arc::as_ptr(cause).addr());
                    if cause.is_some() && cause != last {
                        failure.log(request_id);
                    }
                    last = cause;
                }
                None if *code == Code::InternalServerError => {
                    tracing::error!(request_id, cause = error.message, "request failed");
                }
                None => {}
            }
        }
    }
}

fn wait_of(extensions: Option<&ErrorExtensionValues>) -> Option<u64> {
    match extensions?.get("retryAfterMs")? {
        Value::Number(wait) => wait.as_u64(),
        _ => None,
    }
}

fn given_code(error: &ServerError) -> Option<Code> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(text) => Code::parse(text),
        _ => None,
    }
}

/// Whether the executor could not read an argument: null from a variable, where a value is needed. What
/// else can be wrong with a value was found before.
fn is_about_a_value(error: &ServerError) -> bool {
    const VALUES: [&str; 3] = [
        "Invalid value for argument",
        "Failed to parse \"",
        "Expected input type",
    ];
    VALUES.iter().any(|start| error.message.starts_with(start))
}

/// The executor's own errors carry no code: an argument that it could not read, or else a resolver that
/// named no failure, which is our bug.
fn code_of(error: &ServerError) -> Code {
    match given_code(error) {
        Some(code) => code,
        None if is_about_a_value(error) => Code::BadUserInput,
        None => Code::InternalServerError,
    }
}
