//! The last statement of a transaction: takes the head of the chain, and with it the place of the
//! audit row, its hash, and the place of the outbox row. The head is the last lock that any
//! transaction takes and is held until its end, so that the order of the chain is the order in which
//! transactions commit, and no writer waits for one that waits for it.

use entity::journal::{audit_event, chain_head, outbox_event};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{self, Set},
    ConnectionTrait, DbBackend, EntityTrait, Iterable,
    sea_query::{
        Alias, CommonTableExpression, Expr, ExprTrait, InsertStatement, Query, Returning,
        UpdateStatement, WithClause,
    },
};

use crate::{access::transaction::Transaction, error::Failure, journal};

/// `journal::link` as `PostgreSQL` computes it, under the lock. Both hashes have 64 digits.
const LINK: &str =
    "encode(sha256(convert_to('64:' || chain_head.hash || '64:' || $1, 'UTF8')), 'hex')";

/// Writes both rows and seals the first.
pub(super) async fn sealed(
    transaction: &Transaction,
    audit: audit_event::ActiveModel,
    outbox: outbox_event::ActiveModel,
) -> Result<(), Failure> {
    let is_sealed = if transaction.get_database_backend() == DbBackend::Postgres {
        in_one_statement(transaction, &audit, &outbox).await?
    } else {
        step_by_step(transaction, audit, outbox).await?
    };
    if is_sealed {
        Ok(())
    } else {
        let absent = "the audit log has no chain head";
        Err(Failure::internal(std::io::Error::other(absent)))
    }
}

/// SQLite has let in one writer, from the beginning of the transaction.
#[expect(clippy::disallowed_methods, reason = "this is the write door")]
async fn step_by_step(
    transaction: &Transaction,
    mut audit: audit_event::ActiveModel,
    outbox: outbox_event::ActiveModel,
) -> Result<bool, Failure> {
    let Some(head) = chain_head::Entity::find().one(transaction).await? else {
        return Ok(false);
    };
    let hash = journal::link(&head.hash, &journal::content(&audit));
    audit.sequence = Set(head.sequence + 1);
    audit.hash = Set(Some(hash.clone()));
    let mut next = chain_head::ActiveModel::from(head.clone());
    next.sequence = Set(head.sequence + 1);
    next.hash = Set(hash);
    chain_head::Entity::update(next).exec(transaction).await?;
    audit_event::Entity::insert(audit)
        .exec_without_returning(transaction)
        .await?;
    outbox_event::Entity::insert(outbox)
        .exec_without_returning(transaction)
        .await?;
    Ok(true)
}

/// One way to the database: the new head as a common table expression, from which both rows are
/// made. The numbers of the outbox come after the lock too and so are in the order of commits.
async fn in_one_statement(
    transaction: &Transaction,
    audit: &audit_event::ActiveModel,
    outbox: &outbox_event::ActiveModel,
) -> Result<bool, Failure> {
    let outbox = from_head(outbox, []);
    let seal = [audit_event::Column::Sequence, audit_event::Column::Hash];
    let audited = from_head(audit, seal);
    let mut clause = WithClause::new();
    clause.cte(named(HEAD, next_head(&journal::content(audit))));
    clause.cte(named("told", outbox));
    let written = transaction.execute(&audited.with(clause)).await?;
    Ok(written.rows_affected() == 1)
}

const HEAD: &str = "head";

fn named(
    name: &'static str,
    query: impl Into<sea_orm::sea_query::SubQueryStatement>,
) -> CommonTableExpression {
    let mut expression = CommonTableExpression::new();
    expression.table_name(Alias::new(name));
    expression.query(query);
    expression
}

fn next_head(content: &str) -> UpdateStatement {
    use chain_head::Column::{Hash, Id, Sequence};
    Query::update()
        .table(chain_head::Entity)
        .value(Sequence, Expr::col((chain_head::Entity, Sequence)).add(1))
        .value(Hash, Expr::cust_with_values(LINK, [content]))
        .and_where(Expr::col(Id).eq(1))
        .returning(Returning::new().columns([Sequence, Hash]))
        .to_owned()
}

/// An insert of the values of a row and of columns of the head that have the same names.
fn from_head<A: ActiveModelTrait>(
    row: &A,
    seal: impl IntoIterator<Item = <A::Entity as EntityTrait>::Column> + Clone,
) -> InsertStatement {
    let mut columns = Vec::new();
    let mut select = Query::select();
    for column in <A::Entity as EntityTrait>::Column::iter() {
        if let ActiveValue::Set(value) = row.get(column) {
            columns.push(column);
            select.expr(Expr::val(value));
        }
    }
    for column in seal {
        columns.push(column);
        select.expr(Expr::col((Alias::new(HEAD), column)));
    }
    select.from(Alias::new(HEAD));
    let mut insert = Query::insert();
    insert.into_table(A::Entity::default()).columns(columns);
    // Fails only where there are more or fewer columns than values.
    let _ = insert.select_from(select);
    insert
}
