//! Whoever owns the database can change rows behind the log, and is found out.

use super::{standing::eventful, tampering::Dice};
use crate::harness::{App, on_both_databases};

on_both_databases! {
    each_of_two_hundred_changes_of_rows_is_found
}

/// Columns that the log does not tell of.
const LEFT_OUT: [(&str, &str); 6] = [
    ("account", "name"),
    ("account", "email"),
    ("identity", "subject"),
    ("assessment", "is_frozen"),
    ("action_plan", "is_frozen"),
    ("client_secret", "last_used_at"),
];

/// A table with rows: its columns with their types, the ids of its rows as SQL.
struct Table {
    name: &'static str,
    columns: Vec<(String, String)>,
    ids: Vec<String>,
}

fn pick<'a, T>(dice: &mut Dice, from: &'a [T]) -> &'a T {
    let end = i64::try_from(from.len()).unwrap();
    &from[usize::try_from(dice.below(end)).unwrap()]
}

async fn table(app: &App, name: &'static str) -> Table {
    let (types, ids) = if app.is_postgres() {
        (
            format!(
                "SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE table_name = '{name}'"
            ),
            format!("SELECT '''' || id || '''' FROM {name}"),
        )
    } else {
        (
            format!("SELECT name || ' ' || type FROM pragma_table_info('{name}')"),
            format!("SELECT 'x''' || hex(id) || '''' FROM {name}"),
        )
    };
    let columns = app.column(&types).await;
    let columns = columns.iter().map(|column| {
        let (column, kind) = column.split_once(' ').unwrap();
        (column.to_owned(), kind.to_lowercase())
    });
    let is_told = |column: &(String, String)| !LEFT_OUT.contains(&(name, column.0.as_str()));
    Table {
        name,
        columns: columns.filter(is_told).collect(),
        ids: app.column(&ids).await,
    }
}

/// Another value than a column has.
fn other(app: &App, column: &str, kind: &str) -> String {
    let (id, bytes) = if app.is_postgres() {
        ("gen_random_uuid()", "'\\x00'")
    } else {
        ("randomblob(16)", "x'00'")
    };
    match kind {
        "uuid" => id.to_owned(),
        "text" => format!("coalesce({column}, '') || 'X'"),
        "integer" | "bigint" => format!("coalesce({column}, 0) + 1"),
        "boolean" => format!("NOT coalesce({column}, FALSE)"),
        "date" if app.is_postgres() => format!("coalesce({column}, '1999-12-31') + 1"),
        "date" => format!("date(coalesce({column}, '1999-12-31'), '+1 day')"),
        "timestamptz" | "timestamp with time zone" => "'1999-12-31T00:00:00+00:00'".to_owned(),
        "json" => "'{\"xx\":\"x\"}'".to_owned(),
        "bytea" => bytes.to_owned(),
        kind => panic!("a column of another kind: {column} {kind}"),
    }
}

/// A statement that changes one row, if the database takes it.
fn change(app: &App, dice: &mut Dice, table: &Table) -> String {
    let (name, row) = (table.name, pick(dice, &table.ids));
    match dice.below(10) {
        0 => format!("DELETE FROM {name} WHERE id = {row}"),
        1 => {
            let (column, _) = pick(dice, &table.columns);
            format!("UPDATE {name} SET {column} = NULL WHERE id = {row} AND {column} IS NOT NULL")
        }
        _ => {
            let (column, kind) = pick(dice, &table.columns);
            let value = other(app, column, kind);
            format!("UPDATE {name} SET {column} = {value} WHERE id = {row}")
        }
    }
}

/// Whether the table is not as it was.
async fn is_changed(app: &App, table: &Table) -> bool {
    let name = table.name;
    let differ = |one: &str, two: &str| {
        if app.is_postgres() {
            format!("(SELECT t::text FROM {one} t EXCEPT SELECT t::text FROM {two} t) AS d")
        } else {
            format!("(SELECT * FROM {one} EXCEPT SELECT * FROM {two}) AS d")
        }
    };
    let kept = format!("kept_{name}");
    app.count(&differ(name, &kept)).await + app.count(&differ(&kept, name)).await > 0
}

async fn each_of_two_hundred_changes_of_rows_is_found(app: App) {
    eventful(&app).await;
    app.unguarded().await;
    let mut tables = Vec::new();
    for (name, rows) in app.compared().await.compared {
        if rows > 0 {
            let keep = format!("CREATE TABLE kept_{name} AS SELECT * FROM {name}");
            app.meddle(&keep).await.unwrap();
            tables.push(table(&app, name).await);
        }
    }
    assert!(tables.len() > 20, "{}", tables.len());
    let mut dice = Dice::new();
    let seed = dice.0;
    let mut done = 0;
    while done < 200 {
        let table = pick(&mut dice, &tables);
        let sql = change(&app, &mut dice, table);
        // What the database itself refuses, or what changed nothing, counts for nothing.
        if app.meddle_freely(&sql).await.is_err() || !is_changed(&app, table).await {
            continue;
        }
        done += 1;
        let found = app.compared().await.findings;
        assert!(!found.is_empty(), "{seed} {done} {sql}");
        let back = format!(
            "DELETE FROM {0}; INSERT INTO {0} SELECT * FROM kept_{0}",
            table.name
        );
        app.meddle_freely(&back).await.unwrap();
        if done % 50 == 0 {
            assert_eq!(
                app.compared().await.findings,
                [""; 0],
                "{seed} {done} restored"
            );
        }
    }
}
