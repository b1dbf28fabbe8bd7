//! Two worlds that differ only in what somebody may not see answer that person byte for byte alike.

use chrono::TimeDelta;
use entity::account::Role;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::{
    AT_ONCE,
    chance::Chance,
    documents::{Grammar, Material},
    marks::Reply,
};
use crate::{
    ground::{Ground, Stage},
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    worlds_that_differ_in_hidden_work_answer_alike
    worlds_that_differ_in_an_unpublished_decision_answer_alike
}

/// Random documents of each person.
const DOCUMENTS: u64 = 60;

/// Everything that a municipality does without handing it over, after the ground was told.
async fn hidden_work(app: &App, ground: &Ground<'_>) -> Vec<Value> {
    let world = &ground.world;
    let (coordinator, manager) = (&world.coordinator, &world.manager);
    let node = async |name: &str, kind: &str| {
        let document =
            format!("query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ id version }} }} }}");
        let read = app
            .read(coordinator, &document, json!({ "id": ground.id(name) }))
            .await;
        read["node"].clone()
    };
    let mut added = Vec::new();
    let mut change = World::step("actionPlanId", &node("draft plan", "ActionPlan").await);
    change["vision"] = "Another vision".into();
    app.done(coordinator, "changeActionPlan", change, "actionPlan { id }")
        .await;
    let objective =
        json!({ "actionPlanId": ground.id("draft plan"), "origin": "FREE", "title": "One more" });
    let payload = app
        .done(coordinator, "addObjective", objective, "objective { id }")
        .await;
    added.push(payload["objective"]["id"].clone());
    let mut answer = World::step("itemId", &node("open item", "AssessmentItem").await);
    answer["answer"] = "NONE_OF_LEVELS".into();
    app.done(coordinator, "answerIndicator", answer, "item { id }")
        .await;
    let start = json!({ "cycleId": ground.id("cycle"), "kind": "FINAL" });
    let payload = app
        .done(
            coordinator,
            "startAssessment",
            start,
            "assessment { id items { id } }",
        )
        .await;
    added.push(payload["assessment"]["id"].clone());
    added.push(payload["assessment"]["items"][0]["id"].clone());
    let milestone = node("milestone", "MilestoneProgress").await;
    let step = World::step("milestoneProgressId", &milestone);
    app.done(
        coordinator,
        "submitMilestone",
        step,
        "milestoneProgress { id }",
    )
    .await;
    let entity = json!({ "programme": "FI", "municipalityId": ground.id("municipality"),
        "name": "One more entity", "kind": "SCHOOL" });
    let payload = app
        .done(
            coordinator,
            "addResponsibleEntity",
            entity,
            "responsibleEntity { id }",
        )
        .await;
    added.push(payload["responsibleEntity"]["id"].clone());
    let invite = json!({ "programme": "FI", "municipalityId": ground.id("municipality"),
        "name": "One more member", "email": "more@town.example", "role": "STEERING_MEMBER" });
    let payload = app
        .done(
            coordinator,
            "inviteAccount",
            invite,
            "account { id memberships { id } }",
        )
        .await;
    added.push(payload["account"]["id"].clone());
    added.push(payload["account"]["memberships"][0]["id"].clone());
    let client = json!({ "programme": "FI", "municipalityId": ground.id("municipality"),
        "name": "One more client", "scopes": ["plans:read"] });
    let payload = app
        .done(manager, "addApiClient", client, "apiClient { id }")
        .await;
    added.push(payload["apiClient"]["id"].clone());
    added
}

/// A decision that is prepared and not decided.
async fn unpublished_decision(app: &App, ground: &Ground<'_>) -> Vec<Value> {
    let prepare = json!({ "cycleId": ground.id("cycle") });
    let select = "recognitionDecision { id }";
    let manager = &ground.world.manager;
    let payload = app
        .done(manager, "prepareRecognitionDecision", prepare, select)
        .await;
    vec![payload["recognitionDecision"]["id"].clone()]
}

/// The same people with tokens of another server.
async fn known(app: &App, people: &[Person]) -> Vec<Person> {
    let mut known = Vec::new();
    for person in people {
        let mut person = person.clone();
        if person.token.is_some() {
            let token = app
                .operator
                .token(&person.account, TimeDelta::hours(1))
                .await;
            person.token = Some(token.unwrap());
        }
        known.push(person);
    }
    known
}

/// The ground as another server over a copy of its database knows it.
async fn copied<'a>(ground: &Ground<'_>, twin: &'a App) -> Ground<'a> {
    let people = [&ground.world.coordinator, &ground.world.manager].map(Clone::clone);
    let people = known(twin, &people).await;
    ground.elsewhere(twin, people[0].clone(), people[1].clone())
}

/// Everybody asks both worlds for everything, and for what only the twin has.
async fn answer_alike(app: &App, twin: &Ground<'_>, people: &[Person], added: &[Value]) {
    let ids = twin.ids().chain(added);
    let material = Material {
        ids: ids.map(|id| id.as_str().unwrap().to_owned()).collect(),
        codes: vec![twin.world.code.clone()],
    };
    let (manager, twin) = (&twin.world.manager, twin.world.app);
    let grammar = Grammar::of(twin, manager, &material.ids).await;
    let client = reqwest::Client::new();
    for (number, (here, there)) in people.iter().zip(known(twin, people).await).enumerate() {
        let mut chance = Chance::of(u64::try_from(number).unwrap());
        let whole = material.ids.iter().map(|id| grammar.whole(id));
        let random = (0..DOCUMENTS).map(|_| grammar.random(&mut chance, &material));
        let documents: Vec<String> = whole.chain(random).collect();
        let both = stream::iter(&documents)
            .map(async |document: &String| {
                let ours = Reply::to(&client, app, here, document).await;
                (ours, Reply::to(&client, twin, &there, document).await)
            })
            .buffered(AT_ONCE);
        let both: Vec<(Reply, Reply)> = both.collect().await;
        let late = |pair: &&(Reply, Reply)| pair.0.is_late() || pair.1.is_late();
        assert!(
            both.iter().filter(late).count() * 10 < both.len(),
            "too slow to compare"
        );
        for ((ours, theirs), document) in both.iter().zip(&documents) {
            if ours.is_late() || theirs.is_late() {
                continue;
            }
            assert_eq!(ours.status, theirs.status, "{number} {document}");
            assert_eq!(ours.body, theirs.body, "{number} {document}");
            assert_eq!(ours.headers, theirs.headers, "{number} {document}");
        }
    }
}

/// Everybody who has no part in the work of a municipality.
async fn strangers(app: &App) -> Vec<Person> {
    let away = Some("FI-049");
    vec![
        app.public(),
        app.person(Role::Coordinator, away).await,
        app.person(Role::YouthRepresentative, away).await,
        app.person(Role::Adviser, away).await,
        app.person(Role::ServiceAccount, away).await,
    ]
}

async fn worlds_that_differ_in_hidden_work_answer_alike(app: App) {
    let ground = Ground::of(&app, "FI-837", Stage::Decided).await;
    let strangers = strangers(&app).await;
    let twin = app.twin().await;
    let copy = copied(&ground, &twin).await;
    let added = hidden_work(&twin, &copy).await;
    answer_alike(&app, &copy, &strangers, &added).await;
}

async fn worlds_that_differ_in_an_unpublished_decision_answer_alike(app: App) {
    let ground = Ground::of(&app, "FI-837", Stage::Planning).await;
    let mut people = strangers(&app).await;
    let (world, hands) = (&ground.world, &ground.hands);
    let local = [
        &world.coordinator,
        &world.adviser,
        &hands.steering,
        &hands.carrier,
    ];
    people.extend(local.map(Clone::clone));
    let twin = app.twin().await;
    let copy = copied(&ground, &twin).await;
    let added = unpublished_decision(&twin, &copy).await;
    answer_alike(&app, &copy, &people, &added).await;
}
