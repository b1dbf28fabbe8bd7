//! Publishing a decision, and the recognition that comes into being with it.

use entity::{
    recognition::{RecognitionStatus, decision, recognition},
    workflow::WorkflowAction,
};
use sea_orm::{ActiveValue::Set, ColumnTrait};

use super::{
    decide::PublishRecognitionDecisionInput,
    prepare::in_open_cycle,
    rules::{self, DECISION, NEWER_GRANTED, NOT_TERMINAL},
};
use crate::{
    access::{Locked, Permitted, Tx, Viewer},
    error::Failure,
    id::Id,
    journal::Event,
    refusal::Refused,
};

/// Publishes a decision.
pub(crate) async fn publish(
    viewer: &Viewer,
    input: PublishRecognitionDecisionInput,
) -> Result<decision::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let decision = tx.lock(input.decision_id).await?;
    let step = decision.step(&DECISION, WorkflowAction::Publish, input.expected_version)?;
    in_open_cycle(&tx, step.row()).await?;
    let why = rules::somebody_else(WorkflowAction::Publish);
    let conflict = rules::conflict(viewer.account_id(), step.row().decided_by, why);
    let step = step.unless(conflict)?;
    let before = before(&tx, step.row()).await?;
    let today = viewer.today(step.row().programme_id);
    let unmet = rules::unpublishable(step.row(), before.as_ref().map(Locked::row), today);
    let permitted = step.given(unmet)?;
    let beginning = permitted.row().outcome.and_then(rules::beginning);
    if let Some(status) = beginning {
        if let Some(before) = before {
            end(&mut tx, before, &permitted).await?;
        }
        begin(&mut tx, &permitted, status).await?;
    }
    let is_public = beginning.is_some() || publishes_refusals(viewer, permitted.row());
    let decision = tx
        .update(permitted, |row| {
            row.published_at = Set(Some(viewer.now()));
            row.is_public = Set(is_public);
        })
        .await?;
    let event = if is_public {
        Event::DecisionPublished
    } else {
        Event::RefusalConveyed
    };
    tx.commit::<decision::Entity>(event, &decision).await?;
    Ok(decision)
}

fn publishes_refusals(viewer: &Viewer, decision: &decision::Model) -> bool {
    let version = viewer.catalogue().version(decision.programme_version_id);
    version.is_some_and(|version| version.row.publishes_refusals)
}

/// The recognition of the municipality that no act has ended, if there is one.
async fn before(
    tx: &Tx,
    decision: &decision::Model,
) -> Result<Option<Locked<recognition::Entity>>, Failure> {
    let before = tx
        .find::<recognition::Entity>()
        .filter(recognition::Column::ProgrammeId.eq(decision.programme_id))
        .filter(recognition::Column::MunicipalityId.eq(decision.municipality_id))
        .filter(recognition::Column::Status.is_in(NOT_TERMINAL))
        .one()
        .await?;
    match before {
        Some(row) => tx.lock(Id::new(row.id)).await.map(Some),
        None => Ok(None),
    }
}

async fn end(
    tx: &mut Tx,
    before: Locked<recognition::Entity>,
    cause: &Permitted<decision::Entity>,
) -> Result<(), Refused> {
    let today = tx.viewer().today(before.row().programme_id);
    let action = match rules::status_on(before.row(), today) {
        RecognitionStatus::Expired => WorkflowAction::Expire,
        _ => WorkflowAction::Renew,
    };
    let ended = before.follow(&NEWER_GRANTED, action, cause)?;
    tx.update(ended, |_| {}).await?;
    Ok(())
}

async fn begin(
    tx: &mut Tx,
    decision: &Permitted<decision::Entity>,
    status: RecognitionStatus,
) -> Result<(), Refused> {
    let viewer = tx.viewer().clone();
    let row = decision.row();
    // A granting decision always has both days.
    let (Some(from), Some(until)) = (row.valid_from, row.valid_until) else {
        return Err(Failure::not_found().into());
    };
    let recognition = recognition::ActiveModel {
        id: Set(viewer.new_id()),
        programme_id: Set(row.programme_id),
        municipality_id: Set(row.municipality_id),
        decision_id: Set(row.id),
        cycle_id: Set(row.cycle_id),
        status: Set(status),
        valid_from: Set(from),
        valid_until: Set(until),
        extensions: Set(0),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
        ..Default::default()
    };
    tx.create::<decision::Entity, recognition::Entity>(decision, recognition)
        .await?;
    Ok(())
}
