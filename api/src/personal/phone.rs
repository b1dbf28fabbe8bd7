//! Telephone numbers in texts. How digits are set apart proposes a number; the numbering plan of the
//! country, from a library, has the last word: it knows numbers, and nothing of texts.

use std::str::FromStr;

use chrono::NaiveDate;
use phonenumber::country::Id;

use crate::scalars;

/// The fewest digits of a number, and the fewest where a dot or stroke sets them apart, as in days
/// and file numbers.
const FEWEST: usize = 8;
const FEWEST_DOTTED: usize = 9;

/// Whose numbering plan is meant where a number has no code of a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Country(Option<Id>);

impl Country {
    /// The country with this ISO code. Of one that has no numbering plan, only numbers with the code
    /// of a country are known.
    pub(crate) fn of(code: &str) -> Self {
        Self(Id::from_str(code).ok())
    }

    fn knows(self, number: &str) -> bool {
        phonenumber::parse(self.0, number).is_ok_and(|number| number.is_valid())
    }
}

/// Whether a telephone number is in a text.
pub(super) fn is_in(text: &[char], country: Country) -> bool {
    (0..text.len()).any(|at| {
        begins(&text[..at], text[at])
            && proposed(&text[..at], &text[at..]).is_some_and(|number| country.knows(&number))
    })
}

fn begins(before: &[char], first: char) -> bool {
    let is_free = match before {
        // As in `puh.040 …`.
        [.., letter, '.'] => letter.is_alphabetic(),
        [.., last] => !last.is_alphanumeric() && !matches!(last, '+' | '-' | '/' | ',' | '_' | '.'),
        [] => true,
    };
    is_free && matches!(first, '+' | '0')
}

/// The digits that begin here, where they are set apart like those of a telephone number.
fn proposed(before: &[char], text: &[char]) -> Option<String> {
    let is_foreign = text[0] == '+';
    let Run {
        groups,
        is_dotted,
        rest,
    } = run(&text[usize::from(is_foreign)..]);
    let digits: String = groups.iter().flatten().collect();
    let lengths: Vec<usize> = groups.iter().map(Vec::len).collect();
    if goes_on(rest, digits.len()) || is_amount(before, &lengths) {
        return None;
    }
    if is_foreign {
        let is_length = (FEWEST..=15).contains(&digits.len());
        return is_length.then(|| format!("+{digits}"));
    }
    let is_abroad = digits.starts_with("00");
    let longest = if is_abroad { 17 } else { 12 };
    let fewest = if is_dotted { FEWEST_DOTTED } else { FEWEST };
    let is_length = (fewest..=longest).contains(&digits.len());
    let is_number = is_length && !is_something_else(&groups, &lengths, is_dotted);
    is_number.then_some(digits)
}

/// Days, times, rows of numbers, business ids and serial numbers look alike and are none.
fn is_something_else(groups: &[Vec<char>], lengths: &[usize], is_dotted: bool) -> bool {
    let is_row = lengths.len() > 2
        && (lengths.iter().all(|&length| length == 2)
            || lengths.iter().all(|&length| length == 3) && groups.iter().all(|g| g[0] == '0'));
    // An ISSN, or from one time to another.
    let is_pair = lengths == [4, 4];
    let is_business_id = lengths == [7, 1];
    let has_no_area = lengths[0] == 1;
    let is_decimal_or_time = is_dotted && (lengths[0] > 4 || lengths[0] == 2 && lengths[1] == 2);
    let is_day = lengths.starts_with(&[2, 2, 4]) || lengths == [8] && is_day(&groups[0]);
    is_row || is_pair || is_business_id || has_no_area || is_decimal_or_time || is_day
}

/// Whether eight digits are a day, a month and a year.
fn is_day(digits: &[char]) -> bool {
    let text: String = digits.iter().collect();
    NaiveDate::parse_from_str(&text, "%d%m%Y").is_ok_and(scalars::is_in_range)
}

/// `5 045 123 400` is an amount, not a 5 before a number.
fn is_amount(before: &[char], lengths: &[usize]) -> bool {
    matches!(before, [.., digit, ' '] if digit.is_ascii_digit())
        && lengths.iter().all(|&length| length == 3)
}

/// Whether what follows belongs to the digits, which then are the beginning of something else.
fn goes_on(rest: &[char], digits: usize) -> bool {
    match rest {
        // The next of two numbers.
        ['/', '0' | '+', ..] if digits >= FEWEST_DOTTED => false,
        [next, ..] if next.is_alphabetic() => true,
        ['.' | ',' | '/' | ':' | '-', next, ..] => next.is_ascii_digit(),
        _ => false,
    }
}

/// Digits and how they are set apart.
struct Run<'t> {
    groups: Vec<Vec<char>>,
    is_dotted: bool,
    rest: &'t [char],
}

/// The digits from the beginning on, and what follows them.
fn run(text: &[char]) -> Run<'_> {
    let mut groups: Vec<Vec<char>> = vec![Vec::new()];
    let (mut end, mut count, mut is_dotted) = (0, 0, false);
    for (at, &c) in text.iter().enumerate() {
        let is_dot = matches!(c, '.' | '/')
            && at == end
            && count < FEWEST_DOTTED
            && text.get(at + 1).is_some_and(char::is_ascii_digit);
        if c.is_ascii_digit() {
            if at > end {
                groups.push(Vec::new());
            }
            if let Some(group) = groups.last_mut() {
                group.push(c);
            }
            (end, count) = (at + 1, count + 1);
        } else if is_dot {
            is_dotted = true;
        } else if !matches!(c, ' ' | '-' | '(' | ')') || at >= end + 2 {
            break;
        }
    }
    Run {
        groups,
        is_dotted,
        rest: &text[end..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_phone(text: &str) -> bool {
        is_in(&text.chars().collect::<Vec<_>>(), Country::of("FI"))
    }

    #[test]
    fn telephone_numbers_are_found() {
        for text in [
            "0401234567",
            "Call 040 123 4567.",
            "tel:040-1234567",
            "puh.040 1234567",
            "(09) 123 4567",
            "+358 40 123 4567",
            "+358 (0)40 1234567,",
            "+46701234567",
            "00358 40 1234567",
            "room 5, 050 123 4567",
            "5 040 1234567",
            "040.123.4567",
            "040/1234567",
            "0401234567/0501234567",
            "040 123 4567. 050 123 4567",
        ] {
            assert!(is_phone(text), "{text}");
        }
    }

    #[test]
    fn amounts_days_and_references_are_no_telephone_numbers() {
        for text in [
            "1 500 000 euros",
            "5 045 123 400 euros",
            "0 400 000 euros",
            "091 049 092 235",
            "01 02 03 04",
            "0112038-9",
            "0317-8471",
            "0-306-40615-2",
            "0900-1500",
            "01082026",
            "045 061 069",
            "0.0123456789",
            "02-09-2026",
            "05 12 2026",
            "05.12.2026-31.12.2026",
            "09.30-11.00",
            "2026-2028",
            "TRE:1234/02.03.01/2026",
            "0123456/2026",
            "040/2026",
            "0123456.78",
            "+10 000 000",
            "000 000 0000",
            "FI-0401234567",
            "v0401234567",
            "from 0 to 12345678",
            "0400",
        ] {
            assert!(!is_phone(text), "{text}");
        }
    }

    #[test]
    fn a_country_has_a_numbering_plan_of_its_own() {
        let is_in = |text: &str, code| is_in(&text.chars().collect::<Vec<_>>(), Country::of(code));
        assert!(is_in("020 7946 0958", "GB"));
        assert!(!is_in("020 7946 0958 12", "GB"));
        assert!(is_in("+358 40 123 4567", "GB"));
        assert!(is_in("+358 40 123 4567", "XX"));
        assert!(!is_in("040 123 4567", "XX"));
    }
}
