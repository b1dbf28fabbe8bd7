//! `cfc audit verify`: what it prints, and what it says beside.

use super::{ROWS_AT_ONCE, RowsVerified};
use crate::{
    command::{print, say},
    operator::Operator,
    trouble::Trouble,
};

/// Checks the log, and with `rows` the rows that it tells of. All that is found is told at once.
pub(crate) async fn verify_by_command(
    operator: &Operator,
    head: Option<&str>,
    rows: bool,
) -> Result<(), Trouble> {
    let progress = |rows: u64| {
        if rows > 0 && rows.is_multiple_of(100_000) {
            say(&format!("{rows} rows checked …"));
        }
    };
    let found = operator.verify_audit(head, progress).await?;
    let mut wrong = found.breaks;
    if !found.wrong_ids.is_empty() {
        say(&format!(
            "These ids were made by clients and would not be taken today; they go on working: {}",
            found.wrong_ids.join(", ")
        ));
    }
    if rows {
        let progress = |rows: u64| say(&format!("{rows} rows compared …"));
        let compared = operator.verify_rows(ROWS_AT_ONCE, progress).await?;
        say(&in_words(&compared));
        wrong.extend(compared.findings);
        if compared.more > 0 {
            wrong.push(format!("{} more rows are not as recorded.", compared.more));
        }
    }
    if !wrong.is_empty() {
        return Err(Trouble::of(wrong.join("\n")));
    }
    print(&found.head);
    say(&format!(
        "The audit log is whole: {} rows, the last is number {}. The line above is its head; note \
         it outside of this database.",
        found.rows, found.sequence
    ));
    Ok(())
}

/// What was compared, and what was not.
fn in_words(compared: &RowsVerified) -> String {
    let rows: u64 = compared.compared.values().sum();
    let tables = compared.compared.len();
    format!(
        "{rows} rows of {tables} tables are as the log recorded them. Left out:\n  {}",
        compared.left_out.join("\n  ")
    )
}
