//! Which rows of the audit log exist for a viewer: those of its places whose event it may learn of.

use entity::{
    account::{
        Role::{
            self, Adviser, Coordinator, DecidingBody, DecisionMaker, ProgrammeManager,
            SystemAdministrator,
        },
        membership,
    },
    journal::audit_event::{
        self,
        Column::{Action, Id, MunicipalityId, ProgrammeId, TargetId},
    },
};
use sea_orm::{ColumnTrait, Condition, sea_query::IntoCondition};
use uuid::Uuid;

use super::{AndAlso, COMMITTEE, Scope, column_of, held, work::private_versions};
use crate::{
    access::Viewer,
    journal::{Audience, Event},
};

/// Roles that read the audit log at all, each of its places.
pub(crate) const AUDITORS: &[Role] = &[
    Coordinator,
    DecisionMaker,
    Adviser,
    ProgrammeManager,
    DecidingBody,
    SystemAdministrator,
];

/// That the event of a row is one of those for which something holds.
fn event(holds: impl Fn(Event) -> bool) -> Condition {
    Action.is_in(Event::words(holds)).into_condition()
}

const fn is_local(event: Event) -> bool {
    matches!(event.audience(), Audience::Public | Audience::Municipality)
}

/// Programmes in which drafts stay inside the municipality.
fn private_programmes(viewer: &Viewer) -> Vec<Uuid> {
    let versions = private_versions(viewer);
    let programmes = viewer.catalogue().programmes.iter();
    let has_private = |versions_of: &[Uuid]| versions_of.iter().any(|id| versions.contains(id));
    programmes
        .filter(|p| has_private(&p.versions.iter().map(|v| v.row.id).collect::<Vec<_>>()))
        .map(|p| p.row.id)
        .collect()
}

/// What the committee learns of work on drafts.
fn shown_to_committee(viewer: &Viewer) -> Condition {
    let private = private_programmes(viewer);
    let shown = event(|event| !event.is_drafting());
    if private.is_empty() {
        return Condition::any().add(Id.is_not_null());
    }
    Condition::any()
        .add(shown)
        .add(ProgrammeId.is_not_in(private))
}

impl Scope for audit_event::Entity {
    fn rows(viewer: &Viewer) -> Condition {
        let at = |roles: &[Role]| held(viewer, roles, ProgrammeId, MunicipalityId);
        let mut any = Condition::any()
            .add(at(&[Coordinator, DecisionMaker]).and_also(event(is_local)))
            .add(at(&[DecidingBody]).and_also(event(|event| {
                event.audience() != Audience::Personal && !event.is_drafting()
            })));
        for role in COMMITTEE {
            let seen = match role {
                ProgrammeManager => at(&[*role]),
                _ => at(&[*role]).and_also(event(is_local)),
            };
            any = any.add(seen.and_also(shown_to_committee(viewer)));
        }
        // An account stands above programmes; what happens to it is told where it holds a role.
        let accounts = column_of::<membership::Entity>(
            membership::Column::AccountId,
            held(
                viewer,
                &[ProgrammeManager],
                membership::Column::ProgrammeId,
                membership::Column::MunicipalityId,
            ),
        );
        any = any.add(
            event(|event| event.audience() == Audience::Personal)
                .and_also(ProgrammeId.is_null())
                .and_also(TargetId.in_subquery(accounts)),
        );
        if viewer.held(&[SystemAdministrator]).next().is_some() {
            any = any.add(event(Event::is_technical));
        }
        any
    }
}
