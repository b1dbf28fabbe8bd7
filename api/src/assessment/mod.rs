//! Self-assessments: types and reads.

mod answers;
mod comparison;
mod mutations;
mod previous;
mod rules;
mod tally;

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::assessment::{
    Answer, AssessmentKind, AssessmentStatus, ItemStatus, assessment, assessment_item,
};
use sea_orm::{ColumnTrait, Condition, Order, sea_query::Expr};
use uuid::Uuid;

pub(crate) use self::{
    answers::AnswerMutation,
    comparison::AssessmentComparison,
    mutations::AssessmentMutation,
    rules::ASSESSMENT,
    tally::{Completeness, ThemeAverage},
};
use crate::{
    access::{Asking, Class, Field, Pick, Place, Row, Viewer, field},
    account::Membership,
    error::Failure,
    id::Id,
    municipality::{Cycle, Municipality},
    payload::row_object,
    programme::Indicator,
    refusal::UserError,
    scalars::{Date, DateTime},
    viewer_action::{ViewerAction, viewer_actions},
};
use entity::workflow::WorkflowAction;

const ITEMS: Field = field("Assessment.items", Class::Municipality);
const SUBMITTED_AT: Field = field("Assessment.submittedAt", Class::Municipality);
const RETURN_REASON: Field = field("Assessment.returnReason", Class::Municipality);
const ASSIGNEE: Field = field("AssessmentItem.assignee", Class::Personal);
/// Fields above public, each with its class.
pub(crate) const FIELDS: &[Field] = &[ITEMS, SUBMITTED_AT, RETURN_REASON, ASSIGNEE];

row_object! {
    /// A self-assessment of one cycle.
    Assessment of assessment
}

impl Assessment {
    fn place(&self) -> Place {
        assessment::Entity::place(&self.0)
    }

    fn is_confirmed(&self) -> bool {
        matches!(
            self.0.status,
            AssessmentStatus::Confirmed | AssessmentStatus::Superseded
        )
    }

    /// Whether the viewer reads the summary: everybody once it is confirmed, before that those who
    /// see the whole draft.
    fn shows_summary(&self, viewer: &Viewer) -> bool {
        use entity::account::Role::{
            Adviser, Coordinator, DecisionMaker, ProgrammeManager, ServiceAccount, SteeringMember,
            YouthRepresentative,
        };
        let whole = [
            YouthRepresentative,
            SteeringMember,
            Coordinator,
            DecisionMaker,
            ServiceAccount,
            Adviser,
            ProgrammeManager,
        ];
        self.is_confirmed() || viewer.roles_at(self.place()).any_of(&whole)
    }

    async fn items_of(&self, ctx: &Context<'_>) -> Result<Vec<AssessmentItem>, Failure> {
        let items = ctx
            .reader()
            .children::<assessment::Entity, assessment_item::Entity>(self.0.id);
        Ok(items
            .await?
            .iter()
            .map(|row| AssessmentItem(Arc::clone(row)))
            .collect())
    }
}

/// A self-assessment of one cycle. Its summary is public once it is confirmed; before that it
/// exists for the municipality and the committee only.
#[Object]
impl Assessment {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<assessment::Entity> {
        Id::new(self.0.id)
    }

    /// What kind of assessment it is.
    async fn kind(&self) -> AssessmentKind {
        self.0.kind
    }

    /// Its state.
    async fn status(&self) -> AssessmentStatus {
        self.0.status
    }

    /// The day it describes.
    async fn as_of(&self) -> Date {
        Date(self.0.as_of)
    }

    /// When it was handed over last. For the municipality and the committee.
    async fn submitted_at(&self, ctx: &Context<'_>) -> Option<DateTime> {
        SUBMITTED_AT
            .of(ctx.viewer(), self.place(), self.0.submitted_at)?
            .map(DateTime)
    }

    /// When it was confirmed.
    async fn confirmed_at(&self) -> Option<DateTime> {
        self.0.confirmed_at.map(DateTime)
    }

    /// What the adviser wants mended. For the municipality and the committee.
    async fn return_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        RETURN_REASON.of(ctx.viewer(), self.place(), self.0.return_reason.as_deref())?
    }

    /// One item per indicator, in order of number; at most 500. For the municipality and the
    /// committee; a responsible entity sees what is assigned to it.
    async fn items(&self, ctx: &Context<'_>) -> Result<Option<Vec<AssessmentItem>>, Failure> {
        if ITEMS.of(ctx.viewer(), self.place(), ()).is_none() {
            return Ok(None);
        }
        self.items_of(ctx).await.map(Some)
    }

    /// The average level per theme, in order of the themes; at most 50. Counts levels only. Null
    /// while it is not confirmed, but for those who see the whole draft.
    async fn theme_averages(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Vec<ThemeAverage>>, Failure> {
        if !self.shows_summary(ctx.viewer()) {
            return Ok(None);
        }
        tally::averages(ctx, &self.0).await.map(Some)
    }

    /// How much of it is answered. Null while it is not confirmed, but for those who see the whole
    /// draft.
    async fn completeness(&self, ctx: &Context<'_>) -> Result<Option<Completeness>, Failure> {
        if !self.shows_summary(ctx.viewer()) {
            return Ok(None);
        }
        tally::completeness(ctx, self.0.id).await.map(Some)
    }

    /// This assessment beside an earlier one of the same municipality; null if there is no such
    /// assessment for you.
    async fn comparison(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The earlier assessment.")] with: Id<assessment::Entity>,
    ) -> Result<Option<AssessmentComparison>, Failure> {
        let earlier = ctx.reader().one(with).await?;
        let earlier = earlier.filter(|row| row.municipality_id == self.0.municipality_id);
        Ok(earlier.map(|row| AssessmentComparison::new(Assessment(row), self.clone())))
    }

    /// The cycle it belongs to.
    async fn cycle(&self, ctx: &Context<'_>) -> Result<Option<Cycle>, Failure> {
        ctx.reader().object(self.0.cycle_id).await
    }

    /// The municipality it describes.
    async fn municipality(&self, ctx: &Context<'_>) -> Result<Option<Municipality>, Failure> {
        ctx.reader().object(self.0.municipality_id).await
    }

    /// What can be done with it now, and what you may do.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerAction>, Failure> {
        let viewer = ctx.viewer();
        let unanswered = self.unanswered(ctx).await?;
        Ok(viewer_actions(
            &ASSESSMENT,
            self.0.status,
            viewer.roles_at(self.place()),
            |action| match action {
                WorkflowAction::Submit => rules::unmet(&unanswered),
                _ => rules::conflict(viewer.account_id(), self.0.submitted_by)
                    .map(UserError::conflict)
                    .into_iter()
                    .collect(),
            },
        ))
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was started.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last. Changes of its items do not count.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

impl Assessment {
    /// The numbers of the unanswered items, asked only where somebody could submit.
    async fn unanswered(&self, ctx: &Context<'_>) -> Result<Vec<i32>, Failure> {
        let roles = ctx.viewer().roles_at(self.place());
        if ASSESSMENT
            .step(self.0.status, WorkflowAction::Submit, roles)
            .is_err()
        {
            return Ok(Vec::new());
        }
        let items = ctx
            .reader()
            .children::<assessment::Entity, assessment_item::Entity>(self.0.id);
        let items = items.await?;
        let open = items.iter().filter(|item| !rules::is_settled(item.status));
        Ok(open.map(|item| item.ordinal).collect())
    }
}

row_object! {
    /// The answer to one indicator.
    AssessmentItem of assessment_item
}

/// The answer to one indicator of one assessment.
#[Object]
impl AssessmentItem {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<assessment_item::Entity> {
        Id::new(self.0.id)
    }

    /// The indicator it answers.
    async fn indicator(&self, ctx: &Context<'_>) -> Option<Indicator> {
        ctx.viewer()
            .catalogue()
            .indicator(self.0.indicator_id)
            .map(|i| Indicator(Arc::clone(i)))
    }

    /// Its state.
    async fn status(&self) -> ItemStatus {
        self.0.status
    }

    /// The answer; null while there is none.
    async fn answer(&self) -> Option<Answer> {
        self.0.answer
    }

    /// The level, with the answer LEVEL.
    async fn level(&self) -> Option<i32> {
        self.0.level
    }

    /// Why it does not apply, with the answer `NOT_APPLICABLE`.
    async fn not_applicable_reason(&self) -> Option<&str> {
        self.0.not_applicable_reason.as_deref()
    }

    /// A comment.
    async fn comment(&self) -> Option<&str> {
        self.0.comment.as_deref()
    }

    /// The answer in the assessment before; null if there was none.
    async fn previous_answer(&self) -> Option<Answer> {
        self.0.previous_answer
    }

    /// The level in the assessment before.
    async fn previous_level(&self) -> Option<i32> {
        self.0.previous_level
    }

    /// The assessment before.
    async fn previous_assessment(&self, ctx: &Context<'_>) -> Result<Option<Assessment>, Failure> {
        let Some(id) = self.0.previous_assessment_id else {
            return Ok(None);
        };
        ctx.reader().object(id).await
    }

    /// Who is to answer it; null if nobody or if you may not see who.
    async fn assignee(&self, ctx: &Context<'_>) -> Result<Option<Membership>, Failure> {
        let Some(id) = self.0.assignee_id else {
            return Ok(None);
        };
        ctx.reader().object(id).await
    }

    /// Whether it is assigned to you.
    async fn is_assigned_to_viewer(&self, ctx: &Context<'_>) -> bool {
        ctx.viewer()
            .memberships()
            .iter()
            .any(|m| self.0.assignee_id == Some(m.id))
    }

    /// The assessment it belongs to.
    async fn assessment(&self, ctx: &Context<'_>) -> Result<Option<Assessment>, Failure> {
        ctx.reader().object(self.0.assessment_id).await
    }

    /// When the answer was given.
    async fn answered_at(&self) -> Option<DateTime> {
        self.0.answered_at.map(DateTime)
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When the assessment was started.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

/// Chooses the newest assessment of a cycle.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NewestAssessment {
    /// Only this kind; if absent, any kind but those by children and by outsiders.
    pub(crate) kind: Option<AssessmentKind>,
    /// Only confirmed ones.
    pub(crate) is_confirmed: bool,
}

impl Pick for NewestAssessment {
    type Entity = assessment::Entity;

    fn partition(&self) -> assessment::Column {
        assessment::Column::CycleId
    }

    fn parent(row: &assessment::Model) -> Uuid {
        row.cycle_id
    }

    fn filter(&self, _viewer: &Viewer) -> Condition {
        let apart = [AssessmentKind::ChildLed, AssessmentKind::Independent];
        let kind = match self.kind {
            Some(kind) => assessment::Column::Kind.eq(kind),
            None => assessment::Column::Kind.is_not_in(apart),
        };
        let status = if self.is_confirmed {
            assessment::Column::Status.eq(AssessmentStatus::Confirmed)
        } else {
            assessment::Column::Status.ne(AssessmentStatus::Superseded)
        };
        Condition::all().add(kind).add(status)
    }

    fn order(&self) -> Vec<(Expr, Order)> {
        use assessment::Column::{AsOf, CreatedAt, Id};
        [AsOf, CreatedAt, Id]
            .map(|c| (Expr::col(c.as_column_ref()), Order::Desc))
            .into()
    }
}
