//! The values of arguments, whether they stand in the document, in the variables or in a default.

use std::convert::Infallible;

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{Directive, Field, VariableDefinition},
};

/// Where the values of one operation come from.
#[derive(Clone, Copy)]
pub(crate) struct Values<'a> {
    /// The variables that the operation declares, with their defaults.
    pub(crate) definitions: &'a [Positioned<VariableDefinition>],
    /// The variables that the client sent.
    pub(crate) sent: &'a Variables,
}

impl Values<'_> {
    /// An argument of a field; null where nothing is given.
    pub(crate) fn argument(&self, field: &Field, name: &str) -> Value {
        field
            .get_argument(name)
            .and_then(|given| given.node.clone().into_const_with(self.reading()).ok())
            .unwrap_or_default()
    }

    /// Whether a directive like `@skip` is given true.
    pub(crate) fn is_met(&self, directive: &Directive) -> bool {
        let given = directive
            .get_argument("if")
            .and_then(|given| given.node.clone().into_const_with(self.reading()).ok());
        given == Some(Value::Boolean(true))
    }

    fn reading(&self) -> impl FnMut(Name) -> Result<Value, Infallible> {
        |name| Ok(self.variable(&name).unwrap_or_default())
    }

    fn variable(&self, name: &str) -> Option<Value> {
        let default = || {
            let mut all = self.definitions.iter();
            let definition = all.find(|definition| definition.node.name.node == name)?;
            let default = definition.node.default_value.as_ref()?;
            Some(&default.node)
        };
        self.sent.get(name).or_else(default).cloned()
    }
}
