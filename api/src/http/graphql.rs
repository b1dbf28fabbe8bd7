//! The one GraphQL handler: method, media types, caller, body, document, execution under a
//! deadline. What was once handed to the executor is never cancelled, because a transaction
//! may be open in it; only the waiting ends.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method,
        header::{
            ACCEPT, ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue,
        },
    },
    web,
};
use async_graphql::{Response, ServerError, parser::types::OperationType};
use tokio::{runtime::Handle, time::timeout};

use crate::error::{Code, Failure};

use super::{
    cost::Fields,
    document::{self, Operation},
    negotiation::{self, Media},
    params::{self, Params},
    reply::{Reply, refusal, unread},
    routes,
    settings::Settings,
    site::Site,
    visit::Visit,
};

/// Everything a request meets on its way in.
pub(crate) struct Door<S> {
    /// The house behind it.
    pub(crate) site: Arc<S>,
    /// How it meets clients.
    pub(crate) settings: Settings,
    /// The schema as the cost walk sees it.
    pub(crate) fields: Fields,
    /// Where the work is done. Each worker of the server has a runtime of its own; a connection of
    /// the shared pool would be woken by one and used by another, at every statement.
    pub(crate) runtime: Handle,
}

/// Answers `GET` and `POST` of `/graphql`.
pub(crate) async fn answer<S: Site>(
    request: HttpRequest,
    payload: web::Payload,
    door: web::Data<Door<S>>,
) -> HttpResponse {
    let accept = text(&request, ACCEPT);
    if request.method() == Method::GET
        && negotiation::wants_page(accept)
        && let Some(page) = door.site.page()
    {
        return routes::file(page);
    }
    let visit = Visit::of(&request);
    let accepted = negotiation::accepted(accept);
    let media = accepted.as_ref().copied().unwrap_or(Media::Json);
    let own = door.clone();
    let reply = Reply {
        visit: &visit,
        media,
        docs: &own.settings.docs,
        resource_metadata: own.settings.resource_metadata.as_deref(),
    };
    if let Err(failure) = accepted {
        return reply.refused(refusal(failure));
    }
    match door.into_inner().execute(&request, payload, &visit).await {
        Ok(response) => reply.executed(response),
        Err(error) => finish(reply.refused(error)),
    }
}

/// A body that was not read to its end must not be taken for the next request, and the only
/// method refused in here is a mutation by `GET`.
fn finish(mut response: HttpResponse) -> HttpResponse {
    match response.status().as_u16() {
        405 => {
            response
                .headers_mut()
                .insert(ALLOW, HeaderValue::from_static("POST"));
        }
        413 => response
            .head_mut()
            .set_connection_type(actix_web::http::ConnectionType::Close),
        _ => {}
    }
    response
}

fn text(request: &HttpRequest, name: HeaderName) -> Option<&str> {
    request
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap_or_default())
}

impl<S: Site> Door<S> {
    /// Reads the body here and does the rest in a task of its own: a client that hangs up or a
    /// deadline that passes ends the waiting, not the work, and a panic ends the work, not the
    /// connection.
    async fn execute(
        self: Arc<Self>,
        request: &HttpRequest,
        payload: web::Payload,
        visit: &Visit,
    ) -> Result<Response, ServerError> {
        let is_get = request.method() == Method::GET;
        let params = self.params(request, payload, is_get).await;
        let deadline = self.settings.deadline;
        let runtime = self.runtime.clone();
        let may_write = Arc::new(AtomicBool::new(false));
        let noted = Arc::clone(&may_write);
        let visit = visit.clone();
        let work = async move { self.work(&visit, params, is_get, &noted).await };
        match timeout(deadline, runtime.spawn(work)).await {
            Ok(Ok(done)) => done,
            Ok(Err(broken)) if broken.is_panic() => Err(refusal(Failure::internal(broken))),
            Ok(Err(_)) | Err(_) => Err(refusal(Failure::new(
                if may_write.load(Ordering::Acquire) {
                    Code::OutcomeUnknown
                } else {
                    Code::OperationTimeout
                },
            ))),
        }
    }

    /// The caller is judged before what was sent: a bad token is the first thing told.
    async fn work(
        &self,
        visit: &Visit,
        params: Result<Params, Failure>,
        is_get: bool,
        may_write: &AtomicBool,
    ) -> Result<Response, ServerError> {
        let caller = self.site.caller(visit).await.map_err(refusal)?;
        let operation = self.prepare(params.map_err(refusal)?)?;
        if operation.kind == OperationType::Mutation {
            if is_get {
                let message = "Mutations are sent by POST.";
                return Err(refusal(Failure::with(Code::MethodNotAllowed, message)));
            }
            if S::is_anonymous(&caller) {
                return Err(refusal(Failure::unauthenticated()));
            }
            may_write.store(true, Ordering::Release);
        }
        let mut response = self.site.execute(caller, operation.request).await;
        operation.outline.restore(&mut response);
        match unread(&response, operation.kind == OperationType::Query) {
            Some(error) => Err(error),
            None => Ok(response),
        }
    }

    async fn params(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
        is_get: bool,
    ) -> Result<Params, Failure> {
        let limits = &self.settings.limits;
        if is_get {
            return Params::from_query(request.query_string(), limits);
        }
        negotiation::readable(text(request, CONTENT_TYPE), text(request, CONTENT_ENCODING))?;
        let declared = text(request, CONTENT_LENGTH).and_then(|length| length.parse().ok());
        let body = params::body(payload, declared, &self.settings).await?;
        Params::from_body(&body, limits)
    }

    fn prepare(&self, params: Params) -> Result<Operation, ServerError> {
        let prepared = catch_unwind(AssertUnwindSafe(|| {
            document::prepare(params, &self.fields, &self.settings.limits)
        }));
        prepared.unwrap_or_else(|_| Err(refusal(Failure::new(Code::InternalServerError))))
    }
}
