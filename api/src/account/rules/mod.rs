//! PURE: the state machine of accounts (SM12), who gives which role, where a role can be held,
//! which roles exclude each other, and what an e-mail address looks like.

use chrono::{DateTime, Utc};
use entity::{
    account::{
        AccountStatus::{self, Active, Deactivated, Erased, Invited, Locked},
        Role::{
            self, Adviser, Coordinator, DecidingBody, DecisionMaker, ProgrammeManager, Public,
            ResponsibleEntity, ServiceAccount, SteeringMember, SystemAdministrator,
            YouthRepresentative,
        },
        membership,
    },
    programme::Duty,
    workflow::WorkflowAction::{
        Deactivate, EndInvitation, Erase, Lock, RenewInvitation, Start, Unlock,
    },
};
use uuid::Uuid;

use crate::{
    access::Place,
    refusal::{
        UserError,
        UserErrorCode::{Invalid, NotUnique, Required},
        told,
    },
    workflow::{Machine, t, word},
};

/// SM12. Somebody who never signed in can be erased too. An account goes back to INVITED when whoever
/// accepted its invitation is to have it no more.
pub(crate) const ACCOUNT: Machine<AccountStatus> = Machine {
    transitions: &[
        t(Invited, Start, Active, &[SystemAdministrator]),
        t(Invited, RenewInvitation, Invited, INVITERS),
        t(Invited, EndInvitation, Invited, INVITERS),
        t(Invited, Erase, Erased, ERASERS),
        t(Active, EndInvitation, Invited, INVITERS),
        t(Active, Lock, Locked, &[SystemAdministrator]),
        t(Active, Deactivate, Deactivated, &[SystemAdministrator]),
        t(Active, Erase, Erased, ERASERS),
        t(Locked, Unlock, Active, &[SystemAdministrator]),
        t(Locked, Deactivate, Deactivated, &[SystemAdministrator]),
        t(Locked, Erase, Erased, ERASERS),
        t(Deactivated, Erase, Erased, ERASERS),
    ],
};

/// Who invites, anew too, and ends what came of it: an account whose roles they could all have given.
pub(crate) const INVITERS: &[Role] = &[Coordinator, ProgrammeManager];

/// Who erases an account; a manager one whose roles are all in the own programme.
const ERASERS: &[Role] = &[ProgrammeManager, SystemAdministrator];

/// Who erases an account that holds or has held a role, as far as this role goes: those who run a
/// programme, decide in it or administer the system do not erase one another.
pub(crate) const fn who_erases(role: Role) -> &'static [Role] {
    match role {
        ProgrammeManager | DecidingBody | SystemAdministrator => &[SystemAdministrator],
        _ => ERASERS,
    }
}

/// Why one does not lock, close or erase the own account, nor end the own way in.
pub(crate) fn own_account() -> UserError {
    UserError::conflict("Nobody does this to their own account.")
}

/// Whether an invitation may be accepted by whoever has an address that the issuer vouches for. Who has
/// none proves themself by the code alone, and so does whoever was invited without one.
pub(crate) fn is_addressed_to(invited: Option<&str>, verified: Option<&str>) -> bool {
    match (invited, verified) {
        (Some(invited), Some(verified)) => email(verified).as_deref() == Some(invited),
        _ => true,
    }
}

/// Who gives a role, and who ends it. Nobody on the way of requests gives the roles that run,
/// decide or administer: those come from the command line alone.
pub(crate) const fn who_grants(role: Role) -> &'static [Role] {
    match role {
        YouthRepresentative | SteeringMember | Coordinator | ResponsibleEntity | ServiceAccount => {
            &[Coordinator, ProgrammeManager]
        }
        DecisionMaker | Adviser => &[ProgrammeManager],
        Public | ProgrammeManager | DecidingBody | SystemAdministrator => &[],
    }
}

/// Where a membership is held, as the input names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat {
    pub(crate) place: Place,
    pub(crate) responsible_entity: Option<Uuid>,
}

/// What of a seat is missing for a role, or too much.
pub(crate) fn misfits(role: Role, seat: Seat) -> Vec<UserError> {
    let mut faults = Vec::new();
    let mut fit = |path: &str, is_given: bool, wanted: Option<bool>, what: &str| match wanted {
        Some(true) if !is_given => {
            let message = told(format!("{} is a role for {what}; name it.", word(role)))
                .with("role", word(role));
            faults.push(UserError::at(Required, path, message));
        }
        Some(false) if is_given => {
            let message =
                told(format!("{} is not a role for {what}.", word(role))).with("role", word(role));
            faults.push(UserError::at(Invalid, path, message));
        }
        _ => {}
    };
    let has_municipality = seat.place.municipality.is_some();
    fit(
        "municipalityId",
        has_municipality,
        is_local(role),
        "one municipality",
    );
    let is_entity = Some(role == ResponsibleEntity);
    let has_entity = seat.responsible_entity.is_some();
    fit(
        "responsibleEntityId",
        has_entity,
        is_entity,
        "one responsible entity",
    );
    if role == Public {
        let message = "Everybody has the role PUBLIC; it cannot be given.";
        faults.push(UserError::at(Invalid, "role", message));
    }
    faults
}

/// Whether a role is held in one municipality, in a whole programme or, if `None`, in either.
const fn is_local(role: Role) -> Option<bool> {
    match role {
        YouthRepresentative | SteeringMember | Coordinator | DecisionMaker | ResponsibleEntity
        | Adviser => Some(true),
        ProgrammeManager | DecidingBody | SystemAdministrator => Some(false),
        ServiceAccount | Public => None,
    }
}

/// Whether a membership holds at a moment.
pub(crate) fn is_in_force(row: &membership::Model, now: DateTime<Utc>) -> bool {
    row.starts_at <= now && !is_over(row, now)
}

/// Whether a membership has ended.
pub(crate) fn is_over(row: &membership::Model, now: DateTime<Utc>) -> bool {
    row.ends_at.is_some_and(|end| end <= now)
}

/// The side that a role stands on in the procedure of a municipality.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Municipality,
    Adviser,
    DecidingBody,
}

const fn side(role: Role) -> Option<Side> {
    match role {
        YouthRepresentative | SteeringMember | Coordinator | DecisionMaker | ResponsibleEntity => {
            Some(Side::Municipality)
        }
        Adviser => Some(Side::Adviser),
        DecidingBody => Some(Side::DecidingBody),
        Public | ProgrammeManager | ServiceAccount | SystemAdministrator => None,
    }
}

/// Why an account that holds `others` cannot take a role at a place as well: who works there,
/// who advises there and who decides about it are three people. Where two people for a step and its
/// confirmation are enough, whoever advises may also sit in the deciding body; it is then asked of
/// each decision whether they confirmed what it rests on.
pub(crate) fn conflict<'m>(
    role: Role,
    place: Place,
    duty: Duty,
    others: impl IntoIterator<Item = &'m membership::Model>,
) -> Option<&'static str> {
    let wanted = side(role)?;
    let is_opposed = |other: &&membership::Model| {
        meets(place, other) && side(other.role).is_some_and(|held| excludes(duty, held, wanted))
    };
    others.into_iter().find(is_opposed).map(|_| {
        "This account works for the municipality, advises it or decides about it already; nobody \
         does two of these."
    })
}

/// Whether nobody stands on both sides.
fn excludes(duty: Duty, one: Side, other: Side) -> bool {
    let has_municipality = [one, other].contains(&Side::Municipality);
    one != other && (has_municipality || duty == Duty::Strict)
}

/// Whether a membership reaches into a place, or the place into it.
fn meets(place: Place, other: &membership::Model) -> bool {
    let here = |wanted: Option<Uuid>, held: Option<Uuid>| {
        wanted.is_none() || held.is_none() || wanted == held
    };
    here(place.programme, other.programme_id) && here(place.municipality, other.municipality_id)
}

/// Refuses a role that an account holds at the very place already.
pub(crate) fn repeated<'m>(
    role: Role,
    seat: Seat,
    others: impl IntoIterator<Item = &'m membership::Model>,
) -> Option<UserError> {
    let is_same = |other: &&membership::Model| {
        other.role == role
            && other.programme_id == seat.place.programme
            && other.municipality_id == seat.place.municipality
            && other.responsible_entity_id == seat.responsible_entity
    };
    let message = "The account holds this role here already.";
    others
        .into_iter()
        .find(is_same)
        .map(|_| UserError::at(NotUnique, "role", message))
}

/// An e-mail address as it is kept, or nothing if this is none. Whether it takes mail, only mail
/// can tell.
pub(crate) fn email(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let is_text = |part: &str| {
        !part.is_empty()
            && !part.contains(['@', ',', ';', '<', '>', '"'])
            && !part.chars().any(|c| c.is_whitespace() || c.is_control())
    };
    let labels: Vec<_> = domain.split('.').collect();
    let is_label = |label: &&str| {
        is_text(label) && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
    };
    let fits = email.len() <= 254
        && is_text(local)
        && local.len() <= 64
        && labels.len() > 1
        && labels.iter().all(is_label);
    fits.then_some(email)
}

#[cfg(test)]
mod tests;
