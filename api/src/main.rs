//! The `cfc` command. The composition root: time, randomness and the environment come in here and
//! nowhere else.

#![recursion_limit = "512"]

use std::{process::ExitCode, sync::Arc};

use api::{
    STACK, Surroundings,
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
    api::telemetry::start();
    let around = Surroundings {
        clock: Arc::new(now),
        entropy: Arc::new(random),
        observer: None,
    };
    match command::run(Cli::parse(), environment(), around).await {
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

#[expect(clippy::disallowed_methods, reason = "the composition root")]
fn environment() -> std::collections::BTreeMap<String, String> {
    std::env::vars().collect()
}

#[expect(clippy::print_stderr, reason = "what people read when a command fails")]
fn fail(trouble: &str) -> ExitCode {
    eprintln!("{trouble}");
    ExitCode::FAILURE
}
