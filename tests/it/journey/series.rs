//! The latest measurement of an indicator: of the newest day, and one that no other corrects.

use serde_json::{Value, json};

use crate::{
    harness::{App, on_both_databases},
    threats::counted,
    world::World,
};

on_both_databases! {
    the_latest_measurement_is_of_the_newest_day_and_stands
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
