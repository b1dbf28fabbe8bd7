//! Self-assessments: types and reads.

mod answers;
mod assigning;
mod comparison;
mod item;
mod mutations;
mod newest;
mod operations;
mod previous;
mod rules;
mod tally;

#[cfg(test)]
pub(crate) use self::rules::tests::untouched_item;

use std::sync::Arc;

use async_graphql::Context;
use entity::account::Role;
use entity::assessment::{AssessmentKind, AssessmentStatus, assessment, assessment_item};
use fields::fields;

pub(crate) use self::{
    answers::AnswerMutation,
    comparison::AssessmentComparison,
    item::AssessmentItem,
    mutations::AssessmentMutation,
    newest::NewestAssessment,
    operations::operations,
    rules::ASSESSMENT,
    tally::{Completeness, ThemeAverage},
};
use crate::{
    access::{Asking, Class, Field, Place, Row, Viewer, field},
    error::Failure,
    id::Id,
    in_order::Objects,
    municipality::{Cycle, Municipality},
    payload::row_object,
    refusal::UserError,
    scalars::{Date, DateTime},
    viewer_action::{ViewerAction, viewer_actions},
};
use entity::workflow::WorkflowAction;

const ITEMS: Field = field("Assessment.items", Class::Municipality);
const SUBMITTED_AT: Field = field("Assessment.submittedAt", Class::Municipality);
const RETURN_REASON: Field = field("Assessment.returnReason", Class::Municipality);
const THEME_AVERAGES: Field = field("Assessment.themeAverages", Class::Draft);
const COMPLETENESS: Field = field("Assessment.completeness", Class::Draft);
const ASSIGNEE: Field = field("AssessmentItem.assignee", Class::Personal)
    .with_own(&[Role::SteeringMember, Role::ResponsibleEntity]);
/// Fields above public, each with its class.
pub(crate) const FIELDS: &[Field] = &[
    ITEMS,
    SUBMITTED_AT,
    RETURN_REASON,
    THEME_AVERAGES,
    COMPLETENESS,
    ASSIGNEE,
    comparison::THEMES,
    comparison::INDICATORS,
    comparison::TO_NONE,
    comparison::FROM_NONE,
];

row_object! {
    /// A self-assessment of one cycle.
    Assessment = AssessmentFields of assessment
}

impl AssessmentFields {
    fn place(&self) -> Place {
        assessment::Entity::place(&self.0)
    }

    fn is_confirmed(&self) -> bool {
        matches!(
            self.0.status,
            AssessmentStatus::Confirmed | AssessmentStatus::Superseded
        )
    }

    /// Whether the viewer reads a part of the summary: everybody once it is confirmed, before that
    /// those who see the whole draft.
    fn shows(&self, part: &Field, viewer: &Viewer) -> bool {
        let draft = (self.place(), self.is_confirmed());
        part.of_draft(viewer, draft, ()).is_some()
    }

    async fn items_of(&self, ctx: &Context<'_>) -> Result<Objects<AssessmentItem>, Failure> {
        let items = ctx
            .reader()
            .children::<assessment::Entity, assessment_item::Entity>(self.0.id);
        Ok(items
            .await?
            .iter()
            .map(|row| AssessmentItem::from(Arc::clone(row)))
            .collect())
    }
}

/// A self-assessment of one cycle. Its summary is public once it is confirmed; before that it
/// exists for the municipality and the committee only.
#[fields(name = "Assessment")]
impl AssessmentFields {
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
    async fn items(&self, ctx: &Context<'_>) -> Result<Option<Objects<AssessmentItem>>, Failure> {
        if ITEMS.of(ctx.viewer(), self.place(), ()).is_none() {
            return Ok(None);
        }
        self.items_of(ctx).await.map(Some)
    }

    /// The average level per theme, with what it is taken over and what it leaves out, in order of the
    /// themes; at most 50. Null while it is not confirmed, but for those who see the whole draft.
    async fn theme_averages(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Objects<ThemeAverage>>, Failure> {
        if !self.shows(&THEME_AVERAGES, ctx.viewer()) {
            return Ok(None);
        }
        tally::averages(ctx, &self.0).await.map(Some)
    }

    /// How much of it is answered. Null while it is not confirmed, but for those who see the whole
    /// draft.
    async fn completeness(&self, ctx: &Context<'_>) -> Result<Option<Completeness>, Failure> {
        if !self.shows(&COMPLETENESS, ctx.viewer()) {
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
        Ok(
            earlier
                .map(|row| AssessmentComparison::new(Assessment::from(row), self.clone().into())),
        )
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
        if self.0.is_frozen {
            return Ok(Vec::new());
        }
        let unanswered = self.unanswered(ctx).await?;
        Ok(viewer_actions(
            &ASSESSMENT,
            self.0.status,
            viewer.acting_at(self.place()),
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

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&*self.0)
    }
}

impl AssessmentFields {
    /// The numbers of the unanswered items, asked only where somebody could submit.
    async fn unanswered(&self, ctx: &Context<'_>) -> Result<Vec<i32>, Failure> {
        let roles = ctx.viewer().acting_at(self.place());
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
