//! Measurements are added and corrected, never changed: a correction is a new row.

use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;
use entity::{
    action_plan::{action, action_indicator, measurement, plan},
    municipality::cycle,
};
use sea_orm::{ColumnTrait, IntoActiveModel, Order};
use uuid::Uuid;

use super::super::{
    Measurement,
    action::carries_out,
    levels,
    measurement::LatestMeasurement,
    rules::{
        self,
        cells::Reading,
        units::{self, Days, Given, Measure},
    },
};
use crate::{
    access::{Locked, Permitted, Pick, Tx, Viewer},
    attempt::Attempt,
    error::Failure,
    id::{Id, NewId},
    input::{Checks, LONG_TEXT, trimmed},
    journal::Event,
    payload::payload,
    refusal::{Refused, UserErrorCode},
    scalars::{Date, Decimal},
};

/// Records a reading of an action indicator. Which of the values are needed follows from the unit.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RecordMeasurementInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<measurement::Entity>>,
    /// The action indicator.
    pub(crate) action_indicator_id: Id<action_indicator::Entity>,
    /// The value. May be absent for PERCENT with numerator and denominator: the share is worked out
    /// of them then, rounded half to even at 6 digits.
    pub(crate) value: Option<Decimal>,
    /// What the share is taken of, counted; with PERCENT and RATIO only.
    pub(crate) numerator: Option<Decimal>,
    /// The whole, counted. Required for a PERCENT of people that has a target.
    pub(crate) denominator: Option<Decimal>,
    /// The reading in words, up to 4,000 characters; with TEXT only.
    pub(crate) text: Option<String>,
    /// The day it describes, from the first day of the cycle to today; today if absent. One
    /// measurement a day: `NOT_UNIQUE` names the one to correct. What was found before the cycle is the
    /// `baseline` of the indicator.
    pub(crate) measured_on: Option<Date>,
    /// How it was measured, up to 4,000 characters.
    pub(crate) method: Option<String>,
}

/// Corrects a measurement by a new one. Values are given in full; day and method stay if absent.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CorrectMeasurementInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<measurement::Entity>>,
    /// The measurement to correct. It stays, and counts no more.
    pub(crate) measurement_id: Id<measurement::Entity>,
    /// Why it is corrected, up to 4,000 characters. The municipality and the committee read it.
    pub(crate) reason: String,
    /// The value. May be absent for PERCENT with numerator and denominator: the share is worked out
    /// of them then, rounded half to even at 6 digits.
    pub(crate) value: Option<Decimal>,
    /// What the share is taken of, counted; with PERCENT and RATIO only.
    pub(crate) numerator: Option<Decimal>,
    /// The whole, counted. Required for a PERCENT of people that has a target.
    pub(crate) denominator: Option<Decimal>,
    /// The reading in words, up to 4,000 characters; with TEXT only.
    pub(crate) text: Option<String>,
    /// The day it describes, from the first day of the cycle to today, one measurement a day; that of
    /// the corrected one if absent or null.
    pub(crate) measured_on: Option<Date>,
    /// How it was measured, up to 4,000 characters; as the corrected one if absent or null.
    pub(crate) method: Option<String>,
}

payload! {
    /// What `recordMeasurement` did.
    RecordMeasurementPayload {
        /// The new measurement.
        measurement: Measurement
    }
}
payload! {
    /// What `correctMeasurement` did.
    CorrectMeasurementPayload {
        /// The measurement that corrects.
        measurement: Measurement
    }
}

/// Writes of measurements.
#[derive(Debug, Default)]
pub(crate) struct MeasurementMutation;

#[Object]
impl MeasurementMutation {
    /// Records a measurement while the plan is approved. Roles: COORDINATOR, `SERVICE_ACCOUNT`;
    /// `RESPONSIBLE_ENTITY` for an action that it carries out.
    async fn record_measurement(
        &self,
        ctx: &Context<'_>,
        input: Attempt<RecordMeasurementInput>,
    ) -> Result<Option<RecordMeasurementPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        RecordMeasurementPayload::of(ctx, &viewer, record_measurement(&viewer, input).await).await
    }

    /// Corrects a measurement by a new one while the plan is approved. `NOT_UNIQUE` when it was
    /// corrected already, or another measurement describes the day. Roles as for `recordMeasurement`.
    async fn correct_measurement(
        &self,
        ctx: &Context<'_>,
        input: Attempt<CorrectMeasurementInput>,
    ) -> Result<Option<CorrectMeasurementPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        CorrectMeasurementPayload::of(ctx, &viewer, correct_measurement(&viewer, input).await).await
    }
}

/// Records a measurement.
pub(crate) async fn record_measurement(
    viewer: &Viewer,
    input: RecordMeasurementInput,
) -> Result<measurement::Model, Refused> {
    let tx = viewer.begin().await?;
    let (plan, indicator) = tx
        .lock_below::<plan::Entity, action_indicator::Entity>(input.action_indicator_id)
        .await?;
    let permitted = permitted(&tx, plan, indicator.row()).await?;
    let days = days(&tx, permitted.row()).await?;
    let given = Given {
        reading: reading(input.value, input.numerator, input.denominator),
        text: trimmed(input.text),
        method: trimmed(input.method),
        measured_on: input.measured_on.map_or(days.last, |day| day.0),
    };
    let mut checks = Checks::default();
    check_alone(&tx, &mut checks, indicator.row(), given.measured_on, None).await?;
    let mut row = measured(
        viewer,
        permitted.row(),
        indicator.row(),
        (given, days),
        checks,
    )?;
    row.id = viewer.key(input.id.as_ref())?;
    add(tx, &permitted, row, Event::MeasurementRecorded).await
}

/// Corrects a measurement.
pub(crate) async fn correct_measurement(
    viewer: &Viewer,
    input: CorrectMeasurementInput,
) -> Result<measurement::Model, Refused> {
    let tx = viewer.begin().await?;
    let (plan, wrong) = tx
        .lock_below::<plan::Entity, measurement::Entity>(input.measurement_id)
        .await?;
    let wrong = wrong.row().clone();
    // Locked like for a new measurement, so that no other takes the day meanwhile.
    let indicator = tx
        .lock_children::<_, action_indicator::Entity>(&plan, [wrong.action_indicator_id])
        .await?;
    let indicator = indicator.into_iter().next();
    let indicator = indicator.ok_or_else(Failure::not_found)?.row().clone();
    let permitted = permitted(&tx, plan, &indicator).await?;
    let mut days = days(&tx, permitted.row()).await?;
    days.first = days.first.min(wrong.measured_on);
    let given = Given {
        reading: reading(input.value, input.numerator, input.denominator),
        text: trimmed(input.text),
        method: trimmed(input.method).or(wrong.method),
        measured_on: input.measured_on.map_or(wrong.measured_on, |day| day.0),
    };
    let mut checks = Checks::default();
    checks.required_text("reason", &input.reason, LONG_TEXT);
    let corrected = Some(wrong.id);
    check_alone(&tx, &mut checks, &indicator, given.measured_on, corrected).await?;
    let mut row = measured(viewer, permitted.row(), &indicator, (given, days), checks)?;
    row.id = viewer.key(input.id.as_ref())?;
    row.supersedes_id = Some(wrong.id);
    row.correction_reason = trimmed(Some(input.reason));
    add(tx, &permitted, row, Event::MeasurementCorrected).await
}

fn reading(
    value: Option<Decimal>,
    numerator: Option<Decimal>,
    denominator: Option<Decimal>,
) -> Reading {
    Reading {
        value: value.map(|number| number.0),
        numerator: numerator.map(|number| number.0),
        denominator: denominator.map(|number| number.0),
    }
}

/// The days that a measurement of a plan may describe.
async fn days(tx: &Tx, plan: &plan::Model) -> Result<Days, Failure> {
    let cycle = Id::<cycle::Entity>::new(plan.cycle_id);
    let cycle = tx.find::<cycle::Entity>().by_id(cycle).await?;
    Ok(Days {
        first: cycle.ok_or_else(Failure::not_found)?.start_on,
        last: tx.viewer().today(plan.programme_id),
    })
}

/// Checks that no other measurement describes the day; the indicator is locked. Days that have two
/// from before keep them.
async fn check_alone(
    tx: &Tx,
    checks: &mut Checks,
    indicator: &action_indicator::Model,
    day: NaiveDate,
    corrected: Option<Uuid>,
) -> Result<(), Failure> {
    use measurement::Column::{ActionIndicatorId, CreatedAt, Id as Key, MeasuredOn};
    let standing = tx
        .find::<measurement::Entity>()
        .filter(ActionIndicatorId.eq(indicator.id))
        .filter(MeasuredOn.eq(day))
        .filter(LatestMeasurement.filter(tx.viewer()))
        .order(CreatedAt, Order::Desc)
        .order(Key, Order::Desc)
        .all()
        .await?;
    let other = standing.iter().find(|row| Some(row.id) != corrected);
    let is_own_day = standing.iter().any(|row| Some(row.id) == corrected);
    if let Some(other) = other.filter(|_| !is_own_day) {
        let other = Id::<measurement::Entity>::new(other.id);
        let message = format!("{other} describes {day} already; correct that one.");
        checks.fault(UserErrorCode::NotUnique, "measuredOn", message);
    }
    Ok(())
}

/// The permission to measure what an action brought about.
async fn permitted(
    tx: &Tx,
    plan: Locked<plan::Entity>,
    indicator: &action_indicator::Model,
) -> Result<Permitted<plan::Entity>, Refused> {
    let action = tx
        .find::<action::Entity>()
        .by_id(Id::new(indicator.action_id))
        .await?;
    let is_own = action.is_some_and(|action| carries_out(tx.viewer(), &action));
    plan.edit(rules::measuring(is_own), None)
}

/// The row of a measurement, or every fault together with those found before.
fn measured(
    viewer: &Viewer,
    plan: &plan::Model,
    indicator: &action_indicator::Model,
    (given, days): (Given, Days),
    mut checks: Checks,
) -> Result<measurement::Model, Refused> {
    let levels = levels(viewer, plan);
    let measure = Measure {
        unit: indicator.unit,
        counts: indicator.counts,
        levels: &levels,
        country: viewer.country(plan.programme_id),
    };
    let has_target = indicator.target.is_some();
    let reading = match units::measured(measure, has_target, &given, days) {
        Ok(reading) => reading,
        Err(faults) => {
            checks.extend(faults);
            Reading::default()
        }
    };
    checks.done()?;
    Ok(measurement::Model {
        id: viewer.new_id(),
        programme_id: plan.programme_id,
        municipality_id: plan.municipality_id,
        plan_id: plan.id,
        action_indicator_id: indicator.id,
        value: reading.value,
        numerator: reading.numerator,
        denominator: reading.denominator,
        text: given.text,
        measured_on: given.measured_on,
        method: given.method,
        supersedes_id: None,
        correction_reason: None,
        entered_by: viewer.account_id(),
        created_at: viewer.now(),
    })
}

async fn add(
    mut tx: Tx,
    plan: &Permitted<plan::Entity>,
    row: measurement::Model,
    event: Event,
) -> Result<measurement::Model, Refused> {
    let measurement = tx
        .create::<plan::Entity, measurement::Entity>(plan, row.into_active_model())
        .await?;
    tx.commit::<measurement::Entity>(event, &measurement)
        .await?;
    Ok(measurement)
}
