//! Machine clients: programs that call the API in their own name, with tokens of an hour.

mod assertion;
mod command_line;
mod mutations;
mod oauth;
mod operations;
mod queries;
mod registry;
mod rules;

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::client::{ClientStatus, api_client, client_secret};
use fields::fields;

pub(crate) use self::{
    command_line::{add_from_command_line, revoke_from_command_line, rotate_from_command_line},
    mutations::ClientMutation,
    oauth::{answer, well_known},
    operations::operations,
    queries::ClientQuery,
    rules::CLIENT,
};
use self::{registry::Registered, rules::Secret};
use crate::{
    access::{Asking, Row},
    error::Failure,
    id::Id,
    in_order::Objects,
    municipality::Municipality,
    payload::{RowObject, row_object},
    programme::Programme,
    scalars::DateTime,
    viewer_action::{ViewerAction, viewer_actions},
};

/// A program that calls the API in its own name.
#[derive(Clone, Debug)]
pub(crate) struct ApiClient {
    row: Arc<api_client::Model>,
    secret: Option<Secret>,
}

impl RowObject for ApiClient {
    type Entity = api_client::Entity;
}
impl From<Arc<api_client::Model>> for ApiClient {
    fn from(row: Arc<api_client::Model>) -> Self {
        Self { row, secret: None }
    }
}
impl From<api_client::Model> for ApiClient {
    fn from(row: api_client::Model) -> Self {
        Self::from(Arc::new(row))
    }
}
impl From<Registered> for ApiClient {
    fn from((row, secret): Registered) -> Self {
        Self {
            secret,
            ..Self::from(row)
        }
    }
}

/// A program that calls the API in its own name. It gets access tokens at `/oauth/token` and acts
/// with the role `SERVICE_ACCOUNT` where it was added. It exists for the managers of its programme.
#[Object]
impl ApiClient {
    /// Its id, which is also its `client_id` in OAuth.
    pub(crate) async fn id(&self) -> Id<api_client::Entity> {
        Id::new(self.row.id)
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// Its state. Only an ACTIVE client gets tokens, and only its tokens are accepted.
    async fn status(&self) -> ClientStatus {
        self.row.status
    }

    /// What its tokens may be for, such as `assessments:read`.
    async fn scopes(&self) -> &[String] {
        &self.row.scopes.0
    }

    /// Origins of web pages that call in its name.
    async fn origins(&self) -> &[String] {
        &self.row.origins.0
    }

    /// Whether it signs assertions with a key of its own instead of sending a secret.
    async fn has_key(&self) -> bool {
        self.row.public_key.is_some()
    }

    /// The programme in which it acts.
    async fn programme(&self, ctx: &Context<'_>) -> Option<Programme> {
        let programme = ctx.viewer().catalogue().programme(self.row.programme_id)?;
        Some(Programme(Arc::clone(programme)))
    }

    /// The municipality for which it acts; null when it acts in the whole programme.
    async fn municipality(&self, ctx: &Context<'_>) -> Result<Option<Municipality>, Failure> {
        let Some(id) = self.row.municipality_id else {
            return Ok(None);
        };
        ctx.reader().object(id).await
    }

    /// The secrets that hold now, the oldest first; at most two.
    async fn secrets(&self, ctx: &Context<'_>) -> Result<Objects<ClientSecret>, Failure> {
        let now = ctx.viewer().now();
        let secrets = ctx
            .reader()
            .children::<api_client::Entity, client_secret::Entity>(self.row.id)
            .await?;
        let live = secrets.iter().filter(|row| rules::is_live(row, now));
        Ok(live
            .map(|row| ClientSecret::from(Arc::clone(row)))
            .collect())
    }

    /// The new secret, in the payload of the mutation that made it and never again. Keep it where
    /// you keep passwords.
    async fn new_secret(&self) -> Option<&str> {
        self.secret.as_ref().map(Secret::reveal)
    }

    /// What can be done with it now, and what you may do.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Vec<ViewerAction> {
        let roles = ctx.viewer().acting_at(api_client::Entity::place(&self.row));
        viewer_actions(&CLIENT, self.row.status, roles, |_| Vec::new())
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.row.version
    }

    /// When it was added.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When it was changed last.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.updated_at)
    }

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&*self.row)
    }
}

row_object! {
    /// A secret of a machine client. The secret itself is kept nowhere.
    ClientSecret = ClientSecretFields of client_secret
}

/// A secret of a machine client. The secret itself is kept nowhere.
#[fields(name = "ClientSecret")]
impl ClientSecretFields {
    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it ends by itself, a year after it was made.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// When it was used last, give or take an hour; null if never. A secret that is not used any
    /// more can be left to end when the client changes over.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime)
    }
}
