//! The registry of machine clients as managers change it.

use async_graphql::{Context, InputObject, Object};
use entity::{client::api_client, municipality::municipality};

use super::{
    ApiClient,
    registry::{self, NewClient, Registered},
};
use crate::{
    access::Viewer, attempt::Attempt, error::Failure, id::Id, payload::payload, refusal::Refused,
};

/// Adds a machine client.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AddApiClientInput {
    /// The key of the programme in which it acts, such as `FI`.
    pub(crate) programme: String,
    /// The municipality for which it acts; the whole programme if absent.
    pub(crate) municipality_id: Option<Id<municipality::Entity>>,
    /// What it is called, up to 300 characters.
    pub(crate) name: String,
    /// What its tokens may be for: of `municipalities:read`, `assessments:read`,
    /// `assessments:write`, `plans:read`, `plans:write` and `recognitions:read`.
    pub(crate) scopes: Vec<String>,
    /// Origins of web pages that call in its name, such as `https://town.example`; at most 20.
    pub(crate) origins: Option<Vec<String>>,
    /// The public half of an Ed25519 or P-256 key as PEM, for `private_key_jwt`. With it the
    /// client gets no secret.
    pub(crate) public_key: Option<String>,
}

/// Gives a machine client a new secret.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RotateApiClientSecretInput {
    /// The client.
    pub(crate) client_id: Id<api_client::Entity>,
}

/// Takes a machine client out of use for good.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RevokeApiClientInput {
    /// The client.
    pub(crate) client_id: Id<api_client::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `addApiClient` did.
    AddApiClientPayload {
        /// The new client, with its secret in `newSecret`.
        api_client: ApiClient
    }
}
payload! {
    /// What `rotateApiClientSecret` did.
    RotateApiClientSecretPayload {
        /// The client, with its new secret in `newSecret`.
        api_client: ApiClient
    }
}
payload! {
    /// What `revokeApiClient` did.
    RevokeApiClientPayload {
        /// The client as it is now.
        api_client: ApiClient
    }
}

/// Writes of machine clients.
#[derive(Debug, Default)]
pub(crate) struct ClientMutation;

#[Object]
impl ClientMutation {
    /// Adds a machine client, with an account of its own that holds the role `SERVICE_ACCOUNT`.
    /// Role: `PROGRAMME_MANAGER`.
    async fn add_api_client(
        &self,
        ctx: &Context<'_>,
        input: Attempt<AddApiClientInput>,
    ) -> Result<Option<AddApiClientPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        AddApiClientPayload::of(ctx, &viewer, add(&viewer, input).await).await
    }

    /// Gives a machine client a new secret. The one before holds on until this is called again, so
    /// that the client can change over; any older one ends now. Role: `PROGRAMME_MANAGER`.
    async fn rotate_api_client_secret(
        &self,
        ctx: &Context<'_>,
        input: Attempt<RotateApiClientSecretInput>,
    ) -> Result<Option<RotateApiClientSecretPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        let rotated = registry::rotate(&viewer, input.client_id).await;
        RotateApiClientSecretPayload::of(ctx, &viewer, rotated).await
    }

    /// Takes a machine client out of use for good; its tokens are refused from the next request
    /// on. Role: `PROGRAMME_MANAGER`.
    async fn revoke_api_client(
        &self,
        ctx: &Context<'_>,
        input: Attempt<RevokeApiClientInput>,
    ) -> Result<Option<RevokeApiClientPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        let revoked = registry::revoke(&viewer, input.client_id, input.expected_version);
        RevokeApiClientPayload::of(ctx, &viewer, revoked.await).await
    }
}

async fn add(viewer: &Viewer, input: AddApiClientInput) -> Result<Registered, Refused> {
    let new = NewClient {
        programme: viewer.catalogue().named(&input.programme)?,
        municipality: input.municipality_id,
        name: input.name,
        scopes: input.scopes,
        origins: input.origins.unwrap_or_default(),
        public_key: input.public_key,
    };
    registry::add(viewer, new).await
}
