//! An invitation as those see it who administer the account: by whom, until when, accepted by whom.

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::account::{account, identity, invitation};

use super::Account;
use crate::{access::Asking, error::Failure, scalars::DateTime};

/// An invitation to an account. Its code is shown once, to whoever made it.
#[derive(Clone, Debug)]
pub(crate) struct Invitation(Arc<invitation::Model>);

impl From<&Arc<invitation::Model>> for Invitation {
    fn from(row: &Arc<invitation::Model>) -> Self {
        Self(Arc::clone(row))
    }
}

/// An invitation to an account. Its code is shown once, in the payload of the mutation that made it.
#[Object(serial)]
impl Invitation {
    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Who made it; null if that is not known or you may not see who.
    async fn invited_by(&self, ctx: &Context<'_>) -> Result<Option<Account>, Failure> {
        match self.0.invited_by {
            Some(id) => ctx.reader().object(id).await,
            None => Ok(None),
        }
    }

    /// Until when it can be accepted.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.0.expires_at)
    }

    /// When it was accepted; null if it was not.
    async fn accepted_at(&self) -> Option<DateTime> {
        self.0.accepted_at.map(DateTime)
    }

    /// Who accepted it, by the word of an identity provider, and signs in to the account since; null if
    /// it was not accepted or was ended.
    async fn accepted_by(&self, ctx: &Context<'_>) -> Result<Option<LinkedIdentity>, Failure> {
        let identities = ctx
            .reader()
            .children::<account::Entity, identity::Entity>(self.0.account_id)
            .await?;
        let mut identities = identities.iter();
        let found = identities.find(|row| Some(row.id) == self.0.identity_id);
        Ok(found.map(|row| LinkedIdentity(Arc::clone(row))))
    }

    /// When it was ended, or replaced by another one; null if it was not.
    async fn ended_at(&self) -> Option<DateTime> {
        self.0.ended_at.map(DateTime)
    }
}

/// Who signs in to an account, by the word of an identity provider.
#[derive(Clone, Debug)]
pub(crate) struct LinkedIdentity(Arc<identity::Model>);

/// Who signs in to an account, by the word of an identity provider.
#[Object(serial)]
impl LinkedIdentity {
    /// The issuer of their access tokens.
    async fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// The name of the person at the issuer, which it gives to nobody else.
    async fn subject(&self) -> &str {
        &self.0.subject
    }
}
