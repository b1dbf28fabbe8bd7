//! Steps of actions: start, hold, complete, cancel. Only while the plan is approved.

use async_graphql::{Context, InputObject, Object};
use entity::{
    action_plan::{action, plan},
    workflow::WorkflowAction,
};
use sea_orm::ActiveValue::Set;

use super::super::{Action, action::carries_out, rules};
use crate::{
    access::{Permitted, Tx, Viewer},
    attempt::Attempt,
    error::Failure,
    id::Id,
    input::{Checks, still_to_come, trimmed},
    journal::Event,
    payload::payload,
    refusal::{Refused, UserError, UserErrorCode},
    scalars::Date,
};

/// Begins an action, or begins it again after a hold.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct StartActionInput {
    /// The action.
    pub(crate) action_id: Id<action::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Interrupts an action.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct HoldActionInput {
    /// The action.
    pub(crate) action_id: Id<action::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Says that an action is done.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CompleteActionInput {
    /// The action.
    pub(crate) action_id: Id<action::Entity>,
    /// The day on which it was completed, today at the latest; today if absent.
    pub(crate) completed_on: Option<Date>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Gives an action up.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CancelActionInput {
    /// The action.
    pub(crate) action_id: Id<action::Entity>,
    /// Why it is given up, up to 4,000 characters. The municipality and the committee read it.
    pub(crate) reason: String,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `startAction` did.
    StartActionPayload {
        /// The action as it is now.
        action: Action
    }
}
payload! {
    /// What `holdAction` did.
    HoldActionPayload {
        /// The action as it is now.
        action: Action
    }
}
payload! {
    /// What `completeAction` did.
    CompleteActionPayload {
        /// The action as it is now.
        action: Action
    }
}
payload! {
    /// What `cancelAction` did.
    CancelActionPayload {
        /// The action as it is now.
        action: Action
    }
}

/// Steps of actions.
#[derive(Debug, Default)]
pub(crate) struct ActionStepMutation;

#[Object]
impl ActionStepMutation {
    /// Starts a planned action, or one on hold again. Roles: COORDINATOR; `RESPONSIBLE_ENTITY` for
    /// a planned action that it carries out.
    async fn start_action(
        &self,
        ctx: &Context<'_>,
        input: Attempt<StartActionInput>,
    ) -> Result<Option<StartActionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        StartActionPayload::of(ctx, &viewer, start_action(&viewer, input).await).await
    }

    /// Puts an action in progress on hold. Role: COORDINATOR.
    async fn hold_action(
        &self,
        ctx: &Context<'_>,
        input: Attempt<HoldActionInput>,
    ) -> Result<Option<HoldActionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        HoldActionPayload::of(ctx, &viewer, hold_action(&viewer, input).await).await
    }

    /// Completes an action in progress. Roles: COORDINATOR; `RESPONSIBLE_ENTITY` for an action that
    /// it carries out.
    async fn complete_action(
        &self,
        ctx: &Context<'_>,
        input: Attempt<CompleteActionInput>,
    ) -> Result<Option<CompleteActionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        CompleteActionPayload::of(ctx, &viewer, complete_action(&viewer, input).await).await
    }

    /// Cancels an unfinished action with a reason. Role: COORDINATOR.
    async fn cancel_action(
        &self,
        ctx: &Context<'_>,
        input: Attempt<CancelActionInput>,
    ) -> Result<Option<CancelActionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        CancelActionPayload::of(ctx, &viewer, cancel_action(&viewer, input).await).await
    }
}

/// A step that role, version and state allow, of the action and of its plan, given these faults.
async fn permitted(
    tx: &Tx,
    id: Id<action::Entity>,
    step: WorkflowAction,
    expected_version: i32,
    faults: impl FnOnce(&action::Model) -> Vec<UserError>,
) -> Result<Permitted<action::Entity>, Refused> {
    let (plan, action) = tx.lock_below::<plan::Entity, action::Entity>(id).await?;
    let machine = rules::action_machine(carries_out(tx.viewer(), action.row()));
    let stepping = action.step(machine, step, expected_version)?;
    let mut unmet = rules::action_unmet(plan.row().status);
    unmet.extend(faults(stepping.row()));
    stepping.given(unmet)
}

async fn write(
    mut tx: Tx,
    permitted: Permitted<action::Entity>,
    event: Event,
    change: impl FnOnce(&mut action::ActiveModel),
) -> Result<action::Model, Refused> {
    let action = tx.update(permitted, change).await?;
    tx.commit::<action::Entity>(event, &action).await?;
    Ok(action)
}

/// Starts an action.
pub(crate) async fn start_action(
    viewer: &Viewer,
    input: StartActionInput,
) -> Result<action::Model, Refused> {
    let tx = viewer.begin().await?;
    let (id, version) = (input.action_id, input.expected_version);
    let permitted = permitted(&tx, id, WorkflowAction::Start, version, |_| Vec::new()).await?;
    write(tx, permitted, Event::ActionStarted, |_| {}).await
}

/// Puts an action on hold.
pub(crate) async fn hold_action(
    viewer: &Viewer,
    input: HoldActionInput,
) -> Result<action::Model, Refused> {
    let tx = viewer.begin().await?;
    let (id, version) = (input.action_id, input.expected_version);
    let permitted = permitted(&tx, id, WorkflowAction::Hold, version, |_| Vec::new()).await?;
    write(tx, permitted, Event::ActionHeld, |_| {}).await
}

/// Completes an action.
pub(crate) async fn complete_action(
    viewer: &Viewer,
    input: CompleteActionInput,
) -> Result<action::Model, Refused> {
    let tx = viewer.begin().await?;
    let (id, version) = (input.action_id, input.expected_version);
    let day = input.completed_on.map(|day| day.0);
    let permitted = permitted(&tx, id, WorkflowAction::Complete, version, |action| {
        let mut checks = Checks::default();
        checks.ensure(
            day.is_none_or(|day| day <= viewer.today(action.programme_id)),
            UserErrorCode::OutOfRange,
            "completedOn",
            still_to_come(viewer.today(action.programme_id)),
        );
        checks.into_faults()
    })
    .await?;
    let day = day.unwrap_or_else(|| viewer.today(permitted.row().programme_id));
    write(tx, permitted, Event::ActionCompleted, |row| {
        row.completed_on = Set(Some(day));
    })
    .await
}

/// Cancels an action.
pub(crate) async fn cancel_action(
    viewer: &Viewer,
    input: CancelActionInput,
) -> Result<action::Model, Refused> {
    let tx = viewer.begin().await?;
    let (id, version) = (input.action_id, input.expected_version);
    let permitted = permitted(&tx, id, WorkflowAction::Cancel, version, |_| {
        rules::reason_unmet(&input.reason)
    })
    .await?;
    write(tx, permitted, Event::ActionCancelled, |row| {
        row.cancellation_reason = Set(trimmed(Some(input.reason)));
    })
    .await
}
