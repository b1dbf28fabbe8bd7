//! The API's own HTTP layer: routes, marks on every response, start and stop. The executor
//! is reached through `Site` alone, after `graphql` has found the request within its limits.

mod address;
mod bucket;
mod cost;
mod document;
mod door;
mod dry_run;
mod gate;
mod graphql;
mod known;
mod lane;
mod limits;
mod meter;
mod metrics;
mod negotiation;
mod oauth;
mod origins;
mod outline;
mod params;
mod prescan;
mod record;
mod reply;
mod routes;
mod settings;
mod site;
mod status;
#[cfg(test)]
mod tests;
mod unread;
mod values;
mod visit;

use std::{io, net::TcpListener, sync::Arc, time::Instant};

use actix_web::{
    App, HttpMessage, HttpServer,
    body::MessageBody,
    dev::{Server, Service, ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{HeaderName, HeaderValue, ORIGIN, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS},
    },
    web,
};

pub(crate) use self::{
    address::Proxies,
    bucket::Rate,
    cost::Fields,
    document::Documents,
    limits::Limits,
    meter::Reading,
    metrics::{Pool, serve_metrics},
    oauth::{Endpoint, OauthAnswer, OauthCall},
    origins::Origins,
    settings::Settings,
    site::{Asset, Identity, Site},
    visit::Visit,
};

use tokio::runtime::Handle;

use self::{
    door::Door,
    gate::Gate,
    lane::Lane,
    meter::Meter,
    metrics::InFlight,
    record::{Line, Record},
    unread::Unread,
    visit::{RequestId, X_REQUEST_ID, trace_of},
};
use crate::error::Code;

/// Starts to answer at the listener. The server is a future that ends when the process is
/// asked to stop and the requests in flight are done.
pub(crate) fn serve<S: Site>(
    site: Arc<S>,
    settings: Settings,
    listener: TcpListener,
) -> io::Result<Server> {
    let (language, fields) = (site.language(), site.fields());
    let (workers, head, idle, shutdown) = (
        settings.workers,
        settings.head_within,
        settings.idle_within,
        settings.shutdown_within,
    );
    let stop = settings.stop.of_the_server();
    let meter = Arc::new(Meter::new(settings.address, settings.budget));
    let gate = Gate::new(settings.turns, settings.turns_of_address);
    let large = Lane::new((settings.workers / 2).max(1), &Handle::current())?;
    let door = web::Data::new(Door {
        site,
        settings,
        language,
        fields,
        known: known::Known::default(),
        meter,
        gate,
        large,
        runtime: Handle::current(),
    });
    let server = HttpServer::new(move || {
        let door = door.clone();
        let marks = door.clone();
        App::new()
            .app_data(door)
            .configure(routes_of::<S>)
            .wrap_fn(move |mut request, service| {
                let unread = Unread::hold(&mut request);
                let seen = Seen::note(&request, &marks.settings);
                let marks = marks.clone();
                let answer = service.call(request);
                async move {
                    let mut response = answer.await?;
                    seen.mark(&mut response, &marks);
                    seen.log(&response, &marks.settings);
                    Ok(match unread {
                        Some(unread) => unread.until_answered(response),
                        None => response,
                    })
                }
            })
    });
    let server = server
        .workers(workers)
        .client_request_timeout(head)
        .keep_alive(idle)
        .shutdown_timeout(shutdown.as_secs())
        .shutdown_signal(stop)
        .listen(listener)?;
    Ok(server.run())
}

fn routes_of<S: Site>(app: &mut web::ServiceConfig) {
    let graphql = web::resource("/graphql")
        .route(web::get().to(graphql::answer::<S>))
        .route(web::post().to(graphql::answer::<S>))
        .route(web::method(Method::OPTIONS).to(routes::preflight))
        .default_service(web::to(routes::not_by_this_method::<S>));
    macro_rules! reading {
        ($path:literal, $answer:expr) => {
            web::resource($path)
                .route(web::get().to($answer))
                .route(web::head().to($answer))
                .default_service(web::to(routes::read_only::<S>))
        };
    }
    macro_rules! posting {
        ($path:literal) => {
            web::resource($path)
                .route(web::post().to(oauth::answer::<S>))
                .default_service(web::to(oauth::post_only))
        };
    }
    app.service(graphql)
        .service(posting!("/oauth/token"))
        .service(posting!("/oauth/introspect"))
        .service(posting!("/oauth/revoke"))
        .service(reading!("/.well-known/{name:.*}", oauth::well_known::<S>))
        .service(reading!("/schema.graphql", routes::schema::<S>))
        .service(reading!("/permissions.json", routes::permissions::<S>))
        .service(reading!("/health/live", routes::live))
        .service(reading!("/health/ready", routes::ready::<S>))
        .service(reading!("/explorer", routes::page::<S>))
        .service(reading!("/explorer/{path:.*}", routes::explorer::<S>))
        .service(web::redirect("/docs", "/docs/first-query"))
        .service(web::redirect("/docs/", "/docs/first-query"))
        .service(reading!("/docs/{name}", routes::document::<S>))
        .default_service(web::to(routes::absent::<S>));
}

/// What every response repeats of its request.
struct Seen {
    id: String,
    trace_id: Option<String>,
    origin: Option<HeaderValue>,
    method: Method,
    begun: Instant,
    _in_flight: InFlight,
}

impl Seen {
    fn note(request: &ServiceRequest, settings: &Settings) -> Self {
        let id = RequestId::of(request.headers(), settings.entropy);
        request.extensions_mut().insert(id.clone());
        Self {
            id: id.0,
            trace_id: trace_of(request.headers()),
            origin: request.headers().get(ORIGIN).cloned(),
            method: request.method().clone(),
            begun: Instant::now(),
            _in_flight: settings.metrics.begin(),
        }
    }

    /// Counts the request and leaves one line of it in the log.
    fn log<B: MessageBody>(&self, response: &ServiceResponse<B>, settings: &Settings) {
        let took = self.begun.elapsed();
        let status = response.status().as_u16();
        let known = response.response().extensions();
        let (record, code) = (known.get::<Arc<Record>>(), known.get::<Code>().copied());
        let kind = record.map_or("none", |record| record.kind());
        let text = code.map_or("", Code::as_str);
        settings.metrics.answered(status, kind, text, took);
        Line {
            request_id: &self.id,
            trace_id: self.trace_id.as_deref(),
            method: &self.method,
            route: response
                .request()
                .match_pattern()
                .as_deref()
                .unwrap_or("unknown"),
            status,
            code,
            took,
            record: record.map(AsRef::as_ref),
        }
        .write();
    }

    fn mark<S: Site, B: MessageBody>(&self, response: &mut ServiceResponse<B>, door: &Door<S>) {
        let headers = response.headers_mut();
        if let Ok(id) = HeaderValue::from_str(&self.id) {
            headers.insert(X_REQUEST_ID, id);
        }
        let plain = |name: HeaderName, value| (name, HeaderValue::from_static(value));
        for (name, value) in [
            plain(VARY, "Origin, Accept, Accept-Language, Authorization"),
            plain(X_CONTENT_TYPE_OPTIONS, "nosniff"),
            plain(X_FRAME_OPTIONS, "DENY"),
        ] {
            headers.insert(name, value);
        }
        let is_registered = |origin: &str| door.site.allows_origin(origin);
        let origins = &door.settings.origins;
        origins.mark(
            self.origin.as_ref(),
            self.method == Method::OPTIONS,
            headers,
            is_registered,
        );
    }
}
