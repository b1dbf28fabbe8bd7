//! What the progress of an action is measured by: type and reads.

use std::{collections::HashSet, sync::Arc};

use async_graphql::Context;
use entity::{
    action_plan::{Counts, DatePrecision, action_indicator, measurement as measurements, plan},
    programme::Unit,
};
use fields::fields;
use uuid::Uuid;

use super::{
    Action, Measurement,
    measurement::{LatestMeasurement, MeasurementFields, minimum_cell},
    rules::{
        cells::{self, Reading},
        periods::Known,
    },
    season::SeasonOfYear,
};
use crate::{
    access::{Asking, Class, Row},
    error::Failure,
    id::Id,
    payload::row_object,
    scalars::{Date, DateTime, Decimal},
};

row_object! {
    /// What the progress of an action is measured by.
    ActionIndicator = ActionIndicatorFields of action_indicator
}

impl ActionIndicatorFields {
    /// Whether the baseline is a count of few children that the viewer may not read.
    fn hides_baseline(&self, ctx: &Context<'_>) -> bool {
        let reading = Reading {
            value: self.0.baseline,
            ..Reading::default()
        };
        let place = action_indicator::Entity::place(&self.0);
        let smallest = minimum_cell(ctx.viewer(), self.0.programme_id);
        cells::is_small(self.0.unit, self.0.counts, reading, smallest)
            && !ctx.viewer().reads(Class::Municipality, place)
    }
}

/// What the progress of an action is measured by. Visible where its plan is.
#[fields(name = "ActionIndicator")]
impl ActionIndicatorFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<action_indicator::Entity> {
        Id::new(self.0.id)
    }

    /// What is measured.
    async fn label(&self) -> &str {
        &self.0.label
    }

    /// How its numbers are read.
    async fn unit(&self) -> Unit {
        self.0.unit
    }

    /// Whom or what it counts. Small counts of children are suppressed outside the municipality
    /// and the committee.
    async fn counts(&self) -> Counts {
        self.0.counts
    }

    /// Whether the value at the start is known.
    async fn is_baseline_known(&self) -> bool {
        self.0.is_baseline_known
    }

    /// The value at the start; null if it is unknown, in words, or suppressed.
    async fn baseline(&self, ctx: &Context<'_>) -> Option<Decimal> {
        if self.hides_baseline(ctx) {
            return None;
        }
        self.0.baseline.map(Decimal)
    }

    /// Whether the baseline is hidden because it counts few children.
    async fn is_baseline_suppressed(&self, ctx: &Context<'_>) -> bool {
        self.hides_baseline(ctx)
    }

    /// The day of the baseline.
    async fn baseline_on(&self) -> Option<Date> {
        self.0.baseline_on.map(Date)
    }

    /// The value to reach; null if none is set.
    async fn target(&self) -> Option<Decimal> {
        self.0.target.map(Decimal)
    }

    /// What to reach, in words.
    async fn target_text(&self) -> Option<&str> {
        self.0.target_text.as_deref()
    }

    /// The day to reach it by, the last one of the period that `targetOnPrecision` names.
    async fn target_on(&self) -> Option<Date> {
        self.0.target_on.map(Date)
    }

    /// The season that is meant, with `targetOnPrecision` SEASON; else null. Where none was named it
    /// is the one that usually ends in that quarter, as with `Action.dueSeason`.
    async fn target_season(&self) -> Option<SeasonOfYear> {
        SeasonOfYear::of(Known {
            day: self.0.target_on,
            precision: self.0.target_on_precision,
            season: self.0.target_season,
        })
    }

    /// How exactly `targetOn` is known; null without it.
    async fn target_on_precision(&self) -> Option<DatePrecision> {
        self.0.target_on_precision
    }

    /// Where the values come from.
    async fn means_of_verification(&self) -> Option<&str> {
        self.0.means_of_verification.as_deref()
    }

    /// The newest measurement by day, corrected ones left out; null without any.
    async fn latest_measurement(&self, ctx: &Context<'_>) -> Result<Option<Measurement>, Failure> {
        let latest = ctx.reader().latest(LatestMeasurement, self.0.id).await?;
        Ok(latest.map(|row| MeasurementFields::within(row, &self.0, false)))
    }

    /// Its measurements, oldest first. A few per year: one plan holds at most some thousands.
    async fn measurements(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = false, desc = "Also measurements that a later one corrects.")]
        include_corrected: bool,
    ) -> Result<Vec<Measurement>, Failure> {
        let rows = ctx
            .reader()
            .children::<plan::Entity, measurements::Entity>(self.0.plan_id)
            .await?;
        let own = || {
            rows.iter()
                .filter(|row| row.action_indicator_id == self.0.id)
        };
        let corrected: HashSet<Uuid> = own().filter_map(|row| row.supersedes_id).collect();
        Ok(own()
            .filter(|row| include_corrected || !corrected.contains(&row.id))
            .map(|row| {
                MeasurementFields::within(Arc::clone(row), &self.0, corrected.contains(&row.id))
            })
            .collect())
    }

    /// The action it measures.
    async fn action(&self, ctx: &Context<'_>) -> Result<Option<Action>, Failure> {
        ctx.reader().object(self.0.action_id).await
    }

    /// Its version, for `expectedVersion`. Measurements do not count.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was defined.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last. Measurements do not count.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&*self.0)
    }
}
