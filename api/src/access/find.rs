//! The read door: every select is scoped to its viewer, and the predicate is added last, here.
//!
//! Offers no closure over the select, so that no union and no bare `E::find()` slips in.

use std::marker::PhantomData;

use futures_util::future::BoxFuture;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, FromQueryResult, Order, QueryResult,
    sea_query::{Asterisk, Expr, Func, IntoCondition, LogicalChainOper, Query, SelectStatement},
};
use uuid::Uuid;

use super::{Action, ChildOf, Row, Scope, Viewer, lease::Lease, transaction::Transaction};
use crate::{error::Failure, id::Id};

/// What a count is called.
const COUNTED: &str = "rows";

/// A read under way. Boxed: a resolver's future has room for each of its fields, and one is made
/// for every field of every row.
pub(crate) type Asked<'v, T> = BoxFuture<'v, Result<T, Failure>>;

/// A read that is not run yet.
#[derive(Debug)]
pub(crate) struct Find<'v, E: Scope> {
    pub(super) viewer: &'v Viewer,
    transaction: Option<&'v Transaction>,
    /// What is selected is added last: to name each column costs as much as the rest.
    pub(super) select: SelectStatement,
    narrowed: Condition,
    rows: Condition,
    table: PhantomData<fn() -> E>,
}

/// A select from a table that names no columns yet.
pub(super) fn from<E: Scope>() -> SelectStatement {
    let mut select = Query::select();
    select.from(E::default().table_ref());
    select
}

/// Says once what rows of a select have to meet. As a `Condition` it would be copied whole whenever the
/// statement is written (sea-query 1.0), and a second one beside it could miss its parentheses.
pub(super) fn where_all(select: &mut SelectStatement, condition: Expr) {
    select.and_or_where(LogicalChainOper::And(condition));
}

impl Viewer {
    /// Reads rows of `E` that exist for this viewer.
    pub(crate) fn find<E: Scope>(&self) -> Find<'_, E> {
        Find::of(self, None, self.rows::<E>())
    }

    /// Reads children of parents that this viewer has been shown.
    pub(super) fn find_below<E: Scope>(&self) -> Find<'_, E> {
        Find::of(self, None, self.rows_below::<E>())
    }

    /// Numbers over children of parents that this viewer has been shown: one row per key.
    pub(super) async fn tally<P: Scope, C: ChildOf<P>, T: FromQueryResult + Send>(
        &self,
        parents: Vec<Uuid>,
        keys: &[C::Column],
        measures: Vec<(&'static str, Expr)>,
    ) -> Result<Vec<T>, Failure> {
        let mut select = from::<C>();
        where_all(&mut select, self.among(C::PARENT, parents));
        for key in keys {
            select.column(key.as_column_ref());
            select.group_by_col(key.as_column_ref());
        }
        for (name, measure) in measures {
            select.expr_as(measure, name);
        }
        let read = |row: &QueryResult| T::from_query_result(row, "");
        Ok(self.0.reads.all(&select, read).await?)
    }

    /// That a column holds one of these ids. On `PostgreSQL` as one value, so that the statement,
    /// and with it its plan, is the same for any number of them.
    pub(super) fn among<C: ColumnTrait>(
        &self,
        column: C,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Expr {
        if self.0.house.backend() == DbBackend::Postgres {
            column.eq_any(ids)
        } else {
            column.is_in(ids)
        }
    }

    /// The predicate of a table for this viewer; the system itself sees every row.
    pub(super) fn rows<E: Scope>(&self) -> Condition {
        match self.system_reason() {
            Some(_) => every::<E>(),
            None if self.reads_as_public::<E>() => E::rows(&self.as_public()),
            None => E::rows(self),
        }
    }

    /// The predicate for children of a parent that was shown.
    pub(super) fn rows_below<E: Scope>(&self) -> Condition {
        match self.system_reason() {
            Some(_) => every::<E>(),
            None if self.reads_as_public::<E>() => E::rows_of_seen_parent(&self.as_public()),
            None => E::rows_of_seen_parent(self),
        }
    }

    /// Whether the token is not for reading this table: then it shows what the public sees.
    fn reads_as_public<E: Row>(&self) -> bool {
        !self.scopes().allow(E::RESOURCE, Action::Read)
    }
}

/// Every row there is, for what is no reading of rows by somebody.
pub(super) fn every<E: Row>() -> Condition {
    Condition::any().add(E::ID.is_not_null())
}

impl<'v, E: Scope> Find<'v, E> {
    pub(super) fn of(
        viewer: &'v Viewer,
        transaction: Option<&'v Transaction>,
        rows: Condition,
    ) -> Self {
        Self {
            viewer,
            transaction,
            select: from::<E>(),
            narrowed: Condition::all(),
            rows,
            table: PhantomData,
        }
    }

    /// A read inside a transaction.
    pub(super) fn inside(
        viewer: &'v Viewer,
        transaction: &'v Transaction,
        rows: Condition,
    ) -> Self {
        Self::of(viewer, Some(transaction), rows)
    }

    /// Narrows the rows.
    pub(crate) fn filter(mut self, condition: impl IntoCondition) -> Self {
        self.narrowed = self.narrowed.add(condition.into_condition());
        self
    }

    /// Sorts the rows.
    pub(crate) fn order(mut self, column: E::Column, order: Order) -> Self {
        self.select
            .order_by_expr(Expr::col(column.as_column_ref()), order);
        self
    }

    /// The select, narrowed to what exists for the viewer.
    pub(super) fn scoped(mut self) -> SelectStatement {
        where_all(&mut self.select, self.narrowed.add(self.rows).into());
        self.select
    }

    /// The row with this id.
    pub(crate) fn by_id(self, id: Id<E>) -> Asked<'v, Option<E::Model>> {
        self.filter(E::ID.eq(id.0)).one()
    }

    /// The first row.
    pub(crate) fn one(mut self) -> Asked<'v, Option<E::Model>> {
        self.select.limit(1);
        Box::pin(async move { Ok(self.all().await?.pop()) })
    }

    /// All rows. Only for lists whose length the domain bounds.
    pub(crate) fn all(self) -> Asked<'v, Vec<E::Model>> {
        let (viewer, transaction) = (self.viewer, self.transaction);
        Box::pin(async move {
            let mut select = self.scoped();
            let Some(transaction) = transaction else {
                return rows::<E>(select, &viewer.0.reads).await;
            };
            select.expr(Expr::cust(E::list()));
            let found = transaction.query_all(&select).await?;
            Ok(found.iter().map(E::read).collect::<Result<_, _>>()?)
        })
    }

    /// The values of a column, as a sub-select for the filter of another read.
    pub(crate) fn column(self, column: E::Column) -> SelectStatement {
        let mut select = self.scoped();
        select.column(column.as_column_ref());
        select
    }

    /// How many rows each group of `key` has.
    pub(super) async fn count_per(self, key: E::Column) -> Result<Vec<(Uuid, i64)>, Failure> {
        let viewer = self.viewer;
        let mut select = self.scoped();
        select
            .column(key.as_column_ref())
            .expr_as(Func::count(Expr::col(Asterisk)), COUNTED)
            .group_by_col(key.as_column_ref());
        let found = viewer.0.reads.query_all(&select).await?;
        let rows = found
            .iter()
            .map(|row| Ok((row.try_get_by_index(0)?, counted(row)?)));
        rows.collect()
    }

    /// How many rows there are.
    pub(crate) fn count(self) -> Asked<'v, u64> {
        let (viewer, transaction) = (self.viewer, self.transaction);
        Box::pin(async move {
            let mut select = self.scoped();
            select.expr_as(Func::count(Expr::col(Asterisk)), COUNTED);
            let found = match transaction {
                Some(transaction) => transaction.query_one(&select).await?,
                None => viewer.0.reads.query_one(&select).await?,
            };
            let count = found.as_ref().map_or(Ok(0), counted)?;
            Ok(u64::try_from(count).unwrap_or_default())
        })
    }
}

fn counted(row: &QueryResult) -> Result<i64, Failure> {
    Ok(row.try_get("", COUNTED)?)
}

/// Runs a select of whole rows.
pub(super) async fn rows<E: Scope>(
    mut select: SelectStatement,
    reads: &Lease,
) -> Result<Vec<E::Model>, Failure> {
    select.expr(Expr::cust(E::list()));
    Ok(reads.all(&select, E::read).await?)
}
