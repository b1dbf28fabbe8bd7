//! Writes of assessments: start, submit, return, confirm.

use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;
use entity::{
    assessment::{AssessmentKind, AssessmentStatus, ItemStatus, assessment, assessment_item},
    municipality::{CycleStatus, cycle},
    workflow::WorkflowAction,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Order};
use uuid::Uuid;

use super::{Assessment, previous, rules};
use crate::{
    access::{Permitted, Tx, Viewer},
    attempt::Attempt,
    error::Failure,
    id::{Id, NewId},
    input::{Checks, LONG_TEXT, still_to_come},
    journal::Event,
    payload::payload,
    refusal::{Refused, UserError, UserErrorCode},
    scalars::Date,
    workflow::Editing,
};

/// Where in a cycle an assessment can be started, and by whom.
pub(super) const STARTING: Editing<CycleStatus> = Editing {
    states: &[CycleStatus::Active, CycleStatus::InEvaluation],
    who: &[entity::account::Role::Coordinator],
};

/// Starts an assessment with one unanswered item per indicator.
#[derive(Debug, InputObject)]
pub(crate) struct StartAssessmentInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<assessment::Entity>>,
    /// The cycle it belongs to.
    pub(crate) cycle_id: Id<cycle::Entity>,
    /// What kind of assessment it is. One unfinished assessment per kind and cycle.
    pub(crate) kind: AssessmentKind,
    /// The day it describes; today if absent.
    pub(crate) as_of: Option<Date>,
}

/// Hands an assessment over to the adviser.
#[derive(Debug, InputObject)]
pub(crate) struct SubmitAssessmentInput {
    /// The assessment.
    pub(crate) assessment_id: Id<assessment::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Sends an assessment back to the municipality.
#[derive(Debug, InputObject)]
pub(crate) struct ReturnAssessmentInput {
    /// The assessment.
    pub(crate) assessment_id: Id<assessment::Entity>,
    /// What has to be mended, up to 4,000 characters. The municipality reads it.
    pub(crate) reason: String,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Accepts an assessment as true. It never changes again.
#[derive(Debug, InputObject)]
pub(crate) struct ConfirmAssessmentInput {
    /// The assessment.
    pub(crate) assessment_id: Id<assessment::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `startAssessment` did.
    StartAssessmentPayload {
        /// The new assessment.
        assessment: Assessment
    }
}
payload! {
    /// What `submitAssessment` did.
    SubmitAssessmentPayload {
        /// The assessment as it is now.
        assessment: Assessment
    }
}
payload! {
    /// What `returnAssessment` did.
    ReturnAssessmentPayload {
        /// The assessment as it is now.
        assessment: Assessment
    }
}
payload! {
    /// What `confirmAssessment` did.
    ConfirmAssessmentPayload {
        /// The assessment as it is now.
        assessment: Assessment
    }
}

/// Writes of assessments.
#[derive(Debug, Default)]
pub(crate) struct AssessmentMutation;

#[Object]
impl AssessmentMutation {
    /// Starts an assessment of a cycle, with the previous answers beside. Role: COORDINATOR.
    async fn start_assessment(
        &self,
        ctx: &Context<'_>,
        input: Attempt<StartAssessmentInput>,
    ) -> Result<Option<StartAssessmentPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        StartAssessmentPayload::of(ctx, &viewer, start(&viewer, input).await).await
    }

    /// Hands an assessment over to the adviser. Every indicator needs an answer. Role: COORDINATOR.
    async fn submit_assessment(
        &self,
        ctx: &Context<'_>,
        input: Attempt<SubmitAssessmentInput>,
    ) -> Result<Option<SubmitAssessmentPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        SubmitAssessmentPayload::of(ctx, &viewer, submit(&viewer, input).await).await
    }

    /// Sends a submitted assessment back with a reason. Role: ADVISER.
    async fn return_assessment(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ReturnAssessmentInput>,
    ) -> Result<Option<ReturnAssessmentPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ReturnAssessmentPayload::of(ctx, &viewer, send_back(&viewer, input).await).await
    }

    /// Confirms a submitted assessment; an older one of the same kind and cycle is superseded.
    /// Role: ADVISER, not the one who submitted it.
    async fn confirm_assessment(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ConfirmAssessmentInput>,
    ) -> Result<Option<ConfirmAssessmentPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ConfirmAssessmentPayload::of(ctx, &viewer, confirm(&viewer, input).await).await
    }
}

/// Starts an assessment.
pub(crate) async fn start(
    viewer: &Viewer,
    input: StartAssessmentInput,
) -> Result<assessment::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let cycle = tx.lock_root(input.cycle_id).await?;
    let cycle = cycle.begin::<assessment::Entity>(&STARTING)?;
    let today = viewer.today(cycle.row().programme_id);
    let as_of = input.as_of.map_or(today, |date| date.0);
    let mut checks = Checks::default();
    checks.ensure(
        as_of <= today,
        UserErrorCode::OutOfRange,
        "asOf",
        still_to_come(today),
    );
    checks.done()?;
    let row = new_assessment(viewer, &cycle, &input, as_of)?;
    let assessment = tx
        .create::<cycle::Entity, assessment::Entity>(&cycle, row)
        .await?;
    add_items(&mut tx, &assessment).await?;
    tx.commit::<assessment::Entity>(Event::AssessmentStarted, &assessment)
        .await?;
    Ok(assessment)
}

fn new_assessment(
    viewer: &Viewer,
    cycle: &Permitted<cycle::Entity>,
    input: &StartAssessmentInput,
    as_of: NaiveDate,
) -> Result<assessment::ActiveModel, UserError> {
    let cycle = cycle.row();
    Ok(assessment::ActiveModel {
        id: Set(viewer.key(input.id.as_ref())?),
        programme_id: Set(cycle.programme_id),
        municipality_id: Set(cycle.municipality_id),
        cycle_id: Set(cycle.id),
        programme_version_id: Set(cycle.programme_version_id),
        kind: Set(input.kind),
        status: Set(AssessmentStatus::Open),
        as_of: Set(as_of),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
        ..Default::default()
    })
}

/// One item per indicator of the framework, with the answer of the assessment before.
async fn add_items(tx: &mut Tx, assessment: &assessment::Model) -> Result<(), Refused> {
    let viewer = tx.viewer().clone();
    let version = viewer.catalogue().version(assessment.programme_version_id);
    let Some(framework) = version.map(|version| &version.framework) else {
        return Err(Failure::not_found().into());
    };
    let before = previous::answers(tx, assessment).await?;
    let items = framework.indicators.iter().map(|indicator| {
        let earlier = before.get(&indicator.row.id);
        assessment_item::ActiveModel {
            id: Set(viewer.new_id()),
            programme_id: Set(assessment.programme_id),
            municipality_id: Set(assessment.municipality_id),
            assessment_id: Set(assessment.id),
            indicator_id: Set(indicator.row.id),
            theme_id: Set(indicator.row.theme_id),
            ordinal: Set(indicator.row.number),
            status: Set(ItemStatus::NotStarted),
            previous_assessment_id: Set(earlier.map(|item| item.assessment_id)),
            previous_answer: Set(earlier.and_then(|item| item.answer)),
            previous_level: Set(earlier.and_then(|item| item.level)),
            answer: Set(None),
            level: Set(None),
            not_applicable_reason: Set(None),
            comment: Set(None),
            assignee_id: Set(None),
            answered_at: Set(None),
            answered_by: Set(None),
            created_at: Set(viewer.now()),
            updated_at: Set(viewer.now()),
            version: Set(1),
        }
    });
    let items = items.collect();
    let parent = tx.created::<assessment::Entity>(assessment)?;
    tx.create_all::<assessment::Entity, assessment_item::Entity>(&parent, items)
        .await?;
    Ok(())
}

/// Submits an assessment.
pub(crate) async fn submit(
    viewer: &Viewer,
    input: SubmitAssessmentInput,
) -> Result<assessment::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let assessment = tx.lock(input.assessment_id).await?;
    let step = assessment.step(
        &rules::ASSESSMENT,
        WorkflowAction::Submit,
        input.expected_version,
    )?;
    let items = tx
        .children::<assessment::Entity, assessment_item::Entity>(step.row())
        .await?;
    let unanswered: Vec<_> = items
        .iter()
        .filter(|item| !rules::is_settled(item.status))
        .map(|item| item.ordinal)
        .collect();
    let permitted = step.given(rules::unmet(&unanswered))?;
    let assessment = tx
        .update(permitted, |row| {
            row.submitted_by = Set(viewer.account_id());
            row.submitted_at = Set(Some(viewer.now()));
            row.return_reason = Set(None);
        })
        .await?;
    tx.commit::<assessment::Entity>(Event::AssessmentSubmitted, &assessment)
        .await?;
    Ok(assessment)
}

/// Returns an assessment.
pub(crate) async fn send_back(
    viewer: &Viewer,
    input: ReturnAssessmentInput,
) -> Result<assessment::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let assessment = tx.lock(input.assessment_id).await?;
    let step = assessment.step(
        &rules::ASSESSMENT,
        WorkflowAction::Return,
        input.expected_version,
    )?;
    let conflict = rules::conflict(viewer.account_id(), step.row().submitted_by);
    let mut checks = Checks::default();
    checks.required_text("reason", &input.reason, LONG_TEXT);
    let permitted = step.unless(conflict)?.given(checks.into_faults())?;
    let assessment = tx
        .update(permitted, |row| row.return_reason = Set(Some(input.reason)))
        .await?;
    tx.commit::<assessment::Entity>(Event::AssessmentReturned, &assessment)
        .await?;
    Ok(assessment)
}

/// Confirms an assessment.
pub(crate) async fn confirm(
    viewer: &Viewer,
    input: ConfirmAssessmentInput,
) -> Result<assessment::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let assessment = tx.lock(input.assessment_id).await?;
    let step = assessment.step(
        &rules::ASSESSMENT,
        WorkflowAction::Confirm,
        input.expected_version,
    )?;
    let conflict = rules::conflict(viewer.account_id(), step.row().submitted_by);
    let permitted = step.unless(conflict)?.given(Vec::new())?;
    if let Some(older) = confirmed_before(&tx, permitted.row()).await? {
        let older = tx.lock(Id::<assessment::Entity>::new(older)).await?;
        let older = older.follow(
            &rules::NEWER_CONFIRMED,
            WorkflowAction::Supersede,
            &permitted,
        )?;
        tx.update(older, |_| {}).await?;
    }
    let assessment = tx
        .update(permitted, |row| {
            row.confirmed_by = Set(viewer.account_id());
            row.confirmed_at = Set(Some(viewer.now()));
        })
        .await?;
    tx.commit::<assessment::Entity>(Event::AssessmentConfirmed, &assessment)
        .await?;
    Ok(assessment)
}

async fn confirmed_before(tx: &Tx, newer: &assessment::Model) -> Result<Option<Uuid>, Failure> {
    let older = tx
        .find::<assessment::Entity>()
        .filter(assessment::Column::CycleId.eq(newer.cycle_id))
        .filter(assessment::Column::Kind.eq(newer.kind))
        .filter(assessment::Column::Status.eq(AssessmentStatus::Confirmed))
        .order(assessment::Column::AsOf, Order::Desc)
        .order(assessment::Column::ConfirmedAt, Order::Desc)
        .order(assessment::Column::Id, Order::Desc)
        .one()
        .await?;
    Ok(older.map(|row| row.id))
}
