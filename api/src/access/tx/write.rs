//! Rows added, changed and removed. Each row written was permitted, or is the child of one that
//! was, and is told to the journal of its transaction.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue, ColumnTrait, DbErr, IdenStatic,
    IntoActiveModel, Iterable, ModelTrait, QueryFilter, QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{Tx, overtaken};
use crate::{
    access::{
        ChildOf, Permitted, Row, Scope, Versioned,
        permit::{Granted, Status, forbidden},
    },
    error::Failure,
    refusal::Refused,
};

impl Tx {
    /// Writes a permitted row, unless everything in it is so already. Status, version and time of
    /// change are set here, after `change`, from the proof; the version is checked in the `WHERE`.
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
        take(&mut active, status);
        if is_as_before::<E>(&before, &active) {
            return Ok(before);
        }
        self.stamp::<E>(&mut active, version + 1);
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

    /// Writes many permitted rows of one table in one statement, those in which something changes.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn update_all<E: Scope + Versioned>(
        &mut self,
        rows: Vec<(Permitted<E>, E::Model)>,
    ) -> Result<Vec<E::Model>, Refused>
    where
        E::Model: IntoActiveModel<E::ActiveModel> + TryFrom<E::ActiveModel, Error = DbErr>,
        E::ActiveModel: ActiveModelBehavior + Send,
    {
        let (mut actives, mut written) = (Vec::new(), Vec::new());
        for (permitted, after) in rows {
            let (before, status, granted) = permitted.into_parts();
            let mut active = after.into_active_model().reset_all();
            take(&mut active, status);
            if is_as_before::<E>(&before, &active) {
                written.push(before);
                continue;
            }
            self.stamp::<E>(&mut active, E::version(&before) + 1);
            let after: E::Model = active.clone().try_into().map_err(Failure::from)?;
            self.record::<E>(Some(&before), Some(&after), granted);
            actives.push(active);
            written.push(after);
        }
        if actives.is_empty() {
            return Ok(written);
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

    fn stamp<E: Versioned>(&self, active: &mut E::ActiveModel, version: i32) {
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
}

fn take<A: ActiveModelTrait>(active: &mut A, status: Status<A::Entity>) {
    if let Some((column, status)) = status {
        active.set(column, status);
    }
}

/// Whether a write would change nothing. Version and time of change count for nothing: they tell
/// of changes.
fn is_as_before<E: Versioned>(before: &E::Model, active: &E::ActiveModel) -> bool {
    let is_told = |column: &E::Column| {
        let name = column.as_str();
        name != E::VERSION.as_str() && name != E::UPDATED_AT.as_str()
    };
    E::Column::iter()
        .filter(is_told)
        .all(|column| match active.get(column) {
            ActiveValue::Set(value) | ActiveValue::Unchanged(value) => value == before.get(column),
            ActiveValue::NotSet => true,
        })
}

fn misplaced() -> Failure {
    Failure::internal(std::io::Error::other(
        "a child was created under another parent",
    ))
}
