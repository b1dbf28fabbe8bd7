//! The connections to PostgreSQL: each has a place, goes back to it, and brings along nothing from
//! the request before.

use std::{sync::Arc, time::Duration};

use entity::account::Role;
use futures_util::future::join_all;
use serde_json::json;
use tokio::time::{sleep, timeout};

use super::{
    Told, free_address,
    overload::{NAMES, ask, held_up},
    wire::Wire,
};
use crate::{
    databases::Backend,
    harness::App,
    rights::{self, Machine},
};

const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_wait_for_the_only_connection_and_are_answered() {
    let (app, lock) = held_up(|config| {
        config.database_connections = 1;
        config.limits.connection_ms = 60_000;
    })
    .await;
    let document = "{ a: municipalities(first: 1) { nodes { codes { code } region { code } } }
        b: municipalities(first: 2) { nodes { populations { year } codes { code } } } }";
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let app = Arc::clone(&app);
            tokio::spawn(async move { ask(&app, document).await })
        })
        .collect();
    app.until_waiting_for_locks(1).await;
    lock.rollback().await.unwrap();
    for told in asking {
        let told = told.await.unwrap();
        assert_eq!(told.status, 200, "{}", told.text);
        assert!(told.json()["errors"].is_null(), "{}", told.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_cannot_be_read_leaves_its_connection_to_the_next_request() {
    let app = App::start_with(Backend::Postgres, |config| config.database_connections = 1).await;
    app.meddle("UPDATE municipality SET kind = 'CASTLE' WHERE code = 'FI-837'")
        .await
        .unwrap();
    let named = async |code: &str| {
        let document = format!("{{ municipality(by: {{ code: \"{code}\" }}) {{ code }} }}");
        ask(&app, &document).await
    };
    for _ in 0..3 {
        let told = named("FI-837").await;
        let code = &told.json()["errors"][0]["extensions"]["code"];
        assert_eq!(code, "INTERNAL_SERVER_ERROR", "{}", told.text);
        let told = named("FI-091").await;
        assert_eq!(told.json()["data"]["municipality"]["code"], "FI-091");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_nobody_uses_are_told_as_idle() {
    let address = free_address();
    let (app, lock) = held_up(|config| config.metrics_bind = Some(address)).await;
    let asking = (0..3).map(|_| ask(&app, NAMES));
    let release = async {
        app.until_waiting_for_locks(3).await;
        lock.rollback().await.unwrap();
    };
    futures_util::join!(join_all(asking), release);
    // The server reads for itself now and then.
    let at_rest = async {
        loop {
            let numbers = reqwest::get(format!("http://{address}/metrics")).await;
            let numbers = Told::of(numbers.unwrap()).await.text;
            let used = r#"cfc_database_connections{pool="reads",state="used"} 0"#;
            if numbers.lines().any(|line| line == used) {
                return numbers;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let numbers = timeout(PATIENCE, at_rest).await.unwrap();
    let idle = r#"cfc_database_connections{pool="reads",state="idle"} "#;
    let idle = numbers.lines().find_map(|line| line.strip_prefix(idle));
    assert!(idle.unwrap().parse::<u32>().unwrap() >= 3, "{numbers}");
}

/// A server with one connection for writes, a wire before it, and a client of machines.
async fn wired() -> (App, Wire, Machine) {
    let wire = Wire::lay().await;
    let app = App::start_with(Backend::Postgres, |config| {
        config.database_url = Some(wire.through(config.database_url.as_ref().unwrap()));
        config.database_connections = 1;
        config.limits.deadline_ms = 1_000;
    })
    .await;
    let machine = rights::machine(&app, "FI-837", &["plans:read"]).await;
    (app, wire, machine)
}

/// Whether a write lasts that is no transaction: when a secret was used last.
async fn a_write_lasts(app: &App, machine: &Machine) -> bool {
    app.clock.pass_days(1);
    let now = app.clock.now().to_rfc3339();
    let granted = rights::token(app, &machine.id, &machine.secret).await;
    assert!(granted["access_token"].is_string(), "{granted}");
    let used = format!("client_secret WHERE last_used_at > '{now}'");
    app.count(&used).await == 1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mutation_overtaken_by_the_deadline_while_it_began_takes_effect_whole() {
    let (app, wire, machine) = wired().await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let asked = "{ municipality(by: { code: \"FI-837\" }) { id } }";
    let asked = app.read(&manager, asked, json!({})).await;
    let input = json!({ "programme": "FI", "municipalityId": asked["municipality"]["id"] });
    wire.hold_what_is_answered_to("BEGIN");
    let enrol = app.act(&manager, "enrolMunicipality", input, "participation { id }");
    let answer = timeout(PATIENCE, enrol).await.unwrap();
    assert_eq!(answer.codes("enrolMunicipality"), ["OUTCOME_UNKNOWN"]);
    assert!(wire.is_holding());
    let enrolled = "audit_event WHERE action = 'MUNICIPALITY_ENROLLED'";
    wire.let_go();
    let effect = async {
        while app.count(enrolled).await == 0 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, effect).await.unwrap();
    assert_eq!(app.count("participation").await, 1);
    assert!(a_write_lasts(&app, &machine).await);
}

/// On the command line nothing holds on to a transaction that is given up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_given_up_while_it_began_swallows_no_write() {
    let (app, wire, machine) = wired().await;
    wire.hold_what_is_answered_to("BEGIN");
    let held = async {
        while !wire.is_holding() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        _ = app.operator.rotate_client(&machine.id) => panic!("it was held"),
        held = timeout(PATIENCE, held) => held.unwrap(),
    }
    wire.let_go();
    assert!(a_write_lasts(&app, &machine).await);
    assert_eq!(app.count("client_secret").await, 1);
}
