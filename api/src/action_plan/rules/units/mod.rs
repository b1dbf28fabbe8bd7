//! PURE: how the unit of an action indicator rules its numbers, texts and days (domain 3.11).

use std::cmp::Ordering;

use chrono::NaiveDate;
use entity::{action_plan::Counts, programme::Unit};

use super::cells::Reading;
use crate::{
    input::{Checks, LONG_TEXT, SHORT_TEXT, no_level, still_to_come},
    personal::Country,
    refusal::{
        UserError,
        UserErrorCode::{Invalid, OutOfRange, Required},
        told,
    },
    scalars::Decimal,
};

const MILLION: i64 = 1_000_000;
/// How far a given share may be from that of its parts, in millionths of a percent: people round.
const ROUNDING: i128 = 500_000;

/// What is measured: its unit, whom it counts, the levels of the scale, and in which country.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure<'l> {
    pub(crate) unit: Unit,
    pub(crate) counts: Counts,
    pub(crate) levels: &'l [i32],
    pub(crate) country: Country,
}

impl Measure<'_> {
    fn is_of_people(self) -> bool {
        self.counts != Counts::NotPeople
    }

    /// Checks one number of this measure.
    fn check(self, checks: &mut Checks, path: &str, number: Option<i64>) {
        let Some(number) = number else { return };
        match self.unit {
            Unit::Text => checks.fault(Invalid, path, "The unit TEXT has no numbers."),
            Unit::Boolean => checks.ensure(
                number == 0 || number == MILLION,
                OutOfRange,
                path,
                told("Give 0 for no or 1 for yes.").with_each("allowed", [0, 1]),
            ),
            Unit::Level => checks.ensure(
                self.levels
                    .iter()
                    .any(|l| i64::from(*l) * MILLION == number),
                OutOfRange,
                path,
                no_level(self.levels),
            ),
            Unit::Count => {
                self.check_count(checks, path, Some(number));
                checks.ensure(
                    number % MILLION == 0 || self.is_of_people(),
                    Invalid,
                    path,
                    "A COUNT is a whole number.",
                );
            }
            Unit::Percent if self.is_of_people() => checks.ensure(
                (0..=100 * MILLION).contains(&number),
                OutOfRange,
                path,
                told("A share of people is 0 to 100.")
                    .with("minimum", 0)
                    .with("maximum", 100),
            ),
            Unit::Percent | Unit::Ratio | Unit::Currency | Unit::Index => {}
        }
    }

    /// Checks something counted: never below zero, and people come whole.
    fn check_count(self, checks: &mut Checks, path: &str, count: Option<i64>) {
        let Some(count) = count else { return };
        let message = told("A count is 0 or more.").with("minimum", 0);
        checks.ensure(count >= 0, OutOfRange, path, message);
        checks.ensure(
            !self.is_of_people() || count % MILLION == 0,
            Invalid,
            path,
            "People are counted in whole numbers.",
        );
    }
}

/// What an action indicator is defined by, besides its measure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Definition {
    pub(crate) label: String,
    pub(crate) is_baseline_known: bool,
    pub(crate) baseline: Option<i64>,
    pub(crate) baseline_on: Option<NaiveDate>,
    pub(crate) target: Option<i64>,
    pub(crate) target_text: Option<String>,
    pub(crate) means_of_verification: Option<String>,
}

/// The faults of a definition.
pub(crate) fn definition(
    measure: Measure<'_>,
    definition: &Definition,
    today: NaiveDate,
) -> Vec<UserError> {
    let mut checks = Checks::default();
    checks.required_text(
        "label",
        &definition.label,
        SHORT_TEXT.public(measure.country),
    );
    checks.text(
        "targetText",
        definition.target_text.as_deref(),
        LONG_TEXT.public(measure.country),
    );
    checks.text(
        "meansOfVerification",
        definition.means_of_verification.as_deref(),
        LONG_TEXT.public(measure.country),
    );
    measure.check(&mut checks, "baseline", definition.baseline);
    measure.check(&mut checks, "target", definition.target);
    let is_known = definition.is_baseline_known;
    checks.ensure(
        is_known || definition.baseline.is_none(),
        Invalid,
        "isBaselineKnown",
        "There is a baseline, so it is known.",
    );
    checks.ensure(
        !is_known || definition.baseline.is_some() || measure.unit == Unit::Text,
        Required,
        "baseline",
        "Give the known baseline.",
    );
    checks.ensure(
        is_known || definition.baseline_on.is_none(),
        Invalid,
        "baselineOn",
        "A day goes with a known baseline only.",
    );
    checks.ensure(
        definition.baseline_on.is_none_or(|day| day <= today),
        OutOfRange,
        "baselineOn",
        still_to_come(today),
    );
    checks.into_faults()
}

/// The first and the last day that a measurement may describe.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Days {
    /// The first day of the cycle, or an earlier one that a measurement to be corrected describes.
    pub(crate) first: NaiveDate,
    /// Today.
    pub(crate) last: NaiveDate,
}

/// A measurement as it is given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) reading: Reading,
    pub(crate) text: Option<String>,
    pub(crate) method: Option<String>,
    pub(crate) measured_on: NaiveDate,
}

/// The numbers to store, or every fault. A share is worked out from its parts where it is not
/// given; a share of people that has a target needs its whole.
pub(crate) fn measured(
    measure: Measure<'_>,
    has_target: bool,
    given: &Given,
    days: Days,
) -> Result<Reading, Vec<UserError>> {
    let mut checks = Checks::default();
    checks.text(
        "text",
        given.text.as_deref(),
        LONG_TEXT.public(measure.country),
    );
    checks.text(
        "method",
        given.method.as_deref(),
        LONG_TEXT.public(measure.country),
    );
    check_day(&mut checks, given.measured_on, days);
    let mut reading = given.reading;
    if measure.unit == Unit::Percent && reading.value.is_none() {
        reading.value = share(reading);
    }
    measure.check(&mut checks, "value", reading.value);
    check_words(&mut checks, measure.unit, reading, given.text.is_some());
    check_parts(&mut checks, measure, has_target, reading);
    match checks.into_faults() {
        faults if faults.is_empty() => Ok(reading),
        faults => Err(faults),
    }
}

fn check_day(checks: &mut Checks, day: NaiveDate, Days { first, last }: Days) {
    checks.ensure(
        day <= last,
        OutOfRange,
        "measuredOn",
        format!("This day is still to come; {last} is the last one."),
    );
    checks.ensure(
        first <= day,
        OutOfRange,
        "measuredOn",
        format!(
            "The cycle begins on {first}. What was found before is the baseline of the indicator."
        ),
    );
}

fn check_words(checks: &mut Checks, unit: Unit, reading: Reading, has_text: bool) {
    if unit == Unit::Text {
        checks.ensure(has_text, Required, "text", "Say in words what was found.");
    } else {
        checks.ensure(
            !has_text,
            Invalid,
            "text",
            "Words go with the unit TEXT only.",
        );
        let has_parts = reading.numerator.is_some() && reading.denominator.is_some_and(|d| d != 0);
        let (code, message) = if unit == Unit::Percent && has_parts {
            (OutOfRange, "The share has more than 12 digits.")
        } else {
            (Required, "Give the value.")
        };
        checks.ensure(reading.value.is_some(), code, "value", message);
    }
}

fn check_parts(checks: &mut Checks, measure: Measure<'_>, has_target: bool, reading: Reading) {
    let Reading {
        numerator,
        denominator,
        ..
    } = reading;
    if !matches!(measure.unit, Unit::Percent | Unit::Ratio) {
        for (path, number) in [("numerator", numerator), ("denominator", denominator)] {
            checks.ensure(
                number.is_none(),
                Invalid,
                path,
                "Parts go with the units PERCENT and RATIO only.",
            );
        }
        return;
    }
    let is_share_of_people = measure.unit == Unit::Percent && measure.is_of_people();
    measure.check_count(checks, "numerator", numerator);
    measure.check_count(checks, "denominator", denominator);
    checks.ensure(
        denominator != Some(0),
        OutOfRange,
        "denominator",
        "Nothing is shared by nobody: give more than 0.",
    );
    checks.ensure(
        denominator.is_some() || numerator.is_none(),
        Required,
        "denominator",
        "Give the whole as well.",
    );
    checks.ensure(
        denominator.is_some() || numerator.is_some() || !(is_share_of_people && has_target),
        Required,
        "denominator",
        "A share of people that has a target needs the whole.",
    );
    checks.ensure(
        !is_share_of_people
            || numerator
                .zip(denominator)
                .is_none_or(|(part, whole)| part <= whole),
        OutOfRange,
        "numerator",
        "The part is larger than the whole.",
    );
    let fits = match (measure.unit, reading.value.zip(share(reading))) {
        (Unit::Percent, Some((value, share))) => {
            (i128::from(value) - i128::from(share)).abs() <= ROUNDING
        }
        _ => true,
    };
    checks.ensure(
        fits,
        Invalid,
        "value",
        "The value is not the share of these numbers.",
    );
}

/// The percentage that the parts make, in millionths, rounded half to even.
fn share(reading: Reading) -> Option<i64> {
    let part = i128::from(reading.numerator?) * 100 * i128::from(MILLION);
    let whole = i128::from(reading.denominator?);
    let down = part.checked_div_euclid(whole)?;
    let rest = 2 * part.rem_euclid(whole);
    let is_up = match rest.cmp(&whole.abs()) {
        Ordering::Less => false,
        Ordering::Equal => down % 2 != 0,
        Ordering::Greater => true,
    };
    let share = down + i128::from(is_up) * whole.signum();
    let share = i64::try_from(share).ok().and_then(Decimal::bounded)?;
    Some(share.0)
}

#[cfg(test)]
mod tests;
