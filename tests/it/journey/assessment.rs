//! The assessment: submitted, returned, mended and confirmed.

use serde_json::{Value, json};

use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    assessment_is_submitted_returned_mended_and_confirmed
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

fn with(input: &Value, key: &str, value: impl Into<Value>) -> Value {
    let mut input = input.clone();
    input[key] = value.into();
    input
}
