//! Which rows exist for a viewer: every predicate, on one page.
//!
//! A predicate starts from `any()`, which is FALSE while empty, so that "no memberships" sees
//! nothing. The door adds it last, at execution. Texts and states of a row are not asked here
//! when its parent was read through the door already: that is `rows_of_seen_parent`.

use entity::{
    account::{Role, account, membership},
    action_plan::{
        PlanStatus, action, action_indicator, measurement, objective, plan, responsible_entity,
    },
    assessment::{AssessmentStatus, assessment, assessment_item},
    journal::audit_event,
    municipality::{
        CycleStatus, cycle, milestone_progress, municipality, municipality_code, municipality_name,
        participation, population,
    },
    programme::DraftVisibility,
    recognition::{DecisionStatus, condition, criterion_judgement, decision, recognition},
};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{IntoCondition, SelectStatement},
};
use uuid::Uuid;

use super::{Row, Viewer};
use Role::{
    Adviser, Coordinator, DecidingBody, DecisionMaker, ProgrammeManager, ResponsibleEntity,
    ServiceAccount, SteeringMember, SystemAdministrator, YouthRepresentative,
};

/// Which rows of a table exist for a viewer.
pub(crate) trait Scope: Row {
    /// The rows, however they are reached.
    fn rows(viewer: &Viewer) -> Condition;

    /// The rows below a parent that the read door has returned to this viewer.
    fn rows_of_seen_parent(viewer: &Viewer) -> Condition {
        Self::rows(viewer)
    }
}

/// A table whose rows are children of an aggregate root and are loaded by it.
pub(crate) trait ChildOf<P: Scope>: Scope {
    /// The column of the root's id.
    const PARENT: Self::Column;
    /// The root's id.
    fn parent(row: &Self::Model) -> Uuid;
    /// The place among its siblings.
    fn ordinal(row: &Self::Model) -> (i32, Uuid);
}

/// Roles inside a municipality that see its work from the first draft.
const LOCAL: &[Role] = &[
    YouthRepresentative,
    SteeringMember,
    Coordinator,
    DecisionMaker,
    ServiceAccount,
];
/// Roles of the committee that accompany the work.
const COMMITTEE: &[Role] = &[Adviser, ProgrammeManager];

fn all<E: Row>() -> Condition {
    Condition::any().add(E::ID.is_not_null())
}

/// Rows at a place where the viewer holds one of `roles`.
fn held<C: ColumnTrait>(
    viewer: &Viewer,
    roles: &[Role],
    programme: C,
    municipality: C,
) -> Condition {
    let mut any = Condition::any();
    for m in viewer.held(roles) {
        let Some(held_programme) = m.programme_id else {
            continue;
        };
        let here = Condition::all().add(programme.eq(held_programme));
        any = any.add(match m.municipality_id {
            Some(held_municipality) => here.add(municipality.eq(held_municipality)),
            None => here,
        });
    }
    any
}

trait AndAlso {
    fn and_also(self, other: impl IntoCondition) -> Condition;
}
impl<T: IntoCondition> AndAlso for T {
    fn and_also(self, other: impl IntoCondition) -> Condition {
        Condition::all()
            .add(self.into_condition())
            .add(other.into_condition())
    }
}

/// The ids of the rows of `E` that match.
fn ids<E: Row>(condition: Condition) -> SelectStatement {
    column_of::<E>(E::ID, condition)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a sub-select of a predicate, run by the door"
)]
fn column_of<E: Row>(column: E::Column, condition: Condition) -> SelectStatement {
    E::find()
        .select_only()
        .column(column)
        .filter(condition)
        .into_query()
}

/// Versions of programmes whose drafts stay inside the municipality.
fn private_versions(viewer: &Viewer) -> Vec<Uuid> {
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

macro_rules! public {
    ($($entity:path),+ $(,)?) => { $(const _: () = {
        use $entity as table;
        impl Scope for table::Entity {
            fn rows(_viewer: &Viewer) -> Condition {
                all::<Self>()
            }
        }
    };)+ };
}
public!(
    municipality,
    municipality_code,
    municipality_name,
    population,
    participation,
    recognition,
);

impl Scope for cycle::Entity {
    fn rows(viewer: &Viewer) -> Condition {
        let started = viewer
            .catalogue()
            .programmes
            .iter()
            .fold(Condition::any(), |any, p| {
                let today = viewer.today(p.row.id);
                any.add(
                    cycle::Column::ProgrammeId
                        .eq(p.row.id)
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
}

/// Rows at a place where the viewer holds any seat, local or of the committee.
fn seats<C: ColumnTrait>(viewer: &Viewer, programme: C, municipality: C) -> Condition {
    Condition::any()
        .add(held(viewer, LOCAL, programme, municipality))
        .add(held(viewer, COMMITTEE, programme, municipality))
        .add(held(viewer, &[DecidingBody], programme, municipality))
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
        impl ChildOf<plan::Entity> for $entity::Entity {
            const PARENT: $entity::Column = $entity::Column::PlanId;
            fn parent(row: &$entity::Model) -> Uuid {
                row.plan_id
            }
            fn ordinal(row: &$entity::Model) -> (i32, Uuid) {
                $entity::Entity::sibling(row)
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

/// Where a row stands among its siblings.
trait Sibling: EntityTrait {
    fn sibling(row: &Self::Model) -> (i32, Uuid);
}
macro_rules! siblings {
    ($($entity:ident: |$row:ident| $ordinal:expr;)+) => { $(
        impl Sibling for $entity::Entity {
            fn sibling($row: &$entity::Model) -> (i32, Uuid) {
                ($ordinal, $row.id)
            }
        }
    )+ };
}
siblings! {
    objective: |row| row.ordinal;
    action: |row| row.ordinal;
    action_indicator: |row| row.ordinal;
    measurement: |row| chrono::Datelike::num_days_from_ce(&row.measured_on);
}

macro_rules! children {
    ($($entity:ident of $parent:ident by $column:ident, $field:ident, |$row:ident| $ordinal:expr;)+) => { $(
        impl ChildOf<$parent::Entity> for $entity::Entity {
            const PARENT: $entity::Column = $entity::Column::$column;
            fn parent(row: &$entity::Model) -> Uuid {
                row.$field
            }
            fn ordinal($row: &$entity::Model) -> (i32, Uuid) {
                ($ordinal, $row.id)
            }
        }
    )+ };
}
children! {
    municipality_code of municipality by MunicipalityId, municipality_id, |row| 0;
    population of municipality by MunicipalityId, municipality_id, |row| -row.year;
    participation of municipality by MunicipalityId, municipality_id, |row| 0;
    cycle of municipality by MunicipalityId, municipality_id, |row| -row.ordinal;
    membership of account by AccountId, account_id, |row| row.role as i32;
    recognition of municipality by MunicipalityId, municipality_id,
        |row| -chrono::Datelike::num_days_from_ce(&row.valid_from);
    responsible_entity of municipality by MunicipalityId, municipality_id, |row| 0;
    cycle of participation by ParticipationId, participation_id, |row| -row.ordinal;
    milestone_progress of cycle by CycleId, cycle_id, |row| row.ordinal;
    assessment of cycle by CycleId, cycle_id, |row| chrono::Datelike::num_days_from_ce(&row.as_of);
    plan of cycle by CycleId, cycle_id, |row| -row.number;
    decision of cycle by CycleId, cycle_id, |row| 0;
    assessment_item of assessment by AssessmentId, assessment_id, |row| row.ordinal;
    criterion_judgement of decision by DecisionId, decision_id, |row| row.ordinal;
    condition of decision by DecisionId, decision_id, |row| row.ordinal;
    recognition of decision by DecisionId, decision_id, |row| 0;
}

impl ChildOf<municipality::Entity> for membership::Entity {
    const PARENT: membership::Column = membership::Column::MunicipalityId;
    fn parent(row: &membership::Model) -> Uuid {
        row.municipality_id.unwrap_or_default()
    }
    fn ordinal(row: &membership::Model) -> (i32, Uuid) {
        (row.role as i32, row.id)
    }
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
    /// An action that was shown names who carries it out.
    fn rows_of_seen_parent(_viewer: &Viewer) -> Condition {
        all::<Self>()
    }
}

impl Scope for decision::Entity {
    fn rows(viewer: &Viewer) -> Condition {
        use decision::Column::{IsPublic, MunicipalityId, ProgrammeId, Status};
        let published = || Status.eq(DecisionStatus::Published.to_value());
        Condition::any()
            .add(published().and_also(IsPublic.eq(true)))
            .add(held(viewer, LOCAL, ProgrammeId, MunicipalityId).and_also(published()))
            .add(held(viewer, &[Adviser], ProgrammeId, MunicipalityId).and_also(published()))
            .add(held(
                viewer,
                &[ProgrammeManager, DecidingBody],
                ProgrammeId,
                MunicipalityId,
            ))
    }
}

macro_rules! below_decision {
    ($($entity:ident),+) => { $(
        impl Scope for $entity::Entity {
            fn rows(viewer: &Viewer) -> Condition {
                let seen = ids::<decision::Entity>(decision::Entity::rows(viewer));
                Condition::any().add($entity::Column::DecisionId.in_subquery(seen))
            }
            fn rows_of_seen_parent(_viewer: &Viewer) -> Condition {
                all::<Self>()
            }
        }
    )+ };
}
below_decision!(criterion_judgement, condition);

impl Scope for membership::Entity {
    fn rows(viewer: &Viewer) -> Condition {
        use membership::Column::{AccountId, Id, MunicipalityId, ProgrammeId};
        let mut any = Condition::any()
            .add(AccountId.is_in(viewer.account_id()))
            .add(held(
                viewer,
                &[ProgrammeManager, Coordinator],
                ProgrammeId,
                MunicipalityId,
            ));
        if viewer.held(&[SystemAdministrator]).next().is_some() {
            any = any.add(Id.is_not_null());
        }
        any
    }
}

impl Scope for account::Entity {
    fn rows(viewer: &Viewer) -> Condition {
        let seen = column_of::<membership::Entity>(
            membership::Column::AccountId,
            membership::Entity::rows(viewer),
        );
        let mut any = Condition::any()
            .add(account::Column::Id.is_in(viewer.account_id()))
            .add(account::Column::Id.in_subquery(seen));
        if viewer.held(&[SystemAdministrator]).next().is_some() {
            any = any.add(account::Column::Id.is_not_null());
        }
        any
    }
}

impl Scope for audit_event::Entity {
    fn rows(_viewer: &Viewer) -> Condition {
        Condition::any()
    }
}
