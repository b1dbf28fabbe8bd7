//! Separation of duties as a programme sets it: in the Finnish programme as it is (`TWO_PERSON`), and
//! in a version of it that differs in this setting alone (`STRICT`).

use entity::account::Role;
use serde_json::{Value, json};

use super::{folder, publish};
use crate::{
    harness::{App, Person, on_both_databases},
    journey::{self, decide},
    world::World,
};

on_both_databases! {
    an_adviser_joins_the_deciding_body_where_two_people_are_enough_and_decides
    whoever_confirmed_the_assessment_does_not_decide
    under_strict_duties_an_adviser_gets_no_seat_that_decides
    under_strict_duties_who_ever_advised_does_not_decide
    nobody_gives_a_role_to_themself
    the_setting_of_a_programme_is_checked_when_it_is_loaded
}

const DECISION: &str = "recognitionDecision { id status version }";

/// Publishes a version of the Finnish programme with strict duties.
async fn turn_strict(app: &App) {
    publish(app, ("duty = \"TWO_PERSON\"", "duty = \"STRICT\"")).await;
    assert_eq!(duty(app).await, "STRICT");
}

async fn duty(app: &App) -> Value {
    let document = "{ programme(key: \"FI\") { currentVersion { duty } } }";
    let data = app.read(&app.public(), document, json!({})).await;
    data["programme"]["currentVersion"]["duty"].clone()
}

async fn granting(world: &World<'_>, to: &Person, role: Role) -> Value {
    let municipality = world.ask(&world.manager, "id").await["id"].clone();
    let role = match role {
        Role::Adviser => "ADVISER",
        _ => "COORDINATOR",
    };
    json!({ "accountId": to.account, "role": role, "programme": "FI", "municipalityId": municipality })
}

async fn made_adviser(world: &World<'_>, who: &Person) {
    let input = granting(world, who, Role::Adviser).await;
    let app = world.app;
    app.done(
        &world.manager,
        "grantMembership",
        input,
        "membership { id }",
    )
    .await;
}

/// A cycle taken to a prepared decision, the assessment confirmed by `confirming`.
async fn prepared(world: &mut World<'_>, confirming: &Person) -> Value {
    let cycle = world.started().await;
    let adviser = std::mem::replace(&mut world.adviser, confirming.clone());
    world.baseline(&cycle, 2).await;
    world.adviser = adviser;
    // The way of the plan tries a member of the deciding body who is nobody's adviser.
    let plain = world.app.person(Role::DecidingBody, None).await;
    let body = std::mem::replace(&mut world.deciding_body, plain);
    journey::approved(world, &cycle).await;
    world.deciding_body = body;
    let input = json!({ "cycleId": cycle["id"] });
    let name = "prepareRecognitionDecision";
    let payload = world.app.done(&world.manager, name, input, DECISION).await;
    payload["recognitionDecision"].clone()
}

/// What stands against deciding, as `viewerActions` tells.
async fn blocks(app: &App, who: &Person, decision: &Value) -> Value {
    let document = "query Actions($id: ID!) { node(id: $id) { ... on RecognitionDecision {
        viewerActions { action isAllowed blockedBy { code } } } } }";
    let data = app
        .read(who, document, json!({ "id": decision["id"] }))
        .await;
    data["node"]["viewerActions"][0].clone()
}

async fn an_adviser_joins_the_deciding_body_where_two_people_are_enough_and_decides(app: App) {
    assert_eq!(duty(&app).await, "TWO_PERSON");
    let mut world = World::of(&app, "FI-837").await;
    let double = world.deciding_body.clone();
    made_adviser(&world, &double).await;
    let coordinating = granting(&world, &double, Role::Coordinator).await;
    assert_eq!(
        app.refused(&world.manager, "grantMembership", coordinating)
            .await,
        ["CONFLICT_OF_INTEREST"]
    );
    let confirming = world.adviser.clone();
    let decision = prepared(&mut world, &confirming).await;
    assert_eq!(
        blocks(&app, &double, &decision).await,
        json!({ "action": "DECIDE", "isAllowed": true, "blockedBy": [] })
    );
    app.done(&double, "decideRecognition", decide(&decision), DECISION)
        .await;
}

async fn whoever_confirmed_the_assessment_does_not_decide(app: App) {
    let mut world = World::of(&app, "FI-837").await;
    let double = world.deciding_body.clone();
    made_adviser(&world, &double).await;
    let decision = prepared(&mut world, &double).await;
    let conflict = json!({ "action": "DECIDE", "isAllowed": false,
        "blockedBy": [{ "code": "CONFLICT_OF_INTEREST" }] });
    assert_eq!(blocks(&app, &double, &decision).await, conflict);
    assert_eq!(
        app.refused(&double, "decideRecognition", decide(&decision))
            .await,
        ["CONFLICT_OF_INTEREST"]
    );
    let other = app.person(Role::DecidingBody, None).await;
    app.done(&other, "decideRecognition", decide(&decision), DECISION)
        .await;
}

async fn under_strict_duties_an_adviser_gets_no_seat_that_decides(app: App) {
    turn_strict(&app).await;
    let world = World::of(&app, "FI-837").await;
    for role in [Role::Adviser, Role::Coordinator] {
        let input = granting(&world, &world.deciding_body, role).await;
        assert_eq!(
            app.refused(&world.manager, "grantMembership", input).await,
            ["CONFLICT_OF_INTEREST"],
            "{role:?}"
        );
    }
    let input = granting(&world, &world.second_manager, Role::Adviser).await;
    app.done(
        &world.manager,
        "grantMembership",
        input,
        "membership { id }",
    )
    .await;
}

async fn under_strict_duties_who_ever_advised_does_not_decide(app: App) {
    let mut world = World::of(&app, "FI-837").await;
    let double = world.deciding_body.clone();
    made_adviser(&world, &double).await;
    turn_strict(&app).await;
    let confirming = world.adviser.clone();
    let decision = prepared(&mut world, &confirming).await;
    assert_eq!(
        app.refused(&double, "decideRecognition", decide(&decision))
            .await,
        ["CONFLICT_OF_INTEREST"]
    );
    let other = app.person(Role::DecidingBody, None).await;
    app.done(&other, "decideRecognition", decide(&decision), DECISION)
        .await;
}

async fn nobody_gives_a_role_to_themself(app: App) {
    let world = World::of(&app, "FI-837").await;
    let input = granting(&world, &world.manager, Role::Adviser).await;
    assert_eq!(
        app.refused(&world.manager, "grantMembership", input).await,
        ["CONFLICT_OF_INTEREST"]
    );
}

async fn the_setting_of_a_programme_is_checked_when_it_is_loaded(app: App) {
    let folder = folder("wrong", &[("duty = \"TWO_PERSON\"", "duty = \"LOOSE\"")]);
    let trouble = app.operator.load(&folder).await.err().unwrap().to_string();
    let expected = "programme.toml:22: version.settings.duty must be one of STRICT, TWO_PERSON";
    assert!(trouble.contains(expected), "{trouble}");
}
