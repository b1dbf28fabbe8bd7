//! The write door. A row is locked through the viewer's scope, becomes `Permitted` through a state
//! machine or an editing rule, and only then is written; `commit` takes an event and leaves an
//! audit row and an outbox row in the same transaction.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait,
    IdenStatic, IntoActiveModel, Iterable, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    ChildOf, Find, Permitted, Row, Scope, Versioned, Viewer,
    permit::{Granted, Status, forbidden},
};
use crate::{
    error::{Code, Failure},
    id::Id,
    journal::{self, Change, Event},
    refusal::{Overtaken, Refused},
};

/// A transaction of one mutation. Dropped without `commit`, it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Tx {
    pub(super) transaction: DatabaseTransaction,
    pub(super) viewer: Viewer,
    changes: Vec<Change>,
    granted: Option<Granted>,
}

/// A row that nobody else can change until the transaction ends.
#[derive(Debug)]
pub(crate) struct Locked<E: EntityTrait> {
    pub(super) row: E::Model,
    pub(super) viewer: Viewer,
}

impl<E: EntityTrait> Locked<E> {
    /// The row as it stands.
    pub(crate) fn row(&self) -> &E::Model {
        &self.row
    }
}

impl Viewer {
    /// Begins a mutation.
    pub(crate) async fn begin(&self) -> Result<Tx, Failure> {
        let transaction = self.0.house.begin().await?;
        Ok(Tx {
            transaction,
            viewer: self.clone(),
            changes: Vec::new(),
            granted: None,
        })
    }
}

impl Tx {
    /// Who writes.
    pub(crate) fn viewer(&self) -> &Viewer {
        &self.viewer
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
        Ok(Locked {
            row,
            viewer: self.viewer.clone(),
        })
    }

    /// Locks a child for writing and its root against transitions, the root first.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn lock_below<P: Scope, C: ChildOf<P>>(
        &self,
        id: Id<C>,
    ) -> Result<(Locked<P>, Locked<C>), Failure> {
        let parent = C::find()
            .select_only()
            .column(C::PARENT)
            .filter(C::ID.eq(id.0));
        let root = P::find()
            .filter(P::ID.in_subquery(sea_orm::QueryTrait::into_query(parent)))
            .filter(self.viewer.rows::<P>());
        let root = root.lock_shared().one(&self.transaction).await?;
        let row = root.ok_or_else(Failure::not_found)?;
        let child = C::find()
            .filter(C::ID.eq(id.0))
            .filter(C::PARENT.eq(P::key(&row)));
        let child = child.filter(self.viewer.rows_below::<C>()).lock_exclusive();
        let child = child
            .one(&self.transaction)
            .await?
            .ok_or_else(Failure::not_found)?;
        let viewer = &self.viewer;
        Ok((
            Locked {
                row,
                viewer: viewer.clone(),
            },
            Locked {
                row: child,
                viewer: viewer.clone(),
            },
        ))
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
        Ok(rows
            .into_iter()
            .map(|row| Locked {
                row,
                viewer: self.viewer.clone(),
            })
            .collect())
    }

    /// Locks a root against transitions, to add or change several of its children.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn lock_root<P: Scope>(&self, id: Id<P>) -> Result<Locked<P>, Failure> {
        let select = P::find()
            .filter(P::ID.eq(id.0))
            .filter(self.viewer.rows::<P>());
        let row = select.lock_shared().one(&self.transaction).await?;
        let row = row.ok_or_else(Failure::not_found)?;
        Ok(Locked {
            row,
            viewer: self.viewer.clone(),
        })
    }

    /// Writes a permitted row. Status, version and time of change are set here, after `change`,
    /// from the proof; the version is checked in the `WHERE`.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn update<E: Scope + Versioned>(
        &mut self,
        permitted: Permitted<E>,
        change: impl FnOnce(&mut E::ActiveModel),
    ) -> Result<E::Model, Refused>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelBehavior + Send,
    {
        let (before, status, granted) = permitted.into_parts();
        let version = E::version(&before);
        let mut active = before.clone().into_active_model();
        change(&mut active);
        self.stamp::<E>(&mut active, status, version + 1);
        let update = E::update(active).validate().map_err(Failure::from)?;
        let after = match update
            .filter(E::VERSION.eq(version))
            .exec(&self.transaction)
            .await
        {
            Err(DbErr::RecordNotUpdated) => {
                return Err(overtaken::<E>(&before, version));
            }
            other => other?,
        };
        self.record::<E>(Some(&before), Some(&after), granted);
        Ok(after)
    }

    /// Writes many permitted rows of one table in one statement.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn update_all<E: Scope + Versioned>(
        &mut self,
        rows: Vec<(Permitted<E>, E::Model)>,
    ) -> Result<Vec<E::Model>, Refused>
    where
        E::Model: IntoActiveModel<E::ActiveModel> + TryFrom<E::ActiveModel, Error = DbErr>,
        E::ActiveModel: ActiveModelBehavior + Send,
    {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let (mut actives, mut written) = (Vec::new(), Vec::new());
        for (permitted, after) in rows {
            let (before, status, granted) = permitted.into_parts();
            let mut active = after.into_active_model().reset_all();
            self.stamp::<E>(&mut active, status, E::version(&before) + 1);
            let after: E::Model = active.clone().try_into().map_err(Failure::from)?;
            self.record::<E>(Some(&before), Some(&after), granted);
            actives.push(active);
            written.push(after);
        }
        // Every id exists and is locked, so each row takes the conflict branch.
        let columns = E::Column::iter().filter(|c| c.as_str() != E::ID.as_str());
        let conflict = OnConflict::column(E::ID).update_columns(columns).to_owned();
        E::insert_many(actives)
            .on_conflict(conflict)
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(written)
    }

    fn stamp<E: Versioned>(&self, active: &mut E::ActiveModel, status: Status<E>, version: i32) {
        if let Some((column, status)) = status {
            active.set(column, status);
        }
        active.set(E::VERSION, version.into());
        active.set(E::UPDATED_AT, self.viewer.now().into());
    }

    /// Adds a child to a permitted row, and makes sure that the viewer sees what was added.
    pub(crate) async fn create<P: Scope, C: ChildOf<P>>(
        &mut self,
        parent: &Permitted<P>,
        child: C::ActiveModel,
    ) -> Result<C::Model, Refused>
    where
        C::Model: IntoActiveModel<C::ActiveModel>,
        C::ActiveModel: ActiveModelBehavior + Send,
    {
        let row = self.insert::<C>(child, parent.granted()).await?;
        if C::parent(&row) != P::key(parent.row()) {
            return Err(misplaced().into());
        }
        Ok(row)
    }

    /// A row that this transaction has created may be added to.
    pub(crate) fn created<E: Row>(&self, row: &E::Model) -> Result<Permitted<E>, Failure> {
        let is_new = self
            .changes
            .iter()
            .any(|change| change.created(E::key(row)));
        match self.granted {
            Some(granted) if is_new => Ok(Permitted::created(row.clone(), granted)),
            _ => Err(misplaced()),
        }
    }

    /// Adds a row that has no parent, at a place where the viewer holds one of the roles.
    pub(crate) async fn found<E: Scope>(
        &mut self,
        granted: Granted,
        row: E::ActiveModel,
    ) -> Result<E::Model, Refused>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelBehavior + Send,
    {
        self.insert::<E>(row, granted).await
    }

    /// Adds a row that has no parent together with its first child. Both are written before
    /// either must be seen, for the child may be what makes its parent visible.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn found_with<P: Scope, C: ChildOf<P>>(
        &mut self,
        granted: Granted,
        row: P::ActiveModel,
        child: C::ActiveModel,
    ) -> Result<(P::Model, C::Model), Refused>
    where
        P::Model: IntoActiveModel<P::ActiveModel>,
        P::ActiveModel: ActiveModelBehavior + Send,
        C::Model: IntoActiveModel<C::ActiveModel>,
        C::ActiveModel: ActiveModelBehavior + Send,
    {
        let row = P::insert(row)
            .exec_with_returning(&self.transaction)
            .await?;
        let child = self.insert::<C>(child, granted).await?;
        if C::parent(&child) != P::key(&row) {
            return Err(misplaced().into());
        }
        self.see::<P>(&[P::key(&row)]).await?;
        self.record::<P>(None, Some(&row), granted);
        Ok((row, child))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    async fn insert<E: Scope>(
        &mut self,
        row: E::ActiveModel,
        granted: Granted,
    ) -> Result<E::Model, Refused>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelBehavior + Send,
    {
        let row = E::insert(row)
            .exec_with_returning(&self.transaction)
            .await?;
        self.see::<E>(&[E::key(&row)]).await?;
        self.record::<E>(None, Some(&row), granted);
        Ok(row)
    }

    /// Adds many children to a permitted row in one statement.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn create_all<P: Scope, C: ChildOf<P>>(
        &mut self,
        parent: &Permitted<P>,
        children: Vec<C::ActiveModel>,
    ) -> Result<Vec<C::Model>, Refused>
    where
        C::Model: IntoActiveModel<C::ActiveModel>,
        C::ActiveModel: ActiveModelBehavior + Send,
    {
        if children.is_empty() {
            return Ok(Vec::new());
        }
        let insert = C::insert_many(children);
        let mut rows: Vec<C::Model> = insert.exec_with_returning(&self.transaction).await?;
        rows.sort_by_key(C::ordinal);
        let ids: Vec<_> = rows.iter().map(C::key).collect();
        self.see::<C>(&ids).await?;
        for row in &rows {
            self.record::<C>(None, Some(row), parent.granted());
        }
        Ok(rows)
    }

    /// Write, then see: what the viewer could not read back must not be written.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    async fn see<E: Scope>(&self, ids: &[Uuid]) -> Result<(), Failure> {
        let select = E::find()
            .filter(E::ID.is_in(ids.iter().copied()))
            .filter(self.viewer.rows::<E>());
        let seen = select
            .select_only()
            .column(E::ID)
            .into_tuple::<Uuid>()
            .all(&self.transaction)
            .await?;
        if seen.len() == ids.len() {
            Ok(())
        } else {
            Err(forbidden(&[]))
        }
    }

    /// Removes a permitted row.
    pub(crate) async fn remove<E: Scope>(
        &mut self,
        permitted: Permitted<E>,
    ) -> Result<(), Refused> {
        self.remove_all(vec![permitted]).await
    }

    /// Removes many permitted rows of one table in one statement.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn remove_all<E: Scope>(
        &mut self,
        rows: Vec<Permitted<E>>,
    ) -> Result<(), Refused> {
        if rows.is_empty() {
            return Ok(());
        }
        E::delete_many()
            .filter(E::ID.is_in(rows.iter().map(|permitted| E::key(permitted.row()))))
            .exec(&self.transaction)
            .await?;
        for permitted in rows {
            let (row, _, granted) = permitted.into_parts();
            self.record::<E>(Some(&row), None, granted);
        }
        Ok(())
    }

    pub(super) fn record<E: Row>(
        &mut self,
        before: Option<&E::Model>,
        after: Option<&E::Model>,
        by: Granted,
    ) {
        self.changes.push(Change::between::<E>(before, after));
        self.granted.get_or_insert(by);
    }

    /// Makes everything lasting: the change, one audit row and one outbox row, or nothing.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn commit<E: Row>(
        self,
        event: Event,
        target: &E::Model,
    ) -> Result<(), Refused> {
        let Self {
            transaction,
            viewer,
            changes,
            granted,
        } = self;
        let account = journal::Account {
            at: viewer.now(),
            actor: viewer.account_id(),
            membership_id: granted.and_then(|g| g.membership),
            role: granted.and_then(|g| g.role),
            system_reason: viewer.system_reason(),
            request_id: viewer.request_id().to_owned(),
            place: E::place(target),
            target: (E::TYPE, E::key(target)),
        };
        let audit = journal::audit(&account, event, &changes, viewer.new_id());
        entity::journal::audit_event::Entity::insert(audit)
            .exec_without_returning(&transaction)
            .await?;
        let outbox = journal::outbox(&account, event, viewer.new_id());
        entity::journal::outbox_event::Entity::insert(outbox)
            .exec_without_returning(&transaction)
            .await?;
        transaction.commit().await.map_err(unknown)?;
        Ok(())
    }
}

/// A connection that breaks at the commit leaves open whether the change was stored.
fn unknown(error: DbErr) -> Failure {
    let failure = Failure::from(error);
    match failure.code {
        Code::ServiceUnavailable => Failure {
            source: failure.source,
            ..Failure::new(Code::OutcomeUnknown)
        },
        _ => failure,
    }
}

fn misplaced() -> Failure {
    Failure::internal(std::io::Error::other(
        "a child was created under another parent",
    ))
}

/// `VERSION_CONFLICT` for a row.
pub(super) fn overtaken<E: Versioned>(row: &E::Model, expected: i32) -> Refused {
    Refused::Overtaken(Overtaken {
        id: E::key(row),
        expected_version: expected,
        current_version: E::version(row),
    })
}
