//! Which cycle of a municipality is the one to show: one statement for a page of municipalities.
//! Filters choose by the same order.

use std::sync::Arc;

use entity::municipality::{CycleStatus, cycle};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, Order,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::access::{Pick, Viewer};

/// The programmes that an argument asks for: all without one, none for an unknown key.
pub(super) fn programmes(viewer: &Viewer, key: Option<&str>) -> Arc<[Uuid]> {
    let catalogue = viewer.catalogue();
    let Some(key) = key else {
        return Arc::clone(&catalogue.programme_ids);
    };
    let named = catalogue.programme_by_key(key).into_iter();
    named.map(|programme| programme.row.id).collect()
}

/// Chooses the cycle under way, else the one closed last.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct CurrentCycle {
    /// Among the cycles of these programmes.
    pub(super) programmes: Arc<[Uuid]>,
}

impl Pick for CurrentCycle {
    type Entity = cycle::Entity;

    fn partition(&self) -> cycle::Column {
        cycle::Column::MunicipalityId
    }

    fn parent(row: &cycle::Model) -> Uuid {
        row.municipality_id
    }

    fn filter(&self, viewer: &Viewer) -> Condition {
        use cycle::Column::{ProgrammeId, StartOn, Status};
        let over = [CycleStatus::InEvaluation, CycleStatus::Closed];
        let days = viewer.days(self.programmes.iter().copied()).into_iter();
        days.fold(Condition::any(), |any, (today, programmes)| {
            // An active cycle whose first day is still to come is planned.
            let begun = Condition::all()
                .add(Status.eq(CycleStatus::Active))
                .add(StartOn.lte(today));
            let shown = Condition::any().add(Status.is_in(over)).add(begun);
            any.add(
                Condition::all()
                    .add(ProgrammeId.is_in(programmes))
                    .add(shown),
            )
        })
    }

    fn order(&self) -> Vec<(Expr, Order)> {
        use cycle::Column::{Id, Ordinal, StartOn, Status};
        let closed = CycleStatus::Closed.to_value();
        let is_closed = Expr::col(Status.as_column_ref()).eq(closed);
        let newest = [StartOn, Ordinal, Id].map(newest_first);
        std::iter::once((is_closed, Order::Asc))
            .chain(newest)
            .collect()
    }
}

fn newest_first<C: ColumnTrait>(column: C) -> (Expr, Order) {
    (Expr::col(column.as_column_ref()), Order::Desc)
}
