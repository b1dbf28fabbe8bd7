//! Which decision and which recognition an edge shows, and the SQL side of a recognition's status.

use std::sync::Arc;

use entity::recognition::{DecisionStatus, RecognitionStatus, decision, recognition};
use sea_orm::{ColumnTrait, Condition, Order, sea_query::Expr};
use uuid::Uuid;

use super::rules::LASTING;
use crate::{
    access::{Pick, Viewer},
    catalogue::Day,
};

fn newest_first<C: ColumnTrait>(columns: impl IntoIterator<Item = C>) -> Vec<(Expr, Order)> {
    let columns = columns.into_iter();
    columns
        .map(|column| (Expr::col(column.as_column_ref()), Order::Desc))
        .collect()
}

/// Chooses the newest recognition of a municipality, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CurrentRecognition {
    /// Among the recognitions of these programmes.
    pub(crate) programmes: Arc<[Uuid]>,
}

impl Pick for CurrentRecognition {
    type Entity = recognition::Entity;
    const IS_SERIES: bool = true;

    fn partition(&self) -> recognition::Column {
        recognition::Column::MunicipalityId
    }

    fn parent(row: &recognition::Model) -> Uuid {
        row.municipality_id
    }

    fn filter(&self, _viewer: &Viewer) -> Condition {
        let programmes = self.programmes.iter().copied();
        Condition::all().add(recognition::Column::ProgrammeId.is_in(programmes))
    }

    fn order(&self) -> Vec<(Expr, Order)> {
        use recognition::Column::{CreatedAt, Id, ValidFrom};
        newest_first([ValidFrom, CreatedAt, Id])
    }
}

/// Decisions that everybody sees, so that no answer depends on who asks.
pub(super) fn public_decisions() -> Condition {
    Condition::all()
        .add(decision::Column::Status.eq(DecisionStatus::Published))
        .add(decision::Column::IsPublic.eq(true))
}

/// Chooses the newest public decision about a municipality, the same for everybody.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NewestDecision {
    /// Among the decisions of these programmes.
    pub(crate) programmes: Arc<[Uuid]>,
}

impl Pick for NewestDecision {
    type Entity = decision::Entity;

    fn partition(&self) -> decision::Column {
        decision::Column::MunicipalityId
    }

    fn parent(row: &decision::Model) -> Uuid {
        row.municipality_id
    }

    fn filter(&self, _viewer: &Viewer) -> Condition {
        let programmes = self.programmes.iter().copied();
        public_decisions().add(decision::Column::ProgrammeId.is_in(programmes))
    }

    fn order(&self) -> Vec<(Expr, Order)> {
        use decision::Column::{DecidedOn, Id, PublishedAt};
        newest_first([DecidedOn, PublishedAt, Id])
    }
}

/// Recognitions with one of these statuses today: the SQL side of `status_on`. `days` says which
/// day it is in which programmes.
pub(crate) fn status_among(statuses: &[RecognitionStatus], days: &[Day]) -> Condition {
    // An empty list of statuses matches nothing, where an empty condition would match everything.
    let none = Condition::any().add(recognition::Column::Id.is_null());
    let statuses = statuses.iter();
    statuses.fold(none, |any, status| any.add(status_is(*status, days)))
}

fn status_is(status: RecognitionStatus, days: &[Day]) -> Condition {
    use recognition::Column::{ProgrammeId, Status, ValidUntil};
    let stored = Condition::all().add(Status.eq(status));
    let is_expired = status == RecognitionStatus::Expired;
    if !is_expired && !LASTING.contains(&status) {
        return stored;
    }
    let by_date = days
        .iter()
        .fold(Condition::any(), |any, (today, programmes)| {
            let passed = if is_expired {
                Condition::all()
                    .add(Status.is_in(LASTING))
                    .add(ValidUntil.lt(*today))
            } else {
                Condition::all().add(ValidUntil.gte(*today))
            };
            any.add(passed.add(ProgrammeId.is_in(programmes.iter().copied())))
        });
    if is_expired {
        Condition::any().add(stored).add(by_date)
    } else {
        stored.add(by_date)
    }
}
