//! Machine clients from the command line of the server.

use std::sync::Arc;

use entity::{client::api_client, municipality::municipality};
use sea_orm::ColumnTrait;

use super::registry::{self, NewClient, Registered};
use crate::{
    access::House,
    id::Id,
    municipality::folded_code,
    operator::Registration,
    refusal::{Refused, UserError, UserErrorCode::NotFound},
};

/// Adds a client. `programme` is a key such as `FI`, `municipality` a code such as `FI-837`.
pub(crate) async fn add_from_command_line(
    house: &Arc<House>,
    registration: Registration<'_>,
) -> Result<Registered, Refused> {
    house.refresh().await?;
    let viewer = house.system("client add");
    let key = registration.programme;
    let Some(programme) = viewer.catalogue().programme_by_key(key) else {
        let message = format!("There is no programme {key}.");
        return Err(UserError::at(NotFound, "programme", message).into());
    };
    let municipality = match registration.municipality {
        None => None,
        Some(code) => {
            let find = viewer.find::<municipality::Entity>();
            let row = find
                .filter(municipality::Column::Code.eq(folded_code(code)))
                .one();
            let message = || format!("There is no municipality {code}. Codes look like FI-837.");
            let absent = || UserError::at(NotFound, "municipality", message());
            Some(Id::new(row.await?.ok_or_else(absent)?.id))
        }
    };
    let new = NewClient {
        name: registration.name.to_owned(),
        programme: programme.row.id,
        municipality,
        scopes: registration.scopes.to_vec(),
        origins: registration.origins.to_vec(),
        public_key: registration.public_key.map(str::to_owned),
    };
    registry::add(&viewer, new).await
}

/// Gives a client a new secret.
pub(crate) async fn rotate_from_command_line(
    house: &Arc<House>,
    id: Id<api_client::Entity>,
) -> Result<Registered, Refused> {
    let viewer = house.system("client rotate");
    registry::rotate(&viewer, id).await
}

/// Takes a client out of use.
pub(crate) async fn revoke_from_command_line(
    house: &Arc<House>,
    id: Id<api_client::Entity>,
) -> Result<(), Refused> {
    let viewer = house.system("client revoke");
    let version = registry::version(&viewer, id).await?;
    registry::revoke(&viewer, id, version).await?;
    Ok(())
}
