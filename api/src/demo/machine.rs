//! The machine clients of the demonstration: the register of Tampere, which reads and answers, and the
//! reporting of the committee, which reads of all municipalities.

use std::sync::Arc;

use entity::client::api_client;
use sea_orm::ColumnTrait;

use crate::{
    access::House,
    client::{add_from_command_line, rotate_from_command_line},
    id::Id,
    operator::Registration,
    trouble::Trouble,
};

use super::story::HOME;

/// What a client is made of.
struct Plan {
    name: &'static str,
    municipality: Option<&'static str>,
    scopes: &'static [&'static str],
}

const PLANS: [Plan; 2] = [
    Plan {
        name: "Register of Tampere",
        municipality: Some(HOME),
        scopes: &[
            "municipalities:read",
            "assessments:read",
            "assessments:write",
            "plans:read",
            "plans:write",
        ],
    },
    Plan {
        name: "Reporting of the committee",
        municipality: None,
        scopes: &[
            "municipalities:read",
            "assessments:read",
            "plans:read",
            "recognitions:read",
        ],
    },
];

/// A machine client with the secret of this run.
pub(super) struct Machine {
    pub(super) name: &'static str,
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) scopes: &'static [&'static str],
}

/// Adds the clients, or gives those that are there new secrets: nobody knows the old ones. That of
/// Tampere is the first.
pub(super) async fn ready(house: &Arc<House>) -> Result<Vec<Machine>, Trouble> {
    let mut machines = Vec::new();
    for plan in PLANS {
        machines.push(one(house, &plan).await?);
    }
    Ok(machines)
}

async fn one(house: &Arc<House>, plan: &Plan) -> Result<Machine, Trouble> {
    let viewer = house.system("demonstration");
    let found = viewer.find::<api_client::Entity>();
    let found = found.filter(api_client::Column::Name.eq(plan.name));
    let (row, secret) = if let Some(row) = found.one().await? {
        rotate_from_command_line(house, Id::new(row.id)).await?
    } else {
        let scopes: Vec<String> = plan.scopes.iter().copied().map(str::to_owned).collect();
        let registration = Registration {
            name: plan.name,
            programme: "FI",
            municipality: plan.municipality,
            scopes: &scopes,
            origins: &[],
            public_key: None,
        };
        add_from_command_line(house, registration).await?
    };
    let secret = secret.ok_or_else(|| Trouble::of("The machine client has no secret."))?;
    Ok(Machine {
        name: plan.name,
        id: Id::<api_client::Entity>::new(row.id).to_string(),
        secret: secret.reveal().to_owned(),
        scopes: plan.scopes,
    })
}
