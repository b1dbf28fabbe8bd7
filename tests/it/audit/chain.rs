//! The chain of the audit log: whole under many writers, and broken by whatever is done to it.

use serde_json::json;

use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    a_log_that_nobody_touched_is_whole
}

async fn a_log_that_nobody_touched_is_whole(app: App) {
    let before = app.operator.verify_audit(None, |_| {}).await.unwrap();
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    // Refused after it has locked and read: what was rolled back leaves no gap.
    let input = json!({ "cycleId": cycle["id"], "kind": "BASELINE" });
    app.refused(&world.adviser, "startAssessment", input).await;
    let after = app
        .operator
        .verify_audit(Some(&before.head), |_| {})
        .await
        .unwrap();
    assert_eq!(after.breaks, [""; 0]);
    assert_eq!(
        i64::try_from(after.rows).unwrap(),
        app.count("audit_event").await
    );
    assert!(after.rows > before.rows + 8);
    let other = "1".repeat(64);
    let found = app
        .operator
        .verify_audit(Some(&other), |_| {})
        .await
        .unwrap();
    assert_eq!(found.breaks.len(), 1, "{found:?}");
    assert!(found.breaks[0].contains("that you noted is not in the chain"));
}
