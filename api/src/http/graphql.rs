//! The one GraphQL handler: method, media types, caller, body, document, execution under a
//! deadline. What was once handed to the executor is never cancelled, because a transaction
//! may be open in it; only the waiting ends.

use std::{
    net::{IpAddr, Ipv4Addr},
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
use tokio::{runtime::Handle, sync::Semaphore, time::timeout};

use crate::{
    attempt::is_key,
    error::{Code, Failure},
};

use super::{
    bucket::Key,
    cost::Fields,
    document::{self, Operation},
    gate::{Gate, Turn},
    meter::{Meter, Overdrawn},
    negotiation::{self, Media},
    outline::Worth,
    params::{self, Params},
    record::Record,
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
    pub(crate) fields: Arc<Fields>,
    /// The budgets of callers.
    pub(crate) meter: Arc<Meter>,
    /// How many are let in at once.
    pub(crate) gate: Gate,
    /// Turns of large operations. While one is put together its worker does nothing else, so they
    /// never have all workers.
    pub(crate) large: Semaphore,
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
    let record = Arc::new(Record::default());
    let door = door.into_inner();
    let answered = match door.admit(&request) {
        Ok(()) => door.execute(&request, payload, &visit, &record).await,
        Err(overdrawn) => Err(turned_away(&record, &overdrawn)),
    };
    let mut response = match answered {
        Ok(response) => reply.executed(response),
        Err(error) => finish(reply.refused(error)),
    };
    record.mark(response.headers_mut());
    response.extensions_mut().insert(record);
    response
}

/// A spent budget, told in the answer, in its headers and in the log.
fn turned_away(record: &Record, overdrawn: &Overdrawn) -> ServerError {
    // Nobody told anything before.
    let _ = record.notice.set(overdrawn.notice);
    refusal(overdrawn.failure())
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

/// A key in the head belongs to the one mutation of the document.
fn keyed(visit: &Visit, operation: &Operation) -> Result<(), Failure> {
    let message = match &visit.idempotency_key {
        Some(key) if !is_key(key) => "Idempotency-Key has 1 to 255 visible characters.",
        Some(_) if operation.outline.roots() != 1 => {
            "Idempotency-Key is for a document with one mutation: use idempotencyKey in each input."
        }
        _ => return Ok(()),
    };
    Err(Failure::with(Code::BadRequest, message))
}

fn text(request: &HttpRequest, name: HeaderName) -> Option<&str> {
    request
        .headers()
        .get(name)
        .map(|value| value.to_str().unwrap_or_default())
}

/// What is known of a request before its body.
struct Sender {
    visit: Visit,
    is_get: bool,
    key: Key,
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
        record: &Arc<Record>,
    ) -> Result<Response, ServerError> {
        let sender = Sender {
            is_get: request.method() == Method::GET,
            key: self.key(request),
            visit: visit.clone(),
        };
        // A body that cannot be read takes no turn from anybody, unless a token is to be judged first.
        let params = match self.params(request, payload, sender.is_get).await {
            Err(failure) if visit.authorization.is_none() => return Err(refusal(failure)),
            params => params,
        };
        let deadline = self.settings.deadline;
        let runtime = self.runtime.clone();
        let may_write = Arc::new(AtomicBool::new(false));
        let (noted, record) = (Arc::clone(&may_write), Arc::clone(record));
        let waiting = async move {
            let turn = self.turn(sender.key).await.map_err(refusal)?;
            let work = async move {
                let done = self.work(sender, params, &noted, &record).await;
                drop(turn);
                done
            };
            match runtime.spawn(work).await {
                Err(broken) if broken.is_panic() => Err(refusal(Failure::internal(broken))),
                Err(_) => Err(refusal(Failure::new(Code::OperationTimeout))),
                Ok(done) => done,
            }
        };
        match timeout(deadline, waiting).await {
            Ok(done) => done,
            Err(_) => Err(refusal(Failure::new(
                if may_write.load(Ordering::Acquire) {
                    Code::OutcomeUnknown
                } else {
                    Code::OperationTimeout
                },
            ))),
        }
    }

    /// Whose budget a request spends as long as nobody is known but its address.
    pub(crate) fn key(&self, request: &HttpRequest) -> Key {
        let peer = request.peer_addr();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        Key::Address(self.settings.proxies.client(peer, request.headers()))
    }

    /// Counts a request of an address, before its token costs anything.
    pub(crate) fn admit(&self, request: &HttpRequest) -> Result<(), Overdrawn> {
        let admitted = self.meter.admit(self.key(request));
        admitted.inspect_err(|short| self.settings.metrics.limited(short.notice.policy()))
    }

    /// A turn among the requests that are worked on.
    pub(crate) async fn turn(&self, address: Key) -> Result<Turn, Failure> {
        let turn = self.gate.enter(address).await;
        turn.inspect_err(|_| self.settings.metrics.shed())
    }

    /// The caller is judged before what was sent: a bad token is the first thing told.
    async fn work(
        &self,
        sender: Sender,
        params: Result<Params, Failure>,
        may_write: &AtomicBool,
        record: &Record,
    ) -> Result<Response, ServerError> {
        let caller = self.site.caller(&sender.visit).await.map_err(refusal)?;
        let identity = S::identity(&caller);
        let key = identity.id.map_or(sender.key, Key::Id);
        if let Some(client) = identity.client {
            let _ = record.client.set(client);
        }
        let mut operation = self.prepare(params.map_err(refusal)?)?;
        let name = operation.name.take();
        let _ = record.operation.set((operation.kind, name));
        if operation.kind == OperationType::Mutation {
            if sender.is_get {
                let message = "Mutations are sent by POST.";
                return Err(refusal(Failure::with(Code::MethodNotAllowed, message)));
            }
            if S::is_anonymous(&caller) {
                return Err(refusal(Failure::unauthenticated()));
            }
            keyed(&sender.visit, &operation).map_err(refusal)?;
        }
        let charge = self.meter.charge(key, operation.cost, operation.is_dry_run);
        let charge = charge.map_err(|overdrawn| {
            self.settings.metrics.limited(overdrawn.notice.policy());
            turned_away(record, &overdrawn)
        })?;
        let _large = if operation.cost > self.settings.large_cost {
            let turn = self.large.acquire().await;
            Some(turn.map_err(|closed| refusal(Failure::internal(closed)))?)
        } else {
            None
        };
        may_write.store(operation.kind == OperationType::Mutation, Ordering::Release);
        let request = operation.request.data(charge.reading());
        let mut response = self.site.execute(caller, request).await;
        let worth = operation.outline.restore(&mut response);
        let settled = charge.settle(worth);
        let _ = record.settled.set(settled);
        if let Some(error) = unread(&response, operation.kind == OperationType::Query) {
            return Err(error);
        }
        if worth != Worth::Nothing {
            let cost = settled.extension();
            response.extensions.insert("cost".to_owned(), cost);
        }
        Ok(response)
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
