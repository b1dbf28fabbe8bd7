//! Rights made visible: duties kept apart, the table of rights, redactions, what a document could
//! use.

mod checking;
mod duties;
mod redacted;
mod table;
mod traces;

use api::Registration;
use serde_json::Value;

use crate::harness::{App, Person};

/// A machine client and a caller with its token.
pub(crate) struct Machine {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) caller: Person,
}

/// A machine client of a municipality with scopes, called with a token for all of them.
async fn machine(app: &App, municipality: &str, scopes: &[&str]) -> Machine {
    let scopes: Vec<_> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let registration = Registration {
        name: "Register of a municipality",
        programme: "FI",
        municipality: Some(municipality),
        scopes: &scopes,
        origins: &[],
        public_key: None,
    };
    let (id, secret) = app.operator.add_client(registration).await.unwrap();
    let secret = secret.unwrap();
    let token = token(app, &id, &secret).await["access_token"].clone();
    let caller = Person {
        account: String::new(),
        token: Some(token.as_str().unwrap().to_owned()),
    };
    Machine { id, secret, caller }
}

/// What `/oauth/token` answers a client.
async fn token(app: &App, id: &str, secret: &str) -> Value {
    let request = reqwest::Client::new().post(format!("{}/oauth/token", app.url));
    let request = request
        .basic_auth(id, Some(secret))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    request.send().await.unwrap().json().await.unwrap()
}
