//! An identity becomes that of an account: by an invitation, or from the command line. With it an
//! invited account comes into use.

use std::sync::Arc;

use entity::{
    account::{AccountStatus, account, identity, invitation as invitation_row},
    workflow::WorkflowAction,
};
use sea_orm::{ActiveValue::Set, ColumnTrait};
use uuid::Uuid;

use super::{
    invitation::{self, Code},
    rules,
};
use crate::{
    access::{Action, House, Locked, Place, Resource, Tx, Viewer, scope_for},
    error::Failure,
    id::{Id, Kind},
    issuer::Identity,
    journal::Event,
    refusal::{
        Refused, Replay, UserError,
        UserErrorCode::{Invalid, NotFound, NotUnique},
    },
};

/// Puts an invited account in use. One that is in use stays as it is; any other state is refused.
pub(super) async fn put_in_use(
    tx: &mut Tx,
    account: Locked<account::Entity>,
) -> Result<account::Model, Refused> {
    if account.row().status == AccountStatus::Active {
        return Ok(account.row().clone());
    }
    let version = account.row().version;
    let step = account.step(&rules::ACCOUNT, WorkflowAction::Start, version)?;
    tx.update(step.given(Vec::new())?, |_| {}).await
}

async fn link(tx: &mut Tx, account: &account::Model, who: Identity) -> Result<Uuid, Refused> {
    let granted = tx
        .viewer()
        .permit(Place::nowhere(Resource::Accounts), &[])?;
    let row = identity::ActiveModel {
        id: Set(tx.viewer().new_id()),
        account_id: Set(account.id),
        issuer: Set(who.issuer),
        subject: Set(who.subject),
        created_at: Set(tx.viewer().now()),
    };
    Ok(tx.found::<identity::Entity>(granted, row).await?.id)
}

/// Accepts an invitation: whoever signed in has its account from now on.
pub(super) async fn accept(viewer: &Viewer, code: &str) -> Result<account::Model, Refused> {
    if !viewer.scopes().allow(Resource::Accounts, Action::Write) {
        let needed = scope_for(Resource::Accounts, Action::Write);
        return Err(Failure::insufficient_scope(needed).into());
    }
    let Some(who) = viewer.unlinked() else {
        return Err(accepted_before(viewer, code).await?);
    };
    // Unknown, used, ended, withdrawn and made for another address are told apart to nobody.
    let absent = || {
        let message = "There is no such invitation, or it was used, has ended, or was made for another \
             address. Ask for a new one.";
        UserError::at(NotFound, "code", message)
    };
    let invited = viewer.invited_by(Code::digest(code)).await?;
    let (host, invitation) = invited.ok_or_else(absent)?;
    let mut tx = host.begin().await?;
    let account = Id::<account::Entity>::new(invitation.account_id);
    let account = tx.lock(account).await?;
    let invitation = Id::<invitation_row::Entity>::new(invitation.id);
    let invitation = tx.lock(invitation).await?;
    let can_be_used = matches!(
        account.row().status,
        AccountStatus::Invited | AccountStatus::Active
    );
    let fits = rules::is_addressed_to(account.row().email.as_deref(), viewer.verified_email());
    if !can_be_used || !fits || !invitation::is_open(invitation.row(), viewer.now()) {
        return Err(absent().into());
    }
    let account = put_in_use(&mut tx, account).await?;
    let version = invitation.row().version;
    let accepted = invitation.amend(&[], version)?.given(Vec::new())?;
    let identity = link(&mut tx, &account, who.clone()).await?;
    tx.update(accepted, |row| {
        row.accepted_at = Set(Some(viewer.now()));
        row.identity_id = Set(Some(identity));
    })
    .await?;
    tx.commit::<account::Entity>(Event::InvitationAccepted, &account)
        .await?;
    Ok(account)
}

/// Why somebody who has an account is given none. If it was this code that led to theirs, they try
/// again what took effect; no key tells so, since the first attempt was nobody's yet.
async fn accepted_before(viewer: &Viewer, code: &str) -> Result<Refused, Failure> {
    let own = viewer.account_id().unwrap_or_default();
    let invitation = viewer
        .find::<invitation_row::Entity>()
        .filter(invitation_row::Column::Digest.eq(Code::digest(code)))
        .filter(invitation_row::Column::AccountId.eq(own))
        .filter(invitation_row::Column::AcceptedAt.is_not_null());
    Ok(if invitation.one().await?.is_some() {
        let kind = account::Entity::TYPE.to_owned();
        Refused::Replayed(Replay::Effect { kind, id: own })
    } else {
        let message = "You have an account already; who you signed in as stands for it.";
        UserError::at(NotUnique, "", message).into()
    })
}

/// Links an identity from the command line of the server.
pub(crate) async fn link_from_command_line(
    house: &Arc<House>,
    id: Id<account::Entity>,
    who: Identity,
) -> Result<account::Model, Refused> {
    if !house.issuers().has(&who.issuer) {
        let message = format!("{} is no issuer of the configuration.", who.issuer);
        return Err(UserError::at(Invalid, "issuer", message).into());
    }
    let viewer = house.system("account link");
    let mut tx = viewer.begin().await?;
    let account = tx.lock(id).await?;
    let account = put_in_use(&mut tx, account).await?;
    link(&mut tx, &account, who).await?;
    tx.commit::<account::Entity>(Event::IdentityLinked, &account)
        .await?;
    Ok(account)
}
