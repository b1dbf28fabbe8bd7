//! Who reads what of the audit log, by the list and by the history of each thing.

use std::collections::BTreeSet;

use entity::account::Role;
use serde_json::{Value, json};

use crate::{
    harness::{App, Person, on_both_databases},
    journey,
    world::World,
};

on_both_databases! {
    each_role_reads_its_part_of_the_log
    the_log_is_paged_and_filtered
    a_thing_tells_its_history_to_those_who_read_the_log
}

const LOG: &str = "query L($first: Int, $after: String, $last: Int, $before: String, $filter: AuditEventFilter) {
    auditLog(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
        totalCount pageInfo { endCursor startCursor }
        nodes { id at action role targetType targetId actor { id } municipality { code } target { __typename id } } } }";

/// A municipality with a confirmed assessment, an approved plan and a prepared decision.
async fn world_at_work<'a>(app: &'a App, code: &str) -> (World<'a>, Value) {
    let world = World::of(app, code).await;
    let cycle = world.started().await;
    let assessment = world.baseline(&cycle, 2).await;
    journey::approved(&world, &cycle).await;
    let prepare = json!({ "cycleId": cycle["id"] });
    let select = "recognitionDecision { id }";
    app.done(
        &world.manager,
        "prepareRecognitionDecision",
        prepare,
        select,
    )
    .await;
    (world, assessment)
}

async fn log(app: &App, who: &Person, filter: Value) -> Vec<Value> {
    let data = app
        .read(who, LOG, json!({ "first": 100, "filter": filter }))
        .await;
    let nodes = data["auditLog"]["nodes"].as_array().unwrap().clone();
    assert_eq!(data["auditLog"]["totalCount"], nodes.len());
    nodes
}

fn actions(nodes: &[Value]) -> BTreeSet<String> {
    let actions = nodes
        .iter()
        .map(|node| node["action"].as_str().unwrap().to_owned());
    actions.collect()
}

async fn each_role_reads_its_part_of_the_log(app: App) {
    let (world, _) = world_at_work(&app, "FI-837").await;
    let secret = ["DECISION_PREPARED", "ACCOUNT_ADDED"];
    let decision_maker = app.person(Role::DecisionMaker, Some("FI-837")).await;
    for who in [&world.coordinator, &decision_maker, &world.adviser] {
        let nodes = log(&app, who, json!({})).await;
        let seen = actions(&nodes);
        assert!(
            seen.contains("INDICATORS_ANSWERED") && seen.contains("ACTION_PLAN_APPROVED"),
            "{seen:?}"
        );
        assert!(
            secret.iter().all(|action| !seen.contains(*action)),
            "{seen:?}"
        );
        assert!(
            nodes
                .iter()
                .all(|node| node["municipality"]["code"] == "FI-837")
        );
        assert!(
            nodes
                .iter()
                .all(|node| node["target"]["id"] == node["targetId"])
        );
    }
    let seen = actions(&log(&app, &world.manager, json!({})).await);
    assert!(
        secret.iter().all(|action| seen.contains(*action)),
        "{seen:?}"
    );
    assert!(seen.contains("INDICATORS_ANSWERED") && seen.contains("PROGRAMME_LOADED"));
    let seen = actions(&log(&app, &world.deciding_body, json!({})).await);
    assert!(
        seen.contains("DECISION_PREPARED") && seen.contains("ASSESSMENT_CONFIRMED"),
        "{seen:?}"
    );
    assert!(
        !seen.contains("INDICATORS_ANSWERED") && !seen.contains("ACCOUNT_ADDED"),
        "{seen:?}"
    );
    let administrator = app.person(Role::SystemAdministrator, None).await;
    let seen = actions(&log(&app, &administrator, json!({})).await);
    assert_eq!(
        seen,
        BTreeSet::from(["ACCOUNT_ADDED", "PROGRAMME_LOADED"].map(str::to_owned))
    );

    let neighbour = app.person(Role::Coordinator, Some("FI-049")).await;
    assert_eq!(log(&app, &neighbour, json!({})).await, [Value::Null; 0]);
    let home = world.ask(&neighbour, "id").await["id"].clone();
    let there = json!({ "municipalityId": { "eq": home } });
    assert_eq!(log(&app, &neighbour, there).await, [Value::Null; 0]);
    for role in [Role::SteeringMember, Role::YouthRepresentative] {
        let who = app.person(role, Some("FI-837")).await;
        let answer = app.call(&who, LOG, json!({})).await;
        assert_eq!(answer.codes("auditLog"), ["FORBIDDEN"]);
    }
    let answer = app.call(&app.public(), LOG, json!({})).await;
    assert_eq!(answer.codes("auditLog"), ["FORBIDDEN"]);
}

async fn the_log_is_paged_and_filtered(app: App) {
    let (world, assessment) = world_at_work(&app, "FI-837").await;
    let all = log(&app, &world.manager, json!({})).await;
    let (mut walked, mut after) = (Vec::new(), Value::Null);
    while walked.len() < all.len() {
        let data = app
            .read(&world.manager, LOG, json!({ "first": 7, "after": after }))
            .await;
        walked.extend(data["auditLog"]["nodes"].as_array().unwrap().clone());
        after = data["auditLog"]["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(walked, all);
    let data = app
        .read(&world.manager, LOG, json!({ "last": 3, "before": after }))
        .await;
    let end = all.len() - 1;
    assert_eq!(data["auditLog"]["nodes"], json!(all[end - 3..end]));
    let answer = app
        .call(
            &world.manager,
            LOG,
            json!({ "after": after, "filter": { "action": { "in": [] } } }),
        )
        .await;
    assert_eq!(answer.codes("auditLog"), ["INVALID_CURSOR"]);

    let found = |filter: Value| log(&app, &world.manager, filter);
    let nodes = found(json!({ "targetId": { "eq": assessment["id"] } })).await;
    let told: Vec<_> = nodes
        .iter()
        .map(|node| node["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "ASSESSMENT_CONFIRMED",
            "ASSESSMENT_SUBMITTED",
            "INDICATORS_ANSWERED",
            "ASSESSMENT_STARTED"
        ]
    );
    let nodes = found(json!({ "accountId": { "eq": world.adviser.account } })).await;
    assert_eq!(
        actions(&nodes),
        BTreeSet::from(
            ["ACTION_PLAN_APPROVAL_PROPOSED", "ASSESSMENT_CONFIRMED"].map(str::to_owned)
        )
    );
    assert!(
        nodes
            .iter()
            .all(|node| node["actor"]["id"] == world.adviser.account.as_str()
                && node["role"] == "ADVISER")
    );
    assert_eq!(
        found(json!({ "action": { "eq": "CYCLE_STARTED" }, "programme": { "eq": "FI" } }))
            .await
            .len(),
        1
    );
    let moment = &all[4]["at"];
    let later = found(json!({ "at": { "gte": moment } })).await;
    let earlier = found(json!({ "at": { "lt": moment } })).await;
    assert_eq!(
        (json!(later), json!(earlier)),
        (json!(all[..5]), json!(all[5..]))
    );
    for nothing in [
        json!({ "programme": { "eq": "XX" } }),
        json!({ "accountId": { "eq": assessment["id"] } }),
        json!({ "targetId": { "eq": world.adviser.account } }),
    ] {
        assert_eq!(found(nothing.clone()).await.len(), 0, "{nothing}");
    }
}

async fn a_thing_tells_its_history_to_those_who_read_the_log(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    for item in 0..2 {
        for version in 1..=3 {
            let id = &assessment["items"][item]["id"];
            let input = json!({ "itemId": id, "answer": "LEVEL", "level": 1 + version % 3, "expectedVersion": version });
            app.done(&world.coordinator, "answerIndicator", input, "item { id }")
                .await;
        }
    }
    let select = "currentCycle { assessment { items { version history(first: 2) {
        totalCount nodes { action changes { version fields } } } } } }";
    let asked = world.ask(&world.coordinator, select).await;
    let items = &asked["currentCycle"]["assessment"]["items"];
    let version = |version: i64, fields: &[&str]| json!({ "action": "INDICATOR_ANSWERED", "changes": [{ "version": version, "fields": fields }] });
    for item in 0..2 {
        assert_eq!(items[item]["history"]["totalCount"], 3);
        let nodes = items[item]["history"]["nodes"].as_array().unwrap();
        let newest = [
            version(4, &["level", "answered_at"]),
            version(3, &["level", "answered_at"]),
        ];
        let told: Vec<_> = nodes
            .iter()
            .map(|node| (&node["action"], &node["changes"][0]["version"]))
            .collect();
        let wanted: Vec<_> = newest
            .iter()
            .map(|node| (&node["action"], &node["changes"][0]["version"]))
            .collect();
        assert_eq!(told, wanted);
    }
    assert_eq!(items[2]["history"], json!({ "totalCount": 0, "nodes": [] }));

    let document = "query I($ids: [ID!]!) { nodes(ids: $ids) { ... on AssessmentItem { history(first: 1) { nodes { action } } } } }";
    let mut counts = Vec::new();
    for many in [1, 40] {
        let ids: Vec<_> = (0..many)
            .map(|item| assessment["items"][item]["id"].clone())
            .collect();
        let statements = app
            .statements(&world.coordinator, document, json!({ "ids": ids }))
            .await;
        counts.push(statements.len());
    }
    assert_eq!(counts[0], counts[1], "statements do not grow with rows");

    let page = "query P($id: ID!, $after: String, $before: String, $first: Int, $last: Int) { node(id: $id) { ... on AssessmentItem {
        history(first: $first, last: $last, after: $after, before: $before) { nodes { changes { version } }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } } }";
    let id = &assessment["items"][0]["id"];
    let read = async |variables: Value| {
        let mut all = json!({ "id": id });
        all.as_object_mut()
            .unwrap()
            .extend(variables.as_object().unwrap().clone());
        app.read(&world.coordinator, page, all).await["node"]["history"].clone()
    };
    let first = read(json!({ "first": 1 })).await;
    let versions = |page: &Value| -> Vec<i64> {
        let nodes = page["nodes"].as_array().unwrap();
        nodes
            .iter()
            .map(|node| node["changes"][0]["version"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(
        (versions(&first), &first["pageInfo"]["hasNextPage"]),
        (vec![4], &json!(true))
    );
    let rest = read(json!({ "first": 5, "after": first["pageInfo"]["endCursor"] })).await;
    assert_eq!(
        (versions(&rest), &rest["pageInfo"]["hasNextPage"]),
        (vec![3, 2], &json!(false))
    );
    let last = read(json!({ "last": 2 })).await;
    assert_eq!(
        (versions(&last), &last["pageInfo"]["hasPreviousPage"]),
        (vec![3, 2], &json!(true))
    );

    let steering = app.person(Role::SteeringMember, Some("FI-837")).await;
    let asked = world.ask(&steering, "currentCycle { history { totalCount } assessment { items { history { totalCount } } } }").await;
    assert_eq!(asked["currentCycle"]["history"], Value::Null);
    assert_eq!(
        asked["currentCycle"]["assessment"]["items"][0]["history"],
        Value::Null
    );
    let neighbour = app.person(Role::Coordinator, Some("FI-049")).await;
    let asked = world
        .ask(
            &neighbour,
            "currentCycle { history { totalCount nodes { id } } }",
        )
        .await;
    assert_eq!(
        asked["currentCycle"]["history"],
        json!({ "totalCount": 0, "nodes": [] })
    );
}
