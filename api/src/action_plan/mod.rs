//! Action plans: the plan itself, and what the slice offers to others.
//!
//! Parts of a plan are read by their plan, one statement per kind of part, and sorted in memory.

mod action;
mod indicator;
mod measurement;
mod mutations;
mod objective;
mod operations;
mod responsible_entity;
mod rules;
mod season;

use std::sync::Arc;

use async_graphql::{Context, SimpleObject};
use entity::{
    action_plan::{PlanStatus, objective as objectives, plan},
    programme::LocalDecision,
    workflow::WorkflowAction,
};
use fields::fields;

pub(crate) use self::{
    action::Action,
    indicator::ActionIndicator,
    measurement::Measurement,
    mutations::{ActionMutation, ActionPlanMutation},
    objective::Objective,
    operations::operations,
    responsible_entity::ResponsibleEntity,
    rules::{ACTION, PLAN, force::in_force, status_on},
};
use crate::{
    access::{Asking, Class, Field, Place, Row, Rows, Viewer, field},
    catalogue::VersionEntry,
    error::Failure,
    id::Id,
    in_order::{Executed, Objects, Ready},
    municipality::{Cycle, Municipality},
    payload::row_object,
    programme::ProgrammeVersion,
    refusal::UserError,
    scalars::{Date, DateTime},
    viewer_action::{ViewerAction, viewer_actions, warned},
    warning::UserWarning,
};

const VISION: Field = field("ActionPlan.vision", Class::Draft);
const ADOPTION: Field = field("ActionPlan.adoption", Class::Draft);
const RETURN_REASON: Field = field("ActionPlan.returnReason", Class::Internal);
const CANCELLATION_REASON: Field = field("Action.cancellationReason", Class::Municipality);
const CORRECTION_REASON: Field = field("Measurement.correctionReason", Class::Municipality);
/// Steps on the way to submission, which tell beforehand what that will ask for.
const BEFORE_SUBMISSION: &[WorkflowAction] =
    &[WorkflowAction::SendToLocalReview, WorkflowAction::Adopt];

/// Fields above public, each with its class.
pub(crate) const FIELDS: &[Field] = &[
    VISION,
    ADOPTION,
    RETURN_REASON,
    objective::INDICATOR,
    objective::THEME,
    objective::BASELINE_ANSWER,
    objective::BASELINE_LEVEL,
    objective::TARGET_LEVEL,
    objective::TARGET_ON,
    CANCELLATION_REASON,
    CORRECTION_REASON,
];

row_object! {
    /// What a municipality wants to reach in a cycle, and how.
    ActionPlan = ActionPlanFields of plan
}

/// How a plan was adopted in the municipality.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Adoption {
    /// The body that adopted it, such as the municipal board.
    body: Option<String>,
    /// The day of the decision.
    adopted_on: Date,
    /// Where the decision is written down, such as a paragraph of the minutes.
    reference: Option<String>,
    /// Whether the coordinator recorded a decision taken elsewhere; else a decision-maker adopted
    /// it here.
    is_recorded: bool,
    /// Whether children were heard before the decision.
    were_children_heard: bool,
}

impl Ready<Executed> for Adoption {}

/// The programme version that a plan follows.
fn version<'v>(viewer: &'v Viewer, plan: &plan::Model) -> Option<&'v Arc<VersionEntry>> {
    viewer.catalogue().version(plan.programme_version_id)
}

/// How adoption reaches the system; the stricter way while the version is unknown.
fn local_decision(viewer: &Viewer, plan: &plan::Model) -> LocalDecision {
    version(viewer, plan).map_or(LocalDecision::ByAccount, |v| v.row.local_decision)
}

/// Levels of the scale that a plan is rated on, from low to high.
fn levels(viewer: &Viewer, plan: &plan::Model) -> Vec<i32> {
    let version = version(viewer, plan).into_iter();
    version
        .flat_map(|v| &v.framework.levels)
        .map(|level| level.value)
        .collect()
}

/// What a plan lacks before it can be submitted.
fn unmet<O: std::borrow::Borrow<objectives::Model>>(
    viewer: &Viewer,
    plan: &plan::Model,
    objectives: &[O],
) -> Vec<UserError> {
    version(viewer, plan).map_or_else(
        || vec![UserError::unmet("The programme version is not in use.")],
        |version| rules::gates::unmet(version, objectives),
    )
}

impl ActionPlanFields {
    fn place(&self) -> Place {
        plan::Entity::place(&self.0)
    }

    fn draft(&self) -> (Place, bool) {
        (self.place(), !rules::is_unfinished(self.0.status))
    }

    async fn goals(&self, ctx: &Context<'_>) -> Result<Rows<objectives::Entity>, Failure> {
        ctx.reader()
            .children::<plan::Entity, objectives::Entity>(self.0.id)
            .await
    }
}

/// What a municipality wants to reach in a cycle, and how. Public once it is approved; before that
/// it exists for the municipality and the committee, and a responsible entity sees of it the actions
/// that it carries out and the titles of their objectives.
#[fields(name = "ActionPlan")]
impl ActionPlanFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<plan::Entity> {
        Id::new(self.0.id)
    }

    /// Its number within the cycle, from 1; an amendment has the next one.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// Its state today. `IN_FORCE` follows from `APPROVED` on the first day of the period.
    async fn status(&self, ctx: &Context<'_>) -> PlanStatus {
        let today = ctx.viewer().today(self.0.programme_id);
        rules::status_on(self.0.status, self.0.period_from, today)
    }

    /// The vision that it follows; null if none is written. Before it is approved not for responsible
    /// entities.
    async fn vision(&self, ctx: &Context<'_>) -> Option<&str> {
        VISION.of_draft(ctx.viewer(), self.draft(), self.0.vision.as_deref())?
    }

    /// Its first day.
    async fn period_from(&self) -> Date {
        Date(self.0.period_from)
    }

    /// Its last day.
    async fn period_to(&self) -> Date {
        Date(self.0.period_to)
    }

    /// How it was adopted in the municipality; null before that. Before it is approved not for
    /// responsible entities.
    async fn adoption(&self, ctx: &Context<'_>) -> Option<Adoption> {
        ADOPTION.of_draft(ctx.viewer(), self.draft(), ())?;
        Some(Adoption {
            body: self.0.adoption_body.clone(),
            adopted_on: Date(self.0.adopted_on?),
            reference: self.0.adoption_reference.clone(),
            is_recorded: self.0.is_adoption_recorded.unwrap_or_default(),
            were_children_heard: self.0.were_children_heard.unwrap_or_default(),
        })
    }

    /// What has to be mended. For the municipality and the committee, not for responsible entities.
    async fn return_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        RETURN_REASON.of(ctx.viewer(), self.place(), self.0.return_reason.as_deref())?
    }

    /// Its objectives, in order. At most 30.
    async fn objectives(&self, ctx: &Context<'_>) -> Result<Objects<Objective>, Failure> {
        let goals = self.goals(ctx).await?;
        Ok(goals
            .iter()
            .map(|row| Objective::from(Arc::clone(row)))
            .collect())
    }

    /// The cycle it belongs to.
    async fn cycle(&self, ctx: &Context<'_>) -> Result<Option<Cycle>, Failure> {
        ctx.reader().object(self.0.cycle_id).await
    }

    /// The municipality it belongs to.
    async fn municipality(&self, ctx: &Context<'_>) -> Result<Option<Municipality>, Failure> {
        ctx.reader().object(self.0.municipality_id).await
    }

    /// The programme version whose gates it has to pass.
    async fn programme_version(&self, ctx: &Context<'_>) -> Option<ProgrammeVersion> {
        version(ctx.viewer(), &self.0).map(|v| ProgrammeVersion(Arc::clone(v)))
    }

    /// What can be done with it now, and what you may do. The gates of submission are told as
    /// `warnings` of the steps before it, from the draft on.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerAction>, Failure> {
        let viewer = ctx.viewer();
        let plan = &*self.0;
        if plan.is_frozen {
            return Ok(Vec::new());
        }
        let machine = rules::plan_machine(local_decision(viewer, plan));
        let roles = viewer.acting_at(self.place());
        let mut meeting_gates = BEFORE_SUBMISSION.iter().chain(&[WorkflowAction::Submit]);
        let gates = if meeting_gates.any(|a| machine.step(plan.status, *a, roles).is_ok()) {
            unmet(viewer, plan, &self.goals(ctx).await?)
        } else {
            Vec::new()
        };
        let today = viewer.today(plan.programme_id);
        let actions = viewer_actions(machine, plan.status, roles, |action| {
            let conflict = rules::conflict(action, plan, viewer.account_id());
            let unmet = match action {
                WorkflowAction::Submit => gates.clone(),
                _ => rules::plan_unmet(action, plan, today),
            };
            let conflict = conflict.map(UserError::conflict);
            conflict.into_iter().chain(unmet).collect()
        });
        let warnings: Vec<_> = gates.into_iter().map(UserWarning::of_later).collect();
        Ok(warned(actions, BEFORE_SUBMISSION, &warnings))
    }

    /// Its version, for `expectedVersion`. Changes of its parts do not count.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last. Changes of its parts do not count.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&*self.0)
    }
}
