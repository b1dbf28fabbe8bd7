//! Reads of the first row of each group, such as the newest of each parent, in one statement for all
//! groups. The two databases have different ways to say it.

use sea_orm::{
    ColumnTrait, Condition, DbBackend, IdenStatic, Order,
    sea_query::{
        Alias, ArrayType, Expr, ExprTrait, Func, JoinType, Query, SelectStatement, Value,
        WindowStatement,
    },
};
use uuid::Uuid;

use super::{
    Find, Scope,
    find::{from, rows, where_all},
};
use crate::error::Failure;

/// What one of many parents is called, and its id.
const PARENT: &str = "parent";

impl<E: Scope> Find<'_, E> {
    /// The ids of the first row of each group of `key`, as a sub-select for the filter of another read.
    pub(crate) fn latest_ids(self, key: E::Column, order: Vec<(Expr, Order)>) -> SelectStatement {
        first_by_row_number::<E>(self.scoped(), key, order, 1)
    }

    /// The first rows of each group of `key` in the order given, at most so many of each.
    pub(super) async fn first_per(
        self,
        key: E::Column,
        order: Vec<(Expr, Order)>,
        at_most: u64,
    ) -> Result<Vec<E::Model>, Failure> {
        let viewer = self.viewer;
        let first = numbered::<E>(self.scoped(), key, order, at_most);
        rows::<E>(first, &viewer.0.reads).await
    }

    /// The first row of each group of `key` in the order given.
    pub(crate) async fn latest_per(
        self,
        key: E::Column,
        order: Vec<(Expr, Order)>,
    ) -> Result<Vec<E::Model>, Failure> {
        let viewer = self.viewer;
        let select = self.scoped();
        let first = if viewer.0.house.backend() == DbBackend::Postgres {
            sorted_by_key::<E>(select, key, order)
        } else {
            numbered::<E>(select, key, order, 1)
        };
        rows::<E>(first, &viewer.0.reads).await
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
        let own = Expr::col(key.as_column_ref()).equals((PARENT, PARENT));
        let first = of_each_parent::<E>(self.filter(own).scoped(), parents, order);
        rows::<E>(first, &viewer.0.reads).await
    }
}

/// `DISTINCT ON` keeps the first of each group.
fn sorted_by_key<E: Scope>(
    mut select: SelectStatement,
    key: E::Column,
    order: Vec<(Expr, Order)>,
) -> SelectStatement {
    let key = key.as_column_ref();
    select
        .distinct_on([key.clone()])
        .order_by_expr(Expr::col(key), Order::Asc);
    for (expression, direction) in order {
        select.order_by_expr(expression, direction);
    }
    select
}

/// SQLite has no `DISTINCT ON`: rows are numbered within their group, and the first are kept.
fn numbered<E: Scope>(
    select: SelectStatement,
    key: E::Column,
    order: Vec<(Expr, Order)>,
    at_most: u64,
) -> SelectStatement {
    let first = first_by_row_number::<E>(select, key, order, at_most);
    let mut select = from::<E>();
    where_all(&mut select, E::ID.in_subquery(first));
    select
}

/// The ids of the first rows of each group.
fn first_by_row_number<E: Scope>(
    mut select: SelectStatement,
    key: E::Column,
    order: Vec<(Expr, Order)>,
    at_most: u64,
) -> SelectStatement {
    let (place, numbered) = (Alias::new("place"), Alias::new("numbered"));
    let mut window = WindowStatement::partition_by(key.as_column_ref());
    for (expression, direction) in order {
        window.order_by_expr(expression, direction);
    }
    select.column(E::ID.as_column_ref());
    let number = Func::cust(Alias::new("row_number"));
    select.expr_window_as(number, window, place.clone());
    let mut first = Query::select();
    first
        .column(Alias::new(E::ID.as_str()))
        .from_subquery(select, numbered);
    where_all(&mut first, Expr::col(place).lte(at_most));
    first
}

/// The first row of one parent after the other, from a select of the rows of a `PARENT`.
fn of_each_parent<E: Scope>(
    mut select: SelectStatement,
    parents: Vec<Uuid>,
    order: Vec<(Expr, Order)>,
) -> SelectStatement {
    select.expr(Expr::cust(E::list())).limit(1);
    for (expression, direction) in order {
        select.order_by_expr(expression, direction);
    }
    let parents = parents.into_iter().map(Value::from).collect();
    let parents = Value::Array(ArrayType::Uuid, Some(Box::new(parents)));
    let mut each = Query::select();
    each.from_function(Func::cust(Alias::new("unnest")).arg(parents), PARENT)
        .join_lateral(
            JoinType::InnerJoin,
            select,
            Alias::new(E::default().table_name()),
            Condition::all(),
        );
    each
}
