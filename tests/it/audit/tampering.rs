//! Whoever owns the database can change the log behind the triggers, and is found out.

use serde_json::Value;

use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    each_of_two_hundred_tamperings_is_found
    an_end_cut_off_with_its_head_is_found_by_a_head_that_was_noted
}

/// Columns by how another value is written.
const TEXTS: &[&str] = &[
    "action",
    "target_type",
    "before_hash",
    "after_hash",
    "request_id",
    "system_reason",
    "hash",
];
const IDS: &[&str] = &[
    "id",
    "account_id",
    "client_id",
    "membership_id",
    "programme_id",
    "municipality_id",
    "target_id",
];

/// Numbers that differ from run to run; the first is told when a test fails.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn new() -> Self {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).unwrap();
        Self(u64::from_le_bytes(seed))
    }

    pub(super) fn below(&mut self, end: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % end
    }
}

/// Takes the triggers away and keeps a copy of log and head.
async fn opened(app: &App) {
    let away: &[&str] = if app.is_postgres() {
        &[
            "ALTER TABLE audit_event DISABLE TRIGGER ALL",
            "ALTER TABLE chain_head DISABLE TRIGGER ALL",
        ]
    } else {
        &[
            "DROP TRIGGER audit_event_no_update",
            "DROP TRIGGER audit_event_no_delete",
            "DROP TRIGGER chain_head_stays",
        ]
    };
    for sql in away {
        app.meddle(sql).await.unwrap();
    }
    for table in ["audit_event", "chain_head"] {
        let copy = format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}");
        app.meddle(&copy).await.unwrap();
    }
}

async fn restored(app: &App) {
    for table in ["audit_event", "chain_head"] {
        app.meddle(&format!("DELETE FROM {table}")).await.unwrap();
        let back = format!("INSERT INTO {table} SELECT * FROM kept_{table}");
        app.meddle(&back).await.unwrap();
    }
}

async fn worked(app: &App) -> i64 {
    let world = World::of(app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    app.count("audit_event").await
}

/// Statements that change a log of `rows` rows in some way.
fn tampering(app: &App, dice: &mut Dice, rows: i64) -> Vec<String> {
    let (one, kind) = (1 + dice.below(rows), dice.below(8));
    let set = |column: &str, value: &str| {
        vec![format!(
            "UPDATE audit_event SET {column} = {value} WHERE sequence = {one}"
        )]
    };
    let id = if app.is_postgres() {
        "gen_random_uuid()"
    } else {
        "randomblob(16)"
    };
    let pick = |from: &[&'static str], dice: &mut Dice| {
        from[usize::try_from(dice.below(i64::try_from(from.len()).unwrap())).unwrap()]
    };
    match kind {
        0 => {
            let column = pick(TEXTS, dice);
            set(column, &format!("coalesce({column}, '') || 'x'"))
        }
        1 => set(pick(IDS, dice), id),
        2 => match dice.below(4) {
            0 => set("at", "'2020-01-01T00:00:00+00:00'"),
            1 => set("changes", "'[]'"),
            2 => set(
                "role",
                "CASE WHEN role = 'ADVISER' THEN 'COORDINATOR' ELSE 'ADVISER' END",
            ),
            _ => set("role", "'NOBODY'"),
        },
        3 => vec![format!("DELETE FROM audit_event WHERE sequence = {one}")],
        4 => {
            let number = [0, rows + 1, rows + 7][usize::try_from(dice.below(3)).unwrap()];
            let columns = "id, at, action, target_type, target_id, changes, before_hash, after_hash, request_id, hash";
            vec![format!(
                "INSERT INTO audit_event (sequence, {columns})
                 SELECT {number}, {columns} FROM kept_audit_event WHERE sequence = {one}"
            )]
        }
        5 => {
            let other = 1 + (one - 1 + 1 + dice.below(rows - 1)) % rows;
            [(one, -1), (other, one), (-1, other)]
                .map(|(from, to)| {
                    format!("UPDATE audit_event SET sequence = {to} WHERE sequence = {from}")
                })
                .to_vec()
        }
        6 => vec![format!("DELETE FROM audit_event WHERE sequence >= {one}")],
        _ => match dice.below(4) {
            0 => vec!["UPDATE chain_head SET sequence = sequence - 1".to_owned()],
            1 => vec!["UPDATE chain_head SET begins_after = 3".to_owned()],
            2 => vec!["DELETE FROM chain_head".to_owned()],
            _ => set("sequence", "sequence + 1000"),
        },
    }
}

async fn each_of_two_hundred_tamperings_is_found(app: App) {
    let rows = worked(&app).await;
    opened(&app).await;
    let mut dice = Dice::new();
    let seed = dice.0;
    for number in 0..200 {
        let statements = tampering(&app, &mut dice, rows);
        for sql in &statements {
            app.meddle(sql).await.unwrap();
        }
        let found = app.operator.verify_audit(None, |_| {}).await.unwrap();
        assert!(!found.breaks.is_empty(), "{seed} {number} {statements:#?}");
        restored(&app).await;
        let found = app.operator.verify_audit(None, |_| {}).await.unwrap();
        assert_eq!(found.breaks, [""; 0], "{seed} {number} restored");
    }
}

async fn an_end_cut_off_with_its_head_is_found_by_a_head_that_was_noted(app: App) {
    let rows = worked(&app).await;
    let noted = app.operator.verify_audit(None, |_| {}).await.unwrap().head;
    opened(&app).await;
    for sql in [
        format!("DELETE FROM audit_event WHERE sequence > {}", rows - 3),
        format!(
            "UPDATE chain_head SET sequence = {0},
                 hash = (SELECT hash FROM audit_event WHERE sequence = {0})",
            rows - 3
        ),
    ] {
        app.meddle(&sql).await.unwrap();
    }
    let found = app.operator.verify_audit(None, |_| {}).await.unwrap();
    assert_eq!(
        found.breaks, [""; 0],
        "a log with its head is as whole as a shorter one"
    );
    let found = app
        .operator
        .verify_audit(Some(&noted), |_| {})
        .await
        .unwrap();
    assert_eq!(found.breaks.len(), 1, "{:?}", Value::from(found.breaks));
}
