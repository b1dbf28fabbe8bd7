//! The one GraphQL handler: method, media types, caller, body, document, execution under a
//! deadline. What was once handed to the executor is never cancelled, because a transaction
//! may be open in it; only the waiting ends.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
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
use async_graphql::{
    Response, ServerError, Value, indexmap::IndexMap, parser::types::OperationType,
};
use tokio::time::timeout;

use crate::{
    attempt::is_key,
    effects::Effects,
    error::{Code, Failure},
    in_order::Plans,
    language::refusal,
};

use super::{
    bucket::Key,
    document::{Operation, Rules},
    door::Door,
    meter::{Charge, Overdrawn},
    negotiation::{self, Media},
    outline::Worth,
    params::{self, Params},
    record::Record,
    reply::Written,
    routes,
    site::Site,
    visit::{Visit, list},
};

/// Bytes of a document above which even reading it is large work. People and tools write a tenth.
const LONG_DOCUMENT: usize = 16 * 1024;

/// Whether a request may still begin to write, has begun, or was told that it never will.
const OPEN: u8 = 0;
const WRITING: u8 = 1;
const GIVEN_UP: u8 = 2;

/// Answers `GET` and `POST` of `/graphql`.
pub(crate) async fn answer<S: Site>(
    request: HttpRequest,
    payload: web::Payload,
    door: web::Data<Door<S>>,
) -> HttpResponse {
    let accept = list(request.headers(), &ACCEPT);
    let accept = accept.as_deref();
    if request.method() == Method::GET
        && negotiation::wants_page(accept)
        && let Some(page) = door.site.page()
    {
        return routes::file(page);
    }
    let visit = Visit::of(&request);
    let accepted = negotiation::accepted(accept);
    let media = accepted.as_ref().copied().unwrap_or(Media::Json);
    let door = door.into_inner();
    if let Err(failure) = accepted {
        let reply = door.reply(&visit, media);
        return reply.refused(vec![refusal(failure)]).response();
    }
    let record = Arc::new(Record::default());
    let answered = match door.admit(&request).await {
        Ok(()) => {
            let sender = Sender {
                is_get: request.method() == Method::GET,
                key: door.key(&request),
                visit: visit.clone(),
                media,
            };
            Arc::clone(&door)
                .execute(&request, payload, sender, &record)
                .await
        }
        Err(overdrawn) => Err(turned_away(&record, &overdrawn)),
    };
    let mut response = match answered {
        Ok(written) => written.response(),
        Err(error) => finish(door.reply(&visit, media).refused(vec![error]).response()),
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
        Some(_) if operation.outline.mutations() != 1 => {
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
    media: Media,
    is_get: bool,
    key: Key,
}

/// What is left to do of an operation that was let in.
struct Admitted<S: Site> {
    caller: S::Caller,
    operation: Operation,
    charge: Charge,
}

impl<S: Site> Door<S> {
    /// Reads the body here and does the rest in a task of its own: a client that hangs up or a
    /// deadline that passes ends the waiting, not the work, and a panic ends the work, not the
    /// connection.
    async fn execute(
        self: Arc<Self>,
        request: &HttpRequest,
        payload: web::Payload,
        sender: Sender,
        record: &Arc<Record>,
    ) -> Result<Written, ServerError> {
        // A body that cannot be read takes no turn from anybody, unless a token is to be judged first.
        let params = match self.params(request, payload, sender.is_get).await {
            Err(failure) if sender.visit.authorization.is_none() => return Err(refusal(failure)),
            params => params,
        };
        let deadline = self.settings.deadline;
        let runtime = self.runtime.clone();
        let outlook = Arc::new(AtomicU8::new(OPEN));
        let (noted, record) = (Arc::clone(&outlook), Arc::clone(record));
        let waiting = async move {
            let turn = self.turn(sender.key).await.map_err(refusal)?;
            let work = async move {
                let done = self.work(sender, params, noted, record).await;
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
                // Who is first decides: a mutation that is told not to have begun never begins.
                if outlook.swap(GIVEN_UP, Ordering::AcqRel) == WRITING {
                    Code::OutcomeUnknown
                } else {
                    Code::OperationTimeout
                },
            ))),
        }
    }

    /// The caller is judged before what was sent: a bad token is the first thing told.
    async fn work(
        self: Arc<Self>,
        sender: Sender,
        params: Result<Params, Failure>,
        outlook: Arc<AtomicU8>,
        record: Arc<Record>,
    ) -> Result<Written, ServerError> {
        let caller = self.site.caller(&sender.visit).await.map_err(refusal)?;
        let identity = S::identity(&caller);
        let key = identity.id.map_or(sender.key, Key::Id);
        if let Some(client) = identity.client {
            let _ = record.client.set(client);
        }
        let params = params.map_err(refusal)?;
        let is_long = params.is_any_text_beyond(LONG_DOCUMENT);
        let door = Arc::clone(&self);
        let preparing = async move { door.prepare(params) };
        let prepared = if is_long {
            self.large.run(preparing).await.map_err(refusal)?
        } else {
            preparing.await
        };
        let operation = match prepared {
            Ok(operation) => operation,
            Err(errors) => return Ok(self.reply(&sender.visit, sender.media).refused(errors)),
        };
        let reading = &operation.reading;
        let _ = record.operation.set((reading.kind, reading.name.clone()));
        if reading.kind == OperationType::Mutation {
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
            turned_away(&record, &overdrawn)
        })?;
        let is_large = is_long || operation.cost > self.settings.large_cost;
        let admitted = Admitted {
            caller,
            operation,
            charge,
        };
        let door = Arc::clone(&self);
        let answering = async move { door.answer(admitted, &sender, &outlook, &record).await };
        if is_large {
            self.large.run(answering).await.map_err(refusal)?
        } else {
            answering.await
        }
    }

    async fn answer(
        &self,
        admitted: Admitted<S>,
        sender: &Sender,
        outlook: &AtomicU8,
        record: &Record,
    ) -> Result<Written, ServerError> {
        let Admitted {
            caller,
            operation,
            charge,
        } = admitted;
        let kind = operation.reading.kind;
        if kind == OperationType::Mutation {
            let begins =
                outlook.compare_exchange(OPEN, WRITING, Ordering::AcqRel, Ordering::Acquire);
            begins.map_err(|_| refusal(Failure::new(Code::OperationTimeout)))?;
        }
        let effects = Effects::default();
        let described = if operation.described.is_empty() {
            None
        } else {
            let (reading, variables) = (&operation.reading, &operation.variables);
            let described = reading.described(&self.language, variables, &operation.described);
            Some(described.map_err(refusal)?)
        };
        let mut response = if operation.is_described_only {
            Response::new(Value::Object(IndexMap::new()))
        } else {
            let request = operation
                .request
                .data(charge.reading())
                .data(effects.clone())
                .data(Plans::default());
            self.site.execute(caller, request).await
        };
        if let Some((found, errors)) = described {
            if response.data == Value::Null {
                response.data = Value::Object(IndexMap::new());
            }
            if let Value::Object(roots) = &mut response.data {
                roots.extend(found);
            }
            response.errors.extend(errors);
        }
        let worth = operation.outline.restore(&mut response);
        let settled = charge.settle(worth.and(operation.read));
        let _ = record.settled.set(settled);
        if worth != Worth::Nothing {
            let cost = settled.extension();
            response.extensions.insert("cost".to_owned(), cost);
        }
        Ok(self
            .reply(&sender.visit, sender.media)
            .executed(response, &effects))
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

    fn prepare(&self, params: Params) -> Result<Operation, Vec<ServerError>> {
        let rules = Rules {
            language: &self.language,
            fields: &self.fields,
            limits: &self.settings.limits,
        };
        let prepared = catch_unwind(AssertUnwindSafe(|| rules.prepare(params, &self.known)));
        prepared.unwrap_or_else(|_| Err(vec![refusal(Failure::new(Code::InternalServerError))]))
    }
}
