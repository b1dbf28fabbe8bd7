//! Accounts and memberships: types, and the root query of who is asking.

mod command_line;
mod invitation;
mod invited;
mod linking;
mod mutations;
mod operations;
mod rules;
mod seat;
mod viewer;

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::{
    account::{AccountStatus, Role, account, invitation as invitations, membership},
    workflow::WorkflowAction,
};
use fields::fields;

pub(crate) use self::{
    command_line::{activated, add_from_command_line},
    linking::link_from_command_line,
    mutations::AccountMutation,
    operations::operations,
    rules::{ACCOUNT, Seat},
    seat::{account as account_row, membership as membership_row},
    viewer::AccountQuery,
};
use self::{
    invitation::Code,
    invited::Invitation,
    rules::{own_account, who_erases, who_grants},
};
use crate::{
    access::{Asking, Class, Field, Place, Resource, Row, Rows, field},
    action_plan::ResponsibleEntity,
    error::Failure,
    id::Id,
    in_order::Objects,
    municipality::Municipality,
    payload::{RowObject, row_object},
    programme::Programme,
    refusal::UserError,
    scalars::DateTime,
    viewer_action::{ViewerAction, viewer_actions},
};

const NAME: Field = field("Account.name", Class::Personal);
const EMAIL: Field = field("Account.email", Class::Personal);
const INVITATION: Field = field("Account.invitation", Class::Personal);
/// Fields above public, each with its class.
pub(crate) const FIELDS: &[Field] = &[NAME, EMAIL, INVITATION];

/// A person or a system that signs in.
#[derive(Clone, Debug)]
pub(crate) struct Account(Arc<account::Model>, Option<Code>);

impl RowObject for Account {
    type Entity = account::Entity;
}
impl From<Arc<account::Model>> for Account {
    fn from(row: Arc<account::Model>) -> Self {
        Self(row, None)
    }
}
impl From<account::Model> for Account {
    fn from(row: account::Model) -> Self {
        Self::from(Arc::new(row))
    }
}
impl From<(account::Model, Code)> for Account {
    fn from((row, code): (account::Model, Code)) -> Self {
        Self(Arc::new(row), Some(code))
    }
}

impl Account {
    /// A personal value: for the account itself, and for those who administer it at the place of
    /// one of its memberships.
    async fn personal<T>(
        &self,
        ctx: &Context<'_>,
        field: &Field,
        value: Option<T>,
    ) -> Result<Option<T>, Failure> {
        let viewer = ctx.viewer();
        let is_self = viewer.account_id() == Some(self.0.id);
        if is_self || field.is_read(viewer, Place::nowhere(Resource::Accounts)) {
            return Ok(value);
        }
        let memberships = ctx
            .reader()
            .children::<account::Entity, membership::Entity>(self.0.id);
        let memberships = memberships.await?;
        let places = memberships.iter().map(|row| membership::Entity::place(row));
        let is_administered = field.at_any(viewer, places);
        Ok(value.filter(|_| is_administered))
    }

    async fn invitations(&self, ctx: &Context<'_>) -> Result<Rows<invitations::Entity>, Failure> {
        ctx.reader()
            .children::<account::Entity, invitations::Entity>(self.0.id)
            .await
    }
}

/// A person or a system that signs in. An account belongs to an adult or to a machine. It exists
/// for itself, for the coordinators of its municipalities, for the managers of its programmes and
/// for system administrators.
#[Object]
impl Account {
    /// Its id. Never tied to the e-mail address.
    pub(crate) async fn id(&self) -> Id<account::Entity> {
        Id::new(self.0.id)
    }

    /// The name of the person or system. For the account itself and those who administer it; null
    /// for others and once it is erased.
    async fn name(&self, ctx: &Context<'_>) -> Result<Option<&str>, Failure> {
        self.personal(ctx, &NAME, self.0.name.as_deref()).await
    }

    /// Where mail reaches it, in lower case. For the account itself and those who administer it;
    /// null for others, for machines and once it is erased.
    async fn email(&self, ctx: &Context<'_>) -> Result<Option<&str>, Failure> {
        self.personal(ctx, &EMAIL, self.0.email.as_deref()).await
    }

    /// Its state. Only an ACTIVE account signs in; an INVITED one becomes ACTIVE when the person
    /// accepts the invitation.
    async fn status(&self) -> AccountStatus {
        self.0.status
    }

    /// The code of a new invitation, in the payload of the mutation that made it and never again.
    /// Whoever accepts it has this account, so hand it to the person and to nobody else.
    async fn invitation_code(&self) -> Option<&str> {
        self.1.as_ref().map(Code::reveal)
    }

    /// The newest invitation to it, by whom, and who accepted it. For the account itself and those who
    /// administer it; null for others and where nobody was invited.
    async fn invitation(&self, ctx: &Context<'_>) -> Result<Option<Invitation>, Failure> {
        if self.personal(ctx, &INVITATION, Some(())).await?.is_none() {
            return Ok(None);
        }
        Ok(self.invitations(ctx).await?.last().map(Invitation::from))
    }

    /// The roles it holds and has held, in order of role. Only those that you may see; at most a
    /// few dozen.
    async fn memberships(&self, ctx: &Context<'_>) -> Result<Objects<Membership>, Failure> {
        let memberships = ctx
            .reader()
            .children::<account::Entity, membership::Entity>(self.0.id);
        Ok(memberships
            .await?
            .iter()
            .map(|row| Membership::from(Arc::clone(row)))
            .collect())
    }

    /// What can be done with it now, and what you may do. An account comes into use when the person
    /// accepts the invitation, or by the operator of the server. One that also holds roles where you
    /// see nothing of it cannot be erased or invited anew by you; you learn that when you try.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerAction>, Failure> {
        let viewer = ctx.viewer();
        let seats = ctx
            .reader()
            .children::<account::Entity, membership::Entity>(self.0.id)
            .await?;
        let may_erase = |seat: &Arc<membership::Model>| {
            let place = membership::Entity::place(seat);
            viewer.acting_at(place).any_of(who_erases(seat.role))
        };
        let mut roles = viewer.acting_at(Place::nowhere(Resource::Accounts));
        if !seats.is_empty() && seats.iter().all(may_erase) {
            roles = roles.with(Role::ProgrammeManager);
        }
        let is_given = |seat: &Arc<membership::Model>| {
            let place = membership::Entity::place(seat);
            viewer.acting_at(place).any_of(who_grants(seat.role))
        };
        let mut has_invitation = false;
        if !seats.is_empty() && seats.iter().all(is_given) {
            roles = roles.with(Role::Coordinator);
            let invitations = self.invitations(ctx).await?;
            has_invitation = invitations.iter().any(|row| invitation::stands(row));
        }
        let is_own = viewer.account_id() == Some(self.0.id);
        let reasons = |action| match action {
            WorkflowAction::Start => vec![UserError::unmet(
                "An account comes into use when the person accepts the invitation.",
            )],
            WorkflowAction::RenewInvitation | WorkflowAction::Unlock => Vec::new(),
            _ if is_own => vec![own_account()],
            WorkflowAction::EndInvitation if !has_invitation => {
                vec![UserError::unmet("No invitation of this account stands.")]
            }
            _ => Vec::new(),
        };
        Ok(viewer_actions(&ACCOUNT, self.0.status, roles, reasons))
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was invited or added.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&*self.0)
    }
}

row_object! {
    /// A role that an account holds somewhere.
    Membership = MembershipFields of membership
}

/// A role that an account holds somewhere. Work is assigned to a membership. It exists for the
/// account itself, for the coordinators of its municipality, for the managers of its programme and
/// for system administrators.
#[fields(name = "Membership")]
impl MembershipFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<membership::Entity> {
        Id::new(self.0.id)
    }

    /// The role.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// The programme in which it is held; null for a role over all programmes.
    async fn programme(&self, ctx: &Context<'_>) -> Option<Programme> {
        let programme = ctx.viewer().catalogue().programme(self.0.programme_id?)?;
        Some(Programme(Arc::clone(programme)))
    }

    /// The municipality in which it is held; null when it is held in the whole programme.
    async fn municipality(&self, ctx: &Context<'_>) -> Result<Option<Municipality>, Failure> {
        let Some(id) = self.0.municipality_id else {
            return Ok(None);
        };
        ctx.reader().object(id).await
    }

    /// For whom a `RESPONSIBLE_ENTITY` acts; null with other roles.
    async fn responsible_entity(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<ResponsibleEntity>, Failure> {
        let Some(id) = self.0.responsible_entity_id else {
            return Ok(None);
        };
        ctx.reader().object(id).await
    }

    /// Who holds it; null if you may not see who.
    async fn account(&self, ctx: &Context<'_>) -> Result<Option<Account>, Failure> {
        ctx.reader().object(self.0.account_id).await
    }

    /// From when it holds.
    async fn starts_at(&self) -> DateTime {
        DateTime(self.0.starts_at)
    }

    /// From when it holds no more; null while no end is set.
    async fn ends_at(&self) -> Option<DateTime> {
        self.0.ends_at.map(DateTime)
    }

    /// Whether it holds at the moment of the request.
    async fn is_in_force(&self, ctx: &Context<'_>) -> bool {
        rules::is_in_force(&self.0, ctx.viewer().now())
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was granted.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&*self.0)
    }
}
