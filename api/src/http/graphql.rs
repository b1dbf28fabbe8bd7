//! The one GraphQL handler: method, media types, caller, body, document, execution under a
//! deadline. What was once handed to the executor is never cancelled, because a transaction
//! may be open in it; only the waiting ends.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
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
    let reply = Reply {
        visit: &visit,
        media,
        docs: &door.settings.docs,
    };
    if let Err(failure) = accepted {
        return reply.refused(refusal(failure));
    }
    match door.execute(&request, payload, &visit).await {
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
    async fn execute(
        &self,
        request: &HttpRequest,
        payload: web::Payload,
        visit: &Visit,
    ) -> Result<Response, ServerError> {
        let began = Instant::now();
        let caller = self.caller(visit.clone()).await.map_err(refusal)?;
        let left = self.settings.deadline.saturating_sub(began.elapsed());
        let is_get = request.method() == Method::GET;
        let params = self
            .params(request, payload, is_get)
            .await
            .map_err(refusal)?;
        let operation = self.prepare(params)?;
        if operation.kind == OperationType::Mutation {
            if is_get {
                let message = "Mutations are sent by POST.";
                return Err(refusal(Failure::with(Code::MethodNotAllowed, message)));
            }
            if S::is_anonymous(&caller) {
                return Err(refusal(Failure::unauthenticated()));
            }
        }
        let is_query = operation.kind == OperationType::Query;
        let response = self.run(caller, operation, left).await.map_err(refusal)?;
        match unread(&response, is_query) {
            Some(error) => Err(error),
            None => Ok(response),
        }
    }

    async fn caller(&self, visit: Visit) -> Result<S::Caller, Failure> {
        let site = Arc::clone(&self.site);
        let judged = async move { site.caller(&visit).await };
        let deadline = self.settings.deadline;
        self.detached(judged, deadline, Code::OperationTimeout)
            .await?
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

    async fn run(
        &self,
        caller: S::Caller,
        operation: Operation,
        left: Duration,
    ) -> Result<Response, Failure> {
        let late = match operation.kind {
            OperationType::Mutation => Code::OutcomeUnknown,
            OperationType::Query | OperationType::Subscription => Code::OperationTimeout,
        };
        let site = Arc::clone(&self.site);
        let request = operation.request;
        let executed = async move { site.execute(caller, request).await };
        let mut response = self.detached(executed, left, late).await?;
        operation.outline.restore(&mut response);
        Ok(response)
    }

    /// Runs the work in a task of its own: a client that hangs up or a deadline that passes ends
    /// the waiting, not the work, and a panic ends the work, not the connection.
    async fn detached<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
        within: Duration,
        late: Code,
    ) -> Result<T, Failure> {
        match timeout(within, self.runtime.spawn(work)).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(broken)) if broken.is_panic() => Err(Failure::internal(broken)),
            Ok(Err(_)) | Err(_) => Err(Failure::new(late)),
        }
    }
}
