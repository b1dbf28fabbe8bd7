//! Statements per request are bounded by the aggregates of a query, never by rows.

use entity::account::Role;
use serde_json::json;

use crate::{
    contract,
    harness::{App, on_both_databases},
    journey,
    world::World,
};

on_both_databases! {
    ten_and_three_hundred_municipalities_cost_the_same_statements
}

async fn ten_and_three_hundred_municipalities_cost_the_same_statements(app: App) {
    let codes = municipalities(&app).await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let mut dashboards = Vec::new();
    let mut lists = Vec::new();
    let mut enrolled = 0;
    for target in [10, 300] {
        for code in &codes[enrolled..target] {
            let world = World::of_managers(&app, code, &manager).await;
            let cycle = world.started().await;
            if enrolled < 12 {
                world.baseline(&cycle, 2).await;
                journey::approved(&world, &cycle).await;
            }
            enrolled += 1;
        }
        let coordinator = app.person(Role::Coordinator, Some(&codes[0])).await;
        let variables = json!({ "code": codes[0] });
        dashboards.push(
            app.statements(&coordinator, contract::DASHBOARD, variables)
                .await,
        );
        for document in [contract::DIRECTORY, contract::OVERVIEW] {
            lists.push(app.statements(&manager, document, json!({})).await);
        }
    }
    assert_eq!(dashboards[0].len(), dashboards[1].len(), "{dashboards:#?}");
    assert!(dashboards[0].len() <= 14, "{:#?}", dashboards[0]);
    assert_eq!(
        lists[0].len(),
        lists[2].len(),
        "{:#?}",
        [&lists[0], &lists[2]]
    );
    assert_eq!(
        lists[1].len(),
        lists[3].len(),
        "{:#?}",
        [&lists[1], &lists[3]]
    );
    assert!(lists.iter().all(|list| list.len() <= 7), "{lists:#?}");
    for statement in dashboards.iter().chain(&lists).flatten() {
        assert!(
            !statement.contains('*') || statement.contains("COUNT(*)"),
            "{statement}"
        );
    }
}

async fn municipalities(app: &App) -> Vec<String> {
    let document = "query M($after: String) { municipalities(first: 100, after: $after, orderBy: [{ field: NAME, direction: ASC }]) { nodes { code } pageInfo { endCursor } } }";
    let (mut codes, mut after) = (Vec::new(), json!(null));
    while codes.len() < 300 {
        let data = app
            .read(&app.public(), document, json!({ "after": after }))
            .await;
        let nodes = data["municipalities"]["nodes"].as_array().unwrap().clone();
        codes.extend(
            nodes
                .iter()
                .map(|node| node["code"].as_str().unwrap().to_owned()),
        );
        after = data["municipalities"]["pageInfo"]["endCursor"].clone();
    }
    codes
}
