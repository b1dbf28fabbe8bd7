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

/// The values that `eq` and `in` leave together; `None` when neither is given.
pub(crate) fn values<T: Clone + PartialEq>(
    eq: Option<&T>,
    any_of: Option<&[T]>,
) -> Result<Option<Vec<T>>, Failure> {
    if any_of.is_some_and(|values| values.len() > VALUES_MAX) {
        return Err(Failure::bad_input(
            "A list in a filter takes at most 100 values.",
        ));
    }
    Ok(match (eq, any_of) {
        (None, None) => None,
        (Some(value), None) => Some(vec![value.clone()]),
        (None, Some(values)) => Some(values.to_vec()),
        (Some(value), Some(values)) => {
            let both = values.contains(value).then(|| value.clone());
            Some(both.into_iter().collect())
        }
    })
}

/// Declares a filter of one field by equality.
macro_rules! equality_filter {
    ($(#[doc = $doc:literal])+ $name:ident of $type:ty) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, async_graphql::InputObject)]
        pub(crate) struct $name {
            /// Equal to this.
            pub(crate) eq: Option<$type>,
            /// Equal to one of these, at most 100. An empty list finds nothing.
            #[graphql(name = "in")]
            pub(crate) any_of: Option<Vec<$type>>,
        }

        impl $name {
            /// The values asked for; `None` when any will do.
            pub(crate) fn values(&self) -> Result<Option<Vec<$type>>, $crate::error::Failure> {
                $crate::filter::values(self.eq.as_ref(), self.any_of.as_deref())
            }
        }
    };
}
pub(crate) use equality_filter;

equality_filter! {
    /// Finds by a code or key, which has to be the same letter for letter. `eq` and `in` both hold
    /// when both are given.
    CodeFilter of String
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
        assert_eq!(values::<i32>(None, None)?, None);
        assert_eq!(values(Some(&1), None)?, Some(vec![1]));
        assert_eq!(values(None, Some(&[1, 2]))?, Some(vec![1, 2]));
        assert_eq!(values(Some(&2), Some(&[1, 2]))?, Some(vec![2]));
        assert_eq!(values(Some(&3), Some(&[1, 2]))?, Some(Vec::new()));
        assert_eq!(values::<i32>(None, Some(&[]))?, Some(Vec::new()));
        assert!(values(None, Some(&[0; 101])).is_err());
        Ok(())
    }
}
