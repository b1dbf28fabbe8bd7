//! What a measurement may be: a whole number where things are counted, a day of the cycle up to today, and
//! one for each day.

use serde_json::{Value, json};

use crate::{
    harness::{App, on_both_databases},
    threats::counted,
    world::World,
};

on_both_databases! {
    a_measurement_is_of_a_day_of_the_cycle_that_has_none_yet
    days_that_have_two_from_before_keep_them
    of_two_who_measure_a_day_at_once_one_is_told_of_the_other
}

fn record(indicator: &Value, value: &str, day: &str) -> Value {
    json!({ "actionIndicatorId": indicator, "value": value, "measuredOn": day })
}

/// The code, the path and the message of a single refusal.
async fn refusal(world: &World<'_>, name: &str, input: Value) -> (String, String, String) {
    let answer = world.app.act(&world.coordinator, name, input, "").await;
    let errors = &answer.body["data"][name]["userErrors"];
    assert_eq!(errors.as_array().unwrap().len(), 1, "{errors}");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (
        text(&errors[0]["code"]),
        text(&errors[0]["path"][0]),
        text(&errors[0]["message"]),
    )
}

async fn a_measurement_is_of_a_day_of_the_cycle_that_has_none_yet(app: App) {
    let world = World::of(&app, "FI-837").await;
    let indicator = counted(&world).await;
    let name = "recordMeasurement";
    let who = &world.coordinator;
    for (value, day, code, path, bound) in [
        ("2.5", "2026-11-10", "INVALID", "value", "whole"),
        (
            "2",
            "2026-01-14",
            "OUT_OF_RANGE",
            "measuredOn",
            "2026-01-15",
        ),
        (
            "2",
            "2026-11-23",
            "OUT_OF_RANGE",
            "measuredOn",
            "2026-11-22",
        ),
    ] {
        let told = refusal(&world, name, record(&indicator, value, day)).await;
        assert_eq!((told.0.as_str(), told.1.as_str()), (code, path), "{told:?}");
        assert!(told.2.contains(bound), "{told:?}");
    }
    let mut ids = Vec::new();
    for day in ["2026-01-15", "2026-11-22"] {
        let input = record(&indicator, "2", day);
        let done = app.done(who, name, input, "measurement { id }").await;
        ids.push(done["measurement"]["id"].as_str().unwrap().to_owned());
    }
    let today = json!({ "actionIndicatorId": indicator, "value": "3" });
    let told = refusal(&world, name, today).await;
    assert_eq!(
        (told.0.as_str(), told.1.as_str()),
        ("NOT_UNIQUE", "measuredOn")
    );
    assert!(
        told.2.contains(&ids[1]),
        "{told:?} names the one to correct"
    );

    let name = "correctMeasurement";
    let correct = |day: &str| {
        json!({ "measurementId": ids[0], "value": "4", "reason": "Counted again",
            "measuredOn": day })
    };
    let told = refusal(&world, name, correct("2026-11-22")).await;
    assert_eq!(
        (told.0.as_str(), told.1.as_str()),
        ("NOT_UNIQUE", "measuredOn")
    );
    let done = app
        .done(who, name, correct("2026-01-15"), "measurement { id }")
        .await;
    assert_ne!(done["measurement"]["id"], ids[0], "of the same day");
    // The day is free again once its measurement is corrected to another.
    let moved = json!({ "measurementId": done["measurement"]["id"], "value": "4",
        "reason": "The wrong day", "measuredOn": "2026-02-01" });
    app.done(who, name, moved, "measurement { id }").await;
    let again = record(&indicator, "2", "2026-01-15");
    app.done(who, "recordMeasurement", again, "measurement { id }")
        .await;
}

async fn days_that_have_two_from_before_keep_them(app: App) {
    let world = World::of(&app, "FI-837").await;
    let indicator = counted(&world).await;
    let who = &world.coordinator;
    let input = record(&indicator, "2", "2026-11-10");
    app.done(who, "recordMeasurement", input, "measurement { id }")
        .await;
    // As they were stored before: two of one day, and before the cycle.
    let id = if app.is_postgres() {
        "gen_random_uuid()"
    } else {
        "randomblob(16)"
    };
    let row = format!(
        "INSERT INTO measurement (id, programme_id, municipality_id, plan_id, action_indicator_id,
             value, measured_on, created_at)
         SELECT {id}, programme_id, municipality_id, plan_id, action_indicator_id, value,
             '2026-01-02', created_at FROM measurement WHERE measured_on = '2026-11-10'"
    );
    for _ in 0..2 {
        app.meddle(&row).await.unwrap();
    }
    let document = "query($id: ID!) { node(id: $id) { ... on ActionIndicator { measurements { id value measuredOn } } } }";
    let read = async || {
        let read = app.read(who, document, json!({ "id": indicator })).await;
        read["node"]["measurements"].as_array().unwrap().clone()
    };
    let first = read().await[0].clone();
    assert_eq!(first["measuredOn"], "2026-01-02");
    let correction =
        json!({ "measurementId": first["id"], "value": "3", "reason": "Counted again" });
    app.done(who, "correctMeasurement", correction, "measurement { id }")
        .await;
    let mut values: Vec<_> = read()
        .await
        .iter()
        .map(|one| one["value"].to_string())
        .collect();
    values.sort();
    assert_eq!(values, ["\"2\"", "\"2\"", "\"3\""]);
}

async fn of_two_who_measure_a_day_at_once_one_is_told_of_the_other(app: App) {
    let world = World::of(&app, "FI-837").await;
    let indicator = counted(&world).await;
    let input = record(&indicator, "2", "2026-11-10");
    let name = "recordMeasurement";
    let calls = (0..6).map(|_| app.act(&world.coordinator, name, input.clone(), ""));
    let answers = futures_util::future::join_all(calls).await;
    let mut codes: Vec<_> = answers.iter().map(|answer| answer.codes(name)).collect();
    codes.sort();
    assert_eq!(codes[0], Vec::<String>::new());
    assert!(
        codes[1..].iter().all(|code| *code == ["NOT_UNIQUE"]),
        "{codes:?}"
    );
}
