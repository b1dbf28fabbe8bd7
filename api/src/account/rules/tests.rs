//! Tables over every role.

use chrono::TimeDelta;
use sea_orm::Iterable;

use super::*;
use crate::{access::Resource, refusal::UserErrorCode};

const PROGRAMME: Uuid = Uuid::from_u128(1);
const HERE: Uuid = Uuid::from_u128(2);
const ELSEWHERE: Uuid = Uuid::from_u128(3);
const ENTITY: Uuid = Uuid::from_u128(4);

fn held(role: Role, municipality: Option<Uuid>) -> membership::Model {
    let now = DateTime::UNIX_EPOCH;
    membership::Model {
        id: Uuid::nil(),
        account_id: Uuid::nil(),
        role,
        programme_id: Some(PROGRAMME),
        municipality_id: municipality,
        responsible_entity_id: None,
        starts_at: now,
        ends_at: None,
        granted_by: None,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

#[test]
fn who_gives_which_role() {
    let table = [
        (Public, ""),
        (YouthRepresentative, "CG"),
        (SteeringMember, "CG"),
        (Coordinator, "CG"),
        (DecisionMaker, "G"),
        (ResponsibleEntity, "CG"),
        (Adviser, "G"),
        (ProgrammeManager, ""),
        (DecidingBody, ""),
        (ServiceAccount, "CG"),
        (SystemAdministrator, ""),
    ];
    assert!(Role::iter().eq(table.map(|(role, _)| role)));
    for (role, who) in table {
        let letters: String = who_grants(role)
            .iter()
            .map(|giver| if *giver == Coordinator { 'C' } else { 'G' })
            .collect();
        assert_eq!(letters, who, "{role:?}");
        // Nobody gives a role that they need to give it, but the coordinator who shares the work.
        assert!(role == Coordinator || !who_grants(role).contains(&role));
    }
}

#[test]
fn where_a_role_is_held() {
    use UserErrorCode::{Invalid, Required};
    let programme = Place::programme(Resource::Accounts, PROGRAMME);
    let local = Place::local(Resource::Accounts, PROGRAMME, HERE);
    let codes = |role, place, responsible_entity| -> Vec<(UserErrorCode, String)> {
        let seat = Seat {
            place,
            responsible_entity,
        };
        let faults = misfits(role, seat).into_iter();
        faults
            .map(|fault| (fault.code, fault.path.join(".")))
            .collect()
    };
    let municipality = || "municipalityId".to_owned();
    for role in [
        YouthRepresentative,
        SteeringMember,
        Coordinator,
        DecisionMaker,
        Adviser,
    ] {
        assert_eq!(codes(role, local, None), []);
        assert_eq!(codes(role, programme, None), [(Required, municipality())]);
    }
    for role in [ProgrammeManager, DecidingBody, SystemAdministrator] {
        assert_eq!(codes(role, programme, None), []);
        assert_eq!(codes(role, local, None), [(Invalid, municipality())]);
    }
    for place in [programme, local] {
        assert_eq!(codes(ServiceAccount, place, None), []);
        assert_eq!(codes(Public, place, None), [(Invalid, "role".to_owned())]);
    }
    let entity = || "responsibleEntityId".to_owned();
    assert_eq!(codes(ResponsibleEntity, local, Some(ENTITY)), []);
    assert_eq!(
        codes(ResponsibleEntity, local, None),
        [(Required, entity())]
    );
    assert_eq!(
        codes(Coordinator, local, Some(ENTITY)),
        [(Invalid, entity())]
    );
    assert_eq!(codes(ResponsibleEntity, programme, None).len(), 2);
}

#[test]
fn working_advising_and_deciding_exclude_each_other_at_a_place() {
    let here = Place::local(Resource::Accounts, PROGRAMME, HERE);
    let programme = Place::programme(Resource::Accounts, PROGRAMME);
    let table = [
        (Coordinator, here, held(SteeringMember, Some(HERE)), false),
        (Coordinator, here, held(Adviser, Some(HERE)), true),
        (Coordinator, here, held(Adviser, Some(ELSEWHERE)), false),
        (Adviser, here, held(DecisionMaker, Some(HERE)), true),
        (Adviser, here, held(ResponsibleEntity, Some(HERE)), true),
        (Adviser, here, held(Adviser, Some(ELSEWHERE)), false),
        (Adviser, here, held(DecidingBody, None), true),
        (Adviser, here, held(ProgrammeManager, None), false),
        (YouthRepresentative, here, held(DecidingBody, None), true),
        (DecidingBody, programme, held(Adviser, Some(HERE)), true),
        (
            DecidingBody,
            programme,
            held(Coordinator, Some(ELSEWHERE)),
            true,
        ),
        (ServiceAccount, here, held(Adviser, Some(HERE)), false),
    ];
    for (role, place, other, is_conflict) in table {
        let found = conflict(role, place, Duty::Strict, [&other]);
        assert_eq!(
            found.is_some(),
            is_conflict,
            "{role:?} beside {:?}",
            other.role
        );
    }
    let mut abroad = held(Adviser, Some(HERE));
    abroad.programme_id = Some(ELSEWHERE);
    assert_eq!(conflict(Coordinator, here, Duty::Strict, [&abroad]), None);
}

#[test]
fn where_two_people_are_enough_an_adviser_may_decide_but_nobody_of_the_municipality() {
    let here = Place::local(Resource::Accounts, PROGRAMME, HERE);
    let programme = Place::programme(Resource::Accounts, PROGRAMME);
    let table = [
        (Adviser, here, held(DecidingBody, None), false),
        (DecidingBody, programme, held(Adviser, Some(HERE)), false),
        (Coordinator, here, held(Adviser, Some(HERE)), true),
        (Adviser, here, held(DecisionMaker, Some(HERE)), true),
        (YouthRepresentative, here, held(DecidingBody, None), true),
    ];
    for (role, place, other, is_conflict) in table {
        let found = conflict(role, place, Duty::TwoPerson, [&other]);
        assert_eq!(
            found.is_some(),
            is_conflict,
            "{role:?} and {:?}",
            other.role
        );
    }
}

#[test]
fn a_role_is_held_once_at_a_place() {
    let seat = |municipality| Seat {
        place: Place::local(Resource::Accounts, PROGRAMME, municipality),
        responsible_entity: None,
    };
    let adviser = held(Adviser, Some(HERE));
    assert!(repeated(Adviser, seat(HERE), [&adviser]).is_some());
    assert!(repeated(Adviser, seat(ELSEWHERE), [&adviser]).is_none());
    assert!(repeated(Coordinator, seat(HERE), [&adviser]).is_none());
}

#[test]
fn a_membership_holds_from_its_first_moment_until_before_its_last() {
    let second = TimeDelta::seconds(1);
    let start = DateTime::UNIX_EPOCH;
    let mut row = held(Adviser, Some(HERE));
    row.ends_at = Some(start + second);
    assert!(!is_in_force(&row, start - second));
    assert!(is_in_force(&row, start));
    assert!(!is_in_force(&row, start + second));
    assert!(is_over(&row, start + second));
    row.ends_at = None;
    assert!(is_in_force(&row, start + second));
}

#[test]
fn what_an_e_mail_address_looks_like() {
    for (text, kept) in [
        (
            " Coordinator@Town.Example ",
            Some("coordinator@town.example"),
        ),
        ("a.b+c@sub.town.example", Some("a.b+c@sub.town.example")),
        ("jäsen@kunta.example", Some("jäsen@kunta.example")),
        ("", None),
        ("town.example", None),
        ("@town.example", None),
        ("a@", None),
        ("a@town", None),
        ("a@town..example", None),
        ("a@-town.example", None),
        ("a b@town.example", None),
        ("a@b@town.example", None),
        ("a@town.example\n", Some("a@town.example")),
        ("a@town.exam\nple", None),
        ("<a@town.example>", None),
    ] {
        assert_eq!(email(text).as_deref(), kept, "{text:?}");
    }
    let fits = |local: usize, labels: &[usize]| {
        let labels: Vec<_> = labels.iter().map(|length| "b".repeat(*length)).collect();
        email(&format!("{}@{}", "a".repeat(local), labels.join("."))).is_some()
    };
    assert!(fits(64, &[63, 2]) && !fits(65, &[63, 2]) && !fits(64, &[64, 2]));
    assert!(
        fits(64, &[63, 63, 61]) && !fits(64, &[63, 63, 62]),
        "254 characters"
    );
}

#[test]
fn an_invited_account_is_put_in_use_by_the_system_alone() {
    use crate::workflow::{Refusal, Roles};
    let manager = Roles::default().with(ProgrammeManager);
    let refused = ACCOUNT.step(Invited, Start, manager);
    assert_eq!(refused, Err(Refusal::Role(vec![SystemAdministrator])));
    let (to, _) = ACCOUNT.step(Invited, Start, Roles::ALL).unwrap();
    assert_eq!(to, Active);
    assert!(
        ACCOUNT
            .step(AccountStatus::Locked, Start, Roles::ALL)
            .is_err()
    );
}

#[test]
fn an_address_that_an_issuer_vouches_for_must_be_the_one_invited() {
    let invited = Some("adviser@town.example");
    for (verified, fits) in [
        (None, true),
        (Some("adviser@town.example"), true),
        (Some(" Adviser@Town.Example"), true),
        (Some("adviser@other.example"), false),
        (Some("adviser+x@town.example"), false),
        (Some("adviser"), false),
        (Some(""), false),
    ] {
        assert_eq!(is_addressed_to(invited, verified), fits, "{verified:?}");
    }
    assert!(is_addressed_to(None, Some("adviser@town.example")));
}

#[test]
fn an_account_is_locked_and_closed_by_an_administrator_alone() {
    let next = |state, action| ACCOUNT.follow(state, action);
    for (state, action, to) in [
        (Active, Lock, Some(Locked)),
        (Locked, Unlock, Some(Active)),
        (Active, Deactivate, Some(Deactivated)),
        (Locked, Deactivate, Some(Deactivated)),
        (Invited, Lock, None),
        (Invited, Deactivate, None),
        (Deactivated, Unlock, None),
        (Erased, Unlock, None),
        (Active, RenewInvitation, None),
        (Locked, EndInvitation, None),
        (Invited, RenewInvitation, Some(Invited)),
        (Active, EndInvitation, Some(Invited)),
    ] {
        assert_eq!(next(state, action), to, "{state:?} {action:?}");
    }
    for action in [Lock, Unlock, Deactivate] {
        assert_eq!(ACCOUNT.who(action), [SystemAdministrator], "{action:?}");
    }
}
