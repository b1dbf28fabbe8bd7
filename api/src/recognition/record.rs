//! Decisions on recognition: the type and how each criterion was judged.

use std::sync::Arc;

use async_graphql::{Context, SimpleObject};
use entity::{
    recognition::{
        DecisionBasis, DecisionOutcome, DecisionStatus, condition, criterion_judgement, decision,
        recognition,
    },
    workflow::WorkflowAction,
};
use fields::fields;

use super::{CurrentRecognition, Recognition, RecognitionCondition, duties, rules};
use crate::{
    access::{Asking, Place, Row},
    action_plan::ActionPlan,
    assessment::Assessment,
    error::Failure,
    id::Id,
    in_order::{Executed, Objects, Ready},
    municipality::{Cycle, Municipality, is_cancelled},
    payload::row_object,
    programme::RecognitionCriterion,
    refusal::UserError,
    scalars::{Date, DateTime},
    viewer_action::{ViewerAction, viewer_actions},
};

/// How the deciding body voted. Public with the decision; who voted how is not recorded.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct RecognitionVotes {
    /// Votes for the decision, from 0.
    #[graphql(name = "for")]
    in_favour: i32,
    /// Votes against it, from 0.
    against: i32,
    /// Members who abstained, from 0.
    abstained: i32,
}

impl Ready<Executed> for RecognitionVotes {}

row_object! {
    /// A decision on recognition.
    RecognitionDecision = RecognitionDecisionFields of decision
}

impl RecognitionDecisionFields {
    fn place(&self) -> Place {
        decision::Entity::place(&self.0)
    }
}

/// A decision on recognition: a record of what was judged, how the vote went, and what follows.
/// Until it is published it exists for the programme managers and the deciding body only. A
/// published refusal or deferral exists for the municipality and the committee only, unless the
/// programme publishes refusals. Nothing but its publication changes once it is decided.
#[fields(name = "RecognitionDecision")]
impl RecognitionDecisionFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<decision::Entity> {
        Id::new(self.0.id)
    }

    /// What it rests on.
    async fn basis(&self) -> DecisionBasis {
        self.0.basis
    }

    /// Its state.
    async fn status(&self) -> DecisionStatus {
        self.0.status
    }

    /// What was decided; null while it is not decided.
    async fn outcome(&self) -> Option<DecisionOutcome> {
        self.0.outcome
    }

    /// The day of the decision; null while it is not decided.
    async fn decided_on(&self) -> Option<Date> {
        self.0.decided_on.map(Date)
    }

    /// The body that decided; null while it is not decided.
    async fn deciding_body(&self) -> Option<&str> {
        self.0.deciding_body.as_deref()
    }

    /// How the body voted; null while it is not decided.
    async fn votes(&self) -> Option<RecognitionVotes> {
        Some(RecognitionVotes {
            in_favour: self.0.votes_for?,
            against: self.0.votes_against?,
            abstained: self.0.votes_abstained?,
        })
    }

    /// The first day of the recognition; null unless recognition was granted.
    async fn valid_from(&self) -> Option<Date> {
        self.0.valid_from.map(Date)
    }

    /// The last day of the recognition as decided; null unless recognition was granted. An
    /// extension changes the recognition, not the decision.
    async fn valid_until(&self) -> Option<Date> {
        self.0.valid_until.map(Date)
    }

    /// Until when the decision is put off, with the outcome DEFERRED.
    async fn deferred_until(&self) -> Option<Date> {
        self.0.deferred_until.map(Date)
    }

    /// Why it was decided so; null while it is not decided.
    async fn public_reason(&self) -> Option<&str> {
        self.0.public_reason.as_deref()
    }

    /// When it was published.
    async fn published_at(&self) -> Option<DateTime> {
        self.0.published_at.map(DateTime)
    }

    /// How each criterion was judged, in order; at most 20. Empty while it is not decided.
    async fn criteria(&self, ctx: &Context<'_>) -> Result<Objects<CriterionJudgement>, Failure> {
        let rows = ctx
            .reader()
            .children::<decision::Entity, criterion_judgement::Entity>(self.0.id);
        Ok(rows
            .await?
            .iter()
            .map(|row| CriterionJudgement::from(Arc::clone(row)))
            .collect())
    }

    /// What has to be met, with the outcome CONDITIONAL, in order; at most 20.
    async fn conditions(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Objects<RecognitionCondition>, Failure> {
        let rows = ctx
            .reader()
            .children::<decision::Entity, condition::Entity>(self.0.id);
        Ok(rows
            .await?
            .iter()
            .map(|row| RecognitionCondition::from(Arc::clone(row)))
            .collect())
    }

    /// The municipality it is about.
    async fn municipality(&self, ctx: &Context<'_>) -> Result<Option<Municipality>, Failure> {
        ctx.reader().object(self.0.municipality_id).await
    }

    /// The cycle it is about.
    async fn cycle(&self, ctx: &Context<'_>) -> Result<Option<Cycle>, Failure> {
        ctx.reader().object(self.0.cycle_id).await
    }

    /// The recognition that followed; null if none did, or not yet.
    async fn recognition(&self, ctx: &Context<'_>) -> Result<Option<Recognition>, Failure> {
        let rows = ctx
            .reader()
            .children::<decision::Entity, recognition::Entity>(self.0.id);
        Ok(rows
            .await?
            .first()
            .map(|row| Recognition::from(Arc::clone(row))))
    }

    /// The confirmed assessment it rests on.
    async fn assessment(&self, ctx: &Context<'_>) -> Result<Option<Assessment>, Failure> {
        ctx.reader().object(self.0.assessment_id).await
    }

    /// The approved action plan it rests on.
    async fn action_plan(&self, ctx: &Context<'_>) -> Result<Option<ActionPlan>, Failure> {
        ctx.reader().object(self.0.plan_id).await
    }

    /// What can be done with it now, and what you may do; nothing once its cycle was cancelled. What the input of the mutation must
    /// hold is told by the mutation.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerAction>, Failure> {
        let viewer = ctx.viewer();
        let roles = viewer.acting_at(self.place());
        let has_steps = !rules::DECISION.actions(self.0.status).is_empty();
        if has_steps && is_cancelled(ctx, self.0.cycle_id).await? {
            return Ok(Vec::new());
        }
        let may = |action| rules::DECISION.step(self.0.status, action, roles).is_ok();
        let reasons = if may(WorkflowAction::Decide) {
            self.against_deciding(ctx).await?
        } else if may(WorkflowAction::Publish) {
            self.against_publishing(ctx).await?
        } else {
            Vec::new()
        };
        let state = self.0.status;
        Ok(viewer_actions(&rules::DECISION, state, roles, |_| {
            reasons.clone()
        }))
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was prepared.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last.
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

impl RecognitionDecisionFields {
    async fn against_deciding(&self, ctx: &Context<'_>) -> Result<Vec<UserError>, Failure> {
        let duties = duties::shown(ctx, &self.0).await?;
        let conflict = duties.decider_conflict().map(UserError::conflict);
        Ok(conflict.into_iter().collect())
    }

    async fn against_publishing(&self, ctx: &Context<'_>) -> Result<Vec<UserError>, Failure> {
        let pick = CurrentRecognition {
            programmes: [self.0.programme_id].into(),
        };
        let before = ctx.reader().latest(pick, self.0.municipality_id).await?;
        let viewer = ctx.viewer();
        let why = rules::somebody_else(WorkflowAction::Publish);
        let conflict = rules::conflict(viewer.account_id(), self.0.decided_by, why);
        if let Some(why) = conflict {
            return Ok(vec![UserError::conflict(why)]);
        }
        let today = viewer.today(self.0.programme_id);
        Ok(rules::unpublishable(&self.0, before.as_deref(), today))
    }
}

row_object! {
    /// How a decision judges one criterion.
    CriterionJudgement = CriterionJudgementFields of criterion_judgement
}

/// How a decision judges one criterion. Seen by those who see the decision.
#[fields(name = "CriterionJudgement")]
impl CriterionJudgementFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<criterion_judgement::Entity> {
        Id::new(self.0.id)
    }

    /// The criterion.
    async fn criterion(&self, ctx: &Context<'_>) -> Option<RecognitionCriterion> {
        let catalogue = ctx.viewer().catalogue();
        let criterion = catalogue.criterion(self.0.criterion_id);
        criterion.map(|row| RecognitionCriterion(Arc::clone(row)))
    }

    /// Whether it is met.
    async fn is_met(&self) -> bool {
        self.0.is_met
    }

    /// Why it was judged so; never null where the criterion is not met.
    async fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
}
