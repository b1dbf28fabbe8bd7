//! Who is asking, and the two doors to the database that only a `Viewer` opens: `find` reads,
//! `begin` writes. The connection is private to this room; no other room can run a statement.

mod batching;
mod changed;
mod columns;
mod credentials;
mod database;
mod fields;
mod find;
mod first;
mod house;
mod invited;
mod lease;
mod ledger;
mod load;
mod operations;
mod paging;
mod permit;
mod place;
mod reader;
mod redactions;
mod scope;
#[cfg(test)]
pub(crate) mod scratch;
mod shelf;
mod standing;
mod state;
mod token;
mod token_scope;
mod trail;
mod transaction;
mod tx;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use entity::account::{Role, membership};
use uuid::Uuid;

#[cfg(test)]
pub(crate) use self::place::columns_of_all_types;
pub(crate) use self::{
    columns::value as value_at,
    database::{StatementObserver, Storage},
    fields::{Class, Field, KEPT, field},
    find::Find,
    house::{Clock, Entropy, House},
    ledger::LedgerRow,
    operations::Operation,
    permit::{Granted, Permitted, Stepping, Versioned},
    place::{Place, Row, prefix_of, resource_of, type_of},
    reader::{Asking, Pick, Reader, Rows, Tallied},
    scope::{AUDITORS, ChildOf, Scope},
    standing::{AUDITED, Audited, UNAUDITED, Which},
    state::{Alone, Ground, Part, ground, look, refusal, refusal_to_migrate, remove_demonstration},
    token::{AuthenticationKeys, Bearer, Grant, SigningKey},
    token_scope::{Action, Resource, TokenScopes, scope_for},
    tx::{Locked, Tx},
};
use self::{lease::Lease, redactions::Redactions};
use crate::{
    attempt::Terms,
    catalogue::{Catalogue, Day},
    id::{Kind, NewId},
    issuer::{Identity, Issuers},
    personal::Country,
    refusal::UserError,
    workflow::Roles,
};

/// Who is asking. Cheap to clone; lives for one request and sees one moment and one catalogue.
#[derive(Clone, Debug)]
pub(crate) struct Viewer(Arc<Seat>, Terms);

#[derive(Debug)]
struct Seat {
    house: Arc<House>,
    reads: Arc<Lease>,
    catalogue: Arc<Catalogue>,
    actor: Actor,
    now: DateTime<Utc>,
    locales: Vec<String>,
    request_id: String,
    idempotency_key: Option<String>,
    redactions: Redactions,
}

/// What stands behind a viewer.
#[derive(Debug)]
pub(crate) enum Actor {
    /// Nobody is signed in.
    Anonymous,
    /// A person who signed in and has no account that is linked to it yet.
    Unlinked {
        /// Who they are, by the word of an issuer.
        identity: Identity,
        /// Their address, where the issuer says that it is theirs.
        verified_email: Option<String>,
        /// What the token is for.
        scopes: TokenScopes,
    },
    /// A person or a machine with an account.
    Account {
        /// The account.
        id: Uuid,
        /// Its memberships in force.
        memberships: Vec<membership::Model>,
        /// What its token is for.
        scopes: TokenScopes,
        /// The machine client that called, if one did.
        client: Option<Uuid>,
    },
    /// The system itself, for the reason given; only `main` and the demonstration make it.
    System(&'static str),
}

/// What a request brings besides its document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Errand {
    /// Id of the request, for logs and the audit log.
    pub(crate) request_id: String,
    /// Languages asked for, best first.
    pub(crate) locales: Vec<String>,
    /// The header `Idempotency-Key`.
    pub(crate) idempotency_key: Option<String>,
}

impl Viewer {
    fn new(house: Arc<House>, reads: Lease, actor: Actor, errand: Errand) -> Self {
        let seat = Seat {
            reads: Arc::new(reads),
            catalogue: house.catalogue(),
            now: house.now(),
            house,
            actor,
            locales: errand.locales,
            request_id: errand.request_id,
            redactions: Redactions::default(),
            idempotency_key: errand.idempotency_key,
        };
        Self(Arc::new(seat), Terms::default())
    }

    /// The same viewer, who attempts a mutation.
    pub(crate) fn under(&self, terms: Terms) -> Self {
        Self(Arc::clone(&self.0), terms)
    }

    /// How the viewer attempts a mutation.
    fn terms(&self) -> &Terms {
        &self.1
    }

    /// The idempotency key in the head of the request.
    pub(crate) fn idempotency_key(&self) -> Option<&str> {
        self.0.idempotency_key.as_deref()
    }

    /// The same visit without its account: what the public sees.
    fn as_public(&self) -> Self {
        self.as_actor(Actor::Anonymous)
    }

    /// What the token is for; nobody signed in needs none.
    pub(crate) fn scopes(&self) -> TokenScopes {
        match self.0.actor {
            Actor::Account { scopes, .. } | Actor::Unlinked { scopes, .. } => scopes,
            Actor::Anonymous | Actor::System(_) => TokenScopes::ALL,
        }
    }

    /// The machine client that called.
    pub(crate) fn client_id(&self) -> Option<Uuid> {
        match self.0.actor {
            Actor::Account { client, .. } => client,
            Actor::Anonymous | Actor::Unlinked { .. } | Actor::System(_) => None,
        }
    }

    /// The moment of the request.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.0.now
    }

    /// The day it is in a programme at the moment of the request.
    pub(crate) fn today(&self, programme: Uuid) -> NaiveDate {
        self.0.catalogue.today(programme, self.0.now)
    }

    /// The country of a programme, by whose telephone numbers its texts are judged.
    pub(crate) fn country(&self, programme: Uuid) -> Country {
        let programme = self.0.catalogue.programme(programme);
        Country::of(programme.map_or("", |programme| &programme.row.country_code))
    }

    /// The days that it is in these programmes at the moment of the request.
    pub(crate) fn days(&self, programmes: impl IntoIterator<Item = Uuid>) -> Vec<Day> {
        self.0.catalogue.days(programmes, self.0.now)
    }

    /// The published programmes.
    pub(crate) fn catalogue(&self) -> &Arc<Catalogue> {
        &self.0.catalogue
    }

    /// Languages asked for, best first.
    pub(crate) fn locales(&self) -> &[String] {
        &self.0.locales
    }

    /// The id of the request.
    pub(crate) fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// The account, if somebody is signed in.
    pub(crate) fn account_id(&self) -> Option<Uuid> {
        match self.0.actor {
            Actor::Account { id, .. } => Some(id),
            Actor::Anonymous | Actor::Unlinked { .. } | Actor::System(_) => None,
        }
    }

    /// Who somebody is at an issuer, while no account is linked to it.
    pub(crate) fn unlinked(&self) -> Option<&Identity> {
        match &self.0.actor {
            Actor::Unlinked { identity, .. } => Some(identity),
            Actor::Account { .. } | Actor::Anonymous | Actor::System(_) => None,
        }
    }

    /// Their address, where the issuer says that it is theirs.
    pub(crate) fn verified_email(&self) -> Option<&str> {
        match &self.0.actor {
            Actor::Unlinked { verified_email, .. } => verified_email.as_deref(),
            Actor::Account { .. } | Actor::Anonymous | Actor::System(_) => None,
        }
    }

    /// Where people sign in.
    pub(crate) fn issuers(&self) -> &Issuers {
        self.0.house.issuers()
    }

    /// Whether nobody is signed in.
    pub(crate) fn is_anonymous(&self) -> bool {
        matches!(self.0.actor, Actor::Anonymous)
    }

    /// The memberships in force.
    pub(crate) fn memberships(&self) -> &[membership::Model] {
        match &self.0.actor {
            Actor::Account { memberships, .. } => memberships,
            Actor::Anonymous | Actor::Unlinked { .. } | Actor::System(_) => &[],
        }
    }

    /// The reason why the system itself acts.
    fn system_reason(&self) -> Option<&'static str> {
        match self.0.actor {
            Actor::System(reason) => Some(reason),
            Actor::Account { .. } | Actor::Unlinked { .. } | Actor::Anonymous => None,
        }
    }

    /// The memberships whose role is one of `roles`.
    pub(crate) fn held<'v>(
        &'v self,
        roles: &'v [Role],
    ) -> impl Iterator<Item = &'v membership::Model> {
        self.memberships()
            .iter()
            .filter(|m| roles.contains(&m.role))
    }

    /// The roles in which the viewer sees a place, `PUBLIC` always among them.
    pub(crate) fn roles_at(&self, place: Place) -> Roles {
        self.roles_for(place, Action::Read)
    }

    /// The roles in which the viewer acts at a place, `PUBLIC` always among them.
    pub(crate) fn acting_at(&self, place: Place) -> Roles {
        self.roles_for(place, Action::Write)
    }

    fn roles_for(&self, place: Place, action: Action) -> Roles {
        if self.system_reason().is_some() {
            return Roles::ALL;
        }
        let public = Roles::default().with(Role::Public);
        let held = self.memberships().iter().filter(|m| place.is_covered_by(m));
        if self.scopes().allow(place.resource, action) {
            return held.fold(public, |roles, m| roles.with(m.role));
        }
        let scope = scope_for(place.resource, action);
        held.fold(public, |roles, m| roles.without_scope(m.role, scope))
    }

    /// The membership that lets the viewer act in one of `roles` at a place.
    fn membership_for(&self, place: Place, roles: &[Role]) -> Option<&membership::Model> {
        let mut held = self
            .memberships()
            .iter()
            .filter(|m| roles.contains(&m.role));
        held.find(|m| place.is_covered_by(m))
    }

    /// A new id, ordered by time.
    pub(crate) fn new_id(&self) -> Uuid {
        self.0.house.new_id()
    }

    /// The key of a row to be made: that of the id which its client made, else a new one.
    pub(crate) fn key<E: Kind>(&self, made: Option<&NewId<E>>) -> Result<Uuid, UserError> {
        made.map_or_else(|| Ok(self.new_id()), |id| id.key(self.now()))
    }
}
