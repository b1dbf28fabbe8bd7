//! Rows Z6 and Z7: many callers at once, none with the eyes or the rights of another.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures_util::future::join_all;
use serde_json::json;

use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    z7_callers_in_turn_on_the_same_connections_see_each_their_own
    z6_nothing_is_written_after_the_membership_ended
}

/// The same document for all, so that whatever is kept by document would be mixed up.
const DOCUMENT: &str = "{ viewer { accountId roles }
    one: municipality(by: { code: \"FI-837\" }) { currentCycle { assessment { id items { comment } } } }
    two: municipality(by: { code: \"FI-245\" }) { currentCycle { assessment { id items { comment } } } } }";

async fn z7_callers_in_turn_on_the_same_connections_see_each_their_own(app: App) {
    let mut callers = vec![app.public()];
    for code in ["FI-837", "FI-245"] {
        let world = World::of(&app, code).await;
        let cycle = world.started().await;
        let assessment = world.assessment(&cycle, "BASELINE").await;
        let item = &assessment["items"][0];
        let input =
            json!({ "itemId": item["id"], "comment": format!("of {code}"), "expectedVersion": 1 });
        app.done(&world.coordinator, "answerIndicator", input, "")
            .await;
        callers.extend([world.coordinator.clone(), world.adviser.clone()]);
    }
    let mut own = Vec::new();
    for caller in &callers {
        own.push(app.read(caller, DOCUMENT, json!({})).await);
    }
    for (n, seen) in own.iter().enumerate() {
        let text = seen.to_string();
        assert_eq!(text.contains("of FI-837"), n == 1 || n == 2, "{text}");
        assert_eq!(text.contains("of FI-245"), n == 3 || n == 4, "{text}");
    }
    for round in 0..40 {
        let turns = (0..callers.len() * 2).map(|n| (n * 3 + round) % callers.len());
        let asked = turns.map(|n| {
            let (app, caller, own) = (&app, &callers[n], &own[n]);
            async move {
                let response = app.send(caller, DOCUMENT, json!({})).await;
                let kept = response.headers().get("cache-control").cloned();
                let is_kept_nowhere = kept.is_some_and(|value| value == "no-store");
                assert_eq!(is_kept_nowhere, caller.token.is_some());
                let body: serde_json::Value = response.json().await.unwrap();
                assert_eq!(body["data"], *own, "{caller:?}");
            }
        });
        join_all(asked).await;
    }
}

async fn z6_nothing_is_written_after_the_membership_ended(app: App) {
    let other = app.beside().await;
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let item = &assessment["items"][0]["id"];
    let document =
        "query A($id: ID!) { node(id: $id) { ... on Account { memberships { id version } } } }";
    let variables = json!({ "id": world.coordinator.account });
    let found = app.read(&world.manager, document, variables).await;
    let step = World::step("membershipId", &found["node"]["memberships"][0]);
    let (saved, has_ended) = (AtomicBool::new(false), Arc::new(AtomicBool::new(false)));
    let writing = async {
        let mut version = 1;
        loop {
            // Read before the answer is asked for: whoever was told of the end begins after it.
            let begins_after = has_ended.load(Ordering::SeqCst);
            let input = json!({ "itemId": item, "comment": format!("{version}"), "expectedVersion": version });
            let answer = other
                .act(
                    &world.coordinator,
                    "answerIndicator",
                    input,
                    "item { version }",
                )
                .await;
            let item = &answer.body["data"]["answerIndicator"]["item"];
            let Some(next) = item["version"].as_i64() else {
                assert_eq!(
                    answer.codes("answerIndicator"),
                    ["NOT_FOUND"],
                    "{}",
                    answer.body
                );
                return;
            };
            assert!(!begins_after, "written with rights that had ended");
            saved.store(true, Ordering::SeqCst);
            version = next;
        }
    };
    let ending = async {
        while !saved.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
        let ended = app
            .act(&world.manager, "endMembership", step, "membership { id }")
            .await;
        assert_eq!(ended.codes("endMembership"), Vec::<String>::new());
        has_ended.store(true, Ordering::SeqCst);
    };
    tokio::join!(writing, ending);
}
