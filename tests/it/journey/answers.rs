//! What an answer leaves out is not taken from the answer before.

use serde_json::{Value, json};

use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    an_answer_comes_with_its_level_or_reason
}

async fn an_answer_comes_with_its_level_or_reason(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let id = assessment["items"][0]["id"].clone();
    let select = "item { id version answer level notApplicableReason comment }";
    let mut version = 1;
    for (answer, told) in [
        (
            json!({ "answer": "LEVEL", "level": 2 }),
            Ok(json!(["LEVEL", 2, null])),
        ),
        (json!({ "answer": "LEVEL" }), Err("level")),
        (json!({ "answer": "LEVEL", "level": null }), Err("level")),
        (
            json!({ "comment": "Discussed." }),
            Ok(json!(["LEVEL", 2, null])),
        ),
        (json!({ "level": 3 }), Ok(json!(["LEVEL", 3, null]))),
        (
            json!({ "answer": "NOT_APPLICABLE", "notApplicableReason": "No harbour." }),
            Ok(json!(["NOT_APPLICABLE", null, "No harbour."])),
        ),
        (
            json!({ "answer": "NOT_APPLICABLE" }),
            Err("notApplicableReason"),
        ),
        (
            json!({ "notApplicableReason": "No sea." }),
            Ok(json!(["NOT_APPLICABLE", null, "No sea."])),
        ),
        // Null leaves unchanged.
        (
            json!({ "answer": null, "level": null, "notApplicableReason": null, "comment": "Again.", "clear": null }),
            Ok(json!(["NOT_APPLICABLE", null, "No sea."])),
        ),
    ] {
        let mut input = answer.clone();
        input["itemId"] = id.clone();
        input["expectedVersion"] = json!(version);
        match told {
            Ok(stored) => {
                let payload = app
                    .done(&world.coordinator, "answerIndicator", input, select)
                    .await;
                let item = &payload["item"];
                let came = json!([item["answer"], item["level"], item["notApplicableReason"]]);
                assert_eq!(came, stored, "{answer}");
                version = item["version"].as_i64().unwrap();
            }
            Err(place) => {
                let many = json!({ "assessmentId": assessment["id"], "answers": [input.clone()] });
                let one = required(&app, &world, "answerIndicator", input).await;
                assert_eq!(one, [[place]], "{answer}");
                let all = required(&app, &world, "answerIndicators", many).await;
                assert_eq!(all, [["answers", "0", place]], "{answer}");
            }
        }
    }
}

/// Where a mutation says that something is required; nothing is written.
async fn required(app: &App, world: &World<'_>, name: &str, input: Value) -> Vec<Vec<String>> {
    let refused = app.refused(&world.coordinator, name, input.clone()).await;
    assert_eq!(refused, ["REQUIRED"], "{input}");
    let answer = app.act(&world.coordinator, name, input, "").await;
    let errors = answer.body["data"][name]["userErrors"].as_array().unwrap();
    let paths = errors.iter().map(|error| error["path"].clone());
    paths
        .map(|path| serde_json::from_value(path).unwrap())
        .collect()
}
