//! PURE: says what a comparison of rows leaves out.

use std::collections::BTreeMap;

use crate::{
    access::{AUDITED, UNAUDITED},
    journal::{PERSONAL, UNRECORDED},
};

/// What was not compared; `untold` counts the rows of each table that were written last before the log
/// kept states.
pub(super) fn sentences(untold: &BTreeMap<&'static str, u64>) -> Vec<String> {
    let mut told = vec![
        format!("columns with personal data: {}", columns(&PERSONAL)),
        format!(
            "columns that are written without a word in the log: {}",
            columns(&UNRECORDED)
        ),
    ];
    for (tables, why) in UNAUDITED {
        told.push(format!("tables, {why}: {}", tables.join(", ")));
    }
    for (table, count) in untold {
        told.push(format!(
            "rows that were written last before the log kept their state: {count} of {table}"
        ));
    }
    told
}

/// Columns as the database names them.
fn columns(of: &[(&str, &str)]) -> String {
    let named = of.iter().map(|(kind, column)| {
        let audited = AUDITED.iter().find(|audited| audited.kind == *kind);
        let table = audited.map_or(*kind, |audited| (audited.table)());
        format!("{table}.{column}")
    });
    named.collect::<Vec<_>>().join(", ")
}
