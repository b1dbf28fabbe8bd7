//! The answers of the assessment before, shown beside the current ones.

use std::collections::HashMap;

use entity::assessment::{AssessmentKind, AssessmentStatus, assessment, assessment_item};
use sea_orm::{ColumnTrait, Order};
use uuid::Uuid;

use crate::{access::Tx, error::Failure};

/// The latest confirmed answers of the same municipality and programme, by indicator. Assessments
/// by children and by outsiders are compared with their own kind only.
pub(super) async fn answers(
    tx: &Tx,
    assessment: &assessment::Model,
) -> Result<HashMap<Uuid, assessment_item::Model>, Failure> {
    let before = tx
        .find::<assessment::Entity>()
        .filter(assessment::Column::ProgrammeId.eq(assessment.programme_id))
        .filter(assessment::Column::MunicipalityId.eq(assessment.municipality_id))
        .filter(assessment::Column::Status.eq(AssessmentStatus::Confirmed))
        .filter(assessment::Column::Kind.is_in(comparable(assessment.kind)))
        .order(assessment::Column::AsOf, Order::Desc)
        .order(assessment::Column::ConfirmedAt, Order::Desc)
        .order(assessment::Column::Id, Order::Desc)
        .one()
        .await?;
    let Some(before) = before else {
        return Ok(HashMap::new());
    };
    let items = tx
        .children::<assessment::Entity, assessment_item::Entity>(&before)
        .await?;
    Ok(items
        .into_iter()
        .map(|item| (item.indicator_id, item))
        .collect())
}

fn comparable(kind: AssessmentKind) -> Vec<AssessmentKind> {
    use AssessmentKind::{Baseline, ChildLed, Final, Independent, Midterm, Update};
    match kind {
        ChildLed | Independent => vec![kind],
        Baseline | Update | Midterm | Final => vec![Baseline, Update, Midterm, Final],
    }
}
