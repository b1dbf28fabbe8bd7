//! The access matrix: every root operation, tried by every role in every relation. What is allowed
//! is written in `tests/access_matrix.csv`.

mod cast;
mod operations;
mod probes;
mod schema;
mod table;
mod trace;

use futures_util::{StreamExt, stream};
use serde_json::Value;

pub(crate) use self::cast::{appointed, second_programme};
use self::{
    cast::Actor,
    probes::Probe,
    schema::Schema,
    table::{
        Outcome::{self, Allowed, Forbidden, Hidden, Masked},
        Row,
    },
};
use crate::{
    ground::{Ground, Stage},
    harness::{App, on_both_databases},
};

on_both_databases! {
    every_operation_and_role_has_its_place_in_the_matrix
    every_cell_of_the_matrix_holds_and_nothing_changes
}

/// How many cells are tried at once.
const AT_ONCE: usize = 8;

async fn every_operation_and_role_has_its_place_in_the_matrix(app: App) {
    let schema = Schema::of(&app).await;
    let (roles, rows) = table::read();
    let rows = rows.into_iter().map(|row| row.operation).collect();
    assert_eq!(schema.operations, rows, "left the schema, right the rows");
    let columns = roles.into_iter().collect();
    assert_eq!(schema.roles, columns, "left the schema, right the columns");
}

async fn every_cell_of_the_matrix_holds_and_nothing_changes(app: App) {
    let ground = Ground::of(&app, "FI-837", Stage::Decided).await;
    cast::second_programme(&app.operator).await;
    let cast = cast::assembled(&app, &ground, "FI-049").await;
    let schema = Schema::of(&app).await;
    let (roles, rows) = table::read();
    for role in &roles {
        let has = cast.iter().any(|actor| actor.role == role);
        assert!(has, "nobody plays {role}");
    }
    let before = trace::contents(&app).await;
    let tries = rows
        .iter()
        .flat_map(|row| cast.iter().map(move |actor| (row, actor)));
    let attempt = |(row, actor)| tried(&app, &schema, &ground, row, actor);
    let faults: Vec<String> = stream::iter(tries)
        .map(attempt)
        .buffer_unordered(AT_ONCE)
        .filter_map(|fault| async { fault })
        .collect()
        .await;
    assert!(
        faults.is_empty(),
        "{} cells:\n{}",
        faults.len(),
        faults.join("\n")
    );
    let after = trace::contents(&app).await;
    let changed = after
        .iter()
        .filter(|&(table, now)| before.get(table) != Some(now));
    let changed: Vec<_> = changed.map(|(table, _)| table).collect();
    assert!(changed.is_empty(), "something was written: {changed:?}");
}

/// One cell: what an actor is answered about what is there and about what is not. Answers with what
/// is wrong.
async fn tried(
    app: &App,
    schema: &Schema,
    ground: &Ground<'_>,
    row: &Row,
    actor: &Actor,
) -> Option<String> {
    let about = (row.operation.as_str(), row.target.as_str());
    let wanted = row.cell(actor.role).outcome(actor.relation);
    let Some(probe) = Probe::of(schema, ground, actor, about, false) else {
        return Some(format!("{about:?} has no probe"));
    };
    let text = app
        .text(&actor.person, &probe.document, probe.variables.clone())
        .await;
    let got = outcome(&probe, &text);
    if got != Some(wanted) {
        let Actor { role, relation, .. } = actor;
        return Some(format!(
            "{about:?} {role} {relation:?}: wanted {wanted:?}, got {got:?} {text}"
        ));
    }
    if !probe.has_id {
        return None;
    }
    let absent = Probe::of(schema, ground, actor, about, true)?;
    let text_of_absent = app
        .text(&actor.person, &absent.document, absent.variables.clone())
        .await;
    let got = outcome(&absent, &text_of_absent);
    let is_alike = wanted != Hidden || anonymous(&text) == anonymous(&text_of_absent);
    let is_refused = matches!(got, Some(Hidden | Forbidden));
    (!is_alike || !is_refused).then(|| {
        let Actor { role, relation, .. } = actor;
        format!("{about:?} {role} {relation:?}: there {text}, not there {text_of_absent}")
    })
}

/// What an answer says, byte for byte but for the id of its request.
fn anonymous(text: &str) -> String {
    let Some(at) = text.find("\"requestId\":\"") else {
        return text.to_owned();
    };
    let rest = &text[at + 13..];
    let end = rest.find('"').unwrap();
    format!("{}{}", &text[..at], &rest[end..])
}

/// How an answer is to be read, if it is none of the four, not at all.
fn outcome(probe: &Probe, text: &str) -> Option<Outcome> {
    let body: Value = serde_json::from_str(text).ok()?;
    if let Some(error) = body["errors"].get(0) {
        return match error["extensions"]["code"].as_str()? {
            "FORBIDDEN" | "INSUFFICIENT_SCOPE" | "UNAUTHENTICATED" => Some(Forbidden),
            "NOT_FOUND" => Some(Hidden),
            _ => None,
        };
    }
    let data = &body["data"];
    let Some(row) = &probe.row else {
        // No mutation of the matrix succeeds: who has the right is refused for something else.
        let payload = data.as_object()?.values().next()?;
        let errors = payload["userErrors"].as_array()?;
        let is_absent = errors.iter().any(|error| error["code"] == "NOT_FOUND");
        return match errors.as_slice() {
            [] => None,
            _ if is_absent => Some(Hidden),
            _ => Some(Allowed),
        };
    };
    let is_there = |path: &str| data.pointer(path).is_some_and(|value| !value.is_null());
    if !is_there(row) {
        return Some(Hidden);
    }
    let value = probe.value.as_deref();
    Some(if value.is_none_or(is_there) {
        Allowed
    } else {
        Masked
    })
}
