//! Writes of conditions: submit, accept, reject, waive. Settling the last one makes a conditional
//! recognition active.

use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;
use entity::{
    recognition::{ConditionStatus, RecognitionStatus, condition, decision, recognition},
    workflow::WorkflowAction,
};
use sea_orm::{ActiveValue::Set, ColumnTrait};

use super::{
    RecognitionCondition,
    rules::{self, CONDITION, CONDITIONS_SETTLED, NOT_TERMINAL},
};
use crate::{
    access::{Locked, Permitted, Stepping, Tx, Viewer},
    attempt::Attempt,
    error::Failure,
    id::Id,
    input::{Checks, LONG_TEXT, trimmed},
    journal::Event,
    payload::payload,
    refusal::{Refused, UserError, UserErrorCode},
};

/// Hands a condition over as met.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SubmitConditionInput {
    /// The condition.
    pub(crate) condition_id: Id<condition::Entity>,
    /// How it was met, up to 4,000 characters. The municipality and the committee read it.
    pub(crate) note: Option<String>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Accepts a condition as met.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AcceptConditionInput {
    /// The condition.
    pub(crate) condition_id: Id<condition::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Finds a condition not met. It can be handed over again.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RejectConditionInput {
    /// The condition.
    pub(crate) condition_id: Id<condition::Entity>,
    /// What is missing, up to 4,000 characters. The municipality and the committee read it.
    pub(crate) reason: String,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Does without a condition.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct WaiveConditionInput {
    /// The condition.
    pub(crate) condition_id: Id<condition::Entity>,
    /// Why, up to 4,000 characters. The municipality and the committee read it.
    pub(crate) reason: String,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `submitCondition` did.
    SubmitConditionPayload {
        /// The condition as it is now.
        recognition_condition: RecognitionCondition
    }
}
payload! {
    /// What `acceptCondition` did.
    AcceptConditionPayload {
        /// The condition as it is now.
        recognition_condition: RecognitionCondition
    }
}
payload! {
    /// What `rejectCondition` did.
    RejectConditionPayload {
        /// The condition as it is now.
        recognition_condition: RecognitionCondition
    }
}
payload! {
    /// What `waiveCondition` did.
    WaiveConditionPayload {
        /// The condition as it is now.
        recognition_condition: RecognitionCondition
    }
}

/// Writes of conditions.
#[derive(Debug, Default)]
pub(crate) struct ConditionMutation;

#[Object]
impl ConditionMutation {
    /// Hands a condition over as met. Role: COORDINATOR.
    async fn submit_condition(
        &self,
        ctx: &Context<'_>,
        input: Attempt<SubmitConditionInput>,
    ) -> Result<Option<SubmitConditionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        SubmitConditionPayload::of(ctx, &viewer, submit(&viewer, input).await).await
    }

    /// Accepts a condition as met. With the last condition met or waived the recognition becomes
    /// active. Role: ADVISER, not the one who handed it over.
    async fn accept_condition(
        &self,
        ctx: &Context<'_>,
        input: Attempt<AcceptConditionInput>,
    ) -> Result<Option<AcceptConditionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        AcceptConditionPayload::of(ctx, &viewer, accept(&viewer, input).await).await
    }

    /// Finds a condition not met, with a reason; the coordinator can hand it over again. Role:
    /// ADVISER, not the one who handed it over.
    async fn reject_condition(
        &self,
        ctx: &Context<'_>,
        input: Attempt<RejectConditionInput>,
    ) -> Result<Option<RejectConditionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        RejectConditionPayload::of(ctx, &viewer, reject(&viewer, input).await).await
    }

    /// Does without a condition, with a reason. With the last condition met or waived the
    /// recognition becomes active. Role: `PROGRAMME_MANAGER`.
    async fn waive_condition(
        &self,
        ctx: &Context<'_>,
        input: Attempt<WaiveConditionInput>,
    ) -> Result<Option<WaiveConditionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        WaiveConditionPayload::of(ctx, &viewer, waive(&viewer, input).await).await
    }
}

/// Whether conditions of a recognition can still be met.
pub(super) fn is_open(row: &recognition::Model, today: NaiveDate) -> bool {
    NOT_TERMINAL.contains(&rules::status_on(row, today))
}

/// Why a viewer does not take a step with a condition.
pub(super) fn conflict(
    viewer: &Viewer,
    row: &condition::Model,
    action: WorkflowAction,
) -> Option<&'static str> {
    let is_second = matches!(action, WorkflowAction::Accept | WorkflowAction::Reject);
    let first = row.submitted_by.filter(|_| is_second);
    rules::conflict(viewer.account_id(), first, rules::somebody_else(action))
}

/// A condition that is asked to step, and the recognition that hangs on it.
struct Asked {
    step: Stepping<condition::Entity>,
    recognition: Locked<recognition::Entity>,
}

/// Asks for a step of a condition. The recognition is locked before its other conditions are read,
/// so that of two last conditions settled at once the second sees the first.
async fn asked(
    tx: &Tx,
    id: Id<condition::Entity>,
    action: WorkflowAction,
    expected_version: i32,
) -> Result<Asked, Refused> {
    let (decision, condition) = tx
        .lock_below::<decision::Entity, condition::Entity>(id)
        .await?;
    let step = condition.step(&CONDITION, action, expected_version)?;
    let recognition = tx
        .find::<recognition::Entity>()
        .filter(recognition::Column::DecisionId.eq(decision.row().id))
        .one()
        .await?;
    let Some(recognition) = recognition else {
        return Err(locked("The decision is not published yet.").into());
    };
    let recognition = tx.lock(Id::new(recognition.id)).await?;
    let today = tx.viewer().today(step.row().programme_id);
    if !is_open(recognition.row(), today) {
        return Err(locked("The recognition has ended.").into());
    }
    let conflict = conflict(tx.viewer(), step.row(), action);
    Ok(Asked {
        step: step.unless(conflict)?,
        recognition,
    })
}

fn locked(why: &str) -> UserError {
    UserError::at(UserErrorCode::Locked, "", why)
}

/// Makes the recognition active if `permitted` settles the last condition.
async fn settle(
    tx: &mut Tx,
    recognition: Locked<recognition::Entity>,
    permitted: &Permitted<condition::Entity>,
) -> Result<(), Refused> {
    let row = recognition.row();
    let waits = match row.status {
        RecognitionStatus::Conditional => true,
        RecognitionStatus::Suspended => row.suspended_from == Some(RecognitionStatus::Conditional),
        _ => false,
    };
    if !waits || !is_last(tx, permitted.row()).await? {
        return Ok(());
    }
    let was_suspended = row.suspended_from.is_some();
    let recognition =
        recognition.follow(&CONDITIONS_SETTLED, WorkflowAction::Confirm, permitted)?;
    tx.update(recognition, |row| {
        if was_suspended {
            row.suspended_from = Set(Some(RecognitionStatus::Active));
        }
    })
    .await?;
    Ok(())
}

/// Whether all other conditions of the decision are settled.
async fn is_last(tx: &Tx, settled: &condition::Model) -> Result<bool, Failure> {
    let open = [
        ConditionStatus::Open,
        ConditionStatus::Submitted,
        ConditionStatus::Failed,
    ];
    let others = tx
        .find::<condition::Entity>()
        .filter(condition::Column::DecisionId.eq(settled.decision_id))
        .filter(condition::Column::Id.ne(settled.id))
        .filter(condition::Column::Status.is_in(open));
    Ok(others.count().await? == 0)
}

/// Submits a condition.
pub(crate) async fn submit(
    viewer: &Viewer,
    input: SubmitConditionInput,
) -> Result<condition::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let action = WorkflowAction::Submit;
    let asked = asked(&tx, input.condition_id, action, input.expected_version).await?;
    let note = trimmed(input.note);
    let mut checks = Checks::default();
    checks.text("note", note.as_deref(), LONG_TEXT);
    let permitted = asked.step.given(checks.into_faults())?;
    let condition = tx
        .update(permitted, |row| {
            row.note = Set(note);
            row.submitted_by = Set(viewer.account_id());
        })
        .await?;
    tx.commit::<condition::Entity>(Event::ConditionSubmitted, &condition)
        .await?;
    Ok(condition)
}

/// Accepts a condition.
pub(crate) async fn accept(
    viewer: &Viewer,
    input: AcceptConditionInput,
) -> Result<condition::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let action = WorkflowAction::Accept;
    let asked = asked(&tx, input.condition_id, action, input.expected_version).await?;
    let permitted = asked.step.given(Vec::new())?;
    settle(&mut tx, asked.recognition, &permitted).await?;
    let condition = tx.update(permitted, |_| {}).await?;
    tx.commit::<condition::Entity>(Event::ConditionAccepted, &condition)
        .await?;
    Ok(condition)
}

/// Rejects a condition.
pub(crate) async fn reject(
    viewer: &Viewer,
    input: RejectConditionInput,
) -> Result<condition::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let action = WorkflowAction::Reject;
    let asked = asked(&tx, input.condition_id, action, input.expected_version).await?;
    let permitted = explained(asked.step, &input.reason)?;
    let condition = tx
        .update(permitted, |row| row.note = Set(trimmed(Some(input.reason))))
        .await?;
    tx.commit::<condition::Entity>(Event::ConditionRejected, &condition)
        .await?;
    Ok(condition)
}

/// Waives a condition.
pub(crate) async fn waive(
    viewer: &Viewer,
    input: WaiveConditionInput,
) -> Result<condition::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let action = WorkflowAction::Waive;
    let asked = asked(&tx, input.condition_id, action, input.expected_version).await?;
    let permitted = explained(asked.step, &input.reason)?;
    settle(&mut tx, asked.recognition, &permitted).await?;
    let condition = tx
        .update(permitted, |row| row.note = Set(trimmed(Some(input.reason))))
        .await?;
    tx.commit::<condition::Entity>(Event::ConditionWaived, &condition)
        .await?;
    Ok(condition)
}

fn explained(
    step: Stepping<condition::Entity>,
    reason: &str,
) -> Result<Permitted<condition::Entity>, Refused> {
    let mut checks = Checks::default();
    checks.required_text("reason", reason, LONG_TEXT);
    step.given(checks.into_faults())
}
