//! The numbers that a field's arguments name: entries of a page, ids of a list. It reads, and
//! refuses what is out of bounds; what is no number at all is left to validation.

use apollo_compiler::executable::Field;
use async_graphql::Value;

use crate::{
    error::{Code, Failure},
    http::{limits::Limits, values::Values},
};

/// Where the numbers of one operation come from.
pub(super) struct Pages<'a> {
    /// The arguments.
    pub(super) values: Values<'a>,
    /// The bounds.
    pub(super) limits: &'a Limits,
}

impl Pages<'_> {
    /// How many entries the page of this field may hold.
    pub(super) fn size(&self, field: &Field, default: Option<u64>) -> Result<u64, Failure> {
        let mut page = None;
        for name in ["first", "last"] {
            let entries = match self.values.argument(field, name) {
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
        let ids = match self.values.argument(field, "ids") {
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
