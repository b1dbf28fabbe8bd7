//! Municipalities as a caller finds them: one by id or code, or a page of a list.

use async_graphql::{Context, Enum, InputObject, Object, OneofObject};
use entity::municipality::municipality;
use sea_orm::{ColumnTrait, Condition, Order};

use super::{
    Municipality,
    code::folded_code,
    filter::{self, MunicipalityFilter},
};
use crate::{
    access::{Asking, Viewer},
    error::Failure,
    filter::OrderDirection,
    id::Id,
    page::{Connection, Count, PageArgs},
};

/// Names one municipality.
#[derive(Clone, Debug, OneofObject)]
pub(crate) enum MunicipalityRef {
    /// By its id.
    Id(Id<municipality::Entity>),
    /// By its code: the country, a hyphen and the national code, such as `FI-837`. `fi-837` is the
    /// same.
    Code(String),
}

/// What municipalities can be sorted by. More values may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum MunicipalityOrderField {
    /// The name in the main language of the programme, letter by letter without regard to case.
    Name,
    /// The latest population.
    Population,
    /// The code.
    Code,
}

/// One thing to sort municipalities by.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct MunicipalityOrder {
    /// What to sort by.
    pub(crate) field: MunicipalityOrderField,
    /// Which way; ASC if absent.
    #[graphql(default)]
    pub(crate) direction: OrderDirection,
}

/// The order as columns; by name where nothing is asked, each field once.
fn columns(asked: &[MunicipalityOrder]) -> Vec<(municipality::Column, Order)> {
    let mut columns: Vec<(municipality::Column, Order)> = Vec::new();
    for order in asked {
        let column = match order.field {
            MunicipalityOrderField::Name => municipality::Column::SortName,
            MunicipalityOrderField::Population => municipality::Column::Population,
            MunicipalityOrderField::Code => municipality::Column::Code,
        };
        if columns
            .iter()
            .all(|(known, _)| known.as_column_ref() != column.as_column_ref())
        {
            columns.push((column, order.direction.into()));
        }
    }
    if columns.is_empty() {
        columns.push((municipality::Column::SortName, Order::Asc));
    }
    columns
}

/// Municipalities as a caller finds them.
#[derive(Debug, Default)]
pub(crate) struct MunicipalityQuery;

#[Object]
impl MunicipalityQuery {
    /// Municipalities, a page at a time; by name if no order is given. Only those that exist
    /// today, unless `filter: { isCurrent }` asks for others. Everybody reads all of them.
    #[expect(clippy::too_many_arguments, reason = "arguments of the schema")]
    async fn municipalities(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The size of a page from the start, 1 to 100; 25 if absent.")]
        first: Option<i32>,
        #[graphql(desc = "The cursor that the page begins after.")] after: Option<String>,
        #[graphql(desc = "The size of a page from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor that the page ends before.")] before: Option<String>,
        #[graphql(desc = "What has to hold.")] filter: Option<MunicipalityFilter>,
        #[graphql(desc = "What to sort by, the most important first; absent values come last.")]
        order_by: Option<Vec<MunicipalityOrder>>,
        #[graphql(
            desc = "The beginning of a name in any language, or a whole code such as `837` or `FI-837`; at most 100 characters."
        )]
        search: Option<String>,
    ) -> Result<Connection<Municipality>, Failure> {
        let page = PageArgs {
            first,
            after,
            last,
            before,
        };
        let viewer = ctx.viewer();
        let filter = filter.unwrap_or_default().folded();
        let order = columns(&order_by.unwrap_or_default());
        let page = page.checked(&("municipalities", &filter, &order, &search))?;
        let mut condition = filter.condition(viewer)?;
        if let Some(text) = &search {
            condition = condition.add(filter::search(viewer, text)?);
        }
        let found = viewer
            .find::<municipality::Entity>()
            .filter(condition.clone());
        let slice = found.page(&order, &page).await?;
        let columns: Vec<_> = order.iter().map(|(column, _)| *column).collect();
        let count = counted(viewer, condition);
        Ok(Connection::new::<municipality::Entity>(
            slice,
            &page,
            &columns,
            count,
            Municipality::from,
        ))
    }

    /// One municipality, a former one too; null if there is none.
    async fn municipality(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id or its code.")] by: MunicipalityRef,
    ) -> Result<Option<Municipality>, Failure> {
        let code = match by {
            MunicipalityRef::Id(id) => return ctx.reader().object(id.0).await,
            MunicipalityRef::Code(code) => folded_code(&code),
        };
        // What cannot be a code never reaches a statement.
        if !code.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(None);
        }
        let found = ctx.viewer().find::<municipality::Entity>();
        let found = found
            .filter(municipality::Column::Code.eq(code))
            .one()
            .await?;
        Ok(found.map(Municipality::from))
    }
}

/// How many municipalities a condition finds, asked when the total is selected.
fn counted(viewer: &Viewer, condition: Condition) -> Count {
    let viewer = viewer.clone();
    Box::new(move || {
        let (viewer, condition) = (viewer.clone(), condition.clone());
        Box::pin(async move {
            let found = viewer.find::<municipality::Entity>().filter(condition);
            found.count().await
        })
    })
}
