//! `accessCheck`, answers and redactions agree: over random documents of every reader, what is DENIED or
//! REDACTED answers null everywhere and is named in the answer, and of what is ALLOWED some row answers.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::{Chance, Grammar, Material, Reader};
use crate::{
    ground::{Ground, Stage},
    harness::{App, on_both_databases},
};

on_both_databases! {
    what_is_allowed_answers_and_what_is_hidden_does_not
}

/// Random documents, beside those that ask for every field.
const DOCUMENTS: u64 = 60;
/// How many documents are asked at once.
const AT_ONCE: usize = 4;

/// Coordinates that are allowed to somebody who is answered none here, and why. May only shrink.
const EXPLAINED: [(&str, &str); 17] = [
    ("Viewer.account", "not signed in, or a link to a hidden row"),
    ("Viewer.accountId", "not signed in"),
    ("Viewer.clientId", "a person"),
    ("Membership.account", "a link to a hidden row"),
    ("Membership.municipality", "held in the whole programme"),
    ("Membership.responsibleEntity", "another role"),
    ("Invitation.invitedBy", "a link to a hidden row"),
    ("AuditEvent.actor", "a link to a hidden row"),
    (
        "AuditEvent.systemReason",
        "only people did what they read of",
    ),
    ("Cycle.endedOn", "no cycle is closed"),
    (
        "ActionPlan.returnReason",
        "none that was submitted is sent back",
    ),
    ("Assessment.returnReason", "none that they see is sent back"),
    ("AssessmentItem.notApplicableReason", "their item applies"),
    ("AssessmentItem.comment", "their items have none"),
    (
        "AssessmentItem.previousAnswer",
        "nothing came before the baseline",
    ),
    (
        "AssessmentItem.previousLevel",
        "nothing came before the baseline",
    ),
    (
        "AssessmentItem.previousAssessment",
        "nothing came before the baseline",
    ),
];

/// What one reader was told and answered.
#[derive(Default)]
struct Findings {
    /// What `accessCheck` said of each coordinate.
    outcomes: BTreeMap<String, String>,
    /// Coordinates of which some row answered.
    answered: BTreeSet<String>,
    /// What does not agree within one document.
    faults: BTreeSet<String>,
}

const CHECK: &str = "query Check($document: String!) {
    accessCheck(document: $document) { coordinates { coordinate outcome } } }";

async fn both(app: &App, reader: &Reader, document: &str) -> Option<(Value, Value)> {
    let answer = app.call(&reader.person, document, json!({})).await;
    let variables = json!({ "document": document });
    let check = app.call(&reader.person, CHECK, variables).await;
    let told = check.body["data"]["accessCheck"]["coordinates"].clone();
    // What is beyond the limits is refused both ways.
    (answer.status == 200 && told.is_array()).then_some((answer.body, told))
}

impl Findings {
    fn take(&mut self, grammar: &Grammar, (answer, told): &(Value, Value)) {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        for one in told.as_array().unwrap() {
            let (coordinate, outcome) = (text(&one["coordinate"]), text(&one["outcome"]));
            let before = self.outcomes.insert(coordinate.clone(), outcome.clone());
            if before.is_some_and(|before| before != outcome) {
                self.faults
                    .insert(format!("{coordinate} is judged in two ways"));
            }
        }
        let named = answer["extensions"]["redactions"].as_array();
        let named: BTreeSet<_> = named
            .into_iter()
            .flatten()
            .map(|one| text(&one["coordinate"]))
            .collect();
        grammar.walk(
            "Query",
            &answer["data"],
            &mut |coordinate: String, is_null| {
                if !is_null {
                    self.answered.insert(coordinate);
                    return;
                }
                let is_hidden = self
                    .outcomes
                    .get(&coordinate)
                    .is_some_and(|o| o == "REDACTED");
                // What failed is null for that.
                let is_told = !answer["errors"].is_null() || named.contains(&coordinate);
                if is_hidden && !is_told {
                    self.faults
                        .insert(format!("{coordinate} is null and not named"));
                }
            },
        );
        for coordinate in named {
            if !self.outcomes.contains_key(&coordinate) {
                self.faults
                    .insert(format!("{coordinate} is named and was not asked for"));
            }
        }
    }

    /// What does not agree with what is there: `alive` is what some reader was answered.
    fn disagreements(&self, alive: &BTreeSet<String>) -> Vec<String> {
        let faults = self.faults.iter().cloned();
        let judged = self.outcomes.iter().filter_map(|(coordinate, outcome)| {
            let is_answered = self.answered.contains(coordinate);
            let is_explained = EXPLAINED.iter().any(|(known, _)| known == coordinate);
            let fits = match outcome.as_str() {
                "ALLOWED" => is_answered || !alive.contains(coordinate) || is_explained,
                _ => !is_answered,
            };
            (!fits).then(|| format!("{coordinate} is {outcome}, answered: {is_answered}"))
        });
        faults.chain(judged).collect()
    }
}

/// Everybody has an address and was invited, so that each reads these of themself at least.
async fn invited(app: &App) {
    let sql = "UPDATE account SET email = 'somebody@town.example' WHERE email IS NULL";
    app.meddle(sql).await.unwrap();
    let digest = if app.is_postgres() {
        "decode(replace(CAST(id AS TEXT), '-', ''), 'hex')"
    } else {
        "randomblob(32)"
    };
    let sql = format!(
        "INSERT INTO invitation (id, account_id, digest, expires_at, invited_by, created_at, updated_at,
            version)
        SELECT id, id, {digest}, created_at, id, created_at, created_at, 1 FROM account
        WHERE id NOT IN (SELECT account_id FROM invitation)"
    );
    app.meddle(&sql).await.unwrap();
}

/// The responsible entity answers its item.
async fn answered(ground: &Ground<'_>) {
    let (app, carrier) = (ground.world.app, &ground.hands.carrier);
    let document = "query V($id: ID!) { node(id: $id) { ... on AssessmentItem { version } } }";
    let id = ground.id("item of the carrier");
    let read = app.read(carrier, document, json!({ "id": id })).await;
    let input = json!({ "itemId": id, "answer": "LEVEL", "level": 2,
        "expectedVersion": read["node"]["version"] });
    app.done(carrier, "answerIndicator", input, "item { id }")
        .await;
}

async fn what_is_allowed_answers_and_what_is_hidden_does_not(app: App) {
    let ground = Ground::of(&app, "FI-837", Stage::Decided).await;
    let readers = Reader::all(&app, &ground).await;
    invited(&app).await;
    answered(&ground).await;
    let goals = "query P($id: ID!) { node(id: $id) { ... on ActionPlan { objectives { id } } } }";
    let plan = json!({ "id": ground.id("approved plan") });
    let plan = app.read(&ground.world.manager, goals, plan).await;
    let goal = plan["node"]["objectives"][0]["id"].clone();
    let ids = ground.ids().chain([&goal]);
    let material = Material {
        ids: ids.map(|id| id.as_str().unwrap().to_owned()).collect(),
        codes: vec![ground.world.code.clone()],
    };
    let grammar = Grammar::of(&app, &ground.world.manager, &material.ids).await;
    // All ask the same, so that whoever is answered nothing was asked for what others read.
    let mut chance = Chance::of(14);
    let whole = material.ids.iter().map(|id| grammar.whole(id));
    let random = (0..DOCUMENTS).map(|_| grammar.random(&mut chance, &material));
    let mut documents: Vec<String> = whole.chain(random).collect();
    documents.extend(grammar.roots());
    let names =
        "{ indicators(programme: \"FI\") { __typename nameTranslations { __typename value } } }";
    documents.push(names.to_owned());
    let mut found = Vec::new();
    for reader in &readers {
        let answers = stream::iter(&documents).map(|document| both(&app, reader, document));
        let answers: Vec<_> = answers.buffered(AT_ONCE).collect().await;
        let mut findings = Findings::default();
        for both in answers.iter().flatten() {
            findings.take(&grammar, both);
        }
        found.push((reader, findings));
    }
    let alive = found.iter().flat_map(|(_, f)| f.answered.iter().cloned());
    let alive: BTreeSet<String> = alive.collect();
    let all: Vec<String> = found
        .iter()
        .flat_map(|(reader, findings)| {
            let told = findings.disagreements(&alive).into_iter();
            told.map(|fault| format!("{} {:?}: {fault}", reader.role, reader.scopes))
        })
        .collect();
    assert!(
        all.is_empty(),
        "{} disagree:\n{}",
        all.len(),
        all.join("\n")
    );
}
