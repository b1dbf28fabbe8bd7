//! Free texts keep personal data out: whichever text a mutation takes, a personal identity code in it
//! refuses the whole, and a contact does where everybody reads the text sooner or later.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use serde_json::{Value, json};

use crate::{
    ground::{Ground, Stage},
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    an_identity_code_is_refused_in_every_text_and_a_contact_in_what_becomes_public
}

/// Made up: numbers from 900 on are nobody's.
const IDENTITY_CODE: &str = "010190-900P";
const CONTACTS: [&str; 2] = ["council@town.example", "+358 40 000 1234"];

/// Texts that everybody reads once a plan is approved or a decision published.
const PUBLIC: &[&str] = &[
    "addAction.description",
    "addAction.dueOutsideReason",
    "addAction.title",
    "addObjective.title",
    "addResponsibleEntity.name",
    "adoptActionPlan.body",
    "adoptActionPlan.reference",
    "changeAction.description",
    "changeAction.dueOutsideReason",
    "changeAction.title",
    "changeActionIndicator.label",
    "changeActionIndicator.meansOfVerification",
    "changeActionIndicator.targetText",
    "changeActionPlan.vision",
    "changeObjective.title",
    "changeResponsibleEntity.name",
    "correctMeasurement.method",
    "correctMeasurement.text",
    "createActionPlan.vision",
    "decideRecognition.conditions.text",
    "decideRecognition.criteria.reason",
    "decideRecognition.decidingBody",
    "decideRecognition.publicReason",
    "defineActionIndicator.label",
    "defineActionIndicator.meansOfVerification",
    "defineActionIndicator.targetText",
    "recordMeasurement.method",
    "recordMeasurement.text",
];

/// Texts that stay within the municipality and its programme.
const WITHIN: &[&str] = &[
    "addApiClient.name",
    "answerIndicator.comment",
    "answerIndicator.notApplicableReason",
    "answerIndicators.answers.comment",
    "answerIndicators.answers.notApplicableReason",
    "cancelAction.reason",
    "cancelCycle.reason",
    "correctMeasurement.reason",
    "inviteAccount.name",
    "rejectCondition.reason",
    "returnActionPlan.reason",
    "returnAssessment.reason",
    "returnMilestone.reason",
    "submitCondition.note",
    "suspendRecognition.reason",
    "waiveCondition.reason",
    "waiveMilestone.reason",
    "withdrawRecognition.reason",
];

/// What is no text: codes, keys, names out of a list.
const NO_TEXT: &[&str] = &[
    "code",
    "criterionCode",
    "email",
    "idempotencyKey",
    "origins",
    "programme",
    "publicKey",
    "scopes",
];

#[test]
fn nothing_is_about_a_child() {
    let schema = api::schema().to_lowercase();
    let names = schema.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let of_people = [
        "birth",
        "guardian",
        "identitycode",
        "pupil",
        "ssn",
        "student",
    ];
    for name in names {
        let found = of_people.iter().find(|word| name.contains(*word));
        assert_eq!(found, None, "{name}");
    }
    let types = schema.lines().filter_map(|line| line.strip_prefix("type "));
    let about: Vec<_> = types.filter(|name| name.starts_with("child")).collect();
    assert!(about.is_empty(), "{about:?}");
}

/// Tries the texts of mutations that are to succeed, and remembers which.
#[derive(Debug, Default)]
pub(crate) struct Trial(Mutex<BTreeSet<String>>);

impl Trial {
    /// Tries each text of the input with personal data in it. Nothing is stored.
    pub(crate) async fn of(&self, app: &App, who: &Person, name: &str, input: &Value) {
        for pointer in texts("", input) {
            let path: Vec<&str> = pointer.split('/').skip(1).collect();
            let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
            let parts = path.iter().copied().filter(|part| !is_number(part));
            let key = parts.fold(name.to_owned(), |key, part| format!("{key}.{part}"));
            let is_public = PUBLIC.contains(&key.as_str());
            if !is_public && !WITHIN.contains(&key.as_str()) {
                continue;
            }
            for (addition, is_refused) in [
                (IDENTITY_CODE, true),
                (CONTACTS[0], is_public),
                (CONTACTS[1], is_public),
            ] {
                let mut trial = input.clone();
                let text = trial.pointer_mut(&pointer).unwrap();
                *text = format!("{} {addition}", text.as_str().unwrap()).into();
                trial["validateOnly"] = true.into();
                let answer = app.act(who, name, trial, "").await;
                let errors = &answer.body["data"][name]["userErrors"];
                let told: Vec<_> = errors
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|error| (error["code"].as_str().unwrap(), &error["path"]))
                    .collect();
                let path = json!(path);
                let wanted = is_refused.then_some(("PERSONAL_DATA_NOT_ALLOWED", &path));
                assert_eq!(told, Vec::from_iter(wanted), "{key} with {addition}");
                assert!(
                    !answer.body.to_string().contains(addition),
                    "{}",
                    answer.body
                );
            }
            self.0.lock().unwrap().insert(key);
        }
    }
}

/// Where the texts of an input are.
fn texts(at: &str, value: &Value) -> Vec<String> {
    match value {
        Value::String(_) => vec![at.to_owned()],
        Value::Array(all) => all
            .iter()
            .enumerate()
            .flat_map(|(nth, one)| texts(&format!("{at}/{nth}"), one))
            .collect(),
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, one)| texts(&format!("{at}/{name}"), one))
            .collect(),
        _ => Vec::new(),
    }
}

const INPUTS: &str = "{ __schema {
    mutationType { fields { name args { type { ofType { name } } } } }
    types { name inputFields { name type { ...Type } } }
} } fragment Type on __Type { name ofType { name ofType { name ofType { name } } } }";

/// The name of a type, out of its wrappings.
fn named(wrapped: &Value) -> &str {
    let inner = &wrapped["ofType"];
    if inner.is_null() {
        wrapped["name"].as_str().unwrap()
    } else {
        named(inner)
    }
}

/// Every text that a mutation takes, as the schema has it.
async fn takes(app: &App) -> BTreeSet<String> {
    let read = app.read(&app.public(), INPUTS, json!({})).await;
    let types = read["__schema"]["types"].as_array().unwrap();
    let inputs: BTreeMap<&str, &Value> = types
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), &one["inputFields"]))
        .collect();
    let mutations = &read["__schema"]["mutationType"]["fields"];
    let mut open: Vec<(String, &str)> = mutations
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let name = one["name"].as_str().unwrap().to_owned();
            (name, named(&one["args"][0]["type"]))
        })
        .collect();
    let mut found = BTreeSet::new();
    while let Some((key, input)) = open.pop() {
        for field in inputs[input].as_array().into_iter().flatten() {
            let name = field["name"].as_str().unwrap();
            let key = format!("{key}.{name}");
            match named(&field["type"]) {
                "String" if !NO_TEXT.contains(&name) => {
                    found.insert(key);
                }
                other => open.push((key, other)),
            }
        }
    }
    found
}

async fn an_identity_code_is_refused_in_every_text_and_a_contact_in_what_becomes_public(app: App) {
    let mut app = app;
    let known: BTreeSet<String> = [PUBLIC, WITHIN]
        .concat()
        .into_iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(takes(&app).await, known, "left the schema, right the lists");
    app.texts = Some(Trial::default());
    let ground = Ground::of(&app, "FI-837", Stage::Decided).await;
    what_the_ground_does_not_take(&ground).await;
    let tried = app.texts.unwrap().0.into_inner().unwrap();
    let untried: Vec<_> = known.difference(&tried).collect();
    assert!(untried.is_empty(), "never tried: {untried:?}");
}

/// The present version of a row.
async fn row(ground: &Ground<'_>, name: &str, kind: &str) -> Value {
    let document =
        format!("query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ id version }} }} }}");
    let (app, id) = (ground.world.app, ground.id(name));
    let read = app
        .read(&ground.world.manager, &document, json!({ "id": id }))
        .await;
    read["node"].clone()
}

/// Steps with texts that the ground is told without: by whom, about what, which text.
async fn what_the_ground_does_not_take(ground: &Ground<'_>) {
    let world = &ground.world;
    let (coordinator, manager) = (&world.coordinator, &world.manager);
    let (adviser, body) = (&world.adviser, &world.deciding_body);
    let plan = ("actionPlanId", "draft plan", "ActionPlan");
    let objective = ("objectiveId", "draft objective", "Objective");
    let action = ("actionId", "draft action", "Action");
    let indicator = ("actionIndicatorId", "draft indicator", "ActionIndicator");
    let entity = ("responsibleEntityId", "idle entity", "ResponsibleEntity");
    let condition = ("conditionId", "condition", "RecognitionCondition");
    let recognition = ("recognitionId", "recognition", "Recognition");
    for (who, name, (key, of, kind), text) in [
        (coordinator, "changeActionPlan", plan, "vision"),
        (coordinator, "changeObjective", objective, "title"),
        (coordinator, "changeAction", action, "title"),
        (coordinator, "changeAction", action, "description"),
        (coordinator, "changeActionIndicator", indicator, "label"),
        (
            coordinator,
            "changeActionIndicator",
            indicator,
            "targetText",
        ),
        (
            coordinator,
            "changeActionIndicator",
            indicator,
            "meansOfVerification",
        ),
        (coordinator, "changeResponsibleEntity", entity, "name"),
        (adviser, "rejectCondition", condition, "reason"),
        (manager, "waiveCondition", condition, "reason"),
        (body, "withdrawRecognition", recognition, "reason"),
    ] {
        let mut step = World::step(key, &row(ground, of, kind).await);
        step[text] = "Another text".into();
        let field = format!("{}{} {{ id }}", kind[..1].to_lowercase(), &kind[1..]);
        world.app.done(who, name, step, &field).await;
    }
    let late = json!({ "dueOn": "2031-05-01", "dueOutsideReason": "The building takes longer" });
    let mut change = World::step("actionId", &row(ground, "draft action", "Action").await);
    let mut add = json!({ "objectiveId": ground.id("draft objective"), "title": "A new school" });
    for (key, value) in late.as_object().unwrap() {
        (change[key], add[key]) = (value.clone(), value.clone());
    }
    for (name, input) in [("changeAction", change), ("addAction", add)] {
        let done = world.app.done(coordinator, name, input, "action { id }");
        done.await;
    }
    let item = ("open item", "AssessmentItem");
    let mut answer = World::step("itemId", &row(ground, item.0, item.1).await);
    answer["answer"] = "NOT_APPLICABLE".into();
    answer["notApplicableReason"] = "There is none here".into();
    let app = world.app;
    app.done(coordinator, "answerIndicator", answer, "item { id }")
        .await;
    let correction = json!({ "measurementId": ground.id("measurement"), "text": "Another text",
        "method": "Counted", "reason": "Counted again" });
    app.done(
        coordinator,
        "correctMeasurement",
        correction,
        "measurement { id }",
    )
    .await;
}
