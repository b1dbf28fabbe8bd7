//! Shapes that filters and orders of all lists share. Knows no table.

use async_graphql::Enum;
use sea_orm::Order;

use crate::error::Failure;

/// The most values of one `in`.
const VALUES_MAX: usize = 100;

/// The direction of an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub(crate) enum OrderDirection {
    /// Low to high, A to Z, early to late. Absent values come last.
    #[default]
    Asc,
    /// High to low, Z to A, late to early. Absent values come last.
    Desc,
}

impl From<OrderDirection> for Order {
    fn from(direction: OrderDirection) -> Self {
        match direction {
            OrderDirection::Asc => Self::Asc,
            OrderDirection::Desc => Self::Desc,
        }
    }
}

/// The values that `eq` and `in` leave together. A filter without either is refused: whoever sent a
/// variable that was null would be answered with everything.
pub(crate) fn values<T: Clone + PartialEq>(
    eq: Option<&T>,
    any_of: Option<&[T]>,
) -> Result<Vec<T>, Failure> {
    if any_of.is_some_and(|values| values.len() > VALUES_MAX) {
        return Err(Failure::bad_input(
            "A list in a filter takes at most 100 values.",
        ));
    }
    match (eq, any_of) {
        (None, None) => Err(unsaid("`eq` or `in`")),
        (Some(value), None) => Ok(vec![value.clone()]),
        (None, Some(values)) => Ok(values.to_vec()),
        (Some(value), Some(values)) => {
            let both = values.contains(value).then(|| value.clone());
            Ok(both.into_iter().collect())
        }
    }
}

/// A filter of which every field is null.
pub(crate) fn unsaid(fields: &str) -> Failure {
    Failure::bad_input(format!(
        "A filter needs {fields}. To find any value, leave the filter out or send null for it."
    ))
}

/// Declares a filter of one field by equality.
macro_rules! equality_filter {
    ($(#[doc = $doc:literal])+ $name:ident of $type:ty) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, async_graphql::InputObject)]
        pub(crate) struct $name {
            /// Equal to this. `eq` and `in` cannot both be null.
            pub(crate) eq: Option<$type>,
            /// Equal to one of these, at most 100. An empty list finds nothing.
            #[graphql(name = "in")]
            pub(crate) any_of: Option<Vec<$type>>,
        }

        impl $name {
            /// The values asked for.
            pub(crate) fn values(&self) -> Result<Vec<$type>, $crate::error::Failure> {
                $crate::filter::values(self.eq.as_ref(), self.any_of.as_deref())
            }
        }
    };
}
pub(crate) use equality_filter;

equality_filter! {
    /// Finds by a code or key, which has to be the same letter for letter; keys of programmes, codes
    /// of countries and the country in codes of municipalities in any case: `fi` means `FI`. `eq` and
    /// `in` both hold when both are given.
    CodeFilter of String
}

impl CodeFilter {
    /// The filter with its values as they are stored, so that cursors and statements are the same
    /// however somebody wrote them.
    pub(crate) fn folded(self, fold: impl Fn(&str) -> String) -> Self {
        let many = |values: Vec<String>| values.iter().map(|value| fold(value)).collect();
        Self {
            eq: self.eq.map(|value| fold(&value)),
            any_of: self.any_of.map(many),
        }
    }
}
equality_filter! {
    /// Finds by yes or no. `in: [true, false]` finds both.
    BooleanFilter of bool
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eq_and_in_hold_together() -> Result<(), Failure> {
        assert_eq!(values(Some(&1), None)?, [1]);
        assert_eq!(values(None, Some(&[1, 2]))?, [1, 2]);
        assert_eq!(values(Some(&2), Some(&[1, 2]))?, [2]);
        assert_eq!(values(Some(&3), Some(&[1, 2]))?, [0; 0]);
        assert_eq!(values::<i32>(None, Some(&[]))?, [0; 0]);
        assert!(values::<i32>(None, None).is_err());
        assert!(values(None, Some(&[0; 101])).is_err());
        Ok(())
    }
}
