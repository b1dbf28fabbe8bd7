//! The items of an assessment: the answer to each indicator, as a type.

use std::sync::Arc;

use async_graphql::Context;
use entity::assessment::{Answer, ItemStatus, assessment_item};
use fields::fields;

use super::{ASSIGNEE, Assessment};
use crate::{
    access::{Asking, Place, Resource, Row},
    account::Membership,
    error::Failure,
    id::Id,
    payload::row_object,
    programme::Indicator,
    scalars::DateTime,
};

row_object! {
    /// The answer to one indicator.
    AssessmentItem = AssessmentItemFields of assessment_item
}

/// The answer to one indicator of one assessment.
#[fields(name = "AssessmentItem")]
impl AssessmentItemFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<assessment_item::Entity> {
        Id::new(self.0.id)
    }

    /// The indicator it answers.
    async fn indicator(&self, ctx: &Context<'_>) -> Option<Indicator> {
        ctx.viewer()
            .catalogue()
            .indicator(self.0.indicator_id)
            .map(|i| Indicator::from(Arc::clone(i)))
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
        let assignee = match self.0.assignee_id {
            Some(id) => ctx.reader().object(id).await?,
            None => None,
        };
        if assignee.is_none() {
            // Whoever may not see who is told so whether or not there is somebody.
            let place = Place {
                resource: Resource::Accounts,
                ..assessment_item::Entity::place(&self.0)
            };
            ASSIGNEE.of(ctx.viewer(), place, ());
        }
        Ok(assignee)
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

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&*self.0)
    }
}
