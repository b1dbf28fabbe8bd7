//! Which tables are loaded by the row above them, by which column, and in which order.

use entity::{
    account::{account, identity, invitation, membership},
    action_plan::{action, action_indicator, measurement, objective, plan, responsible_entity},
    assessment::{assessment, assessment_item},
    client::{api_client, client_secret},
    municipality::{
        cycle, milestone_progress, municipality, municipality_code, participation, population,
    },
    recognition::{condition, criterion_judgement, decision, recognition},
};
use uuid::Uuid;

use super::{ChildOf, Ordinal};

macro_rules! children {
    ($($entity:ident of $parent:ident by $column:ident, $field:ident,
        |$row:ident| $place:expr $(, entered $at:ident)?;)+) => { $(
        impl ChildOf<$parent::Entity> for $entity::Entity {
            const PARENT: $entity::Column = $entity::Column::$column;
            fn parent(row: &$entity::Model) -> Uuid {
                row.$field
            }
            fn ordinal($row: &$entity::Model) -> Ordinal {
                let entered = [$($row.$at)?].first().copied();
                Ordinal { place: $place, entered, id: $row.id }
            }
        }
    )+ };
}
children! {
    municipality_code of municipality by MunicipalityId, municipality_id, |row| 0;
    population of municipality by MunicipalityId, municipality_id, |row| -row.year;
    participation of municipality by MunicipalityId, municipality_id, |row| 0,
        entered created_at;
    cycle of municipality by MunicipalityId, municipality_id, |row| -row.ordinal;
    membership of account by AccountId, account_id, |row| row.role as i32, entered created_at;
    identity of account by AccountId, account_id, |row| 0, entered created_at;
    invitation of account by AccountId, account_id, |row| 0, entered created_at;
    client_secret of api_client by ClientId, client_id, |row| 0, entered created_at;
    recognition of municipality by MunicipalityId, municipality_id,
        |row| -chrono::Datelike::num_days_from_ce(&row.valid_from), entered created_at;
    responsible_entity of municipality by MunicipalityId, municipality_id, |row| 0,
        entered created_at;
    cycle of participation by ParticipationId, participation_id, |row| -row.ordinal;
    milestone_progress of cycle by CycleId, cycle_id, |row| row.ordinal;
    assessment of cycle by CycleId, cycle_id, |row| chrono::Datelike::num_days_from_ce(&row.as_of),
        entered created_at;
    plan of cycle by CycleId, cycle_id, |row| -row.number;
    decision of cycle by CycleId, cycle_id, |row| 0, entered created_at;
    objective of plan by PlanId, plan_id, |row| row.ordinal;
    action of plan by PlanId, plan_id, |row| row.ordinal;
    action_indicator of plan by PlanId, plan_id, |row| row.ordinal;
    measurement of plan by PlanId, plan_id,
        |row| chrono::Datelike::num_days_from_ce(&row.measured_on), entered created_at;
    assessment_item of assessment by AssessmentId, assessment_id, |row| row.ordinal;
    criterion_judgement of decision by DecisionId, decision_id, |row| row.ordinal;
    condition of decision by DecisionId, decision_id, |row| row.ordinal;
    recognition of decision by DecisionId, decision_id, |row| 0, entered created_at;
}

impl ChildOf<municipality::Entity> for membership::Entity {
    const PARENT: membership::Column = membership::Column::MunicipalityId;
    fn parent(row: &membership::Model) -> Uuid {
        row.municipality_id.unwrap_or_default()
    }
    fn ordinal(row: &membership::Model) -> Ordinal {
        Ordinal {
            place: row.role as i32,
            entered: Some(row.created_at),
            id: row.id,
        }
    }
}
