//! Numbers for whoever runs the server, in the text format that Prometheus reads. No label holds
//! an id, a name or anything else that a client words: each is of a closed list.

use std::{fmt, io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    http::header::CONTENT_TYPE,
    web::{self, Data},
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
    },
    registry::Registry,
};

use super::{meter::Policy, site::Site};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    status: u16,
    operation: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Budget {
    budget: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Connections {
    pool: &'static str,
    state: &'static str,
}

/// Connections of one pool of the database.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pool {
    /// What it is for.
    pub(crate) name: &'static str,
    /// How many are open.
    pub(crate) open: u32,
    /// How many of them nobody uses.
    pub(crate) idle: u32,
}

/// What is counted.
pub(crate) struct Metrics {
    registry: Registry,
    answered: Family<Answered, Counter>,
    took: Family<Operation, Histogram>,
    in_flight: Gauge,
    shed: Counter,
    limited: Family<Budget, Counter>,
    connections: Family<Connections, Gauge>,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

/// From one millisecond to eight seconds.
fn durations() -> Histogram {
    Histogram::new(exponential_buckets(0.001, 2.0, 14))
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("cfc");
        let answered = Family::default();
        let took = Family::new_with_constructor(durations as fn() -> Histogram);
        let (in_flight, shed) = (Gauge::default(), Counter::default());
        let (limited, connections) = (Family::default(), Family::default());
        registry.register(
            "http_requests",
            "Requests answered, by status, kind of operation and first error code",
            answered.clone(),
        );
        registry.register(
            "http_request_duration_seconds",
            "Time from the head of a request to its answer",
            took.clone(),
        );
        registry.register(
            "http_requests_in_flight",
            "Requests not yet answered",
            in_flight.clone(),
        );
        registry.register(
            "http_requests_shed",
            "Requests turned away because too many waited",
            shed.clone(),
        );
        registry.register(
            "http_requests_rate_limited",
            "Requests turned away because a budget was spent",
            limited.clone(),
        );
        registry.register(
            "database_connections",
            "Connections to the database, by pool and state",
            connections.clone(),
        );
        Self {
            registry,
            answered,
            took,
            in_flight,
            shed,
            limited,
            connections,
        }
    }
}

/// A request that has not been answered yet.
#[derive(Debug)]
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// Counts a request that came in.
    pub(crate) fn begin(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// Counts an answer.
    pub(crate) fn answered(
        &self,
        status: u16,
        operation: &'static str,
        code: &'static str,
        took: Duration,
    ) {
        let labels = Answered {
            status,
            operation,
            code,
        };
        self.answered.get_or_create(&labels).inc();
        let took_by = self.took.get_or_create(&Operation { operation });
        took_by.observe(took.as_secs_f64());
    }

    /// Counts a request that was turned away because too many waited.
    pub(crate) fn shed(&self) {
        self.shed.inc();
    }

    /// Counts a request that was turned away because a budget was spent.
    pub(crate) fn limited(&self, policy: Policy) {
        let budget = match policy {
            Policy::Address => "address",
            Policy::Cost => "cost",
        };
        self.limited.get_or_create(&Budget { budget }).inc();
    }

    /// Everything that was counted.
    fn text(&self, pools: &[Pool]) -> Result<String, fmt::Error> {
        for pool in pools {
            let used = pool.open.saturating_sub(pool.idle);
            for (state, count) in [("used", used), ("idle", pool.idle)] {
                let pool = pool.name;
                let labels = Connections { pool, state };
                self.connections
                    .get_or_create(&labels)
                    .set(i64::from(count));
            }
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// Answers `/metrics` at a listener of its own, which clients need not reach.
pub(crate) fn serve_metrics<S: Site>(
    site: Arc<S>,
    metrics: Arc<Metrics>,
    listener: TcpListener,
) -> io::Result<Server> {
    let (site, metrics) = (Data::from(site), Data::from(metrics));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(site.clone())
            .app_data(metrics.clone())
            .route("/metrics", web::get().to(answer::<S>))
    });
    let server = server.workers(1).disable_signals().listen(listener)?;
    Ok(server.run())
}

const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

async fn answer<S: Site>(site: Data<S>, metrics: Data<Metrics>) -> HttpResponse {
    match metrics.text(&site.pools()) {
        Ok(text) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, TEXT))
            .body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
