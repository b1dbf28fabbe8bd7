//! The decision: prepared, decided, published, and the next cycle that knows the answers.

use serde_json::{Value, json};

use super::plan::approved;
use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    decision_is_public_only_once_published_and_the_next_cycle_knows_the_answers
}

const REGISTER: &str =
    "{ recognitionDecisions { totalCount nodes { id outcome municipality { code } } } }";

#[expect(clippy::too_many_lines, reason = "a journey is told in one piece")]
async fn decision_is_public_only_once_published_and_the_next_cycle_knows_the_answers(app: App) {
    let world = World::of(&app, "FI-837").await;
    let participation = world.enrolled().await;
    let cycle = world.cycle(&participation, "2026-01-15").await;
    let prepare = json!({ "cycleId": cycle["id"] });
    assert_eq!(
        app.refused(
            &world.manager,
            "prepareRecognitionDecision",
            prepare.clone()
        )
        .await,
        ["RULES_UNMET", "RULES_UNMET"]
    );
    world.baseline(&cycle, 2).await;
    approved(&world, &cycle).await;
    assert_eq!(
        app.refused(
            &world.coordinator,
            "prepareRecognitionDecision",
            prepare.clone()
        )
        .await,
        ["FORBIDDEN"]
    );
    let prepared = app
        .done(
            &world.manager,
            "prepareRecognitionDecision",
            prepare,
            "recognitionDecision { id status version }",
        )
        .await["recognitionDecision"]
        .clone();
    assert_eq!(
        app.refused(&world.coordinator, "decideRecognition", decide(&prepared))
            .await,
        ["NOT_FOUND"]
    );
    assert_eq!(
        app.refused(&world.manager, "decideRecognition", decide(&prepared))
            .await,
        ["FORBIDDEN"]
    );
    let close = World::step("cycleId", &cycle);
    assert_eq!(
        app.refused(&world.manager, "closeCycle", close.clone())
            .await,
        ["RULES_UNMET"]
    );
    let select = "recognitionDecision { id status outcome version validFrom validUntil }";
    let decided = app
        .done(
            &world.deciding_body,
            "decideRecognition",
            decide(&prepared),
            select,
        )
        .await["recognitionDecision"]
        .clone();
    assert_eq!(decided["validFrom"], "2026-11-22");
    assert_eq!(decided["validUntil"], "2028-11-21");
    for who in [&app.public(), &world.coordinator, &world.manager] {
        assert_eq!(
            app.read(who, REGISTER, json!({})).await["recognitionDecisions"]["totalCount"],
            0
        );
    }
    let publish = World::step("decisionId", &decided);
    assert_eq!(
        app.refused(
            &world.deciding_body,
            "publishRecognitionDecision",
            publish.clone()
        )
        .await,
        ["FORBIDDEN"]
    );
    app.done(
        &world.second_manager,
        "publishRecognitionDecision",
        publish,
        "recognitionDecision { id status outcome }",
    )
    .await;
    let register = app.read(&app.public(), REGISTER, json!({})).await;
    assert_eq!(
        register["recognitionDecisions"]["nodes"][0]["municipality"]["code"],
        "FI-837"
    );
    let asked = world
        .ask(&app.public(), "currentRecognition { status validUntil }")
        .await;
    assert_eq!(
        asked["currentRecognition"],
        json!({ "status": "ACTIVE", "validUntil": "2028-11-21" })
    );
    app.done(&world.manager, "closeCycle", close, "cycle { id status }")
        .await;
    let participation = world
        .ask(&world.manager, "participations { id version }")
        .await["participations"][0]
        .clone();
    let next = world.cycle(&participation, "2026-11-22").await;
    assert_eq!(next["ordinal"], 2);
    world.assessment(&next, "BASELINE").await;
    let selection = "currentCycle { ordinal assessment { items { answer level previousAnswer previousLevel } } }";
    let asked = world.ask(&world.coordinator, selection).await;
    let item = &asked["currentCycle"]["assessment"]["items"][0];
    assert_eq!(
        *item,
        json!({ "answer": null, "level": null, "previousAnswer": "LEVEL", "previousLevel": 2 })
    );
}

/// The input that grants what was prepared.
pub(crate) fn decide(decision: &Value) -> Value {
    let criteria: Vec<_> = [
        "PRINCIPLES",
        "RESULTS",
        "LASTING_STRUCTURES",
        "OPEN_REPORTING",
    ]
    .map(|code| json!({ "criterionCode": code, "isMet": true }))
    .into();
    json!({
        "decisionId": decision["id"], "expectedVersion": decision["version"], "outcome": "GRANTED",
        "decidingBody": "National committee", "publicReason": "All criteria are met.",
        "votes": { "for": 5, "against": 0, "abstained": 1 }, "criteria": criteria,
    })
}

/// Takes a cycle to a published recognition.
pub(crate) async fn recognised(world: &World<'_>, cycle: &Value) {
    let app = world.app;
    let select = "recognitionDecision { id status version }";
    let prepare = json!({ "cycleId": cycle["id"] });
    let prepared = app
        .done(
            &world.manager,
            "prepareRecognitionDecision",
            prepare,
            select,
        )
        .await;
    let input = decide(&prepared["recognitionDecision"]);
    let decided = app
        .done(&world.deciding_body, "decideRecognition", input, select)
        .await;
    let publish = World::step("decisionId", &decided["recognitionDecision"]);
    app.done(
        &world.second_manager,
        "publishRecognitionDecision",
        publish,
        select,
    )
    .await;
}
