//! The table of rights: the same in the schema, at `/permissions.json` and in what mutations refuse.

use std::collections::{BTreeMap, BTreeSet};

use entity::account::Role;
use serde_json::{Value, json};

use super::machine;
use crate::{
    harness::{App, Person, on_both_databases},
    journey,
    world::World,
};

on_both_databases! {
    the_schema_names_the_rights_that_the_server_prints
    each_mutation_asks_for_the_roles_and_the_scope_of_the_table
}

/// Coordinates with the roles and scopes that `@access` names.
fn annotated(sdl: &str) -> BTreeMap<String, (Vec<String>, Vec<String>)> {
    let (mut kind, mut name, mut found) = ("", "", BTreeMap::new());
    for line in sdl.lines() {
        if let Some(rest) = line.strip_prefix("type ") {
            kind = rest.split(' ').next().unwrap();
        }
        let field = line
            .strip_prefix('\t')
            .filter(|rest| rest.starts_with(|first: char| first.is_ascii_lowercase()));
        if let Some(field) = field {
            name = field.split(['(', ':']).next().unwrap();
        }
        let Some((_, access)) = line
            .strip_prefix('\t')
            .and_then(|l| l.split_once(" @access("))
        else {
            continue;
        };
        let list = |key: &str| -> Vec<String> {
            let (_, rest) = access.split_once(&format!("{key}: [")).unwrap();
            let (list, _) = rest.split_once(']').unwrap();
            let words = list.split(", ").filter(|word| !word.is_empty());
            words
                .map(|word| word.trim_matches('"').to_owned())
                .collect()
        };
        let rights = (list("roles"), list("scopes"));
        found.insert(format!("{kind}.{name}"), rights);
    }
    found
}

async fn text(app: &App, path: &str) -> String {
    let response = reqwest::get(format!("{}{path}", app.url)).await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "{path}");
    response.text().await.unwrap()
}

async fn the_schema_names_the_rights_that_the_server_prints(app: App) {
    let sdl = text(&app, "/schema.graphql").await;
    assert!(sdl.contains("\ndirective @access(\n"));
    let table: Value = serde_json::from_str(&text(&app, "/permissions.json").await).unwrap();
    let words = |value: &Value| -> Vec<String> {
        let words = value.as_array().unwrap().iter();
        words
            .map(|word| word.as_str().unwrap().to_owned())
            .collect()
    };
    let printed: BTreeMap<_, _> = ["fields", "operations"]
        .iter()
        .flat_map(|part| table[part].as_array().unwrap())
        .map(|line| {
            let scopes = line["scope"]
                .as_str()
                .into_iter()
                .map(str::to_owned)
                .collect();
            let coordinate = line["coordinate"].as_str().unwrap().to_owned();
            (coordinate, (words(&line["roles"]), scopes))
        })
        .collect();
    assert_eq!(annotated(&sdl), printed);
    let (_, mutations) = sdl.split_once("\ntype Mutation {\n").unwrap();
    let (mutations, _) = mutations.split_once("\n}\n").unwrap();
    let all = mutations.lines().filter_map(|line| line.strip_prefix('\t'));
    let all = all.filter_map(|line| line.split_once("(input: ").map(|(name, _)| name));
    let all: BTreeSet<String> = all.map(|name| format!("Mutation.{name}")).collect();
    let named = printed.keys().filter(|name| name.starts_with("Mutation."));
    assert_eq!(
        all,
        named.cloned().collect(),
        "every mutation has its rights"
    );
    let page = text(&app, "/docs/permissions").await;
    for coordinate in printed.keys() {
        assert!(page.contains(&format!("`{coordinate}`")), "{coordinate}");
    }
}

/// Inputs for every mutation, made from the schema and from ids of rows that exist.
struct Inputs {
    types: BTreeMap<String, Value>,
    ids: BTreeMap<&'static str, Value>,
}

const TYPES: &str = "{ __schema { types { name kind enumValues { name } inputFields { name type {
    kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } }";

impl Inputs {
    async fn read(app: &App, ids: BTreeMap<&'static str, Value>) -> Self {
        let data = app.read(&app.public(), TYPES, json!({})).await;
        let types = data["__schema"]["types"].as_array().unwrap().iter();
        let named = |kind: &Value| (kind["name"].as_str().unwrap().to_owned(), kind.clone());
        let types = types.map(named).collect();
        Self { types, ids }
    }

    fn object(&self, name: &str) -> Value {
        let fields = self.types[name]["inputFields"].as_array().unwrap().iter();
        // Roles are given in a municipality.
        let needed = fields.filter(|field| {
            field["type"]["kind"] == "NON_NULL" || field["name"] == "municipalityId"
        });
        let pair = |field: &Value| {
            let name = field["name"].as_str().unwrap().to_owned();
            let value = self.value(&name, &field["type"]);
            (name, value)
        };
        Value::Object(needed.map(pair).collect())
    }

    fn value(&self, field: &str, kind: &Value) -> Value {
        match (kind["kind"].as_str().unwrap(), kind["name"].as_str()) {
            ("NON_NULL", _) => self.value(field, &kind["ofType"]),
            ("LIST", _) => json!([self.value(field, &kind["ofType"])]),
            ("INPUT_OBJECT", Some(name)) => self.object(name),
            // A role that the managers and the coordinator give.
            ("ENUM", Some("Role")) => json!("STEERING_MEMBER"),
            ("ENUM", Some(name)) => self.types[name]["enumValues"][0]["name"].clone(),
            (_, Some("ID")) => self
                .ids
                .get(field)
                .unwrap_or_else(|| panic!("{field}"))
                .clone(),
            // No row has this version, so that whoever may take a step does not take it.
            (_, Some("Int")) if field == "expectedVersion" => json!(999),
            (_, Some("Int")) => json!(1),
            (_, Some("Boolean")) => json!(true),
            (_, Some("Date")) => json!("2026-11-22"),
            (_, Some("Decimal")) => json!("1"),
            (_, Some("String")) if field == "programme" => json!("FI"),
            _ => json!("a text"),
        }
    }
}

async fn made(world: &World<'_>, name: &str, input: Value, select: &str) -> Value {
    let selection = format!("{select} {{ id }}");
    let done = world.app.done(&world.coordinator, name, input, &selection);
    done.await[select]["id"].clone()
}

/// A municipality with a row of every kind but measurements.
async fn rows(world: &World<'_>) -> BTreeMap<&'static str, Value> {
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    journey::approved(world, &cycle).await;
    let condition = recognised_on_condition(world, &cycle).await;
    let midterm = world.assessment(&cycle, "MIDTERM").await;
    let selection = "id participations { id } currentCycle { milestones { id } }
        currentRecognition { id } latestRecognitionDecision { id } memberships { id account { id } }";
    let seen = world.ask(&world.coordinator, selection).await;
    let entity = json!({ "programme": "FI", "municipalityId": seen["id"], "name": "Schools",
        "kind": "DEPARTMENT" });
    let plan =
        json!({ "cycleId": cycle["id"], "periodFrom": "2027-01-01", "periodTo": "2028-01-14" });
    let plan = made(world, "createActionPlan", plan, "actionPlan").await;
    let objective = json!({ "actionPlanId": plan, "origin": "CHILDREN", "title": "A room",
        "themeId": theme(world).await });
    let objective = made(world, "addObjective", objective, "objective").await;
    let action = json!({ "objectiveId": objective, "title": "Find a room" });
    let action = made(world, "addAction", action, "action").await;
    let indicator =
        json!({ "actionId": action, "label": "Rooms", "unit": "COUNT", "counts": "NOT_PEOPLE" });
    let indicator = made(world, "defineActionIndicator", indicator, "actionIndicator").await;
    let machine = machine(world.app, &world.code, &["plans:read"]).await;
    BTreeMap::from([
        ("municipalityId", seen["id"].clone()),
        ("participationId", seen["participations"][0]["id"].clone()),
        ("cycleId", cycle["id"].clone()),
        (
            "milestoneProgressId",
            seen["currentCycle"]["milestones"][0]["id"].clone(),
        ),
        ("assessmentId", midterm["id"].clone()),
        ("itemId", midterm["items"][0]["id"].clone()),
        ("actionPlanId", plan),
        ("objectiveId", objective),
        ("actionId", action),
        ("actionIndicatorId", indicator),
        ("measurementId", "mea_01h455vb4pex5vsknk084sn02q".into()),
        (
            "responsibleEntityId",
            made(world, "addResponsibleEntity", entity, "responsibleEntity").await,
        ),
        ("recognitionId", seen["currentRecognition"]["id"].clone()),
        ("conditionId", condition),
        (
            "decisionId",
            seen["latestRecognitionDecision"]["id"].clone(),
        ),
        ("membershipId", seen["memberships"][0]["id"].clone()),
        ("accountId", seen["memberships"][0]["account"]["id"].clone()),
        ("clientId", machine.id.into()),
    ])
}

/// A recognition with a condition; answers with the condition.
async fn recognised_on_condition(world: &World<'_>, cycle: &Value) -> Value {
    let app = world.app;
    let select = "recognitionDecision { id version conditions { id } }";
    let input = json!({ "cycleId": cycle["id"] });
    let name = "prepareRecognitionDecision";
    let prepared = app.done(&world.manager, name, input, select).await;
    let mut input = journey::decide(&prepared["recognitionDecision"]);
    input["outcome"] = "CONDITIONAL".into();
    input["conditions"] = json!([{ "text": "Hear children each year.", "dueOn": "2027-06-30" }]);
    let decided = app
        .done(&world.deciding_body, "decideRecognition", input, select)
        .await;
    let publish = World::step("decisionId", &decided["recognitionDecision"]);
    let name = "publishRecognitionDecision";
    let payload = app.done(&world.second_manager, name, publish, select).await;
    payload["recognitionDecision"]["conditions"][0]["id"].clone()
}

async fn theme(world: &World<'_>) -> Value {
    let document =
        "{ programme(key: \"FI\") { currentVersion { framework { elements { id } } } } }";
    let data = world
        .app
        .read(&world.coordinator, document, json!({}))
        .await;
    data["programme"]["currentVersion"]["framework"]["elements"][0]["id"].clone()
}

/// What refuses somebody at the top of an answer, if it is a right: the code and what is required.
fn refusal(body: &Value) -> Option<(String, Vec<String>)> {
    let extensions = &body["errors"][0]["extensions"];
    let key = match extensions["code"].as_str()? {
        "FORBIDDEN" => "requiredRoles",
        "INSUFFICIENT_SCOPE" => "requiredScopes",
        _ => return None,
    };
    let required = extensions[key].as_array().into_iter().flatten();
    let required = required.map(|word| word.as_str().unwrap().to_owned());
    Some((key.to_owned(), required.collect()))
}

/// Whether a call came past the question of rights.
fn came_through(body: &Value) -> bool {
    body["errors"].is_null()
}

/// Mutations whose roles this test cannot ask for: may only shrink.
const NOT_TRIED: [&str; 1] = ["correctMeasurement"];
/// What they are about exists for nobody who may not use them.
const HIDDEN_FROM_OTHERS: [&str; 5] = [
    "endMembership",
    "grantMembership",
    "returnActionPlan",
    "revokeApiClient",
    "rotateApiClientSecret",
];

async fn each_mutation_asks_for_the_roles_and_the_scope_of_the_table(app: App) {
    let world = World::of(&app, "FI-837").await;
    let inputs = Inputs::read(&app, rows(&world).await).await;
    let rights = annotated(&text(&app, "/schema.graphql").await);
    let everything = [
        "municipalities:read",
        "assessments:read",
        "plans:read",
        "recognitions:read",
    ];
    let reader = machine(&app, "FI-837", &everything).await.caller;
    let administrator = app.person(Role::SystemAdministrator, None).await;
    let people: [(&str, &Person); 5] = [
        ("COORDINATOR", &world.coordinator),
        ("ADVISER", &world.adviser),
        ("PROGRAMME_MANAGER", &world.manager),
        ("DECIDING_BODY", &world.deciding_body),
        ("SYSTEM_ADMINISTRATOR", &administrator),
    ];
    let mut untried = Vec::new();
    for (coordinate, (roles, scopes)) in &rights {
        let Some(name) = coordinate.strip_prefix("Mutation.") else {
            continue;
        };
        let input = inputs.object(&format!("{}{}Input", name[..1].to_uppercase(), &name[1..]));
        let (mut refused, mut passed) = (0, 0);
        for (role, who) in people {
            // Administrators see every membership and end their own.
            if (role, name) == ("SYSTEM_ADMINISTRATOR", "endMembership") {
                continue;
            }
            let body = app.act(who, name, input.clone(), "").await.body;
            // Without a role in the table it is enough to be signed in.
            let may = roles.is_empty() || roles.iter().any(|known| known == role);
            if let Some((key, required)) = refusal(&body) {
                assert_eq!(key, "requiredRoles", "{name} by {role}: {body}");
                assert!(!may, "{name} refuses {role}: {body}");
                let known = required.iter().all(|role| roles.contains(role));
                assert!(
                    known,
                    "{name} asks for {required:?}, the table for {roles:?}"
                );
                refused += 1;
            } else if came_through(&body) {
                assert!(may, "{name} lets {role} through: {body}");
                passed += 1;
            }
        }
        let is_tried = refused > 0 || roles.is_empty() || HIDDEN_FROM_OTHERS.contains(&name);
        if !(is_tried && passed > 0) {
            untried.push(name);
        }
        let body = app.act(&reader, name, input, "").await.body;
        if let Some((key, required)) = refusal(&body) {
            assert_eq!(
                (key.as_str(), &required),
                ("requiredScopes", scopes),
                "{name}"
            );
        }
    }
    assert_eq!(untried, NOT_TRIED);
}
