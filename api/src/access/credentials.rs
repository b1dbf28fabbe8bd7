//! What stands behind a token: an account with its memberships, a machine client with its secrets,
//! and whether the token was taken back. Read at every request, so that rights end at once.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{
    account::{AccountStatus, account, identity, membership},
    client::{ClientStatus, api_client, client_secret, spent_token},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityName, EntityTrait, Iterable, JoinType,
    QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, IntoCondition, OnConflict, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    Actor, Bearer, Errand, Grant, House, TokenScopes, Viewer,
    columns::Columns,
    lease::Lease,
    token::{bearer, refused},
};
use crate::{
    error::{Code, Failure},
    id::Id,
    issuer::{Identity, Rejection, Statement},
};

impl House {
    /// Who stands behind an `Authorization` header: nobody, or a verified account.
    pub(crate) async fn viewer(
        self: &Arc<Self>,
        authorization: Option<&str>,
        errand: Errand,
    ) -> Result<Viewer, Failure> {
        let reads = self.database().lease();
        let Some(authorization) = authorization else {
            return Ok(Viewer::new(
                Arc::clone(self),
                reads,
                Actor::Anonymous,
                errand,
            ));
        };
        if let Some(said) = self.said(authorization, &errand.request_id).await? {
            return self.signed_in(reads, said, errand).await;
        }
        let bearer = self.keys().verify(authorization)?;
        let scopes = match bearer.grant.client {
            None => TokenScopes::ALL,
            Some((client, scopes)) => {
                let client = in_force(&reads, client, &bearer).await?;
                let client = client.ok_or_else(Failure::unauthenticated)?;
                scopes.and(TokenScopes::stored(&client.scopes))
            }
        };
        self.seated(reads, bearer.grant, scopes, errand).await
    }

    /// The viewer of an account that has signed in.
    pub(crate) async fn person(
        self: &Arc<Self>,
        id: Id<account::Entity>,
        errand: Errand,
    ) -> Result<Viewer, Failure> {
        let reads = self.database().lease();
        let grant = Grant::person(id);
        self.seated(reads, grant, TokenScopes::ALL, errand).await
    }

    async fn seated(
        self: &Arc<Self>,
        reads: Lease,
        grant: Grant,
        scopes: TokenScopes,
        errand: Errand,
    ) -> Result<Viewer, Failure> {
        let is_it = account::Column::Id.eq(grant.account.0);
        let rows = with_memberships(&reads, is_it, self.now()).await?;
        let rows = rows.ok_or_else(Failure::unauthenticated)?;
        let client = grant.client.map(|(client, _)| client.0);
        self.at_work(reads, rows, (scopes, client), errand)
    }

    /// What a token of an issuer of the configuration says; nothing if it is of none of them.
    async fn said(
        &self,
        authorization: &str,
        request_id: &str,
    ) -> Result<Option<Statement>, Failure> {
        let Some(token) = bearer(authorization) else {
            return Ok(None);
        };
        match self.issuers().judged(token).await {
            None => Ok(None),
            Some((_, Ok(said))) => Ok(Some(said)),
            Some((issuer, Err(reason))) => {
                tracing::info!(request_id, issuer, ?reason, "access token refused");
                Err(match reason {
                    Rejection::Expired => Failure::new(Code::TokenExpired),
                    _ => refused(),
                })
            }
        }
    }

    /// The viewer of an identity: its account, or nobody's yet.
    async fn signed_in(
        self: &Arc<Self>,
        reads: Lease,
        said: Statement,
        errand: Errand,
    ) -> Result<Viewer, Failure> {
        let Statement {
            identity,
            verified_email,
            scopes,
        } = said;
        let account = account_of(&identity);
        let is_it = account::Column::Id.in_subquery(account);
        if let Some(rows) = with_memberships(&reads, is_it, self.now()).await? {
            return self.at_work(reads, rows, (scopes, None), errand);
        }
        let actor = Actor::Unlinked {
            identity,
            verified_email,
            scopes,
        };
        Ok(Viewer::new(Arc::clone(self), reads, actor, errand))
    }

    fn at_work(
        self: &Arc<Self>,
        reads: Lease,
        (account, memberships): (account::Model, Vec<membership::Model>),
        (scopes, client): (TokenScopes, Option<Uuid>),
        errand: Errand,
    ) -> Result<Viewer, Failure> {
        if account.status != AccountStatus::Active {
            return Err(Failure::with(
                Code::Unauthenticated,
                "This account is not active.",
            ));
        }
        let actor = Actor::Account {
            id: account.id,
            memberships,
            scopes,
            client,
        };
        Ok(Viewer::new(Arc::clone(self), reads, actor, errand))
    }

    /// A machine client in use, with its secrets, those that have ended among them.
    #[expect(
        clippy::disallowed_methods,
        reason = "a client that proves who it is has no viewer yet"
    )]
    pub(crate) async fn client(
        &self,
        id: Id<api_client::Entity>,
    ) -> Result<Option<(api_client::Model, Vec<client_secret::Model>)>, Failure> {
        let reads = self.database().lease();
        let client = api_client::Entity::find_by_id(id.0)
            .filter(api_client::Column::Status.eq(ClientStatus::Active))
            .filter(api_client::Column::AccountId.in_subquery(active_accounts()))
            .one(&reads)
            .await?;
        let Some(client) = client else {
            return Ok(None);
        };
        let secrets = client_secret::Entity::find()
            .filter(client_secret::Column::ClientId.eq(id.0))
            .all(&reads)
            .await?;
        Ok(Some((client, secrets)))
    }

    /// Notes that a secret was used now, unless another request did so after `before`.
    #[expect(
        clippy::disallowed_methods,
        reason = "a client that proves who it is has no viewer yet"
    )]
    pub(crate) async fn note_use(
        &self,
        secret: Uuid,
        before: DateTime<Utc>,
    ) -> Result<(), Failure> {
        use client_secret::Column::{Id, LastUsedAt};
        let tx = self.begin().await?;
        let is_old = Condition::any()
            .add(LastUsedAt.is_null())
            .add(LastUsedAt.lte(before));
        client_secret::Entity::update_many()
            .col_expr(LastUsedAt, Expr::value(self.now()))
            .filter(Id.eq(secret))
            .filter(is_old)
            .exec(&tx)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Whether a token of a client is still good: neither it nor the client was taken back.
    pub(crate) async fn is_in_force(&self, bearer: &Bearer) -> Result<bool, Failure> {
        let Some((client, _)) = bearer.grant.client else {
            return Ok(true);
        };
        let reads = self.database().lease();
        Ok(in_force(&reads, client, bearer).await?.is_some())
    }

    /// Uses up a token or an assertion by its name. False if it was used up before.
    #[expect(
        clippy::disallowed_methods,
        reason = "tokens that ended leave no trace to account for"
    )]
    pub(crate) async fn spend(
        &self,
        name: String,
        expires_at: DateTime<Utc>,
    ) -> Result<bool, Failure> {
        let tx = self.begin().await?;
        spent_token::Entity::delete_many()
            .filter(spent_token::Column::ExpiresAt.lt(self.now()))
            .exec(&tx)
            .await?;
        let row = spent_token::ActiveModel {
            name: Set(name),
            expires_at: Set(expires_at),
        };
        let once = OnConflict::column(spent_token::Column::Name)
            .do_nothing()
            .to_owned();
        let added = spent_token::Entity::insert(row)
            .on_conflict(once)
            .exec_without_returning(&tx)
            .await?;
        tx.commit().await?;
        Ok(added > 0)
    }
}

/// The client of a token, unless it or the token was taken back.
#[expect(
    clippy::disallowed_methods,
    reason = "what a viewer may do is made of this"
)]
async fn in_force(
    reads: &Lease,
    client: Id<api_client::Entity>,
    bearer: &Bearer,
) -> Result<Option<api_client::Model>, Failure> {
    let spent = spent_token::Entity::find()
        .filter(spent_token::Column::Name.eq(bearer.token_id.as_str()))
        .into_query();
    Ok(api_client::Entity::find_by_id(client.0)
        .filter(api_client::Column::Status.eq(ClientStatus::Active))
        .filter(api_client::Column::AccountId.eq(bearer.grant.account.0))
        .filter(api_client::Column::AccountId.in_subquery(active_accounts()))
        .filter(Expr::exists(spent).not())
        .one(reads)
        .await?)
}

/// The accounts that sign in: a client whose account is locked or closed is none.
#[expect(
    clippy::disallowed_methods,
    reason = "what a viewer may do is made of this"
)]
fn active_accounts() -> SelectStatement {
    account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::Status.eq(AccountStatus::Active))
        .into_query()
}

/// The account that an identity stands for.
#[expect(
    clippy::disallowed_methods,
    reason = "what a viewer is made of, and no viewer yet"
)]
fn account_of(who: &Identity) -> SelectStatement {
    identity::Entity::find()
        .select_only()
        .column(identity::Column::AccountId)
        .filter(identity::Column::Issuer.eq(&who.issuer))
        .filter(identity::Column::Subject.eq(&who.subject))
        .into_query()
}

/// An account with its memberships in force, in one statement.
async fn with_memberships(
    reads: &Lease,
    which: impl IntoCondition,
    now: DateTime<Utc>,
) -> Result<Option<(account::Model, Vec<membership::Model>)>, Failure> {
    let at = |column: membership::Column| Expr::col(column.as_column_ref());
    let has_not_ended = Condition::any()
        .add(membership::Column::EndsAt.is_null())
        .add(membership::Column::EndsAt.gt(now));
    let in_force = Condition::all()
        .add(at(membership::Column::AccountId).equals(account::Column::Id.as_column_ref()))
        .add(membership::Column::StartsAt.lte(now))
        .add(has_not_ended);
    let mut select = Query::select();
    select
        .expr(Expr::cust(account::Entity::list()))
        .expr(Expr::cust(membership::Entity::list()))
        .from(account::Entity.table_ref())
        .join(JoinType::LeftJoin, membership::Entity.table_ref(), in_force)
        .cond_where(which.into_condition());
    let own = account::Column::iter().count();
    let mut account = None;
    let mut memberships = Vec::new();
    for row in reads.query_all(&select).await? {
        account = Some(account::Entity::read(&row)?);
        if row.try_get_by_index::<Option<Uuid>>(own)?.is_some() {
            memberships.push(membership::Entity::read_from(&row, own)?);
        }
    }
    Ok(account.map(|account| (account, memberships)))
}
