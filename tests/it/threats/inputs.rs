//! Row Z3: what nobody may set is in no input, so that it is refused before anything runs.

use entity::account::Role;
use serde_json::{Value, json};

use crate::harness::{App, on_both_databases};

on_both_databases! {
    z3_what_an_input_does_not_name_is_refused
}

const INPUTS: &str = "{ __schema { mutationType { fields { name args { type { ofType { name
    inputFields { name } } } } } } } }";

/// Columns that the server alone writes.
const OWN: [&str; 8] = [
    "version",
    "status",
    "createdAt",
    "updatedAt",
    "deletedAt",
    "actorId",
    "accountStatus",
    "isAdmin",
];

async fn z3_what_an_input_does_not_name_is_refused(app: App) {
    let manager = app.person(Role::ProgrammeManager, None).await;
    let schema = app.read(&manager, INPUTS, json!({})).await;
    let mutations = schema["__schema"]["mutationType"]["fields"]
        .as_array()
        .unwrap();
    assert!(mutations.len() > 50);
    let traces = app.count("audit_event").await;
    for mutation in mutations {
        let name = mutation["name"].as_str().unwrap();
        let input = &mutation["args"][0]["type"]["ofType"];
        let kind = input["name"].as_str().unwrap();
        let named = input["inputFields"].as_array().unwrap();
        let is_named = |own: &str| named.iter().any(|field| field["name"] == own);
        for own in OWN {
            assert!(!is_named(own), "{kind}.{own} is the server's to write");
            let document =
                format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ __typename }} }}");
            let answer = app
                .call(&manager, &document, json!({ "input": { own: 1 } }))
                .await;
            assert_eq!(
                (answer.status, answer.codes(name)),
                (400, vec!["BAD_USER_INPUT".to_owned()]),
                "{name} {own}"
            );
        }
        let document =
            format!("mutation {{ {name}(input: {{ isAdmin: true }}) {{ __typename }} }}");
        let answer = app.call(&manager, &document, Value::Null).await;
        assert_eq!(answer.status, 400, "{name} {}", answer.body);
    }
    assert_eq!(app.count("audit_event").await, traces);
}
