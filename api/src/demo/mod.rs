//! `cfc demo`: a made-up programme in a database of its own, written through the same doors as
//! everything else, and served with a token for each role.

mod assessing;
mod clock;
mod cycle;
mod deciding;
mod examples;
mod machine;
mod measuring;
mod personas;
mod plan;
mod sign_in;
mod stages;
mod story;
mod teller;

use std::{net::TcpListener, path::PathBuf, sync::Arc};

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Map, json};

use self::{clock::StoryClock, machine::Machine, personas::Persona};
use crate::{
    STACK,
    access::{Entropy, Grant, Ground, House, Part, ground, remove_demonstration},
    command::{print, say},
    config::Config,
    database_url::without_password,
    serving::{self, Surroundings},
    stop::Stop,
    trouble::Trouble,
};

/// How long a token of the demonstration lives.
const TOKEN_DAYS: i64 = 30;

/// What the demonstration is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Story {
    /// The day it is in it; the real day if absent.
    pub(crate) today: Option<NaiveDate>,
    /// Another seed makes other numbers.
    pub(crate) seed: u64,
}

/// Fills a database with the demonstration, or finds it there, and serves it.
pub(crate) async fn run(
    mut config: Config,
    around: Surroundings,
    story: Story,
    is_json: bool,
    stop: Stop,
) -> Result<(), Trouble> {
    // Asked for first: a port that is taken should not be found out after the work.
    let listener = TcpListener::bind(config.bind).map_err(|e| Trouble::bind(config.bind, &e))?;
    let address = listener.local_addr().map_err(Trouble::io)?;
    let _file = match config.database_url {
        Some(_) => None,
        None => Some(OwnFile::make(&mut config, address.port())),
    };
    if config.issuers.is_empty() {
        config.issuers.extend(sign_in::option(address));
    }
    let database = without_password(config.database());
    let today = story.today.unwrap_or_else(|| (around.clock)().date_naive());
    let clock = Arc::new(StoryClock::at(today));
    let within = of_the_story(&around, &clock, story.seed);
    tell_once(&config, &within, &clock, today, story.seed).await?;
    // What comes after the story is made anew each time the demonstration starts.
    let within = Surroundings {
        entropy: around.entropy,
        ..within
    };
    let house = open(&config, &within).await?;
    let personas = story::personas(&house).await?;
    clock.run(around.clock);
    let lifetime = TimeDelta::days(TOKEN_DAYS);
    let tokens = personas
        .iter()
        .map(|persona| {
            Ok((
                persona,
                house.token(Grant::person(persona.account), lifetime)?,
            ))
        })
        .collect::<Result<Vec<_>, crate::error::Failure>>()?;
    let machines = machine::ready(&house).await?;
    let base = serving::public_url(&config, address);
    if is_json {
        print(&line(&base, &database, &tokens, &machines));
    } else {
        introduce(&base, &database, &tokens, &machines);
    }
    let roles: Vec<_> = tokens
        .iter()
        .map(|(p, token)| json!({ "role": p.role(), "name": p.name, "may": p.may, "token": token }))
        .collect();
    let session = serving::session(&roles);
    serving::answer((house, &config), listener, session, true, stop)
        .await
        .map_err(Trouble::io)
}

/// The surroundings with the clock and the ids of the story.
fn of_the_story(around: &Surroundings, clock: &Arc<StoryClock>, seed: u64) -> Surroundings {
    let told = Arc::clone(clock);
    Surroundings {
        clock: Arc::new(move || told.now()),
        entropy: seeded(seed),
        observer: around.observer.clone(),
    }
}

async fn open(config: &Config, around: &Surroundings) -> Result<Arc<House>, Trouble> {
    let house = serving::open(config, around, false).await?;
    house.migrate().await?;
    house.refresh().await?;
    Ok(house)
}

/// Tells the story where nothing is, or finds the one that was told. It is told beside the place, so
/// that whoever cuts it off finds the place as it was.
async fn tell_once(
    config: &Config,
    around: &Surroundings,
    clock: &Arc<StoryClock>,
    today: NaiveDate,
    seed: u64,
) -> Result<(), Trouble> {
    let storage = serving::storage(config, false);
    let part = match ground(&storage).await? {
        Ground::Empty => Part::beside(&storage).await?,
        Ground::Told => None,
    };
    let Some(part) = part else {
        say("The demonstration is there already.");
        return Ok(());
    };
    let beside = Config {
        database_url: Some(part.url().to_owned()),
        ..config.clone()
    };
    told_apart(beside, around, clock, today, seed).await?;
    part.put_in_place().await
}

/// Tells the story on a thread of its own. One act follows another, and each statement goes to the
/// thread of the database and back; on one core neither has to be woken on another, which takes
/// two fifths of the time away.
async fn told_apart(
    config: Config,
    around: &Surroundings,
    clock: &Arc<StoryClock>,
    today: NaiveDate,
    seed: u64,
) -> Result<(), Trouble> {
    let (around, clock) = (around.clone(), Arc::clone(clock));
    let (teller, told) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().stack_size(STACK);
    let telling = move || {
        let cores = core_affinity::get_core_ids().unwrap_or_default();
        if let Some(core) = cores.first() {
            core_affinity::set_for_current(*core);
        }
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let told = runtime.enable_all().build().map_err(Trouble::io);
        let told = told.and_then(|runtime| {
            runtime.block_on(async {
                let house = open(&config, &around).await?;
                story::tell(&house, &clock, today, seed).await?;
                Ok(house.close().await?)
            })
        });
        // Nobody waits any more when the process is being stopped.
        let _ = teller.send(told);
    };
    thread.spawn(telling).map_err(Trouble::io)?;
    let broken = |_| Trouble::of("The demonstration could not be told; the log says why.");
    told.await.map_err(broken)?
}

/// Random bytes that are the same for the same seed. Ids are made of them, and no secret is.
fn seeded(seed: u64) -> Entropy {
    let random = std::sync::Mutex::new(fastrand::Rng::with_seed(seed));
    Arc::new(move |bytes: &mut [u8]| {
        random
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .fill(bytes);
    })
}

fn line(base: &str, database: &str, tokens: &[(&Persona, String)], machines: &[Machine]) -> String {
    let tokens: Map<_, _> = tokens
        .iter()
        .map(|(p, token)| (p.role().to_owned(), json!(token)))
        .collect();
    let client = |machine: &Machine| {
        json!({
            "name": machine.name,
            "id": machine.id,
            "secret": machine.secret,
            "tokenUrl": format!("{base}/oauth/token"),
            "scopes": machine.scopes,
        })
    };
    let clients: Vec<_> = machines.iter().map(client).collect();
    json!({
        "graphql": format!("{base}/graphql"),
        "explorer": format!("{base}/explorer"),
        "database": database,
        "tokens": tokens,
        "client": clients.first(),
        "clients": clients,
    })
    .to_string()
}

fn introduce(base: &str, database: &str, tokens: &[(&Persona, String)], machines: &[Machine]) {
    print(&format!(
        "A made-up demonstration; it says nothing about the municipalities named in it.\n\n\
         Explorer  {base}/explorer\nGraphQL   {base}/graphql\nDatabase  {database}\n"
    ));
    print("PUBLIC: anyone, without a token. Reads what is public.\n");
    for (persona, token) in tokens {
        print(&format!(
            "{}: {}. {}\n{token}\n",
            persona.role(),
            persona.name,
            persona.may
        ));
    }
    for machine in machines {
        print(&format!(
            "A machine client: {}. Its token, for an hour:\n\
             curl -u {}:{} -d grant_type=client_credentials {base}/oauth/token\n",
            machine.name, machine.id, machine.secret
        ));
    }
    print("Open the explorer, choose a role, run a query. Stop with Ctrl-C.");
}

/// A database file that lives as long as the demonstration.
struct OwnFile(PathBuf);

impl OwnFile {
    fn make(config: &mut Config, port: u16) -> Self {
        let path = std::env::temp_dir().join(format!("cfc-demo-{port}.db"));
        let file = Self(path);
        file.remove();
        config.database_url = Some(format!("sqlite://{}", file.0.display()));
        file
    }

    fn remove(&self) {
        remove_demonstration(&self.0);
    }
}

impl Drop for OwnFile {
    fn drop(&mut self) {
        self.remove();
    }
}
