//! Work in a cancelled cycle is frozen: it is read, and every change of it is `INVALID_TRANSITION`, once
//! role and version are right. What was decided about the cycle goes on.

use serde_json::{Value, json};

use crate::{
    ground::{Ground, Stage},
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    work_in_a_cancelled_cycle_is_read_and_not_changed
    an_answer_is_given_before_its_cycle_is_cancelled_or_not_at_all
}

/// What is tried by the coordinator: the mutation, the key of its target, the target and its type, the
/// rest of the input.
const CHANGES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "startMilestone",
        "milestoneProgressId",
        "milestone",
        "MilestoneProgress",
        "",
    ),
    (
        "submitMilestone",
        "milestoneProgressId",
        "milestone",
        "MilestoneProgress",
        "",
    ),
    (
        "submitAssessment",
        "assessmentId",
        "open assessment",
        "Assessment",
        "",
    ),
    (
        "answerIndicator",
        "itemId",
        "open item",
        "AssessmentItem",
        r#""answer": "NONE_OF_LEVELS""#,
    ),
    (
        "unassignIndicator",
        "itemId",
        "item of the carrier",
        "AssessmentItem",
        "",
    ),
    (
        "changeActionPlan",
        "actionPlanId",
        "draft plan",
        "ActionPlan",
        r#""vision": "New""#,
    ),
    (
        "sendActionPlanToLocalReview",
        "actionPlanId",
        "draft plan",
        "ActionPlan",
        "",
    ),
    (
        "changeObjective",
        "objectiveId",
        "draft objective",
        "Objective",
        r#""title": "New""#,
    ),
    (
        "removeObjective",
        "objectiveId",
        "draft objective",
        "Objective",
        "",
    ),
    (
        "changeAction",
        "actionId",
        "draft action",
        "Action",
        r#""title": "New""#,
    ),
    ("removeAction", "actionId", "draft action", "Action", ""),
    (
        "changeActionIndicator",
        "actionIndicatorId",
        "draft indicator",
        "ActionIndicator",
        r#""label": "New""#,
    ),
    (
        "removeActionIndicator",
        "actionIndicatorId",
        "draft indicator",
        "ActionIndicator",
        "",
    ),
    (
        "proposeActionPlanCompletion",
        "actionPlanId",
        "approved plan",
        "ActionPlan",
        "",
    ),
    ("startAction", "actionId", "action", "Action", ""),
];

/// The same for what is added: there is no version of it to expect.
const ADDITIONS: &[(&str, &str, &str, &str)] = &[
    ("startAssessment", "cycleId", "cycle", r#""kind": "FINAL""#),
    ("createActionPlan", "cycleId", "cycle", ""),
    (
        "addObjective",
        "actionPlanId",
        "draft plan",
        r#""origin": "CHILDREN", "title": "New""#,
    ),
    (
        "addAction",
        "objectiveId",
        "draft objective",
        r#""title": "New""#,
    ),
    (
        "defineActionIndicator",
        "actionId",
        "draft action",
        r#""label": "New", "unit": "TEXT", "counts": "NOT_PEOPLE""#,
    ),
    (
        "recordMeasurement",
        "actionIndicatorId",
        "indicator",
        r#""text": "New", "measuredOn": "2026-11-02""#,
    ),
    (
        "correctMeasurement",
        "measurementId",
        "measurement",
        r#""text": "New", "reason": "Why""#,
    ),
];

fn input(key: &str, id: &Value, rest: &str) -> Value {
    let mut input: Value = serde_json::from_str(&format!("{{ {rest} }}")).unwrap();
    input[key] = id.clone();
    input
}

async fn version(app: &App, who: &Person, id: &Value, kind: &str) -> i64 {
    let document = format!("query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ version }} }} }}");
    let read = app.read(who, &document, json!({ "id": id })).await;
    read["node"]["version"].as_i64().unwrap()
}

async fn cancelled(app: &App, world: &World<'_>, cycle: &Value) {
    let version = version(app, &world.manager, cycle, "Cycle").await;
    let input = json!({ "cycleId": cycle, "expectedVersion": version, "reason": "Merged" });
    app.done(&world.manager, "cancelCycle", input, "cycle { id }")
        .await;
}

async fn work_in_a_cancelled_cycle_is_read_and_not_changed(app: App) {
    let ground = Ground::of(&app, "FI-837", Stage::Decided).await;
    let world = &ground.world;
    cancelled(&app, world, &ground.id("cycle")).await;
    let coordinator = &world.coordinator;
    for (name, key, target, kind, rest) in CHANGES {
        let id = ground.id(target);
        let mut input = input(key, &id, rest);
        let current = version(&app, coordinator, &id, kind).await;
        input["expectedVersion"] = (current + 1).into();
        let stale = app.refused(coordinator, name, input.clone()).await;
        assert_eq!(stale, ["VERSION_CONFLICT"], "{name}");
        let role = app
            .refused(&world.second_manager, name, input.clone())
            .await;
        assert_eq!(role, ["FORBIDDEN"], "{name}");
        input["expectedVersion"] = current.into();
        let told = app.refused(coordinator, name, input).await;
        assert_eq!(told, ["INVALID_TRANSITION"], "{name}");
    }
    for (name, key, target, rest) in ADDITIONS {
        let told = app.refused(coordinator, name, input(key, &ground.id(target), rest));
        assert_eq!(told.await, ["INVALID_TRANSITION"], "{name}");
    }
    let item = ground.id("open item");
    let version_of_item = version(&app, coordinator, &item, "AssessmentItem").await;
    let answers = json!([{ "itemId": item, "comment": "New", "expectedVersion": version_of_item }]);
    let many = json!({ "assessmentId": ground.id("open assessment"), "answers": answers });
    let told = app.refused(coordinator, "answerIndicators", many).await;
    assert_eq!(told, ["INVALID_TRANSITION"]);
    for (who, name, key, target) in [
        (
            &world.manager,
            "publishRecognitionDecision",
            "decisionId",
            "unpublished decision",
        ),
        (&world.manager, "cancelCycle", "cycleId", "cycle"),
    ] {
        let kind = if key == "cycleId" {
            "Cycle"
        } else {
            "RecognitionDecision"
        };
        let id = ground.id(target);
        let current = version(&app, who, &id, kind).await;
        let mut input = json!({ key: id, "expectedVersion": current });
        if key == "cycleId" {
            input["reason"] = "Again".into();
        }
        assert_eq!(
            app.refused(who, name, input).await,
            ["INVALID_TRANSITION"],
            "{name}"
        );
    }
    nothing_is_offered(&ground).await;
    what_was_decided_goes_on(&ground).await;
}

async fn nothing_is_offered(ground: &Ground<'_>) {
    let targets = [
        "milestone",
        "open assessment",
        "draft plan",
        "action",
        "unpublished decision",
    ];
    let ids = targets.map(|target| ground.id(target));
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id
        ... on MilestoneProgress { viewerActions { action } }
        ... on Assessment { viewerActions { action } }
        ... on ActionPlan { viewerActions { action } }
        ... on Action { viewerActions { action } }
        ... on RecognitionDecision { viewerActions { action } } } }";
    let world = &ground.world;
    for who in [&world.coordinator, &world.manager, &ground.hands.carrier] {
        let read = world.app.read(who, document, json!({ "ids": ids })).await;
        let nodes = read["nodes"].as_array().unwrap();
        assert!(!nodes[3].is_null(), "the work is read");
        for node in nodes.iter().filter(|node| !node.is_null()) {
            assert_eq!(node["viewerActions"], json!([]), "{node}");
        }
    }
}

async fn what_was_decided_goes_on(ground: &Ground<'_>) {
    let world = &ground.world;
    for (who, name, target, kind) in [
        (
            &world.adviser,
            "acceptCondition",
            "condition",
            "RecognitionCondition",
        ),
        (
            &world.deciding_body,
            "reinstateRecognition",
            "recognition",
            "Recognition",
        ),
    ] {
        let id = ground.id(target);
        let current = version(world.app, who, &id, kind).await;
        let input = json!({ format!("{target}Id"): id, "expectedVersion": current });
        let select = format!("{}{} {{ id }}", kind[..1].to_lowercase(), &kind[1..]);
        world.app.done(who, name, input, &select).await;
    }
}

async fn an_answer_is_given_before_its_cycle_is_cancelled_or_not_at_all(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let items = assessment["items"].as_array().unwrap();
    let answers = items.iter().take(12).map(|item| {
        let input = json!({ "itemId": item["id"], "answer": "LEVEL", "level": 2,
            "expectedVersion": item["version"] });
        app.act(&world.coordinator, "answerIndicator", input, "")
    });
    let input = json!({ "cycleId": cycle["id"], "expectedVersion": cycle["version"],
        "reason": "Merged" });
    let cancel = app.act(&world.manager, "cancelCycle", input, "cycle { status }");
    let both = futures_util::future::join(futures_util::future::join_all(answers), cancel);
    let (answers, cancel) = both.await;
    let cycle = &cancel.body["data"]["cancelCycle"]["cycle"];
    assert_eq!(cycle["status"], "CANCELLED", "{}", cancel.body);
    let codes = answers.iter().map(|answer| answer.codes("answerIndicator"));
    let (given, refused): (Vec<_>, Vec<_>) = codes.partition(Vec::is_empty);
    assert!(
        refused.iter().all(|codes| *codes == ["INVALID_TRANSITION"]),
        "{refused:?}"
    );
    let document = "query($id: ID!) { node(id: $id) { ... on Assessment { items { answer } } } }";
    let variables = json!({ "id": assessment["id"] });
    let read = app.read(&world.coordinator, document, variables).await;
    let items = read["node"]["items"].as_array().unwrap();
    let stored = items
        .iter()
        .filter(|item| !item["answer"].is_null())
        .count();
    assert_eq!(stored, given.len());
    // The log has the acts in the order of their commits.
    let late = "audit_event WHERE action = 'INDICATOR_ANSWERED' AND sequence > (
        SELECT sequence FROM audit_event WHERE action = 'CYCLE_CANCELLED')";
    assert_eq!(app.count(late).await, 0);
}
