//! Steps of a plan as clients send them: inputs, payloads, mutations. What a step does is in
//! `writes`.

mod writes;

use async_graphql::{Context, InputObject, Object};
use entity::action_plan::plan;

use self::writes::{
    accept_action_plan_completion, adopt_action_plan, confirm_action_plan_approval,
    propose_action_plan_approval, propose_action_plan_completion, return_action_plan,
    send_action_plan_to_local_review, submit_action_plan,
};
use super::super::ActionPlan;
use crate::{attempt::Attempt, error::Failure, id::Id, payload::payload, scalars::Date};

/// Sends a plan to readers inside the municipality.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SendActionPlanToLocalReviewInput {
    /// The plan.
    pub(crate) action_plan_id: Id<plan::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Adopts a plan, or records that a body of the municipality adopted it.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AdoptActionPlanInput {
    /// The plan.
    pub(crate) action_plan_id: Id<plan::Entity>,
    /// The body that adopted it, up to 300 characters. Required to record a decision.
    pub(crate) body: Option<String>,
    /// The day of the decision, today at the latest. Required to record a decision; else today if
    /// absent.
    pub(crate) adopted_on: Option<Date>,
    /// Where the decision is written down, up to 300 characters. Required to record a decision.
    pub(crate) reference: Option<String>,
    /// Whether children were heard before the decision. They have to be.
    pub(crate) were_children_heard: bool,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Hands a plan over to the committee.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SubmitActionPlanInput {
    /// The plan.
    pub(crate) action_plan_id: Id<plan::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Proposes to approve a plan.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ProposeActionPlanApprovalInput {
    /// The plan.
    pub(crate) action_plan_id: Id<plan::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Confirms that a plan is approved. Its objectives never change again.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ConfirmActionPlanApprovalInput {
    /// The plan.
    pub(crate) action_plan_id: Id<plan::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Sends a plan back to be written on.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ReturnActionPlanInput {
    /// The plan.
    pub(crate) action_plan_id: Id<plan::Entity>,
    /// What has to be mended, up to 4,000 characters. The municipality reads it.
    pub(crate) reason: String,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Proposes that a plan is carried out.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ProposeActionPlanCompletionInput {
    /// The plan.
    pub(crate) action_plan_id: Id<plan::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Accepts that a plan is carried out.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AcceptActionPlanCompletionInput {
    /// The plan.
    pub(crate) action_plan_id: Id<plan::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `sendActionPlanToLocalReview` did.
    SendActionPlanToLocalReviewPayload with warnings {
        /// The plan as it is now.
        action_plan: ActionPlan
    }
}
payload! {
    /// What `adoptActionPlan` did.
    AdoptActionPlanPayload with warnings {
        /// The plan as it is now.
        action_plan: ActionPlan
    }
}
payload! {
    /// What `submitActionPlan` did.
    SubmitActionPlanPayload {
        /// The plan as it is now.
        action_plan: ActionPlan
    }
}
payload! {
    /// What `proposeActionPlanApproval` did.
    ProposeActionPlanApprovalPayload {
        /// The plan as it is now.
        action_plan: ActionPlan
    }
}
payload! {
    /// What `confirmActionPlanApproval` did.
    ConfirmActionPlanApprovalPayload {
        /// The plan as it is now.
        action_plan: ActionPlan
    }
}
payload! {
    /// What `returnActionPlan` did.
    ReturnActionPlanPayload {
        /// The plan as it is now.
        action_plan: ActionPlan
    }
}
payload! {
    /// What `proposeActionPlanCompletion` did.
    ProposeActionPlanCompletionPayload {
        /// The plan as it is now.
        action_plan: ActionPlan
    }
}
payload! {
    /// What `acceptActionPlanCompletion` did.
    AcceptActionPlanCompletionPayload {
        /// The plan as it is now.
        action_plan: ActionPlan
    }
}

/// Steps of plans.
#[derive(Debug, Default)]
pub(crate) struct PlanStepMutation;

#[Object]
impl PlanStepMutation {
    /// Sends a plan in DRAFT or RETURNED to readers inside the municipality. `warnings` name every
    /// gate of the programme version that it would not pass at its submission. Role: COORDINATOR.
    async fn send_action_plan_to_local_review(
        &self,
        ctx: &Context<'_>,
        input: Attempt<SendActionPlanToLocalReviewInput>,
    ) -> Result<Option<SendActionPlanToLocalReviewPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        SendActionPlanToLocalReviewPayload::of(
            ctx,
            &viewer,
            send_action_plan_to_local_review(&viewer, input).await,
        )
        .await
    }

    /// Adopts a plan in `LOCAL_REVIEW`. Role: `DECISION_MAKER`; where the programme records
    /// decisions, the COORDINATOR too, with body, day and reference. `RULES_UNMET` unless children
    /// were heard. `warnings` name every gate that the plan would not pass at its submission: better
    /// mended before a body adopts it.
    async fn adopt_action_plan(
        &self,
        ctx: &Context<'_>,
        input: Attempt<AdoptActionPlanInput>,
    ) -> Result<Option<AdoptActionPlanPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        AdoptActionPlanPayload::of(ctx, &viewer, adopt_action_plan(&viewer, input).await).await
    }

    /// Hands an adopted plan over to the committee. `RULES_UNMET` names every gate of the programme
    /// version that it does not pass. Role: COORDINATOR.
    async fn submit_action_plan(
        &self,
        ctx: &Context<'_>,
        input: Attempt<SubmitActionPlanInput>,
    ) -> Result<Option<SubmitActionPlanPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        SubmitActionPlanPayload::of(ctx, &viewer, submit_action_plan(&viewer, input).await).await
    }

    /// Proposes to approve a submitted plan. Role: ADVISER, not the one who submitted it.
    async fn propose_action_plan_approval(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ProposeActionPlanApprovalInput>,
    ) -> Result<Option<ProposeActionPlanApprovalPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ProposeActionPlanApprovalPayload::of(
            ctx,
            &viewer,
            propose_action_plan_approval(&viewer, input).await,
        )
        .await
    }

    /// Confirms a proposed approval; an older approved plan of the cycle is superseded. Role:
    /// `PROGRAMME_MANAGER`, neither the one who submitted nor the one who proposed.
    async fn confirm_action_plan_approval(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ConfirmActionPlanApprovalInput>,
    ) -> Result<Option<ConfirmActionPlanApprovalPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ConfirmActionPlanApprovalPayload::of(
            ctx,
            &viewer,
            confirm_action_plan_approval(&viewer, input).await,
        )
        .await
    }

    /// Sends a plan back with a reason. Roles: COORDINATOR and `DECISION_MAKER` from
    /// `LOCAL_REVIEW` and ADOPTED, ADVISER from SUBMITTED, ADVISER and `PROGRAMME_MANAGER` from
    /// `APPROVAL_PROPOSED`.
    async fn return_action_plan(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ReturnActionPlanInput>,
    ) -> Result<Option<ReturnActionPlanPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ReturnActionPlanPayload::of(ctx, &viewer, return_action_plan(&viewer, input).await).await
    }

    /// Proposes that a plan in force is carried out. Role: COORDINATOR.
    async fn propose_action_plan_completion(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ProposeActionPlanCompletionInput>,
    ) -> Result<Option<ProposeActionPlanCompletionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ProposeActionPlanCompletionPayload::of(
            ctx,
            &viewer,
            propose_action_plan_completion(&viewer, input).await,
        )
        .await
    }

    /// Accepts that a plan is carried out. Role: ADVISER, not the one who proposed it.
    async fn accept_action_plan_completion(
        &self,
        ctx: &Context<'_>,
        input: Attempt<AcceptActionPlanCompletionInput>,
    ) -> Result<Option<AcceptActionPlanCompletionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        AcceptActionPlanCompletionPayload::of(
            ctx,
            &viewer,
            accept_action_plan_completion(&viewer, input).await,
        )
        .await
    }
}
