//! Writes of actions as clients send them: add, change, remove. What they do is in `writes`; the steps of
//! actions are in `carrying_out`.

mod writes;

use async_graphql::{Context, Enum, InputObject, Object};
use entity::action_plan::{DatePrecision, action, objective, responsible_entity};

use self::writes::{add_action, change_action, remove_action};
use super::super::{Action, ActionPlan, season::SeasonOfYear};
use crate::{
    attempt::Attempt,
    error::Failure,
    id::{Id, NewId},
    payload::payload,
    scalars::Date,
};

/// What of an action can be cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ActionField {
    /// The description.
    Description,
    /// Who carries it out.
    ResponsibleEntity,
    /// Its first day.
    StartOn,
    /// When it is due: day, precision, season, and why outside of the plan.
    DueOn,
}

/// Adds an action to an objective.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AddActionInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<action::Entity>>,
    /// The objective.
    pub(crate) objective_id: Id<objective::Entity>,
    /// What is done, up to 300 characters.
    pub(crate) title: String,
    /// How it is done, up to 4,000 characters.
    pub(crate) description: Option<String>,
    /// Who carries it out: a responsible entity of the municipality.
    pub(crate) responsible_entity_id: Option<Id<responsible_entity::Entity>>,
    /// Its first day.
    pub(crate) start_on: Option<Date>,
    /// The day it has to be done by; any day of the month or year that is meant, or of the last month
    /// of the season. The period that is meant has to overlap that of the plan, else `OUT_OF_RANGE`.
    pub(crate) due_on: Option<Date>,
    /// How exactly `dueOn` is known; DAY if absent. ONGOING goes without a day.
    pub(crate) due_on_precision: Option<DatePrecision>,
    /// The season that is meant, instead of `dueOn`: winter ends in February, spring in May, summer in
    /// August, autumn in November. With `dueOn` as well it ends with that month.
    pub(crate) due_season: Option<SeasonOfYear>,
    /// Why it is due outside of the period of the plan, up to 4,000 characters; required then, and else
    /// refused.
    pub(crate) due_outside_reason: Option<String>,
}

/// Changes an action. What is absent or null stays as it is; `clear` empties.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ChangeActionInput {
    /// The action.
    pub(crate) action_id: Id<action::Entity>,
    /// What is done, up to 300 characters. Null leaves it unchanged.
    pub(crate) title: Option<String>,
    /// How it is done, up to 4,000 characters. Null leaves it unchanged.
    pub(crate) description: Option<String>,
    /// Who carries it out: a responsible entity of the municipality. Null leaves it unchanged.
    pub(crate) responsible_entity_id: Option<Id<responsible_entity::Entity>>,
    /// Its first day. Null leaves it unchanged.
    pub(crate) start_on: Option<Date>,
    /// The day it has to be done by; any day of the month or year that is meant, or of the last month
    /// of the season. The period that is meant has to overlap that of the plan, else `OUT_OF_RANGE`.
    /// Null leaves it unchanged.
    pub(crate) due_on: Option<Date>,
    /// How exactly `dueOn` is known; DAY if `dueOn` is given without it. ONGOING empties `dueOn`.
    /// Null leaves it unchanged.
    pub(crate) due_on_precision: Option<DatePrecision>,
    /// The season that is meant, instead of `dueOn`: winter ends in February, spring in May, summer in
    /// August, autumn in November. With `dueOn` as well it ends with that month.
    /// Null leaves it unchanged.
    pub(crate) due_season: Option<SeasonOfYear>,
    /// Why it is due outside of the period of the plan, up to 4,000 characters; required then, and else
    /// refused. A day or precision that is given anew needs it anew. Null leaves it unchanged.
    pub(crate) due_outside_reason: Option<String>,
    /// What to empty.
    pub(crate) clear: Option<Vec<ActionField>>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Removes an action with its indicators.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RemoveActionInput {
    /// The action.
    pub(crate) action_id: Id<action::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `addAction` did.
    AddActionPayload {
        /// The new action.
        action: Action
    }
}
payload! {
    /// What `changeAction` did.
    ChangeActionPayload {
        /// The action as it is now.
        action: Action
    }
}
payload! {
    /// What `removeAction` did.
    RemoveActionPayload {
        /// The plan without it.
        action_plan: ActionPlan
    }
}

/// Writes of actions.
#[derive(Debug, Default)]
pub(crate) struct ActionPartMutation;

#[Object]
impl ActionPartMutation {
    /// Adds an action to an objective of a plan in DRAFT or RETURNED, at most 30. Role:
    /// COORDINATOR.
    async fn add_action(
        &self,
        ctx: &Context<'_>,
        input: Attempt<AddActionInput>,
    ) -> Result<Option<AddActionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        AddActionPayload::of(ctx, &viewer, add_action(&viewer, input).await).await
    }

    /// Changes an action of a plan in DRAFT or RETURNED. Days and who carries it out can also be
    /// changed while the plan is approved. Role: COORDINATOR.
    async fn change_action(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ChangeActionInput>,
    ) -> Result<Option<ChangeActionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ChangeActionPayload::of(ctx, &viewer, change_action(&viewer, input).await).await
    }

    /// Removes an action and its indicators from a plan in DRAFT or RETURNED. Role: COORDINATOR.
    async fn remove_action(
        &self,
        ctx: &Context<'_>,
        input: Attempt<RemoveActionInput>,
    ) -> Result<Option<RemoveActionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        RemoveActionPayload::of(ctx, &viewer, remove_action(&viewer, input).await).await
    }
}
