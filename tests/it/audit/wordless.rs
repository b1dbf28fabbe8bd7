//! The journal holds no word that somebody wrote.

use std::collections::BTreeSet;

use serde_json::json;

use crate::{
    harness::{App, on_both_databases},
    journey,
    world::World,
};

on_both_databases! {
    no_text_that_anybody_wrote_is_in_the_journal
}

const JOURNAL: [&str; 2] = ["audit_event", "outbox_event"];

/// Where people write.
const CONTENT: [&str; 15] = [
    "account",
    "api_client",
    "assessment",
    "assessment_item",
    "action_plan",
    "objective",
    "action",
    "action_indicator",
    "responsible_entity",
    "recognition_decision",
    "recognition",
    "recognition_condition",
    "criterion_judgement",
    "cycle",
    "milestone_progress",
];

/// All that a table holds as text.
async fn texts(app: &App, table: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for column in app.columns(table).await {
        // Ids are bytes on SQLite.
        let is_text = if app.is_postgres() {
            "TRUE".to_owned()
        } else {
            format!("typeof({column}) = 'text'")
        };
        let sql = format!("SELECT CAST({column} AS TEXT) FROM {table} WHERE {is_text}");
        texts.extend(app.column(&sql).await);
    }
    texts
}

/// What reads as if a person wrote it.
fn is_prose(text: &str) -> bool {
    let has_words = text.contains(' ') && text.contains(char::is_alphabetic);
    has_words || text.contains("canary")
}

async fn no_text_that_anybody_wrote_is_in_the_journal(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let item = &assessment["items"][0];
    let answer = json!({ "itemId": item["id"], "answer": "LEVEL", "level": 1, "expectedVersion": 1, "comment": "a canary in a comment" });
    app.done(&world.coordinator, "answerIndicator", answer, "item { id }")
        .await;
    world
        .answered(
            &assessment,
            2,
            &[item["indicator"]["number"].as_i64().unwrap()],
        )
        .await;
    let submit = World::step("assessmentId", &assessment);
    let select = "assessment { id version }";
    let submitted = app
        .done(&world.coordinator, "submitAssessment", submit, select)
        .await;
    let mut back = World::step("assessmentId", &submitted["assessment"]);
    back["reason"] = "a canary in a reason".into();
    let back = app
        .done(&world.adviser, "returnAssessment", back, select)
        .await;
    let submit = World::step("assessmentId", &back["assessment"]);
    let submitted = app
        .done(&world.coordinator, "submitAssessment", submit, select)
        .await;
    let confirm = World::step("assessmentId", &submitted["assessment"]);
    app.done(&world.adviser, "confirmAssessment", confirm, select)
        .await;
    journey::approved(&world, &cycle).await;
    journey::recognised(&world, &cycle).await;
    let home = world.ask(&world.manager, "id").await["id"].clone();
    let invite = json!({ "programme": "FI", "municipalityId": home, "role": "COORDINATOR",
        "name": "A canary with a name", "email": "canary@town.example" });
    app.done(&world.manager, "inviteAccount", invite, "account { id }")
        .await;
    let entity = json!({ "programme": "FI", "municipalityId": home, "kind": "DEPARTMENT", "name": "A canary of an entity" });
    app.done(
        &world.coordinator,
        "addResponsibleEntity",
        entity,
        "responsibleEntity { id }",
    )
    .await;
    let client = json!({ "programme": "FI", "municipalityId": home, "name": "A canary of a client", "scopes": ["plans:read"] });
    app.done(&world.manager, "addApiClient", client, "apiClient { id }")
        .await;

    let mut prose = BTreeSet::new();
    for table in CONTENT {
        let texts = texts(&app, table).await.into_iter();
        prose.extend(texts.filter(|text| is_prose(text)));
    }
    let canaries = prose.iter().filter(|text| text.contains("canary"));
    assert_eq!(canaries.count(), 6, "{prose:#?}");
    assert!(prose.len() > 10, "{prose:#?}");
    for table in JOURNAL {
        let kept = texts(&app, table).await.join("\n");
        assert!(kept.contains("AssessmentItem"), "{table} is read");
        assert!(!kept.to_lowercase().contains("canary"), "{table}");
        for text in &prose {
            assert!(!kept.contains(text.as_str()), "{table} holds {text:?}");
        }
    }
}
