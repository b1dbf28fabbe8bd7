//! One round from assessment to recognition: what a cycle shows.

use std::sync::Arc;

use async_graphql::Context;
use entity::{
    action_plan::{PlanStatus, plan},
    assessment::{AssessmentKind, assessment},
    municipality::{CycleStatus, cycle, milestone_progress},
    recognition::{DecisionStatus, decision},
    workflow::WorkflowAction,
};
use fields::fields;
use uuid::Uuid;

use super::{MilestoneProgress, Municipality, Participation, rules};
use crate::{
    access::{Asking, Class, Field, Place, Row, Rows, Viewer, field},
    action_plan::{self, ActionPlan},
    assessment::{Assessment, NewestAssessment},
    error::Failure,
    id::Id,
    in_order::Objects,
    payload::row_object,
    programme::ProgrammeVersion,
    recognition::RecognitionDecision,
    scalars::{Date, DateTime},
    viewer_action::{ViewerAction, viewer_actions},
};

/// Why a cycle was given up.
pub(super) const CANCELLATION_REASON: Field = field("Cycle.cancellationReason", Class::Internal);

row_object! {
    /// One round from assessment to recognition.
    Cycle = CycleFields of cycle
}

impl CycleFields {
    fn place(&self) -> Place {
        cycle::Entity::place(&self.0)
    }

    fn status_today(&self, viewer: &Viewer) -> CycleStatus {
        status_today(viewer, &self.0)
    }
}

/// Whether a cycle was cancelled, and its work with it.
pub(crate) async fn is_cancelled(ctx: &Context<'_>, cycle: Uuid) -> Result<bool, Failure> {
    let cycle = ctx.reader().one(Id::<cycle::Entity>::new(cycle)).await?;
    Ok(cycle.is_some_and(|cycle| cycle.status == CycleStatus::Cancelled))
}

/// The status of a cycle today.
pub(super) fn status_today(viewer: &Viewer, row: &cycle::Model) -> CycleStatus {
    let today = viewer.today(row.programme_id);
    rules::cycle_status(row.status, row.start_on, today)
}

/// One round from assessment to recognition. Everybody reads it once it has begun; a planned or
/// cancelled one exists for the municipality and the committee only.
#[fields(name = "Cycle")]
impl CycleFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<cycle::Entity> {
        Id::new(self.0.id)
    }

    /// Its number in the participation, counting from 1, cancelled ones included.
    async fn ordinal(&self) -> i32 {
        self.0.ordinal
    }

    /// Its state today. PLANNED follows from the first day.
    async fn status(&self, ctx: &Context<'_>) -> CycleStatus {
        self.status_today(ctx.viewer())
    }

    /// Its first day.
    async fn start_on(&self) -> Date {
        Date(self.0.start_on)
    }

    /// The day it is planned to end.
    async fn planned_end_on(&self) -> Date {
        Date(self.0.planned_end_on)
    }

    /// The day it was closed or cancelled; null while it is open.
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// Why it was cancelled. For the municipality and the committee.
    async fn cancellation_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        let reason = self.0.cancellation_reason.as_deref();
        CANCELLATION_REASON.of(ctx.viewer(), self.place(), reason)?
    }

    /// The version of the programme that it follows from start to end.
    async fn programme_version(&self, ctx: &Context<'_>) -> Option<ProgrammeVersion> {
        let catalogue = ctx.viewer().catalogue();
        let version = catalogue.version(self.0.programme_version_id);
        version.map(|version| ProgrammeVersion(Arc::clone(version)))
    }

    /// The municipality.
    async fn municipality(&self, ctx: &Context<'_>) -> Result<Option<Municipality>, Failure> {
        ctx.reader().object(self.0.municipality_id).await
    }

    /// The participation it belongs to.
    async fn participation(&self, ctx: &Context<'_>) -> Result<Option<Participation>, Failure> {
        ctx.reader().object(self.0.participation_id).await
    }

    /// How far it is with each milestone, in order; at most 20.
    async fn milestones(&self, ctx: &Context<'_>) -> Result<Objects<MilestoneProgress>, Failure> {
        let rows = ctx
            .reader()
            .children::<cycle::Entity, milestone_progress::Entity>(self.0.id)
            .await?;
        Ok(rows
            .iter()
            .map(Arc::clone)
            .map(MilestoneProgress::from)
            .collect())
    }

    /// The newest assessment that you may see and that no newer one has replaced; null if there is
    /// none.
    async fn assessment(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only of this kind. If absent, of any kind but CHILD_LED and INDEPENDENT."
        )]
        kind: Option<AssessmentKind>,
        #[graphql(default, desc = "Only a confirmed one.")] only_confirmed: bool,
    ) -> Result<Option<Assessment>, Failure> {
        let pick = NewestAssessment {
            kind,
            is_confirmed: only_confirmed,
        };
        Ok(ctx
            .reader()
            .latest(pick, self.0.id)
            .await?
            .map(Assessment::from))
    }

    /// All assessments that you may see, by the day they describe; at most 50.
    async fn assessments(&self, ctx: &Context<'_>) -> Result<Objects<Assessment>, Failure> {
        let rows = ctx
            .reader()
            .children::<cycle::Entity, assessment::Entity>(self.0.id)
            .await?;
        Ok(rows.iter().map(Arc::clone).map(Assessment::from).collect())
    }

    /// The newest version of the action plan that you may see; null if there is none. For those who
    /// write, review or approve it: it may be a draft. What holds today is `planInForce`.
    async fn action_plan(&self, ctx: &Context<'_>) -> Result<Option<ActionPlan>, Failure> {
        let plans = self.plans(ctx).await?;
        Ok(plans.first().map(Arc::clone).map(ActionPlan::from))
    }

    /// The plan that the municipality follows today, whatever is being written for later: the one that
    /// is `IN_FORCE` or `COMPLETION_PROPOSED`. After the approval of a newer plan, and until the first day
    /// of that, it is the older one, which reads SUPERSEDED and takes no more changes. Null if no plan
    /// has begun, and once it is COMPLETED. The newest version is `actionPlan`.
    async fn plan_in_force(&self, ctx: &Context<'_>) -> Result<Option<ActionPlan>, Failure> {
        let plans = self.plans(ctx).await?;
        let today = ctx.viewer().today(self.0.programme_id);
        let plan = action_plan::in_force(&plans, today);
        Ok(plan.map(Arc::clone).map(ActionPlan::from))
    }

    /// All versions of the action plan that you may see, newest first; at most 50.
    async fn action_plans(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only those that are in one of these states today; in any if absent. The plan to follow today is `planInForce`."
        )]
        status: Option<Vec<PlanStatus>>,
    ) -> Result<Objects<ActionPlan>, Failure> {
        let today = ctx.viewer().today(self.0.programme_id);
        let plans = self.plans(ctx).await?;
        let is_wanted = |plan: &&Arc<plan::Model>| {
            let now = action_plan::status_on(plan.status, plan.period_from, today);
            status.as_ref().is_none_or(|wanted| wanted.contains(&now))
        };
        let wanted = plans.iter().filter(is_wanted);
        Ok(wanted.map(Arc::clone).map(ActionPlan::from).collect())
    }

    /// The newest decision on recognition of this cycle that you may see; null if there is none.
    async fn recognition_decision(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<RecognitionDecision>, Failure> {
        let rows = ctx
            .reader()
            .children::<cycle::Entity, decision::Entity>(self.0.id)
            .await?;
        let newest = rows.iter().max_by_key(|row| (row.created_at, row.id));
        Ok(newest.map(Arc::clone).map(RecognitionDecision::from))
    }

    /// What can be done with it now, and what you may do.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerAction>, Failure> {
        let viewer = ctx.viewer();
        let status = self.status_today(viewer);
        let roles = viewer.acting_at(self.place());
        let may_close = rules::CYCLE
            .step(status, WorkflowAction::Close, roles)
            .is_ok();
        let has_decision = may_close && self.has_published_decision(ctx).await?;
        Ok(viewer_actions(
            &rules::CYCLE,
            status,
            roles,
            |action| match action {
                WorkflowAction::Close => rules::unmet_to_close(has_decision),
                _ => Vec::new(),
            },
        ))
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last. Changes of its milestones do not count.
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

impl CycleFields {
    /// The plans of the cycle that the viewer sees, newest first.
    async fn plans(&self, ctx: &Context<'_>) -> Result<Rows<plan::Entity>, Failure> {
        ctx.reader()
            .children::<cycle::Entity, plan::Entity>(self.0.id)
            .await
    }

    async fn has_published_decision(&self, ctx: &Context<'_>) -> Result<bool, Failure> {
        let rows = ctx
            .reader()
            .children::<cycle::Entity, decision::Entity>(self.0.id)
            .await?;
        let mut rows = rows.iter();
        Ok(rows.any(|row| row.status == DecisionStatus::Published))
    }
}
