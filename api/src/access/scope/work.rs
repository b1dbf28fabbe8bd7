//! Which cycles, assessments, action plans and responsible entities exist for a viewer: the work
//! of a municipality, which it sees first, then the committee, and in the end everybody.

use entity::{
    account::Role::{self, DecidingBody, ResponsibleEntity},
    action_plan::{
        PlanStatus, action, action_indicator, measurement, objective, plan, responsible_entity,
    },
    assessment::{AssessmentStatus, assessment, assessment_item},
    municipality::{CycleStatus, cycle, milestone_progress},
    programme::DraftVisibility,
};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition,
    sea_query::{IntoCondition, SelectStatement},
};
use uuid::Uuid;

use super::{AndAlso, COMMITTEE, LOCAL, Scope, all, column_of, held, ids, seats};
use crate::access::Viewer;

/// Versions of programmes whose drafts stay inside the municipality.
pub(super) fn private_versions(viewer: &Viewer) -> Vec<Uuid> {
    let programmes = viewer.catalogue().programmes.iter();
    programmes
        .flat_map(|p| &p.versions)
        .filter(|v| v.row.draft_visibility == DraftVisibility::MunicipalityOnly)
        .map(|v| v.row.id)
        .collect()
}

/// The viewer's own memberships in one role, to which work can be assigned.
fn own(viewer: &Viewer, role: Role) -> Vec<Uuid> {
    viewer
        .memberships()
        .iter()
        .filter(|m| m.role == role)
        .map(|m| m.id)
        .collect()
}

fn own_entities(viewer: &Viewer) -> Vec<Uuid> {
    viewer
        .held(&[ResponsibleEntity])
        .filter_map(|m| m.responsible_entity_id)
        .collect()
}

impl Scope for cycle::Entity {
    fn rows(viewer: &Viewer) -> Condition {
        let programmes = viewer.catalogue().programmes.iter().map(|p| p.row.id);
        let days = viewer.days(programmes).into_iter();
        let started = days.fold(Condition::any(), |any, (today, programmes)| {
            any.add(
                cycle::Column::ProgrammeId
                    .is_in(programmes)
                    .and_also(cycle::Column::StartOn.lte(today)),
            )
        });
        let shown = cycle::Column::Status.ne(CycleStatus::Cancelled.to_value());
        Condition::any().add(started.and_also(shown)).add(seats(
            viewer,
            cycle::Column::ProgrammeId,
            cycle::Column::MunicipalityId,
        ))
    }
    fn is_frozen(row: &cycle::Model) -> bool {
        row.status == CycleStatus::Cancelled
    }
}

impl Scope for milestone_progress::Entity {
    fn rows(viewer: &Viewer) -> Condition {
        let cycles = ids::<cycle::Entity>(cycle::Entity::rows(viewer));
        Condition::any().add(milestone_progress::Column::CycleId.in_subquery(cycles))
    }
    fn rows_of_seen_parent(_viewer: &Viewer) -> Condition {
        all::<Self>()
    }
}

impl Scope for assessment::Entity {
    fn rows(viewer: &Viewer) -> Condition {
        use assessment::Column::{
            Id, MunicipalityId, ProgrammeId, ProgrammeVersionId, Status, SubmittedAt,
        };
        let confirmed = [AssessmentStatus::Confirmed, AssessmentStatus::Superseded];
        let mut any = Condition::any()
            .add(Status.is_in(confirmed.map(|s| s.to_value())))
            .add(held(viewer, LOCAL, ProgrammeId, MunicipalityId));
        let mut accompanied = held(viewer, COMMITTEE, ProgrammeId, MunicipalityId);
        let private = private_versions(viewer);
        if !private.is_empty() {
            let shown = Condition::any()
                .add(ProgrammeVersionId.is_not_in(private))
                .add(SubmittedAt.is_not_null());
            accompanied = accompanied.and_also(shown);
        }
        any = any.add(accompanied);
        let assigned = own(viewer, ResponsibleEntity);
        if !assigned.is_empty() {
            let items = column_of::<assessment_item::Entity>(
                assessment_item::Column::AssessmentId,
                assessment_item::Column::AssigneeId
                    .is_in(assigned)
                    .into_condition(),
            );
            any = any.add(Id.in_subquery(items));
        }
        any
    }
    fn is_frozen(row: &assessment::Model) -> bool {
        row.is_frozen
    }
}

impl Scope for assessment_item::Entity {
    fn rows(viewer: &Viewer) -> Condition {
        let seen = ids::<assessment::Entity>(assessment::Entity::rows(viewer));
        Self::rows_of_seen_parent(viewer)
            .and_also(assessment_item::Column::AssessmentId.in_subquery(seen))
    }
    fn rows_of_seen_parent(viewer: &Viewer) -> Condition {
        use assessment_item::Column::{AssigneeId, MunicipalityId, ProgrammeId};
        seats(viewer, ProgrammeId, MunicipalityId)
            .add(AssigneeId.is_in(own(viewer, ResponsibleEntity)))
    }
}

/// Plans that are open to all: approved once, so to be read by everybody.
fn public_plans() -> Condition {
    let open = [
        PlanStatus::Approved,
        PlanStatus::CompletionProposed,
        PlanStatus::Completed,
        PlanStatus::Superseded,
    ];
    plan::Column::Status
        .is_in(open.map(|s| s.to_value()))
        .into_condition()
}

impl Scope for plan::Entity {
    fn rows(viewer: &Viewer) -> Condition {
        use plan::Column::{Id, MunicipalityId, ProgrammeId, ProgrammeVersionId, SubmittedBy};
        let mut any = Condition::any().add(public_plans()).add(held(
            viewer,
            LOCAL,
            ProgrammeId,
            MunicipalityId,
        ));
        let mut accompanied = held(viewer, COMMITTEE, ProgrammeId, MunicipalityId);
        let private = private_versions(viewer);
        if !private.is_empty() {
            let shown = Condition::any()
                .add(ProgrammeVersionId.is_not_in(private))
                .add(SubmittedBy.is_not_null());
            accompanied = accompanied.and_also(shown);
        }
        any = any.add(accompanied).add(
            held(viewer, &[DecidingBody], ProgrammeId, MunicipalityId)
                .and_also(SubmittedBy.is_not_null()),
        );
        let entities = own_entities(viewer);
        if !entities.is_empty() {
            let assigned = column_of::<action::Entity>(
                action::Column::PlanId,
                action::Column::ResponsibleEntityId
                    .is_in(entities)
                    .into_condition(),
            );
            any = any.add(Id.in_subquery(assigned));
        }
        any
    }
    fn is_frozen(row: &plan::Model) -> bool {
        row.is_frozen
    }
}

/// Rows below a seen plan. A responsible entity sees of an unapproved plan what is its own.
fn below_plan<C: ColumnTrait>(
    viewer: &Viewer,
    (programme, municipality, plan_id): (C, C, C),
    own: impl FnOnce(Vec<Uuid>) -> Condition,
) -> Condition {
    let any = Condition::any()
        .add(plan_id.in_subquery(ids::<plan::Entity>(public_plans())))
        .add(seats(viewer, programme, municipality));
    let entities = own_entities(viewer);
    if entities.is_empty() {
        any
    } else {
        any.add(own(entities))
    }
}

macro_rules! below_plan {
    ($($entity:ident, |$entities:ident| $own:expr;)+) => { $(
        impl Scope for $entity::Entity {
            fn rows(viewer: &Viewer) -> Condition {
                let seen = ids::<plan::Entity>(plan::Entity::rows(viewer));
                let columns = (
                    $entity::Column::ProgrammeId,
                    $entity::Column::MunicipalityId,
                    $entity::Column::PlanId,
                );
                below_plan(viewer, columns, |$entities| $own)
                    .and_also($entity::Column::PlanId.in_subquery(seen))
            }
            fn rows_of_seen_parent(viewer: &Viewer) -> Condition {
                if own_entities(viewer).is_empty() {
                    return all::<Self>();
                }
                Self::rows(viewer)
            }
        }
    )+ };
}
below_plan! {
    objective, |entities| objective::Column::Id.in_subquery(column_of::<action::Entity>(
        action::Column::ObjectiveId,
        action::Column::ResponsibleEntityId.is_in(entities).into_condition(),
    )).into_condition();
    action, |entities| action::Column::ResponsibleEntityId.is_in(entities).into_condition();
    action_indicator, |entities| action_indicator::Column::ActionId
        .in_subquery(assigned_actions(entities)).into_condition();
    measurement, |entities| measurement::Column::ActionIndicatorId.in_subquery(
        column_of::<action_indicator::Entity>(
            action_indicator::Column::Id,
            action_indicator::Column::ActionId.in_subquery(assigned_actions(entities)).into_condition(),
        ),
    ).into_condition();
}

fn assigned_actions(entities: Vec<Uuid>) -> SelectStatement {
    ids::<action::Entity>(
        action::Column::ResponsibleEntityId
            .is_in(entities)
            .into_condition(),
    )
}

impl Scope for responsible_entity::Entity {
    fn rows(viewer: &Viewer) -> Condition {
        use responsible_entity::Column::{Id, MunicipalityId, ProgrammeId};
        let plans = ids::<plan::Entity>(public_plans());
        let named = column_of::<action::Entity>(
            action::Column::ResponsibleEntityId,
            action::Column::PlanId
                .in_subquery(plans)
                .and_also(action::Column::ResponsibleEntityId.is_not_null()),
        );
        seats(viewer, ProgrammeId, MunicipalityId)
            .add(Id.is_in(own_entities(viewer)))
            .add(Id.in_subquery(named))
    }
}
