//! What becomes of an invitation: it is accepted, made anew, or ended, and with it the link to whoever
//! accepted it.

use async_graphql::{Context, InputObject, Object};
use entity::{
    account::{AccountStatus, account, identity, invitation as invitation_row, membership},
    workflow::WorkflowAction,
};
use sea_orm::ActiveValue::Set;

use super::super::{
    Account,
    invitation::{self, Code},
    linking, rules,
};
use crate::{
    access::{Locked, Permitted, Tx, Viewer},
    attempt::Attempt,
    error::Failure,
    id::Id,
    input::{Checks, trimmed},
    journal::Event,
    payload::payload,
    refusal::{
        Refused, UserError,
        UserErrorCode::{Invalid, InvalidTransition},
    },
    workflow::word,
};

/// Accepts an invitation.
#[derive(InputObject)]
pub(crate) struct AcceptInvitationInput {
    /// The code that came with the invitation.
    pub(crate) code: String,
}

/// Invites anew somebody who has not accepted yet.
#[derive(Debug, InputObject)]
pub(crate) struct RenewInvitationInput {
    /// The account. It must be INVITED.
    pub(crate) account_id: Id<account::Entity>,
    /// The version of the account that you read.
    pub(crate) expected_version: i32,
    /// Where the invitation goes from now on, up to 254 characters; kept in lower case. Null leaves the
    /// address as it is.
    pub(crate) email: Option<String>,
}

/// Ends an invitation, and the link to whoever accepted it.
#[derive(Debug, InputObject)]
pub(crate) struct EndInvitationInput {
    /// The account that it leads to. Not your own.
    pub(crate) account_id: Id<account::Entity>,
    /// The version of the account that you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `acceptInvitation` did.
    AcceptInvitationPayload {
        /// The account, which is yours from now on.
        account: Account
    }
}
payload! {
    /// What `renewInvitation` did.
    RenewInvitationPayload {
        /// The account, with the code of the new invitation.
        account: Account
    }
}
payload! {
    /// What `endInvitation` did.
    EndInvitationPayload {
        /// The account as it is now.
        account: Account
    }
}

/// Writes of invitations.
#[derive(Debug, Default)]
pub(crate) struct InvitationMutation;

#[Object]
impl InvitationMutation {
    /// Links the account of an invitation to whoever signed in, and puts it in use. For people with
    /// an access token of their identity provider, to which no account is linked yet: see
    /// `viewer { unlinkedIdentity }`. Who has an account already gets `NOT_UNIQUE`. If the token says
    /// `email_verified: true`, its `email` must be the address that was invited; one that is not is
    /// answered like a wrong code, and the invitation stays as it is.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        input: Attempt<AcceptInvitationInput>,
    ) -> Result<Option<AcceptInvitationPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        let accepted = linking::accept(&viewer, &input.code).await;
        AcceptInvitationPayload::of(ctx, &viewer, accepted).await
    }

    /// Makes a new code for an INVITED account, which holds for 14 days, and ends the one before:
    /// `account { invitationCode }`. Takes a corrected address. For those who may give every role that
    /// the account holds or has held; see `inviteAccount`.
    async fn renew_invitation(
        &self,
        ctx: &Context<'_>,
        input: Attempt<RenewInvitationInput>,
    ) -> Result<Option<RenewInvitationPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        RenewInvitationPayload::of(ctx, &viewer, renew(&viewer, input).await).await
    }

    /// Ends the invitation of an account: its code opens nothing any more. If it was accepted, whoever
    /// accepted it has the account no more from the next request on, and the account is INVITED again
    /// unless somebody else signs in with it too; its roles stay for whoever is invited next, with
    /// `renewInvitation`. `INVALID_TRANSITION` if no invitation stands. For those who may give every
    /// role that the account holds or has held. Nobody ends the way into their own account:
    /// `CONFLICT_OF_INTEREST`.
    async fn end_invitation(
        &self,
        ctx: &Context<'_>,
        input: Attempt<EndInvitationInput>,
    ) -> Result<Option<EndInvitationPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        EndInvitationPayload::of(ctx, &viewer, end(&viewer, input).await).await
    }
}

/// That the viewer could have given every role of an account. Whoever is invited gets hold of all of
/// them, so that nobody comes to a role in this way which they could not give.
async fn given_by_viewer(
    tx: &Tx,
    account: &account::Model,
) -> Result<Permitted<membership::Entity>, Refused> {
    let mut cause = None;
    for membership in tx.lock_memberships(account).await? {
        let (role, version) = (membership.row().role, membership.row().version);
        let step = membership.amend(rules::who_grants(role), version)?;
        cause = Some(step.given(Vec::new())?);
    }
    let inviters = || rules::INVITERS.iter().map(|role| word(*role));
    Ok(cause.ok_or_else(|| Failure::forbidden(inviters()))?)
}

/// The invitation of a locked account that was not ended. Whoever writes one locks its account first.
async fn standing(
    tx: &Tx,
    account: &account::Model,
) -> Result<Option<Locked<invitation_row::Entity>>, Failure> {
    let all = tx
        .children::<account::Entity, invitation_row::Entity>(account)
        .await?;
    match all.iter().find(|row| invitation::stands(row)) {
        Some(row) => tx.lock(Id::new(row.id)).await.map(Some),
        None => Ok(None),
    }
}

async fn renew(
    viewer: &Viewer,
    input: RenewInvitationInput,
) -> Result<(account::Model, Code), Refused> {
    let mut tx = viewer.begin().await?;
    let account = tx.lock(input.account_id).await?;
    let cause = given_by_viewer(&tx, account.row()).await?;
    let account = account.expect(input.expected_version)?;
    let action = WorkflowAction::RenewInvitation;
    let account = account.follow(&rules::ACCOUNT, action, &cause)?;
    let mut checks = Checks::default();
    let email = trimmed(input.email).map(|text| {
        let email = rules::email(&text);
        let message = "Give an e-mail address, such as name@town.example.";
        checks.ensure(email.is_some(), Invalid, "email", message);
        email
    });
    checks.done()?;
    if let Some(before) = standing(&tx, account.row()).await? {
        tx.update(before.along(&cause), |row| {
            row.ended_at = Set(Some(viewer.now()));
        })
        .await?;
    }
    let (row, code) = invitation::new(viewer, account.row().id)?;
    tx.create::<_, invitation_row::Entity>(&account, row)
        .await?;
    let account = tx
        .update(account, |row| {
            if let Some(email) = email {
                row.email = Set(email);
            }
        })
        .await?;
    tx.commit::<account::Entity>(Event::InvitationRenewed, &account)
        .await?;
    Ok((account, code))
}

async fn end(viewer: &Viewer, input: EndInvitationInput) -> Result<account::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let account = tx.lock(input.account_id).await?;
    let cause = given_by_viewer(&tx, account.row()).await?;
    let account = account.expect(input.expected_version)?;
    let action = WorkflowAction::EndInvitation;
    let account = account.follow(&rules::ACCOUNT, action, &cause)?;
    if viewer.account_id() == Some(account.row().id) {
        return Err(rules::own_account().into());
    }
    let Some(invitation) = standing(&tx, account.row()).await? else {
        let message = "No invitation of this account stands.";
        return Err(UserError::at(InvalidTransition, "", message).into());
    };
    let accepted_by = invitation.row().identity_id;
    tx.update(invitation.along(&cause), |row| {
        row.ended_at = Set(Some(viewer.now()));
    })
    .await?;
    let account = match accepted_by {
        Some(identity) => unlinked(&mut tx, account, Id::new(identity)).await?,
        None => account.row().clone(),
    };
    tx.commit::<account::Entity>(Event::InvitationEnded, &account)
        .await?;
    Ok(account)
}

/// Takes the account from an identity. While another one is linked to it, it stays in use.
async fn unlinked(
    tx: &mut Tx,
    account: Permitted<account::Entity>,
    identity: Id<identity::Entity>,
) -> Result<account::Model, Refused> {
    let identity = tx.lock(identity).await?;
    tx.remove(identity.along(&account)).await?;
    let others = tx
        .children::<account::Entity, identity::Entity>(account.row())
        .await?;
    let is_shared = !others.is_empty() && account.row().status == AccountStatus::Active;
    if is_shared {
        return Ok(account.row().clone());
    }
    tx.update(account, |_| {}).await
}
