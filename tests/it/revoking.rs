//! Rights that end on one server end on the other: while many ask the second server without a pause,
//! the first takes the right away. What is still let in, if anything, comes within five seconds.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use futures_util::future::{join, join_all};
use serde_json::{Value, json};

use crate::{
    databases::Backend,
    harness::{App, Person},
    world::World,
};

/// What the contract allows.
const WITHIN: Duration = Duration::from_secs(5);
const ASKERS: usize = 8;
/// How often everybody who asks is let in before, and refused after the right has ended.
const ENOUGH: usize = 12;

/// One request: when it was sent, when it was answered, and whether it was let in.
#[derive(Clone, Copy, Debug)]
struct Request {
    sent: Instant,
    answered: Instant,
    is_accepted: bool,
}

/// One of those who ask, until they were refused often enough or are let in for too long.
async fn asking(
    ask: impl AsyncFn() -> bool,
    accepted: &AtomicUsize,
    ended: &OnceLock<Instant>,
) -> Vec<Request> {
    let (mut requests, mut refused) = (Vec::new(), 0);
    let is_late = || {
        ended
            .get()
            .is_some_and(|ended| ended.elapsed() > 2 * WITHIN)
    };
    while refused < ENOUGH && !is_late() {
        let sent = Instant::now();
        let is_accepted = ask().await;
        let answered = Instant::now();
        refused += usize::from(!is_accepted);
        accepted.fetch_add(usize::from(is_accepted), SeqCst);
        requests.push(Request {
            sent,
            answered,
            is_accepted,
        });
    }
    requests
}

/// Ends a right while it is used, and looks at who was let in when.
async fn ends_everywhere(ask: impl AsyncFn() -> bool, end: impl Future<Output = ()>) {
    let (accepted, ended) = (AtomicUsize::new(0), OnceLock::new());
    let askers = (0..ASKERS).map(|_| asking(&ask, &accepted, &ended));
    let ending = async {
        while accepted.load(SeqCst) < ENOUGH * ASKERS {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        end.await;
        ended.set(Instant::now()).unwrap();
    };
    let (requests, ()) = join(join_all(askers), ending).await;
    let requests: Vec<_> = requests.into_iter().flatten().collect();
    let ended = *ended.get().unwrap();
    let let_in = requests.iter().filter(|request| request.is_accepted);
    let last = let_in
        .clone()
        .map(|request| request.answered)
        .max()
        .unwrap();
    let longest = last.saturating_duration_since(ended);
    assert!(longest < WITHIN, "let in {longest:?} after the right ended");
    let mut refused = requests.iter().filter(|request| !request.is_accepted);
    let first = refused.next().unwrap().answered;
    let first = refused
        .map(|request| request.answered)
        .fold(first, Instant::min);
    let after = let_in.filter(|request| request.sent > first).count();
    assert_eq!(after, 0, "let in again after a refusal");
}

/// Two servers over one database, and the people of a municipality.
async fn servers() -> (App, App) {
    let app = App::start(Backend::Postgres).await;
    let other = app.beside().await;
    (app, other)
}

async fn municipality(world: &World<'_>) -> Value {
    world.ask(&world.manager, "id").await["id"].clone()
}

/// A machine client of a municipality, and somebody who calls with a token of it.
async fn machine(world: &World<'_>) -> (Value, Person) {
    let input = json!({ "programme": "FI", "municipalityId": municipality(world).await,
        "name": "Register", "scopes": ["assessments:read"] });
    let select = "apiClient { id version newSecret }";
    let app = world.app;
    let payload = app
        .done_once(&world.manager, "addApiClient", input, select)
        .await;
    let client = payload["apiClient"].clone();
    let (id, secret) = (client["id"].as_str(), client["newSecret"].as_str());
    let request = reqwest::Client::new()
        .post(format!("{}/oauth/token", app.url))
        .basic_auth(id.unwrap(), secret)
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    let told: Value = request.send().await.unwrap().json().await.unwrap();
    let caller = Person {
        account: String::new(),
        token: Some(told["access_token"].as_str().unwrap().to_owned()),
    };
    (client, caller)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_revoked_on_one_server_is_out_on_the_other() {
    let (app, other) = servers().await;
    let world = World::of(&app, "FI-837").await;
    let (client, caller) = machine(&world).await;
    let ask = async || {
        let answer = other.call(&caller, "{ viewer { roles } }", json!({})).await;
        let is_accepted =
            answer.body["data"]["viewer"]["roles"] == json!(["PUBLIC", "SERVICE_ACCOUNT"]);
        assert_eq!(
            answer.status,
            if is_accepted { 200 } else { 401 },
            "{}",
            answer.body
        );
        is_accepted
    };
    let revoke = async {
        let input = World::step("clientId", &client);
        let select = "apiClient { id }";
        app.done_once(&world.manager, "revokeApiClient", input, select)
            .await;
    };
    ends_everywhere(ask, revoke).await;
}

/// Ends the membership of a coordinator on the first server, by the manager.
async fn coordinator_ends(world: &World<'_>) {
    let document = "{ viewer { memberships { id version role } } }";
    let read = world
        .app
        .read(&world.coordinator, document, json!({}))
        .await;
    let mut seats = read["viewer"]["memberships"].as_array().unwrap().iter();
    let seat = seats.find(|seat| seat["role"] == "COORDINATOR").unwrap();
    let input = World::step("membershipId", seat);
    let name = "endMembership";
    let answer = world.app.act(&world.manager, name, input, "").await;
    assert_eq!(answer.codes(name), [""; 0]);
}

/// Writes, with a name of its own each time, in the name of the coordinator. Refused with a code.
async fn writes(world: &World<'_>, other: &App, number: &AtomicUsize, code: &str) -> bool {
    let municipality = municipality(world).await;
    let number = number.fetch_add(1, SeqCst);
    let input = json!({ "programme": "FI", "municipalityId": municipality, "kind": "NGO",
        "name": format!("Club {number}") });
    let name = "addResponsibleEntity";
    let answer = other.act(&world.coordinator, name, input, "").await;
    let codes = answer.codes(name);
    assert!(codes.is_empty() || codes == [code], "{codes:?}");
    codes.is_empty()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_membership_ended_on_one_server_neither_writes_nor_reads_on_the_other() {
    let (app, other) = servers().await;
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let number = AtomicUsize::new(0);
    let ask = async || {
        let document = "query($id: ID!) { node(id: $id) { id } }";
        let variables = json!({ "id": assessment["id"] });
        let before = other
            .read(&world.coordinator, document, variables.clone())
            .await;
        let wrote = writes(&world, &other, &number, "FORBIDDEN").await;
        let after = other.read(&world.coordinator, document, variables).await;
        // What ends between the reads and the write is seen by the later ones alone.
        assert!(wrote || after["node"].is_null(), "reads on");
        assert!(
            !wrote || !before["node"].is_null(),
            "writes what it cannot read"
        );
        wrote
    };
    ends_everywhere(ask, coordinator_ends(&world)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_lowered_on_one_server_writes_no_more_on_the_other() {
    let (app, other) = servers().await;
    let world = World::of(&app, "FI-837").await;
    let lower = json!({ "accountId": world.coordinator.account, "role": "STEERING_MEMBER",
        "programme": "FI", "municipalityId": municipality(&world).await });
    let select = "membership { id }";
    app.done(&world.manager, "grantMembership", lower, select)
        .await;
    let number = AtomicUsize::new(0);
    let ask = async || writes(&world, &other, &number, "FORBIDDEN").await;
    ends_everywhere(ask, coordinator_ends(&world)).await;
    let viewer = other
        .read(&world.coordinator, "{ viewer { roles } }", json!({}))
        .await;
    assert_eq!(
        viewer["viewer"]["roles"],
        json!(["PUBLIC", "STEERING_MEMBER"])
    );
}
