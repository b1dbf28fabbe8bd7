//! Which accounts and memberships exist for a viewer.

use entity::account::{
    Role::{Coordinator, ProgrammeManager, SystemAdministrator},
    account, identity, invitation, membership,
};
use sea_orm::{ColumnTrait, Condition};

use super::{Scope, column_of, held};
use crate::access::Viewer;

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

macro_rules! of_a_seen_account {
    ($($entity:ident)+) => { $(
        impl Scope for $entity::Entity {
            fn rows(viewer: &Viewer) -> Condition {
                use account::Column::Id;
                let seen = column_of::<account::Entity>(Id, account::Entity::rows(viewer));
                Condition::any().add($entity::Column::AccountId.in_subquery(seen))
            }
        }
    )+ };
}
of_a_seen_account!(identity invitation);
