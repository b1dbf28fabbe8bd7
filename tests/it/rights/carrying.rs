//! What a responsible entity reads of a plan before it is approved: its actions, and the titles of
//! their objectives.

use serde_json::{Value, json};

use crate::{
    ground::{Ground, Stage},
    harness::{App, Person, on_both_databases},
};

on_both_databases! {
    a_responsible_entity_reads_of_a_draft_what_it_carries_out
}

const PLAN: &str = "query P($id: ID!) { node(id: $id) { ... on ActionPlan {
    id status vision adoption { body } returnReason
    objectives { id title indicator { id } theme { id } baselineAnswer baselineLevel targetLevel targetOn
        actions { title responsibleEntity { id } } } } } }";

/// What somebody is answered, and which fields are said to be hidden.
async fn asked(ground: &Ground<'_>, who: &Person, plan: &str) -> (Value, Vec<String>) {
    let variables = json!({ "id": ground.id(plan) });
    let body = ground.world.app.call(who, PLAN, variables).await.body;
    assert!(body["errors"].is_null(), "{body}");
    let hidden = body["extensions"]["redactions"].as_array();
    let hidden = hidden.into_iter().flatten();
    let hidden = hidden.map(|entry| entry["coordinate"].as_str().unwrap().to_owned());
    (body["data"]["node"].clone(), hidden.collect())
}

async fn a_responsible_entity_reads_of_a_draft_what_it_carries_out(app: App) {
    let ground = Ground::of(&app, "FI-837", Stage::Planning).await;
    let (carrier, coordinator) = (&ground.hands.carrier, &ground.world.coordinator);
    let (draft, hidden) = asked(&ground, carrier, "draft plan").await;
    assert_eq!(draft["id"], ground.id("draft plan"));
    for field in ["vision", "adoption", "returnReason"] {
        assert_eq!(draft[field], Value::Null, "{field}");
    }
    let objectives = draft["objectives"].as_array().unwrap();
    assert_eq!(objectives.len(), 1, "{draft}");
    let objective = objectives[0].as_object().unwrap();
    for (field, value) in objective {
        let is_read = ["id", "title", "actions"].contains(&field.as_str());
        assert_eq!(!value.is_null(), is_read, "{field} {value}");
    }
    let actions = objective["actions"].as_array().unwrap();
    assert_eq!(actions.len(), 1, "its own: {draft}");
    assert!(actions[0]["responsibleEntity"]["id"].is_string());
    let expected = [
        "ActionPlan.adoption",
        "ActionPlan.returnReason",
        "ActionPlan.vision",
        "Objective.baselineAnswer",
        "Objective.baselineLevel",
        "Objective.indicator",
        "Objective.targetLevel",
        "Objective.targetOn",
        "Objective.theme",
    ];
    assert_eq!(hidden, expected);

    let (whole, hidden) = asked(&ground, coordinator, "draft plan").await;
    assert_eq!(hidden, [""; 0]);
    assert!(whole["vision"].is_string() && whole["returnReason"].is_string());
    let objectives = whole["objectives"].as_array().unwrap();
    let same = objectives.iter().find(|one| one["id"] == objective["id"]);
    assert!(same.unwrap()["indicator"].is_object(), "{whole}");

    // Of an approved plan everybody reads the same but the reason why it was sent back.
    let (mine, hidden) = asked(&ground, carrier, "approved plan").await;
    assert_eq!(hidden, ["ActionPlan.returnReason"]);
    let (public, _) = asked(&ground, &app.public(), "approved plan").await;
    assert_eq!(mine, public);
    assert!(mine["vision"].is_string() && mine["adoption"].is_object());
}
