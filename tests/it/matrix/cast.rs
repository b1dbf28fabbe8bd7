//! Everybody who tries the cells: per role one person in each relation.

use std::sync::atomic::{AtomicU32, Ordering};

use api::{Appointment, Operator};
use chrono::TimeDelta;
use entity::account::Role;
use serde_json::json;

use super::table::Relation::{self, Anywhere, Assigned, Ended, Foreign, Own, Programme};
use crate::{
    ground::Ground,
    harness::{App, Person},
    world::World,
};

/// Somebody in a relation.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    pub(super) role: &'static str,
    pub(super) relation: Relation,
    pub(super) person: Person,
}

/// Roles that are held in a municipality; in the second place, how they stand to it.
const LOCAL: [(Role, &str, Relation); 6] = [
    (Role::YouthRepresentative, "YOUTH_REPRESENTATIVE", Own),
    (Role::SteeringMember, "STEERING_MEMBER", Own),
    (Role::Coordinator, "COORDINATOR", Own),
    (Role::DecisionMaker, "DECISION_MAKER", Own),
    (Role::ServiceAccount, "SERVICE_ACCOUNT", Own),
    (Role::Adviser, "ADVISER", Assigned),
];
const OF_PROGRAMMES: [(Role, &str); 2] = [
    (Role::ProgrammeManager, "PROGRAMME_MANAGER"),
    (Role::DecidingBody, "DECIDING_BODY"),
];

static COUNT: AtomicU32 = AtomicU32::new(0);

/// Loads a second programme: the Finnish one under another key.
pub(crate) async fn second_programme(operator: &Operator) {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../programmes/fi");
    let own = COUNT.fetch_add(1, Ordering::Relaxed);
    let process = std::process::id();
    let copy = std::env::temp_dir().join(format!("cfc-it-second-programme-{process}-{own}"));
    std::fs::create_dir_all(&copy).unwrap();
    for entry in std::fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if name == "programme.toml" {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.replacen("key = \"FI\"", "key = \"SECOND\"", 1);
            std::fs::write(copy.join(name), text).unwrap();
        } else {
            std::fs::copy(&path, copy.join(name)).unwrap();
        }
    }
    operator.load(&copy).await.unwrap();
    std::fs::remove_dir_all(&copy).unwrap();
}

/// Somebody with a role in a programme.
pub(crate) async fn appointed(
    app: &App,
    role: Role,
    programme: &str,
    municipality: Option<&str>,
) -> Person {
    let appointment = Appointment {
        name: "A role",
        role,
        programme: Some(programme),
        municipality,
    };
    let account = app.operator.add_account(appointment).await.unwrap();
    let token = app.operator.token(&account, TimeDelta::hours(1)).await;
    Person {
        account,
        token: Some(token.unwrap()),
    }
}

/// Ends the only membership of somebody, by their own hand.
async fn ended(app: &App, ground: &Ground<'_>, person: Person) -> Person {
    let step = World::step("membershipId", &ground.membership_of(&person).await);
    app.done(&person, "endMembership", step, "membership { id }")
        .await;
    let viewer = app.read(&person, "{ viewer { roles } }", json!({})).await;
    assert_eq!(viewer["viewer"]["roles"], json!(["PUBLIC"]));
    person
}

/// Everybody. `home` is the ground that is asked for, `away` another municipality.
pub(super) async fn assembled(app: &App, home: &Ground<'_>, away: &str) -> Vec<Actor> {
    let mut cast = Vec::new();
    let mut add = |role, relation, person| {
        cast.push(Actor {
            role,
            relation,
            person,
        });
    };
    let code = home.world.code.as_str();
    for (role, name, relation) in LOCAL {
        add(name, relation, app.person(role, Some(code)).await);
        add(name, Foreign, app.person(role, Some(away)).await);
        let left = app.person(role, Some(code)).await;
        add(name, Ended, ended(app, home, left).await);
    }
    add("STEERING_MEMBER", Assigned, home.hands.steering.clone());
    let carrier = "RESPONSIBLE_ENTITY";
    add(carrier, Assigned, home.hands.carrier.clone());
    let idle = home.seat(carrier, Some("idle entity"), "idle").await.0;
    add(carrier, Own, idle);
    let left = home.seat(carrier, Some("idle entity"), "idle").await.0;
    add(carrier, Ended, ended(app, home, left).await);
    for (role, name) in OF_PROGRAMMES {
        add(name, Programme, app.person(role, None).await);
        add(name, Foreign, appointed(app, role, "SECOND", None).await);
        let left = app.person(role, None).await;
        add(name, Ended, ended(app, home, left).await);
    }
    let administrator = "SYSTEM_ADMINISTRATOR";
    let person = app.person(Role::SystemAdministrator, None).await;
    add(administrator, Anywhere, person);
    let left = app.person(Role::SystemAdministrator, None).await;
    add(administrator, Ended, ended(app, home, left).await);
    add("PUBLIC", Anywhere, app.public());
    cast
}
