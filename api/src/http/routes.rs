//! The routes beside GraphQL: schema, permissions, health, explorer, and what is not there.

use std::{borrow::Cow, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ACCEPT, ALLOW, CONTENT_TYPE, HeaderValue},
    web::{Bytes, Data, Path},
};
use tokio::time::timeout;

use crate::{
    error::{Code, Failure},
    language::refusal,
};

use super::{
    door::Door,
    negotiation::{self, Media},
    site::{Asset, Site},
    visit::{Visit, list},
};

/// A file as it is.
pub(crate) fn file(asset: Asset) -> HttpResponse {
    let bytes = match asset.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, asset.content_type));
    for header in asset.headers {
        response.insert_header(*header);
    }
    response.body(bytes)
}

fn plain(content_type: &'static str, text: &str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, content_type))
        .body(text.to_owned())
}

/// The schema in force.
pub(crate) async fn schema<S: Site>(door: Data<Door<S>>) -> HttpResponse {
    plain("text/plain; charset=utf-8", door.site.sdl())
}

/// Which role and scope may use what.
pub(crate) async fn permissions<S: Site>(door: Data<Door<S>>) -> HttpResponse {
    plain("application/json; charset=utf-8", door.site.permissions())
}

/// The process answers.
pub(crate) async fn live() -> HttpResponse {
    plain("text/plain; charset=utf-8", "live\n")
}

/// A database that does not answer at all must not keep the question open.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// The process can do its work.
pub(crate) async fn ready<S: Site>(door: Data<Door<S>>) -> HttpResponse {
    let asked = timeout(READY_WITHIN, door.site.is_ready()).await;
    if asked.unwrap_or(false) {
        plain("text/plain; charset=utf-8", "ready\n")
    } else {
        HttpResponse::ServiceUnavailable()
            .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
            .body("not ready\n")
    }
}

/// The page of the explorer.
pub(crate) async fn page<S: Site>(request: HttpRequest, door: Data<Door<S>>) -> HttpResponse {
    match door.site.page() {
        Some(asset) => file(asset),
        None => refused(&request, &door, Code::NotFound),
    }
}

/// A document for integrators.
pub(crate) async fn document<S: Site>(
    request: HttpRequest,
    name: Path<String>,
    door: Data<Door<S>>,
) -> HttpResponse {
    let as_page = negotiation::wants_page(accept(&request).as_deref()) && !name.ends_with(".md");
    match door.site.document(&name, as_page) {
        Some(asset) => file(asset),
        None => refused(&request, &door, Code::NotFound),
    }
}

/// A file of the explorer.
pub(crate) async fn explorer<S: Site>(
    request: HttpRequest,
    path: Path<String>,
    door: Data<Door<S>>,
) -> HttpResponse {
    match door.site.asset(&path) {
        Some(asset) => file(asset),
        None => refused(&request, &door, Code::NotFound),
    }
}

/// What the browser asks before a page of another origin calls; the marks of CORS are added
/// to every response in one place.
pub(crate) async fn preflight() -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header((ALLOW, "GET, POST, OPTIONS"))
        .finish()
}

/// No such path.
pub(crate) async fn absent<S: Site>(request: HttpRequest, door: Data<Door<S>>) -> HttpResponse {
    refused(&request, &door, Code::NotFound)
}

/// No such method at `/graphql`.
pub(crate) async fn not_by_this_method<S: Site>(
    request: HttpRequest,
    door: Data<Door<S>>,
) -> HttpResponse {
    let mut response = refused(&request, &door, Code::MethodNotAllowed);
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET, POST, OPTIONS"));
    response
}

/// No other method than reading at the paths beside it.
pub(crate) async fn read_only<S: Site>(request: HttpRequest, door: Data<Door<S>>) -> HttpResponse {
    let mut response = refused(&request, &door, Code::MethodNotAllowed);
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}

fn accept(request: &HttpRequest) -> Option<Cow<'_, str>> {
    list(request.headers(), &ACCEPT)
}

fn refused<S: Site>(request: &HttpRequest, door: &Door<S>, code: Code) -> HttpResponse {
    let visit = Visit::of(request);
    let media = negotiation::accepted(accept(request).as_deref()).unwrap_or(Media::Json);
    let reply = door.reply(&visit, media);
    reply.refused(vec![refusal(Failure::new(code))]).response()
}
