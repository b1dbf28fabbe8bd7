//! How far a cycle is with one milestone: what is shown of it, to whom, and what a step needs.

use std::sync::Arc;

use async_graphql::Context;
use entity::{
    action_plan::{PlanStatus, plan},
    assessment::{AssessmentKind, AssessmentStatus, assessment},
    municipality::{MilestoneStatus, cycle, milestone_progress},
    programme::MilestoneGate,
    workflow::WorkflowAction,
};
use fields::fields;

use super::{
    Cycle,
    cycle::{is_cancelled, status_today},
    rules,
};
use crate::{
    access::{Asking, Class, Field, Place, Row, Viewer, field},
    error::Failure,
    id::Id,
    payload::row_object,
    programme::{self, Milestone},
    refusal::UserError,
    scalars::{Date, DateTime},
    viewer_action::{ViewerAction, viewer_actions},
};

/// What the adviser wants mended.
pub(super) const RETURN_REASON: Field =
    field("MilestoneProgress.returnReason", Class::Municipality);
/// Why the cycle does without it.
pub(super) const WAIVER_REASON: Field =
    field("MilestoneProgress.waiverReason", Class::Municipality);

row_object! {
    /// How far a cycle is with one milestone.
    MilestoneProgress = MilestoneProgressFields of milestone_progress
}

impl MilestoneProgressFields {
    fn place(&self) -> Place {
        milestone_progress::Entity::place(&self.0)
    }

    fn reads_all(&self, viewer: &Viewer) -> bool {
        viewer.reads(Class::Municipality, self.place())
    }

    /// The status as this viewer is shown it.
    fn shown(&self, viewer: &Viewer) -> MilestoneStatus {
        rules::shown(self.0.status, self.reads_all(viewer))
    }
}

/// How far a cycle is with one milestone. Everybody reads it with the cycle.
#[fields(name = "MilestoneProgress")]
impl MilestoneProgressFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<milestone_progress::Entity> {
        Id::new(self.0.id)
    }

    /// The milestone.
    async fn milestone(&self, ctx: &Context<'_>) -> Option<Milestone> {
        let milestone = ctx.viewer().catalogue().milestone(self.0.milestone_id);
        milestone.map(|milestone| Milestone::from(Arc::clone(milestone)))
    }

    /// Its state. Outside the municipality and the committee `SUBMITTED` and `RETURNED`
    /// read `IN_PROGRESS`.
    async fn status(&self, ctx: &Context<'_>) -> MilestoneStatus {
        self.shown(ctx.viewer())
    }

    /// The day it is due; null where the programme sets none.
    async fn due_on(&self) -> Option<Date> {
        self.0.due_on.map(Date)
    }

    /// Whether the day it was due has passed while it is neither completed nor waived.
    async fn is_overdue(&self, ctx: &Context<'_>) -> bool {
        let today = ctx.viewer().today(self.0.programme_id);
        rules::is_overdue(self.0.status, self.0.due_on, today)
    }

    /// The day the adviser accepted it; null before.
    async fn completed_on(&self) -> Option<Date> {
        self.0.completed_on.map(Date)
    }

    /// What the adviser wants mended. For the municipality and the committee.
    async fn return_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        let reason = self.0.return_reason.as_deref();
        RETURN_REASON.of(ctx.viewer(), self.place(), reason)?
    }

    /// Why the cycle does without it. For the municipality and the committee.
    async fn waiver_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        let reason = self.0.waiver_reason.as_deref();
        WAIVER_REASON.of(ctx.viewer(), self.place(), reason)?
    }

    /// The cycle it belongs to.
    async fn cycle(&self, ctx: &Context<'_>) -> Result<Option<Cycle>, Failure> {
        ctx.reader().object(self.0.cycle_id).await
    }

    /// What can be done with it now, by the state that you are shown, and what you may do.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerAction>, Failure> {
        let viewer = ctx.viewer();
        let shown = self.shown(viewer);
        let roles = viewer.acting_at(self.place());
        if is_cancelled(ctx, self.0.cycle_id).await? {
            return Ok(Vec::new());
        }
        let actions = rules::MILESTONE.actions(shown);
        let mut mine = actions.iter();
        let standing = if mine.any(|a| rules::MILESTONE.step(shown, *a, roles).is_ok()) {
            self.standing(ctx).await?
        } else {
            None
        };
        Ok(viewer_actions(&rules::MILESTONE, shown, roles, |action| {
            let mut reasons: Vec<_> = is_judgement(action)
                .then(|| rules::conflict(viewer.account_id(), self.0.submitted_by))
                .flatten()
                .map(UserError::conflict)
                .into_iter()
                .collect();
            reasons.extend(standing.iter().flat_map(|s| rules::unmet(action, s)));
            reasons
        }))
    }

    /// Its version, for `expectedVersion`. Outside the municipality and the committee it counts only
    /// the steps that are seen there.
    async fn version(&self, ctx: &Context<'_>) -> i32 {
        if self.reads_all(ctx.viewer()) {
            self.0.version
        } else {
            rules::version_seen(self.0.status)
        }
    }

    /// When the cycle was started.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last. Outside the municipality and the committee, when it was settled or
    /// the cycle was started.
    async fn updated_at(&self, ctx: &Context<'_>) -> DateTime {
        let is_seen = rules::is_settled(self.0.status) || self.reads_all(ctx.viewer());
        DateTime(if is_seen {
            self.0.updated_at
        } else {
            self.0.created_at
        })
    }

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&*self.0)
    }
}

/// Whether an action judges what somebody submitted.
pub(super) fn is_judgement(action: WorkflowAction) -> bool {
    matches!(action, WorkflowAction::Complete | WorkflowAction::Return)
}

impl MilestoneProgressFields {
    /// What its steps depend on, as this viewer sees it.
    async fn standing(&self, ctx: &Context<'_>) -> Result<Option<rules::Standing>, Failure> {
        let (viewer, reader) = (ctx.viewer(), ctx.reader());
        let id = self.0.cycle_id;
        let Some(cycle) = reader.one(Id::<cycle::Entity>::new(id)).await? else {
            return Ok(None);
        };
        let siblings = reader.children::<cycle::Entity, milestone_progress::Entity>(id);
        let siblings = siblings.await?;
        let is_open = match gate(viewer, &self.0) {
            MilestoneGate::None => true,
            MilestoneGate::ConfirmedBaseline => {
                let rows = reader
                    .children::<cycle::Entity, assessment::Entity>(id)
                    .await?;
                rows.iter().any(|row| is_confirmed_baseline(row))
            }
            MilestoneGate::ApprovedPlan => {
                let rows = reader.children::<cycle::Entity, plan::Entity>(id).await?;
                rows.iter().any(|row| is_approved(row))
            }
        };
        let siblings = siblings.iter().map(AsRef::as_ref);
        Ok(Some(standing(viewer, (&cycle, &self.0), siblings, is_open)))
    }
}

/// Puts together what the steps of a milestone depend on.
pub(super) fn standing<'r>(
    viewer: &Viewer,
    (cycle, progress): (&cycle::Model, &milestone_progress::Model),
    siblings: impl Iterator<Item = &'r milestone_progress::Model>,
    is_gate_open: bool,
) -> rules::Standing {
    let settled: Vec<_> = siblings
        .filter(|row| rules::is_settled(row.status))
        .map(|row| row.milestone_id)
        .collect();
    let version = viewer.catalogue().version(cycle.programme_version_id);
    let milestones = version.map_or(&[][..], |version| &version.milestones);
    let own = milestones.iter().find(|m| m.id == progress.milestone_id);
    let prerequisites = own.map_or(&[][..], |own| &own.prerequisites.0);
    let open_prerequisites = milestones
        .iter()
        .filter(|m| prerequisites.contains(&m.code) && !settled.contains(&m.id))
        .map(|m| programme::text(viewer, &m.name, None).to_owned())
        .collect();
    rules::Standing {
        cycle: status_today(viewer, cycle),
        open_prerequisites,
        shut_gate: (!is_gate_open).then(|| gate(viewer, progress)),
    }
}

/// What must be true before a milestone is submitted.
pub(super) fn gate(viewer: &Viewer, progress: &milestone_progress::Model) -> MilestoneGate {
    let milestone = viewer.catalogue().milestone(progress.milestone_id);
    milestone.map_or(MilestoneGate::None, |milestone| milestone.gate)
}

/// Whether this opens the gate of a confirmed baseline.
pub(super) fn is_confirmed_baseline(row: &assessment::Model) -> bool {
    row.kind == AssessmentKind::Baseline && row.status == AssessmentStatus::Confirmed
}

/// Whether this opens the gate of an approved plan.
pub(super) fn is_approved(row: &plan::Model) -> bool {
    matches!(
        row.status,
        PlanStatus::Approved | PlanStatus::CompletionProposed | PlanStatus::Completed
    )
}
