//! Who plays: every role once in the municipality and once elsewhere, two people with two roles, and
//! somebody without a token.

use chrono::TimeDelta;
use entity::account::Role;
use serde_json::{Value, json};

use crate::{
    harness::{App, Person},
    matrix::{appointed, second_programme},
    world::World,
};

/// The municipality that is walked in, and the one that other players come from.
pub(super) const HOME: &str = "FI-837";
const AWAY: &str = "FI-091";

/// Longer than any walk.
const LIFETIME: TimeDelta = TimeDelta::days(3_000);

/// Somebody who tries.
#[derive(Clone, Debug)]
pub(super) struct Player {
    pub(super) name: String,
    /// The roles held where it is played; none for those who hold theirs elsewhere.
    roles: Vec<&'static str>,
    pub(super) is_public: bool,
    pub(super) person: Person,
}

impl Player {
    pub(super) fn has_any(&self, roles: &[&str]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }
}

const LOCAL: [(Role, &str); 6] = [
    (Role::YouthRepresentative, "YOUTH_REPRESENTATIVE"),
    (Role::SteeringMember, "STEERING_MEMBER"),
    (Role::DecisionMaker, "DECISION_MAKER"),
    (Role::ServiceAccount, "SERVICE_ACCOUNT"),
    (Role::Coordinator, "COORDINATOR"),
    (Role::Adviser, "ADVISER"),
];

async fn lasting(app: &App, person: Person) -> Person {
    let token = app.operator.token(&person.account, LIFETIME).await.unwrap();
    Person {
        token: Some(token),
        ..person
    }
}

/// A responsible entity of a municipality, and somebody who acts for it.
async fn carrier(world: &World<'_>) -> (Value, Person) {
    let municipality = world.ask(&world.manager, "id").await["id"].clone();
    let entity = json!({ "programme": "FI", "municipalityId": municipality, "name": "Sports club",
        "kind": "NGO" });
    let (name, select) = ("addResponsibleEntity", "responsibleEntity { id }");
    let payload = world
        .app
        .done_once(&world.coordinator, name, entity, select);
    let entity = payload.await["responsibleEntity"]["id"].clone();
    let seat = json!({ "programme": "FI", "municipalityId": municipality, "name": "A role",
        "role": "RESPONSIBLE_ENTITY", "email": format!("seat-{}@town.example", world.code), "responsibleEntityId": entity });
    let (name, select) = ("inviteAccount", "account { id }");
    let payload = world
        .app
        .done_once(&world.manager, name, seat, select)
        .await;
    let account = payload["account"]["id"].as_str().unwrap().to_owned();
    let person = Person {
        account,
        token: None,
    };
    (entity, lasting(world.app, person).await)
}

async fn made_adviser(world: &World<'_>, who: &Person, by: &Person) {
    let municipality = world.ask(by, "id").await["id"].clone();
    let input = json!({ "accountId": who.account, "role": "ADVISER", "programme": "FI",
        "municipalityId": municipality });
    let name = "grantMembership";
    world
        .app
        .done_once(by, name, input, "membership { id }")
        .await;
}

/// The people of a municipality whose tokens outlast a walk.
async fn people<'a>(app: &'a App, code: &str) -> World<'a> {
    let world = World::of(app, code).await;
    World {
        app,
        code: code.to_owned(),
        coordinator: lasting(app, world.coordinator).await,
        adviser: lasting(app, world.adviser).await,
        manager: lasting(app, world.manager).await,
        second_manager: lasting(app, world.second_manager).await,
        deciding_body: lasting(app, world.deciding_body).await,
    }
}

/// Everybody, with the world they play in and the entity that one of them acts for.
/// Those of another programme only where they are wanted: it takes a while to load one.
pub(super) async fn assembled(app: &App, has_programmes: bool) -> (World<'_>, Vec<Player>, Value) {
    if has_programmes {
        second_programme(&app.operator).await;
    }
    let world = people(app, HOME).await;
    let mut cast = Vec::new();
    let mut add = |name: &str, roles: &[&'static str], person: Person| {
        cast.push(Player {
            name: name.to_owned(),
            roles: roles.to_vec(),
            is_public: person.token.is_none(),
            person,
        });
    };
    for (role, name) in LOCAL {
        let own = match role {
            Role::Coordinator => world.coordinator.clone(),
            Role::Adviser => world.adviser.clone(),
            _ => lasting(app, app.person(role, Some(HOME)).await).await,
        };
        add(name, &[name], own);
        let foreign = app.person(role, Some(AWAY)).await;
        add(&format!("foreign {name}"), &[], lasting(app, foreign).await);
    }
    let (entity, person) = carrier(&world).await;
    add("RESPONSIBLE_ENTITY", &["RESPONSIBLE_ENTITY"], person);
    let away = World::of_managers(app, AWAY, &world.manager).await;
    let (_, person) = carrier(&away).await;
    add("foreign RESPONSIBLE_ENTITY", &[], person);
    for (role, name, person) in [
        (Role::ProgrammeManager, "PROGRAMME_MANAGER", &world.manager),
        (Role::DecidingBody, "DECIDING_BODY", &world.deciding_body),
    ] {
        add(name, &[name], person.clone());
        if has_programmes {
            let foreign = appointed(app, role, "SECOND", None).await;
            add(&format!("foreign {name}"), &[], lasting(app, foreign).await);
        }
        let double = lasting(app, app.person(role, None).await).await;
        made_adviser(&world, &double, &world.manager).await;
        add(&format!("{name} and ADVISER"), &[name, "ADVISER"], double);
    }
    let administrator = app.person(Role::SystemAdministrator, None).await;
    add(
        "SYSTEM_ADMINISTRATOR",
        &[],
        lasting(app, administrator).await,
    );
    add("PUBLIC", &[], app.public());
    (world, cast, entity)
}
