//! The values of variables, brought into the types that an operation declares for them, or refused as a
//! whole before anything runs. Defaults of input fields are left to whoever reads the input, so that the
//! input stays as it was sent: retries know it by its digest.

use apollo_compiler::{Schema, executable::Operation, schema::ExtendedType};
use async_graphql::{Name, Number, ServerError, Value, Variables};

use super::{Type, faults, scalars, values::constant};
use crate::error::Failure;

/// A longer key of an input object is no misspelt name.
const KEY: usize = 60;

/// The variables of an operation that have a value.
#[derive(Debug, Default)]
pub(crate) struct Coerced(Variables);

impl Coerced {
    /// Takes what the client sent; one error for each variable that has a wrong value or none.
    pub(super) fn of(
        schema: &Schema,
        operation: &Operation,
        sent: &Variables,
    ) -> Result<Self, Vec<ServerError>> {
        let mut own = Self::default();
        let mut refused = Vec::new();
        for variable in &operation.variables {
            let (name, ty) = (variable.name.as_str(), &*variable.ty);
            let default = || constant(variable.default_value.as_ref()?);
            let value = match sent.get(name) {
                Some(value) => value.clone(),
                None => match default() {
                    Some(default) => default,
                    None if !ty.is_non_null() => continue,
                    None => {
                        let message = format!("Variable `${name}` of type `{ty}` needs a value.");
                        refused.push(faults::refusal(Failure::bad_input(message)));
                        continue;
                    }
                },
            };
            match fitted(schema, ty, value, &mut vec![format!("${name}")]) {
                Ok(value) => {
                    own.0.insert(Name::new(name), value);
                }
                Err(message) => refused.push(faults::refusal(Failure::bad_input(message))),
            }
        }
        if refused.is_empty() {
            Ok(own)
        } else {
            Err(refused)
        }
    }

    /// All of them.
    pub(super) fn all(&self) -> &Variables {
        &self.0
    }

    /// The value of a variable, if it has one.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

type Fitted = Result<Value, String>;

fn fitted(schema: &Schema, ty: &Type, value: Value, path: &mut Vec<String>) -> Fitted {
    if value == Value::Null {
        return if ty.is_non_null() {
            Err(format!("{} needs a value of type `{ty}`.", place(path)))
        } else {
            Ok(value)
        };
    }
    match ty {
        Type::List(item) | Type::NonNullList(item) => match value {
            Value::List(items) => {
                let mut fit = Vec::with_capacity(items.len());
                for (at, value) in items.into_iter().enumerate() {
                    path.push(at.to_string());
                    fit.push(fitted(schema, item, value, path)?);
                    path.pop();
                }
                Ok(Value::List(fit))
            }
            // One value stands for a list of one.
            one => fitted(schema, item, one, path),
        },
        Type::Named(name) | Type::NonNullNamed(name) => named(schema, name, value, path),
    }
}

fn named(schema: &Schema, name: &str, value: Value, path: &mut Vec<String>) -> Fitted {
    let is_fit = match (schema.types.get(name), &value) {
        (Some(ExtendedType::Scalar(_)), _) => return scalar(name, value, path),
        (Some(ExtendedType::InputObject(_)), Value::Object(_)) => {
            return object(schema, name, value, path);
        }
        (Some(ExtendedType::Enum(known)), Value::String(word)) => {
            known.values.contains_key(word.as_str())
        }
        // A default, which was judged with the document.
        (Some(ExtendedType::Enum(_)), Value::Enum(_)) => true,
        _ => false,
    };
    is_fit.then_some(value).ok_or_else(|| wrong(name, path))
}

fn scalar(name: &str, value: Value, path: &[String]) -> Fitted {
    let is_fit = match (name, &value) {
        ("Int", Value::Number(number)) => {
            return whole(number).map_or_else(|| Err(wrong(name, path)), |it| Ok(Value::from(it)));
        }
        ("Float", Value::Number(_))
        | ("Boolean", Value::Boolean(_))
        | ("String", Value::String(_)) => true,
        ("Int" | "Float" | "Boolean" | "String", _) => false,
        _ => match scalars::fault(name, &value) {
            Some(why) => return Err(format!("{} is wrong. {why}", place(path))),
            None => true,
        },
    };
    is_fit.then_some(value).ok_or_else(|| wrong(name, path))
}

/// A whole number of 32 bits, also where it is written with a point.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the number was found to be whole and within bounds"
)]
fn whole(number: &Number) -> Option<i32> {
    if let Some(whole) = number.as_i64() {
        return i32::try_from(whole).ok();
    }
    let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
    let is_within = (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&float);
    is_within.then_some(float as i32)
}

fn object(schema: &Schema, name: &str, value: Value, path: &mut Vec<String>) -> Fitted {
    let (Value::Object(given), Some(ty)) = (value, schema.get_input_object(name)) else {
        return Err(wrong(name, path));
    };
    let mut fit = async_graphql::indexmap::IndexMap::with_capacity(given.len());
    if ty.is_one_of() && (given.len() != 1 || given.values().any(|value| *value == Value::Null)) {
        let message = "needs exactly one of the fields of";
        return Err(format!("{} {message} `{name}`.", place(path)));
    }
    for (field, value) in given {
        let Some(known) = ty.fields.get(field.as_str()) else {
            // A key that could be a name of the schema is told, since that is what was misspelt.
            let key = apollo_compiler::Name::new(&field)
                .ok()
                .filter(|key| key.len() <= KEY);
            let key = key.map_or_else(|| "a field".to_owned(), |key| format!("the field `{key}`"));
            let message = "which does not exist on";
            return Err(format!("{} has {key}, {message} `{name}`.", place(path)));
        };
        path.push(field.to_string());
        let value = fitted(schema, &known.ty, value, path)?;
        path.pop();
        fit.insert(field, value);
    }
    for (field, known) in &ty.fields {
        if known.is_required() && !fit.contains_key(field.as_str()) {
            let place = place(path);
            return Err(format!(
                "{place}.{field} needs a value of type `{}`.",
                known.ty
            ));
        }
    }
    Ok(Value::Object(fit))
}

fn wrong(name: &str, path: &[String]) -> String {
    format!("{} is no value of type `{name}`.", place(path))
}

fn place(path: &[String]) -> String {
    path.join(".")
}
