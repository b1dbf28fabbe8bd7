//! Texts that say nothing, names that read the same, and contacts in what becomes public.

use entity::account::Role;
use serde_json::json;

use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    a_text_that_nobody_sees_is_empty
    names_that_read_the_same_are_not_unique
    old_names_that_read_the_same_stay
    contacts_are_told_from_what_looks_alike
}

const INVISIBLE: [&str; 6] = [
    "\u{200b}\u{2060}",
    "\u{ad}",
    "\u{3164}\u{2800}",
    "\u{fe0f}",
    "\u{e0041}\u{e007f}",
    " \u{301}",
];

async fn entity(app: &App, world: &World<'_>, name: &str) -> Vec<String> {
    let municipality = world.ask(&world.manager, "id").await["id"].clone();
    let input = json!({ "programme": "FI", "municipalityId": municipality, "name": name,
        "kind": "DEPARTMENT" });
    let answer = app
        .act(&world.coordinator, "addResponsibleEntity", input, "")
        .await;
    answer.codes("addResponsibleEntity")
}

async fn a_text_that_nobody_sees_is_empty(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let plan = world.plan(&cycle).await;
    let coordinator = &world.coordinator;
    for text in INVISIBLE {
        assert_eq!(entity(&app, &world, text).await, ["REQUIRED"], "{text:?}");
        let input = json!({ "actionPlanId": plan["id"], "origin": "CHILDREN", "title": text });
        let codes = app.refused(coordinator, "addObjective", input).await;
        assert_eq!(codes, ["REQUIRED"], "{text:?}");
        let input =
            json!({ "cycleId": cycle["id"], "reason": text, "expectedVersion": cycle["version"] });
        let codes = app.refused(&world.manager, "cancelCycle", input).await;
        assert_eq!(codes, ["REQUIRED"], "{text:?}");
    }
    // Where a text may be absent, it is: nothing changes.
    let select = "actionPlan { vision version }";
    let input = json!({ "actionPlanId": plan["id"], "vision": "A town for all", "expectedVersion": plan["version"] });
    let seen = app
        .done(coordinator, "changeActionPlan", input, select)
        .await;
    let version = &seen["actionPlan"]["version"];
    let input =
        json!({ "actionPlanId": plan["id"], "vision": "\u{200b}", "expectedVersion": version });
    let same = app
        .act(coordinator, "changeActionPlan", input, select)
        .await;
    assert_eq!(
        same.body["data"]["changeActionPlan"]["actionPlan"],
        seen["actionPlan"]
    );
}

async fn names_that_read_the_same_are_not_unique(app: App) {
    let world = World::of(&app, "FI-837").await;
    assert_eq!(entity(&app, &world, "Youth services").await, [""; 0]);
    for name in [
        "youth services",
        "Youth\u{200b} services",
        "Youth\u{a0}services\u{ad}",
        "\u{ff39}outh services",
    ] {
        assert_eq!(entity(&app, &world, name).await, ["NOT_UNIQUE"], "{name:?}");
    }
    assert_eq!(entity(&app, &world, "Youth service").await, [""; 0]);
}

/// The statements that take the database back to before names had a key, with a second row of a name
/// that reads the same.
fn before_keys(app: &App) -> Vec<String> {
    let id = if app.is_postgres() {
        "gen_random_uuid()"
    } else {
        "randomblob(16)"
    };
    vec![
        "DROP INDEX responsible_entity_name_key".to_owned(),
        "ALTER TABLE responsible_entity DROP COLUMN name_key".to_owned(),
        "CREATE UNIQUE INDEX responsible_entity_name ON responsible_entity (programme_id, municipality_id, sort_name)".to_owned(),
        "DELETE FROM seaql_migrations WHERE version = 'm20261201_000010_name_key'".to_owned(),
        format!(
            "INSERT INTO responsible_entity (id, programme_id, municipality_id, name, sort_name, kind, created_at, updated_at, version)
                SELECT {id}, programme_id, municipality_id, name || '\u{200b}', sort_name || '\u{200b}', kind, '2026-12-24 09:00:00+00:00', updated_at, 1
                FROM responsible_entity"
        ),
    ]
}

async fn old_names_that_read_the_same_stay(app: App) {
    let world = World::of(&app, "FI-837").await;
    assert_eq!(entity(&app, &world, "Youth services").await, [""; 0]);
    for sql in before_keys(&app) {
        app.meddle(&sql).await.unwrap();
    }
    app.operator.migrate().await.unwrap();
    let read = world
        .ask(
            &world.coordinator,
            "responsibleEntities { id name version }",
        )
        .await;
    let mut rows = read["responsibleEntities"].as_array().unwrap().clone();
    rows.sort_by_key(|row| row["name"].as_str().map(str::len));
    assert_eq!(rows[0]["name"], "Youth services");
    assert_eq!(rows[1]["name"], "Youth services\u{200b}");
    assert_eq!(entity(&app, &world, "YOUTH SERVICES").await, ["NOT_UNIQUE"]);
    // It keeps its name while something else of it changes.
    for row in rows {
        let input = json!({ "responsibleEntityId": row["id"], "name": row["name"],
            "kind": "GROUP", "expectedVersion": row["version"] });
        let select = "responsibleEntity { id }";
        app.done(&world.coordinator, "changeResponsibleEntity", input, select)
            .await;
    }
}

async fn contacts_are_told_from_what_looks_alike(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let plan = world.plan(&cycle).await;
    let coordinator = app.person(Role::Coordinator, Some("FI-837")).await;
    for (text, is_refused) in [
        ("Ask 040.123.4567", true),
        ("Ask 040/1234567", true),
        ("Ask +46 70 123 45 67", true),
        ("Ask council(at)town.example", true),
        ("Ask council [at] town [dot] example", true),
        ("Municipalities 091 049 092 235", false),
        ("Rows 01 02 03 04", false),
        ("It takes 0 400 000 euros", false),
        ("Business id 0112038-9", false),
        ("ISSN 0317-8471", false),
        ("ISBN 0-306-40615-2", false),
    ] {
        let input = json!({ "actionPlanId": plan["id"], "origin": "CHILDREN", "title": text,
            "validateOnly": true });
        let answer = app.act(&coordinator, "addObjective", input, "").await;
        let expected: &[&str] = if is_refused {
            &["PERSONAL_DATA_NOT_ALLOWED"]
        } else {
            &[]
        };
        assert_eq!(answer.codes("addObjective"), expected, "{text}");
    }
}
