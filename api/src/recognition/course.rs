//! Writes of recognitions in their course: suspend, reinstate, withdraw, extend.

use async_graphql::{Context, InputObject, Object};
use entity::{
    recognition::{decision, recognition},
    workflow::WorkflowAction,
};
use sea_orm::ActiveValue::Set;

use super::{
    Recognition, duties,
    rules::{self, Duties},
};
use crate::{
    access::{Stepping, Tx, Viewer},
    attempt::Attempt,
    error::Failure,
    id::Id,
    input::{Checks, LONG_TEXT},
    journal::Event,
    payload::payload,
    refusal::{Refused, UserErrorCode, told},
    scalars::Date,
};

/// Suspends a recognition until the deciding body reinstates or withdraws it.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SuspendRecognitionInput {
    /// The recognition.
    pub(crate) recognition_id: Id<recognition::Entity>,
    /// Why, up to 4,000 characters. The municipality and the committee read it.
    pub(crate) reason: String,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Puts a suspended recognition in force again.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ReinstateRecognitionInput {
    /// The recognition.
    pub(crate) recognition_id: Id<recognition::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Withdraws a suspended or conditional recognition for good.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct WithdrawRecognitionInput {
    /// The recognition.
    pub(crate) recognition_id: Id<recognition::Entity>,
    /// Why, up to 4,000 characters. Public.
    pub(crate) reason: String,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Moves the last day of a recognition.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ExtendRecognitionInput {
    /// The recognition.
    pub(crate) recognition_id: Id<recognition::Entity>,
    /// The new last day, later than the present one.
    pub(crate) valid_until: Date,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `suspendRecognition` did.
    SuspendRecognitionPayload {
        /// The recognition as it is now.
        recognition: Recognition
    }
}
payload! {
    /// What `reinstateRecognition` did.
    ReinstateRecognitionPayload {
        /// The recognition as it is now.
        recognition: Recognition
    }
}
payload! {
    /// What `withdrawRecognition` did.
    WithdrawRecognitionPayload {
        /// The recognition as it is now.
        recognition: Recognition
    }
}
payload! {
    /// What `extendRecognition` did.
    ExtendRecognitionPayload {
        /// The recognition as it is now.
        recognition: Recognition
    }
}

/// Writes of recognitions.
#[derive(Debug, Default)]
pub(crate) struct RecognitionMutation;

#[Object]
impl RecognitionMutation {
    /// Suspends a recognition that is in force, until the deciding body decides. Role:
    /// `PROGRAMME_MANAGER`.
    async fn suspend_recognition(
        &self,
        ctx: &Context<'_>,
        input: Attempt<SuspendRecognitionInput>,
    ) -> Result<Option<SuspendRecognitionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        SuspendRecognitionPayload::of(ctx, &viewer, suspend(&viewer, input).await).await
    }

    /// Puts a suspended recognition back to what it was. Role: `DECIDING_BODY`, not the one who
    /// suspended it and nobody who could not have decided on it.
    async fn reinstate_recognition(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ReinstateRecognitionInput>,
    ) -> Result<Option<ReinstateRecognitionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ReinstateRecognitionPayload::of(ctx, &viewer, reinstate(&viewer, input).await).await
    }

    /// Withdraws a suspended or conditional recognition for good. Role: `DECIDING_BODY`, not the one
    /// who suspended it and nobody who could not have decided on it.
    async fn withdraw_recognition(
        &self,
        ctx: &Context<'_>,
        input: Attempt<WithdrawRecognitionInput>,
    ) -> Result<Option<WithdrawRecognitionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        WithdrawRecognitionPayload::of(ctx, &viewer, withdraw(&viewer, input).await).await
    }

    /// Moves the last day of an active or extended recognition, before it has passed and at most
    /// as often as the programme allows (`LIMIT_REACHED`). Role: `DECIDING_BODY`, nobody who could
    /// not have decided on it.
    async fn extend_recognition(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ExtendRecognitionInput>,
    ) -> Result<Option<ExtendRecognitionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ExtendRecognitionPayload::of(ctx, &viewer, extend(&viewer, input).await).await
    }
}

/// Why a viewer of the deciding body takes no step with a recognition.
pub(super) fn conflict(
    viewer: &Viewer,
    row: &recognition::Model,
    duties: &Duties,
) -> Option<&'static str> {
    let why = rules::somebody_else(WorkflowAction::Reinstate);
    rules::conflict(viewer.account_id(), row.suspended_by, why).or_else(|| duties.conflict())
}

/// How often a recognition can be extended under the version it was decided by.
pub(super) fn extensions_max(viewer: &Viewer, decision: &decision::Model) -> i32 {
    let version = viewer.catalogue().version(decision.programme_version_id);
    version.map_or(0, |version| version.row.extensions_max)
}

/// Locks a recognition and asks for a step, which the date may rule out.
async fn step(
    tx: &Tx,
    id: Id<recognition::Entity>,
    action: WorkflowAction,
    expected_version: i32,
) -> Result<Stepping<recognition::Entity>, Refused> {
    let recognition = tx.lock(id).await?;
    let machine = rules::machine(recognition.row());
    let step = recognition.step(machine, action, expected_version)?;
    let today = tx.viewer().today(step.row().programme_id);
    rules::lasting(step.row(), today)?;
    Ok(step)
}

/// The same for a step of the deciding body, with the decision that the recognition rests on.
async fn step_of_body(
    tx: &Tx,
    id: Id<recognition::Entity>,
    action: WorkflowAction,
    expected_version: i32,
) -> Result<(Stepping<recognition::Entity>, decision::Model), Refused> {
    let step = step(tx, id, action, expected_version).await?;
    let decision = Id::<decision::Entity>::new(step.row().decision_id);
    let decision = tx.find().by_id(decision).await?;
    let decision = decision.ok_or_else(Failure::not_found)?;
    let duties = duties::written(tx, &decision).await?;
    let conflict = conflict(tx.viewer(), step.row(), &duties);
    Ok((step.unless(conflict)?, decision))
}

fn reason_given(reason: &str) -> Checks {
    let mut checks = Checks::default();
    checks.required_text("reason", reason, LONG_TEXT);
    checks
}

/// Suspends a recognition.
pub(crate) async fn suspend(
    viewer: &Viewer,
    input: SuspendRecognitionInput,
) -> Result<recognition::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let action = WorkflowAction::Suspend;
    let step = step(&tx, input.recognition_id, action, input.expected_version).await?;
    let checks = reason_given(&input.reason);
    let permitted = step.given(checks.into_faults())?;
    let before = permitted.row().status;
    let today = viewer.today(permitted.row().programme_id);
    let recognition = tx
        .update(permitted, |row| {
            row.suspended_from = Set(Some(before));
            row.suspended_by = Set(viewer.account_id());
            row.suspended_on = Set(Some(today));
            row.reason = Set(Some(input.reason.trim().to_owned()));
        })
        .await?;
    tx.commit::<recognition::Entity>(Event::RecognitionSuspended, &recognition)
        .await?;
    Ok(recognition)
}

/// Reinstates a recognition.
pub(crate) async fn reinstate(
    viewer: &Viewer,
    input: ReinstateRecognitionInput,
) -> Result<recognition::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let action = WorkflowAction::Reinstate;
    let (step, _) = step_of_body(&tx, input.recognition_id, action, input.expected_version).await?;
    let permitted = step.given(Vec::new())?;
    let recognition = tx
        .update(permitted, |row| {
            row.suspended_from = Set(None);
            row.suspended_by = Set(None);
            row.suspended_on = Set(None);
            row.reason = Set(None);
        })
        .await?;
    tx.commit::<recognition::Entity>(Event::RecognitionReinstated, &recognition)
        .await?;
    Ok(recognition)
}

/// Withdraws a recognition.
pub(crate) async fn withdraw(
    viewer: &Viewer,
    input: WithdrawRecognitionInput,
) -> Result<recognition::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let action = WorkflowAction::Withdraw;
    let (step, _) = step_of_body(&tx, input.recognition_id, action, input.expected_version).await?;
    let permitted = step.given(reason_given(&input.reason).into_faults())?;
    let today = viewer.today(permitted.row().programme_id);
    let recognition = tx
        .update(permitted, |row| {
            row.withdrawn_on = Set(Some(today));
            row.reason = Set(Some(input.reason.trim().to_owned()));
        })
        .await?;
    tx.commit::<recognition::Entity>(Event::RecognitionWithdrawn, &recognition)
        .await?;
    Ok(recognition)
}

/// Extends a recognition.
pub(crate) async fn extend(
    viewer: &Viewer,
    input: ExtendRecognitionInput,
) -> Result<recognition::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let action = WorkflowAction::Extend;
    let (step, decision) =
        step_of_body(&tx, input.recognition_id, action, input.expected_version).await?;
    let until = input.valid_until.0;
    let mut checks = Checks::default();
    let most = extensions_max(viewer, &decision);
    checks.extend(rules::unextendable(step.row(), most).into_iter().collect());
    checks.ensure(
        until > step.row().valid_until,
        UserErrorCode::OutOfRange,
        "validUntil",
        told(format!(
            "The last day is {} already.",
            step.row().valid_until
        ))
        .with("current", step.row().valid_until),
    );
    let permitted = step.given(checks.into_faults())?;
    let extensions = permitted.row().extensions + 1;
    let recognition = tx
        .update(permitted, |row| {
            row.valid_until = Set(until);
            row.extensions = Set(extensions);
        })
        .await?;
    tx.commit::<recognition::Entity>(Event::RecognitionExtended, &recognition)
        .await?;
    Ok(recognition)
}
