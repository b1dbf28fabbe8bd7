//! Recognition: decisions, the recognitions that follow from them, and their conditions.

mod conditions;
mod course;
mod decide;
mod duties;
mod operations;
mod picks;
mod prepare;
mod publish;
mod record;
mod register;
mod rules;
#[cfg(test)]
mod tests;
mod verdict;

use async_graphql::Context;
use entity::{
    recognition::{ConditionStatus, RecognitionStatus, condition, decision, recognition},
    workflow::WorkflowAction,
};
use fields::fields;

pub(crate) use self::{
    conditions::ConditionMutation,
    course::RecognitionMutation,
    decide::DecisionMutation,
    operations::operations,
    picks::{CurrentRecognition, NewestDecision, status_among},
    prepare::prepare,
    publish::publish,
    record::RecognitionDecision,
    register::RecognitionQuery,
    rules::{CONDITION, DECISION, RECOGNITION, is_in_force, status_on},
};
use crate::{
    access::{Asking, Class, Field, Place, Row, field},
    error::Failure,
    id::Id,
    municipality::{Cycle, Municipality},
    payload::row_object,
    refusal::UserError,
    scalars::{Date, DateTime},
    viewer_action::{ViewerAction, viewer_actions},
};

const SUSPENSION_REASON: Field = field("Recognition.suspensionReason", Class::Municipality);
const NOTE: Field = field("RecognitionCondition.note", Class::Municipality);
/// Fields above public, each with its class.
pub(crate) const FIELDS: &[Field] = &[SUSPENSION_REASON, NOTE];

row_object! {
    /// The recognition of a municipality as child friendly.
    Recognition = RecognitionFields of recognition
}

impl RecognitionFields {
    fn place(&self) -> Place {
        recognition::Entity::place(&self.0)
    }

    fn status_for(&self, ctx: &Context<'_>) -> RecognitionStatus {
        status_on(&self.0, ctx.viewer().today(self.0.programme_id))
    }
}

/// The recognition of a municipality as child friendly. Comes into being when the decision that
/// grants it is published, and is public. A municipality has at most one in a programme that is
/// not expired, withdrawn or renewed.
#[fields(name = "Recognition")]
impl RecognitionFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<recognition::Entity> {
        Id::new(self.0.id)
    }

    /// Its status today, in the time zone of the programme. EXPIRED from the day after
    /// `validUntil`.
    async fn status(&self, ctx: &Context<'_>) -> RecognitionStatus {
        self.status_for(ctx)
    }

    /// The first day.
    async fn valid_from(&self) -> Date {
        Date(self.0.valid_from)
    }

    /// The last day, extensions included.
    async fn valid_until(&self) -> Date {
        Date(self.0.valid_until)
    }

    /// Whether it holds today: begun, not past its last day, not suspended, withdrawn or renewed.
    async fn is_in_force(&self, ctx: &Context<'_>) -> bool {
        is_in_force(&self.0, ctx.viewer().today(self.0.programme_id))
    }

    /// How often it was extended.
    async fn extensions(&self) -> i32 {
        self.0.extensions
    }

    /// The day of the latest suspension that was not lifted; null if there is none.
    async fn suspended_on(&self) -> Option<Date> {
        self.0.suspended_on.map(Date)
    }

    /// Why it is suspended. For the municipality and the committee, for nothing is decided yet.
    async fn suspension_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        let reason = self.0.reason.as_deref();
        let reason = reason.filter(|_| self.0.status == RecognitionStatus::Suspended);
        SUSPENSION_REASON.of(ctx.viewer(), self.place(), reason)?
    }

    /// The day it was withdrawn; null if it was not.
    async fn withdrawn_on(&self) -> Option<Date> {
        self.0.withdrawn_on.map(Date)
    }

    /// Why it was withdrawn; null if it was not. Public, like the decision that granted it.
    async fn withdrawal_reason(&self) -> Option<&str> {
        let reason = self.0.reason.as_deref();
        reason.filter(|_| self.0.status == RecognitionStatus::Withdrawn)
    }

    /// The decision that granted it.
    async fn decision(&self, ctx: &Context<'_>) -> Result<Option<RecognitionDecision>, Failure> {
        ctx.reader().object(self.0.decision_id).await
    }

    /// The recognised municipality.
    async fn municipality(&self, ctx: &Context<'_>) -> Result<Option<Municipality>, Failure> {
        ctx.reader().object(self.0.municipality_id).await
    }

    /// The cycle whose work was recognised.
    async fn cycle(&self, ctx: &Context<'_>) -> Result<Option<Cycle>, Failure> {
        ctx.reader().object(self.0.cycle_id).await
    }

    /// What can be done with it now, and what you may do.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerAction>, Failure> {
        use entity::account::Role::DecidingBody;
        let status = self.status_for(ctx);
        let machine = rules::machine(&self.0);
        let roles = ctx.viewer().acting_at(self.place());
        let has_steps = !machine.actions(status).is_empty();
        let (conflict, limit) = if has_steps && roles.any_of(&[DecidingBody]) {
            self.against_deciding(ctx).await?
        } else {
            (None, None)
        };
        Ok(viewer_actions(machine, status, roles, |action| {
            let conflict = conflict.clone();
            match action {
                WorkflowAction::Suspend => Vec::new(),
                WorkflowAction::Extend => match conflict {
                    Some(conflict) => vec![conflict],
                    None => limit.clone().into_iter().collect(),
                },
                _ => conflict.into_iter().collect(),
            }
        }))
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it came into being.
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

impl RecognitionFields {
    /// What stands against a step of the deciding body, and against an extension.
    async fn against_deciding(
        &self,
        ctx: &Context<'_>,
    ) -> Result<(Option<UserError>, Option<UserError>), Failure> {
        let id = Id::<decision::Entity>::new(self.0.decision_id);
        let Some(decision) = ctx.reader().one(id).await? else {
            return Ok((None, None));
        };
        let duties = duties::shown(ctx, &decision).await?;
        let viewer = ctx.viewer();
        let conflict = course::conflict(viewer, &self.0, &duties).map(UserError::conflict);
        let most = course::extensions_max(viewer, &decision);
        Ok((conflict, rules::unextendable(&self.0, most)))
    }
}

row_object! {
    /// Something that has to be met for recognition to stay.
    RecognitionCondition = RecognitionConditionFields of condition
}

/// Something that has to be met for a conditional recognition to become an active one. Seen by
/// those who see the decision.
#[fields(name = "RecognitionCondition")]
impl RecognitionConditionFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<condition::Entity> {
        Id::new(self.0.id)
    }

    /// What has to be met.
    async fn text(&self) -> &str {
        &self.0.text
    }

    /// By which day; null if no day was set.
    async fn due_on(&self) -> Option<Date> {
        self.0.due_on.map(Date)
    }

    /// Whether the day has passed and the municipality has not handed it over.
    async fn is_overdue(&self, ctx: &Context<'_>) -> bool {
        rules::is_overdue(&self.0, ctx.viewer().today(self.0.programme_id))
    }

    /// Its state. FAILED can be handed over again.
    async fn status(&self) -> ConditionStatus {
        self.0.status
    }

    /// What was said about it last, by the coordinator, the adviser or the programme manager. For
    /// the municipality and the committee.
    async fn note(&self, ctx: &Context<'_>) -> Option<&str> {
        let place = condition::Entity::place(&self.0);
        NOTE.of(ctx.viewer(), place, self.0.note.as_deref())?
    }

    /// The decision that set it.
    async fn decision(&self, ctx: &Context<'_>) -> Result<Option<RecognitionDecision>, Failure> {
        ctx.reader().object(self.0.decision_id).await
    }

    /// What can be done with it now, and what you may do. Nothing can be done before the decision
    /// is published or after the recognition has ended.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerAction>, Failure> {
        let recognitions = ctx
            .reader()
            .children::<decision::Entity, recognition::Entity>(self.0.decision_id)
            .await?;
        let viewer = ctx.viewer();
        let today = viewer.today(self.0.programme_id);
        let is_open = recognitions
            .first()
            .is_some_and(|row| conditions::is_open(row, today));
        if !is_open {
            return Ok(Vec::new());
        }
        let roles = viewer.acting_at(condition::Entity::place(&self.0));
        Ok(viewer_actions(&CONDITION, self.0.status, roles, |action| {
            let conflict = conditions::conflict(viewer, &self.0, action);
            conflict.map(UserError::conflict).into_iter().collect()
        }))
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was set.
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
