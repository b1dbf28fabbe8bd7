//! The audit log as whoever runs the server checks it: all rows in the order of the chain, and its
//! head. Nobody reaches this by the API.

use entity::journal::{audit_event, chain_head};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::House;
use crate::error::Failure;

/// A row of the log, or the number of one that cannot be read as such.
pub(crate) type LedgerRow = Result<audit_event::Model, i64>;

impl House {
    /// The next rows after a number, at most so many.
    #[expect(clippy::disallowed_methods, reason = "the whole log has no viewer")]
    pub(crate) async fn ledger(&self, after: i64, at_most: u64) -> Result<Vec<LedgerRow>, Failure> {
        use audit_event::Column::Sequence;
        let reads = &self.database().lease();
        let select = audit_event::Entity::find()
            .filter(Sequence.gt(after))
            .order_by_asc(Sequence)
            .limit(at_most);
        if let Ok(rows) = select.clone().all(reads).await {
            return Ok(rows.into_iter().map(Ok).collect());
        }
        // A value that no longer fits its column makes a page unreadable: find out which row it is.
        let numbers: Vec<i64> = select
            .select_only()
            .column(Sequence)
            .into_tuple()
            .all(reads)
            .await?;
        let mut rows = Vec::new();
        for number in numbers {
            let row = audit_event::Entity::find_by_id(number).one(reads).await;
            rows.push(row.ok().flatten().ok_or(number));
        }
        Ok(rows)
    }

    /// The head of the chain.
    #[expect(clippy::disallowed_methods, reason = "the whole log has no viewer")]
    pub(crate) async fn chain_head(&self) -> Result<Option<chain_head::Model>, Failure> {
        Ok(chain_head::Entity::find()
            .one(&self.database().lease())
            .await?)
    }
}
