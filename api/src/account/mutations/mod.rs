//! Writes of accounts and memberships: invite, grant, end, erase.

mod erase;
mod invitations;
mod standing;

use async_graphql::{Context, InputObject, MergedObject, Object};
use entity::{
    account::{
        AccountStatus::{self, Active, Invited, Locked},
        Role, account, invitation as invitation_row, membership,
    },
    action_plan::responsible_entity,
    municipality::municipality,
};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use self::{
    erase::{EraseAccountInput, EraseAccountPayload},
    invitations::InvitationMutation,
    standing::StandingMutation,
};
use super::{
    Account, Membership,
    invitation::{self, Code},
    rules::{self, Seat},
    seat,
};
use crate::{
    access::{Place, Resource, Viewer},
    attempt::Attempt,
    error::Failure,
    id::{Id, NewId},
    input::{Checks, SHORT_TEXT, trimmed},
    journal::Event,
    payload::payload,
    refusal::{
        Refused, UserError,
        UserErrorCode::{self, Invalid, Required},
        none_of, told,
    },
    workflow::word,
};

/// Invites a person who has no account yet.
#[derive(Debug, InputObject)]
pub(crate) struct InviteAccountInput {
    /// An id of your own making for the account, for clients that work offline.
    pub(crate) id: Option<NewId<account::Entity>>,
    /// The name of the adult, up to 300 characters. Nobody under 18 has an account.
    pub(crate) name: String,
    /// Where the invitation goes, up to 254 characters; kept in lower case. Needed. Identifies nobody: two
    /// accounts may share one address.
    pub(crate) email: Option<String>,
    /// The first role. A machine is no person: `SERVICE_ACCOUNT` is `INVALID`, add it with `addApiClient`.
    pub(crate) role: Role,
    /// Key of the programme in which it is held, such as `FI`.
    pub(crate) programme: String,
    /// The municipality in which it is held. Every role that is given here needs one.
    pub(crate) municipality_id: Option<Id<municipality::Entity>>,
    /// For whom a `RESPONSIBLE_ENTITY` acts: one of the municipality. Absent with other roles.
    pub(crate) responsible_entity_id: Option<Id<responsible_entity::Entity>>,
}

/// Gives an account one more role.
#[derive(Debug, InputObject)]
pub(crate) struct GrantMembershipInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<membership::Entity>>,
    /// The account. Not your own.
    pub(crate) account_id: Id<account::Entity>,
    /// The role. `SERVICE_ACCOUNT` is `INVALID`: machines are added with `addApiClient`.
    pub(crate) role: Role,
    /// Key of the programme in which it is held, such as `FI`.
    pub(crate) programme: String,
    /// The municipality in which it is held. Every role that is given here needs one.
    pub(crate) municipality_id: Option<Id<municipality::Entity>>,
    /// For whom a `RESPONSIBLE_ENTITY` acts: one of the municipality. Absent with other roles.
    pub(crate) responsible_entity_id: Option<Id<responsible_entity::Entity>>,
}

/// Ends a membership now.
#[derive(Debug, InputObject)]
pub(crate) struct EndMembershipInput {
    /// The membership.
    pub(crate) membership_id: Id<membership::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `inviteAccount` did.
    InviteAccountPayload {
        /// The new account.
        account: Account
    }
}
payload! {
    /// What `grantMembership` did.
    GrantMembershipPayload {
        /// The new membership.
        membership: Membership
    }
}
payload! {
    /// What `endMembership` did.
    EndMembershipPayload {
        /// The membership as it is now.
        membership: Membership
    }
}

/// Writes of accounts, their memberships and invitations.
#[derive(Debug, Default, MergedObject)]
pub(crate) struct AccountMutation(InvitationMutation, MembershipMutation, StandingMutation);

/// Writes of accounts with what they hold.
#[derive(Debug, Default)]
pub(crate) struct MembershipMutation;

#[Object]
impl MembershipMutation {
    /// Creates an account in state INVITED with its first membership, and the code of an invitation
    /// for it, which holds for 14 days: `account { invitationCode }`. Roles: `PROGRAMME_MANAGER`; for
    /// the own municipality also COORDINATOR, but not with the roles `DECISION_MAKER` and `ADVISER`.
    /// The roles `PROGRAMME_MANAGER`, `DECIDING_BODY` and `SYSTEM_ADMINISTRATOR` are given on the command
    /// line of the server alone.
    async fn invite_account(
        &self,
        ctx: &Context<'_>,
        input: Attempt<InviteAccountInput>,
    ) -> Result<Option<InviteAccountPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        let invited = invite(&viewer, input).await;
        let account = invited.map(|(account, _, code)| (account, code));
        InviteAccountPayload::of(ctx, &viewer, account).await
    }

    /// Gives an account that you can see one more role, from now on. Roles as for `inviteAccount`.
    /// Nobody gives a role to themself, and nobody works for a municipality, advises it or decides
    /// about it at once: `CONFLICT_OF_INTEREST`. Where the programme's `duty` is `TWO_PERSON`, whoever
    /// advises may sit in the deciding body.
    async fn grant_membership(
        &self,
        ctx: &Context<'_>,
        input: Attempt<GrantMembershipInput>,
    ) -> Result<Option<GrantMembershipPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        GrantMembershipPayload::of(ctx, &viewer, grant(&viewer, input).await).await
    }

    /// Ends a membership now; its rights are gone with the next request. For those who may give
    /// the role, and for whoever holds it.
    async fn end_membership(
        &self,
        ctx: &Context<'_>,
        input: Attempt<EndMembershipInput>,
    ) -> Result<Option<EndMembershipPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        EndMembershipPayload::of(ctx, &viewer, end(&viewer, input).await).await
    }

    /// Removes name and address of an account for good, who it is at its issuers among them, and ends
    /// its roles; whoever had it has no rights from the next request on. The id stays, since the audit
    /// log names it. Roles:
    /// `SYSTEM_ADMINISTRATOR`; `PROGRAMME_MANAGER` for an account whose roles are all in the
    /// programme and none of which is `PROGRAMME_MANAGER` or `DECIDING_BODY`. Nobody erases the own
    /// account: `CONFLICT_OF_INTEREST`.
    async fn erase_account(
        &self,
        ctx: &Context<'_>,
        input: Attempt<EraseAccountInput>,
    ) -> Result<Option<EraseAccountPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        EraseAccountPayload::of(ctx, &viewer, erase::erase(&viewer, input).await).await
    }
}

fn seat(
    programme: Uuid,
    municipality: Option<Id<municipality::Entity>>,
    responsible_entity: Option<Id<responsible_entity::Entity>>,
) -> Seat {
    Seat {
        place: Place {
            programme: Some(programme),
            municipality: municipality.map(|id| id.0),
            resource: Resource::Accounts,
        },
        responsible_entity: responsible_entity.map(|id| id.0),
    }
}

/// Invites an account.
pub(crate) async fn invite(
    viewer: &Viewer,
    input: InviteAccountInput,
) -> Result<(account::Model, membership::Model, Code), Refused> {
    let mut tx = viewer.begin().await?;
    let seat = seat(
        viewer.catalogue().named(&input.programme)?,
        input.municipality_id,
        input.responsible_entity_id,
    );
    let granted = seat::permitted(viewer, input.role, seat.place)?;
    let mut checks = Checks::default();
    checks.required_text("name", &input.name, SHORT_TEXT);
    let email = checked_email(&mut checks, input.email);
    checks.extend(seat::faults(&tx, input.role, seat).await?);
    checks.done()?;
    let id = viewer.key(input.id.as_ref())?;
    let account = seat::account(viewer, id, (&input.name, email), Invited);
    let membership = seat::membership(viewer, viewer.new_id(), id, (input.role, seat));
    let (account, membership) = tx
        .found_with::<account::Entity, membership::Entity>(granted, account, membership)
        .await?;
    let permitted = tx.created::<account::Entity>(&account)?;
    let (row, code) = invitation::new(viewer, account.id)?;
    tx.create::<_, invitation_row::Entity>(&permitted, row)
        .await?;
    tx.answers_with::<account::Entity>(&account);
    tx.commit::<membership::Entity>(Event::AccountInvited, &membership)
        .await?;
    Ok((account, membership, code))
}

fn checked_email(checks: &mut Checks, email: Option<String>) -> Option<String> {
    let Some(text) = trimmed(email) else {
        checks.fault(Required, "email", "An invitation needs an e-mail address.");
        return None;
    };
    let email = rules::email(&text);
    let message = "Give an e-mail address, such as name@town.example.";
    checks.ensure(email.is_some(), Invalid, "email", message);
    email
}

/// Gives an account one more role.
pub(crate) async fn grant(
    viewer: &Viewer,
    input: GrantMembershipInput,
) -> Result<membership::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let account = tx.lock(input.account_id).await?;
    let seat = seat(
        viewer.catalogue().named(&input.programme)?,
        input.municipality_id,
        input.responsible_entity_id,
    );
    let granted = seat::permitted(viewer, input.role, seat.place)?;
    open(account.row().status)?;
    if viewer.account_id() == Some(account.row().id) {
        return Err(UserError::conflict("Nobody gives a role to themself.").into());
    }
    let mut held = tx
        .children::<account::Entity, membership::Entity>(account.row())
        .await?;
    held.retain(|row| !rules::is_over(row, viewer.now()));
    let duty = seat::duty(viewer, seat.place);
    if let Some(why) = rules::conflict(input.role, seat.place, duty, &held) {
        return Err(UserError::conflict(why).into());
    }
    let mut faults = seat::faults(&tx, input.role, seat).await?;
    faults.extend(rules::repeated(input.role, seat, &held));
    none_of(faults)?;
    let id = viewer.key(input.id.as_ref())?;
    let row = seat::membership(viewer, id, account.row().id, (input.role, seat));
    let row = tx.found::<membership::Entity>(granted, row).await?;
    tx.commit::<membership::Entity>(Event::MembershipGranted, &row)
        .await?;
    Ok(row)
}

/// Refuses an account that is closed for good.
fn open(status: AccountStatus) -> Result<(), UserError> {
    if matches!(status, Invited | Active | Locked) {
        return Ok(());
    }
    let message = told(format!(
        "The account is {} and takes no roles.",
        word(status)
    ))
    .with("state", word(status));
    Err(UserError::at(UserErrorCode::Locked, "accountId", message))
}

/// Ends a membership.
pub(crate) async fn end(
    viewer: &Viewer,
    input: EndMembershipInput,
) -> Result<membership::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let membership = tx.lock(input.membership_id).await?;
    let row = membership.row();
    let is_over = rules::is_over(row, viewer.now());
    let own = [row.role];
    let who = if viewer.account_id() == Some(row.account_id) {
        &own
    } else {
        rules::who_grants(row.role)
    };
    let step = membership.amend(who, input.expected_version)?;
    if is_over {
        let message = "The membership has ended already.";
        return Err(UserError::at(UserErrorCode::InvalidTransition, "", message).into());
    }
    let permitted = step.given(Vec::new())?;
    let row = tx
        .update(permitted, |row| row.ends_at = Set(Some(viewer.now())))
        .await?;
    tx.commit::<membership::Entity>(Event::MembershipEnded, &row)
        .await?;
    Ok(row)
}

#[cfg(test)]
mod tests;
