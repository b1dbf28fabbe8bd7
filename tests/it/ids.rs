//! Ids that clients make, and ids that name nothing.

use entity::account::Role;
use sea_orm::prelude::Uuid;
use serde_json::{Value, json};

use crate::{
    ground::to_approval,
    harness::{App, Person, on_both_databases},
    journey,
    world::World,
};

on_both_databases! {
    ids_of_clients_are_of_their_type_of_version_7_and_of_now
    ids_of_other_types_and_nil_ids_name_nothing
    wrong_ids_of_old_stay_readable_and_are_listed
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

fn typed(prefix: &str, key: u128) -> Value {
    let digit = |at: u32| char::from(ALPHABET[usize::try_from(key >> (at * 5) & 31).unwrap()]);
    let digits: String = (0..26).rev().map(digit).collect();
    format!("{prefix}_{digits}").into()
}

/// A UUID of a version, made so many hours after now.
fn made(app: &App, version: u128, hours: i64) -> u128 {
    let millis = app.clock.now().timestamp_millis() + hours * 3_600_000;
    let mut random = [0; 8];
    getrandom::fill(&mut random).unwrap();
    let random = u128::from(u64::from_le_bytes(random)) >> 2;
    u128::try_from(millis).unwrap() << 80 | version << 76 | 0b10 << 62 | random
}

/// Does what makes a row, under an id of the client's making, after every wrong id was refused.
async fn makes(who: &Person, app: &App, name: &str, prefix: &str, input: Value) -> Value {
    for wrong in [
        typed("mun", made(app, 7, 0)),
        typed("zzz", made(app, 7, 0)),
        typed(prefix, 0),
        typed(prefix, made(app, 4, 0)),
        typed(prefix, made(app, 7, 25)),
    ] {
        let mut input = input.clone();
        input["id"] = wrong;
        let answer = app.act(who, name, input.clone(), "").await;
        let told = &answer.body["data"][name]["userErrors"];
        assert_eq!(told[0]["code"], "INVALID", "{name} {input} {}", answer.body);
        assert_eq!(told[0]["path"], json!(["id"]), "{name}");
        assert_eq!(told[1], Value::Null, "{name}");
    }
    let mut input = input;
    input["id"] = typed(prefix, made(app, 7, 23));
    let kind = match name {
        "enrolMunicipality" => "participation",
        "startCycle" => "cycle",
        "startAssessment" => "assessment",
        "createActionPlan" => "actionPlan",
        "addObjective" => "objective",
        "addAction" => "action",
        "defineActionIndicator" => "actionIndicator",
        "recordMeasurement" | "correctMeasurement" => "measurement",
        "addResponsibleEntity" => "responsibleEntity",
        "prepareRecognitionDecision" => "recognitionDecision",
        "inviteAccount" => "account",
        _ => "membership",
    };
    let select =
        format!("{kind} {{ id version }}").replace("measurement { id version", "measurement { id");
    let payload = app.done_once(who, name, input.clone(), &select).await;
    assert_eq!(payload[kind]["id"], input["id"], "{name}");
    payload[kind].clone()
}

async fn ids_of_clients_are_of_their_type_of_version_7_and_of_now(app: App) {
    let world = World::of(&app, "FI-837").await;
    let (manager, coordinator) = (&world.manager, &world.coordinator);
    let municipality = world.ask(manager, "id").await["id"].clone();
    let place = json!({ "programme": "FI", "municipalityId": municipality });
    let at = |more: Value| {
        let mut input = place.clone();
        for (key, value) in more.as_object().unwrap() {
            input[key] = value.clone();
        }
        input
    };
    let input = at(json!({ "joinedOn": "2024-01-15", "agreementSignedOn": "2024-01-10" }));
    let participation = makes(manager, &app, "enrolMunicipality", "par", input).await;
    let input = json!({ "participationId": participation["id"], "startOn": "2026-01-15" });
    let cycle = makes(manager, &app, "startCycle", "cyc", input).await;
    world.baseline(&cycle, 2).await;
    let input = json!({ "cycleId": cycle["id"], "kind": "MIDTERM" });
    makes(coordinator, &app, "startAssessment", "asm", input).await;
    let input = at(json!({ "name": "Youth services", "kind": "DEPARTMENT" }));
    makes(coordinator, &app, "addResponsibleEntity", "ren", input).await;
    let input = at(json!({ "name": "A member", "email": "member@town.example",
        "role": "STEERING_MEMBER" }));
    let member = makes(coordinator, &app, "inviteAccount", "acc", input).await;
    let input = at(json!({ "accountId": member["id"], "role": "YOUTH_REPRESENTATIVE" }));
    makes(coordinator, &app, "grantMembership", "mem", input).await;
    parts_of_plans(&app, &world, &cycle).await;
}

async fn parts_of_plans(app: &App, world: &World<'_>, cycle: &Value) {
    let coordinator = &world.coordinator;
    journey::approved(world, cycle).await;
    let period = json!({ "cycleId": cycle["id"], "periodFrom": "2026-11-01",
        "periodTo": "2028-01-14", "copyFromCurrent": true });
    let plan = makes(coordinator, app, "createActionPlan", "apl", period).await;
    let input = json!({ "actionPlanId": plan["id"], "origin": "CARRIED_OVER", "title": "A park" });
    let objective = makes(coordinator, app, "addObjective", "obj", input).await;
    let input = json!({ "objectiveId": objective["id"], "title": "Plant trees" });
    let action = makes(coordinator, app, "addAction", "act", input).await;
    let input = json!({ "actionId": action["id"], "label": "Trees", "unit": "INDEX",
        "counts": "NOT_PEOPLE" });
    let indicator = makes(coordinator, app, "defineActionIndicator", "ain", input).await;
    let adoption = json!({ "body": "The council", "reference": "1", "adoptedOn": "2026-11-20",
        "wereChildrenHeard": true });
    to_approval(world, plan, &adoption).await;
    let input = json!({ "actionIndicatorId": indicator["id"], "value": "1" });
    let measurement = makes(coordinator, app, "recordMeasurement", "mea", input).await;
    let input =
        json!({ "measurementId": measurement["id"], "value": "2", "reason": "Counted twice." });
    makes(coordinator, app, "correctMeasurement", "mea", input).await;
    let input = json!({ "cycleId": cycle["id"] });
    makes(
        &world.manager,
        app,
        "prepareRecognitionDecision",
        "dec",
        input,
    )
    .await;
}

/// The nil UUID as the database writes it.
fn nil(app: &App) -> String {
    if app.is_postgres() {
        format!("'{}'", Uuid::nil())
    } else {
        format!("X'{}'", Uuid::nil().simple())
    }
}

/// Rows that a wrong id made before ids were checked: an account and a responsible entity.
async fn of_old(app: &App, world: &World<'_>) {
    let municipality = world.ask(&world.manager, "id").await["id"].clone();
    let input = json!({ "programme": "FI", "municipalityId": municipality,
        "name": "Youth services", "kind": "DEPARTMENT" });
    let select = "responsibleEntity { id }";
    app.done(&world.coordinator, "addResponsibleEntity", input, select)
        .await;
    for sql in [
        format!("UPDATE responsible_entity SET id = {}", nil(app)),
        format!(
            "INSERT INTO account (id, name, email, status, created_at, updated_at, version)
                SELECT {}, 'Nobody', 'nobody@town.example', 'ACTIVE', created_at, updated_at, 1
                FROM account LIMIT 1",
            nil(app)
        ),
    ] {
        app.meddle(&sql).await.unwrap();
    }
}

async fn ids_of_other_types_and_nil_ids_name_nothing(app: App) {
    let world = World::of(&app, "FI-837").await;
    of_old(&app, &world).await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    let plan = world.plan(&cycle).await;
    let (manager, coordinator) = (&world.manager, &world.coordinator);
    let municipality = world.ask(manager, "id").await["id"].clone();
    let input = json!({ "actionPlanId": plan["id"], "origin": "CHILDREN", "title": "A park" });
    let select = "objective { id }";
    let objective = app.done(coordinator, "addObjective", input, select).await["objective"].clone();

    for id in [
        &plan["id"],
        &typed("mun", 0),
        &typed("zzz", made(&app, 7, 0)),
    ] {
        let document = "query($id: ID!) { municipality(by: { id: $id }) { id } }";
        let read = app.read(manager, document, json!({ "id": id })).await;
        assert_eq!(read["municipality"], Value::Null, "{id}");
        let document =
            "query($id: ID!) { audit: auditLog(filter: { targetId: { eq: $id } }) { totalCount }
            there: auditLog(filter: { municipalityId: { in: [$id] } }) { totalCount } }";
        let read = app.read(manager, document, json!({ "id": id })).await;
        assert_eq!(read["there"]["totalCount"], 0, "{id}");
        if *id != plan["id"] {
            assert_eq!(read["audit"]["totalCount"], 0, "{id}");
        }
    }
    let seat =
        json!({ "programme": "FI", "municipalityId": municipality, "role": "STEERING_MEMBER" });
    for (who, name, input, path) in [
        (
            coordinator,
            "grantMembership",
            with(&seat, "accountId", &municipality),
            None,
        ),
        (
            manager,
            "eraseAccount",
            json!({ "accountId": municipality, "expectedVersion": 1 }),
            None,
        ),
        (
            coordinator,
            "changeResponsibleEntity",
            json!({ "responsibleEntityId": municipality, "expectedVersion": 1, "name": "Taken" }),
            None,
        ),
        (
            coordinator,
            "addAction",
            json!({ "objectiveId": municipality, "title": "A tree" }),
            None,
        ),
        (
            coordinator,
            "addAction",
            json!({ "objectiveId": objective["id"], "title": "A tree",
            "responsibleEntityId": municipality }),
            Some("responsibleEntityId"),
        ),
        (
            coordinator,
            "addAction",
            json!({ "objectiveId": objective["id"], "title": "A tree",
            "responsibleEntityId": typed("mun", 0) }),
            Some("responsibleEntityId"),
        ),
    ] {
        let answer = app.act(who, name, input.clone(), "").await;
        assert_eq!(answer.codes(name), ["NOT_FOUND"], "{name} {input}");
        let told = &answer.body["data"][name]["userErrors"][0]["path"];
        assert_eq!(
            told.get(0).and_then(Value::as_str),
            path,
            "{name} {}",
            answer.body
        );
    }
}

fn with(input: &Value, key: &str, value: &Value) -> Value {
    let mut input = input.clone();
    input[key] = value.clone();
    input
}

async fn wrong_ids_of_old_stay_readable_and_are_listed(app: App) {
    let world = World::of(&app, "FI-837").await;
    of_old(&app, &world).await;
    let id = typed("ren", 0);
    let document = "query($id: ID!) { node(id: $id) { id ... on ResponsibleEntity { name } } }";
    let read = app
        .read(&world.coordinator, document, json!({ "id": id }))
        .await;
    assert_eq!(read["node"], json!({ "id": id, "name": "Youth services" }));

    let verified = app.operator.verify_audit(None, |_| {}).await.unwrap();
    assert_eq!(verified.wrong_ids, [""; 0]);
    // Each later act of such a row tells of it again.
    let change = json!({ "responsibleEntityId": id, "name": "Services", "expectedVersion": 1 });
    let select = "responsibleEntity { id }";
    app.done(
        &world.coordinator,
        "changeResponsibleEntity",
        change,
        select,
    )
    .await;
    let verified = app.operator.verify_audit(None, |_| {}).await.unwrap();
    assert_eq!(
        (verified.breaks, verified.wrong_ids),
        (vec![], vec![id.as_str().unwrap().to_owned()])
    );
    let administrator = app.person(Role::SystemAdministrator, None).await;
    let read = app
        .read(&administrator, document, json!({ "id": typed("acc", 0) }))
        .await;
    assert_eq!(read["node"], json!({ "id": typed("acc", 0) }));
}
