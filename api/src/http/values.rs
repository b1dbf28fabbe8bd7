//! The values of arguments, whether they stand in the document, in the variables or in a default.

use apollo_compiler::{Node, ast, ast::VariableDefinition, executable::Field};
use async_graphql::{Value, Variables};

use crate::language::constant;

/// Where the values of one operation come from.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a> {
    /// The variables that the operation declares, with their defaults.
    pub(crate) definitions: &'a [Node<VariableDefinition>],
    /// The variables that the client sent.
    pub(crate) sent: &'a Variables,
}

impl Values<'_> {
    /// An argument of a field; null where nothing is given.
    pub(crate) fn argument(&self, field: &Field, name: &str) -> Value {
        let given = field.specified_argument_by_name(name);
        given.map_or(Value::Null, |given| self.value(given))
    }

    fn value(&self, given: &ast::Value) -> Value {
        match given {
            ast::Value::Variable(name) => self.variable(name).unwrap_or_default(),
            // How many there are is all that matters.
            ast::Value::List(items) => {
                Value::List(items.iter().map(|item| self.value(item)).collect())
            }
            other => constant(other).unwrap_or_default(),
        }
    }

    fn variable(&self, name: &str) -> Option<Value> {
        if let Some(sent) = self.sent.get(name) {
            return Some(sent.clone());
        }
        let mut all = self.definitions.iter();
        let definition = all.find(|definition| definition.name == name)?;
        constant(definition.default_value.as_ref()?)
    }
}
