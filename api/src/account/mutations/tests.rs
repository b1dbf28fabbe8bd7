//! Invites, grants and ends through the doors, on a database of its own.

use std::sync::Arc;

use async_graphql::ScalarType;

use super::*;
use crate::{
    access::{Errand, House, scratch::Scratch},
    account::{activated, add_from_command_line},
    operator::Appointment,
    programme::{self as programmes, document, embedded},
};

struct Town {
    scratch: Scratch,
    here: Id<municipality::Entity>,
    elsewhere: Id<municipality::Entity>,
}

impl Town {
    async fn new(name: &str) -> Self {
        let scratch = Scratch::new(name).await;
        let house = &scratch.house;
        let fi = document::read(&embedded::fi()).unwrap();
        programmes::load(house, &fi, false).await.unwrap();
        let (here, elsewhere) = (place(house, "FI-837").await, place(house, "FI-091").await);
        Self {
            scratch,
            here,
            elsewhere,
        }
    }

    fn house(&self) -> &Arc<House> {
        &self.scratch.house
    }

    async fn person(&self, id: uuid::Uuid) -> Viewer {
        let person = self.house().person(Id::new(id), Errand::default()).await;
        person.unwrap()
    }

    async fn manager(&self) -> Viewer {
        let role = Role::ProgrammeManager;
        let added = add_from_command_line(
            self.house(),
            Appointment {
                name: "Manager",
                role,
                programme: Some("FI"),
                municipality: None,
            },
        );
        self.person(added.await.unwrap().id).await
    }

    async fn invited(&self, by: &Viewer, role: Role) -> (account::Model, membership::Model) {
        let (account, membership, _) = invite(by, self.invitation(role)).await.unwrap();
        (account, membership)
    }

    async fn coordinator(&self, manager: &Viewer) -> Viewer {
        let (account, _) = self.invited(manager, Role::Coordinator).await;
        let account = activated(self.house(), Id::new(account.id)).await.unwrap();
        assert_eq!((account.status, account.version), (Active, 2));
        self.person(account.id).await
    }

    fn invitation(&self, role: Role) -> InviteAccountInput {
        InviteAccountInput {
            id: None,
            name: " Somebody ".into(),
            email: Some("Somebody@Town.Example".into()),
            role,
            programme: "FI".into(),
            municipality_id: Some(self.here),
            responsible_entity_id: None,
        }
    }

    fn grant(&self, account: uuid::Uuid, role: Role) -> GrantMembershipInput {
        GrantMembershipInput {
            id: None,
            account_id: Id::new(account),
            role,
            programme: "FI".into(),
            municipality_id: Some(self.here),
            responsible_entity_id: None,
        }
    }
}

async fn place(house: &Arc<House>, code: &str) -> Id<municipality::Entity> {
    use sea_orm::ColumnTrait;
    let viewer = house.system("test");
    let find = viewer.find::<municipality::Entity>();
    let row = find.filter(municipality::Column::Code.eq(code)).one();
    Id::new(row.await.unwrap().unwrap().id)
}

fn told<T: std::fmt::Debug>(outcome: Result<T, Refused>) -> Vec<String> {
    let line = |error: &UserError| format!("{:?} {}", error.code, error.path.join("."));
    match outcome {
        Err(Refused::User(errors)) => errors.iter().map(line).collect(),
        Err(Refused::Failure(failure)) => vec![format!("{:?}", failure.code)],
        Err(Refused::Overtaken(_)) => vec!["Overtaken".to_owned()],
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_coordinator_invites_for_the_own_municipality_and_for_some_roles() {
    let town = Town::new("invite").await;
    let manager = town.manager().await;
    let coordinator = town.coordinator(&manager).await;
    let (account, membership) = town.invited(&coordinator, Role::SteeringMember).await;
    assert_eq!(account.status, Invited);
    assert_eq!(account.name.as_deref(), Some("Somebody"));
    assert_eq!(account.email.as_deref(), Some("somebody@town.example"));
    assert_eq!(membership.granted_by, coordinator.account_id());

    let forbidden = ["Forbidden"];
    for role in [
        Role::Adviser,
        Role::DecisionMaker,
        Role::ProgrammeManager,
        Role::DecidingBody,
    ] {
        let refused = invite(&coordinator, town.invitation(role)).await;
        assert_eq!(told(refused), forbidden, "{role:?}");
    }
    let mut abroad = town.invitation(Role::SteeringMember);
    abroad.municipality_id = Some(town.elsewhere);
    assert_eq!(told(invite(&coordinator, abroad).await), forbidden);
    town.invited(&manager, Role::Adviser).await;
    town.invited(&manager, Role::DecisionMaker).await;
    let refused = invite(&manager, town.invitation(Role::ProgrammeManager)).await;
    assert_eq!(told(refused), forbidden);
}

#[tokio::test]
async fn every_fault_of_an_invitation_is_told_at_once() {
    let town = Town::new("faults").await;
    let manager = town.manager().await;
    let mut wrong = town.invitation(Role::ResponsibleEntity);
    wrong.name = " ".into();
    wrong.email = Some("nowhere".into());
    wrong.municipality_id = Some(Id::new(uuid::Uuid::from_u128(7)));
    wrong.responsible_entity_id = Some(Id::new(uuid::Uuid::from_u128(8)));
    let expected = [
        "Required name",
        "Invalid email",
        "NotFound municipalityId",
        "NotFound responsibleEntityId",
    ];
    assert_eq!(told(invite(&manager, wrong).await), expected);
    let mut nobody = town.invitation(Role::Coordinator);
    nobody.email = None;
    assert_eq!(told(invite(&manager, nobody).await), ["Required email"]);
    let (account, ..) = invite(&manager, town.invitation(Role::SteeringMember))
        .await
        .unwrap();
    let mut same = town.invitation(Role::Coordinator);
    same.id = NewId::parse(Id::<account::Entity>::new(account.id).to_value()).ok();
    assert_eq!(told(invite(&manager, same).await), ["NotUnique id"]);
}

#[tokio::test]
async fn no_person_has_the_role_of_a_machine() {
    let town = Town::new("machines").await;
    let manager = town.manager().await;
    let machine = town.invitation(Role::ServiceAccount);
    assert_eq!(told(invite(&manager, machine).await), ["Invalid role"]);
    let (member, _) = town.invited(&manager, Role::SteeringMember).await;
    let more = grant(&manager, town.grant(member.id, Role::ServiceAccount)).await;
    assert_eq!(told(more), ["Invalid role"]);
}

#[tokio::test]
async fn a_grant_respects_conflicts_and_an_end_takes_the_rights_away() {
    let town = Town::new("grant").await;
    let manager = town.manager().await;
    let coordinator = town.coordinator(&manager).await;
    let (member, _) = town.invited(&coordinator, Role::SteeringMember).await;
    let conflict = ["ConflictOfInterest "];

    let own = coordinator.account_id().unwrap();
    let refused = grant(&coordinator, town.grant(own, Role::YouthRepresentative)).await;
    assert_eq!(told(refused), conflict);
    let refused = grant(&manager, town.grant(member.id, Role::Adviser)).await;
    assert_eq!(told(refused), conflict);
    let refused = grant(&coordinator, town.grant(member.id, Role::SteeringMember)).await;
    assert_eq!(told(refused), ["NotUnique role"]);
    let stranger = town.manager().await.account_id().unwrap();
    let refused = grant(&coordinator, town.grant(stranger, Role::SteeringMember)).await;
    assert_eq!(told(refused), ["NotFound"]);

    let granted = town.grant(member.id, Role::Coordinator);
    let granted = grant(&coordinator, granted).await.unwrap();
    activated(town.house(), Id::new(member.id)).await.unwrap();
    assert_eq!(town.person(member.id).await.memberships().len(), 2);
    let ending = |expected_version| EndMembershipInput {
        membership_id: Id::new(granted.id),
        expected_version,
    };
    assert_eq!(told(end(&coordinator, ending(2)).await), ["Overtaken"]);
    let ended = end(&coordinator, ending(1)).await.unwrap();
    assert_eq!((ended.ends_at, ended.version), (Some(coordinator.now()), 2));
    assert_eq!(told(end(&manager, ending(2)).await), ["InvalidTransition "]);
    assert_eq!(town.person(member.id).await.memberships().len(), 1);
}

#[tokio::test]
async fn whoever_holds_a_role_gives_it_up() {
    let town = Town::new("resign").await;
    let manager = town.manager().await;
    let other = town.manager().await;
    let membership = &manager.memberships()[0];
    let ending = || EndMembershipInput {
        membership_id: Id::new(membership.id),
        expected_version: 1,
    };
    assert_eq!(told(end(&other, ending()).await), ["Forbidden"]);
    end(&manager, ending()).await.unwrap();
    let manager = town.person(membership.account_id).await;
    assert!(manager.memberships().is_empty());
    let refused = invite(&manager, town.invitation(Role::Adviser)).await;
    assert_eq!(told(refused), ["Forbidden"]);
}

#[tokio::test]
async fn the_command_line_says_what_is_wrong() {
    let town = Town::new("line").await;
    let add = |role, programme, municipality| {
        add_from_command_line(
            town.house(),
            Appointment {
                name: "Name",
                role,
                programme,
                municipality,
            },
        )
    };
    let table = [
        (Role::DecidingBody, Some("XX"), None, "NotFound programme"),
        (Role::DecidingBody, None, None, "Required programme"),
        (
            Role::Coordinator,
            Some("FI"),
            None,
            "Required municipalityId",
        ),
        (
            Role::Coordinator,
            Some("FI"),
            Some("FI-0"),
            "NotFound municipality",
        ),
        (
            Role::DecidingBody,
            Some("FI"),
            Some("FI-837"),
            "Invalid municipalityId",
        ),
        (
            Role::ResponsibleEntity,
            Some("FI"),
            Some("FI-837"),
            "Required role",
        ),
        (Role::Public, Some("FI"), None, "Invalid role"),
    ];
    for (role, programme, municipality, fault) in table {
        let refused = add(role, programme, municipality).await;
        assert_eq!(
            told(refused),
            [fault],
            "{role:?} {programme:?} {municipality:?}"
        );
    }
    let coordinator = add(Role::Coordinator, Some("FI"), Some("FI-837"))
        .await
        .unwrap();
    assert_eq!(coordinator.status, Active);
    let administrator = add(Role::SystemAdministrator, Some("FI"), None)
        .await
        .unwrap();
    let administrator = town.person(administrator.id).await;
    assert_eq!(administrator.memberships()[0].programme_id, None);
    let seen = administrator.find::<account::Entity>().count().await;
    assert_eq!(seen.unwrap(), 2);
}
