//! Where a programme says so, drafts stay inside the municipality until it hands them in: the adviser and
//! the manager see neither them nor the work on them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::publish;
use crate::{
    harness::{App, Person, on_both_databases},
    journey,
    world::World,
};

on_both_databases! {
    drafts_stay_inside_where_a_programme_says_so
    what_was_handed_in_is_seen_by_the_committee
}

const OUTSIDE: (&str, &str) = (
    "draft_visibility = \"COMMITTEE\"",
    "draft_visibility = \"MUNICIPALITY_ONLY\"",
);

/// How many assessments and plans somebody sees in the cycle under way.
async fn seen(world: &World<'_>, who: &Person) -> (usize, usize) {
    let cycle = world
        .ask(
            who,
            "currentCycle { assessments { id } actionPlans { id } }",
        )
        .await["currentCycle"]
        .clone();
    let count = |of: &str| cycle[of].as_array().unwrap().len();
    (count("assessments"), count("actionPlans"))
}

async fn recorded(app: &App, who: &Person) -> BTreeSet<String> {
    let document = "{ auditLog(first: 100) { nodes { action } } }";
    let log = app.read(who, document, json!({})).await;
    let nodes = log["auditLog"]["nodes"].as_array().unwrap();
    let actions = nodes.iter().map(|node| node["action"].as_str().unwrap());
    actions.map(str::to_owned).collect()
}

async fn node(app: &App, who: &Person, id: &Value) -> Value {
    let document = "query N($id: ID!) { node(id: $id) { id } }";
    app.read(who, document, json!({ "id": id })).await["node"].clone()
}

async fn drafts_stay_inside_where_a_programme_says_so(app: App) {
    publish(&app, OUTSIDE).await;
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    world.answered(&assessment, 2, &[]).await;
    let committee = [&world.adviser, &world.manager];
    assert_eq!(seen(&world, &world.coordinator).await, (1, 0));
    assert!(
        recorded(&app, &world.coordinator)
            .await
            .contains("INDICATORS_ANSWERED")
    );
    for who in committee {
        assert_eq!(seen(&world, who).await, (0, 0));
        assert_eq!(node(&app, who, &assessment["id"]).await, Value::Null);
        let item = &assessment["items"][0]["id"];
        assert_eq!(node(&app, who, item).await, Value::Null);
        let recorded = recorded(&app, who).await;
        assert!(recorded.contains("CYCLE_STARTED"), "{recorded:?}");
        assert!(!recorded.contains("INDICATORS_ANSWERED"), "{recorded:?}");
    }
    let submit = World::step("assessmentId", &assessment);
    let submitted = app
        .done(
            &world.coordinator,
            "submitAssessment",
            submit,
            "assessment { id version }",
        )
        .await;
    for who in committee {
        assert_eq!(seen(&world, who).await, (1, 0));
        let item = &assessment["items"][0]["id"];
        assert_eq!(node(&app, who, item).await["id"], *item);
    }
    let confirm = World::step("assessmentId", &submitted["assessment"]);
    app.done(
        &world.adviser,
        "confirmAssessment",
        confirm,
        "assessment { id }",
    )
    .await;
    let plan = world.plan(&cycle).await["id"].clone();
    assert_eq!(seen(&world, &world.coordinator).await, (1, 1));
    for who in committee {
        assert_eq!(seen(&world, who).await, (1, 0));
        assert_eq!(node(&app, who, &plan).await, Value::Null);
        assert!(!recorded(&app, who).await.contains("ACTION_PLAN_CREATED"));
    }
}

async fn what_was_handed_in_is_seen_by_the_committee(app: App) {
    publish(&app, OUTSIDE).await;
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    journey::approved(&world, &cycle).await;
    for who in [&world.coordinator, &world.adviser, &world.manager] {
        assert_eq!(seen(&world, who).await, (1, 1));
    }
}
