//! Logs: one JSON object per line on standard error, so that standard output is free for answers.

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Starts logging to standard error, panics included. A second call changes nothing.
pub fn start() {
    start_into(|| Box::new(std::io::stderr()));
    // What a panic says may hold what somebody wrote; the place is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panicked");
    }));
}

/// Starts logging into what is made for each line. A second call changes nothing.
pub fn start_into(writer: fn() -> Box<dyn std::io::Write>) {
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_writer(writer);
    // What libraries tell of their daily work would bury what people should read.
    let targets = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("api", LevelFilter::INFO)
        // It tells what it does not understand of an address, and that may be a password.
        .with_target("sqlx_postgres::options", LevelFilter::OFF);
    // Only a second call can fail, and then logging runs already.
    let _ = tracing_subscriber::registry()
        .with(lines)
        .with(targets)
        .try_init();
}
