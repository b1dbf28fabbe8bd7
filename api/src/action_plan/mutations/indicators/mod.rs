//! Writes of action indicators as clients send them: define, change, remove. What they do is in
//! `writes`.

mod writes;

use async_graphql::{Context, Enum, InputObject, Object};
use entity::{
    action_plan::{Counts, DatePrecision, action, action_indicator},
    programme::Unit,
};

use self::writes::{change_action_indicator, define_action_indicator, remove_action_indicator};
use super::super::{Action, ActionIndicator, season::SeasonOfYear};
use crate::{
    attempt::Attempt,
    error::Failure,
    id::{Id, NewId},
    payload::payload,
    scalars::{Date, Decimal},
};

/// What of an action indicator can be cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ActionIndicatorField {
    /// The value at the start, with its day; it is unknown then.
    Baseline,
    /// The day of the baseline.
    BaselineOn,
    /// The value to reach.
    Target,
    /// What to reach, in words.
    TargetText,
    /// The day to reach it by, with precision and season.
    TargetOn,
    /// Where the values come from.
    MeansOfVerification,
}

/// Defines what the progress of an action is measured by. The unit rules the numbers: BOOLEAN is 0
/// or 1, LEVEL a level of the scale, TEXT has none, a COUNT and all people are whole numbers, a
/// PERCENT of people is 0 to 100.
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
    /// How exactly `targetOn` is known; DAY if absent. ONGOING is for actions only.
    pub(crate) target_on_precision: Option<DatePrecision>,
    /// The season that is meant, instead of `targetOn`: winter ends in February, spring in May, summer
    /// in August, autumn in November. With `targetOn` as well it ends with that month.
    pub(crate) target_season: Option<SeasonOfYear>,
    /// Where the values come from, up to 4,000 characters.
    pub(crate) means_of_verification: Option<String>,
}

/// Changes an action indicator. What is absent or null stays as it is; `clear` empties. What comes of it
/// is judged as a whole, as in `defineActionIndicator`.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ChangeActionIndicatorInput {
    /// The action indicator.
    pub(crate) action_indicator_id: Id<action_indicator::Entity>,
    /// What is measured, up to 300 characters. Null leaves it unchanged.
    pub(crate) label: Option<String>,
    /// How its numbers are read. Null leaves it unchanged.
    pub(crate) unit: Option<Unit>,
    /// Whom or what it counts. Small counts of children are suppressed outside the municipality
    /// and the committee. Null leaves it unchanged.
    pub(crate) counts: Option<Counts>,
    /// Whether the value at the start is known. If absent, a `baseline` that is given is known, and one
    /// that is cleared is not. Null leaves it unchanged.
    pub(crate) is_baseline_known: Option<bool>,
    /// The value at the start. Null leaves it unchanged.
    pub(crate) baseline: Option<Decimal>,
    /// The day of the baseline. Null leaves it unchanged.
    pub(crate) baseline_on: Option<Date>,
    /// The value to reach. Null leaves it unchanged.
    pub(crate) target: Option<Decimal>,
    /// What to reach, in words, up to 4,000 characters. Null leaves it unchanged.
    pub(crate) target_text: Option<String>,
    /// The day to reach it by; any day of the month or year that is meant, or
    /// of the last month of the season. Null leaves it unchanged.
    pub(crate) target_on: Option<Date>,
    /// How exactly `targetOn` is known; DAY if `targetOn` is given without it.
    /// Null leaves it unchanged.
    pub(crate) target_on_precision: Option<DatePrecision>,
    /// The season that is meant, instead of `targetOn`: winter ends in February, spring in May, summer
    /// in August, autumn in November. With `targetOn` as well it ends with that month.
    /// Null leaves it unchanged.
    pub(crate) target_season: Option<SeasonOfYear>,
    /// Where the values come from, up to 4,000 characters. Null leaves it unchanged.
    pub(crate) means_of_verification: Option<String>,
    /// What to empty.
    pub(crate) clear: Option<Vec<ActionIndicatorField>>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Removes an action indicator.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RemoveActionIndicatorInput {
    /// The action indicator.
    pub(crate) action_indicator_id: Id<action_indicator::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `defineActionIndicator` did.
    DefineActionIndicatorPayload {
        /// The new action indicator.
        action_indicator: ActionIndicator
    }
}

payload! {
    /// What `changeActionIndicator` did.
    ChangeActionIndicatorPayload {
        /// The action indicator as it is now.
        action_indicator: ActionIndicator
    }
}
payload! {
    /// What `removeActionIndicator` did.
    RemoveActionIndicatorPayload {
        /// The action without it.
        action: Action
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

    /// Changes what an action of a plan in DRAFT or RETURNED is measured by. Role: COORDINATOR.
    async fn change_action_indicator(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ChangeActionIndicatorInput>,
    ) -> Result<Option<ChangeActionIndicatorPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ChangeActionIndicatorPayload::of(
            ctx,
            &viewer,
            change_action_indicator(&viewer, input).await,
        )
        .await
    }

    /// Removes an indicator from an action of a plan in DRAFT or RETURNED. Role: COORDINATOR.
    async fn remove_action_indicator(
        &self,
        ctx: &Context<'_>,
        input: Attempt<RemoveActionIndicatorInput>,
    ) -> Result<Option<RemoveActionIndicatorPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        RemoveActionIndicatorPayload::of(
            ctx,
            &viewer,
            remove_action_indicator(&viewer, input).await,
        )
        .await
    }
}
