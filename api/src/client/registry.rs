//! The registry of machine clients: add one, give it a new secret, take it out of use. A client acts
//! through an account of its own with the role `SERVICE_ACCOUNT`.

use entity::{
    account::{AccountStatus, Role::ServiceAccount, account, membership},
    client::{ClientStatus, api_client, client_secret},
    municipality::municipality,
    text::Words,
    workflow::WorkflowAction,
};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::{
    assertion,
    rules::{self, CLIENT, EDITING, REGISTRARS, SECRET_LIFETIME, SECRETS_MAX, Secret},
};
use crate::{
    access::{House, Place, Resource, TokenScopes, Tx, Viewer},
    account::{Seat, account_row, membership_row},
    error::Failure,
    id::Id,
    input::{Checks, SHORT_TEXT, trimmed},
    journal::Event,
    refusal::{
        Refused, UserError,
        UserErrorCode::{Locked, NotFound},
    },
};

/// What a new client is to be.
#[derive(Clone, Debug)]
pub(crate) struct NewClient {
    /// What it is called.
    pub(crate) name: String,
    /// The programme in which it acts.
    pub(crate) programme: Uuid,
    /// The municipality for which it acts; the whole programme if absent.
    pub(crate) municipality: Option<Id<municipality::Entity>>,
    /// What its tokens may be for.
    pub(crate) scopes: Vec<String>,
    /// Origins of web pages that call in its name.
    pub(crate) origins: Vec<String>,
    /// The public half of its key, PEM, if it signs assertions instead of sending a secret.
    pub(crate) public_key: Option<String>,
}

/// A client and, once, its secret; none where it signs with a key of its own.
pub(crate) type Registered = (api_client::Model, Option<Secret>);

/// Adds a client.
pub(crate) async fn add(viewer: &Viewer, new: NewClient) -> Result<Registered, Refused> {
    let mut tx = viewer.begin().await?;
    let granted = viewer.permit(
        Place::programme(Resource::Clients, new.programme),
        REGISTRARS,
    )?;
    let public_key = trimmed(new.public_key);
    let mut checks = Checks::default();
    checks.required_text("name", &new.name, SHORT_TEXT);
    let scopes = rules::scopes(&mut checks, &new.scopes);
    rules::origins(&mut checks, &new.origins);
    assertion::check_key(&mut checks, public_key.as_deref());
    if let Some(id) = new.municipality
        && tx.find::<municipality::Entity>().by_id(id).await?.is_none()
    {
        checks.fault(NotFound, "municipalityId", "There is no such municipality.");
    }
    checks.done()?;
    let seat = Seat {
        place: Place {
            programme: Some(new.programme),
            municipality: new.municipality.map(|id| id.0),
            resource: Resource::Accounts,
        },
        responsible_entity: None,
    };
    let id = viewer.new_id();
    let account = account_row(viewer, id, (&new.name, None), AccountStatus::Active);
    let membership = membership_row(viewer, viewer.new_id(), id, (ServiceAccount, seat));
    let (account, _) = tx
        .found_with::<account::Entity, membership::Entity>(granted, account, membership)
        .await?;
    let client = api_client::ActiveModel {
        id: Set(viewer.new_id()),
        account_id: Set(account.id),
        programme_id: Set(new.programme),
        municipality_id: Set(seat.place.municipality),
        name: Set(new.name.trim().to_owned()),
        status: Set(ClientStatus::Active),
        scopes: Set(scopes.map(TokenScopes::words).unwrap_or_default()),
        origins: Set(Words(new.origins)),
        public_key: Set(public_key),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
    };
    let client = tx.found::<api_client::Entity>(granted, client).await?;
    let secret = match client.public_key {
        Some(_) => None,
        None => Some(new_secret(&mut tx, &client).await?),
    };
    tx.commit::<api_client::Entity>(Event::ClientAdded, &client)
        .await?;
    Ok((client, secret))
}

async fn new_secret(tx: &mut Tx, client: &api_client::Model) -> Result<Secret, Refused> {
    let permitted = tx.created::<api_client::Entity>(client)?;
    let (row, secret) = secret_of(tx.viewer(), client)?;
    tx.create::<_, client_secret::Entity>(&permitted, row)
        .await?;
    Ok(secret)
}

fn secret_of(
    viewer: &Viewer,
    client: &api_client::Model,
) -> Result<(client_secret::ActiveModel, Secret), Failure> {
    let secret = Secret::of(House::random()?);
    let row = client_secret::ActiveModel {
        id: Set(viewer.new_id()),
        client_id: Set(client.id),
        programme_id: Set(client.programme_id),
        municipality_id: Set(client.municipality_id),
        digest: Set(Secret::digest(secret.reveal())),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        expires_at: Set(viewer.now() + SECRET_LIFETIME),
        revoked_at: Set(None),
        last_used_at: Set(None),
        version: Set(1),
    };
    Ok((row, secret))
}

/// Gives a client a new secret. The newest one before holds on, so that both work while the
/// client changes over; older ones end now.
pub(crate) async fn rotate(
    viewer: &Viewer,
    id: Id<api_client::Entity>,
) -> Result<Registered, Refused> {
    let mut tx = viewer.begin().await?;
    let client = tx.lock(id).await?;
    let mut live = tx
        .children::<api_client::Entity, client_secret::Entity>(client.row())
        .await?;
    live.retain(|secret| rules::is_live(secret, viewer.now()));
    live.sort_by_key(|secret| std::cmp::Reverse((secret.created_at, secret.id)));
    let ended = live
        .into_iter()
        .skip(SECRETS_MAX - 1)
        .map(|secret| secret.id);
    let ended = tx
        .lock_children::<_, client_secret::Entity>(&client, ended)
        .await?;
    for secret in ended {
        let version = secret.row().version;
        let permitted = client.edit_child(secret, &EDITING, version)?;
        let now = viewer.now();
        tx.update(permitted, |row| row.revoked_at = Set(Some(now)))
            .await?;
    }
    let row = client.row().clone();
    if row.public_key.is_some() {
        let message = "This client signs with a key of its own and has no secrets.";
        return Err(UserError::at(Locked, "clientId", message).into());
    }
    let permitted = client.edit(&EDITING, None)?;
    let (secret_row, secret) = secret_of(viewer, &row)?;
    tx.create::<_, client_secret::Entity>(&permitted, secret_row)
        .await?;
    tx.commit::<api_client::Entity>(Event::ClientSecretAdded, &row)
        .await?;
    Ok((row, Some(secret)))
}

/// Takes a client out of use. Its tokens are refused from the next request on.
pub(crate) async fn revoke(
    viewer: &Viewer,
    id: Id<api_client::Entity>,
    expected_version: i32,
) -> Result<api_client::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let client = tx.lock(id).await?;
    let step = client.step(&CLIENT, WorkflowAction::Revoke, expected_version)?;
    let client = tx.update(step.given(Vec::new())?, |_| {}).await?;
    tx.commit::<api_client::Entity>(Event::ClientRevoked, &client)
        .await?;
    Ok(client)
}

/// The version of a client, for those who have not read it.
pub(super) async fn version(viewer: &Viewer, id: Id<api_client::Entity>) -> Result<i32, Failure> {
    let client = viewer.find::<api_client::Entity>().by_id(id).await?;
    Ok(client.ok_or_else(Failure::not_found)?.version)
}
