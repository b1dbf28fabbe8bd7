//! Writes of milestones: start, submit, complete, return, waive.

use async_graphql::{Context, InputObject, Object};
use entity::{
    action_plan::plan,
    assessment::assessment,
    municipality::{cycle, milestone_progress},
    programme::MilestoneGate,
    workflow::WorkflowAction,
};
use sea_orm::ActiveValue::Set;

use super::{MilestoneProgress, milestone, rules};
use crate::{
    access::{Permitted, Tx, Viewer},
    attempt::Attempt,
    error::Failure,
    id::Id,
    input::{Checks, LONG_TEXT},
    journal::Event,
    payload::payload,
    refusal::{Refused, UserError},
};

/// Begins work on a milestone, or takes it up again after a return.
#[derive(Debug, InputObject)]
pub(crate) struct StartMilestoneInput {
    /// The milestone of a cycle.
    pub(crate) milestone_progress_id: Id<milestone_progress::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Hands a milestone over to the adviser.
#[derive(Debug, InputObject)]
pub(crate) struct SubmitMilestoneInput {
    /// The milestone of a cycle.
    pub(crate) milestone_progress_id: Id<milestone_progress::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Accepts a milestone as done.
#[derive(Debug, InputObject)]
pub(crate) struct CompleteMilestoneInput {
    /// The milestone of a cycle.
    pub(crate) milestone_progress_id: Id<milestone_progress::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Sends a milestone back to the municipality.
#[derive(Debug, InputObject)]
pub(crate) struct ReturnMilestoneInput {
    /// The milestone of a cycle.
    pub(crate) milestone_progress_id: Id<milestone_progress::Entity>,
    /// What has to be mended, up to 4,000 characters. The municipality reads it.
    pub(crate) reason: String,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Does without a milestone in this cycle.
#[derive(Debug, InputObject)]
pub(crate) struct WaiveMilestoneInput {
    /// The milestone of a cycle.
    pub(crate) milestone_progress_id: Id<milestone_progress::Entity>,
    /// Why, up to 4,000 characters. The municipality and the committee read it.
    pub(crate) reason: String,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `startMilestone` did.
    StartMilestonePayload {
        /// The milestone as it is now.
        milestone_progress: MilestoneProgress
    }
}
payload! {
    /// What `submitMilestone` did.
    SubmitMilestonePayload {
        /// The milestone as it is now.
        milestone_progress: MilestoneProgress
    }
}
payload! {
    /// What `completeMilestone` did.
    CompleteMilestonePayload {
        /// The milestone as it is now.
        milestone_progress: MilestoneProgress
    }
}
payload! {
    /// What `returnMilestone` did.
    ReturnMilestonePayload {
        /// The milestone as it is now.
        milestone_progress: MilestoneProgress
    }
}
payload! {
    /// What `waiveMilestone` did.
    WaiveMilestonePayload {
        /// The milestone as it is now.
        milestone_progress: MilestoneProgress
    }
}

/// Writes of milestones.
#[derive(Debug, Default)]
pub(crate) struct MilestoneMutation;

#[Object]
impl MilestoneMutation {
    /// Begins work on a milestone of an active cycle. Role: COORDINATOR.
    async fn start_milestone(
        &self,
        ctx: &Context<'_>,
        input: Attempt<StartMilestoneInput>,
    ) -> Result<Option<StartMilestonePayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        StartMilestonePayload::of(ctx, &viewer, start(&viewer, input).await).await
    }

    /// Hands a milestone over to the adviser. Its prerequisites have to be completed or waived and
    /// its gate open; every missing point is told at once. Role: COORDINATOR.
    async fn submit_milestone(
        &self,
        ctx: &Context<'_>,
        input: Attempt<SubmitMilestoneInput>,
    ) -> Result<Option<SubmitMilestonePayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        SubmitMilestonePayload::of(ctx, &viewer, submit(&viewer, input).await).await
    }

    /// Accepts a submitted milestone. Role: ADVISER, not the one who submitted it.
    async fn complete_milestone(
        &self,
        ctx: &Context<'_>,
        input: Attempt<CompleteMilestoneInput>,
    ) -> Result<Option<CompleteMilestonePayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        CompleteMilestonePayload::of(ctx, &viewer, complete(&viewer, input).await).await
    }

    /// Sends a submitted milestone back with a reason. Role: ADVISER, not the one who submitted
    /// it.
    async fn return_milestone(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ReturnMilestoneInput>,
    ) -> Result<Option<ReturnMilestonePayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ReturnMilestonePayload::of(ctx, &viewer, send_back(&viewer, input).await).await
    }

    /// Does without a milestone that is not started, with a reason. Role:
    /// `PROGRAMME_MANAGER`.
    async fn waive_milestone(
        &self,
        ctx: &Context<'_>,
        input: Attempt<WaiveMilestoneInput>,
    ) -> Result<Option<WaiveMilestonePayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        WaiveMilestonePayload::of(ctx, &viewer, waive(&viewer, input).await).await
    }
}

/// Starts a milestone.
pub(crate) async fn start(
    viewer: &Viewer,
    input: StartMilestoneInput,
) -> Result<milestone_progress::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let target = (input.milestone_progress_id, input.expected_version);
    let permitted = step(&tx, target, WorkflowAction::Start, Vec::new()).await?;
    let milestone = tx.update(permitted, |_| {}).await?;
    tx.commit::<milestone_progress::Entity>(Event::MilestoneStarted, &milestone)
        .await?;
    Ok(milestone)
}

/// Submits a milestone.
pub(crate) async fn submit(
    viewer: &Viewer,
    input: SubmitMilestoneInput,
) -> Result<milestone_progress::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let target = (input.milestone_progress_id, input.expected_version);
    let permitted = step(&tx, target, WorkflowAction::Submit, Vec::new()).await?;
    let milestone = tx
        .update(permitted, |row| {
            row.submitted_by = Set(viewer.account_id());
            row.return_reason = Set(None);
        })
        .await?;
    tx.commit::<milestone_progress::Entity>(Event::MilestoneSubmitted, &milestone)
        .await?;
    Ok(milestone)
}

/// Completes a milestone.
pub(crate) async fn complete(
    viewer: &Viewer,
    input: CompleteMilestoneInput,
) -> Result<milestone_progress::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let target = (input.milestone_progress_id, input.expected_version);
    let permitted = step(&tx, target, WorkflowAction::Complete, Vec::new()).await?;
    let today = viewer.today(permitted.row().programme_id);
    let milestone = tx
        .update(permitted, |row| row.completed_on = Set(Some(today)))
        .await?;
    tx.commit::<milestone_progress::Entity>(Event::MilestoneCompleted, &milestone)
        .await?;
    Ok(milestone)
}

/// Returns a milestone.
pub(crate) async fn send_back(
    viewer: &Viewer,
    input: ReturnMilestoneInput,
) -> Result<milestone_progress::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let target = (input.milestone_progress_id, input.expected_version);
    let faults = faults_of(&input.reason);
    let permitted = step(&tx, target, WorkflowAction::Return, faults).await?;
    let milestone = tx
        .update(permitted, |row| row.return_reason = Set(Some(input.reason)))
        .await?;
    tx.commit::<milestone_progress::Entity>(Event::MilestoneReturned, &milestone)
        .await?;
    Ok(milestone)
}

/// Waives a milestone.
pub(crate) async fn waive(
    viewer: &Viewer,
    input: WaiveMilestoneInput,
) -> Result<milestone_progress::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let target = (input.milestone_progress_id, input.expected_version);
    let faults = faults_of(&input.reason);
    let permitted = step(&tx, target, WorkflowAction::Waive, faults).await?;
    let milestone = tx
        .update(permitted, |row| row.waiver_reason = Set(Some(input.reason)))
        .await?;
    tx.commit::<milestone_progress::Entity>(Event::MilestoneWaived, &milestone)
        .await?;
    Ok(milestone)
}

fn faults_of(reason: &str) -> Vec<UserError> {
    let mut checks = Checks::default();
    checks.required_text("reason", reason, LONG_TEXT);
    checks.into_faults()
}

/// Locks a milestone below its cycle and takes it through the machine and the rules.
async fn step(
    tx: &Tx,
    (id, expected_version): (Id<milestone_progress::Entity>, i32),
    action: WorkflowAction,
    faults: Vec<UserError>,
) -> Result<Permitted<milestone_progress::Entity>, Refused> {
    let (cycle, progress) = tx
        .lock_below::<cycle::Entity, milestone_progress::Entity>(id)
        .await?;
    let mut step = progress.step(&rules::MILESTONE, action, expected_version)?;
    if milestone::is_judgement(action) {
        let conflict = rules::conflict(tx.viewer().account_id(), step.row().submitted_by);
        step = step.unless(conflict)?;
    }
    let standing = standing(tx, cycle.row(), step.row()).await?;
    let mut unmet = faults;
    unmet.extend(rules::unmet(action, &standing));
    step.given(unmet)
}

async fn standing(
    tx: &Tx,
    cycle: &cycle::Model,
    progress: &milestone_progress::Model,
) -> Result<rules::Standing, Failure> {
    let siblings = tx
        .children::<cycle::Entity, milestone_progress::Entity>(cycle)
        .await?;
    let is_gate_open = match milestone::gate(tx.viewer(), progress) {
        MilestoneGate::None => true,
        MilestoneGate::ConfirmedBaseline => {
            let rows = tx.children::<cycle::Entity, assessment::Entity>(cycle);
            rows.await?.iter().any(milestone::is_confirmed_baseline)
        }
        MilestoneGate::ApprovedPlan => {
            let rows = tx.children::<cycle::Entity, plan::Entity>(cycle);
            rows.await?.iter().any(milestone::is_approved)
        }
    };
    let rows = (cycle, progress);
    Ok(milestone::standing(
        tx.viewer(),
        rows,
        siblings.iter(),
        is_gate_open,
    ))
}
