//! The read door: every select is scoped to its viewer, and the predicate is added last, here.
//!
//! Offers no closure over the select, so that no union and no bare `E::find()` slips in.

use futures_util::future::BoxFuture;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, FromQueryResult,
    IdenStatic, Iterable, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
    sea_query::{
        Alias, ArrayType, Expr, ExprTrait, Func, IntoCondition, JoinType, Query, SelectStatement,
        Value, WindowStatement,
    },
};
use uuid::Uuid;

use super::{Action, ChildOf, Row, Scope, Viewer};
use crate::{error::Failure, id::Id, journal, refusal::Overtaken};

/// How many of the last changes of a row are looked at.
const CHANGES_READ: u64 = 50;

/// A read under way. Boxed: a resolver's future has room for each of its fields, and one is made
/// for every field of every row.
pub(crate) type Asked<'v, T> = BoxFuture<'v, Result<T, Failure>>;

/// A read that is not run yet.
#[derive(Debug)]
pub(crate) struct Find<'v, E: Scope> {
    viewer: &'v Viewer,
    transaction: Option<&'v DatabaseTransaction>,
    pub(super) select: Select<E>,
    rows: Condition,
}

impl Viewer {
    /// Reads rows of `E` that exist for this viewer.
    #[expect(clippy::disallowed_methods, reason = "this is the read door")]
    pub(crate) fn find<E: Scope>(&self) -> Find<'_, E> {
        Find {
            viewer: self,
            transaction: None,
            select: E::find(),
            rows: self.rows::<E>(),
        }
    }

    /// Reads children of parents that this viewer has been shown.
    #[expect(clippy::disallowed_methods, reason = "this is the read door")]
    pub(super) fn find_below<E: Scope>(&self) -> Find<'_, E> {
        Find {
            viewer: self,
            transaction: None,
            select: E::find(),
            rows: self.rows_below::<E>(),
        }
    }

    /// Numbers over children of parents that this viewer has been shown: one row per key.
    #[expect(clippy::disallowed_methods, reason = "this is the read door")]
    pub(super) async fn tally<P: Scope, C: ChildOf<P>, T: FromQueryResult>(
        &self,
        parents: Vec<Uuid>,
        keys: &[C::Column],
        measures: Vec<(&'static str, Expr)>,
    ) -> Result<Vec<T>, Failure> {
        let mut select = C::find()
            .select_only()
            .filter(self.among(C::PARENT, parents));
        for key in keys {
            select = select.column(*key).group_by(*key);
        }
        for (name, measure) in measures {
            select = select.column_as(measure, name);
        }
        Ok(select.into_model::<T>().all(&*self.0.reads).await?)
    }

    /// What changed in a row that this viewer may write, since the version that was expected.
    #[expect(
        clippy::disallowed_methods,
        reason = "names of columns of a row that was shown"
    )]
    pub(crate) async fn changed_since(
        &self,
        overtaken: &Overtaken,
    ) -> Result<Option<Vec<String>>, Failure> {
        use entity::journal::audit_event::{Column, Entity};
        use sea_orm::EntityTrait;
        let changes = Entity::find()
            .select_only()
            .column(Column::Changes)
            .filter(Column::TargetId.eq(overtaken.id))
            .order_by_desc(Column::Sequence)
            .limit(CHANGES_READ)
            .into_tuple::<serde_json::Value>()
            .all(&*self.0.reads)
            .await?;
        let (expected, current) = (overtaken.expected_version, overtaken.current_version);
        Ok(journal::changed_after(
            &changes,
            overtaken.id,
            expected,
            current,
        ))
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

fn every<E: Row>() -> Condition {
    Condition::any().add(E::ID.is_not_null())
}

impl<'v, E: Scope> Find<'v, E> {
    /// A read inside a transaction.
    #[expect(clippy::disallowed_methods, reason = "this is the read door")]
    pub(super) fn inside(
        viewer: &'v Viewer,
        transaction: &'v DatabaseTransaction,
        rows: Condition,
    ) -> Self {
        Self {
            viewer,
            transaction: Some(transaction),
            select: E::find(),
            rows,
        }
    }

    /// Narrows the rows.
    pub(crate) fn filter(mut self, condition: impl IntoCondition) -> Self {
        self.select = self.select.filter(condition.into_condition());
        self
    }

    /// Sorts the rows.
    pub(crate) fn order(mut self, column: E::Column, order: Order) -> Self {
        self.select = self.select.order_by(column, order);
        self
    }

    /// The row with this id.
    pub(crate) fn by_id(self, id: Id<E>) -> Asked<'v, Option<E::Model>> {
        self.filter(E::ID.eq(id.0)).one()
    }

    /// The first row.
    pub(crate) fn one(self) -> Asked<'v, Option<E::Model>> {
        Box::pin(async move {
            let select = self.select.filter(self.rows).limit(1);
            Ok(match self.transaction {
                Some(transaction) => rows::<E>(&select.into_query(), transaction).await?,
                None => rows::<E>(&select.into_query(), &*self.viewer.0.reads).await?,
            }
            .pop())
        })
    }

    /// All rows. Only for lists whose length the domain bounds.
    pub(crate) fn all(self) -> Asked<'v, Vec<E::Model>> {
        Box::pin(async move {
            let select = self.select.filter(self.rows);
            match self.transaction {
                Some(transaction) => rows::<E>(&select.into_query(), transaction).await,
                None => rows::<E>(&select.into_query(), &*self.viewer.0.reads).await,
            }
        })
    }

    /// The values of a column, as a sub-select for the filter of another read.
    pub(crate) fn column(self, column: E::Column) -> SelectStatement {
        let select = self.select.filter(self.rows).select_only();
        select.column(column).into_query()
    }

    /// The ids of the first row of each group of `key`, as such a sub-select.
    pub(crate) fn latest_ids(self, key: E::Column, order: Vec<(Expr, Order)>) -> SelectStatement {
        first_by_row_number::<E>(self.select.filter(self.rows), key, order, 1)
    }

    /// The first rows of each group of `key` in the order given, at most so many of each.
    #[expect(clippy::disallowed_methods, reason = "this is the read door")]
    pub(super) async fn first_per(
        self,
        key: E::Column,
        order: Vec<(Expr, Order)>,
        at_most: u64,
    ) -> Result<Vec<E::Model>, Failure> {
        let select = self.select.filter(self.rows);
        let first = first_by_row_number::<E>(select, key, order, at_most);
        let select = E::find().filter(E::ID.in_subquery(first));
        rows::<E>(&select.into_query(), &*self.viewer.0.reads).await
    }

    /// How many rows each group of `key` has.
    pub(super) async fn count_per(self, key: E::Column) -> Result<Vec<(Uuid, i64)>, Failure> {
        let select = self.select.filter(self.rows).select_only();
        let select = select.column(key).column_as(E::ID.count(), "rows");
        let select = select.group_by(key).into_tuple();
        Ok(select.all(&*self.viewer.0.reads).await?)
    }

    /// How many rows there are.
    pub(crate) fn count(self) -> Asked<'v, u64>
    where
        E::Model: Sync,
    {
        Box::pin(async move {
            let select = self.select.filter(self.rows);
            Ok(match self.transaction {
                Some(transaction) => select.count(transaction).await?,
                None => select.count(&*self.viewer.0.reads).await?,
            })
        })
    }

    /// The first row of each group of `key` in the order given.
    pub(crate) async fn latest_per(
        self,
        key: E::Column,
        order: Vec<(Expr, Order)>,
    ) -> Result<Vec<E::Model>, Failure> {
        let database = &*self.viewer.0.reads;
        let select = self.select.filter(self.rows);
        let select = if self.viewer.0.house.backend() == DbBackend::Postgres {
            let mut select = select
                .distinct_on([key.as_column_ref()])
                .order_by(key, Order::Asc);
            for (expression, direction) in order {
                select = select.order_by(expression, direction);
            }
            select
        } else {
            newest_by_row_number::<E>(select, key, order)
        };
        rows::<E>(&select.into_query(), database).await
    }

    /// The same for long series that an index holds in this order: on `PostgreSQL` each parent is
    /// looked up for itself, and the look ends after one row, however many there are.
    pub(super) async fn last_of_series(
        self,
        key: E::Column,
        parents: Vec<Uuid>,
        order: Vec<(Expr, Order)>,
    ) -> Result<Vec<E::Model>, Failure> {
        let viewer = self.viewer;
        if viewer.0.house.backend() != DbBackend::Postgres {
            let among = viewer.among(key, parents);
            return self.filter(among).latest_per(key, order).await;
        }
        let select = self.select.filter(self.rows);
        let select = first_of_each(select, key, parents, order);
        rows::<E>(&select, &*viewer.0.reads).await
    }
}

/// Runs a select of whole rows.
async fn rows<E: Scope>(
    select: &SelectStatement,
    database: &impl ConnectionTrait,
) -> Result<Vec<E::Model>, Failure> {
    let found = database.query_all(select).await?;
    let rows = found.iter().map(E::read);
    Ok(rows.collect::<Result<_, _>>()?)
}

/// SQLite has no `DISTINCT ON`: rows are numbered within their group, and the first is kept.
#[expect(clippy::disallowed_methods, reason = "this is the read door")]
fn newest_by_row_number<E: Scope>(
    select: Select<E>,
    key: E::Column,
    order: Vec<(Expr, Order)>,
) -> Select<E> {
    E::find().filter(E::ID.in_subquery(first_by_row_number(select, key, order, 1)))
}

/// The first row of one parent after the other.
fn first_of_each<E: Scope>(
    select: Select<E>,
    key: E::Column,
    parents: Vec<Uuid>,
    order: Vec<(Expr, Order)>,
) -> SelectStatement {
    let parent = Alias::new("parent");
    let mut first = select
        .filter(Expr::col(key.as_column_ref()).equals((parent.clone(), parent.clone())))
        .limit(1)
        .into_query();
    for (expression, direction) in order {
        first.order_by_expr(expression, direction);
    }
    let parents = parents.into_iter().map(Value::from).collect();
    let parents = Value::Array(ArrayType::Uuid, Some(Box::new(parents)));
    let mut each = Query::select();
    each.columns(E::Column::iter().map(|column| column.as_column_ref()))
        .from_function(Func::cust(Alias::new("unnest")).arg(parents), parent)
        .join_lateral(JoinType::InnerJoin, first, E::default(), Condition::all());
    each
}

/// The ids of the first rows of each group.
fn first_by_row_number<E: Scope>(
    select: Select<E>,
    key: E::Column,
    order: Vec<(Expr, Order)>,
    at_most: u64,
) -> SelectStatement {
    let (place, numbered) = (Alias::new("place"), Alias::new("numbered"));
    let mut window = WindowStatement::partition_by(key.as_column_ref());
    for (expression, direction) in order {
        window.order_by_expr(expression, direction);
    }
    let mut inner = select.select_only().column(E::ID).into_query();
    let number = Func::cust(Alias::new("row_number"));
    inner.expr_window_as(number, window, place.clone());
    let mut first = Query::select();
    first
        .column(Alias::new(E::ID.as_str()))
        .from_subquery(inner, numbered)
        .and_where(Expr::col(place).lte(at_most));
    first
}
