//! The write door. A row is locked through the viewer's scope, becomes `Permitted` through a state
//! machine or an editing rule, and only then is written; `commit` takes an event and leaves an
//! audit row and an outbox row in the same transaction.

mod commit;
mod freeze;
mod replay;
mod restored;
mod seal;
mod write;

use entity::account::{Role, account, membership};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{CommonTableExpression, LockType, TableRef, WithClause},
};
use uuid::Uuid;

use super::{ChildOf, Find, Scope, Versioned, Viewer, permit::Granted, transaction::Transaction};
use crate::{
    error::Failure,
    id::Id,
    journal::Change,
    refusal::{Overtaken, Refused, UserError, UserErrorCode},
    warning::UserWarning,
};

/// A transaction of one mutation. Dropped without `commit`, it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Tx {
    pub(super) transaction: Transaction,
    pub(super) viewer: Viewer,
    changes: Vec<Change>,
    granted: Option<Granted>,
    /// What the payload holds, where it is not what was committed.
    subject: Option<(&'static str, Uuid)>,
    /// What the mutation warns of, told also where it is only validated.
    warnings: Vec<UserWarning>,
}

/// A row that nobody else can change until the transaction ends.
#[derive(Debug)]
pub(crate) struct Locked<E: EntityTrait> {
    pub(super) row: E::Model,
    pub(super) viewer: Viewer,
    /// Whether it is work of a cycle that was cancelled.
    pub(super) is_frozen: bool,
}

impl<E: EntityTrait> Locked<E> {
    /// The row as it stands.
    pub(crate) fn row(&self) -> &E::Model {
        &self.row
    }

    /// Refuses to change what is work of a cycle that was cancelled.
    pub(crate) fn thawed(self) -> Result<Self, UserError> {
        if self.is_frozen {
            let message = "The cycle was cancelled: its work can be read, and not be changed.";
            return Err(UserError::at(UserErrorCode::InvalidTransition, "", message));
        }
        Ok(self)
    }
}

impl Viewer {
    /// Begins a mutation. A retry of a keyed one ends here with what the first attempt came to.
    pub(crate) async fn begin(&self) -> Result<Tx, Refused> {
        let tx = Tx::new(self.clone(), self.0.house.begin().await?);
        if let Some(keyed) = &self.terms().keyed {
            tx.claim(keyed).await?;
        }
        Ok(tx)
    }
}

impl Tx {
    fn new(viewer: Viewer, transaction: Transaction) -> Self {
        Self {
            transaction,
            viewer,
            changes: Vec::new(),
            granted: None,
            subject: None,
            warnings: Vec::new(),
        }
    }

    /// Who writes.
    pub(crate) fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// Warns of what a later step will ask for.
    pub(crate) fn warn(&mut self, warnings: &[UserWarning]) {
        self.warnings.extend_from_slice(warnings);
    }

    /// Reads rows that exist for the viewer, inside the transaction.
    pub(crate) fn find<E: Scope>(&self) -> Find<'_, E> {
        Find::inside(&self.viewer, &self.transaction, self.viewer.rows::<E>())
    }

    /// Reads the children of a row that was locked or permitted here.
    pub(crate) async fn children<P: Scope, C: ChildOf<P>>(
        &self,
        parent: &P::Model,
    ) -> Result<Vec<C::Model>, Failure> {
        let rows = self.viewer.rows_below::<C>();
        let find = Find::<C>::inside(&self.viewer, &self.transaction, rows);
        let mut rows = find.filter(C::PARENT.eq(P::key(parent))).all().await?;
        rows.sort_by_key(C::ordinal);
        Ok(rows)
    }

    /// Locks a row for writing. A row that the viewer cannot see is `NOT_FOUND`.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn lock<E: Scope>(&self, id: Id<E>) -> Result<Locked<E>, Failure> {
        let select = E::find()
            .filter(E::ID.eq(id.0))
            .filter(self.viewer.rows::<E>());
        let row = select.lock_exclusive().one(&self.transaction).await?;
        let row = row.ok_or_else(Failure::not_found)?;
        Ok(self.locked::<E>(row))
    }

    /// Locks a child for writing and its root against transitions, the root first.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn lock_below<P: Scope, C: ChildOf<P>>(
        &self,
        id: Id<C>,
    ) -> Result<(Locked<P>, Locked<C>), Failure> {
        let below = C::belongs_to(P::default()).from(C::PARENT).to(P::ID).into();
        let mut both = C::find()
            .join(JoinType::InnerJoin, below)
            .filter(C::ID.eq(id.0))
            .filter(self.viewer.rows_below::<C>())
            .select_also(P::default());
        if self.transaction.get_database_backend() == DbBackend::Postgres {
            let child = TableRef::from(C::default().table_name());
            let statement = QuerySelect::query(&mut both);
            statement.with_cte(self.root_of::<P, C>(id));
            statement.lock_with_tables(LockType::Update, [child]);
        } else {
            both = both.filter(self.viewer.rows::<P>());
        }
        let Some((row, Some(root))) = both.one(&self.transaction).await? else {
            return Err(Failure::not_found());
        };
        let root = self.locked::<P>(root);
        let child = self.locked_below(&root, row);
        Ok((root, child))
    }

    /// The root of a child, locked, in place of its table. PostgreSQL comes to its end before it
    /// locks the child, so that a root is always locked first.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    fn root_of<P: Scope, C: ChildOf<P>>(&self, id: Id<C>) -> WithClause {
        let parent = C::find()
            .select_only()
            .column(C::PARENT)
            .filter(C::ID.eq(id.0))
            .into_query();
        let root = P::find()
            .filter(P::ID.in_subquery(parent))
            .filter(self.viewer.rows::<P>())
            .lock_shared()
            .into_query();
        let named = CommonTableExpression::new()
            .table_name(P::default().table_name())
            .query(root)
            .to_owned();
        WithClause::new().cte(named).to_owned()
    }

    /// Locks children of a locked root, in one statement and in the order of their ids.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn lock_children<P: Scope, C: ChildOf<P>>(
        &self,
        root: &Locked<P>,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<Vec<Locked<C>>, Failure> {
        let select = C::find()
            .filter(C::PARENT.eq(P::key(&root.row)))
            .filter(C::ID.is_in(ids))
            .filter(self.viewer.rows_below::<C>())
            .order_by_asc(C::ID);
        let rows = select.lock_exclusive().all(&self.transaction).await?;
        let rows = rows.into_iter();
        Ok(rows.map(|row| self.locked_below(root, row)).collect())
    }

    /// Locks every membership of a locked account, seen or not, in the order of their ids: what
    /// ends with an account must be known whole. Each still has to be permitted.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn lock_memberships(
        &self,
        account: &account::Model,
    ) -> Result<Vec<Locked<membership::Entity>>, Failure> {
        let select = membership::Entity::find()
            .filter(membership::Column::AccountId.eq(account.id))
            .order_by_asc(membership::Column::Id);
        let rows = select.lock_exclusive().all(&self.transaction).await?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|row| self.locked::<membership::Entity>(row))
            .collect())
    }

    /// Locks the memberships of all who administer the system, in the order of their ids, so that they
    /// do not shut each other out at the same moment.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn lock_administrators(&self) -> Result<Vec<membership::Model>, Failure> {
        let select = membership::Entity::find()
            .filter(membership::Column::Role.eq(Role::SystemAdministrator))
            .order_by_asc(membership::Column::Id);
        Ok(select.lock_exclusive().all(&self.transaction).await?)
    }

    /// Locks a root against transitions, to add or change several of its children.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn lock_root<P: Scope>(&self, id: Id<P>) -> Result<Locked<P>, Failure> {
        let select = P::find()
            .filter(P::ID.eq(id.0))
            .filter(self.viewer.rows::<P>());
        let row = select.lock_shared().one(&self.transaction).await?;
        let row = row.ok_or_else(Failure::not_found)?;
        Ok(self.locked::<P>(row))
    }

    fn locked<E: Scope>(&self, row: E::Model) -> Locked<E> {
        Locked {
            is_frozen: E::is_frozen(&row),
            row,
            viewer: self.viewer.clone(),
        }
    }

    fn locked_below<P: Scope, C: ChildOf<P>>(&self, root: &Locked<P>, row: C::Model) -> Locked<C> {
        Locked {
            is_frozen: root.is_frozen,
            row,
            viewer: self.viewer.clone(),
        }
    }
}

/// `VERSION_CONFLICT` for a row.
pub(super) fn overtaken<E: Versioned>(row: &E::Model, expected: i32) -> Refused {
    Refused::Overtaken(Overtaken {
        id: E::key(row),
        above: E::above(row),
        expected_version: expected,
        current_version: E::version(row),
    })
}
