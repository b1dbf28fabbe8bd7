//! Rows of the tables that the read door returns, column by column in the order of the table. By name each
//! value would be looked up, and each null would first become the text of an error.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveEnum, DbErr, EntityName, EntityTrait, QueryResult, RuntimeErr, TryGetable,
    TryGetableFromJson,
};
use sqlx::{Row as _, ValueRef};
use uuid::Uuid;

/// A table whose rows are read by position, from a select of all its columns.
pub(crate) trait Columns: EntityTrait {
    /// All columns by name, as a select lists them.
    fn list() -> &'static str;
    /// A row as the database returned it, its columns beginning with the one at `first`.
    fn read_from(row: &QueryResult, first: usize) -> Result<Self::Model, DbErr>;
    /// A row of this table alone.
    fn read(row: &QueryResult) -> Result<Self::Model, DbErr> {
        Self::read_from(row, 0)
    }
}

/// Says of tables in which order their columns come, and which of them may be null.
macro_rules! columns {
    ($($table:path { $($column:ident $(: $how:ident)?),+ })+) => {
    $(
        const _: () = {
            use $table as table;
            impl Columns for table::Entity {
                fn list() -> &'static str {
                    static LIST: OnceLock<String> = OnceLock::new();
                    LIST.get_or_init(|| named(&table::Entity, &[$(stringify!($column)),+]))
                }
                fn read_from(row: &QueryResult, first: usize) -> Result<table::Model, DbErr> {
                    let mut at = first..;
                    Ok(table::Model {
                        $($column: reading!($($how)?)(row, at.next().unwrap_or_default())?),+
                    })
                }
            }
        };
    )+
        #[cfg(test)]
        fn declared() -> Vec<(Vec<String>, Vec<&'static str>)> {
            vec![$({
                use $table as table;
                (tests::in_table::<table::Entity>(), vec![$(concat!(stringify!($column) $(, ": ", stringify!($how))?)),+])
            }),+]
        }
    };
}

/// Columns as both databases write them.
fn named(table: &impl EntityName, columns: &[&str]) -> String {
    let table = table.table_name();
    let named = columns
        .iter()
        .map(|column| format!(r#""{table}"."{column}""#));
    named.collect::<Vec<_>>().join(", ")
}

macro_rules! reading {
    () => {
        value
    };
    (nullable) => {
        nullable
    };
}

/// A value of a column. The kinds are [`Plain`], [`Word`] and [`Stored`]; the compiler finds the one that
/// fits. `PostgreSQL` tells the type of each column with its rows; it is not compared at every value, since a
/// test compares all columns of every table.
pub(crate) trait Cell<K>: Sized {
    /// The value at this place; nothing if it is null.
    fn read(row: &QueryResult, at: usize) -> Result<Option<Self>, DbErr>;
}

/// What the driver reads.
pub(crate) struct Plain;
/// A value of an enum.
pub(crate) struct Word;
/// What is read as the entity says.
pub(crate) struct Stored;

macro_rules! plain {
    ($($ty:ty),+) => {$(
        impl Cell<Plain> for $ty {
            fn read(row: &QueryResult, at: usize) -> Result<Option<Self>, DbErr> {
                match row.try_as_pg_row() {
                    Some(row) => row.try_get_unchecked(at).map_err(unread),
                    None => stored(row, at),
                }
            }
        }
    )+};
}
plain!(
    bool,
    i32,
    i64,
    DateTime<Utc>,
    NaiveDate,
    String,
    Uuid,
    Vec<u8>,
    serde_json::Value
);

impl<T: ActiveEnum<Value = String>> Cell<Word> for T {
    fn read(row: &QueryResult, at: usize) -> Result<Option<Self>, DbErr> {
        let word = <String as Cell<Plain>>::read(row, at)?;
        word.map(|word| T::try_from_value(&word)).transpose()
    }
}

impl<T: TryGetableFromJson> Cell<Stored> for T {
    fn read(row: &QueryResult, at: usize) -> Result<Option<Self>, DbErr> {
        stored(row, at)
    }
}

fn unread(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

/// Reads a value that may be null, without the text of an error for each that is.
fn stored<T: TryGetable>(row: &QueryResult, at: usize) -> Result<Option<T>, DbErr> {
    let is_null = match (row.try_as_pg_row(), row.try_as_sqlite_row()) {
        (Some(row), _) => row.try_get_raw(at).is_ok_and(|value| value.is_null()),
        (None, Some(row)) => row.try_get_raw(at).is_ok_and(|value| value.is_null()),
        (None, None) => false,
    };
    if is_null {
        return Ok(None);
    }
    Ok(Some(T::try_get_by_index(row, at)?))
}

fn nullable<T: Cell<K>, K>(row: &QueryResult, at: usize) -> Result<Option<T>, DbErr> {
    T::read(row, at)
}

/// The value at this place of a row, whose type the statement has made certain.
pub(crate) fn value<T: Cell<K>, K>(row: &QueryResult, at: usize) -> Result<T, DbErr> {
    let found = T::read(row, at)?;
    found.ok_or_else(|| DbErr::Type(format!("column {at} is null")))
}

columns! {
    entity::account::membership {
        id, account_id, role, programme_id: nullable, municipality_id: nullable,
        responsible_entity_id: nullable, starts_at, ends_at: nullable, granted_by: nullable,
        created_at, updated_at, version
    }
    entity::account::account {
        id, name: nullable, email: nullable, status, created_at, updated_at, version
    }
    entity::account::identity {
        id, account_id, issuer, subject, created_at
    }
    entity::account::invitation {
        id, account_id, digest, expires_at, accepted_at: nullable, invited_by: nullable,
        identity_id: nullable, ended_at: nullable, created_at, updated_at, version
    }
    entity::journal::audit_event {
        sequence, id, at, account_id: nullable, client_id: nullable, membership_id: nullable,
        role: nullable, system_reason: nullable, programme_id: nullable,
        municipality_id: nullable, action, target_type, target_id, changes, before_hash,
        after_hash, request_id, hash: nullable
    }
    entity::client::api_client {
        id, account_id, programme_id, municipality_id: nullable, name, status, scopes, origins,
        public_key: nullable, created_at, updated_at, version
    }
    entity::client::client_secret {
        id, client_id, programme_id, municipality_id: nullable, digest, created_at, updated_at,
        expires_at, revoked_at: nullable, last_used_at: nullable, version
    }
    entity::recognition::decision {
        id, programme_id, municipality_id, cycle_id, programme_version_id, assessment_id,
        plan_id, basis, status, outcome: nullable, is_public, decided_on: nullable,
        deciding_body: nullable, votes_for: nullable, votes_against: nullable,
        votes_abstained: nullable, valid_from: nullable, valid_until: nullable,
        deferred_until: nullable, public_reason: nullable, snapshot_hash, prepared_by: nullable,
        decided_by: nullable, published_at: nullable, created_at, updated_at, version
    }
    entity::recognition::criterion_judgement {
        id, programme_id, municipality_id, decision_id, criterion_id, ordinal, is_met,
        reason: nullable, created_at
    }
    entity::recognition::condition {
        id, programme_id, municipality_id, decision_id, ordinal, text, due_on: nullable, status,
        note: nullable, submitted_by: nullable, created_at, updated_at, version
    }
    entity::recognition::recognition {
        id, programme_id, municipality_id, decision_id, cycle_id, status, valid_from,
        valid_until, extensions, suspended_from: nullable, suspended_by: nullable,
        suspended_on: nullable, reason: nullable, withdrawn_on: nullable, created_at,
        updated_at, version
    }
    entity::municipality::municipality {
        id, code, kind, country_code, region_code: nullable, name, sort_name,
        valid_from: nullable, valid_to: nullable, successor_id: nullable, population: nullable,
        population_year: nullable, created_at, updated_at, version
    }
    entity::municipality::municipality_code {
        id, municipality_id, scheme, code
    }
    entity::municipality::municipality_name {
        id, municipality_id, sort_name
    }
    entity::municipality::population {
        id, municipality_id, year, age_band: nullable, count, source
    }
    entity::municipality::participation {
        id, programme_id, municipality_id, status, joined_on, agreement_signed_on: nullable,
        ended_on: nullable, created_at, updated_at, version
    }
    entity::municipality::cycle {
        id, programme_id, municipality_id, participation_id, programme_version_id, ordinal,
        status, start_on, planned_end_on, ended_on: nullable, cancellation_reason: nullable,
        created_at, updated_at, version
    }
    entity::municipality::milestone_progress {
        id, programme_id, municipality_id, cycle_id, milestone_id, ordinal, status,
        due_on: nullable, completed_on: nullable, submitted_by: nullable,
        return_reason: nullable, waiver_reason: nullable, created_at, updated_at, version
    }
    entity::assessment::assessment {
        id, programme_id, municipality_id, cycle_id, programme_version_id, kind, status, as_of,
        submitted_by: nullable, submitted_at: nullable, confirmed_by: nullable,
        confirmed_at: nullable, return_reason: nullable, is_frozen, created_at, updated_at, version
    }
    entity::assessment::assessment_item {
        id, programme_id, municipality_id, assessment_id, indicator_id, theme_id, ordinal,
        status, answer: nullable, level: nullable, not_applicable_reason: nullable,
        comment: nullable, assignee_id: nullable, previous_assessment_id: nullable,
        previous_answer: nullable, previous_level: nullable, answered_at: nullable,
        answered_by: nullable, created_at, updated_at, version
    }
    entity::action_plan::plan {
        id, programme_id, municipality_id, cycle_id, programme_version_id, number, status,
        vision: nullable, period_from, period_to, adoption_body: nullable, adopted_on: nullable,
        adoption_reference: nullable, is_adoption_recorded: nullable,
        were_children_heard: nullable, adopted_by: nullable, submitted_by: nullable,
        proposed_by: nullable, confirmed_by: nullable, completion_proposed_by: nullable,
        return_reason: nullable, is_frozen, created_at, updated_at, version
    }
    entity::action_plan::objective {
        id, programme_id, municipality_id, plan_id, ordinal, origin, title,
        indicator_id: nullable, theme_id: nullable, baseline_answer: nullable,
        baseline_level: nullable, target_level: nullable, target_on: nullable, created_at,
        updated_at, version
    }
    entity::action_plan::action {
        id, programme_id, municipality_id, plan_id, objective_id, ordinal, title,
        description: nullable, responsible_entity_id: nullable, start_on: nullable,
        due_on: nullable, due_on_precision: nullable, due_season: nullable,
        due_outside_reason: nullable, status, cancellation_reason: nullable,
        completed_on: nullable, created_at, updated_at, version
    }
    entity::action_plan::action_indicator {
        id, programme_id, municipality_id, plan_id, action_id, ordinal, label, unit, counts,
        is_baseline_known, baseline: nullable, baseline_on: nullable, target: nullable,
        target_text: nullable, target_on: nullable, target_on_precision: nullable,
        target_season: nullable, means_of_verification: nullable, created_at, updated_at, version
    }
    entity::action_plan::measurement {
        id, programme_id, municipality_id, plan_id, action_indicator_id, value: nullable,
        numerator: nullable, denominator: nullable, text: nullable, measured_on,
        method: nullable, supersedes_id: nullable, correction_reason: nullable,
        entered_by: nullable, created_at
    }
    entity::action_plan::responsible_entity {
        id, programme_id, municipality_id, name, sort_name, name_key, kind, created_at,
        updated_at, version
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::{ColumnTrait, IdenStatic, Iterable};

    use super::*;

    /// The columns of a table in the order in which they are selected.
    pub(super) fn in_table<E: EntityTrait<Column: ColumnTrait>>() -> Vec<String> {
        let columns = E::Column::iter().map(|column| {
            let null = if column.def().is_null() {
                ": nullable"
            } else {
                ""
            };
            format!("{}{null}", column.as_str())
        });
        columns.collect()
    }

    #[test]
    fn columns_are_read_in_the_order_in_which_they_are_selected() {
        for (selected, read) in declared() {
            assert_eq!(selected, read);
        }
    }
}
