//! What a player sends, and what the server says of the states of all things.

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use super::model::{Model, Thing};
use crate::harness::{App, Person};

/// The field of a payload and the start of the key of an input, by kind.
pub(super) fn field(kind: &str) -> String {
    format!("{}{}", kind[..1].to_lowercase(), &kind[1..])
}

/// The key of the id in the input of the mutations of a kind.
fn key(kind: &str) -> String {
    match kind {
        "RecognitionDecision" => "decisionId".to_owned(),
        "RecognitionCondition" => "conditionId".to_owned(),
        _ => format!("{}Id", field(kind)),
    }
}

/// What is read of a thing after a step.
pub(super) fn selection(mutation: &str, kind: &str) -> String {
    let more = match mutation {
        "decideRecognition" => "outcome conditions { id }",
        "publishRecognitionDecision" => "recognition { id validUntil }",
        _ => "",
    };
    format!("{} {{ id status version {more} }}", field(kind))
}

const CRITERIA: [&str; 4] = [
    "PRINCIPLES",
    "RESULTS",
    "LASTING_STRUCTURES",
    "OPEN_REPORTING",
];

/// A decision by its number: each outcome has its turn, and every other one ends soon.
fn decided(input: &mut Value, number: u64, today: NaiveDate) {
    let outcome = match number % 3 {
        0 => "GRANTED",
        1 => "CONDITIONAL",
        _ => "NOT_GRANTED",
    };
    let is_grant = outcome != "NOT_GRANTED";
    let criteria: Vec<_> = CRITERIA
        .map(|code| json!({ "criterionCode": code, "isMet": is_grant, "reason": "As it is" }))
        .into();
    input["outcome"] = outcome.into();
    input["decidingBody"] = "National committee".into();
    input["publicReason"] = "As it is".into();
    input["votes"] = json!({ "for": 3, "against": 1 });
    input["criteria"] = criteria.into();
    if outcome == "CONDITIONAL" {
        input["conditions"] = json!([{ "text": "More of it" }, { "text": "Better" }]);
    }
    if is_grant && number % 2 == 1 {
        input["validUntil"] = (today + TimeDelta::days(13)).to_string().into();
    }
}

/// The input of a mutation of a thing, with an expected version, that lacks nothing.
pub(super) fn input(
    mutation: &str,
    thing: &Thing,
    version: i64,
    (number, today): (u64, NaiveDate),
) -> Value {
    let mut input = json!({ "expectedVersion": version });
    input[key(thing.kind)] = thing.id.clone().into();
    match mutation {
        "activateParticipation" => input["agreementSignedOn"] = "2024-01-10".into(),
        "adoptActionPlan" => {
            input["body"] = "Municipal board".into();
            input["adoptedOn"] = today.to_string().into();
            input["reference"] = "§ 12".into();
            input["wereChildrenHeard"] = true.into();
        }
        "decideRecognition" => decided(&mut input, number, today),
        "extendRecognition" => {
            let until = thing.day.max(today) + TimeDelta::days(10);
            input["validUntil"] = until.to_string().into();
        }
        "cancelCycle"
        | "waiveMilestone"
        | "returnMilestone"
        | "returnAssessment"
        | "returnActionPlan"
        | "cancelAction"
        | "suspendRecognition"
        | "withdrawRecognition"
        | "rejectCondition"
        | "waiveCondition" => input["reason"] = "Why".into(),
        _ => {}
    }
    input
}

/// What a player is told of a thing; null if it does not exist for them.
pub(super) async fn told(app: &App, who: &Person, thing: &Thing) -> Value {
    let document = format!(
        "query($id: ID!) {{ node(id: $id) {{ ... on {} {{ viewerActions {{ action isAllowed blockedBy {{ code }} }} }} }} }}",
        thing.kind
    );
    let mut read = app.read(who, &document, json!({ "id": thing.id })).await;
    let actions = read.pointer_mut("/node/viewerActions");
    if let Some(actions) = actions.and_then(Value::as_array_mut) {
        for action in &mut *actions {
            action["blockedBy"].as_array_mut().unwrap().dedup();
        }
        actions.sort_by_key(|action| action["action"].to_string());
    }
    read["node"].take()
}

/// Where the server and the model differ, as somebody sees who sees everything.
pub(super) async fn differing(app: &App, who: &Person, model: &Model) -> Vec<String> {
    let mut kinds: Vec<_> = model.things.iter().map(|thing| thing.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let parts = kinds.iter().map(|kind| {
        let lower = field(kind);
        format!("... on {kind} {{ {lower}Status: status version }} ")
    });
    let document = format!(
        "query($ids: [ID!]!) {{ nodes(ids: $ids) {{ {} }} }}",
        parts.collect::<String>()
    );
    let ids: Vec<_> = model.things.iter().map(|thing| &thing.id).collect();
    let read = app.read(who, &document, json!({ "ids": ids })).await;
    let nodes = read["nodes"].as_array().unwrap();
    let rows = model.things.iter().enumerate().zip(nodes);
    let differing = rows.filter_map(|((at, thing), node)| {
        let state = &node[format!("{}Status", field(thing.kind))];
        let is_same = *state == model.state(at) && node["version"] == thing.version;
        (!is_same).then(|| {
            let Thing { kind, version, .. } = thing;
            format!("{kind}: {} {version} expected, not {node}", model.state(at))
        })
    });
    differing.collect()
}
