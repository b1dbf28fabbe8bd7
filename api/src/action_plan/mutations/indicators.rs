//! Writes of action indicators: define.

use async_graphql::{Context, InputObject, Object};
use entity::{
    action_plan::{Counts, DatePrecision, action, action_indicator, plan},
    programme::Unit,
};
use sea_orm::IntoActiveModel;

use super::{
    super::{
        ActionIndicator, levels,
        rules::{
            self, periods,
            units::{self, Definition, Measure},
        },
    },
    full, next_ordinal,
};
use crate::{
    access::Viewer,
    attempt::Attempt,
    error::Failure,
    id::{Id, NewId},
    input::{Checks, trimmed},
    journal::Event,
    payload::payload,
    refusal::{Refused, UserError},
    scalars::{Date, Decimal},
};

/// The most indicators of an action.
const INDICATORS_MAX: usize = 20;

/// Defines what the progress of an action is measured by. The unit rules the numbers: BOOLEAN is 0
/// or 1, LEVEL a level of the scale, TEXT has none, people are counted in whole numbers, a PERCENT
/// of people is 0 to 100.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct DefineActionIndicatorInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<action_indicator::Entity>>,
    /// The action.
    pub(crate) action_id: Id<action::Entity>,
    /// What is measured, up to 300 characters.
    pub(crate) label: String,
    /// How its numbers are read.
    pub(crate) unit: Unit,
    /// Whom or what it counts. Small counts of children are suppressed outside the municipality
    /// and the committee.
    pub(crate) counts: Counts,
    /// Whether the value at the start is known. If absent, it is when there is a `baseline`.
    pub(crate) is_baseline_known: Option<bool>,
    /// The value at the start.
    pub(crate) baseline: Option<Decimal>,
    /// The day of the baseline.
    pub(crate) baseline_on: Option<Date>,
    /// The value to reach.
    pub(crate) target: Option<Decimal>,
    /// What to reach, in words, up to 4,000 characters.
    pub(crate) target_text: Option<String>,
    /// The day to reach it by; any day of the month or year that is meant, or
    /// of the last month of the season.
    pub(crate) target_on: Option<Date>,
    /// How exactly `targetOn` is known; DAY if absent.
    pub(crate) target_on_precision: Option<DatePrecision>,
    /// Where the values come from, up to 4,000 characters.
    pub(crate) means_of_verification: Option<String>,
}

payload! {
    /// What `defineActionIndicator` did.
    DefineActionIndicatorPayload {
        /// The new action indicator.
        action_indicator: ActionIndicator
    }
}

/// Writes of action indicators.
#[derive(Debug, Default)]
pub(crate) struct IndicatorMutation;

#[Object]
impl IndicatorMutation {
    /// Defines what an action of a plan in DRAFT or RETURNED is measured by, at most 20 per action.
    /// Role: COORDINATOR.
    async fn define_action_indicator(
        &self,
        ctx: &Context<'_>,
        input: Attempt<DefineActionIndicatorInput>,
    ) -> Result<Option<DefineActionIndicatorPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        DefineActionIndicatorPayload::of(
            ctx,
            &viewer,
            define_action_indicator(&viewer, input).await,
        )
        .await
    }
}

/// Defines an action indicator.
pub(crate) async fn define_action_indicator(
    viewer: &Viewer,
    input: DefineActionIndicatorInput,
) -> Result<action_indicator::Model, Refused> {
    let mut tx = viewer.begin().await?;
    // The action is locked against other additions, so that the bound holds.
    let (plan, action) = tx
        .lock_below::<plan::Entity, action::Entity>(input.action_id)
        .await?;
    let permitted = plan.edit(&rules::WRITING, None)?;
    let indicators = tx
        .children::<plan::Entity, action_indicator::Entity>(permitted.row())
        .await?;
    let siblings = || {
        let action = action.row().id;
        indicators.iter().filter(move |row| row.action_id == action)
    };
    if siblings().count() >= INDICATORS_MAX {
        return Err(full(INDICATORS_MAX, "indicators fit in an action").into());
    }
    let ordinal = next_ordinal(siblings().map(|row| row.ordinal));
    check(viewer, permitted.row(), &input).done()?;
    let row = new_indicator(viewer, action.row(), ordinal, input)?;
    let indicator = tx
        .create::<plan::Entity, action_indicator::Entity>(&permitted, row.into_active_model())
        .await?;
    tx.commit::<action_indicator::Entity>(Event::ActionIndicatorDefined, &indicator)
        .await?;
    Ok(indicator)
}

fn is_known(input: &DefineActionIndicatorInput) -> bool {
    input.is_baseline_known.unwrap_or(input.baseline.is_some())
}

fn check(viewer: &Viewer, plan: &plan::Model, input: &DefineActionIndicatorInput) -> Checks {
    let levels = levels(viewer, plan);
    let measure = Measure {
        unit: input.unit,
        counts: input.counts,
        levels: &levels,
        country: viewer.country(plan.programme_id),
    };
    let definition = Definition {
        label: input.label.clone(),
        is_baseline_known: is_known(input),
        baseline: input.baseline.map(|number| number.0),
        baseline_on: input.baseline_on.map(|day| day.0),
        target: input.target.map(|number| number.0),
        target_text: input.target_text.clone(),
        means_of_verification: input.means_of_verification.clone(),
    };
    let mut checks = Checks::default();
    let today = viewer.today(plan.programme_id);
    checks.extend(units::definition(measure, &definition, today));
    let target_on = input.target_on.map(|day| day.0);
    let precision = input.target_on_precision;
    periods::check_precision(&mut checks, "targetOnPrecision", target_on, precision);
    checks
}

fn new_indicator(
    viewer: &Viewer,
    action: &action::Model,
    ordinal: i32,
    input: DefineActionIndicatorInput,
) -> Result<action_indicator::Model, UserError> {
    let target_on = input.target_on.map(|day| day.0);
    let (target_on, target_on_precision) = periods::known(target_on, input.target_on_precision);
    Ok(action_indicator::Model {
        id: viewer.key(input.id.as_ref())?,
        programme_id: action.programme_id,
        municipality_id: action.municipality_id,
        plan_id: action.plan_id,
        action_id: action.id,
        ordinal,
        label: input.label.trim().to_owned(),
        unit: input.unit,
        counts: input.counts,
        is_baseline_known: is_known(&input),
        baseline: input.baseline.map(|number| number.0),
        baseline_on: input.baseline_on.map(|day| day.0),
        target: input.target.map(|number| number.0),
        target_text: trimmed(input.target_text),
        target_on,
        target_on_precision,
        means_of_verification: trimmed(input.means_of_verification),
        created_at: viewer.now(),
        updated_at: viewer.now(),
        version: 1,
    })
}
