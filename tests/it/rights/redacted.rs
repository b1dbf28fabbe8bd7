//! What an answer says of the fields that it hides: each once, with the reason, and nothing of
//! whether there is a value.

use serde_json::{Value, json};

use super::machine;
use crate::{
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    a_hidden_field_is_told_once_with_what_it_needs
    a_redaction_does_not_tell_whether_there_is_a_value
    a_token_without_the_scope_is_told_so
    who_sees_all_is_told_nothing
    every_null_that_a_right_caused_is_named
}

const ASSESSMENT: &str =
    "currentCycle { assessment { submittedAt again: submittedAt items { id } } }";

async fn extensions(world: &World<'_>, who: &Person, selection: &str) -> (Value, Value) {
    let document = format!(
        "query Ask($code: String!) {{ municipality(by: {{ code: $code }}) {{ {selection} }} }}"
    );
    let variables = json!({ "code": world.code });
    let answer = world.app.call(who, &document, variables).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body["errors"].is_null(), "{}", answer.body);
    let data = answer.body["data"]["municipality"].clone();
    let redactions = &answer.body["extensions"]["redactions"];
    let told = match redactions {
        Value::Null => Value::Null,
        redactions => json!({ "redactions": redactions }),
    };
    (data, told)
}

const MUNICIPAL: [&str; 9] = [
    "YOUTH_REPRESENTATIVE",
    "STEERING_MEMBER",
    "COORDINATOR",
    "DECISION_MAKER",
    "RESPONSIBLE_ENTITY",
    "SERVICE_ACCOUNT",
    "ADVISER",
    "PROGRAMME_MANAGER",
    "DECIDING_BODY",
];

fn redaction(coordinate: &str, reason: &str, count: i64) -> Value {
    json!({ "coordinate": coordinate, "reason": reason, "requiredScopes": ["assessments:read"],
        "requiredRoles": MUNICIPAL, "count": count })
}

async fn a_hidden_field_is_told_once_with_what_it_needs(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    let (data, told) = extensions(&world, &app.public(), ASSESSMENT).await;
    let hidden = json!({ "submittedAt": null, "again": null, "items": null });
    assert_eq!(data["currentCycle"]["assessment"], hidden);
    let expected = json!({ "redactions": [
        redaction("Assessment.items", "ROLE", 1),
        redaction("Assessment.submittedAt", "ROLE", 2),
    ] });
    assert_eq!(told, expected);
}

async fn a_redaction_does_not_tell_whether_there_is_a_value(app: App) {
    let world = World::of(&app, "FI-837").await;
    world.started().await;
    let selection = "currentCycle { milestones { returnReason waiverReason } }";
    let before = extensions(&world, &app.public(), selection).await;
    let counts = before.1["redactions"].as_array().unwrap();
    let counts: Vec<_> = counts.iter().map(|entry| &entry["count"]).collect();
    assert_eq!(counts, [5, 5]);
    let asked = world
        .ask(&world.manager, "currentCycle { milestones { id version } }")
        .await;
    let mut waive = World::step(
        "milestoneProgressId",
        &asked["currentCycle"]["milestones"][1],
    );
    waive["reason"] = "Done before".into();
    let select = "milestoneProgress { waiverReason }";
    app.done(&world.manager, "waiveMilestone", waive, select)
        .await;
    assert_eq!(extensions(&world, &app.public(), selection).await, before);
}

async fn a_token_without_the_scope_is_told_so(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    let own = machine(&app, "FI-837", &["plans:read"]).await;
    let selection = "currentCycle { assessment { items { id } } }";
    let (_, told) = extensions(&world, &own.caller, selection).await;
    let expected = json!({ "redactions": [redaction("Assessment.items", "SCOPE", 1)] });
    assert_eq!(told, expected);
    let foreign = machine(&app, "FI-049", &["plans:read"]).await;
    let (_, told) = extensions(&world, &foreign.caller, selection).await;
    let expected = json!({ "redactions": [redaction("Assessment.items", "ROLE", 1)] });
    assert_eq!(told, expected);
}

async fn who_sees_all_is_told_nothing(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    for who in [&world.coordinator, &world.adviser, &world.manager] {
        let (data, told) = extensions(&world, who, ASSESSMENT).await;
        assert!(data["currentCycle"]["assessment"]["items"].is_array());
        assert_eq!(told, Value::Null);
    }
    let (_, told) = extensions(&world, &app.public(), "name").await;
    assert_eq!(told, Value::Null);
}

async fn every_null_that_a_right_caused_is_named(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    let selection = "memberships { id } history { totalCount } responsibleEntities { id }
        currentCycle { cancellationReason history { totalCount }
            assessment { returnReason history { totalCount } } }";
    let named = |told: &Value| -> Vec<String> {
        let entries = told["redactions"].as_array().into_iter().flatten();
        let line = |entry: &Value| {
            let text = |key: &str| entry[key].as_str().unwrap().to_owned();
            format!(
                "{} {} {}",
                text("coordinate"),
                text("reason"),
                entry["requiredScopes"][0]
            )
        };
        entries.map(line).collect()
    };
    let line =
        |coordinate: &str, reason: &str, scope: &str| format!("{coordinate} {reason} \"{scope}\"");
    let of = |reason: [&str; 7]| {
        [
            line("Assessment.history", reason[0], "audit:read"),
            line("Assessment.returnReason", reason[1], "assessments:read"),
            line("Cycle.cancellationReason", reason[2], "municipalities:read"),
            line("Cycle.history", reason[3], "audit:read"),
            line("Municipality.history", reason[4], "audit:read"),
            line("Municipality.memberships", reason[5], "accounts:read"),
            line(
                "Municipality.responsibleEntities",
                reason[6],
                "municipalities:read",
            ),
        ]
    };
    let (data, told) = extensions(&world, &app.public(), selection).await;
    assert_eq!(named(&told), of(["ROLE"; 7]));
    for field in ["memberships", "history", "responsibleEntities"] {
        assert_eq!(data[field], Value::Null, "{field}");
    }
    let own = machine(&app, "FI-837", &["assessments:read", "municipalities:read"]).await;
    let (_, told) = extensions(&world, &own.caller, selection).await;
    let hidden = [
        "Assessment.history",
        "Cycle.history",
        "Municipality.history",
    ];
    let mut expected: Vec<_> = hidden.map(|one| line(one, "ROLE", "audit:read")).into();
    expected.push(line("Municipality.memberships", "ROLE", "accounts:read"));
    assert_eq!(named(&told), expected);
    let (_, told) = extensions(&world, &world.manager, selection).await;
    assert_eq!(told, Value::Null);
}
