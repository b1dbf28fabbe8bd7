//! Walks through the state machines, a tour first and then by chance. At each step somebody tries
//! something with something, allowed or not; a model, written by hand from `domain.md`, says beforehand
//! what comes of it: the new state, or the code of the refusal. Afterwards every state and version is
//! as the model has it. `CFC_TEST_SEEDS=n` walks further.

mod asking;
mod beginnings;
mod cast;
mod choosing;
mod following;
mod machines;
mod model;
mod tally;
mod tours;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use self::{
    cast::Player,
    machines::Machines,
    model::{Model, Thing, Verdict, is_of_role},
    tally::Tally,
};
use crate::{
    databases::Backend,
    harness::{Answer, App, NOW},
    leaks::Chance,
    world::World,
};

/// Walks of the suite. Together they go everywhere.
const SEEDS: u64 = 5;
const STEPS: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_comes_to_what_the_machines_say_on_sqlite() {
    walked_everywhere(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_step_comes_to_what_the_machines_say_on_postgres() {
    walked_everywhere(Backend::Postgres).await;
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

async fn walked_everywhere(backend: Backend) {
    let seeds = number("CFC_TEST_SEEDS").unwrap_or(SEEDS);
    let mut tally = Tally::default();
    for seed in 1..=seeds {
        tally = walked(backend, seed, tally).await;
    }
    let machines = Machines::read();
    let surplus = tally.surplus(&machines);
    assert!(surplus.is_empty(), "in no table: {surplus:?}");
    let (untaken, untried) = (tally.untaken(&machines), tally.untried(&machines));
    let unguarded = tally.unguarded(&machines);
    assert!(
        untaken.is_empty() && untried.is_empty() && unguarded.is_empty(),
        "never taken: {untaken:?}\nnever tried: {untried:?}\nrefused to nobody: {unguarded:?}"
    );
}

/// One walk on a database of its own. It goes where those before it have not been.
async fn walked(backend: Backend, seed: u64, tally: Tally) -> Tally {
    let app = App::start(backend).await;
    let mut walker = Walker::of(&app, seed, tally).await;
    walker.tour().await;
    for _ in 0..STEPS {
        walker.step().await;
    }
    walker.agree("the last step").await;
    walker.tally
}

/// Where a walk is.
struct Walker<'a> {
    app: &'a App,
    world: World<'a>,
    cast: Vec<Player>,
    /// What a responsible entity of the cast carries out.
    entity: Value,
    seed: u64,
    chance: Chance,
    model: Model,
    tally: Tally,
    /// Assessments with their items as they were begun.
    papers: BTreeMap<String, Value>,
    trail: Vec<String>,
}

impl<'a> Walker<'a> {
    async fn of(app: &'a App, seed: u64, tally: Tally) -> Self {
        let (world, cast, entity) = cast::assembled(app, seed == 1).await;
        let municipality = world.ask(&world.manager, "id").await["id"].clone();
        let input =
            json!({ "programme": "FI", "municipalityId": municipality, "joinedOn": "2024-01-15" });
        let (name, select) = ("enrolMunicipality", "participation { id }");
        let payload = app.done_once(&world.manager, name, input, select).await;
        let id = payload["participation"]["id"].as_str().unwrap().to_owned();
        let participation = Thing {
            kind: "Participation",
            id,
            stored: "PENDING",
            version: 1,
            above: usize::MAX,
            ..Thing::default()
        };
        let model = Model {
            machines: Machines::read(),
            things: vec![participation],
            today: NOW[..10].parse().unwrap(),
        };
        Self {
            app,
            world,
            cast,
            entity,
            seed,
            chance: Chance::of(seed),
            model,
            tally,
            papers: BTreeMap::new(),
            trail: Vec::new(),
        }
    }

    /// The next step: something begins, something goes on, or somebody tries something.
    async fn step(&mut self) {
        let beginnings = self.beginnings();
        let dice = self.chance.below(100);
        if dice < 20 && !beginnings.is_empty() {
            let beginning = *self.chance.one(&beginnings);
            self.trail.push(format!("begin {beginning:?}"));
            self.begin(beginning).await;
            return self.agree("a beginning").await;
        }
        let forward = if dice < 72 { self.forward() } else { None };
        let (at, mutation) = forward.unwrap_or_else(|| self.anything());
        let player = self.somebody(at, mutation, forward.is_some());
        let has_version = forward.is_some() || self.chance.percent(90);
        self.attempt(player, at, mutation, has_version).await;
    }

    /// Somebody tries: what they are told beforehand, what only checking comes to, what trying does.
    async fn attempt(&mut self, me: usize, at: usize, mutation: &'static str, has_version: bool) {
        let player = self.cast[me].clone();
        let thing = self.model.things[at].clone();
        let who = (me, &player);
        let wanted = self.model.verdict(who, at, mutation, has_version);
        let state = self.model.state(at);
        self.trail.push(format!(
            "{mutation} of {} {at} {state} by {}, {wanted:?}",
            thing.kind, player.name
        ));
        let told = asking::told(self.app, &player.person, &thing).await;
        self.same(self.wanted_told(who, at), &told);
        self.tried(me, at, mutation, has_version).await;
        // What a refusal changed is still there later.
        if wanted.is_ok() || self.trail.len().is_multiple_of(5) {
            self.agree(mutation).await;
        }
        if wanted.is_ok() {
            self.sweep().await;
        }
    }

    /// Tries, and compares what comes of it.
    async fn tried(&mut self, me: usize, at: usize, mutation: &'static str, has_version: bool) {
        let (app, player) = (self.app, self.cast[me].clone());
        let thing = self.model.things[at].clone();
        let wanted = self.model.verdict((me, &player), at, mutation, has_version);
        let state = self.model.state(at);
        let version = thing.version + i64::from(!has_version);
        let number = self.seed + self.model.decided();
        let mut input = asking::input(mutation, &thing, version, (number, self.model.today));
        let before = app.count("audit_event").await;
        if self.chance.percent(15) {
            input["validateOnly"] = true.into();
            let answer = app.act(&player.person, mutation, input.clone(), "").await;
            self.same(codes(wanted), &refusals(&answer, mutation));
            input["validateOnly"] = false.into();
        }
        let select = asking::selection(mutation, thing.kind);
        let answer = app
            .act(&player.person, mutation, input.clone(), &select)
            .await;
        self.same(codes(wanted), &refusals(&answer, mutation));
        let written = app.count("audit_event").await - before;
        self.same(json!(i64::from(wanted.is_ok())), &json!(written));
        let is_role = is_of_role(wanted);
        if is_role && has_version {
            self.tally.try_out((thing.kind, state, mutation));
        }
        if !is_role {
            self.tally.refuse(mutation, &player.name);
        }
        if let Ok(to) = wanted {
            let row = &answer.body["data"][mutation][asking::field(thing.kind)];
            self.took((me, at), mutation, to, &input, row);
        }
    }

    /// What a player has to be told of a thing.
    fn wanted_told(&self, who: (usize, &Player), at: usize) -> Value {
        if !self.model.is_seen(who.1, at) {
            return Value::Null;
        }
        let told = self.model.told(who, at).into_iter();
        let told: Vec<_> = told
            .map(|(action, code)| {
                let blocked: Vec<_> = code.iter().map(|code| json!({ "code": code })).collect();
                json!({ "action": action, "isAllowed": code.is_none(), "blockedBy": blocked })
            })
            .collect();
        json!({ "viewerActions": told })
    }
}

impl Walker<'_> {
    /// Notes what a step has done.
    fn took(
        &mut self,
        (me, at): (usize, usize),
        mutation: &'static str,
        to: &'static str,
        input: &Value,
        row: &Value,
    ) {
        let changes = self.model.take(me, at, mutation, to);
        self.tally.take(changes);
        match mutation {
            "decideRecognition" => {
                let outcomes = ["GRANTED", "CONDITIONAL", "NOT_GRANTED"];
                let mut outcomes = outcomes.into_iter();
                let outcome = outcomes.find(|outcome| input["outcome"] == *outcome);
                self.model.things[at].outcome = outcome.unwrap();
                for condition in row["conditions"].as_array().unwrap() {
                    self.add("RecognitionCondition", at, condition);
                }
            }
            "publishRecognitionDecision" if !row["recognition"].is_null() => {
                let recognition = &row["recognition"];
                let id = recognition["id"].as_str().unwrap().to_owned();
                let until = recognition["validUntil"].as_str().unwrap().parse().unwrap();
                let changes = self.model.granted(at, id, until);
                self.tally.take(changes);
            }
            "extendRecognition" => {
                let until = input["validUntil"].as_str().unwrap();
                self.model.things[at].day = until.parse().unwrap();
            }
            _ => {}
        }
    }

    /// Every state and version is as the model has it.
    async fn agree(&self, after: &str) {
        let differing = asking::differing(self.app, &self.world.manager, &self.model).await;
        assert!(
            differing.is_empty(),
            "after {after}: {differing:#?}\n{}",
            self.story()
        );
    }

    fn same(&self, wanted: impl serde::Serialize, got: &Value) {
        assert_eq!(json!(wanted), *got, "left the model\n{}", self.story());
    }

    /// How the walk came here.
    fn story(&self) -> String {
        let last = self.trail.len().saturating_sub(25);
        format!("seed {}:\n{}", self.seed, self.trail[last..].join("\n"))
    }
}

fn codes(verdict: Verdict) -> Vec<&'static str> {
    verdict.err().into_iter().collect()
}

/// The codes of an answer; a rule may be unmet in several points.
fn refusals(answer: &Answer, mutation: &str) -> Value {
    let mut codes = answer.codes(mutation);
    codes.dedup();
    json!(codes)
}
