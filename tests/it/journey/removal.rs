//! Parts of a plan that is being written are taken out again, with what hangs on them.

use serde_json::{Value, json};

use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    what_is_removed_is_gone_with_what_hangs_on_it
}

/// An action with one indicator below an objective.
async fn action(world: &World<'_>, objective: &Value) -> (Value, Value) {
    let (app, who) = (world.app, &world.coordinator);
    let input = json!({ "objectiveId": objective["id"], "title": "A youth council" });
    let action = app
        .done(who, "addAction", input, "action { id version }")
        .await["action"]
        .clone();
    let input = json!({ "actionId": action["id"], "label": "Meetings", "unit": "COUNT",
        "counts": "NOT_PEOPLE" });
    let defined = app
        .done(
            who,
            "defineActionIndicator",
            input,
            "actionIndicator { id }",
        )
        .await;
    (action, defined["actionIndicator"].clone())
}

async fn what_is_removed_is_gone_with_what_hangs_on_it(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    let plan = world.plan(&cycle).await;
    let who = &world.coordinator;
    let mut objectives = Vec::new();
    for title in ["Children are heard", "Children are safe"] {
        let input = json!({ "actionPlanId": plan["id"], "origin": "CHILDREN", "title": title });
        let added = app
            .done(who, "addObjective", input, "objective { id version }")
            .await;
        objectives.push(added["objective"].clone());
    }
    let (first, measured) = action(&world, &objectives[0]).await;
    let (second, other) = action(&world, &objectives[0]).await;
    let (kept, _) = action(&world, &objectives[1]).await;

    let stale = json!({ "actionId": first["id"], "expectedVersion": 9 });
    assert_eq!(
        app.refused(who, "removeAction", stale).await,
        ["VERSION_CONFLICT"]
    );
    app.done(
        who,
        "removeAction",
        World::step("actionId", &first),
        "userErrors { code }",
    )
    .await;
    assert_eq!(
        there(&world, [&first, &measured, &second, &other, &kept]).await,
        [false, false, true, true, true]
    );

    let objective = World::step("objectiveId", &objectives[0]);
    app.done(who, "removeObjective", objective, "userErrors { code }")
        .await;
    assert_eq!(
        there(
            &world,
            [&objectives[0], &second, &other, &objectives[1], &kept]
        )
        .await,
        [false, false, false, true, true]
    );
}

/// Which of these things there are.
async fn there<const N: usize>(world: &World<'_>, things: [&Value; N]) -> [bool; N] {
    let ids: Vec<_> = things.iter().map(|thing| &thing["id"]).collect();
    let document = "query A($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let found = world
        .app
        .read(&world.coordinator, document, json!({ "ids": ids }))
        .await;
    std::array::from_fn(|at| !found["nodes"][at].is_null())
}
