//! Two clients at once: one wins, the other is told; nothing is lost.

use entity::account::Role;
use serde_json::json;

use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    of_two_savers_one_wins_and_the_other_is_shown_the_winner
    an_answer_racing_with_a_submission_is_in_it_or_refused
    no_update_is_lost_among_many_writers
}

async fn of_two_savers_one_wins_and_the_other_is_shown_the_winner(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let other = app.person(Role::Coordinator, Some("FI-837")).await;
    let item = &assessment["items"][0];
    let input =
        |comment: &str| json!({ "itemId": item["id"], "comment": comment, "expectedVersion": 1 });
    let document = "mutation Act($input: AnswerIndicatorInput!) { answerIndicator(input: $input) {
        item { comment version } userErrors { code path } conflict { currentVersion changedFields current { comment version } } } }";
    let (first, second) = tokio::join!(
        app.call(
            &world.coordinator,
            document,
            json!({ "input": input("one") })
        ),
        app.call(&other, document, json!({ "input": input("two") })),
    );
    let payloads = [first, second].map(|answer| answer.body["data"]["answerIndicator"].clone());
    let (won, lost): (Vec<_>, Vec<_>) = payloads.into_iter().partition(|p| !p["item"].is_null());
    assert_eq!((won.len(), lost.len()), (1, 1), "{won:?} {lost:?}");
    assert_eq!(
        lost[0]["userErrors"],
        json!([{ "code": "VERSION_CONFLICT", "path": ["expectedVersion"] }])
    );
    assert_eq!(lost[0]["conflict"]["currentVersion"], 2);
    assert_eq!(
        lost[0]["conflict"]["changedFields"],
        json!(["comment", "status"])
    );
    assert_eq!(lost[0]["conflict"]["current"], won[0]["item"]);
}

async fn an_answer_racing_with_a_submission_is_in_it_or_refused(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let mut assessment = world.assessment(&cycle, "BASELINE").await;
    world.answered(&assessment, 2, &[]).await;
    for round in 0..10 {
        let item = json!({ "itemId": assessment["items"][0]["id"], "level": 3 - round % 2, "expectedVersion": 2 + round });
        let submit = World::step("assessmentId", &assessment);
        let (answered, submitted) = tokio::join!(
            app.act(
                &world.coordinator,
                "answerIndicator",
                item,
                "item { version }"
            ),
            app.act(
                &world.coordinator,
                "submitAssessment",
                submit,
                "assessment { id version }"
            ),
        );
        let submitted = submitted.body["data"]["submitAssessment"]["assessment"].clone();
        assert!(submitted.is_object(), "the submission takes effect");
        let selection = "currentCycle { assessment { items { level version } } }";
        let asked = world.ask(&world.coordinator, selection).await;
        let now = asked["currentCycle"]["assessment"]["items"][0].clone();
        let codes = answered.codes("answerIndicator");
        if codes.is_empty() {
            assert_eq!(now, json!({ "level": 3 - round % 2, "version": 3 + round }));
        } else {
            assert_eq!(codes, ["LOCKED"]);
            return;
        }
        let mut back = World::step("assessmentId", &submitted);
        back["reason"] = "Once more.".into();
        let back = app
            .done(
                &world.adviser,
                "returnAssessment",
                back,
                "assessment { id version }",
            )
            .await;
        assessment["version"] = back["assessment"]["version"].clone();
    }
}

async fn no_update_is_lost_among_many_writers(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let id = &assessment["items"][0]["id"];
    let writer = |name: usize| {
        let (app, world) = (&app, &world);
        async move {
            let (mut saved, mut version) = (0, 1);
            while saved < 5 {
                let input = json!({ "itemId": id, "comment": format!("{name}.{saved}"), "expectedVersion": version });
                let document =
                    "mutation Act($input: AnswerIndicatorInput!) { answerIndicator(input: $input) {
                    item { version } userErrors { code } conflict { currentVersion } } }";
                let answer = app
                    .call(&world.coordinator, document, json!({ "input": input }))
                    .await;
                let payload = &answer.body["data"]["answerIndicator"];
                if let Some(next) = payload["item"]["version"].as_i64() {
                    assert_eq!(next, version + 1);
                    (saved, version) = (saved + 1, next);
                } else {
                    version = payload["conflict"]["currentVersion"].as_i64().unwrap();
                }
            }
        }
    };
    let writers = (0..8).map(writer);
    futures_util::future::join_all(writers).await;
    let selection = "currentCycle { assessment { items { version } } }";
    let asked = world.ask(&world.coordinator, selection).await;
    assert_eq!(
        asked["currentCycle"]["assessment"]["items"][0]["version"], 41,
        "8 writers saved 5 times each"
    );
}
