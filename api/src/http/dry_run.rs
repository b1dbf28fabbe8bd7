//! `rateLimit(dryRun: true)`: the document is validated as a whole and nothing of it is executed
//! but `rateLimit`.

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, OperationType, Selection,
};
use async_graphql_value::Value;

/// The field that asks.
const RATE_LIMIT: &str = "rateLimit";

/// Leaves nothing of a lowered operation but its fields `rateLimit`, if one of them asks for a dry run.
/// Answers whether one does.
pub(crate) fn put_aside(lowered: &mut ExecutableDocument) -> bool {
    let DocumentOperations::Single(operation) = &mut lowered.operations else {
        return false;
    };
    if operation.node.ty != OperationType::Query {
        return false;
    }
    let items = &mut operation.node.selection_set.node.items;
    let is_dry = items
        .iter()
        .filter_map(|item| asking(&item.node))
        .any(is_dry);
    if is_dry {
        items.retain(|item| asking(&item.node).is_some());
    }
    is_dry
}

fn asking(selection: &Selection) -> Option<&Field> {
    match selection {
        Selection::Field(field) => Some(&field.node).filter(|it| it.name.node == RATE_LIMIT),
        Selection::FragmentSpread(_) | Selection::InlineFragment(_) => None,
    }
}

fn is_dry(field: &Field) -> bool {
    let given = field.get_argument("dryRun");
    given.is_some_and(|given| given.node == Value::Boolean(true))
}
