//! The numbers that a field's arguments name: entries of a page, ids of a list, whether they
//! stand in the document, in the variables or in a default. It reads, and refuses what is out
//! of bounds; what is no number at all is left to validation.

use std::convert::Infallible;

use async_graphql::{
    Name, Positioned, Value, Variables,
    parser::types::{Field, VariableDefinition},
};

use crate::{
    error::{Code, Failure},
    http::limits::Limits,
};

/// Where the numbers of one operation come from.
pub(super) struct Pages<'a> {
    /// The variables that the operation declares, with their defaults.
    pub(super) definitions: &'a [Positioned<VariableDefinition>],
    /// The variables that the client sent.
    pub(super) variables: &'a Variables,
    /// The bounds.
    pub(super) limits: &'a Limits,
}

impl Pages<'_> {
    /// How many entries the page of this field may hold.
    pub(super) fn size(&self, field: &Field, default: Option<u64>) -> Result<u64, Failure> {
        let mut page = None;
        for name in ["first", "last"] {
            let entries = match self.given(field, name) {
                Value::Null => continue,
                Value::Number(number) => self.within(number.as_f64().unwrap_or(f64::NAN))?,
                _ => self.limits.page,
            };
            page = page.max(Some(entries));
        }
        Ok(page.or(default).unwrap_or(self.limits.default_page))
    }

    /// How many ids the field names.
    pub(super) fn ids(&self, field: &Field) -> Result<u64, Failure> {
        let ids = match self.given(field, "ids") {
            Value::List(ids) => u64::try_from(ids.len()).unwrap_or(u64::MAX),
            Value::Null => 0,
            _ => 1,
        };
        if ids > self.limits.page {
            Err(self.refusal())
        } else {
            Ok(ids)
        }
    }

    /// The argument with its variables read; null where nothing is given.
    fn given(&self, field: &Field, name: &str) -> Value {
        let Some(argument) = field.get_argument(name) else {
            return Value::Null;
        };
        let read = |name: Name| Ok::<_, Infallible>(self.variable(&name).unwrap_or_default());
        argument
            .node
            .clone()
            .into_const_with(read)
            .unwrap_or_default()
    }

    fn variable(&self, name: &str) -> Option<Value> {
        let sent = self.variables.get(name);
        let default = || {
            let mut all = self.definitions.iter();
            let definition = all.find(|definition| definition.node.name.node == name)?;
            definition
                .node
                .default_value
                .as_ref()
                .map(|value| &value.node)
        };
        sent.or_else(default).cloned()
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "the number was found to lie between 1 and the largest page"
    )]
    fn within(&self, number: f64) -> Result<u64, Failure> {
        if number >= 1.0 && number <= self.limits.page as f64 {
            Ok(number.ceil() as u64)
        } else {
            Err(self.refusal())
        }
    }

    fn refusal(&self) -> Failure {
        let message = format!("A page holds 1 to {} entries.", self.limits.page);
        Failure::with(Code::PageSizeExceeded, message)
    }
}
