//! The action plan: each gate that holds it back, and the two people who approve it.

use serde_json::{Value, json};

use crate::{
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    plan_is_refused_for_each_broken_gate_and_then_approved
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
pub(crate) async fn adopted(world: &World<'_>, plan: &Value) -> Value {
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
    let plan = world.plan(cycle).await;
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
    let others = [&world.coordinator, &world.manager, &world.deciding_body];
    let name = "proposeActionPlanApproval";
    let proposed = taken_by_one(world, name, &submitted, &world.adviser, others).await;
    let others = [&world.coordinator, &world.adviser, &world.deciding_body];
    let name = "confirmActionPlanApproval";
    let confirmed = taken_by_one(world, name, &proposed, &world.manager, others).await;
    assert_eq!(confirmed["status"], "IN_FORCE");
    confirmed
}

/// The plan after a step that is refused to others and taken by the one whose it is.
async fn taken_by_one(
    world: &World<'_>,
    name: &str,
    plan: &Value,
    who: &Person,
    others: [&Person; 3],
) -> Value {
    let step = World::step("actionPlanId", plan);
    for other in others {
        assert_eq!(
            world.app.refused(other, name, step.clone()).await,
            ["FORBIDDEN"]
        );
    }
    world
        .app
        .done(who, name, step, "actionPlan { id version status }")
        .await["actionPlan"]
        .clone()
}
