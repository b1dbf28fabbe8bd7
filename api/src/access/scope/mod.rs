//! Which rows exist for a viewer: every predicate is in this folder.
//!
//! A predicate starts from `any()`, which is FALSE while empty, so that "no memberships" sees
//! nothing. The door adds it last, at execution. Texts and states of a row are not asked here
//! when its parent was read through the door already: that is `rows_of_seen_parent`.

mod account;
mod audit;
mod children;
mod client;
mod decision;
mod work;

use chrono::{DateTime, Utc};
use entity::{
    account::Role,
    municipality::{municipality, municipality_code, municipality_name, participation, population},
    recognition::recognition,
};
use sea_orm::{
    ColumnTrait, Condition, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{IntoCondition, SelectStatement},
};
use uuid::Uuid;

pub(crate) use self::audit::AUDITORS;
use super::{Row, Viewer, columns::Columns};
use Role::{
    Adviser, Coordinator, DecidingBody, DecisionMaker, ProgrammeManager, ServiceAccount,
    SteeringMember, YouthRepresentative,
};

/// Which rows of a table exist for a viewer.
pub(crate) trait Scope: Row + Columns {
    /// The rows, however they are reached.
    fn rows(viewer: &Viewer) -> Condition;

    /// The rows below a parent that the read door has returned to this viewer.
    fn rows_of_seen_parent(viewer: &Viewer) -> Condition {
        Self::rows(viewer)
    }

    /// Whether a row is work of a cycle that was cancelled: it is read, and changes no more.
    fn is_frozen(_row: &Self::Model) -> bool {
        false
    }
}

/// A table whose rows are children of an aggregate root and are loaded by it.
pub(crate) trait ChildOf<P: Scope>: Scope {
    /// The column of the root's id.
    const PARENT: Self::Column;
    /// The root's id.
    fn parent(row: &Self::Model) -> Uuid;
    /// The place among its siblings.
    fn ordinal(row: &Self::Model) -> Ordinal;
}

/// The place of a row among its siblings. Of rows that share one, the first entered comes first; ids
/// break ties only, since clients make some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ordinal {
    place: i32,
    entered: Option<DateTime<Utc>>,
    id: Uuid,
}

/// Roles inside a municipality that see its work from the first draft.
const LOCAL: &[Role] = &[
    YouthRepresentative,
    SteeringMember,
    Coordinator,
    DecisionMaker,
    ServiceAccount,
];
/// Roles of the committee that accompany the work.
const COMMITTEE: &[Role] = &[Adviser, ProgrammeManager];

fn all<E: Row>() -> Condition {
    Condition::any().add(E::ID.is_not_null())
}

/// Rows at a place where the viewer holds one of `roles`.
fn held<C: ColumnTrait>(
    viewer: &Viewer,
    roles: &[Role],
    programme: C,
    municipality: C,
) -> Condition {
    let mut any = Condition::any();
    for m in viewer.held(roles) {
        let Some(held_programme) = m.programme_id else {
            continue;
        };
        let here = Condition::all().add(programme.eq(held_programme));
        any = any.add(match m.municipality_id {
            Some(held_municipality) => here.add(municipality.eq(held_municipality)),
            None => here,
        });
    }
    any
}

/// Rows at a place where the viewer holds any seat, local or of the committee.
fn seats<C: ColumnTrait>(viewer: &Viewer, programme: C, municipality: C) -> Condition {
    Condition::any()
        .add(held(viewer, LOCAL, programme, municipality))
        .add(held(viewer, COMMITTEE, programme, municipality))
        .add(held(viewer, &[DecidingBody], programme, municipality))
}

trait AndAlso {
    fn and_also(self, other: impl IntoCondition) -> Condition;
}
impl<T: IntoCondition> AndAlso for T {
    fn and_also(self, other: impl IntoCondition) -> Condition {
        Condition::all()
            .add(self.into_condition())
            .add(other.into_condition())
    }
}

/// The ids of the rows of `E` that match.
fn ids<E: Row>(condition: Condition) -> SelectStatement {
    column_of::<E>(E::ID, condition)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a sub-select of a predicate, run by the door"
)]
fn column_of<E: Row>(column: E::Column, condition: Condition) -> SelectStatement {
    E::find()
        .select_only()
        .column(column)
        .filter(condition)
        .into_query()
}

macro_rules! public {
    ($($entity:path),+ $(,)?) => { $(const _: () = {
        use $entity as table;
        impl Scope for table::Entity {
            fn rows(_viewer: &Viewer) -> Condition {
                all::<Self>()
            }
        }
    };)+ };
}
public!(
    municipality,
    municipality_code,
    municipality_name,
    population,
    participation,
    recognition,
);
