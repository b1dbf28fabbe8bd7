//! Scalars that travel as strings: times, dates, exact decimals, language tags.

use std::fmt;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{NaiveDate, SecondsFormat, Utc};

/// A point in time in UTC, RFC 3339 with milliseconds, such as `2026-11-22T09:30:00.000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DateTime(pub(crate) chrono::DateTime<Utc>);

/// A point in time in UTC, RFC 3339 with milliseconds, such as `2026-11-22T09:30:00.000Z`.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = string(&value)?;
        chrono::DateTime::parse_from_rfc3339(text)
            .map(|time| Self(time.to_utc()))
            .map_err(|_| InputValueError::custom("Give a time as RFC 3339 with an offset."))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// A day, ISO 8601, such as `2026-11-22`. Days begin and end in the programme's time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date(pub(crate) NaiveDate);

/// A day, ISO 8601, such as `2026-11-22`. Days begin and end in the programme's time zone.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/local-date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = string(&value)?;
        match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            Ok(date) if text.len() == 10 => Ok(Self(date)),
            _ => Err(InputValueError::custom("Give a day as YYYY-MM-DD.")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// An exact decimal number of up to 12 digits before and 6 after the point, kept as millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimal(pub(crate) i64);

const MILLION: i64 = 1_000_000;
const LIMIT: i64 = 1_000_000_000_000 * MILLION;

/// An exact decimal number as a string, up to 12 digits before and 6 after the point, such as
/// `"12.5"`. Numbers are accepted as input when they are whole.
#[Scalar(specified_by_url = "https://scalars.graphql.org/chillicream/decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let parsed = match &value {
            Value::String(text) => Self::read(text),
            Value::Number(number) => number
                .as_i64()
                .and_then(|whole| whole.checked_mul(MILLION))
                .and_then(Self::bounded),
            _ => return Err(InputValueError::expected_type(value)),
        };
        parsed.ok_or_else(|| {
            InputValueError::custom("Give a decimal as a string, at most 12 + 6 digits.")
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

impl Decimal {
    fn bounded(millionths: i64) -> Option<Self> {
        (-LIMIT < millionths && millionths < LIMIT).then_some(Self(millionths))
    }

    fn read(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |part: &str, most: usize| {
            (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
        };
        if !is_number(whole, 12) || !is_number(fraction, 6) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let fraction: i64 = format!("{fraction:0<6}").parse().ok()?;
        let value = whole * MILLION + fraction;
        Self::bounded(if negative { -value } else { value })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (self.0.abs() / MILLION, self.0.abs() % MILLION);
        if fraction == 0 {
            return write!(f, "{sign}{whole}");
        }
        let fraction = format!("{fraction:06}");
        write!(f, "{sign}{whole}.{}", fraction.trim_end_matches('0'))
    }
}

/// A language tag (BCP 47), such as `fi` or `sv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Locale(pub(crate) String);

/// A language tag (BCP 47), such as `fi` or `sv`.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/info/bcp47")]
impl ScalarType for Locale {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = string(&value)?;
        let is_tag = (2..=35).contains(&text.len())
            && text.split('-').all(|part| {
                (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
            });
        if is_tag {
            Ok(Self(text.to_owned()))
        } else {
            Err(InputValueError::custom(
                "Give a language tag such as fi or en.",
            ))
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

fn string<T: async_graphql::InputType>(value: &Value) -> Result<&str, InputValueError<T>> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err(InputValueError::expected_type(value.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_every_digit() {
        for text in ["0", "12.5", "-0.000001", "999999999999.999999", "90"] {
            assert_eq!(
                Decimal::read(text).map(|d| d.to_string()).as_deref(),
                Some(text)
            );
        }
        for text in [
            "",
            ".5",
            "1.",
            "1e3",
            "1000000000000",
            "0.0000001",
            "+1",
            "1,5",
            "--1",
            "∞",
        ] {
            assert_eq!(Decimal::read(text), None, "{text}");
        }
        assert_eq!(
            Decimal::read("1.50").map(|d| d.to_string()).as_deref(),
            Some("1.5")
        );
    }
}
