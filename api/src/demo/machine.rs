//! The machine client of the demonstration: the register of Tampere, which reads and answers.

use std::sync::Arc;

use entity::client::api_client;

use crate::{
    access::House,
    client::{add_from_command_line, rotate_from_command_line},
    id::Id,
    operator::Registration,
    trouble::Trouble,
};

use super::story::HOME;

const NAME: &str = "Register of Tampere";
const SCOPES: [&str; 5] = [
    "municipalities:read",
    "assessments:read",
    "assessments:write",
    "plans:read",
    "plans:write",
];

/// A machine client with the secret of this run.
pub(super) struct Machine {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) scopes: &'static [&'static str],
}

/// Adds the client, or gives the one that is there a new secret: nobody knows the old one.
pub(super) async fn ready(house: &Arc<House>) -> Result<Machine, Trouble> {
    let viewer = house.system("demonstration");
    let found = viewer.find::<api_client::Entity>().one().await?;
    let (row, secret) = if let Some(row) = found {
        rotate_from_command_line(house, Id::new(row.id)).await?
    } else {
        let registration = Registration {
            name: NAME,
            programme: "FI",
            municipality: Some(HOME),
            scopes: &SCOPES.map(str::to_owned),
            origins: &[],
            public_key: None,
        };
        add_from_command_line(house, registration).await?
    };
    let secret = secret.ok_or_else(|| Trouble::of("The machine client has no secret."))?;
    Ok(Machine {
        id: Id::<api_client::Entity>::new(row.id).to_string(),
        secret: secret.reveal().to_owned(),
        scopes: &SCOPES,
    })
}
