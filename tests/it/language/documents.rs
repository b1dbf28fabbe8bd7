//! Which documents are valid, and what is put together of them. `tests/oracle` judges that at large.

use serde_json::json;

use super::{NOTHING, add, code, town};
use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    fields_that_conflict_are_refused_and_others_are_merged_by_type
    what_the_schema_does_not_know_of_an_input_is_refused
    a_variable_fits_where_the_schema_has_a_default
    null_from_a_variable_and_a_wrong_cursor_fail_their_fields
}

async fn fields_that_conflict_are_refused_and_others_are_merged_by_type(app: App) {
    let world = World::of(&app, "FI-837").await;
    let who = &world.coordinator;
    for conflicting in [
        "{ municipality(by: {code: \"FI-837\"}) { code } ... on Query { municipality(by: {code: \"FI-091\"}) { name } } }",
        "{ viewer { a: roles } viewer { a: scopes } }",
        "{ municipality(by: {code: \"FI-837\"}) { name(locale: \"fi\") ... { name } } }",
    ] {
        let answer = app.call(who, conflicting, json!({})).await;
        assert_eq!(
            (answer.status, code(&answer)),
            (400, &json!("GRAPHQL_VALIDATION_FAILED")),
            "{conflicting}"
        );
    }
    let id = town(&world).await;
    let text = async |document: String| {
        let text = app.text(who, &document, json!({})).await;
        let end = text.find(",\"extensions\"").unwrap_or(text.len());
        text[..end].to_owned()
    };
    let merged = text(format!("{{ node(id: \"{id}\") {{ ... on Account {{ status }} }} node(id: \"{id}\") {{ ... on Municipality {{ code }} id ... on Node {{ __typename }} }} }}")).await;
    assert_eq!(
        merged,
        format!(
            "{{\"data\":{{\"node\":{{\"code\":\"FI-837\",\"id\":\"{id}\",\"__typename\":\"Municipality\"}}}}"
        )
    );
    for (document, expected) in [
        (
            "{ viewer { roles @skip(if: true) } viewer { roles } }",
            r#"{"data":{"viewer":{"roles":["PUBLIC","COORDINATOR"]}}"#,
        ),
        (
            "{ viewer { roles @skip(if: true) } }",
            r#"{"data":{"viewer":{}}"#,
        ),
        ("{ __typename @skip(if: true) }", r#"{"data":{}"#),
        (
            "{ municipalities(first: 1) { nodes { id @skip(if: true) } pageInfo { hasNextPage @skip(if: true) } } }",
            r#"{"data":{"municipalities":{"nodes":[{}],"pageInfo":{}}}"#,
        ),
        (
            "{ __type(name: \"Node\") { kind @skip(if: true) } }",
            r#"{"data":{"__type":{}}"#,
        ),
    ] {
        assert_eq!(text(document.to_owned()).await, expected, "{document}");
    }
    let none = text(format!(
        "{{ node(id: \"{id}\") {{ ... on Account {{ status }} }} }}"
    ))
    .await;
    assert_eq!(none, r#"{"data":{"node":{}}"#);
}

async fn what_the_schema_does_not_know_of_an_input_is_refused(app: App) {
    let world = World::of(&app, "FI-837").await;
    let town = town(&world).await;
    let with = |field: &str| {
        let add = add(&town, "Kept").replacen("kind: GROUP", &format!("kind: GROUP, {field}"), 1);
        format!("mutation($unset: ID) {{ {add} }}")
    };
    let before = app.count("responsible_entity").await;
    for (field, expected) in [
        ("id: $unset, nmae: 1", "BAD_USER_INPUT"),
        ("id: $unset, validateOnly: null", "BAD_USER_INPUT"),
        (
            "id: $unset, validateOnly: true, validateOnly: false",
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ] {
        let answer = app.call(&world.coordinator, &with(field), json!({})).await;
        assert_eq!(
            (answer.status, code(&answer)),
            (400, &json!(expected)),
            "{field}: {}",
            answer.body
        );
    }
    let both = "query($id: ID!) { municipality(by: {id: $id, code: \"FI-837\"}) { name } }";
    let answer = app
        .call(&world.coordinator, both, json!({"id": town}))
        .await;
    assert_eq!(
        (answer.status, code(&answer)),
        (400, &json!("BAD_USER_INPUT"))
    );
    assert_eq!(app.count("responsible_entity").await, before);
}

async fn a_variable_fits_where_the_schema_has_a_default(app: App) {
    let who = app.public();
    let dry = "query($d: Boolean) { rateLimit(dryRun: $d) { cost } }";
    for variables in [json!({}), json!({"d": true})] {
        let data = app.read(&who, dry, variables).await;
        assert!(data["rateLimit"]["cost"].is_u64(), "{data}");
    }
    for wrong in [
        "query($id: ID!) { programme(key: $id) { name } }",
        "query($id: String) { programme(key: $id) { name } }",
        "query($v: [Nope] = 1) { __typename }",
        "query($ids: ID!) { nodes(ids: $ids) { id } }",
    ] {
        let answer = app
            .call(&who, wrong, json!({"id": NOTHING, "ids": NOTHING}))
            .await;
        assert_eq!(
            (answer.status, code(&answer)),
            (400, &json!("GRAPHQL_VALIDATION_FAILED")),
            "{wrong}"
        );
    }
}

async fn null_from_a_variable_and_a_wrong_cursor_fail_their_fields(app: App) {
    let who = app.public();
    let dry = "query($d: Boolean = false) { rateLimit(dryRun: $d) { cost } viewer { roles } }";
    let answer = app.call(&who, dry, json!({"d": null})).await;
    assert_eq!(
        (answer.status, code(&answer)),
        (200, &json!("BAD_USER_INPUT")),
        "{}",
        answer.body
    );
    assert_eq!(answer.body["errors"][0]["path"], json!(["rateLimit"]));
    let world = World::of(&app, "FI-837").await;
    let cursor = "{ viewer { roles } municipality(by: {code: \"FI-837\"}) { code history(after: \"x\") { nodes { id } } } }";
    let answer = app.call(&world.coordinator, cursor, json!({})).await;
    assert_eq!(
        (answer.status, code(&answer)),
        (200, &json!("INVALID_CURSOR")),
        "{}",
        answer.body
    );
    assert_eq!(
        answer.body["data"],
        json!({
            "viewer": {"roles": ["PUBLIC", "COORDINATOR"]},
            "municipality": {"code": "FI-837", "history": null},
        })
    );
}
