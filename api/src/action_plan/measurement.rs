//! Measurements: type, reads, and which of them is the latest. Small counts of children are hidden
//! here from everybody but the municipality and the committee.

use std::sync::Arc;

use async_graphql::Context;
use entity::action_plan::{action_indicator, measurement, plan};
use fields::fields;
use sea_orm::{
    ColumnTrait, Condition, Order,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{
    ActionIndicator, CORRECTION_REASON,
    rules::cells::{self, Reading},
};
use crate::{
    access::{Asking, Class, Pick, Place, Row, Viewer},
    error::Failure,
    id::Id,
    in_order::InOrder,
    payload::RowObject,
    scalars::{Date, DateTime, Decimal},
};

/// A reading of an action indicator.
pub(crate) type Measurement = InOrder<MeasurementFields>;

/// A reading of an action indicator, with what the reader on the way to it has learned already.
#[derive(Clone, Debug)]
pub(crate) struct MeasurementFields {
    row: Arc<measurement::Model>,
    indicator: Option<Arc<action_indicator::Model>>,
    is_corrected: Option<bool>,
}

impl RowObject for Measurement {
    type Entity = measurement::Entity;
}

impl From<Arc<measurement::Model>> for Measurement {
    fn from(row: Arc<measurement::Model>) -> Self {
        MeasurementFields {
            row,
            indicator: None,
            is_corrected: None,
        }
        .into()
    }
}

impl From<measurement::Model> for Measurement {
    fn from(row: measurement::Model) -> Self {
        Self::from(Arc::new(row))
    }
}

/// Counts of children below this number are hidden: the strictest of the programme's versions.
pub(super) fn minimum_cell(viewer: &Viewer, programme: Uuid) -> i32 {
    let programme = viewer.catalogue().programme(programme).into_iter();
    let cells = programme
        .flat_map(|p| &p.versions)
        .map(|v| v.row.minimum_cell);
    // No programme is without a version; hiding is the safe answer if one were.
    cells.max().unwrap_or(i32::MAX)
}

impl MeasurementFields {
    /// A measurement reached from its indicator.
    pub(super) fn within(
        row: Arc<measurement::Model>,
        indicator: &Arc<action_indicator::Model>,
        is_corrected: bool,
    ) -> Measurement {
        Self {
            row,
            indicator: Some(Arc::clone(indicator)),
            is_corrected: Some(is_corrected),
        }
        .into()
    }

    fn place(&self) -> Place {
        measurement::Entity::place(&self.row)
    }

    /// Whether its numbers are hidden from the viewer.
    async fn is_hidden(&self, ctx: &Context<'_>) -> Result<bool, Failure> {
        let viewer = ctx.viewer();
        if viewer.reads(Class::Municipality, self.place()) {
            return Ok(false);
        }
        let indicator = if let Some(indicator) = &self.indicator {
            Some(Arc::clone(indicator))
        } else {
            let id = Id::<action_indicator::Entity>::new(self.row.action_indicator_id);
            ctx.reader().one(id).await?
        };
        let smallest = minimum_cell(viewer, self.row.programme_id);
        let reading = Reading {
            value: self.row.value,
            numerator: self.row.numerator,
            denominator: self.row.denominator,
        };
        Ok(indicator.is_none_or(|i| cells::is_small(i.unit, i.counts, reading, smallest)))
    }

    async fn shown(
        &self,
        ctx: &Context<'_>,
        number: Option<i64>,
    ) -> Result<Option<Decimal>, Failure> {
        if number.is_none() || self.is_hidden(ctx).await? {
            return Ok(None);
        }
        Ok(number.map(Decimal))
    }
}

/// A reading of an action indicator. It never changes; a later one may correct it. Visible where
/// its plan is.
#[fields(name = "Measurement")]
impl MeasurementFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<measurement::Entity> {
        Id::new(self.row.id)
    }

    /// The value, read by the unit of the indicator; null if it is in words or suppressed.
    async fn value(&self, ctx: &Context<'_>) -> Result<Option<Decimal>, Failure> {
        self.shown(ctx, self.row.value).await
    }

    /// What the share is taken of, counted; null if it was not given or is suppressed.
    async fn numerator(&self, ctx: &Context<'_>) -> Result<Option<Decimal>, Failure> {
        self.shown(ctx, self.row.numerator).await
    }

    /// The whole, counted; null if it was not given or is suppressed.
    async fn denominator(&self, ctx: &Context<'_>) -> Result<Option<Decimal>, Failure> {
        self.shown(ctx, self.row.denominator).await
    }

    /// Whether the numbers are hidden because they count few children.
    async fn is_suppressed(&self, ctx: &Context<'_>) -> Result<bool, Failure> {
        self.is_hidden(ctx).await
    }

    /// The reading in words, with the unit TEXT.
    async fn text(&self) -> Option<&str> {
        self.row.text.as_deref()
    }

    /// The day it describes.
    async fn measured_on(&self) -> Date {
        Date(self.row.measured_on)
    }

    /// When it was entered.
    async fn entered_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// How it was measured.
    async fn method(&self) -> Option<&str> {
        self.row.method.as_deref()
    }

    /// The measurement that this one corrects; null if none.
    async fn supersedes(&self, ctx: &Context<'_>) -> Result<Option<Measurement>, Failure> {
        let Some(id) = self.row.supersedes_id else {
            return Ok(None);
        };
        ctx.reader().object(id).await
    }

    /// Whether a later measurement corrects this one.
    async fn is_corrected(&self, ctx: &Context<'_>) -> Result<bool, Failure> {
        if let Some(known) = self.is_corrected {
            return Ok(known);
        }
        let rows = ctx
            .reader()
            .children::<plan::Entity, measurement::Entity>(self.row.plan_id)
            .await?;
        Ok(rows
            .iter()
            .any(|row| row.supersedes_id == Some(self.row.id)))
    }

    /// Why it corrects an earlier one. For the municipality and the committee.
    async fn correction_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        let reason = self.row.correction_reason.as_deref();
        CORRECTION_REASON.of(ctx.viewer(), self.place(), reason)?
    }

    /// The indicator it measures.
    async fn action_indicator(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<ActionIndicator>, Failure> {
        match &self.indicator {
            Some(indicator) => Ok(Some(ActionIndicator::from(Arc::clone(indicator)))),
            None => ctx.reader().object(self.row.action_indicator_id).await,
        }
    }

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&*self.row)
    }
}

/// Chooses the newest measurement of an action indicator that no other corrects.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct LatestMeasurement;

impl Pick for LatestMeasurement {
    type Entity = measurement::Entity;
    const IS_SERIES: bool = true;

    fn partition(&self) -> measurement::Column {
        measurement::Column::ActionIndicatorId
    }

    fn parent(row: &measurement::Model) -> Uuid {
        row.action_indicator_id
    }

    fn filter(&self, _viewer: &Viewer) -> Condition {
        use measurement::Column::{Id, SupersedesId};
        let later = Alias::new("later");
        let mut correction = Query::select();
        correction
            .expr(Expr::val(1))
            .from_as(measurement::Entity, later.clone())
            .and_where(Expr::col((later, SupersedesId)).equals(Id.as_column_ref()));
        Condition::all().add(Expr::not_exists(correction))
    }

    fn order(&self) -> Vec<(Expr, Order)> {
        // As the index of the series has it. Ids only break ties: clients make them.
        use measurement::Column::{CreatedAt, Id, MeasuredOn};
        [MeasuredOn, CreatedAt, Id]
            .map(|c| (Expr::col(c.as_column_ref()), Order::Desc))
            .into()
    }
}
