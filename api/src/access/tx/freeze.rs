//! Work of a cancelled cycle is frozen: marked where it is locked, since nothing asks for the cycle there.

use entity::{action_plan::plan, assessment::assessment, municipality::cycle};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use super::Tx;
use crate::{
    access::{ChildOf, Permitted},
    error::Failure,
};

impl Tx {
    /// Freezes what was begun in a cycle that may be cancelled here, so that whoever locks it knows
    /// without asking for the cycle. Nothing else of the rows changes, nor does their version, and the
    /// journal tells of the cycle alone.
    pub(crate) async fn freeze_work_of(
        &self,
        cycle: &Permitted<cycle::Entity>,
    ) -> Result<(), Failure> {
        use assessment::Column::CreatedAt;
        use plan::Column::Number;
        let cycle = cycle.row();
        self.freeze::<assessment::Entity>(cycle, assessment::Column::IsFrozen, CreatedAt)
            .await?;
        self.freeze::<plan::Entity>(cycle, plan::Column::IsFrozen, Number)
            .await
    }

    /// Locks newest first, as the steps do that end an older row.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    async fn freeze<E: ChildOf<cycle::Entity>>(
        &self,
        cycle: &cycle::Model,
        is_frozen: E::Column,
        newest_first: E::Column,
    ) -> Result<(), Failure> {
        let rows = E::find().filter(E::PARENT.eq(cycle.id));
        let ids: Vec<Uuid> = rows
            .select_only()
            .column(E::ID)
            .order_by_desc(newest_first)
            .lock_exclusive()
            .into_tuple()
            .all(&self.transaction)
            .await?;
        E::update_many()
            .col_expr(is_frozen, Expr::value(true))
            .filter(E::ID.is_in(ids))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}
