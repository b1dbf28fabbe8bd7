//! The latest measurement of an indicator: of the newest day, and one that no other corrects.

use serde_json::{Value, json};

use crate::{
    harness::{App, on_both_databases},
    threats::counted,
    world::World,
};

on_both_databases! {
    the_latest_measurement_is_of_the_newest_day_and_stands
    of_one_day_the_last_entered_is_the_latest_whatever_its_id
}

async fn the_latest_measurement_is_of_the_newest_day_and_stands(app: App) {
    let world = World::of(&app, "FI-837").await;
    let indicator = counted(&world).await;
    let latest = async || {
        let document = "query($id: ID!) { node(id: $id) { ... on ActionIndicator { latestMeasurement { value } } } }";
        let read = app
            .read(&world.coordinator, document, json!({ "id": indicator }))
            .await;
        read["node"]["latestMeasurement"].clone()
    };
    assert_eq!(latest().await, Value::Null);
    let mut newest = Value::Null;
    for (day, value, expected) in [
        ("2026-11-05", "10", "10"),
        ("2026-11-07", "20", "20"),
        ("2026-11-06", "30", "20"),
        ("2026-11-09", "40", "40"),
    ] {
        let input = json!({ "actionIndicatorId": indicator, "value": value, "measuredOn": day });
        let made = app
            .done(
                &world.coordinator,
                "recordMeasurement",
                input,
                "measurement { id }",
            )
            .await;
        newest = made["measurement"]["id"].clone();
        assert_eq!(latest().await["value"], expected, "{day}");
    }
    let correction = json!({ "measurementId": newest, "value": "15", "reason": "Counted twice.", "measuredOn": "2026-11-04" });
    app.done(
        &world.coordinator,
        "correctMeasurement",
        correction,
        "measurement { id }",
    )
    .await;
    assert_eq!(
        latest().await["value"],
        "20",
        "the newest that was not corrected; the correction is of an earlier day"
    );
}

/// Days that have two are from before; clients made some of the ids.
async fn of_one_day_the_last_entered_is_the_latest_whatever_its_id(app: App) {
    let world = World::of(&app, "FI-837").await;
    let indicator = counted(&world).await;
    let input = json!({ "actionIndicatorId": indicator, "value": "1", "measuredOn": "2026-11-02" });
    let name = "recordMeasurement";
    app.done(&world.coordinator, name, input, "measurement { id }")
        .await;
    let entered = [("11", 'f'), ("12", '0'), ("13", '7')];
    for (second, (value, first)) in entered.iter().enumerate() {
        let mut id = format!("'{first}1890a5d-ac96-774b-bcce-b302099a8057'");
        if !app.is_postgres() {
            id = format!("x{}", id.replace('-', ""));
        }
        let row = format!(
            "INSERT INTO measurement (id, programme_id, municipality_id, plan_id, action_indicator_id,
                 value, measured_on, created_at)
             SELECT {id}, programme_id, municipality_id, plan_id, action_indicator_id, {value}000000,
                 '2026-11-10', '2026-11-22T10:00:0{second}.000+00:00'
             FROM measurement WHERE measured_on = '2026-11-02'"
        );
        app.meddle(&row).await.unwrap();
    }
    let document = "query($id: ID!) { node(id: $id) { ... on ActionIndicator {
        latestMeasurement { value } measurements { value } } } }";
    let read = app
        .read(&world.coordinator, document, json!({ "id": indicator }))
        .await;
    assert_eq!(read["node"]["latestMeasurement"]["value"], "13");
    let values = read["node"]["measurements"].as_array().unwrap();
    let values: Vec<_> = values.iter().map(|one| &one["value"]).collect();
    assert_eq!(values, ["1", "11", "12", "13"], "oldest first");
}
