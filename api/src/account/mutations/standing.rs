//! Whether an account may sign in: it is locked, unlocked, or closed for good.

use async_graphql::{Context, InputObject, Object};
use entity::{
    account::{AccountStatus, account, membership},
    workflow::WorkflowAction,
};
use sea_orm::{ActiveValue::Set, ColumnTrait};

use super::super::{Account, rules};
use crate::{
    access::{Permitted, Tx, Viewer},
    attempt::Attempt,
    error::Failure,
    id::Id,
    journal::Event,
    payload::payload,
    refusal::{Refused, UserError},
};

/// Locks an account.
#[derive(Debug, InputObject)]
pub(crate) struct LockAccountInput {
    /// The account. Not your own.
    pub(crate) account_id: Id<account::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Unlocks an account.
#[derive(Debug, InputObject)]
pub(crate) struct UnlockAccountInput {
    /// The account.
    pub(crate) account_id: Id<account::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Closes an account.
#[derive(Debug, InputObject)]
pub(crate) struct DeactivateAccountInput {
    /// The account. Not your own.
    pub(crate) account_id: Id<account::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `lockAccount` did.
    LockAccountPayload {
        /// The account as it is now.
        account: Account
    }
}
payload! {
    /// What `unlockAccount` did.
    UnlockAccountPayload {
        /// The account as it is now.
        account: Account
    }
}
payload! {
    /// What `deactivateAccount` did.
    DeactivateAccountPayload {
        /// The account as it is now.
        account: Account
    }
}

/// Writes of whether an account may sign in.
#[derive(Debug, Default)]
pub(crate) struct StandingMutation;

#[Object]
impl StandingMutation {
    /// Keeps an account from signing in until it is unlocked: its tokens, and those of its machine
    /// client, are refused from the next request on. Its roles stay. Role: `SYSTEM_ADMINISTRATOR`.
    /// Nobody locks their own account: `CONFLICT_OF_INTEREST`. One administrator must remain:
    /// `RULES_UNMET`.
    async fn lock_account(
        &self,
        ctx: &Context<'_>,
        input: Attempt<LockAccountInput>,
    ) -> Result<Option<LockAccountPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        let (whom, version) = (input.account_id, input.expected_version);
        LockAccountPayload::of(ctx, &viewer, lock(&viewer, whom, version).await).await
    }

    /// Lets a locked account sign in again, with the roles that it holds. Role:
    /// `SYSTEM_ADMINISTRATOR`.
    async fn unlock_account(
        &self,
        ctx: &Context<'_>,
        input: Attempt<UnlockAccountInput>,
    ) -> Result<Option<UnlockAccountPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        let (whom, version) = (input.account_id, input.expected_version);
        UnlockAccountPayload::of(ctx, &viewer, unlock(&viewer, whom, version).await).await
    }

    /// Closes an account that is in use or locked, for good: its tokens are refused from the next
    /// request on and its roles end. Name and address stay until it is erased. Role:
    /// `SYSTEM_ADMINISTRATOR`. Nobody closes their own account: `CONFLICT_OF_INTEREST`. One
    /// administrator must remain: `RULES_UNMET`.
    async fn deactivate_account(
        &self,
        ctx: &Context<'_>,
        input: Attempt<DeactivateAccountInput>,
    ) -> Result<Option<DeactivateAccountPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        let (whom, version) = (input.account_id, input.expected_version);
        let closed = deactivate(&viewer, whom, version).await;
        DeactivateAccountPayload::of(ctx, &viewer, closed).await
    }
}

async fn lock(
    viewer: &Viewer,
    whom: Id<account::Entity>,
    version: i32,
) -> Result<account::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let account = shut_out(&tx, whom, WorkflowAction::Lock, version).await?;
    let account = tx.update(account, |_| {}).await?;
    tx.commit::<account::Entity>(Event::AccountLocked, &account)
        .await?;
    Ok(account)
}

async fn unlock(
    viewer: &Viewer,
    whom: Id<account::Entity>,
    version: i32,
) -> Result<account::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let account = tx.lock(whom).await?;
    let step = account.step(&rules::ACCOUNT, WorkflowAction::Unlock, version)?;
    let account = tx.update(step.given(Vec::new())?, |_| {}).await?;
    tx.commit::<account::Entity>(Event::AccountUnlocked, &account)
        .await?;
    Ok(account)
}

async fn deactivate(
    viewer: &Viewer,
    whom: Id<account::Entity>,
    version: i32,
) -> Result<account::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let account = shut_out(&tx, whom, WorkflowAction::Deactivate, version).await?;
    for membership in tx.lock_memberships(account.row()).await? {
        if !rules::is_over(membership.row(), viewer.now()) {
            tx.update::<membership::Entity>(membership.along(&account), |row| {
                row.ends_at = Set(Some(viewer.now()));
            })
            .await?;
        }
    }
    let account = tx.update(account, |_| {}).await?;
    tx.commit::<account::Entity>(Event::AccountDeactivated, &account)
        .await?;
    Ok(account)
}

/// The permission to keep somebody else from signing in.
async fn shut_out(
    tx: &Tx,
    whom: Id<account::Entity>,
    action: WorkflowAction,
    version: i32,
) -> Result<Permitted<account::Entity>, Refused> {
    let account = tx.lock(whom).await?;
    let step = account.step(&rules::ACCOUNT, action, version)?;
    if tx.viewer().account_id() == Some(whom.0) {
        return Err(rules::own_account().into());
    }
    let unmet = if is_needed(tx, whom).await? {
        vec![UserError::unmet("Nobody else could administer the system.")]
    } else {
        Vec::new()
    };
    step.given(unmet)
}

/// Whether an account administers the system and no other account in use does. Two administrators who
/// shut each other out wait here for each other.
async fn is_needed(tx: &Tx, whom: Id<account::Entity>) -> Result<bool, Failure> {
    let mut administrators = tx.lock_administrators().await?;
    administrators.retain(|row| rules::is_in_force(row, tx.viewer().now()));
    let (own, others): (Vec<_>, Vec<_>) = administrators
        .iter()
        .map(|row| row.account_id)
        .partition(|id| *id == whom.0);
    if own.is_empty() {
        return Ok(false);
    }
    let in_use = tx
        .find::<account::Entity>()
        .filter(account::Column::Id.is_in(others))
        .filter(account::Column::Status.eq(AccountStatus::Active));
    Ok(in_use.count().await? == 0)
}
