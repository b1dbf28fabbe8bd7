//! Which decisions exist for a viewer, with their judgements and conditions.

use entity::{
    account::Role::{Adviser, DecidingBody, ProgrammeManager},
    recognition::{DecisionStatus, condition, criterion_judgement, decision},
};
use sea_orm::{ActiveEnum, ColumnTrait, Condition};

use super::{AndAlso, LOCAL, Scope, all, held, ids};
use crate::access::Viewer;

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
