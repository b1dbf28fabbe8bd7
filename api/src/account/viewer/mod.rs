//! The root query `viewer`: who is asking, as the API sees them.

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::{
    account::{Role, account},
    client::api_client,
    municipality::municipality,
};
use sea_orm::Iterable;

use super::{Account, Membership};
use crate::{
    access::Asking, error::Failure, id::Id, in_order::Objects, issuer::Identity,
    municipality::Municipality, scalars::Locale,
};

/// Who is asking.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Caller;

/// Who is asking, with or without an access token.
#[Object(name = "Viewer")]
impl Caller {
    /// The account; null without an access token, and while who signed in is linked to none: see
    /// `unlinkedIdentity`.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>, Failure> {
        let Some(id) = ctx.viewer().account_id() else {
            return Ok(None);
        };
        ctx.reader().object(id).await
    }

    /// Who signed in with an identity provider and is linked to no account yet: ask for the code of
    /// the invitation and send it with `acceptInvitation`. Null for everybody else.
    async fn unlinked_identity(&self, ctx: &Context<'_>) -> Option<UnlinkedIdentity> {
        ctx.viewer().unlinked().cloned().map(UnlinkedIdentity)
    }

    /// The roles held now, each once whatever the place, in the order of the enum. `PUBLIC` is
    /// always the first.
    async fn roles(&self, ctx: &Context<'_>) -> Vec<Role> {
        let viewer = ctx.viewer();
        Role::iter()
            .filter(|role| *role == Role::Public || viewer.held(&[*role]).next().is_some())
            .collect()
    }

    /// The memberships in force, in order of role. At most a few dozen.
    async fn memberships(&self, ctx: &Context<'_>) -> Vec<Membership> {
        let mut memberships = ctx.viewer().memberships().to_vec();
        memberships.sort_by_key(|row| (row.role, row.id));
        memberships.into_iter().map(Membership::from).collect()
    }

    /// The municipalities in which a membership is held, each once, in order of name. At most a
    /// few dozen.
    async fn municipalities(&self, ctx: &Context<'_>) -> Result<Objects<Municipality>, Failure> {
        let memberships = ctx.viewer().memberships().iter();
        let ids = memberships.filter_map(|m| m.municipality_id);
        let ids = ids.map(Id::<municipality::Entity>::new).collect();
        let rows = ctx.reader().many(ids).await?;
        let mut rows: Vec<_> = rows.into_values().collect();
        rows.sort_by(|a, b| (&a.sort_name, a.id).cmp(&(&b.sort_name, b.id)));
        Ok(rows
            .iter()
            .map(|row| Municipality::from(Arc::clone(row)))
            .collect())
    }

    /// What the access token is for, such as `assessments:read`; every scope for a person who signed
    /// in or without a token. Scopes narrow what the roles allow and never widen it.
    async fn scopes(&self, ctx: &Context<'_>) -> Vec<&'static str> {
        ctx.viewer().scopes().names()
    }

    /// The id of the machine client that calls; null for a person.
    async fn client_id(&self, ctx: &Context<'_>) -> Option<Id<api_client::Entity>> {
        ctx.viewer().client_id().map(Id::new)
    }

    /// The languages asked for, best first. Texts come in the first of them that there is, then in
    /// those of the programme.
    async fn locales(&self, ctx: &Context<'_>) -> Vec<Locale> {
        let locales = ctx.viewer().locales().iter();
        locales.cloned().map(Locale).collect()
    }

    /// The id of the account, for logs of yours; null without an access token. Costs nothing.
    async fn account_id(&self, ctx: &Context<'_>) -> Option<Id<account::Entity>> {
        ctx.viewer().account_id().map(Id::new)
    }
}

/// Who somebody is by the word of an identity provider.
#[derive(Clone, Debug)]
pub(crate) struct UnlinkedIdentity(Identity);

/// Who somebody is by the word of an identity provider, without an account here.
#[Object(serial)]
impl UnlinkedIdentity {
    /// The issuer of the access token.
    async fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// The name of the person at the issuer, which it gives to nobody else. Tell it to whoever runs
    /// the server if they are to link the account.
    async fn subject(&self) -> &str {
        &self.0.subject
    }
}

/// Who is asking.
#[derive(Debug, Default)]
pub(crate) struct AccountQuery;

#[Object]
impl AccountQuery {
    /// Who is asking: the account behind the access token, its roles and places.
    async fn viewer(&self) -> Caller {
        Caller
    }
}

#[cfg(test)]
mod tests;
