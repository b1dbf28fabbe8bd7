//! What an app needs to speak the language of its users: the values in a message by name, and words for
//! every state and code.

use serde_json::{Value, json};

use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    user_errors_name_the_values_of_their_messages
    a_refusal_stored_without_parameters_is_still_told
    states_and_codes_have_labels_in_three_languages
}

const PARAMETERS: &str = "userErrors { code parameters { name value } }";

/// The parameters of the first user error of a mutation, as `name=value`.
async fn parameters(world: &World<'_>, name: &str, input: Value) -> Vec<String> {
    let input_type = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
    let document = format!(
        "mutation Act($input: {input_type}!) {{ {name}(input: $input) {{ {PARAMETERS} }} }}"
    );
    let answer = world
        .app
        .call(&world.coordinator, &document, json!({ "input": input }))
        .await;
    let errors = &answer.body["data"][name]["userErrors"];
    let parameters = errors[0]["parameters"].as_array();
    let parameters = parameters.unwrap_or_else(|| panic!("{name}: {}", answer.body));
    parameters
        .iter()
        .map(|it| {
            format!(
                "{}={}",
                it["name"].as_str().unwrap(),
                it["value"].as_str().unwrap()
            )
        })
        .collect()
}

async fn user_errors_name_the_values_of_their_messages(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    world.answered(&assessment, 2, &[1, 2]).await;
    let item = &assessment["items"][5]["id"];
    let answer = |field: &str, value: Value, version: i64| {
        let mut input = json!({ "itemId": item, "expectedVersion": version });
        input[field] = value;
        input
    };
    let told = parameters(&world, "answerIndicator", answer("level", json!(9), 2)).await;
    assert_eq!(told, ["allowed=1", "allowed=2", "allowed=3", "allowed=4"]);
    let long = json!("a".repeat(4_001));
    let told = parameters(&world, "answerIndicator", answer("comment", long, 2)).await;
    assert_eq!(told, ["maximum=4000"]);
    let told = parameters(&world, "answerIndicator", answer("comment", json!("x"), 1)).await;
    assert_eq!(told, ["currentVersion=2"]);
    let submit = World::step("assessmentId", &assessment);
    let told = parameters(&world, "submitAssessment", submit.clone()).await;
    assert_eq!(told, ["indicator=1", "indicator=2"]);
    let ahead = json!({ "cycleId": cycle["id"], "kind": "UPDATE", "asOf": "2027-01-01" });
    let told = parameters(&world, "startAssessment", ahead).await;
    assert_eq!(told, ["maximum=2026-11-22"]);
    world
        .answered(&assessment, 2, &(3..=70).collect::<Vec<_>>())
        .await;
    app.done(
        &world.coordinator,
        "submitAssessment",
        submit,
        "assessment { id }",
    )
    .await;
    let told = parameters(&world, "answerIndicator", answer("level", json!(3), 2)).await;
    assert_eq!(
        told,
        ["state=SUBMITTED", "allowed=OPEN", "allowed=RETURNED"]
    );
    let mut again = World::step("assessmentId", &assessment);
    again["expectedVersion"] = json!(2);
    let told = parameters(&world, "submitAssessment", again).await;
    assert_eq!(told[0], "state=SUBMITTED");
    assert!(told[1..].iter().all(|it| it.starts_with("allowed=")));
}

async fn a_refusal_stored_without_parameters_is_still_told(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let input = json!({ "itemId": assessment["items"][0]["id"], "answer": "LEVEL", "level": 9, "expectedVersion": 1, "idempotencyKey": "before" });
    let now = parameters(&world, "answerIndicator", input.clone()).await;
    assert_eq!(now.len(), 4);
    assert_eq!(
        parameters(&world, "answerIndicator", input.clone()).await,
        now
    );
    // As the server stored it before.
    let stored = r#"{"User":[{"code":"OutOfRange","path":["level"],"message":"The levels are 1, 2, 3 and 4."}]}"#;
    let sql =
        format!("UPDATE idempotency_record SET refusal = '{stored}' WHERE refusal IS NOT NULL");
    app.meddle(&sql).await.unwrap();
    let none: [String; 0] = [];
    assert_eq!(parameters(&world, "answerIndicator", input).await, none);
}

async fn states_and_codes_have_labels_in_three_languages(app: App) {
    let document = "query L($locale: Locale) { enumLabels(locale: $locale) {
        locale enums { name values { value label } } } }";
    let mut told = Vec::new();
    for locale in [
        json!("en"),
        json!("fi"),
        json!("sv-FI"),
        json!("de"),
        json!(null),
    ] {
        let read = app
            .read(&app.public(), document, json!({ "locale": locale }))
            .await;
        let labels = &read["enumLabels"];
        let enums = labels["enums"].as_array().unwrap();
        let plan = enums.iter().find(|it| it["name"] == "PlanStatus").unwrap();
        let values = plan["values"].as_array().unwrap();
        let in_force = values.iter().find(|it| it["value"] == "IN_FORCE").unwrap();
        told.push((labels["locale"].clone(), in_force["label"].clone()));
    }
    let wanted = [
        ("en", "In force"),
        ("fi", "Voimassa"),
        ("sv", "I kraft"),
        ("en", "In force"),
        ("en", "In force"),
    ];
    assert_eq!(told, wanted.map(|(tag, label)| (json!(tag), json!(label))));
}
