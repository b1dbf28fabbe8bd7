//! The scalars of ours: one table of what each takes, asked before anything is executed. The functions
//! are those with which arguments are read.

use async_graphql::{InputType, Pos, ScalarType, Value};

use crate::{
    id::AnyId,
    scalars::{Date, DateTime, Decimal, Locale},
};

/// Why a value is none of a scalar; nothing where it is one. Scalars of the language are not judged here.
pub(super) fn fault(scalar: &str, value: &Value) -> Option<String> {
    match scalar {
        "Date" => why::<Date>(value),
        "DateTime" => why::<DateTime>(value),
        "Decimal" => why::<Decimal>(value),
        "ID" => why::<AnyId>(value),
        "Locale" => why::<Locale>(value),
        _ => None,
    }
}

fn why<T: ScalarType + InputType>(value: &Value) -> Option<String> {
    let refused = <T as ScalarType>::parse(value.clone()).err()?;
    let message = refused.into_server_error(Pos::default()).message;
    // A value of another kind is told with the value itself, which is not repeated.
    let own = message.strip_prefix("Failed to parse ");
    let reason = own.and_then(|text| text.split_once(": "));
    Some(match reason {
        Some((_, reason)) => reason.to_owned(),
        None => format!("This is no {}.", T::type_name()),
    })
}
