//! The write door for reference rows, which come in thousands and from the system alone.

use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, IdenStatic, IntoActiveModel, Iterable,
    sea_query::OnConflict,
};

use super::{Granted, Row, Tx, permit::forbidden};
use crate::{error::Failure, refusal::Refused};

/// Values that one statement takes: SQLite allows 32,766, `PostgreSQL` 65,535.
const VALUES: usize = 32_000;

impl Tx {
    /// Writes rows whole: new ones, and those whose id is there already. What a reader of the
    /// audit log should find is told to `account_for`.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn load<E: Row>(&mut self, rows: Vec<E::Model>) -> Result<(), Refused>
    where
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: ActiveModelBehavior + Send,
    {
        self.system_only()?;
        let at_once = VALUES / E::Column::iter().count().max(1);
        let mut rows = rows
            .into_iter()
            .map(|row| row.into_active_model().reset_all());
        loop {
            let chunk: Vec<_> = rows.by_ref().take(at_once).collect();
            if chunk.is_empty() {
                return Ok(());
            }
            let columns = E::Column::iter().filter(|c| c.as_str() != E::ID.as_str());
            let conflict = OnConflict::column(E::ID).update_columns(columns).to_owned();
            E::insert_many(chunk)
                .on_conflict(conflict)
                .exec_without_returning(&self.transaction)
                .await?;
        }
    }

    /// Tells the audit log of a row that was loaded.
    pub(crate) fn account_for<E: Row>(
        &mut self,
        before: Option<&E::Model>,
        after: &E::Model,
    ) -> Result<(), Failure> {
        self.system_only()?;
        let by = Granted {
            membership: None,
            role: None,
        };
        self.record::<E>(before, Some(after), by);
        Ok(())
    }

    pub(in crate::access) fn system_only(&self) -> Result<(), Failure> {
        match self.viewer.system_reason() {
            Some(_) => Ok(()),
            None => Err(forbidden(&[])),
        }
    }
}
