//! The `cfc` command. The composition root: time, randomness and the environment come in here and
//! nowhere else.

#![recursion_limit = "512"]

use std::{process::ExitCode, sync::Arc};

use api::{
    STACK, Stop, Surroundings,
    command::{self, Cli},
};
use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    without_huge_pages();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    match runtime.enable_all().thread_stack_size(STACK).build() {
        Ok(runtime) => runtime.block_on(run()),
        Err(error) => fail(&format!("No threads could be started: {error}")),
    }
}

async fn run() -> ExitCode {
    // First of all: what arrives before is answered by the system, which ends the process.
    let stop = Stop::when(asked_to_stop());
    api::telemetry::start();
    let environment = match environment() {
        Ok(environment) => environment,
        Err(trouble) => return fail(&trouble),
    };
    let around = Surroundings {
        clock: Arc::new(now),
        entropy: Arc::new(random),
        observer: None,
    };
    match command::run(Cli::parse(), environment, around, stop).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => fail(&trouble.to_string()),
    }
}

/// The allocator asks for pages of 2 MiB, of which a process of this size leaves a third unused.
fn without_huge_pages() {
    // Where the system refuses, more memory is used.
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

#[expect(clippy::disallowed_methods, reason = "the composition root")]
fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now()
}

fn random(bytes: &mut [u8]) {
    // Ids would repeat without randomness, and nothing could be stored safely.
    #[expect(clippy::expect_used, reason = "no id can be made without randomness")]
    getrandom::fill(bytes).expect("the system gives random bytes");
}

/// The environment as text. What is no text is nothing that we are told, unless it is a setting.
#[expect(clippy::disallowed_methods, reason = "the composition root")]
fn environment() -> Result<std::collections::BTreeMap<String, String>, String> {
    let mut read = std::collections::BTreeMap::new();
    for (name, value) in std::env::vars_os() {
        let Ok(name) = name.into_string() else {
            continue;
        };
        match value.into_string() {
            Ok(value) => {
                read.insert(name, value);
            }
            Err(_) if name == "DATABASE_URL" || name.starts_with("CFC_") => {
                return Err(format!("{name} is no text in UTF-8."));
            }
            Err(_) => {}
        }
    }
    Ok(read)
}

/// Ends when the process is asked to stop. Listens from the call on.
#[cfg(unix)]
fn asked_to_stop() -> impl Future<Output = ()> + Send + 'static {
    use tokio::signal::unix::{SignalKind, signal};
    let asked = |kind| {
        let signals = signal(kind);
        async move {
            match signals {
                Ok(mut signals) => drop(signals.recv().await),
                // Where it cannot be listened to, the system ends the process.
                Err(_) => std::future::pending().await,
            }
        }
    };
    let kinds = [
        SignalKind::terminate(),
        SignalKind::interrupt(),
        SignalKind::quit(),
    ];
    let [terminate, interrupt, quit] = kinds.map(asked);
    async move {
        tokio::select! {
            () = terminate => {}
            () = interrupt => {}
            () = quit => {}
        }
    }
}

/// Ends when the process is asked to stop.
#[cfg(not(unix))]
async fn asked_to_stop() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[expect(clippy::print_stderr, reason = "what people read when a command fails")]
fn fail(trouble: &str) -> ExitCode {
    eprintln!("{trouble}");
    ExitCode::FAILURE
}
