//! The settings of the HTTP layer with their defaults. Read once at start, changed never.

use std::{sync::Arc, time::Duration};

use super::{address::Proxies, bucket::Rate, limits::Limits, metrics::Metrics, origins::Origins};
use crate::stop::Stop;

/// How the server meets its clients.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// What a document may ask for.
    pub(crate) limits: Limits,
    /// Which web pages may call.
    pub(crate) origins: Origins,
    /// Points of a client, a person, or an address without a token.
    pub(crate) budget: Rate,
    /// Requests of an address before any token is read.
    pub(crate) address: Rate,
    /// How long an address that sends too much waits to be told so.
    pub(crate) refused_after: Duration,
    /// Proxies that are believed when they say who calls.
    pub(crate) proxies: Proxies,
    /// Points above which an operation is large.
    pub(crate) large_cost: u64,
    /// Requests that are worked on at once, and that may wait for it.
    pub(crate) turns: (usize, usize),
    /// The same of one address.
    pub(crate) turns_of_address: (usize, usize),
    /// Where requests are counted.
    pub(crate) metrics: Arc<Metrics>,
    /// Bytes of a request body.
    pub(crate) body_bytes: usize,
    /// How long a client may take to send its head.
    pub(crate) head_within: Duration,
    /// How long a connection may wait for its next request.
    pub(crate) idle_within: Duration,
    /// How long a client may take to send its whole body.
    pub(crate) body_within: Duration,
    /// How long one request may be worked on.
    pub(crate) deadline: Duration,
    /// How long requests in flight may take when the server stops.
    pub(crate) shutdown_within: Duration,
    /// By what the server is asked to stop.
    pub(crate) stop: Stop,
    /// Threads that answer requests.
    pub(crate) workers: usize,
    /// The address of the page on errors; the code is appended.
    pub(crate) docs: String,
    /// The address of what says how to get a token (RFC 9728), if there is one.
    pub(crate) resource_metadata: Option<String>,
    /// Where request ids come from.
    pub(crate) entropy: fn() -> u128,
}

impl Settings {
    /// The defaults around a source of request ids and the address of the page on errors.
    pub(crate) fn new(entropy: fn() -> u128, docs: impl Into<String>) -> Self {
        Self {
            limits: Limits::default(),
            origins: Origins::default(),
            budget: Rate {
                quota: 20_000,
                per_second: 200,
            },
            address: Rate {
                quota: 300,
                per_second: 50,
            },
            refused_after: Duration::from_millis(200),
            proxies: Proxies::default(),
            large_cost: 500,
            turns: (64, 128),
            turns_of_address: (4, 64),
            metrics: Arc::default(),
            body_bytes: 256 * 1024,
            head_within: Duration::from_secs(5),
            idle_within: Duration::from_secs(75),
            body_within: Duration::from_secs(10),
            deadline: Duration::from_secs(5),
            shutdown_within: Duration::from_secs(15),
            stop: Stop::never(),
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            docs: docs.into(),
            resource_metadata: None,
            entropy,
        }
    }
}
