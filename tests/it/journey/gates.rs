//! The gates of submission speak before the municipality adopts: as warnings of the steps on the way,
//! whether they are taken or only validated, and of what can be done from the draft on.

use serde_json::{Value, json};

use super::objectives;
use crate::{
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    what_submission_will_ask_for_is_told_from_the_draft_on
}

const WARNED: &str = "actionPlan { id version status } replayed warnings { code path message }";

/// What stands against the submission of a plan, for each action that somebody may take now.
async fn told(app: &App, who: &Person, plan: &Value) -> Value {
    let document = "query($id: ID!) { node(id: $id) { ... on ActionPlan {
        viewerActions { action isAllowed warnings { code path message } } } } }";
    let read = app.read(who, document, json!({ "id": plan["id"] })).await;
    let actions = read["node"]["viewerActions"].as_array().unwrap();
    let told = actions.iter().map(|action| {
        let warnings = action["warnings"].clone();
        (action["action"].as_str().unwrap().to_owned(), warnings)
    });
    told.collect::<serde_json::Map<_, _>>().into()
}

fn messages(warnings: &Value) -> Vec<&str> {
    let warnings = warnings.as_array().unwrap().iter();
    warnings
        .map(|warning| {
            assert_eq!(warning["code"], "RULES_UNMET");
            assert_eq!(warning["path"], json!([]));
            warning["message"].as_str().unwrap()
        })
        .collect()
}

async fn what_submission_will_ask_for_is_told_from_the_draft_on(app: App) {
    let world = World::of(&app, "FI-837").await;
    let who = &world.coordinator;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    let plan = world.plan(&cycle).await;
    let draft = told(&app, who, &plan).await;
    let warnings = draft["SEND_TO_LOCAL_REVIEW"].clone();
    assert!(messages(&warnings).len() >= 3, "{warnings}");
    let others = told(&app, &world.adviser, &plan).await;
    assert_eq!(others["SEND_TO_LOCAL_REVIEW"], json!([]), "not their step");

    let mut trial = World::step("actionPlanId", &plan);
    trial["validateOnly"] = true.into();
    let name = "sendActionPlanToLocalReview";
    let tried = app.act(who, name, trial, WARNED).await;
    let payload = &tried.body["data"][name];
    assert_eq!(
        (&payload["warnings"], &payload["actionPlan"]),
        (&warnings, &Value::Null)
    );
    let mut keyed = World::step("actionPlanId", &plan);
    keyed["idempotencyKey"] = "once".into();
    let sent = app.done_once(who, name, keyed.clone(), WARNED).await;
    assert_eq!(sent["warnings"], warnings);
    let again = app.act(who, name, keyed, WARNED).await;
    let replay = &again.body["data"][name];
    assert_eq!(
        (&replay["replayed"], &replay["warnings"]),
        (&json!(true), &json!([]))
    );

    let review = told(&app, who, &plan).await;
    assert_eq!(
        (&review["ADOPT"], &review["RETURN"]),
        (&warnings, &json!([]))
    );
    let mut adopt = World::step("actionPlanId", &sent["actionPlan"]);
    for (key, value) in [
        ("body", "Board"),
        ("adoptedOn", "2026-11-20"),
        ("reference", "1"),
    ] {
        adopt[key] = value.into();
    }
    adopt["wereChildrenHeard"] = true.into();
    let adopted = app.done_once(who, "adoptActionPlan", adopt, WARNED).await;
    assert_eq!(adopted["warnings"], warnings);
    assert_eq!(adopted["actionPlan"]["status"], "ADOPTED");

    let submit = World::step("actionPlanId", &adopted["actionPlan"]);
    let refused = app
        .act(who, "submitActionPlan", submit, "warnings { code }")
        .await;
    let refused = &refused.body["data"]["submitActionPlan"];
    assert_eq!(messages_of(refused), messages(&warnings), "the same points");
    assert_eq!(refused["warnings"], json!([]));

    let mut back = World::step("actionPlanId", &adopted["actionPlan"]);
    back["reason"] = "Objectives are missing.".into();
    app.done(who, "returnActionPlan", back, "actionPlan { id }")
        .await;
    objectives(&world, &plan).await;
    let mended = told(&app, who, &plan).await;
    assert_eq!(mended["SEND_TO_LOCAL_REVIEW"], json!([]));
}

fn messages_of(payload: &Value) -> Vec<&str> {
    let errors = payload["userErrors"].as_array().unwrap().iter();
    errors
        .map(|error| error["message"].as_str().unwrap())
        .collect()
}
