//! Rows are compared with what the audit log recorded of them last: nothing is found where nobody
//! meddled, and each kind of meddling has its sentence.

use std::collections::BTreeSet;

use api::{ROWS_AT_ONCE, Registration, RowsVerified};
use serde_json::{Value, json};

use crate::{
    ground::{Ground, Stage},
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    rows_that_nobody_touched_stand_as_they_were_recorded
    each_kind_of_meddling_is_told
    rows_that_are_written_meanwhile_are_no_finding
    rows_from_before_states_were_recorded_are_left_out
}

impl App {
    /// Compares all rows with the log.
    pub(super) async fn compared(&self) -> RowsVerified {
        let compared = self.operator.verify_rows(ROWS_AT_ONCE, |_| {}).await;
        compared.unwrap()
    }

    /// Takes the guards of the tables away that would refuse a test to meddle.
    pub(super) async fn unguarded(&self) {
        for table in ["audit_event", "measurement"] {
            if self.is_postgres() {
                let sql = format!("ALTER TABLE {table} DISABLE TRIGGER ALL");
                self.meddle(&sql).await.unwrap();
            } else {
                for verb in ["update", "delete"] {
                    let sql = format!("DROP TRIGGER {table}_no_{verb}");
                    self.meddle(&sql).await.unwrap();
                }
            }
        }
    }

    /// Runs statements as if rows did not refer to each other.
    pub(super) async fn meddle_freely(&self, sql: &str) -> Result<(), String> {
        let (off, on) = if self.is_postgres() {
            (
                "SET session_replication_role = replica",
                "SET session_replication_role = origin",
            )
        } else {
            ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON")
        };
        let done = self.meddle(&format!("{off}; {sql}")).await;
        self.meddle(on).await.unwrap();
        done
    }
}

/// A municipality with something of everything, and what happens beside the log: a cycle is cancelled
/// and its work frozen, a client uses its secret, an account is erased.
pub(super) async fn eventful(app: &App) -> Ground<'_> {
    let ground = Ground::of(app, "FI-837", Stage::Decided).await;
    let world = &ground.world;
    let version = async |kind: &str, id: &Value| {
        let document =
            format!("query($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ version }} }} }}");
        let read = app.read(&world.manager, &document, json!({ "id": id }));
        read.await["node"]["version"].clone()
    };
    let objective = ground.id("draft objective");
    let remove = json!({ "objectiveId": objective, "expectedVersion": version("Objective", &objective).await });
    app.done(
        &world.coordinator,
        "removeObjective",
        remove,
        "userErrors { code }",
    )
    .await;
    let cycle = ground.id("cycle");
    let cancel = json!({ "cycleId": cycle, "expectedVersion": version("Cycle", &cycle).await, "reason": "Merged" });
    app.done(&world.manager, "cancelCycle", cancel, "cycle { id }")
        .await;
    let account = ground.id("account");
    let erase =
        json!({ "accountId": account, "expectedVersion": version("Account", &account).await });
    app.done(&world.manager, "eraseAccount", erase, "account { id }")
        .await;
    let registration = Registration {
        name: "Register",
        programme: "FI",
        municipality: None,
        scopes: &["plans:read".to_owned()],
        origins: &[],
        public_key: None,
    };
    let (id, secret) = app.operator.add_client(registration).await.unwrap();
    let token = reqwest::Client::new()
        .post(format!("{}/oauth/token", app.url))
        .header("content-type", "application/x-www-form-urlencoded")
        .basic_auth(id, secret)
        .body("grant_type=client_credentials");
    assert_eq!(token.send().await.unwrap().status(), 200);
    ground
}

async fn rows_that_nobody_touched_stand_as_they_were_recorded(app: App) {
    assert_eq!(app.compared().await.findings, [""; 0]);
    eventful(&app).await;
    let compared = app.compared().await;
    assert_eq!(compared.findings, [""; 0]);
    for frozen in ["assessment", "action_plan"] {
        assert!(app.count(&format!("{frozen} WHERE is_frozen")).await > 0);
    }
    assert_eq!(
        app.count("client_secret WHERE last_used_at IS NOT NULL")
            .await,
        1
    );
    assert_eq!(app.count("account WHERE status = 'ERASED'").await, 1);
    for (table, count) in &compared.compared {
        let rows = u64::try_from(app.count(table).await).unwrap();
        assert_eq!(*count, rows, "every row of {table}");
    }
    // What is not compared is said, so that no table is forgotten.
    let mut told: BTreeSet<_> = compared.compared.keys().copied().collect();
    let left_out = compared
        .left_out
        .iter()
        .filter(|told| told.starts_with("tables, "));
    for tables in left_out.filter_map(|told| told.rsplit_once(": ")) {
        told.extend(tables.1.split(", "));
    }
    let tables = app.tables().await;
    let tables: BTreeSet<_> = tables.iter().map(String::as_str).collect();
    assert_eq!(told, tables);
    // With little room the log is walked along many times, and no row is forgotten or met twice.
    let in_shares = app.operator.verify_rows(100, |_| {}).await.unwrap();
    assert_eq!(in_shares, compared);
}

async fn each_kind_of_meddling_is_told(app: App) {
    let ground = Ground::of(&app, "FI-837", Stage::Planning).await;
    let world = &ground.world;
    app.unguarded().await;
    app.meddle("CREATE TABLE kept AS SELECT * FROM objective")
        .await
        .unwrap();
    let objective = ground.id("draft objective");
    let remove = json!({ "objectiveId": objective, "expectedVersion": 1 });
    app.done(
        &world.coordinator,
        "removeObjective",
        remove,
        "userErrors { code }",
    )
    .await;
    assert_eq!(app.compared().await.findings, [""; 0]);
    let id = if app.is_postgres() {
        "gen_random_uuid()"
    } else {
        "randomblob(16)"
    };
    let one = |table: &str| format!("id = (SELECT id FROM {table} ORDER BY id LIMIT 1)");
    let copied = "account_id, role, programme_id, municipality_id, responsible_entity_id, starts_at, \
        ends_at, granted_by, created_at, updated_at, version";
    let mut meddlings = vec![
        (
            format!(
                "UPDATE assessment_item SET level = coalesce(level, 0) + 1 WHERE {}",
                one("assessment_item")
            ),
            "AssessmentItem asi_",
            " of the log recorded it.",
        ),
        (
            format!(
                "UPDATE action_plan SET status = 'NONSENSE' WHERE {}",
                one("action_plan")
            ),
            "ActionPlan apl_",
            " cannot be read; row ",
        ),
        (
            format!("DELETE FROM measurement WHERE {}", one("measurement")),
            "Measurement mea_",
            " is gone; row ",
        ),
        (
            "INSERT INTO objective SELECT * FROM kept WHERE id NOT IN (SELECT id FROM objective)"
                .to_owned(),
            "Objective obj_",
            " of the log says that it was removed.",
        ),
        (
            format!(
                "INSERT INTO membership (id, {copied}) SELECT {id}, {copied} FROM membership LIMIT 1"
            ),
            "Membership mem_",
            " is there, and the log never told of it.",
        ),
    ];
    if !app.is_postgres() {
        meddlings.push((
            "UPDATE cycle SET id = 'cycle' WHERE status = 'CANCELLED'".to_owned(),
            "cycle holds 1 rows",
            "something else than an id.",
        ));
    }
    let mut before: BTreeSet<String> = BTreeSet::new();
    for (sql, whose, what) in meddlings {
        app.meddle_freely(&sql).await.unwrap();
        let compared = app.compared().await;
        let found: BTreeSet<_> = compared.findings.into_iter().collect();
        let new: Vec<_> = found.difference(&before).collect();
        assert!(found.is_superset(&before), "{found:#?}");
        let is_told = |told: &&&String| told.starts_with(whose) && told.contains(what);
        assert_eq!(new.iter().filter(is_told).count(), 1, "{sql}\n{new:#?}");
        before = found;
    }
    assert_eq!(
        app.operator
            .verify_audit(None, |_| {})
            .await
            .unwrap()
            .breaks,
        [""; 0]
    );
}

async fn rows_that_are_written_meanwhile_are_no_finding(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let writer = async |item: usize| {
        let id = &assessment["items"][item]["id"];
        for version in 1..=40 {
            let input = json!({ "itemId": id, "answer": "LEVEL", "level": 1 + version % 3, "expectedVersion": version });
            let answer = app
                .act(
                    &world.coordinator,
                    "answerIndicator",
                    input,
                    "item { version }",
                )
                .await;
            let payload = &answer.body["data"]["answerIndicator"];
            assert_eq!(payload["item"]["version"], version + 1, "{}", answer.body);
        }
    };
    let verifier = async || {
        for _ in 0..10 {
            let compared = app.operator.verify_rows(100, |_| {}).await.unwrap();
            assert_eq!(compared.findings, [""; 0]);
        }
    };
    futures_util::join!(writer(0), writer(1), writer(2), verifier());
}

async fn rows_from_before_states_were_recorded_are_left_out(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    app.unguarded().await;
    // The log as earlier versions wrote it.
    for row in app
        .column("SELECT CAST(changes AS TEXT) FROM audit_event")
        .await
    {
        let mut changes: Value = serde_json::from_str(&row).unwrap();
        for change in changes.as_array_mut().unwrap() {
            change.as_object_mut().unwrap().remove("state").unwrap();
        }
        let sql = format!(
            "UPDATE audit_event SET changes = '{changes}' WHERE CAST(changes AS TEXT) = '{row}'"
        );
        app.meddle(&sql).await.unwrap();
    }
    let compared = app.compared().await;
    assert_eq!(compared.findings, [""; 0]);
    assert_eq!(compared.compared.values().sum::<u64>(), 0);
    let untold = |count: u64| {
        format!(
            "rows that were written last before the log kept their state: {count} of assessment_item"
        )
    };
    assert!(compared.left_out.contains(&untold(70)), "{compared:#?}");
    let input = json!({ "itemId": assessment["items"][0]["id"], "answer": "LEVEL", "level": 1, "expectedVersion": 1 });
    app.done(&world.coordinator, "answerIndicator", input, "item { id }")
        .await;
    let compared = app.compared().await;
    assert_eq!(compared.findings, [""; 0]);
    assert_eq!(compared.compared["assessment_item"], 1);
    assert!(compared.left_out.contains(&untold(69)), "{compared:#?}");
    for level in [1, 2] {
        let sql = format!(
            "UPDATE assessment_item SET level = {level} + 2, comment = 'x' WHERE level = {level}"
        );
        app.meddle(&sql).await.unwrap();
    }
    assert_eq!(
        app.compared().await.findings.len(),
        1,
        "the one that was written since"
    );
}
