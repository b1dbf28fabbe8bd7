//! Writes of cycles: start, close, cancel.

use async_graphql::{Context, InputObject, Object};
use chrono::NaiveDate;
use entity::{
    municipality::{CycleStatus, MilestoneStatus, cycle, milestone_progress, participation},
    programme::VersionStatus,
    recognition::{DecisionStatus, decision},
    workflow::WorkflowAction,
};
use sea_orm::{ActiveValue::Set, ColumnTrait};
use uuid::Uuid;

use super::{Cycle, rules};
use crate::{
    access::{Tx, Viewer},
    attempt::Attempt,
    catalogue::VersionEntry,
    error::Failure,
    id::{Id, NewId},
    input::{Checks, LONG_TEXT},
    journal::Event,
    payload::payload,
    refusal::{Refused, UserError, UserErrorCode, told},
    scalars::{self, Date},
};

/// Starts a cycle of a participation, with every milestone of the programme.
#[derive(Debug, InputObject)]
pub(crate) struct StartCycleInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<cycle::Entity>>,
    /// The participation. It has to be ACTIVE, without an open cycle.
    pub(crate) participation_id: Id<participation::Entity>,
    /// The first day. Until then the cycle is PLANNED.
    pub(crate) start_on: Date,
    /// The day it is planned to end; if absent, as many months after the first day as the
    /// programme gives a cycle of this number.
    pub(crate) planned_end_on: Option<Date>,
}

/// Closes a cycle.
#[derive(Debug, InputObject)]
pub(crate) struct CloseCycleInput {
    /// The cycle.
    pub(crate) cycle_id: Id<cycle::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Gives up a cycle.
#[derive(Debug, InputObject)]
pub(crate) struct CancelCycleInput {
    /// The cycle.
    pub(crate) cycle_id: Id<cycle::Entity>,
    /// Why, up to 4,000 characters. The municipality and the committee read it.
    pub(crate) reason: String,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `startCycle` did.
    StartCyclePayload {
        /// The new cycle.
        cycle: Cycle
    }
}
payload! {
    /// What `closeCycle` did.
    CloseCyclePayload {
        /// The cycle as it is now.
        cycle: Cycle
    }
}
payload! {
    /// What `cancelCycle` did.
    CancelCyclePayload {
        /// The cycle as it is now.
        cycle: Cycle
    }
}

/// Writes of cycles.
#[derive(Debug, Default)]
pub(crate) struct CycleMutation;

#[Object]
impl CycleMutation {
    /// Starts a cycle by the current version of the programme; its milestones are `NOT_STARTED` and
    /// due as the programme says. One open cycle at a time. Role: `PROGRAMME_MANAGER`.
    async fn start_cycle(
        &self,
        ctx: &Context<'_>,
        input: Attempt<StartCycleInput>,
    ) -> Result<Option<StartCyclePayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        StartCyclePayload::of(ctx, &viewer, start(&viewer, input).await).await
    }

    /// Closes a cycle whose decision on recognition is published. Role: `PROGRAMME_MANAGER`.
    async fn close_cycle(
        &self,
        ctx: &Context<'_>,
        input: Attempt<CloseCycleInput>,
    ) -> Result<Option<CloseCyclePayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        CloseCyclePayload::of(ctx, &viewer, close(&viewer, input).await).await
    }

    /// Gives up a cycle with a reason. Only the municipality and the committee see it from then
    /// on, and its work is frozen: milestones, assessments, plans and decisions that are not published
    /// are read and answer every change with `INVALID_TRANSITION`. Role: `PROGRAMME_MANAGER`.
    async fn cancel_cycle(
        &self,
        ctx: &Context<'_>,
        input: Attempt<CancelCycleInput>,
    ) -> Result<Option<CancelCyclePayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        CancelCyclePayload::of(ctx, &viewer, cancel(&viewer, input).await).await
    }
}

/// Starts a cycle.
pub(crate) async fn start(
    viewer: &Viewer,
    input: StartCycleInput,
) -> Result<cycle::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let participation = tx.lock_root(input.participation_id).await?;
    let participation = participation.edit(&rules::STARTING, None)?;
    let place = participation.row();
    let programme = viewer.catalogue().programme(place.programme_id);
    let version = programme.and_then(|programme| {
        let mut versions = programme.versions.iter();
        versions.find(|version| version.row.status == VersionStatus::Published)
    });
    let Some(version) = version else {
        return Err(UserError::unmet("The programme has no published version.").into());
    };
    let before = tx
        .children::<participation::Entity, cycle::Entity>(place)
        .await?;
    let last = before.iter().map(|cycle| cycle.ordinal).max();
    let ordinal = last.unwrap_or_default() + 1;
    let period = period(&input, version, ordinal)?;
    let id = viewer.key(input.id.as_ref())?;
    let row = new_cycle(viewer, place, version, ordinal, period, id);
    let cycle = tx
        .create::<participation::Entity, cycle::Entity>(&participation, row)
        .await?;
    add_milestones(&mut tx, &cycle, version).await?;
    tx.commit::<cycle::Entity>(Event::CycleStarted, &cycle)
        .await?;
    Ok(cycle)
}

/// The first day and the planned last day, or every fault of them.
fn period(
    input: &StartCycleInput,
    version: &VersionEntry,
    ordinal: i32,
) -> Result<(NaiveDate, NaiveDate), Refused> {
    let start = input.start_on.0;
    let mut checks = Checks::default();
    checks.ensure(
        start >= version.row.valid_from,
        UserErrorCode::OutOfRange,
        "startOn",
        told(format!(
            "The programme version holds from {}.",
            version.row.valid_from
        ))
        .with("minimum", version.row.valid_from),
    );
    let months = rules::of_ordinal(&version.row.cycle_months.0, ordinal);
    let usual = || months.and_then(|months| rules::months_later(start, months));
    let end = input.planned_end_on.map(|date| date.0).or_else(usual);
    match end {
        None => checks.fault(UserErrorCode::Required, "plannedEndOn", "Say when it ends."),
        Some(end) => checks.ensure(
            start < end,
            UserErrorCode::OutOfRange,
            "plannedEndOn",
            "The end has to come after the first day.",
        ),
    }
    let milestones = version.milestones.iter();
    let due = milestones
        .filter_map(|milestone| rules::of_ordinal(&milestone.due_months.0, ordinal))
        .filter_map(|months| rules::months_later(start, months));
    checks.ensure(
        due.chain(end).all(scalars::is_in_range),
        UserErrorCode::OutOfRange,
        "startOn",
        "What follows from this day would come after 2199.",
    );
    checks.done()?;
    Ok((start, end.unwrap_or(start)))
}

fn new_cycle(
    viewer: &Viewer,
    participation: &participation::Model,
    version: &VersionEntry,
    ordinal: i32,
    (start_on, planned_end_on): (NaiveDate, NaiveDate),
    id: Uuid,
) -> cycle::ActiveModel {
    cycle::ActiveModel {
        id: Set(id),
        programme_id: Set(participation.programme_id),
        municipality_id: Set(participation.municipality_id),
        participation_id: Set(participation.id),
        programme_version_id: Set(version.row.id),
        ordinal: Set(ordinal),
        status: Set(CycleStatus::Active),
        start_on: Set(start_on),
        planned_end_on: Set(planned_end_on),
        ended_on: Set(None),
        cancellation_reason: Set(None),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
    }
}

/// One row per milestone of the version, due by the number of the cycle.
async fn add_milestones(
    tx: &mut Tx,
    cycle: &cycle::Model,
    version: &VersionEntry,
) -> Result<(), Refused> {
    let viewer = tx.viewer().clone();
    let milestones = version.milestones.iter().map(|milestone| {
        let months = rules::of_ordinal(&milestone.due_months.0, cycle.ordinal);
        milestone_progress::ActiveModel {
            id: Set(viewer.new_id()),
            programme_id: Set(cycle.programme_id),
            municipality_id: Set(cycle.municipality_id),
            cycle_id: Set(cycle.id),
            milestone_id: Set(milestone.id),
            ordinal: Set(milestone.ordinal),
            status: Set(MilestoneStatus::NotStarted),
            due_on: Set(months.and_then(|months| rules::months_later(cycle.start_on, months))),
            completed_on: Set(None),
            submitted_by: Set(None),
            return_reason: Set(None),
            waiver_reason: Set(None),
            created_at: Set(viewer.now()),
            updated_at: Set(viewer.now()),
            version: Set(1),
        }
    });
    let milestones = milestones.collect();
    let parent = tx.created::<cycle::Entity>(cycle)?;
    tx.create_all::<cycle::Entity, milestone_progress::Entity>(&parent, milestones)
        .await?;
    Ok(())
}

/// Closes a cycle.
pub(crate) async fn close(
    viewer: &Viewer,
    input: CloseCycleInput,
) -> Result<cycle::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let cycle = tx.lock(input.cycle_id).await?;
    let step = cycle.step(&rules::CYCLE, WorkflowAction::Close, input.expected_version)?;
    rules::begun(step.row(), viewer.today(step.row().programme_id))?;
    let decision = tx
        .find::<decision::Entity>()
        .filter(decision::Column::CycleId.eq(step.row().id))
        .filter(decision::Column::Status.eq(DecisionStatus::Published))
        .one()
        .await?;
    let permitted = step.given(rules::unmet_to_close(decision.is_some()))?;
    let today = viewer.today(permitted.row().programme_id);
    let cycle = tx
        .update(permitted, |row| row.ended_on = Set(Some(today)))
        .await?;
    tx.commit::<cycle::Entity>(Event::CycleClosed, &cycle)
        .await?;
    Ok(cycle)
}

/// Cancels a cycle.
pub(crate) async fn cancel(
    viewer: &Viewer,
    input: CancelCycleInput,
) -> Result<cycle::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let cycle = tx.lock(input.cycle_id).await?;
    let step = cycle.step(
        &rules::CYCLE,
        WorkflowAction::Cancel,
        input.expected_version,
    )?;
    let mut checks = Checks::default();
    checks.required_text("reason", &input.reason, LONG_TEXT);
    let permitted = step.given(checks.into_faults())?;
    let today = viewer.today(permitted.row().programme_id);
    tx.freeze_work_of(&permitted).await?;
    let cycle = tx
        .update(permitted, |row| {
            row.ended_on = Set(Some(today));
            row.cancellation_reason = Set(Some(input.reason));
        })
        .await?;
    tx.commit::<cycle::Entity>(Event::CycleCancelled, &cycle)
        .await?;
    Ok(cycle)
}
