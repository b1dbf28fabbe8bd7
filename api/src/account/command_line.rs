//! Accounts from the command line of the server: the only way to the roles that run a programme,
//! decide in it or administer the system.

use std::sync::Arc;

use entity::{
    account::{AccountStatus, Role, account, membership},
    municipality::municipality,
};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{
    linking::put_in_use,
    rules::{self, Seat},
    seat,
};
use crate::{
    access::{House, Place, Resource, Tx},
    error::Failure,
    id::Id,
    input::{Checks, SHORT_TEXT, listed},
    journal::Event,
    municipality::folded_code,
    operator::Appointment,
    refusal::{
        Refused,
        UserErrorCode::{NotFound, Required},
    },
};

/// Adds an account that is in use at once, with its first membership. `programme` is a key such as
/// `FI`, `municipality` a code such as `FI-837`. A system administrator stands above programmes:
/// one may be named, and limits nothing.
pub(crate) async fn add_from_command_line(
    house: &Arc<House>,
    appointment: Appointment<'_>,
) -> Result<account::Model, Refused> {
    let Appointment {
        name,
        role,
        programme,
        municipality,
    } = appointment;
    house.refresh().await?;
    let viewer = house.system("account add");
    let mut tx = viewer.begin().await?;
    let mut checks = Checks::default();
    checks.required_text("name", name, SHORT_TEXT);
    let seat = Seat {
        place: Place {
            programme: named_programme(&tx, &mut checks, role, programme),
            municipality: named_municipality(&tx, &mut checks, municipality).await?,
            resource: Resource::Accounts,
        },
        responsible_entity: None,
    };
    if role == Role::ResponsibleEntity {
        let message = "A responsible entity is invited by its coordinator, with inviteAccount.";
        checks.fault(Required, "role", message);
    } else if municipality.is_none() || seat.place.municipality.is_some() {
        checks.extend(rules::misfits(role, seat));
    }
    checks.done()?;
    let id = viewer.new_id();
    let account = seat::account(&viewer, id, (name, None), AccountStatus::Active);
    let membership = seat::membership(&viewer, viewer.new_id(), id, (role, seat));
    let granted = seat::permitted(&viewer, role, seat.place)?;
    let (account, membership) = tx
        .found_with::<account::Entity, membership::Entity>(granted, account, membership)
        .await?;
    tx.commit::<membership::Entity>(Event::AccountAdded, &membership)
        .await?;
    Ok(account)
}

fn named_programme(tx: &Tx, checks: &mut Checks, role: Role, key: Option<&str>) -> Option<Uuid> {
    let catalogue = tx.viewer().catalogue();
    let is_administrator = role == Role::SystemAdministrator;
    let Some(key) = key else {
        if !is_administrator {
            checks.fault(Required, "programme", "Name a programme, such as FI.");
        }
        return None;
    };
    let Some(programme) = catalogue.programme_by_key(key) else {
        let known = listed(catalogue.programmes.iter().map(|p| &p.row.key));
        let message = if known.is_empty() {
            format!("There is no programme {key}; none is loaded yet.")
        } else {
            format!("There is no programme {key}. There is {known}.")
        };
        checks.fault(NotFound, "programme", message);
        return None;
    };
    (!is_administrator).then_some(programme.row.id)
}

async fn named_municipality(
    tx: &Tx,
    checks: &mut Checks,
    code: Option<&str>,
) -> Result<Option<Uuid>, Failure> {
    let Some(code) = code else { return Ok(None) };
    let find = tx.find::<municipality::Entity>();
    let row = find
        .filter(municipality::Column::Code.eq(folded_code(code)))
        .one();
    let row = row.await?;
    if row.is_none() {
        let message = format!("There is no municipality {code}. Codes look like FI-837.");
        checks.fault(NotFound, "municipality", message);
    }
    Ok(row.map(|row| row.id))
}

/// Puts an invited account in use, so that it can be given an access token. One that is in use
/// stays as it is; any other state is refused.
pub(crate) async fn activated(
    house: &Arc<House>,
    id: Id<account::Entity>,
) -> Result<account::Model, Refused> {
    let viewer = house.system("account activation");
    let mut tx = viewer.begin().await?;
    let account = tx.lock(id).await?;
    if account.row().status == AccountStatus::Active {
        return Ok(account.row().clone());
    }
    let account = put_in_use(&mut tx, account).await?;
    tx.commit::<account::Entity>(Event::AccountActivated, &account)
        .await?;
    Ok(account)
}
