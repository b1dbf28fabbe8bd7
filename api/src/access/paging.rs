//! Pages of a read: sorted by columns and the id, bounded by the columns of a cursor, so that a page
//! costs the same wherever it lies.

use sea_orm::{
    ColumnTrait, Condition, Order,
    sea_query::{Expr, ExprTrait, IntoCondition},
};

use super::{Find, Row, Scope};
use crate::{
    error::Failure,
    page::{Cursor, Page, Slice},
};

impl<E: Scope> Find<'_, E> {
    /// One page in the order given, the id as tie-break, nulls last both ways.
    pub(crate) async fn page(
        mut self,
        order: &[(E::Column, Order)],
        page: &Page,
    ) -> Result<Slice<E::Model>, Failure> {
        for (cursor, is_after) in page.bounds() {
            self = self.filter(beyond::<E>(order, cursor, is_after)?);
        }
        for (column, direction) in order {
            let direction = turn(direction, page.is_backwards());
            let nulls = if page.is_backwards() {
                Order::Desc
            } else {
                Order::Asc
            };
            if column.def().is_null() {
                self.select.order_by_expr(column.is_null(), nulls);
            }
            self = self.order(*column, direction);
        }
        let tie_break = if page.is_backwards() {
            Order::Desc
        } else {
            Order::Asc
        };
        self = self.order(E::ID, tie_break);
        self.select.limit(page.size() + 1);
        let rows = self.all().await?;
        Ok(Slice::cut(rows, page))
    }
}

fn turn(order: &Order, is_backwards: bool) -> Order {
    match (order, is_backwards) {
        (Order::Desc, false) | (Order::Asc, true) => Order::Desc,
        _ => Order::Asc,
    }
}

/// Rows that come later (`later`) or earlier than a cursor.
fn beyond<E: Row>(
    order: &[(E::Column, Order)],
    cursor: &Cursor,
    later: bool,
) -> Result<Condition, Failure> {
    let values = cursor.values::<E>(order.iter().map(|(column, _)| *column))?;
    let mut any = Condition::any();
    let mut equal = Condition::all();
    for ((column, direction), value) in order.iter().zip(values) {
        let ascending = (*direction == Order::Asc) == later;
        let is_null = value == value.as_null();
        let step = match (is_null, later) {
            // Nulls are last: nothing comes after a null, every value before it.
            (true, true) => None,
            (true, false) => Some(column.is_not_null().into_condition()),
            (false, _) => {
                let compared = if ascending {
                    Expr::col(column.as_column_ref()).gt(value.clone())
                } else {
                    Expr::col(column.as_column_ref()).lt(value.clone())
                };
                let step = Condition::any().add(compared);
                Some(if later && column.def().is_null() {
                    step.add(column.is_null())
                } else {
                    step
                })
            }
        };
        if let Some(step) = step {
            any = any.add(Condition::all().add(equal.clone()).add(step));
        }
        equal = equal.add(if is_null {
            column.is_null()
        } else {
            column.eq(value)
        });
    }
    let tie = if later {
        E::ID.gt(cursor.id())
    } else {
        E::ID.lt(cursor.id())
    };
    Ok(any.add(equal.add(tie)))
}
