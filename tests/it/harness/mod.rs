//! A running server for a test, the people who call it, and what they are answered.

mod looking;
mod on_databases;
mod writing;

use std::{
    net::TcpListener,
    sync::{Arc, Mutex},
};

use api::{Appointment, Config, LimitSettings, Operator, Surroundings, Trouble};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Parser;
use entity::account::Role;
use sea_orm::DatabaseConnection;
use serde_json::{Value, json};

use crate::{
    databases::{self, Backend},
    threats::inside_is_not_told,
};

pub(crate) use self::on_databases::{on_both_databases, with_own_settings};

/// The moment at which tests begin.
pub(crate) const NOW: &str = "2026-11-22T09:00:00Z";

/// A clock that a test moves.
#[derive(Clone, Debug)]
pub(crate) struct Clock(Arc<Mutex<DateTime<Utc>>>);

impl Clock {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(NOW.parse().unwrap())))
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        let mut now = self.0.lock().unwrap();
        *now += TimeDelta::milliseconds(1);
        *now
    }

    /// Lets days pass.
    pub(crate) fn pass_days(&self, days: i64) {
        *self.0.lock().unwrap() += TimeDelta::days(days);
    }
}

fn around(clock: &Clock, statements: &Arc<Mutex<Vec<String>>>) -> Surroundings {
    let (clock, statements) = (clock.clone(), Arc::clone(statements));
    Surroundings {
        clock: Arc::new(move || clock.now()),
        entropy: Arc::new(|bytes| getrandom::fill(bytes).unwrap()),
        observer: Some(Arc::new(move |sql| {
            statements.lock().unwrap().push(sql.to_owned());
        })),
    }
}

fn config(url: &str) -> Config {
    Config {
        database_url: Some(url.to_owned()),
        limits: unhindered(),
        ..Config::default()
    }
}

/// Tests ask more in a second than an honest client in an hour, all from one address, and share the
/// machine with whatever else runs on it. Tests of limits set their own.
fn unhindered() -> LimitSettings {
    let plenty = 1_000_000_000;
    let patience_ms = 60_000;
    LimitSettings {
        budget: plenty,
        budget_restore: plenty,
        address_requests: plenty,
        address_restore: plenty,
        address_refused_ms: 0,
        address_concurrent: 100_000,
        address_queued: 100_000,
        connection_ms: patience_ms,
        deadline_ms: patience_ms,
        head_ms: patience_ms,
        body_ms: patience_ms,
        // Beyond what the client of the tests waits before it closes.
        idle_ms: 2 * patience_ms,
        statement_ms: patience_ms,
        ..LimitSettings::default()
    }
}

/// Runs `cfc` with these words on a database; answers with what it ends with.
pub(crate) async fn command(url: &str, words: &[&str]) -> Result<(), String> {
    let words = ["cfc"].iter().chain(words);
    let cli = api::command::Cli::try_parse_from(words).unwrap();
    let environment = [("DATABASE_URL", url), ("CFC_BIND", "127.0.0.1:0")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let around = around(&Clock::new(), &Arc::default());
    let stop = api::Stop::when(std::future::pending());
    let done = api::command::run(cli, environment.into(), around, stop).await;
    done.map_err(|trouble| trouble.to_string())
}

/// Opens a database to bring it up to date.
pub(crate) async fn open(url: &str) -> Result<Operator, Trouble> {
    Operator::open(&config(url), &around(&Clock::new(), &Arc::default())).await
}

/// Migrates a database and loads the Finnish programme.
pub(crate) async fn prepare(url: &str) {
    let operator = open(url).await.unwrap();
    operator.migrate().await.unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../programmes/fi");
    operator.load(&folder).await.unwrap();
}

/// Enters a database as a command does.
pub(crate) async fn enter(url: &str) -> Result<Operator, Trouble> {
    Operator::enter(&config(url), &around(&Clock::new(), &Arc::default())).await
}

/// A running server over a database of its own.
pub(crate) struct App {
    pub(crate) url: String,
    pub(crate) clock: Clock,
    pub(crate) operator: Operator,
    statements: Arc<Mutex<Vec<String>>>,
    pub(crate) database: DatabaseConnection,
    client: reqwest::Client,
    config: Config,
    /// Tries the texts of every mutation that is to succeed, where a test asks for it.
    pub(crate) texts: Option<crate::personal::Trial>,
}

/// Somebody who calls; without a token, anybody.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) account: String,
    pub(crate) token: Option<String>,
}

/// What a call was answered.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl App {
    /// Starts a server.
    pub(crate) async fn start(backend: Backend) -> Self {
        Self::start_with(backend, |_| {}).await
    }

    /// Starts a server with settings of its own.
    pub(crate) async fn start_with(backend: Backend, set: impl FnOnce(&mut Config)) -> Self {
        let mut config = config(&databases::fresh(backend).await);
        set(&mut config);
        Self::serving(config, Clock::new()).await
    }

    /// Starts a second server over the database of this one, under the same public address.
    pub(crate) async fn beside(&self) -> Self {
        let config = Config {
            public_url: Some(self.url.clone()),
            ..self.config.clone()
        };
        Self::serving(config, self.clock.clone()).await
    }

    /// One more server over the same database, with settings of its own.
    pub(crate) async fn another(&self, settings: &str) -> Self {
        let config = Config::read(Some(settings), &std::collections::BTreeMap::new()).unwrap();
        let config = Config {
            database_url: self.config.database_url.clone(),
            limits: self.config.limits.clone(),
            ..config
        };
        Self::serving(config, self.clock.clone()).await
    }

    /// Takes the database away from the server, or gives it back.
    pub(crate) async fn close_database(&self, is_closed: bool) {
        databases::close(self.config.database_url.as_ref().unwrap(), is_closed).await;
    }

    /// Starts another server, over a copy of the database as it is now. It has the same clock.
    pub(crate) async fn twin(&self) -> Self {
        let copy =
            databases::copy(self.config.database_url.as_ref().unwrap(), &self.database).await;
        // The copy cost the connections; each that is found broken costs a request.
        let anybody = self.public();
        loop {
            let calls = (0..40)
                .map(|_| self.call(&anybody, "{ municipalities { totalCount } }", json!({})));
            let answers = futures_util::future::join_all(calls).await;
            if answers.iter().all(|answer| answer.status == 200) {
                break;
            }
        }
        let config = Config {
            database_url: Some(copy),
            ..self.config.clone()
        };
        Self::serving(config, self.clock.clone()).await
    }

    async fn serving(config: Config, clock: Clock) -> Self {
        let statements = Arc::default();
        let operator = Operator::enter(&config, &around(&clock, &statements))
            .await
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let serving = operator.clone();
        tokio::spawn(async move { serving.serve(listener).await });
        let database = databases::peek(config.database_url.as_ref().unwrap()).await;
        let client = reqwest::Client::new();
        Self {
            url,
            clock,
            operator,
            statements,
            database,
            client,
            config,
            texts: None,
        }
    }

    /// Somebody with a role, in Finland.
    pub(crate) async fn person(&self, role: Role, municipality: Option<&str>) -> Person {
        let programme = (role != Role::SystemAdministrator).then_some("FI");
        let appointment = Appointment {
            name: "A role",
            role,
            programme,
            municipality,
        };
        let account = self.operator.add_account(appointment).await.unwrap();
        self.caller(account).await
    }

    /// Whoever has this account, signed in for an hour.
    pub(crate) async fn caller(&self, account: String) -> Person {
        let token = self
            .operator
            .token(&account, TimeDelta::hours(1))
            .await
            .unwrap();
        Person {
            account,
            token: Some(token),
        }
    }

    /// Anybody.
    pub(crate) fn public(&self) -> Person {
        Person {
            account: String::new(),
            token: None,
        }
    }

    /// Sends a document.
    pub(crate) async fn call(&self, who: &Person, document: &str, variables: Value) -> Answer {
        let response = self.send(who, document, variables).await;
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        inside_is_not_told(&text);
        Answer {
            status,
            body: serde_json::from_str(&text).unwrap(),
        }
    }

    /// Sends a query; answers with the text of the response.
    pub(crate) async fn text(&self, who: &Person, document: &str, variables: Value) -> String {
        let response = self.send(who, document, variables).await;
        let text = response.text().await.unwrap();
        inside_is_not_told(&text);
        text
    }

    /// Sends a document; answers with the response as it is.
    pub(crate) async fn send(
        &self,
        who: &Person,
        document: &str,
        variables: Value,
    ) -> reqwest::Response {
        let mut request = self
            .client
            .post(format!("{}/graphql", self.url))
            .header("accept", "application/graphql-response+json")
            .json(&json!({ "query": document, "variables": variables }));
        if let Some(token) = &who.token {
            request = request.bearer_auth(token);
        }
        request.send().await.unwrap()
    }

    /// Sends a query and expects data without errors.
    pub(crate) async fn read(&self, who: &Person, document: &str, variables: Value) -> Value {
        let answer = self.call(who, document, variables).await;
        assert!(
            answer.body["errors"].is_null(),
            "{document}\n{}",
            answer.body
        );
        answer.body["data"].clone()
    }
}

impl Answer {
    /// The codes of top-level errors, else those of the user errors of a mutation.
    pub(crate) fn codes(&self, name: &str) -> Vec<String> {
        let (errors, code) = match self.body["errors"].as_array() {
            Some(errors) => (errors.as_slice(), "/extensions/code"),
            None => (
                self.body["data"][name]["userErrors"]
                    .as_array()
                    .unwrap()
                    .as_slice(),
                "/code",
            ),
        };
        errors
            .iter()
            .map(|e| e.pointer(code).unwrap().as_str().unwrap().to_owned())
            .collect()
    }
}
