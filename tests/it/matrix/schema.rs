//! What the schema says of itself: its root operations and its roles.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::App;

/// The root operations and roles.
#[derive(Debug)]
pub(super) struct Schema {
    pub(super) operations: BTreeSet<String>,
    pub(super) roles: BTreeSet<String>,
    /// Mutations whose input has an `expectedVersion`.
    pub(super) versioned: BTreeSet<String>,
}

const DOCUMENT: &str = "{ __schema {
    queryType { fields(includeDeprecated: true) { name } }
    mutationType { fields(includeDeprecated: true) { name args { type { ofType { name inputFields { name } } } } } }
} __type(name: \"Role\") { enumValues(includeDeprecated: true) { name } } }";

fn names(of: &Value) -> BTreeSet<String> {
    let names = of.as_array().unwrap().iter().map(|one| &one["name"]);
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

impl Schema {
    /// Asks the server.
    pub(super) async fn of(app: &App) -> Self {
        let read = app.read(&app.public(), DOCUMENT, json!({})).await;
        let mutations = &read["__schema"]["mutationType"]["fields"];
        let versioned = mutations.as_array().unwrap().iter().filter(|mutation| {
            let fields = &mutation["args"][0]["type"]["ofType"]["inputFields"];
            names(fields).contains("expectedVersion")
        });
        Self {
            versioned: versioned
                .map(|mutation| mutation["name"].as_str().unwrap().to_owned())
                .collect(),
            operations: &names(&read["__schema"]["queryType"]["fields"]) | &names(mutations),
            roles: names(&read["__type"]["enumValues"]),
        }
    }
}
