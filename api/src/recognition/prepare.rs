//! Preparing a decision: the file that is put before the deciding body.

use entity::{
    account::Role,
    action_plan::{PlanStatus, plan},
    assessment::{assessment, assessment_item},
    municipality::{CycleStatus, cycle},
    recognition::{DecisionStatus, decision},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Order};

use super::{decide::PrepareRecognitionDecisionInput, rules};
use crate::{
    access::{Permitted, Pick, Tx, Viewer},
    assessment::NewestAssessment,
    error::Failure,
    id::Id,
    journal::Event,
    refusal::{Refused, none_of},
    workflow::Editing,
};

/// Where in a cycle a decision can be prepared, and by whom.
pub(super) const PREPARING: Editing<CycleStatus> = Editing {
    states: &[CycleStatus::Active, CycleStatus::InEvaluation],
    who: &[Role::ProgrammeManager],
};

/// Stored states of a plan that was approved and not replaced.
const APPROVED: [PlanStatus; 4] = [
    PlanStatus::Approved,
    PlanStatus::InForce,
    PlanStatus::CompletionProposed,
    PlanStatus::Completed,
];

/// Prepares a decision.
pub(crate) async fn prepare(
    viewer: &Viewer,
    input: PrepareRecognitionDecisionInput,
) -> Result<decision::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let cycle = tx.lock_root(input.cycle_id).await?;
    let cycle = cycle.begin::<decision::Entity>(&PREPARING)?;
    let assessment = confirmed(&tx, cycle.row()).await?;
    let plan = approved(&tx, cycle.row()).await?;
    let unmet = rules::unprepared(assessment.is_some(), plan.is_some());
    none_of(unmet)?;
    let (Some(assessment), Some(plan)) = (assessment, plan) else {
        return Err(Failure::not_found().into());
    };
    let items = tx
        .children::<assessment::Entity, assessment_item::Entity>(&assessment)
        .await?;
    let snapshot_hash = rules::snapshot_hash(&assessment, &items, &plan);
    let row = decision::ActiveModel {
        assessment_id: Set(assessment.id),
        plan_id: Set(plan.id),
        snapshot_hash: Set(snapshot_hash),
        ..new_decision(viewer, &cycle, &input)?
    };
    let decision = tx
        .create::<cycle::Entity, decision::Entity>(&cycle, row)
        .await?;
    tx.commit::<decision::Entity>(Event::DecisionPrepared, &decision)
        .await?;
    Ok(decision)
}

async fn confirmed(tx: &Tx, cycle: &cycle::Model) -> Result<Option<assessment::Model>, Failure> {
    let newest = NewestAssessment {
        kind: None,
        is_confirmed: true,
    };
    tx.find::<assessment::Entity>()
        .filter(assessment::Column::CycleId.eq(cycle.id))
        .filter(newest.filter(tx.viewer()))
        .order(assessment::Column::AsOf, Order::Desc)
        .order(assessment::Column::CreatedAt, Order::Desc)
        .order(assessment::Column::Id, Order::Desc)
        .one()
        .await
}

async fn approved(tx: &Tx, cycle: &cycle::Model) -> Result<Option<plan::Model>, Failure> {
    tx.find::<plan::Entity>()
        .filter(plan::Column::CycleId.eq(cycle.id))
        .filter(plan::Column::Status.is_in(APPROVED))
        .order(plan::Column::Number, Order::Desc)
        .one()
        .await
}

/// Refuses a decision whose cycle was cancelled meanwhile, and holds the cycle against that. Nobody
/// locks a decision after its cycle, so that nobody waits the other way round.
pub(super) async fn in_open_cycle(tx: &Tx, decision: &decision::Model) -> Result<(), Refused> {
    let cycle = Id::<cycle::Entity>::new(decision.cycle_id);
    tx.lock_root(cycle).await?.thawed()?;
    Ok(())
}

fn new_decision(
    viewer: &Viewer,
    cycle: &Permitted<cycle::Entity>,
    input: &PrepareRecognitionDecisionInput,
) -> Result<decision::ActiveModel, Refused> {
    let cycle = cycle.row();
    let version = viewer.catalogue().version(cycle.programme_version_id);
    let version = version.ok_or_else(Failure::not_found)?;
    let basis = input.basis;
    let basis = basis.unwrap_or_else(|| rules::basis(version.row.label_timing));
    Ok(decision::ActiveModel {
        id: Set(viewer.key(input.id.as_ref())?),
        programme_id: Set(cycle.programme_id),
        municipality_id: Set(cycle.municipality_id),
        cycle_id: Set(cycle.id),
        programme_version_id: Set(cycle.programme_version_id),
        basis: Set(basis),
        status: Set(DecisionStatus::Prepared),
        is_public: Set(false),
        prepared_by: Set(viewer.account_id()),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
        ..Default::default()
    })
}
