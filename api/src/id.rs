//! Ids as clients see them: a prefix per type and a UUID version 7 in base 32 (TypeID).
//!
//! One type serves as scalar, loader key and argument of the doors.

use std::{
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
};

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::{Uuid, Variant};

use crate::refusal::{UserError, UserErrorCode};

/// An entity whose rows have ids of their own kind.
pub(crate) trait Kind: 'static {
    /// What an id of this kind starts with.
    const PREFIX: &'static str;
    /// The name of its GraphQL type.
    const TYPE: &'static str;
}

/// The id of a row of `E`.
pub(crate) struct Id<E>(pub(crate) Uuid, PhantomData<fn() -> E>);

impl<E> Id<E> {
    /// The id of the row with this key.
    pub(crate) const fn new(key: Uuid) -> Self {
        Self(key, PhantomData)
    }
}

impl<E: Kind> Id<E> {
    /// Reads an id as text.
    pub(crate) fn read(text: &str) -> Option<Self> {
        decode(text)
            .filter(|(prefix, _)| *prefix == E::PREFIX)
            .map(|(_, key)| Self::new(key))
    }
}

impl<E> Clone for Id<E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<E> Copy for Id<E> {}
impl<E> PartialEq for Id<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<E> Eq for Id<E> {}
impl<E> Hash for Id<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<E: Kind> fmt::Display for Id<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text(E::PREFIX, self.0))
    }
}
impl<E: Kind> fmt::Debug for Id<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An id of any kind, as `node` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AnyId {
    pub(crate) prefix: String,
    pub(crate) key: Uuid,
}

/// Globally unique and lasting: a prefix that names the type, an underscore, and 26 characters
/// of lower-case base 32, such as `mun_01jd8z3q5xeqt8vfn1c0m2k4ra`. Treat it as opaque.
#[Scalar(name = "ID")]
impl<E: Kind> ScalarType for Id<E> {
    fn parse(value: Value) -> InputValueResult<Self> {
        let any = AnyId::parse(value).map_err(|_| InputValueError::custom(NOT_AN_ID))?;
        Ok(Self::new(if any.prefix == E::PREFIX {
            any.key
        } else {
            NO_ROW
        }))
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if decode(text).is_some())
    }

    fn to_value(&self) -> Value {
        Value::String(text(E::PREFIX, self.0))
    }
}

#[Scalar(name = "ID")]
impl ScalarType for AnyId {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => decode(text)
                .map(|(prefix, key)| Self {
                    prefix: prefix.to_owned(),
                    key,
                })
                .ok_or_else(|| InputValueError::custom(NOT_AN_ID)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn is_valid(value: &Value) -> bool {
        matches!(value, Value::String(text) if decode(text).is_some())
    }

    fn to_value(&self) -> Value {
        Value::String(text(&self.prefix, self.key))
    }
}

/// The id of a row of `E` that its client made. What is wrong with it the user is told, since it is
/// a well-formed id.
#[derive(Clone, Debug)]
pub(crate) struct NewId<E>(AnyId, PhantomData<fn() -> E>);

impl<E: Kind> NewId<E> {
    /// The key of the new row, where one may be made of the id now.
    pub(crate) fn key(&self, now: DateTime<Utc>) -> Result<Uuid, UserError> {
        let AnyId { prefix, key } = &self.0;
        if prefix == E::PREFIX && made_at(*key).is_some_and(|at| at <= now + AHEAD) {
            return Ok(*key);
        }
        let message = format!(
            "Make ids of your own of `{}_` and a UUID of version 7, its time at most 24 hours ahead.",
            E::PREFIX
        );
        Err(UserError::at(UserErrorCode::Invalid, "id", message))
    }
}

#[Scalar(name = "ID")]
impl<E: Kind> ScalarType for NewId<E> {
    fn parse(value: Value) -> InputValueResult<Self> {
        let any = AnyId::parse(value).map_err(|_| InputValueError::custom(NOT_AN_ID))?;
        Ok(Self(any, PhantomData))
    }

    fn is_valid(value: &Value) -> bool {
        AnyId::is_valid(value)
    }

    fn to_value(&self) -> Value {
        self.0.to_value()
    }
}

/// When a UUID of version 7 was made; `None` for every other.
pub(crate) fn made_at(key: Uuid) -> Option<DateTime<Utc>> {
    let is_v7 = key.get_version_num() == 7 && key.get_variant() == Variant::RFC4122;
    let millis = i64::try_from(key.as_u128() >> 80).ok();
    is_v7
        .then_some(millis)
        .flatten()
        .and_then(DateTime::from_timestamp_millis)
}

/// How far the clock of a client may be ahead when it makes an id.
pub(crate) const AHEAD: TimeDelta = TimeDelta::hours(24);
/// What an id of another type is read as: it is well formed and names no row. Drawn by lot and of no
/// version, so that neither a server nor a client made it; the nil UUID has been stored by mistake.
const NO_ROW: Uuid = Uuid::from_u128(0x5c1e_a7b0_94d3_0e6a_8d15_f3a0_5be7_c264);
const NOT_AN_ID: &str = "This is not an id of this API.";
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// An id as clients see it.
pub(crate) fn text(prefix: &str, key: Uuid) -> String {
    let mut text = String::with_capacity(prefix.len() + 27);
    text.push_str(prefix);
    text.push('_');
    let number = key.as_u128();
    for digit in (0..26).rev() {
        text.push(char::from(ALPHABET[(number >> (digit * 5)) as usize & 31]));
    }
    text
}

fn decode(text: &str) -> Option<(&str, Uuid)> {
    let (prefix, digits) = text.rsplit_once('_')?;
    let is_prefix = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_lowercase());
    // 26 digits hold 130 bits: the first may not exceed 7.
    if !is_prefix || digits.len() != 26 || digits.as_bytes()[0] > b'7' {
        return None;
    }
    let mut number: u128 = 0;
    for byte in digits.bytes() {
        let digit = ALPHABET.iter().position(|letter| *letter == byte)?;
        number = number << 5 | digit as u128;
    }
    Some((prefix, Uuid::from_u128(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_the_typeid_specification_hold() {
        let key = Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_b302_099a_8057);
        assert_eq!(text("prefix", key), "prefix_01h455vb4pex5vsknk084sn02q");
        assert_eq!(
            decode("prefix_01h455vb4pex5vsknk084sn02q"),
            Some(("prefix", key))
        );
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in [
            "",
            "mun",
            "mun_",
            "mun_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "1_01h455vb4pex5vsknk084sn02q",
            "mun_01h455vb4pex5vsknk084sn02",
            "mun_01H455VB4PEX5VSKNK084SN02Q",
            "mun_01h455vb4pex5vsknk084sn0é",
        ] {
            assert!(decode(text).is_none(), "{text}");
        }
    }

    #[test]
    fn an_id_of_another_type_is_no_key_that_was_ever_made() {
        use entity::{account::account, municipality::municipality};
        let municipality = Id::<municipality::Entity>::new(Uuid::nil());
        let read =
            Id::<account::Entity>::parse(municipality.to_value()).unwrap_or(Id::new(Uuid::nil()));
        assert!(!read.0.is_nil() && made_at(read.0).is_none());
        let own = Id::<municipality::Entity>::parse(municipality.to_value()).ok();
        assert_eq!(own, Some(municipality));
    }
}
