//! The layer as clients meet it: a small schema behind a real server on a free port.

mod client;
mod execution;
mod oauth;
mod requests;
mod small;
mod worth;
