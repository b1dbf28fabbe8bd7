//! Who reads: every role once, machines with many and with few scopes, and anybody.

use api::Registration;
use entity::account::Role;
use serde_json::Value;

use super::oracle::Stand;
use crate::{
    ground::Ground,
    harness::{App, Person},
};

/// Somebody who reads.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    pub(super) role: &'static str,
    /// The digits of the municipality's code, if the role is held in one.
    home: Option<String>,
    pub(super) scopes: Option<Vec<&'static str>>,
    pub(super) person: Person,
}

const READING: &[&str] = &[
    "municipalities:read",
    "assessments:read",
    "plans:read",
    "recognitions:read",
];

fn digits(code: &str) -> String {
    code.chars().filter(char::is_ascii_digit).collect()
}

impl Reader {
    fn person(role: &'static str, home: Option<&str>, person: Person) -> Self {
        Self {
            role,
            home: home.map(digits),
            scopes: None,
            person,
        }
    }

    async fn machine(app: &App, home: &str, scopes: &'static [&'static str]) -> Self {
        let names: Vec<String> = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let registration = Registration {
            name: "Reader",
            programme: "FI",
            municipality: Some(home),
            scopes: &names,
            origins: &[],
            public_key: None,
        };
        let (id, secret) = app.operator.add_client(registration).await.unwrap();
        let response = reqwest::Client::new()
            .post(format!("{}/oauth/token", app.url))
            .header("content-type", "application/x-www-form-urlencoded")
            .basic_auth(&id, secret)
            .body("grant_type=client_credentials")
            .send();
        let told: Value = response.await.unwrap().json().await.unwrap();
        let person = Person {
            account: String::new(),
            token: Some(told["access_token"].as_str().unwrap().to_owned()),
        };
        Self {
            scopes: Some(scopes.to_vec()),
            ..Self::person("SERVICE_ACCOUNT", Some(home), person)
        }
    }

    /// All who read, at home in the municipality of a ground.
    pub(super) async fn all(app: &App, ground: &Ground<'_>) -> Vec<Self> {
        let (world, hands) = (&ground.world, &ground.hands);
        let home = Some(world.code.as_str());
        let decision_maker = app.person(Role::DecisionMaker, home).await;
        let administrator = app.person(Role::SystemAdministrator, None).await;
        let mut readers = vec![
            Self::person("PUBLIC", None, app.public()),
            Self::person("YOUTH_REPRESENTATIVE", home, hands.youth.clone()),
            Self::person("STEERING_MEMBER", home, hands.steering.clone()),
            Self::person("COORDINATOR", home, world.coordinator.clone()),
            Self::person("DECISION_MAKER", home, decision_maker),
            Self::person("RESPONSIBLE_ENTITY", home, hands.carrier.clone()),
            Self::person("ADVISER", home, world.adviser.clone()),
            Self::person("PROGRAMME_MANAGER", None, world.manager.clone()),
            Self::person("DECIDING_BODY", None, world.deciding_body.clone()),
            Self::person("SYSTEM_ADMINISTRATOR", None, administrator),
        ];
        readers.push(Self::machine(app, &world.code, READING).await);
        readers.push(Self::machine(app, &world.code, &["assessments:read"]).await);
        readers
    }

    /// How the reader stands to a municipality.
    pub(super) fn stand(&self, digits: &str) -> Stand<'_> {
        let is_over_all = self.home.is_none() && self.role != "PUBLIC";
        Stand {
            role: self.role,
            is_there: is_over_all || self.home.as_deref() == Some(digits),
            scopes: self.scopes.as_deref(),
        }
    }
}
