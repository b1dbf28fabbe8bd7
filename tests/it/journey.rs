//! From enrolment to the next cycle with seven tokens, every wrong person and wrong state on the
//! way refused.

use serde_json::{Value, json};

use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    assessment_is_submitted_returned_mended_and_confirmed
    plan_is_refused_for_each_broken_gate_and_then_approved
    decision_is_public_only_once_published_and_the_next_cycle_knows_the_answers
}

#[expect(clippy::too_many_lines, reason = "a journey is told in one piece")]
async fn assessment_is_submitted_returned_mended_and_confirmed(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let start = json!({ "cycleId": cycle["id"], "kind": "BASELINE" });
    assert_eq!(
        app.refused(&world.adviser, "startAssessment", start.clone())
            .await,
        ["FORBIDDEN"]
    );
    assert_eq!(
        app.refused(&app.public(), "startAssessment", start.clone())
            .await,
        ["UNAUTHENTICATED"]
    );
    let assessment = world.assessment(&cycle, "BASELINE").await;
    assert_eq!(assessment["items"].as_array().unwrap().len(), 70);
    assert_eq!(
        app.refused(&world.coordinator, "startAssessment", start)
            .await,
        ["NOT_UNIQUE"]
    );

    world.answered(&assessment, 2, &[12, 30, 41]).await;
    let submit = World::step("assessmentId", &assessment);
    let answer = app
        .act(&world.coordinator, "submitAssessment", submit.clone(), "")
        .await;
    let errors = &answer.body["data"]["submitAssessment"]["userErrors"];
    assert_eq!(errors[0]["code"], "RULES_UNMET");
    assert_eq!(
        errors[0]["message"],
        "Indicators 12, 30 and 41 are not answered."
    );
    for (who, code) in [
        (&world.adviser, "FORBIDDEN"),
        (&world.manager, "FORBIDDEN"),
        (&world.deciding_body, "NOT_FOUND"),
    ] {
        assert_eq!(
            app.refused(who, "submitAssessment", submit.clone()).await,
            [code]
        );
    }
    for number in [12, 30, 41] {
        answer_one(&world, number, json!({ "answer": "NONE_OF_LEVELS" })).await;
    }
    let confirm_early = json!({ "assessmentId": assessment["id"], "expectedVersion": 1 });
    assert_eq!(
        app.refused(&world.adviser, "confirmAssessment", confirm_early)
            .await,
        ["INVALID_TRANSITION"]
    );
    let submitted = app
        .done(
            &world.coordinator,
            "submitAssessment",
            submit.clone(),
            "assessment { id version status }",
        )
        .await;
    assert_eq!(submitted["assessment"]["status"], "SUBMITTED");
    assert_eq!(
        app.refused(&world.coordinator, "submitAssessment", submit)
            .await,
        ["VERSION_CONFLICT"]
    );

    let item = item_of(&world, 12).await;
    let late =
        json!({ "itemId": item["id"], "comment": "late", "expectedVersion": item["version"] });
    assert_eq!(
        app.refused(&world.coordinator, "answerIndicator", late)
            .await,
        ["LOCKED"]
    );
    let step = World::step("assessmentId", &submitted["assessment"]);
    assert_eq!(
        app.refused(&world.coordinator, "confirmAssessment", step.clone())
            .await,
        ["FORBIDDEN"]
    );
    assert_eq!(
        app.refused(
            &world.coordinator,
            "returnAssessment",
            with(&step, "reason", "x")
        )
        .await,
        ["FORBIDDEN"]
    );
    assert_eq!(
        app.refused(
            &world.adviser,
            "returnAssessment",
            with(&step, "reason", " ")
        )
        .await,
        ["REQUIRED"]
    );
    let returned = app
        .done(
            &world.adviser,
            "returnAssessment",
            with(&step, "reason", "Look at 12 again."),
            "assessment { id version status returnReason }",
        )
        .await;
    assert_eq!(returned["assessment"]["returnReason"], "Look at 12 again.");
    answer_one(&world, 12, json!({ "answer": "LEVEL", "level": 1 })).await;
    let submitted = app
        .done(
            &world.coordinator,
            "submitAssessment",
            World::step("assessmentId", &returned["assessment"]),
            "assessment { id version }",
        )
        .await;
    let confirmed = app
        .done(
            &world.adviser,
            "confirmAssessment",
            World::step("assessmentId", &submitted["assessment"]),
            "assessment { id version status }",
        )
        .await;
    assert_eq!(confirmed["assessment"]["status"], "CONFIRMED");
    let again = World::step("assessmentId", &confirmed["assessment"]);
    assert_eq!(
        app.refused(&world.adviser, "confirmAssessment", again)
            .await,
        ["INVALID_TRANSITION"]
    );
}

async fn item_of(world: &World<'_>, number: i64) -> Value {
    let asked = world
        .ask(
            &world.coordinator,
            "currentCycle { assessment { items { id version indicator { number } } } }",
        )
        .await;
    let items = asked["currentCycle"]["assessment"]["items"]
        .as_array()
        .unwrap();
    items
        .iter()
        .find(|item| item["indicator"]["number"] == number)
        .unwrap()
        .clone()
}

async fn answer_one(world: &World<'_>, number: i64, answer: Value) {
    let item = item_of(world, number).await;
    let mut input = json!({ "itemId": item["id"], "expectedVersion": item["version"] });
    for (key, value) in answer.as_object().unwrap() {
        input[key] = value.clone();
    }
    world
        .app
        .done(&world.coordinator, "answerIndicator", input, "item { id }")
        .await;
}

pub(crate) fn with(input: &Value, key: &str, value: impl Into<Value>) -> Value {
    let mut input = input.clone();
    input[key] = value.into();
    input
}

/// The gates of the Finnish programme: five objectives over five themes.
async fn plan_is_refused_for_each_broken_gate_and_then_approved(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    let create = json!({ "cycleId": cycle["id"], "periodFrom": "2026-11-01", "periodTo": "2028-01-14", "vision": "Children are heard." });
    for who in [&world.adviser, &world.manager] {
        assert_eq!(
            app.refused(who, "createActionPlan", create.clone()).await,
            ["FORBIDDEN"]
        );
    }
    let plan = app
        .done(
            &world.coordinator,
            "createActionPlan",
            create.clone(),
            "actionPlan { id version status }",
        )
        .await["actionPlan"]
        .clone();
    assert_eq!(
        app.refused(&world.coordinator, "createActionPlan", create)
            .await,
        ["NOT_UNIQUE"]
    );
    let adopted = adopted(&world, &plan).await;
    let submit = World::step("actionPlanId", &adopted);
    let answer = app
        .act(&world.coordinator, "submitActionPlan", submit, "")
        .await;
    let errors = answer.body["data"]["submitActionPlan"]["userErrors"]
        .as_array()
        .unwrap()
        .clone();
    assert!(
        errors.len() >= 3,
        "an empty plan breaks several gates at once: {errors:?}"
    );
    assert!(
        errors.iter().all(|error| error["code"] == "RULES_UNMET"),
        "{errors:?}"
    );
}

/// Sends a plan through local review and records its adoption.
async fn adopted(world: &World<'_>, plan: &Value) -> Value {
    let step = World::step("actionPlanId", plan);
    let review = world
        .app
        .done(
            &world.coordinator,
            "sendActionPlanToLocalReview",
            step,
            "actionPlan { id version status }",
        )
        .await;
    let mut adopt = World::step("actionPlanId", &review["actionPlan"]);
    adopt["body"] = "Municipal board".into();
    adopt["adoptedOn"] = "2026-11-20".into();
    adopt["reference"] = "§ 12".into();
    adopt["wereChildrenHeard"] = true.into();
    let payload = world
        .app
        .done(
            &world.coordinator,
            "adoptActionPlan",
            adopt,
            "actionPlan { id version status }",
        )
        .await;
    payload["actionPlan"].clone()
}

/// Adds what the gates of the Finnish programme ask for.
pub(crate) async fn objectives(world: &World<'_>, plan: &Value) {
    for (number, target) in [(9, 3), (24, 3), (30, 4)] {
        let indicator = indicator(world, number).await;
        let input = json!({ "actionPlanId": plan["id"], "origin": "INDICATOR", "indicatorId": indicator, "targetLevel": target });
        world
            .app
            .done(
                &world.coordinator,
                "addObjective",
                input,
                "objective { id baselineLevel }",
            )
            .await;
    }
    for (origin, title, theme) in [
        ("CHILDREN", "A youth budget", "PARTICIPATION"),
        ("FREE", "A rights coordinator", "STRUCTURES"),
    ] {
        let theme = theme_id(world, theme).await;
        let input = json!({ "actionPlanId": plan["id"], "origin": origin, "title": title, "themeId": theme });
        world
            .app
            .done(
                &world.coordinator,
                "addObjective",
                input,
                "objective { id }",
            )
            .await;
    }
}

async fn indicator(world: &World<'_>, number: i64) -> Value {
    let data = world
        .app
        .read(
            &world.coordinator,
            "{ indicators(programme: \"FI\") { id number } }",
            json!({}),
        )
        .await;
    data["indicators"]
        .as_array()
        .unwrap()
        .iter()
        .find(|i| i["number"] == number)
        .unwrap()["id"]
        .clone()
}

async fn theme_id(world: &World<'_>, code: &str) -> Value {
    let document =
        "{ programme(key: \"FI\") { currentVersion { framework { elements { id code } } } } }";
    let data = world
        .app
        .read(&world.coordinator, document, json!({}))
        .await;
    let elements = data["programme"]["currentVersion"]["framework"]["elements"]
        .as_array()
        .unwrap()
        .clone();
    elements
        .iter()
        .find(|element| element["code"] == code)
        .unwrap()["id"]
        .clone()
}

/// A plan that was approved by two people.
pub(crate) async fn approved(world: &World<'_>, cycle: &Value) -> Value {
    let app = world.app;
    let create =
        json!({ "cycleId": cycle["id"], "periodFrom": "2026-11-01", "periodTo": "2028-01-14" });
    let plan = app
        .done(
            &world.coordinator,
            "createActionPlan",
            create,
            "actionPlan { id version }",
        )
        .await["actionPlan"]
        .clone();
    objectives(world, &plan).await;
    let plan = adopted(world, &plan).await;
    let submitted = app
        .done(
            &world.coordinator,
            "submitActionPlan",
            World::step("actionPlanId", &plan),
            "actionPlan { id version status }",
        )
        .await["actionPlan"]
        .clone();
    let step = World::step("actionPlanId", &submitted);
    for who in [&world.coordinator, &world.manager, &world.deciding_body] {
        assert_eq!(
            app.refused(who, "proposeActionPlanApproval", step.clone())
                .await,
            ["FORBIDDEN"]
        );
    }
    let proposed = app
        .done(
            &world.adviser,
            "proposeActionPlanApproval",
            step,
            "actionPlan { id version status }",
        )
        .await["actionPlan"]
        .clone();
    let step = World::step("actionPlanId", &proposed);
    for who in [&world.coordinator, &world.adviser, &world.deciding_body] {
        assert_eq!(
            app.refused(who, "confirmActionPlanApproval", step.clone())
                .await,
            ["FORBIDDEN"]
        );
    }
    let confirmed = app
        .done(
            &world.manager,
            "confirmActionPlanApproval",
            step,
            "actionPlan { id version status }",
        )
        .await["actionPlan"]
        .clone();
    assert_eq!(confirmed["status"], "IN_FORCE");
    confirmed
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

fn decide(decision: &Value) -> Value {
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
