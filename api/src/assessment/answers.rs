//! Writes of items: answer one, answer many; the mutations of items.

use std::collections::HashMap;

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use entity::assessment::{Answer, assessment, assessment_item};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{
    Assessment, AssessmentItem,
    assigning::{
        AssignIndicatorInput, AssignIndicatorPayload, UnassignIndicatorInput,
        UnassignIndicatorPayload, assign, unassign,
    },
    rules,
};
use crate::{
    access::{Locked, Permitted, Row, Viewer},
    attempt::Attempt,
    error::Failure,
    id::Id,
    input::{Checks, trimmed},
    journal::Event,
    payload::{Conflict, payload},
    refusal::{Overtaken, Refused, UserError, UserErrorCode, none_of, told},
};

/// The most answers of one `answerIndicators`.
const ANSWERS_MAX: usize = 100;

/// What of an item can be cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum AssessmentItemField {
    /// The answer with its level or reason.
    Answer,
    /// The comment.
    Comment,
}

/// Answers one indicator. What is absent or null stays as it is; `clear` empties.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AnswerIndicatorInput {
    /// The item.
    pub(crate) item_id: Id<assessment_item::Entity>,
    /// The answer. `LEVEL` needs `level`, `NOT_APPLICABLE` needs `notApplicableReason`. Null leaves
    /// it unchanged.
    pub(crate) answer: Option<Answer>,
    /// The level, one of the scale, 1 to 4 in the Finnish programme. Null leaves it unchanged,
    /// unless `answer` is given: with `LEVEL` it is `REQUIRED`.
    pub(crate) level: Option<i32>,
    /// Why the indicator does not apply, up to 4,000 characters. Null leaves it unchanged, unless
    /// `answer` is given: with `NOT_APPLICABLE` it is `REQUIRED`.
    pub(crate) not_applicable_reason: Option<String>,
    /// A comment, up to 4,000 characters. Null leaves it unchanged.
    pub(crate) comment: Option<String>,
    /// What to empty.
    pub(crate) clear: Option<Vec<AssessmentItemField>>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Answers many indicators of one assessment, all or nothing.
#[derive(Debug, InputObject)]
pub(crate) struct AnswerIndicatorsInput {
    /// The assessment.
    pub(crate) assessment_id: Id<assessment::Entity>,
    /// At most 100 answers, each item once.
    pub(crate) answers: Vec<AnswerIndicatorInput>,
}

payload! {
    /// What `answerIndicator` did.
    AnswerIndicatorPayload {
        /// The item as it is now.
        item: AssessmentItem
    }
}
payload! {
    /// What `answerIndicators` did.
    AnswerIndicatorsPayload {
        /// The assessment with its items as they are now.
        assessment: Assessment,
        /// The answers of which there is more to tell than their user errors: those that somebody else
        /// was faster with, in the order you sent them. Empty otherwise.
        results: Vec<AnswerResult> = results
    }
}

/// What came of one of many answers.
#[derive(Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct AnswerResult {
    /// The item that was to be answered.
    item_id: Id<assessment_item::Entity>,
    /// Set with `VERSION_CONFLICT`: the item as another client left it.
    conflict: Option<Conflict<AssessmentItem>>,
}

fn results(errors: &[UserError]) -> Vec<AnswerResult> {
    let overtaken = errors.iter().filter_map(|error| error.overtaken.clone());
    let result = |overtaken: Overtaken| AnswerResult {
        item_id: Id::new(overtaken.id),
        conflict: Some(Conflict::new(overtaken)),
    };
    overtaken.map(result).collect()
}

/// Writes of items.
#[derive(Debug, Default)]
pub(crate) struct AnswerMutation;

#[Object]
impl AnswerMutation {
    /// Answers one indicator. Roles: `COORDINATOR` and `SERVICE_ACCOUNT`; `STEERING_MEMBER` and
    /// `RESPONSIBLE_ENTITY` where the item is assigned to them; `YOUTH_REPRESENTATIVE`, and
    /// nobody else, in an assessment led by children.
    async fn answer_indicator(
        &self,
        ctx: &Context<'_>,
        input: Attempt<AnswerIndicatorInput>,
    ) -> Result<Option<AnswerIndicatorPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        AnswerIndicatorPayload::of(ctx, &viewer, answer(&viewer, input).await).await
    }

    /// Answers up to 100 indicators of one assessment, all or nothing, every fault told at once
    /// under paths such as `answers.3.level`. Items that somebody else was faster with are told in
    /// `results`, with their values of now. Roles as for `answerIndicator`.
    async fn answer_indicators(
        &self,
        ctx: &Context<'_>,
        input: Attempt<AnswerIndicatorsInput>,
    ) -> Result<Option<AnswerIndicatorsPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        AnswerIndicatorsPayload::of(ctx, &viewer, answer_all(&viewer, input).await).await
    }

    /// Assigns an item. Role: COORDINATOR.
    async fn assign_indicator(
        &self,
        ctx: &Context<'_>,
        input: Attempt<AssignIndicatorInput>,
    ) -> Result<Option<AssignIndicatorPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        AssignIndicatorPayload::of(ctx, &viewer, assign(&viewer, input).await).await
    }

    /// Takes an item back. Role: COORDINATOR.
    async fn unassign_indicator(
        &self,
        ctx: &Context<'_>,
        input: Attempt<UnassignIndicatorInput>,
    ) -> Result<Option<UnassignIndicatorPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        UnassignIndicatorPayload::of(ctx, &viewer, unassign(&viewer, input).await).await
    }
}

impl AnswerIndicatorInput {
    fn reply(self) -> rules::Reply {
        let clear = self.clear.unwrap_or_default();
        rules::Reply {
            answer: self.answer,
            level: self.level,
            not_applicable_reason: trimmed(self.not_applicable_reason),
            comment: trimmed(self.comment),
            clears_answer: clear.contains(&AssessmentItemField::Answer),
            clears_comment: clear.contains(&AssessmentItemField::Comment),
        }
    }
}

/// The values of the scale that an assessment is rated on.
fn levels(viewer: &Viewer, assessment: &assessment::Model) -> Vec<i32> {
    let version = viewer.catalogue().version(assessment.programme_version_id);
    version
        .iter()
        .flat_map(|v| &v.framework.levels)
        .map(|level| level.value)
        .collect()
}

fn is_assigned(viewer: &Viewer, item: &assessment_item::Model) -> bool {
    viewer
        .memberships()
        .iter()
        .any(|m| item.assignee_id == Some(m.id))
}

/// Stamps who answered and when, if the answer changed.
fn stamped(
    viewer: &Viewer,
    before: &assessment_item::Model,
    mut after: assessment_item::Model,
) -> assessment_item::Model {
    if (before.answer, before.level) != (after.answer, after.level) {
        after.answered_at = after.answer.map(|_| viewer.now());
        after.answered_by = after.answer.and(viewer.account_id());
    }
    after
}

/// Answers one indicator.
pub(crate) async fn answer(
    viewer: &Viewer,
    input: AnswerIndicatorInput,
) -> Result<assessment_item::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let (assessment, item) = tx
        .lock_below::<assessment::Entity, assessment_item::Entity>(input.item_id)
        .await?;
    let editing = rules::answering(assessment.row().kind, is_assigned(viewer, item.row()));
    let permitted = assessment.edit_child(item, editing, input.expected_version)?;
    let before = permitted.row().clone();
    let after = rules::replied(&before, &input.reply(), &levels(viewer, assessment.row()))
        .map_err(Refused::User)?;
    let after = stamped(viewer, &before, after);
    let item = tx.update(permitted, |row| write(row, after)).await?;
    tx.commit::<assessment_item::Entity>(Event::IndicatorAnswered, &item)
        .await?;
    Ok(item)
}

fn write(row: &mut assessment_item::ActiveModel, after: assessment_item::Model) {
    row.status = Set(after.status);
    row.answer = Set(after.answer);
    row.level = Set(after.level);
    row.not_applicable_reason = Set(after.not_applicable_reason);
    row.comment = Set(after.comment);
    row.answered_at = Set(after.answered_at);
    row.answered_by = Set(after.answered_by);
}

/// Answers many indicators.
pub(crate) async fn answer_all(
    viewer: &Viewer,
    input: AnswerIndicatorsInput,
) -> Result<assessment::Model, Refused> {
    let mut checks = Checks::default();
    let count = input.answers.len();
    let fits = (1..=ANSWERS_MAX).contains(&count);
    checks.ensure(
        fits,
        UserErrorCode::OutOfRange,
        "answers",
        told("Send 1 to 100 answers at a time.")
            .with("minimum", 1)
            .with("maximum", ANSWERS_MAX),
    );
    checks.done()?;
    let mut tx = viewer.begin().await?;
    let assessment = tx.lock_root(input.assessment_id).await?;
    let ids: Vec<Uuid> = input
        .answers
        .iter()
        .map(|answer| answer.item_id.0)
        .collect();
    let items = tx
        .lock_children::<_, assessment_item::Entity>(&assessment, ids)
        .await?;
    let mut items: HashMap<_, _> = items
        .into_iter()
        .map(|item| (item.row().id, item))
        .collect();
    if items.is_empty() {
        // Nothing of the input is visible: the roles at the assessment decide what is told.
        let who = rules::answering(assessment.row().kind, false).who;
        viewer.permit(assessment::Entity::place(assessment.row()), who)?;
    }
    let (mut written, mut faults) = (Vec::new(), Vec::new());
    for (at, answer) in input.answers.into_iter().enumerate() {
        match answered(viewer, &assessment, items.remove(&answer.item_id.0), answer) {
            Ok(pair) => written.push(pair),
            Err(Refused::User(errors)) => faults.extend(errors.into_iter().map(|e| e.below(at))),
            Err(Refused::Overtaken(overtaken)) => faults.push(overtaken.user_error().below(at)),
            Err(failure) => return Err(failure),
        }
    }
    none_of(faults)?;
    tx.update_all(written).await?;
    let assessment = assessment.row().clone();
    tx.commit::<assessment::Entity>(Event::IndicatorsAnswered, &assessment)
        .await?;
    Ok(assessment)
}

type Answered = (Permitted<assessment_item::Entity>, assessment_item::Model);

fn answered(
    viewer: &Viewer,
    assessment: &Locked<assessment::Entity>,
    item: Option<Locked<assessment_item::Entity>>,
    input: AnswerIndicatorInput,
) -> Result<Answered, Refused> {
    let Some(item) = item else {
        let message = "There is no such item in this assessment, or it was named twice.";
        return Err(UserError::at(UserErrorCode::NotFound, "itemId", message).into());
    };
    let editing = rules::answering(assessment.row().kind, is_assigned(viewer, item.row()));
    let permitted = assessment.edit_child(item, editing, input.expected_version)?;
    let levels = levels(viewer, assessment.row());
    let after = rules::replied(permitted.row(), &input.reply(), &levels).map_err(Refused::User)?;
    let after = stamped(viewer, permitted.row(), after);
    Ok((permitted, after))
}
