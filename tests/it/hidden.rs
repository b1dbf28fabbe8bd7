//! What somebody may not see is answered like what does not exist: by every edge, filter, order,
//! count and id.

use entity::account::Role;
use serde_json::{Value, json};

use crate::{
    harness::{App, Person, on_both_databases},
    journey,
    world::World,
};

on_both_databases! {
    drafts_of_another_municipality_look_like_nothing
    milestones_are_masked_outside_the_municipality_and_the_committee
}

/// An id of the same type as another that names nothing.
fn absent(id: &Value) -> Value {
    let id = id.as_str().unwrap();
    let (prefix, _) = id.split_once('_').unwrap();
    format!("{prefix}_01h455vb4pex5vsknk084sn02q").into()
}

const TREE: &str = "
    id name
    cycles { id ordinal assessments { id } actionPlans { id } recognitionDecision { id } }
    currentCycle {
        assessment { id status items { id } themeAverages { average } completeness { answered } }
        actionPlan { id objectives { id actions { id indicators { id measurements { id } } } } }
        recognitionDecision { id }
        viewerActions { action isAllowed }
    }
    currentRecognition { id } latestRecognitionDecision { id }
    memberships { id } responsibleEntities { id }";

/// A municipality with an open assessment, a draft plan and a prepared decision.
async fn world_with_drafts<'a>(app: &'a App, code: &str) -> (World<'a>, Vec<Value>) {
    let world = World::of(app, code).await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    journey::approved(&world, &cycle).await;
    let prepare = json!({ "cycleId": cycle["id"] });
    let decision = app
        .done(
            &world.manager,
            "prepareRecognitionDecision",
            prepare,
            "recognitionDecision { id }",
        )
        .await;
    let midterm = world.assessment(&cycle, "MIDTERM").await;
    let amend =
        json!({ "cycleId": cycle["id"], "periodFrom": "2027-01-01", "periodTo": "2028-01-14" });
    let plan = app
        .done(
            &world.coordinator,
            "createActionPlan",
            amend,
            "actionPlan { id }",
        )
        .await;
    let ids = vec![
        decision["recognitionDecision"]["id"].clone(),
        midterm["id"].clone(),
        midterm["items"][0]["id"].clone(),
        plan["actionPlan"]["id"].clone(),
    ];
    (world, ids)
}

async fn drafts_of_another_municipality_look_like_nothing(app: App) {
    let (world, hidden) = world_with_drafts(&app, "FI-837").await;
    let neighbour = app.person(Role::Coordinator, Some("FI-049")).await;
    let foreign_adviser = app.person(Role::Adviser, Some("FI-049")).await;
    for who in [app.public(), neighbour.clone(), foreign_adviser] {
        let ids: Vec<_> = hidden.iter().map(absent).collect();
        let document = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";
        let seen = app.read(&who, document, json!({ "ids": hidden })).await;
        assert_eq!(seen, app.read(&who, document, json!({ "ids": ids })).await);
        let tree = world.ask(&who, TREE).await;
        let text = tree.to_string();
        for id in &hidden {
            assert!(
                !text.contains(id.as_str().unwrap()),
                "{id} is shown to {who:?}"
            );
        }
        assert_eq!(tree["currentCycle"]["assessment"]["items"], Value::Null);
        assert!(
            tree["currentCycle"]["assessment"]["themeAverages"].is_array(),
            "the confirmed one is public"
        );
        assert_eq!(tree["memberships"].as_array().map_or(0, Vec::len), 0);
    }
    let targets = [
        ("submitAssessment", "assessmentId", &hidden[1]),
        ("confirmAssessment", "assessmentId", &hidden[1]),
        ("answerIndicator", "itemId", &hidden[2]),
        ("submitActionPlan", "actionPlanId", &hidden[3]),
        ("publishRecognitionDecision", "decisionId", &hidden[0]),
    ];
    for (name, key, id) in targets {
        let to_hidden = refusal(&app, &neighbour, name, key, id.clone()).await;
        let to_absent = refusal(&app, &neighbour, name, key, absent(id)).await;
        assert_eq!(to_hidden, to_absent, "{name}");
        assert_eq!(
            to_hidden["errors"][0]["extensions"]["code"], "NOT_FOUND",
            "{name} {to_hidden}"
        );
    }
}

/// The body of a refusal, without the id of the request.
async fn refusal(app: &App, who: &Person, name: &str, key: &str, id: Value) -> Value {
    let input = json!({ key: id, "expectedVersion": 1 });
    let mut body = app.act(who, name, input, "").await.body;
    for error in body["errors"].as_array_mut().into_iter().flatten() {
        error["extensions"]
            .as_object_mut()
            .unwrap()
            .remove("requestId");
    }
    body
}

async fn milestones_are_masked_outside_the_municipality_and_the_committee(app: App) {
    let world = World::of(&app, "FI-837").await;
    world.started().await;
    let selection = "currentCycle { milestones { id version status milestone { code } } }";
    let first =
        world.ask(&world.coordinator, selection).await["currentCycle"]["milestones"][0].clone();
    let select = "milestoneProgress { id version status }";
    let step = World::step("milestoneProgressId", &first);
    let begun = app
        .done(&world.coordinator, "startMilestone", step, select)
        .await["milestoneProgress"]
        .clone();
    let step = World::step("milestoneProgressId", &begun);
    app.done(&world.coordinator, "submitMilestone", step, select)
        .await;
    let status = |asked: Value| asked["currentCycle"]["milestones"][0]["status"].clone();
    assert_eq!(
        status(world.ask(&world.coordinator, selection).await),
        "SUBMITTED"
    );
    assert_eq!(
        status(world.ask(&world.adviser, selection).await),
        "SUBMITTED"
    );
    assert_eq!(
        status(world.ask(&app.public(), selection).await),
        "IN_PROGRESS"
    );
    let document = "query Count($status: MilestoneStatus!) { municipalities(filter: {
        milestone: { code: \"APPLICATION\", status: { eq: $status } } }) { totalCount nodes { code } } }";
    let neighbour = app.person(Role::Coordinator, Some("FI-049")).await;
    for (who, state, count) in [
        (&world.coordinator, "SUBMITTED", 1),
        (&world.coordinator, "IN_PROGRESS", 0),
        (&world.manager, "SUBMITTED", 1),
        (&neighbour, "SUBMITTED", 0),
        (&neighbour, "IN_PROGRESS", 1),
        (&app.public(), "SUBMITTED", 0),
        (&app.public(), "IN_PROGRESS", 1),
    ] {
        let seen = app.read(who, document, json!({ "status": state })).await;
        assert_eq!(
            seen["municipalities"]["totalCount"], count,
            "{state} for {who:?}"
        );
    }
}
