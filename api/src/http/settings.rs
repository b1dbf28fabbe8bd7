//! The settings of the HTTP layer with their defaults. Read once at start, changed never.

use std::time::Duration;

use super::{limits::Limits, origins::Origins};

/// How the server meets its clients.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// What a document may ask for.
    pub(crate) limits: Limits,
    /// Which web pages may call.
    pub(crate) origins: Origins,
    /// Bytes of a request body.
    pub(crate) body_bytes: usize,
    /// How long a client may take to send its head.
    pub(crate) head_within: Duration,
    /// How long a client may take to send its whole body.
    pub(crate) body_within: Duration,
    /// How long one request may be worked on.
    pub(crate) deadline: Duration,
    /// How long requests in flight may take when the server stops.
    pub(crate) shutdown_within: Duration,
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
            body_bytes: 256 * 1024,
            head_within: Duration::from_secs(5),
            body_within: Duration::from_secs(10),
            deadline: Duration::from_secs(5),
            shutdown_within: Duration::from_secs(15),
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            docs: docs.into(),
            resource_metadata: None,
            entropy,
        }
    }
}
