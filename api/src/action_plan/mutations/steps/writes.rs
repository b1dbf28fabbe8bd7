//! What the steps of a plan do: lock, step, conflict of interest, rules, write, commit.

use entity::{
    account::Role,
    action_plan::{objective, plan},
    workflow::WorkflowAction::{
        self, AcceptCompletion, Adopt, ConfirmApproval, ProposeApproval, ProposeCompletion, Return,
        SendToLocalReview, Submit, Supersede,
    },
};
use sea_orm::{ActiveValue::Set, ColumnTrait};
use uuid::Uuid;

use super::{
    super::super::{local_decision, rules, unmet},
    AcceptActionPlanCompletionInput, AdoptActionPlanInput, ConfirmActionPlanApprovalInput,
    ProposeActionPlanApprovalInput, ProposeActionPlanCompletionInput, ReturnActionPlanInput,
    SendActionPlanToLocalReviewInput, SubmitActionPlanInput,
};
use crate::{
    access::{Permitted, Row, Stepping, Tx, Viewer},
    error::Failure,
    id::Id,
    input::trimmed,
    journal::Event,
    refusal::Refused,
    warning::UserWarning,
};

/// A plan as a step left it, with what a later step will ask for.
type Warned = (plan::Model, Vec<UserWarning>);

/// A step that role, version, state and duty allow.
async fn stepping(
    tx: &Tx,
    id: Id<plan::Entity>,
    action: WorkflowAction,
    expected_version: i32,
) -> Result<Stepping<plan::Entity>, Refused> {
    let plan = tx.lock(id).await?;
    let machine = rules::plan_machine(local_decision(tx.viewer(), plan.row()));
    let step = plan.step(machine, action, expected_version)?;
    let conflict = rules::conflict(action, step.row(), tx.viewer().account_id());
    step.unless(conflict)
}

/// The same, with the rules that need nothing but the plan.
async fn permitted(
    tx: &Tx,
    id: Id<plan::Entity>,
    action: WorkflowAction,
    expected_version: i32,
) -> Result<Permitted<plan::Entity>, Refused> {
    let step = stepping(tx, id, action, expected_version).await?;
    let today = tx.viewer().today(step.row().programme_id);
    let unmet = rules::plan_unmet(action, step.row(), today);
    step.given(unmet)
}

async fn write(
    mut tx: Tx,
    permitted: Permitted<plan::Entity>,
    event: Event,
    change: impl FnOnce(&mut plan::ActiveModel),
) -> Result<plan::Model, Refused> {
    let plan = tx.update(permitted, change).await?;
    tx.commit::<plan::Entity>(event, &plan).await?;
    Ok(plan)
}

/// The same for a step on the way to submission, with what that will ask for.
async fn write_warned(
    mut tx: Tx,
    permitted: Permitted<plan::Entity>,
    event: Event,
    change: impl FnOnce(&mut plan::ActiveModel),
) -> Result<Warned, Refused> {
    let plan = permitted.row();
    let objectives = tx.children::<plan::Entity, objective::Entity>(plan).await?;
    let unmet = unmet(tx.viewer(), plan, &objectives).into_iter();
    let warnings: Vec<_> = unmet.map(UserWarning::of_later).collect();
    tx.warn(&warnings);
    let plan = write(tx, permitted, event, change).await?;
    Ok((plan, warnings))
}

/// Sends a plan to local review. An adoption of an earlier round no longer counts.
pub(crate) async fn send_action_plan_to_local_review(
    viewer: &Viewer,
    input: SendActionPlanToLocalReviewInput,
) -> Result<Warned, Refused> {
    let tx = viewer.begin().await?;
    let version = input.expected_version;
    let permitted = permitted(&tx, input.action_plan_id, SendToLocalReview, version).await?;
    let event = Event::ActionPlanSentToLocalReview;
    write_warned(tx, permitted, event, |row| {
        row.adoption_body = Set(None);
        row.adopted_on = Set(None);
        row.adoption_reference = Set(None);
        row.is_adoption_recorded = Set(None);
        row.were_children_heard = Set(None);
        row.adopted_by = Set(None);
    })
    .await
}

/// Adopts a plan, or records its adoption.
pub(crate) async fn adopt_action_plan(
    viewer: &Viewer,
    input: AdoptActionPlanInput,
) -> Result<Warned, Refused> {
    let tx = viewer.begin().await?;
    let version = input.expected_version;
    let step = stepping(&tx, input.action_plan_id, Adopt, version).await?;
    let today = viewer.today(step.row().programme_id);
    let country = viewer.country(step.row().programme_id);
    let decides = viewer
        .acting_at(plan::Entity::place(step.row()))
        .any_of(&[Role::DecisionMaker]);
    let adoption = rules::Adoption {
        body: trimmed(input.body),
        adopted_on: input.adopted_on.map(|day| day.0),
        reference: trimmed(input.reference),
        were_children_heard: input.were_children_heard,
    };
    let permitted = step.given(rules::adoption_unmet(&adoption, !decides, today, country))?;
    write_warned(tx, permitted, Event::ActionPlanAdopted, |row| {
        row.adoption_body = Set(adoption.body);
        row.adopted_on = Set(Some(adoption.adopted_on.unwrap_or(today)));
        row.adoption_reference = Set(adoption.reference);
        row.is_adoption_recorded = Set(Some(!decides));
        row.were_children_heard = Set(Some(adoption.were_children_heard));
        row.adopted_by = Set(viewer.account_id());
    })
    .await
}

/// Submits a plan that passes every gate.
pub(crate) async fn submit_action_plan(
    viewer: &Viewer,
    input: SubmitActionPlanInput,
) -> Result<plan::Model, Refused> {
    let tx = viewer.begin().await?;
    let version = input.expected_version;
    let step = stepping(&tx, input.action_plan_id, Submit, version).await?;
    let objectives = tx
        .children::<plan::Entity, objective::Entity>(step.row())
        .await?;
    let unmet = unmet(viewer, step.row(), &objectives);
    let permitted = step.given(unmet)?;
    write(tx, permitted, Event::ActionPlanSubmitted, |row| {
        row.submitted_by = Set(viewer.account_id());
        row.proposed_by = Set(None);
        row.return_reason = Set(None);
    })
    .await
}

/// Proposes approval.
pub(crate) async fn propose_action_plan_approval(
    viewer: &Viewer,
    input: ProposeActionPlanApprovalInput,
) -> Result<plan::Model, Refused> {
    let tx = viewer.begin().await?;
    let version = input.expected_version;
    let permitted = permitted(&tx, input.action_plan_id, ProposeApproval, version).await?;
    write(tx, permitted, Event::ActionPlanApprovalProposed, |row| {
        row.proposed_by = Set(viewer.account_id());
    })
    .await
}

/// Confirms approval. The older approved plan goes first: a cycle has one approved plan.
pub(crate) async fn confirm_action_plan_approval(
    viewer: &Viewer,
    input: ConfirmActionPlanApprovalInput,
) -> Result<plan::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let version = input.expected_version;
    let permitted = permitted(&tx, input.action_plan_id, ConfirmApproval, version).await?;
    for older in approved_before(&tx, permitted.row()).await? {
        let older = tx.lock(Id::<plan::Entity>::new(older)).await?;
        let older = older.follow(&rules::NEWER_APPROVED, Supersede, &permitted)?;
        tx.update(older, |_| {}).await?;
    }
    write(tx, permitted, Event::ActionPlanApproved, |row| {
        row.confirmed_by = Set(viewer.account_id());
    })
    .await
}

async fn approved_before(tx: &Tx, newer: &plan::Model) -> Result<Vec<Uuid>, Failure> {
    let plans = tx
        .find::<plan::Entity>()
        .filter(plan::Column::CycleId.eq(newer.cycle_id))
        .all()
        .await?;
    let approved = plans.into_iter().filter(|p| rules::is_approved(p.status));
    Ok(approved.map(|plan| plan.id).collect())
}

/// Sends a plan back.
pub(crate) async fn return_action_plan(
    viewer: &Viewer,
    input: ReturnActionPlanInput,
) -> Result<plan::Model, Refused> {
    let tx = viewer.begin().await?;
    let version = input.expected_version;
    let step = stepping(&tx, input.action_plan_id, Return, version).await?;
    let permitted = step.given(rules::reason_unmet(&input.reason))?;
    write(tx, permitted, Event::ActionPlanReturned, |row| {
        row.return_reason = Set(trimmed(Some(input.reason)));
    })
    .await
}

/// Proposes completion.
pub(crate) async fn propose_action_plan_completion(
    viewer: &Viewer,
    input: ProposeActionPlanCompletionInput,
) -> Result<plan::Model, Refused> {
    let tx = viewer.begin().await?;
    let version = input.expected_version;
    let permitted = permitted(&tx, input.action_plan_id, ProposeCompletion, version).await?;
    write(tx, permitted, Event::ActionPlanCompletionProposed, |row| {
        row.completion_proposed_by = Set(viewer.account_id());
    })
    .await
}

/// Accepts completion.
pub(crate) async fn accept_action_plan_completion(
    viewer: &Viewer,
    input: AcceptActionPlanCompletionInput,
) -> Result<plan::Model, Refused> {
    let tx = viewer.begin().await?;
    let version = input.expected_version;
    let permitted = permitted(&tx, input.action_plan_id, AcceptCompletion, version).await?;
    write(tx, permitted, Event::ActionPlanCompleted, |_| {}).await
}
