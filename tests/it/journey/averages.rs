//! What stands beside an average: an indicator that falls to "none of the levels" leaves it, and must
//! not leave unseen.

use serde_json::{Value, json};

use crate::{
    harness::{App, Person, on_both_databases},
    matrix::second_programme,
    world::World,
};

on_both_databases! {
    an_average_that_rose_by_a_fall_says_so
    the_share_follows_the_threshold_of_each_framework
}

const AVERAGES: &str = "query($code: String!) { municipality(by: { code: $code }) { currentCycle {
    assessment(onlyConfirmed: true) { themeAverages {
        theme { code } average share levels nones notApplicable answered total } } } } }";

const COMPARISON: &str =
    "query($later: ID!, $earlier: ID!) { node(id: $later) { ... on Assessment {
    comparison(with: $earlier) {
        themes { theme { code } change shareChange
            earlier { average share levels nones notApplicable }
            later { average share levels nones notApplicable } }
        indicators { indicator { number } }
        toNone { indicator { number } earlierAnswer earlierLevel laterAnswer laterLevel }
        fromNone { indicator { number } earlierAnswer laterAnswer laterLevel } } } } }";

/// The theme with the indicators 1 to 14.
const THEME: &str = "EQUALITY";

/// An assessment with what is said of each indicator, handed over and confirmed.
async fn confirmed(
    world: &World<'_>,
    cycle: &Value,
    kind: &str,
    said: impl Fn(i64) -> Value,
) -> Value {
    let assessment = world.assessment(cycle, kind).await;
    let items = assessment["items"].as_array().unwrap();
    let answers: Vec<Value> = items
        .iter()
        .map(|item| {
            let mut answer = said(item["indicator"]["number"].as_i64().unwrap());
            answer["itemId"] = item["id"].clone();
            answer["expectedVersion"] = item["version"].clone();
            answer
        })
        .collect();
    let input = json!({ "assessmentId": assessment["id"], "answers": answers });
    let (app, select) = (world.app, "assessment { id version }");
    app.done(&world.coordinator, "answerIndicators", input, select)
        .await;
    let submit = World::step("assessmentId", &assessment);
    let submitted = app
        .done(&world.coordinator, "submitAssessment", submit, select)
        .await;
    let confirm = World::step("assessmentId", &submitted["assessment"]);
    let confirmed = app
        .done(&world.adviser, "confirmAssessment", confirm, select)
        .await;
    confirmed["assessment"]["id"].clone()
}

fn level(level: i64) -> Value {
    json!({ "answer": "LEVEL", "level": level })
}

fn none() -> Value {
    json!({ "answer": "NONE_OF_LEVELS" })
}

fn earlier(number: i64) -> Value {
    match number {
        1 | 2 => level(1),
        3 => none(),
        4 => json!({ "answer": "NOT_APPLICABLE", "notApplicableReason": "No harbour." }),
        _ => level(3),
    }
}

fn later(number: i64) -> Value {
    match number {
        1 | 2 => none(),
        3 => level(1),
        _ => earlier(number),
    }
}

/// What is told of the first theme.
async fn first_theme(app: &App, who: &Person) -> Value {
    let asked = app.read(who, AVERAGES, json!({ "code": "FI-837" })).await;
    let themes = &asked["municipality"]["currentCycle"]["assessment"]["themeAverages"];
    assert_eq!(themes[0]["theme"]["code"], THEME);
    themes[0].clone()
}

async fn an_average_that_rose_by_a_fall_says_so(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let before = confirmed(&world, &cycle, "BASELINE", earlier).await;
    let told = json!({ "theme": { "code": THEME }, "average": 2.6667, "share": 0.7692, "levels": 12,
        "nones": 1, "notApplicable": 1, "answered": 13, "total": 13 });
    assert_eq!(first_theme(&app, &app.public()).await, told);
    app.clock.pass_days(1);
    let after = confirmed(&world, &cycle, "MIDTERM", later).await;

    let both = json!({ "earlier": before, "later": after });
    let asked = app.read(&world.coordinator, COMPARISON, both.clone()).await;
    let comparison = &asked["node"]["comparison"];
    // It rose, though two fell to none and one rose to the lowest level only; the share did not.
    assert_eq!(
        comparison["themes"][0],
        json!({ "theme": { "code": THEME }, "change": 0.1515, "shareChange": 0.0,
            "earlier": { "average": 2.6667, "share": 0.7692, "levels": 12, "nones": 1, "notApplicable": 1 },
            "later": { "average": 2.8182, "share": 0.7692, "levels": 11, "nones": 2, "notApplicable": 1 } })
    );
    let fell = |number: i64| {
        json!({ "indicator": { "number": number }, "earlierAnswer": "LEVEL", "earlierLevel": 1,
            "laterAnswer": "NONE_OF_LEVELS", "laterLevel": null })
    };
    assert_eq!(comparison["toNone"], json!([fell(1), fell(2)]));
    assert_eq!(
        comparison["fromNone"],
        json!([{ "indicator": { "number": 3 }, "earlierAnswer": "NONE_OF_LEVELS",
            "laterAnswer": "LEVEL", "laterLevel": 1 }])
    );
    assert_eq!(comparison["indicators"].as_array().unwrap().len(), 70);

    // Everybody reads what stands beside an average, and nobody else which indicators moved.
    let asked = app.read(&app.public(), COMPARISON, both).await;
    let public = &asked["node"]["comparison"];
    assert_eq!(public["themes"], comparison["themes"]);
    for hidden in ["indicators", "toNone", "fromNone"] {
        assert_eq!(public[hidden], Value::Null, "{hidden}");
    }
}

async fn the_share_follows_the_threshold_of_each_framework(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    confirmed(&world, &cycle, "BASELINE", earlier).await;
    let framework = "{ programme(key: \"FI\") { currentVersion { framework { threshold } } } }";
    let asked = app.read(&app.public(), framework, json!({})).await;
    let asked = &asked["programme"]["currentVersion"]["framework"];
    assert_eq!(asked["threshold"], 3);
    // Where frameworks differ, each theme is judged by its own. A server reads them when it starts.
    second_programme(&app.operator).await;
    for (change, share) in [
        ("threshold = 4", json!(0.0)),
        ("threshold = 1", json!(0.9231)),
        ("scale_direction = 'DOWN'", json!(0.1538)),
        ("scale_direction = 'NONE'", Value::Null),
    ] {
        let finnish = "(SELECT id FROM programme WHERE key = 'FI')";
        let changed = format!("UPDATE framework SET {change} WHERE programme_id = {finnish}");
        app.meddle(&changed).await.unwrap();
        let server = app.another("").await;
        let told = first_theme(&server, &server.public()).await;
        assert_eq!(
            (&told["share"], &told["average"]),
            (&share, &json!(2.6667)),
            "{change}"
        );
    }
}
