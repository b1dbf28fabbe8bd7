//! Which assessment of a cycle is the one to show or to build on.

use entity::assessment::{AssessmentKind, AssessmentStatus, assessment};
use sea_orm::{ColumnTrait, Condition, Order, sea_query::Expr};
use uuid::Uuid;

use crate::access::{Pick, Viewer};

/// Chooses the newest assessment of a cycle.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NewestAssessment {
    /// Only this kind; if absent, any kind but those by children and by outsiders.
    pub(crate) kind: Option<AssessmentKind>,
    /// Only confirmed ones.
    pub(crate) is_confirmed: bool,
}

impl Pick for NewestAssessment {
    type Entity = assessment::Entity;

    fn partition(&self) -> assessment::Column {
        assessment::Column::CycleId
    }

    fn parent(row: &assessment::Model) -> Uuid {
        row.cycle_id
    }

    fn filter(&self, _viewer: &Viewer) -> Condition {
        let apart = [AssessmentKind::ChildLed, AssessmentKind::Independent];
        let kind = match self.kind {
            Some(kind) => assessment::Column::Kind.eq(kind),
            None => assessment::Column::Kind.is_not_in(apart),
        };
        let status = if self.is_confirmed {
            assessment::Column::Status.eq(AssessmentStatus::Confirmed)
        } else {
            assessment::Column::Status.ne(AssessmentStatus::Superseded)
        };
        Condition::all().add(kind).add(status)
    }

    fn order(&self) -> Vec<(Expr, Order)> {
        use assessment::Column::{AsOf, CreatedAt, Id};
        [AsOf, CreatedAt, Id]
            .map(|c| (Expr::col(c.as_column_ref()), Order::Desc))
            .into()
    }
}
