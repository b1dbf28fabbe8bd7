//! Scalars that travel as strings: times, dates, exact decimals, language tags.

use std::fmt;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{Datelike, NaiveDate, SecondsFormat, Utc};
use serde_json::Number;

/// A point in time in UTC, RFC 3339 with milliseconds, such as `2026-11-22T09:30:00.000Z`, from 1900
/// to 2199.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DateTime(pub(crate) chrono::DateTime<Utc>);

/// A point in time in UTC, RFC 3339 with milliseconds, such as `2026-11-22T09:30:00.000Z`, from 1900
/// to 2199.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/date-time")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = string(&value)?;
        let time = chrono::DateTime::parse_from_rfc3339(text).ok();
        let time = time.map(|time| time.to_utc());
        time.filter(|time| text.is_ascii() && is_in_range(time.date_naive()))
            .map(Self)
            .ok_or_else(|| {
                InputValueError::custom("Give a time as RFC 3339 with an offset, 1900 to 2199.")
            })
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// A day, ISO 8601, such as `2026-11-22`, from 1900 to 2199. Days begin and end in the programme's
/// time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date(pub(crate) NaiveDate);

/// A day, ISO 8601, such as `2026-11-22`, from 1900 to 2199. Days begin and end in the programme's
/// time zone.
#[Scalar(specified_by_url = "https://scalars.graphql.org/andimarek/local-date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let text = string(&value)?;
        day(text)
            .map(Self)
            .ok_or_else(|| InputValueError::custom("Give a day as YYYY-MM-DD, 1900 to 2199."))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A day as `2026-12-31`, digit for digit: chrono itself takes spaces and signs as well.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    let is_form = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let day: NaiveDate = is_form.then(|| text.parse().ok()).flatten()?;
    is_in_range(day).then_some(day)
}

/// Whether a day that was worked out can be sent back as well.
pub(crate) fn is_in_range(day: NaiveDate) -> bool {
    (1900..=2199).contains(&day.year())
}

/// An exact decimal number of up to 12 digits before and 6 after the point, kept as millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Decimal(pub(crate) i64);

const MILLION: i64 = 1_000_000;
/// So many digits a double keeps, whichever they are.
const EXACT: usize = 15;
const LIMIT: i64 = 1_000_000_000_000 * MILLION;

/// An exact decimal number as a string, up to 12 digits before and 6 after the point, such as
/// `"12.5"`. A JSON number is taken as well where its shortest decimal form fits and has at most 15
/// digits; beyond that numbers of JSON no longer keep every digit.
#[Scalar(specified_by_url = "https://scalars.graphql.org/chillicream/decimal")]
impl ScalarType for Decimal {
    fn parse(value: Value) -> InputValueResult<Self> {
        let parsed = match &value {
            Value::String(text) => Self::read(text),
            Value::Number(number) => Self::of_number(number),
            _ => return Err(InputValueError::expected_type(value)),
        };
        parsed.ok_or_else(|| {
            InputValueError::custom(
                "Give a decimal of at most 12 + 6 digits, as a string where it has more than 15.",
            )
        })
    }

    fn to_value(&self) -> Value {
        Value::String(self.to_string())
    }
}

impl Decimal {
    /// The number with these millionths, where it has no more than 12 digits before the point.
    pub(crate) fn bounded(millionths: i64) -> Option<Self> {
        (-LIMIT < millionths && millionths < LIMIT).then_some(Self(millionths))
    }

    fn of_number(number: &Number) -> Option<Self> {
        // The shortest text that means this double; it has no exponent.
        let text = match number.as_i64() {
            Some(whole) => whole.to_string(),
            None => number.as_f64()?.to_string(),
        };
        let digits = text.bytes().filter(u8::is_ascii_digit);
        (digits.skip_while(|digit| *digit == b'0').count() <= EXACT).then_some(())?;
        Self::read(&text)
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
    fn days_are_written_in_one_way_and_lie_within_three_centuries() {
        for text in ["1900-01-01", "2026-11-22", "2024-02-29", "2199-12-31"] {
            let day = day(text);
            assert_eq!(day.map(|day| day.to_string()).as_deref(), Some(text));
        }
        for text in [
            "",
            "2027- 1- 1",
            "+20270-1-1",
            "-027-11-22",
            "2027-1-1",
            "2027-01-1 ",
            " 2027-1-01",
            "2027/01/01",
            "20270101",
            "2027-02-29",
            "1899-12-31",
            "2200-01-01",
            "2027-01-\u{661}",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn times_have_an_offset_and_lie_within_three_centuries() {
        let parse = |text: &str| DateTime::parse(Value::from(text)).ok();
        for text in [
            "2026-11-22T09:30:00Z",
            "2026-11-22T09:30:00.123456+02:00",
            "2199-12-31T23:59:59.999Z",
            "1900-01-01T00:00:00Z",
        ] {
            assert!(parse(text).is_some(), "{text}");
        }
        for text in [
            "2026-11-22T09:30:00",
            "2026-11-22",
            "2026-11-22T9:30:00Z",
            "2026-11-22T09:30:00\u{2212}02:00",
            "+02026-11-22T09:30:00Z",
            "2199-12-31T23:59:59-01:00",
            "1900-01-01T00:59:59+01:00",
            "9999-12-31T00:00:00Z",
        ] {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn numbers_are_taken_where_no_digit_is_lost() {
        let of = |json: &str| {
            let number: Number = serde_json::from_str(json).unwrap();
            Decimal::of_number(&number).map(|decimal| decimal.to_string())
        };
        for (json, decimal) in [
            ("12.5", "12.5"),
            ("0.1", "0.1"),
            ("-0.0", "0"),
            ("1.0", "1"),
            ("1e3", "1000"),
            ("0.000001", "0.000001"),
            ("1e-6", "0.000001"),
            ("-33.333333", "-33.333333"),
            ("999999999999", "999999999999"),
            ("999999999.123456", "999999999.123456"),
        ] {
            assert_eq!(of(json).as_deref(), Some(decimal), "{json}");
        }
        for json in [
            "0.0000001",
            "1e12",
            "1e300",
            "1000000000000",
            "18446744073709551615",
            "33.3333333",
            // Its shortest form has another last digit than what was written.
            "123456789012.123456",
            "123456789012.1234",
        ] {
            assert_eq!(of(json), None, "{json}");
        }
    }

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
