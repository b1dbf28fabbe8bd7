//! What the confirmed assessment says about an indicator: where an objective starts from.

use entity::{
    action_plan::plan,
    assessment::{AssessmentKind, AssessmentStatus, assessment, assessment_item},
};
use sea_orm::{ColumnTrait, Condition, Order};
use uuid::Uuid;

use super::super::rules::baseline::Baseline;
use crate::{access::Tx, error::Failure};

/// The answer to an indicator in the confirmed baseline of the plan's cycle; without one, in the
/// latest confirmed assessment of the municipality in the programme.
pub(super) async fn baseline(
    tx: &Tx,
    plan: &plan::Model,
    indicator: Uuid,
) -> Result<Option<Baseline>, Failure> {
    use assessment::Column::{CycleId, Kind};
    let of_cycle = Condition::all()
        .add(CycleId.eq(plan.cycle_id))
        .add(Kind.eq(AssessmentKind::Baseline));
    let apart = [AssessmentKind::ChildLed, AssessmentKind::Independent];
    let found = match confirmed(tx, plan, of_cycle).await? {
        Some(found) => Some(found),
        None => confirmed(tx, plan, Condition::all().add(Kind.is_not_in(apart))).await?,
    };
    let Some(found) = found else {
        return Ok(None);
    };
    let item = tx
        .find::<assessment_item::Entity>()
        .filter(assessment_item::Column::AssessmentId.eq(found.id))
        .filter(assessment_item::Column::IndicatorId.eq(indicator))
        .one()
        .await?;
    Ok(item.map(|item| Baseline {
        answer: item.answer,
        level: item.level,
    }))
}

async fn confirmed(
    tx: &Tx,
    plan: &plan::Model,
    which: Condition,
) -> Result<Option<assessment::Model>, Failure> {
    use assessment::Column::{AsOf, ConfirmedAt, Id, MunicipalityId, ProgrammeId, Status};
    tx.find::<assessment::Entity>()
        .filter(ProgrammeId.eq(plan.programme_id))
        .filter(MunicipalityId.eq(plan.municipality_id))
        .filter(Status.eq(AssessmentStatus::Confirmed))
        .filter(which)
        .order(AsOf, Order::Desc)
        .order(ConfirmedAt, Order::Desc)
        .order(Id, Order::Desc)
        .one()
        .await
}
