//! The public register of decisions: the same for everybody, whoever asks.

use async_graphql::{Context, Enum, InputObject, Object};
use entity::{
    municipality::municipality,
    recognition::{DecisionOutcome, decision},
};
use sea_orm::{ColumnTrait, Condition, Order, sea_query::Query};

use super::{RecognitionDecision, picks::public_decisions};
use crate::{
    access::{Asking, Viewer},
    error::Failure,
    filter::{self, CodeFilter, OrderDirection},
    municipality::folded_code,
    page::{Connection, Count, PageArgs},
};

/// Narrows by outcome. All that is given has to hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct DecisionOutcomeFilter {
    /// Exactly this one. `eq` and `in` cannot both be null.
    eq: Option<DecisionOutcome>,
    /// Any of these. An empty list matches nothing.
    #[graphql(name = "in")]
    any_of: Option<Vec<DecisionOutcome>>,
}

/// Narrows the register. All that is given has to hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct RecognitionDecisionFilter {
    /// Keys of programmes, such as `FI`.
    programme: Option<CodeFilter>,
    /// What was decided.
    outcome: Option<DecisionOutcomeFilter>,
    /// Codes of municipalities, such as `FI-837`.
    municipality: Option<CodeFilter>,
}

impl RecognitionDecisionFilter {
    /// The filter with codes and keys as they are stored.
    fn folded(self) -> Self {
        let capitals = |filter: CodeFilter| filter.folded(str::to_ascii_uppercase);
        Self {
            programme: self.programme.map(capitals),
            municipality: self.municipality.map(|filter| filter.folded(folded_code)),
            ..self
        }
    }
}

/// What the register can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum RecognitionDecisionOrderField {
    /// The day of the decision.
    DecidedOn,
    /// The last day of the recognition as decided; decisions without one come last.
    ValidUntil,
}

/// How the register is sorted.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct RecognitionDecisionOrder {
    /// By what.
    field: RecognitionDecisionOrderField,
    /// Which way.
    #[graphql(default)]
    direction: OrderDirection,
}

/// Decisions and recognitions as a caller finds them.
#[derive(Debug, Default)]
pub(crate) struct RecognitionQuery;

#[Object]
impl RecognitionQuery {
    /// The public register of decisions on recognition, the same for everybody: published, and
    /// not a refusal or deferral unless the programme publishes those. The latest decision comes
    /// first unless `orderBy` says otherwise. Codes: `PAGE_SIZE_EXCEEDED`, `INVALID_CURSOR`.
    #[expect(clippy::too_many_arguments, reason = "the arguments of a connection")]
    async fn recognition_decisions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 if absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which ones.")] filter: Option<RecognitionDecisionFilter>,
        #[graphql(desc = "In which order; each field once.")] order_by: Option<
            Vec<RecognitionDecisionOrder>,
        >,
    ) -> Result<Connection<RecognitionDecision>, Failure> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let filter = filter.unwrap_or_default().folded();
        register(ctx.viewer(), args, &filter, &order_by.unwrap_or_default()).await
    }
}

async fn register(
    viewer: &Viewer,
    args: PageArgs,
    filter: &RecognitionDecisionFilter,
    order_by: &[RecognitionDecisionOrder],
) -> Result<Connection<RecognitionDecision>, Failure> {
    let order = order(order_by)?;
    let page = args.checked(&("recognitionDecisions", &order, filter))?;
    let condition = condition(viewer, filter)?;
    let find = viewer.find::<decision::Entity>().filter(condition.clone());
    let slice = find.page(&order, &page).await?;
    let columns: Vec<_> = order.iter().map(|(column, _)| *column).collect();
    let viewer = viewer.clone();
    let count: Count = Box::new(move || {
        let (viewer, condition) = (viewer.clone(), condition.clone());
        Box::pin(async move {
            let find = viewer.find::<decision::Entity>().filter(condition);
            find.count().await
        })
    });
    Ok(Connection::new::<decision::Entity>(
        slice,
        &page,
        &columns,
        count,
        RecognitionDecision::from,
    ))
}

/// The columns to sort by; the same one twice would say nothing.
pub(super) fn order(
    order_by: &[RecognitionDecisionOrder],
) -> Result<Vec<(decision::Column, Order)>, Failure> {
    let mut order: Vec<(decision::Column, Order)> = Vec::new();
    for by in order_by {
        let column = match by.field {
            RecognitionDecisionOrderField::DecidedOn => decision::Column::DecidedOn,
            RecognitionDecisionOrderField::ValidUntil => decision::Column::ValidUntil,
        };
        let column_name = sea_orm::IdenStatic::as_str(&column);
        let is_second = order
            .iter()
            .any(|(known, _)| sea_orm::IdenStatic::as_str(known) == column_name);
        if is_second {
            return Err(Failure::bad_input("orderBy names a field twice."));
        }
        order.push((column, by.direction.into()));
    }
    if order.is_empty() {
        order.push((decision::Column::DecidedOn, Order::Desc));
    }
    Ok(order)
}

fn condition(viewer: &Viewer, filter: &RecognitionDecisionFilter) -> Result<Condition, Failure> {
    let mut all = public_decisions();
    if let Some(keys) = coded(filter.programme.as_ref())? {
        let named = keys.iter();
        let programmes = named.filter_map(|key| viewer.catalogue().programme_by_key(key));
        let ids = programmes.map(|entry| entry.row.id);
        all = all.add(decision::Column::ProgrammeId.is_in(ids));
    }
    if let Some(outcome) = &filter.outcome {
        let outcomes = filter::values(outcome.eq.as_ref(), outcome.any_of.as_deref())?;
        all = all.add(decision::Column::Outcome.is_in(outcomes));
    }
    if let Some(codes) = coded(filter.municipality.as_ref())? {
        all = all.add(decision::Column::MunicipalityId.in_subquery(with_codes(codes)));
    }
    Ok(all)
}

/// The codes asked for. What is no code never reaches a statement.
fn coded(filter: Option<&CodeFilter>) -> Result<Option<Vec<String>>, Failure> {
    let mut codes = filter.map(CodeFilter::values).transpose()?;
    if let Some(codes) = &mut codes {
        codes.retain(|code| code.bytes().all(|b| b.is_ascii_graphic()));
    }
    Ok(codes)
}

/// The ids of the municipalities with these codes.
fn with_codes(codes: Vec<String>) -> sea_orm::sea_query::SelectStatement {
    use municipality::Column::{Code, Id};
    let mut select = Query::select();
    select.column(Id.as_column_ref()).from(municipality::Entity);
    select.and_where(Code.is_in(codes));
    select
}
