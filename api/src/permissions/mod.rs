//! The permission tables as documents: what the machines and the field classes say, for people and
//! programs. Generated from the tables that enforce.

mod markdown;

use std::fmt::Write;

use async_graphql::resolver_utils::EnumType;
use entity::account::Role;
use serde_json::{Value, json};

pub use self::markdown::markdown;
use crate::{
    access::{Action, Operation, resource_of, scope_for},
    account, action_plan, assessment, client, municipality, recognition, schema,
    workflow::{Machine, word},
};

/// One step of one machine, in words.
struct Step {
    kind: &'static str,
    from: &'static str,
    action: &'static str,
    to: &'static str,
    who: Vec<&'static str>,
}

fn steps_of<S: Copy + EnumType>(kind: &'static str, machine: &Machine<S>) -> Vec<Step> {
    let transitions = machine.transitions.iter();
    transitions
        .map(|t| Step {
            kind,
            from: word(t.from),
            action: word(t.action),
            to: word(t.to),
            who: t.who.iter().map(|role| word(*role)).collect(),
        })
        .collect()
}

fn steps() -> Vec<Step> {
    [
        steps_of("Participation", &municipality::PARTICIPATION),
        steps_of("Cycle", &municipality::CYCLE),
        steps_of("MilestoneProgress", &municipality::MILESTONE),
        steps_of("Assessment", &assessment::ASSESSMENT),
        steps_of("ActionPlan", &action_plan::PLAN),
        steps_of("Action", &action_plan::ACTION),
        steps_of("RecognitionDecision", &recognition::DECISION),
        steps_of("Recognition", &recognition::RECOGNITION),
        steps_of("RecognitionCondition", &recognition::CONDITION),
        steps_of("Account", &account::ACCOUNT),
        steps_of("ApiClient", &client::CLIENT),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The scope that a token needs for a type of the schema.
fn scope(kind: &str, action: Action) -> Option<&'static str> {
    scope_for(resource_of(kind)?, action)
}

/// The tables as JSON, served at `/permissions.json`.
pub(crate) fn json() -> String {
    let steps: Vec<Value> = steps()
        .iter()
        .map(|step| {
            json!({ "type": step.kind, "from": step.from, "action": step.action, "to": step.to,
                "roles": step.who, "scope": scope(step.kind, Action::Write) })
        })
        .collect();
    let fields: Vec<Value> = schema::fields()
        .map(|field| {
            json!({ "coordinate": field.coordinate, "class": word(field.class),
                "roles": words(field.class.roles()), "scope": field.scope() })
        })
        .collect();
    let operations: Vec<Value> = schema::operations()
        .iter()
        .map(|operation| {
            json!({ "coordinate": operation.coordinate, "roles": words(&operation.who),
                "scope": operation.scope() })
        })
        .collect();
    json!({ "transitions": steps, "fields": fields, "operations": operations }).to_string()
}

fn words(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|role| word(*role)).collect()
}

/// What an operation asks for, in words.
fn asks(operation: &Operation) -> String {
    words(&operation.who).join(", ")
}

/// The tables as text, one line per role and step: a change of policy is a change of lines.
#[must_use]
pub fn text() -> String {
    let mut text = String::new();
    for role in Role::items() {
        for step in steps().iter().filter(|step| step.who.contains(&role.name)) {
            // Writing to a string cannot fail.
            let _ = writeln!(
                text,
                "{} may {} a {} from {} to {}",
                role.name, step.action, step.kind, step.from, step.to
            );
        }
    }
    for field in schema::fields() {
        let _ = writeln!(
            text,
            "{} is of class {}",
            field.coordinate,
            word(field.class)
        );
    }
    for operation in schema::operations() {
        let coordinate = operation.coordinate;
        let _ = writeln!(text, "{coordinate} is for {}", asks(&operation));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    #[test]
    fn every_line_names_the_scope_that_it_needs() {
        let table: Value = serde_json::from_str(&super::json()).unwrap();
        let lines = |name: &str| table[name].as_array().unwrap().clone();
        for (name, ending) in [
            ("transitions", ":write"),
            ("fields", ":read"),
            ("operations", ""),
        ] {
            for line in lines(name) {
                let scope = line["scope"].as_str().unwrap();
                assert!(scope.contains(':') && scope.ends_with(ending), "{line}");
            }
        }
    }
}
