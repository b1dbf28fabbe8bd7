//! Values that stand in a document, as the executor reads them, and what becomes of variables in them.

use apollo_compiler::ast;
use async_graphql::{Name as Key, Number, Value, parser::types as plain};
use async_graphql_value::Value as Argument;

use super::Coerced;

/// Puts values in the place of variables. What has none is left out, and null in a list.
pub(crate) fn bind(set: &mut plain::SelectionSet, variables: &Coerced) {
    for selection in &mut set.items {
        match &mut selection.node {
            plain::Selection::Field(field) => {
                let field = &mut field.node;
                field.arguments.retain_mut(|(_, given)| {
                    let bound = bound(std::mem::take(&mut given.node), variables);
                    let is_given = bound.is_some();
                    given.node = bound.unwrap_or_default();
                    is_given
                });
                bind(&mut field.selection_set.node, variables);
            }
            plain::Selection::InlineFragment(inline) => {
                bind(&mut inline.node.selection_set.node, variables);
            }
            plain::Selection::FragmentSpread(_) => {}
        }
    }
}

fn bound(value: Argument, variables: &Coerced) -> Option<Argument> {
    Some(match value {
        Argument::Variable(name) => variables.get(&name)?.clone().into_value(),
        Argument::List(items) => {
            let items = items.into_iter();
            Argument::List(
                items
                    .map(|item| bound(item, variables).unwrap_or(Argument::Null))
                    .collect(),
            )
        }
        Argument::Object(fields) => {
            let fields = fields.into_iter();
            let given = fields.filter_map(|(name, value)| Some((name, bound(value, variables)?)));
            Argument::Object(given.collect())
        }
        constant => constant,
    })
}

/// A value of a document as the executor reads it, variables still open.
pub(super) fn open(value: &ast::Value) -> Argument {
    match value {
        ast::Value::Variable(name) => Argument::Variable(Key::new(name.as_str())),
        ast::Value::Null => Argument::Null,
        ast::Value::Boolean(is) => Argument::Boolean(*is),
        ast::Value::String(text) => Argument::String(text.clone()),
        ast::Value::Enum(name) => Argument::Enum(Key::new(name.as_str())),
        ast::Value::Int(digits) => Argument::Number(number(digits.as_str())),
        ast::Value::Float(digits) => Argument::Number(number(digits.as_str())),
        ast::Value::List(items) => Argument::List(items.iter().map(|item| open(item)).collect()),
        ast::Value::Object(fields) => {
            let fields = fields.iter();
            Argument::Object(
                fields
                    .map(|(name, value)| (Key::new(name.as_str()), open(value)))
                    .collect(),
            )
        }
    }
}

/// A value of a document without variables; nothing where one stands in it.
pub(crate) fn constant(value: &ast::Value) -> Option<Value> {
    open(value).into_const()
}

/// The number that digits stand for. What no number holds was refused before.
fn number(digits: &str) -> Number {
    let whole = digits.parse::<i64>().map(Number::from).ok();
    let whole = whole.or_else(|| digits.parse::<u64>().map(Number::from).ok());
    whole
        .or_else(|| Number::from_f64(digits.parse().ok()?))
        .unwrap_or_else(|| Number::from(0))
}
