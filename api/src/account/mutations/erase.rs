//! Erasing an account: what is personal goes, who it is at its issuers with it, roles end, the id stays
//! for the audit log.

use async_graphql::InputObject;
use entity::{
    account::{account, identity, membership},
    workflow::WorkflowAction,
};
use sea_orm::ActiveValue::Set;

use super::super::{Account, rules};
use crate::{access::Viewer, id::Id, journal::Event, payload::payload, refusal::Refused};

/// Removes the personal data of an account for good.
#[derive(Debug, InputObject)]
pub(crate) struct EraseAccountInput {
    /// The account. Not your own.
    pub(crate) account_id: Id<account::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `eraseAccount` did.
    EraseAccountPayload {
        /// The account as it is now: without name and address.
        account: Account
    }
}

/// Erases an account. Every role it holds or has held must allow that, also where the viewer does
/// not see it: a person is erased whole or not at all.
pub(super) async fn erase(
    viewer: &Viewer,
    input: EraseAccountInput,
) -> Result<account::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let account = tx.lock(input.account_id).await?;
    let mut ended = Vec::new();
    for membership in tx.lock_memberships(account.row()).await? {
        let (role, version) = (membership.row().role, membership.row().version);
        let step = membership.amend(rules::who_erases(role), version)?;
        ended.push(step.given(Vec::new())?);
    }
    let identities = tx
        .children::<account::Entity, identity::Entity>(account.row())
        .await?;
    let identities = identities.iter().map(|identity| identity.id);
    let identities = tx
        .lock_children::<account::Entity, identity::Entity>(&account, identities)
        .await?;
    let account = account.expect(input.expected_version)?;
    let is_self = viewer.account_id() == Some(account.row().id);
    let account = match ended.first() {
        Some(cause) => account.follow(&rules::ACCOUNT, WorkflowAction::Erase, cause)?,
        // Only an administrator stands where an account without any role does.
        None => account
            .step(
                &rules::ACCOUNT,
                WorkflowAction::Erase,
                input.expected_version,
            )?
            .given(Vec::new())?,
    };
    if is_self {
        return Err(rules::own_account().into());
    }
    for membership in ended {
        if !rules::is_over(membership.row(), viewer.now()) {
            tx.update::<membership::Entity>(membership, |row| {
                row.ends_at = Set(Some(viewer.now()));
            })
            .await?;
        }
    }
    let identities = identities.into_iter().map(|row| row.along(&account));
    tx.remove_all(identities.collect()).await?;
    let account = tx
        .update(account, |row| {
            row.name = Set(None);
            row.email = Set(None);
        })
        .await?;
    tx.forget_attempts_of(&account).await?;
    tx.commit::<account::Entity>(Event::AccountErased, &account)
        .await?;
    Ok(account)
}
