//! Connections to PostgreSQL that stay open and say nothing more, as behind a firewall that forgot
//! them: they cost those who use them one answer, and nobody else anything.

use std::time::Duration;

use entity::account::Role;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use super::wire::Wire;
use crate::{
    databases::Backend,
    harness::{Answer, App, Person},
};

const PATIENCE: Duration = Duration::from_mins(1);

/// A server whose statements end soon, and a wire before it.
async fn wired() -> (App, Wire, String) {
    let wire = Wire::lay().await;
    let mut beside = String::new();
    let app = App::start_with(Backend::Postgres, |config| {
        let url = config.database_url.clone().unwrap();
        config.database_url = Some(wire.through(&url));
        beside = url;
        config.database_connections = 4;
        config.limits.statement_ms = 1_500;
    })
    .await;
    (app, wire, beside)
}

/// Two municipalities, each with somebody who reads and writes there.
struct Towns {
    app: App,
    wire: Wire,
    /// The database, not through the wire.
    beside: String,
    people: [Person; 2],
    ids: [Value; 2],
}

const ASKED: &str = "{ a: municipality(by: { code: \"FI-837\" }) { id }
    b: municipality(by: { code: \"FI-091\" }) { id } }";

impl Towns {
    async fn new() -> Self {
        let (app, wire, beside) = wired().await;
        let person = async |code| app.person(Role::Coordinator, Some(code)).await;
        let people = [person("FI-837").await, person("FI-091").await];
        let asked = app.read(&people[0], ASKED, json!({})).await;
        let ids = ["a", "b"].map(|town| asked[town]["id"].clone());
        Self {
            app,
            wire,
            beside,
            people,
            ids,
        }
    }

    async fn read(&self) -> Answer {
        self.app.call(&self.people[0], ASKED, json!({})).await
    }

    async fn add(&self, town: usize, name: &str) -> Answer {
        let input = json!({ "programme": "FI", "municipalityId": self.ids[town], "kind": "GROUP", "name": name });
        let selection = "responsibleEntity { id }";
        self.app
            .act(&self.people[town], "addResponsibleEntity", input, selection)
            .await
    }

    /// How many were stored whose name begins so.
    async fn stored(&self, name: &str) -> i64 {
        let database = Database::connect(&self.beside).await.unwrap();
        let count =
            format!("SELECT count(*) AS n FROM responsible_entity WHERE name LIKE '{name}%'");
        let row = database.query_one_raw(Statement::from_string(DbBackend::Postgres, count));
        row.await.unwrap().unwrap().try_get("", "n").unwrap()
    }

    async fn is_ready(&self) -> bool {
        let asked = reqwest::get(format!("{}/health/ready", self.app.url)).await;
        asked.unwrap().status() == 200
    }

    /// Opens every connection there may be.
    async fn warm(&self) {
        let names: Vec<_> = (0..6).map(|n| format!("warm {n}")).collect();
        let adding = join_all(names.iter().map(|name| self.add(0, name)));
        futures_util::join!(adding, join_all((0..12).map(|_| self.read())));
    }
}

fn is_answered(answer: &Answer) -> bool {
    answer.body["errors"].is_null()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_connections_fall_silent_service_comes_back_by_itself() {
    let towns = Towns::new().await;
    towns.warm().await;
    assert!(towns.is_ready().await);
    towns.wire.forget_all();
    let names: Vec<_> = (0..8).map(|n| format!("silent {n}")).collect();
    let adding = join_all(names.iter().map(|name| towns.add(0, name)));
    let asked = timeout(PATIENCE, async {
        futures_util::join!(adding, join_all((0..17).map(|_| towns.read())))
    });
    let (added, _) = asked.await.expect("somebody waits for ever");
    let healed = async {
        while !is_answered(&towns.read().await) || !is_answered(&towns.add(1, "after").await) {
            sleep(Duration::from_millis(20)).await;
        }
        while !towns.is_ready().await {}
    };
    timeout(PATIENCE, healed)
        .await
        .expect("service never came back");
    let told = i64::try_from(added.iter().filter(|answer| is_answered(answer)).count()).unwrap();
    assert_eq!(
        towns.stored("silent").await,
        told,
        "what was told is what is stored"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_commit_is_an_open_outcome_and_holds_up_nobody_else() {
    let towns = Towns::new().await;
    towns.warm().await;
    towns.wire.swallow("COMMIT");
    let lost = async { towns.add(0, "swallowed").await };
    let other = async {
        while !towns.wire.has_swallowed() {
            sleep(Duration::from_millis(5)).await;
        }
        towns.add(1, "beside").await
    };
    let both = timeout(PATIENCE, async { futures_util::join!(lost, other) });
    let (lost, other) = both.await.expect("somebody waits for ever");
    assert_eq!(
        lost.codes("addResponsibleEntity"),
        ["OUTCOME_UNKNOWN"],
        "{}",
        lost.body
    );
    assert!(is_answered(&other), "{}", other.body);
    assert_eq!(towns.stored("swallowed").await, 0);
    assert!(is_answered(&towns.add(0, "swallowed").await));
}
