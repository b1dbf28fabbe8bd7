//! Row Z8: lists that are longer than any statement could be.

use serde_json::json;

use super::strings::is_answered;
use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    z8_lists_without_end_are_refused
}

async fn z8_lists_without_end_are_refused(app: App) {
    let world = World::of(&app, "FI-837").await;
    let (codes, fields) = (
        json!(vec!["FI"; 40_000]),
        json!(vec![json!({ "field": "DECIDED_ON" }); 9_000]),
    );
    let granted = json!(vec!["GRANTED"; 20_000]);
    for (kind, values, field) in [
        (
            "String",
            &codes,
            "municipalities(filter: { programme: { in: $s } }) { totalCount }",
        ),
        (
            "String",
            &codes,
            "municipalities(filter: { region: { in: $s } }) { totalCount }",
        ),
        (
            "String",
            &codes,
            "municipalities(filter: { countryCode: { in: $s } }) { totalCount }",
        ),
        (
            "String",
            &codes,
            "recognitionDecisions(filter: { programme: { in: $s } }) { totalCount }",
        ),
        (
            "String",
            &codes,
            "recognitionDecisions(filter: { municipality: { in: $s } }) { totalCount }",
        ),
        (
            "DecisionOutcome",
            &granted,
            "recognitionDecisions(filter: { outcome: { in: $s } }) { totalCount }",
        ),
        (
            "RecognitionDecisionOrder",
            &fields,
            "recognitionDecisions(orderBy: $s) { totalCount }",
        ),
        (
            "String",
            &codes,
            "auditLog(filter: { programme: { in: $s } }) { totalCount }",
        ),
    ] {
        let document = format!("query($s: [{kind}!]!) {{ {field} }}");
        let body = is_answered(&app, &world.manager, &document, json!({ "s": values })).await;
        let code = &body["errors"][0]["extensions"]["code"];
        assert_eq!(code, "BAD_USER_INPUT", "{field}");
    }
    for (list, code) in [("scopes", "INVALID"), ("origins", "LIMIT_REACHED")] {
        let mut input = json!({ "name": "x", "programme": "FI", "scopes": ["plans:read"] });
        input[list] = json!(vec!["https://a.example"; 5_000]);
        assert_eq!(
            app.refused(&world.manager, "addApiClient", input).await,
            [code]
        );
    }
}
