//! The fault rig: breaks servers, databases, wires, disks and clocks under load, over and over,
//! and counts what was acknowledged and is not there. See `docs/faults.md`.

mod acts;
mod asking;
mod checks;
mod client;
mod clients;
mod clock;
mod disk;
mod faults;
mod ids;
mod play;
mod postgres;
mod probes;
mod readiness;
mod scene;
mod server;
mod town;
mod verdict;
mod wire;
mod workshop;

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Instant};

use clap::Parser;

use crate::{
    faults::{FAULTS, Fault},
    play::play,
    scene::Template,
    verdict::Verdict,
    workshop::{Done, Workshop},
};

/// Breaks a server and its database under load, and looks for what was lost.
#[derive(Debug, Parser)]
#[command(name = "faults")]
struct Arguments {
    /// How often each fault is played.
    #[arg(long, default_value_t = 1)]
    seeds: u64,
    /// The seed of the first time; each further one has the next.
    #[arg(long, default_value_t = 1)]
    first_seed: u64,
    /// Only this fault; may be repeated.
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Only the faults that take little time.
    #[arg(long)]
    quick: bool,
    /// The server to try.
    #[arg(long, value_name = "PATH", default_value = "target/debug/cfc")]
    cfc: PathBuf,
    /// The folder of `initdb` and `postgres`; the newest of Debian's if absent.
    #[arg(long, value_name = "FOLDER")]
    postgres: Option<PathBuf>,
    /// Where the logs of broken runs are left.
    #[arg(long, value_name = "FOLDER", default_value = "target/faults")]
    logs: PathBuf,
    /// Name the faults and end.
    #[arg(long)]
    list: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // Programs that are waited for hold a thread each; wires and clients go on beside them.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build();
    match runtime
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(all(&arguments)))
    {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            say(&format!("The rig itself failed: {trouble}"));
            ExitCode::from(2)
        }
    }
}

/// Plays what was asked for. Whether everything held.
async fn all(arguments: &Arguments) -> Done<bool> {
    let chosen = chosen(arguments)?;
    if arguments.list {
        for fault in chosen {
            say(&format!("{:26} {}", fault.name, fault.what));
        }
        return Ok(true);
    }
    let shop = Arc::new(Workshop::open(&arguments.cfc, arguments.postgres.clone())?);
    let (mut sqlite, mut postgres) = (None, None);
    let mut table = Vec::new();
    let mut left_out = Vec::new();
    for fault in chosen {
        if let Some(why) = why_not(&shop, fault) {
            say(&format!("{} is left out: {why}", fault.name));
            left_out.push(fault.name);
            continue;
        }
        let template = if fault.ground.is_sqlite() {
            &mut sqlite
        } else {
            &mut postgres
        };
        if template.is_none() {
            *template = Some(Template::make(&shop, fault.ground.is_sqlite()).await?);
        }
        let Some(template) = template else { continue };
        let mut runs = Vec::new();
        for seed in arguments.first_seed..arguments.first_seed + arguments.seeds {
            let begun = Instant::now();
            let verdict = played(&shop, fault, template, seed, arguments).await;
            let took = begun.elapsed().as_secs_f32();
            say(&format!(
                "{} {seed} ({took:.0} s): {}",
                fault.name,
                verdict.line()
            ));
            for line in verdict.notes.iter().chain(&verdict.wrongs()).take(8) {
                say(&format!(
                    "    {}",
                    line.chars().take(400).collect::<String>()
                ));
            }
            runs.push(verdict);
        }
        table.push((fault, runs));
    }
    say(&format!("\n{}", verdict::heading()));
    for (fault, runs) in &table {
        say(&verdict::row(fault.name, runs));
    }
    for name in left_out {
        say(&format!("{name:26} left out"));
    }
    Ok(table.iter().flat_map(|(_, runs)| runs).all(Verdict::holds))
}

/// Why a fault cannot be played here.
fn why_not(shop: &Workshop, fault: &Fault) -> Option<String> {
    if fault.is_clocked {
        return shop.why_no_clock();
    }
    fault
        .ground
        .is_small()
        .then(|| shop.why_no_disk())
        .flatten()
}

/// A run that could not be played to its end counts as broken: maybe the rig, maybe the server.
async fn played(
    shop: &Arc<Workshop>,
    fault: &Fault,
    template: &Template,
    seed: u64,
    arguments: &Arguments,
) -> Verdict {
    let verdict = play(shop, fault, template, seed, &arguments.logs).await;
    verdict.unwrap_or_else(|trouble| Verdict {
        complaints: vec![format!("the run could not be ended: {trouble}")],
        ..Verdict::default()
    })
}

fn chosen(arguments: &Arguments) -> Done<Vec<&'static Fault>> {
    let unknown = |name: &&String| !FAULTS.iter().any(|fault| fault.name == name.as_str());
    if let Some(name) = arguments.only.iter().find(unknown) {
        return Err(format!("there is no fault {name}; --list names them").into());
    }
    let is_chosen = |fault: &&Fault| {
        (arguments.only.is_empty() || arguments.only.iter().any(|name| name == fault.name))
            && (!arguments.quick || fault.is_quick)
    };
    Ok(FAULTS.iter().filter(is_chosen).collect())
}

/// Tells people.
#[expect(clippy::print_stdout, reason = "what the rig found is its output")]
fn say(text: &str) {
    println!("{text}");
}
