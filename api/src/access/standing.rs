//! Rows as they stand, for whoever runs the server and compares them with what the audit log recorded.
//! Nobody reaches this by the API.

use futures_util::future::BoxFuture;
use sea_orm::{
    ColumnTrait, DbBackend, EntityName, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{House, Row};
use crate::{
    error::{Code, Failure},
    journal::{State, state},
};

/// Rows per page.
const PAGE: u64 = 1_000;

/// A row as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its state; nothing where the row cannot be read as such.
    pub(crate) state: Option<State>,
}

impl Standing {
    fn of<E: Row>(row: &E::Model) -> Self {
        Self {
            id: E::key(row),
            state: Some(state::<E>(row)),
        }
    }
}

/// Which rows of a table are asked for.
#[derive(Clone, Debug)]
pub(crate) enum Which {
    /// A page of them in the order of ids, behind an id or from the first.
    Behind(Option<Uuid>),
    /// Those with these ids.
    Those(Vec<Uuid>),
}

type Reading<'a, T> = BoxFuture<'a, Result<T, Failure>>;

/// A table whose rows the audit log tells of.
#[derive(Clone, Copy)]
pub(crate) struct Audited {
    /// The type of its rows.
    pub(crate) kind: &'static str,
    /// What their ids start with.
    pub(crate) prefix: &'static str,
    /// Its name.
    pub(crate) table: fn() -> &'static str,
    /// Reads some of its rows.
    pub(crate) rows: for<'a> fn(&'a House, Which) -> Reading<'a, Vec<Standing>>,
    /// How many rows have an id that is none.
    pub(crate) strays: for<'a> fn(&'a House) -> Reading<'a, u64>,
}

impl std::fmt::Debug for Audited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind)
    }
}

macro_rules! audited {
    ($($entity:path),+ $(,)?) => {
        /// Every table whose rows the audit log tells of.
        pub(crate) static AUDITED: &[Audited] = &[$({
            use $entity as table;
            Audited {
                kind: <table::Entity as crate::id::Kind>::TYPE,
                prefix: <table::Entity as crate::id::Kind>::PREFIX,
                table: || table::Entity.table_name(),
                rows: |house, which| Box::pin(rows::<table::Entity>(house, which)),
                strays: |house| Box::pin(strays::<table::Entity>(house)),
            }
        }),+];

        /// The kind of value of every column of these tables, for the tests of totality.
        #[cfg(test)]
        fn kinds_of_columns() -> Vec<(&'static str, &'static str, sea_orm::sea_query::ArrayType, bool)> {
            let mut all = Vec::new();
            $({
                use $entity as table;
                all.extend(tests::kinds_in::<table::Entity>());
            })+
            all
        }
    };
}

audited!(
    entity::programme::programme,
    entity::programme::programme_version,
    entity::programme::framework,
    entity::municipality::municipality,
    entity::municipality::participation,
    entity::municipality::cycle,
    entity::municipality::milestone_progress,
    entity::account::account,
    entity::account::membership,
    entity::account::identity,
    entity::account::invitation,
    entity::assessment::assessment,
    entity::assessment::assessment_item,
    entity::action_plan::responsible_entity,
    entity::action_plan::plan,
    entity::action_plan::objective,
    entity::action_plan::action,
    entity::action_plan::action_indicator,
    entity::action_plan::measurement,
    entity::recognition::decision,
    entity::recognition::criterion_judgement,
    entity::recognition::condition,
    entity::recognition::recognition,
    entity::client::api_client,
    entity::client::client_secret,
);

/// Tables that are not compared, and why.
pub(crate) const UNAUDITED: [(&[&str], &str); 3] = [
    (
        &["audit_event", "chain_head"],
        "the log itself, which its chain seals",
    ),
    (
        &[
            "criterion",
            "framework_element",
            "indicator",
            "level_descriptor",
            "milestone",
            "municipality_code",
            "municipality_name",
            "population",
            "rating_level",
            "region",
        ],
        "reference rows, of which the log tells as a whole",
    ),
    (
        &[
            "idempotency_record",
            "outbox_event",
            "seaql_migrations",
            "signing_key",
            "spent_token",
        ],
        "kept for the machinery alone",
    ),
];

/// Whether an id is one. `SQLite` takes any value into any column.
const IS_ID: &str = r#"typeof("id") = 'blob' AND length("id") = 16"#;

fn has_id(house: &House) -> Expr {
    match house.backend() {
        DbBackend::Sqlite => Expr::cust(IS_ID),
        _ => Expr::cust("TRUE"),
    }
}

#[expect(clippy::disallowed_methods, reason = "the whole table has no viewer")]
async fn rows<E: Row>(house: &House, which: Which) -> Result<Vec<Standing>, Failure> {
    let reads = house.database().lease();
    let select = E::find().filter(has_id(house));
    let select = match which {
        Which::Behind(None) => paged::<E>(select),
        Which::Behind(Some(id)) => paged::<E>(select.filter(E::ID.gt(id))),
        Which::Those(ids) => select.filter(E::ID.is_in(ids)),
    };
    if let Ok(rows) = select.clone().all(&reads).await {
        return Ok(rows.iter().map(Standing::of::<E>).collect());
    }
    // A value that does not fit its column makes a page unreadable: find out whose it is.
    let ids = select.select_only().column(E::ID).into_tuple::<Uuid>();
    let mut rows = Vec::new();
    for id in ids.all(&reads).await? {
        match E::find().filter(E::ID.eq(id)).one(&reads).await {
            Ok(row) => rows.extend(row.as_ref().map(Standing::of::<E>)),
            Err(error) => {
                let failure = Failure::from(error);
                if failure.code != Code::InternalServerError {
                    return Err(failure);
                }
                rows.push(Standing { id, state: None });
            }
        }
    }
    Ok(rows)
}

fn paged<E: Row>(select: Select<E>) -> Select<E> {
    select.order_by_asc(E::ID).limit(PAGE)
}

#[expect(clippy::disallowed_methods, reason = "the whole table has no viewer")]
async fn strays<E: Row>(house: &House) -> Result<u64, Failure> {
    let select = E::find().filter(has_id(house).not());
    let count = select.select_only().expr(Expr::cust("COUNT(*)"));
    let count: Option<i64> = count.into_tuple().one(&house.database().lease()).await?;
    Ok(count.unwrap_or_default().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sea_orm::{ColumnTrait, IdenStatic, Iterable, ModelTrait, sea_query::ArrayType};

    use super::*;
    use crate::journal::compared;

    type Kind = (&'static str, &'static str, ArrayType, bool);

    /// Of every column whose value a state tells of: its type, name, kind, and whether it is null.
    pub(super) fn kinds_in<E: Row>() -> Vec<Kind> {
        let columns = E::Column::iter().filter(|column| compared(E::TYPE, column.as_str()));
        let kind = |column: E::Column| {
            let is_null = column.def().is_null();
            let kind = <E::Model as ModelTrait>::get_value_type(column);
            (E::TYPE, column.as_str(), kind, is_null)
        };
        columns.map(kind).collect()
    }

    #[test]
    fn every_kind_of_value_has_a_text() {
        for (kind, column, value, _) in kinds_of_columns() {
            let has_text = matches!(
                value,
                ArrayType::String
                    | ArrayType::Uuid
                    | ArrayType::ChronoDateTimeUtc
                    | ArrayType::Json
                    | ArrayType::BigInt
                    | ArrayType::Int
                    | ArrayType::Bool
                    | ArrayType::ChronoDate
                    | ArrayType::Bytes
            );
            assert!(has_text, "{kind} {column} {value:?}");
        }
    }

    /// Whoever adds a column reads this: states that the log has kept must hold. A column that comes
    /// later is null in the rows of before, or it is left out of states (`UNRECORDED`). No column goes,
    /// and none is filled in by a migration.
    #[test]
    fn columns_that_come_later_leave_the_states_of_before_as_they_are() {
        let mut columns: Vec<_> = kinds_of_columns()
            .into_iter()
            .map(|(kind, column, _, is_null)| {
                format!("{kind}.{column}{}", if is_null { "?" } else { "" })
            })
            .collect();
        columns.sort();
        let (first, later) = COLUMNS.split_once("later\n").unwrap();
        let mut known: Vec<_> = first.lines().chain(later.lines()).collect();
        known.sort_unstable();
        assert_eq!(columns, known, "standing_columns.txt tells other columns");
        for column in later.lines() {
            assert!(
                column.ends_with('?'),
                "{column} is not null in rows of before"
            );
        }
    }

    /// The columns of states: those of the beginning, and those that came later.
    const COLUMNS: &str = include_str!("standing_columns.txt");

    #[test]
    fn no_table_is_both_compared_and_left_out() {
        let mut seen = BTreeSet::new();
        let left_out = UNAUDITED.iter().flat_map(|(tables, _)| *tables).copied();
        for table in AUDITED
            .iter()
            .map(|audited| (audited.table)())
            .chain(left_out)
        {
            assert!(seen.insert(table), "{table}");
        }
    }
}
