//! The endpoints of OAuth: forms in, JSON out, nothing kept on the way. What a call means is the
//! business of the house.

use std::{panic::AssertUnwindSafe, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{
            ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName,
            HeaderValue, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE,
        },
    },
    web::{self, Data, Path, Query},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::FutureExt;
use serde_json::{Value, json};

use super::{door::Door, meter::Overdrawn, params, routes, settings::Settings, site::Site};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// An access token.
    Token,
    /// What a token says.
    Introspect,
    /// That a token ends now.
    Revoke,
}

/// One call.
#[derive(Debug)]
pub(crate) struct OauthCall {
    /// What is asked for.
    pub(crate) endpoint: Endpoint,
    /// User and password of the `Authorization` header; both empty when it cannot be read.
    pub(crate) basic: Option<(String, String)>,
    form: Vec<(String, String)>,
}

impl OauthCall {
    /// A field of the form.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        let found = self.form.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// What is answered.
#[derive(Debug)]
pub(crate) struct OauthAnswer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The `WWW-Authenticate` header.
    pub(crate) challenge: Option<&'static str>,
    /// The body.
    pub(crate) body: Value,
}

impl OauthAnswer {
    /// A status and a body.
    pub(crate) const fn of(status: u16, body: Value) -> Self {
        Self {
            status,
            challenge: None,
            body,
        }
    }

    fn refused(error: &str, why: &str) -> Self {
        Self::of(400, json!({ "error": error, "error_description": why }))
    }
}

/// A form is a few short fields.
const FORM_BYTES: usize = 32 * 1024;

/// Answers `POST` of the three endpoints.
pub(crate) async fn answer<S: Site>(
    request: HttpRequest,
    payload: web::Payload,
    door: Data<Door<S>>,
) -> HttpResponse {
    let endpoint = match request.path() {
        "/oauth/token" => Endpoint::Token,
        "/oauth/introspect" => Endpoint::Introspect,
        _ => Endpoint::Revoke,
    };
    if let Err(overdrawn) = door.admit(&request).await {
        return too_many(&overdrawn);
    }
    let answered = match call(endpoint, &request, payload, &door.settings).await {
        Err(refusal) => refusal,
        Ok(call) => {
            let Ok(turn) = door.turn(door.key(&request)).await else {
                return reply(&OauthAnswer::of(
                    503,
                    json!({ "error": "temporarily_unavailable" }),
                ));
            };
            let site = Arc::clone(&door.site);
            let work = async move {
                let answered = site.oauth(call).await;
                drop(turn);
                answered
            };
            let work = AssertUnwindSafe(work).catch_unwind();
            match tokio::time::timeout(door.settings.deadline, door.runtime.spawn(work)).await {
                Ok(Ok(Ok(answered))) => answered,
                Ok(_) => OauthAnswer::of(500, json!({ "error": "server_error" })),
                Err(_) => OauthAnswer::of(503, json!({ "error": "temporarily_unavailable" })),
            }
        }
    };
    reply(&answered)
}

/// RFC 6749 has no word for it; libraries look at the status.
fn too_many(overdrawn: &Overdrawn) -> HttpResponse {
    let failure = overdrawn.failure();
    let body = json!({ "error": "temporarily_unavailable", "error_description": failure.message });
    let mut response = reply(&OauthAnswer::of(429, body));
    let wait = failure.retry_after_ms.unwrap_or_default().div_ceil(1_000);
    let headers = response.headers_mut();
    headers.insert(RETRY_AFTER, HeaderValue::from(wait.max(1)));
    overdrawn.notice.mark(headers);
    response.extensions_mut().insert(failure.code);
    response
}

fn reply(answered: &OauthAnswer) -> HttpResponse {
    let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"));
    if let Some(challenge) = answered.challenge {
        response.insert_header((WWW_AUTHENTICATE, challenge));
    }
    if answered.status == 503 {
        response.insert_header(("retry-after", "1"));
    }
    response.body(answered.body.to_string())
}

async fn call(
    endpoint: Endpoint,
    request: &HttpRequest,
    payload: web::Payload,
    settings: &Settings,
) -> Result<OauthCall, OauthAnswer> {
    let text = |name: HeaderName| {
        request
            .headers()
            .get(name)
            .map(|v| v.to_str().unwrap_or_default())
    };
    let essence = text(CONTENT_TYPE).unwrap_or_default().split(';').next();
    let is_form = essence.is_some_and(|essence| {
        essence
            .trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    });
    if !is_form {
        let why = "Send the fields as application/x-www-form-urlencoded.";
        return Err(OauthAnswer::refused("invalid_request", why));
    }
    let declared = text(CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let short = Settings {
        body_bytes: FORM_BYTES,
        ..settings.clone()
    };
    let body = params::body(payload, declared, &short).await;
    let body =
        body.map_err(|failure| OauthAnswer::refused("invalid_request", failure.code.meaning()))?;
    let unread = || OauthAnswer::refused("invalid_request", "The form cannot be read.");
    let form = std::str::from_utf8(&body).map_err(|_| unread())?;
    let Query(form) = Query::<Vec<(String, String)>>::from_query(form).map_err(|_| unread())?;
    let is_repeated = |at: usize| form[..at].iter().any(|(name, _)| *name == form[at].0);
    if (0..form.len()).any(is_repeated) {
        let why = "No field may come twice.";
        return Err(OauthAnswer::refused("invalid_request", why));
    }
    Ok(OauthCall {
        endpoint,
        basic: text(AUTHORIZATION).map(|header| basic(header).unwrap_or_default()),
        form,
    })
}

/// Both halves are encoded as in a form (RFC 6749, 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    let bytes = STANDARD.decode(encoded.trim()).ok()?;
    let pair = String::from_utf8(bytes).ok()?.replacen(':', "=", 1);
    let Query(mut pairs) = Query::<Vec<(String, String)>>::from_query(&pair).ok()?;
    let is_pair = scheme.eq_ignore_ascii_case("basic") && pairs.len() == 1;
    pairs.pop().filter(|_| is_pair)
}

/// No other method than `POST`.
pub(crate) async fn post_only() -> HttpResponse {
    let why = "Use POST.";
    let mut response = reply(&OauthAnswer::of(
        405,
        json!({ "error": "invalid_request", "error_description": why }),
    ));
    let allow = actix_web::http::header::HeaderValue::from_static("POST");
    response.headers_mut().insert(ALLOW, allow);
    response
}

/// Answers what libraries look for below `/.well-known/`.
pub(crate) async fn well_known<S: Site>(
    request: HttpRequest,
    name: Path<String>,
    door: Data<Door<S>>,
) -> HttpResponse {
    match door.site.well_known(&name) {
        Some(document) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header((CACHE_CONTROL, "public, max-age=15"))
            .body(document.to_string()),
        None => routes::absent(request, door).await,
    }
}

#[cfg(test)]
mod tests {
    use super::{Engine, STANDARD, basic};

    #[test]
    fn user_and_password_are_encoded_as_in_a_form() {
        let read = |text: &str| basic(&format!("Basic {}", STANDARD.encode(text)));
        let pair = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        assert_eq!(read("cli_1:a-b"), pair("cli_1", "a-b"));
        assert_eq!(read("cli%5F1:a%2Db%3A"), pair("cli_1", "a-b:"));
        for unfit in ["a:b&c=d", "&"] {
            assert_eq!(read(unfit), None, "{unfit}");
        }
        assert_eq!(basic("Basic %%%"), None);
        assert_eq!(basic("Bearer YTpi"), None);
    }
}
