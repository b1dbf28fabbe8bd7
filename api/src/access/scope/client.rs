//! Machine clients exist for the managers of their programme.

use entity::{
    account::Role::ProgrammeManager,
    client::{api_client, client_secret},
};
use sea_orm::Condition;

use super::{Scope, held};
use crate::access::Viewer;

macro_rules! managed {
    ($($entity:ident)+) => { $(
        impl Scope for $entity::Entity {
            fn rows(viewer: &Viewer) -> Condition {
                use $entity::Column::{MunicipalityId, ProgrammeId};
                held(viewer, &[ProgrammeManager], ProgrammeId, MunicipalityId)
            }
        }
    )+ };
}
managed!(api_client client_secret);
