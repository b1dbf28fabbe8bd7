//! A seat as the database knows it: who may give it, whether what it names is there, and the rows
//! it becomes. Writes nothing.

use entity::{
    account::{AccountStatus, Role, account, membership},
    action_plan::responsible_entity,
    municipality::municipality,
    programme::Duty,
};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::rules::{self, Seat};
use crate::{
    access::{Granted, Place, Tx, Viewer},
    error::{Code, Failure},
    id::Id,
    refusal::{
        UserError,
        UserErrorCode::{Invalid, NotFound},
    },
};

/// The permission to give a role at a place.
pub(super) fn permitted(viewer: &Viewer, role: Role, place: Place) -> Result<Granted, Failure> {
    let who = rules::who_grants(role);
    let granted = viewer.permit(place, who);
    if who.is_empty() && granted.is_err() {
        let message = "This role is given on the command line of the server alone.";
        return Err(Failure::with(Code::Forbidden, message));
    }
    granted
}

/// How strictly duties are kept apart where a role is held: as the newest version of the programme
/// says, strictly where there is none.
pub(super) fn duty(viewer: &Viewer, place: Place) -> Duty {
    let catalogue = viewer.catalogue();
    let programme = place.programme.and_then(|id| catalogue.programme(id));
    let newest = programme.and_then(|programme| programme.versions.first());
    newest.map_or(Duty::Strict, |version| version.row.duty)
}

/// What is wrong with a seat: what a role needs, and what is named but not there.
pub(super) async fn faults(tx: &Tx, role: Role, seat: Seat) -> Result<Vec<UserError>, Failure> {
    let mut faults = rules::misfits(role, seat);
    if role == Role::ServiceAccount {
        let message = "Machines are clients, not people: add one with addApiClient.";
        faults.push(UserError::at(Invalid, "role", message));
    }
    let Place {
        programme,
        municipality,
        ..
    } = seat.place;
    if let Some(id) = municipality {
        let find = tx.find::<municipality::Entity>();
        if find.by_id(Id::new(id)).await?.is_none() {
            faults.push(absent("municipalityId", "There is no such municipality."));
        }
    }
    if let Some(id) = seat.responsible_entity {
        let find = tx.find::<responsible_entity::Entity>();
        let entity = find.by_id(Id::new(id)).await?;
        let is_here = entity.is_some_and(|entity| {
            (Some(entity.programme_id), Some(entity.municipality_id)) == (programme, municipality)
        });
        if !is_here {
            let message = "The municipality has no such responsible entity in this programme.";
            faults.push(absent("responsibleEntityId", message));
        }
    }
    Ok(faults)
}

fn absent(path: &str, message: &str) -> UserError {
    UserError::at(NotFound, path, message)
}

/// A new account.
pub(crate) fn account(
    viewer: &Viewer,
    id: Uuid,
    (name, email): (&str, Option<String>),
    status: AccountStatus,
) -> account::ActiveModel {
    account::ActiveModel {
        id: Set(id),
        name: Set(Some(name.trim().to_owned())),
        email: Set(email),
        status: Set(status),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
    }
}

/// A membership that holds from now on.
pub(crate) fn membership(
    viewer: &Viewer,
    id: Uuid,
    account: Uuid,
    (role, seat): (Role, Seat),
) -> membership::ActiveModel {
    membership::ActiveModel {
        id: Set(id),
        account_id: Set(account),
        role: Set(role),
        programme_id: Set(seat.place.programme),
        municipality_id: Set(seat.place.municipality),
        responsible_entity_id: Set(seat.responsible_entity),
        starts_at: Set(viewer.now()),
        ends_at: Set(None),
        granted_by: Set(viewer.account_id()),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
    }
}
