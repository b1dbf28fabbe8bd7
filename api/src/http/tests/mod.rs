//! The layer as clients meet it: a small schema behind a real server on a free port.

mod client;
mod execution;
mod requests;
mod small;
