//! PURE: days that are known only to the month, season or year, and what has no day at all.

use std::ops::RangeInclusive;

use chrono::{Datelike, Months, NaiveDate};
use entity::action_plan::{
    DatePrecision,
    Season::{self, Autumn, Spring, Summer, Winter},
};

use crate::{
    input::Checks,
    refusal::UserErrorCode::{Invalid, OutOfRange},
};

/// Years of days.
const YEARS: RangeInclusive<i32> = 1900..=2199;

/// What the parts of a period are called in the input.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    pub(crate) day: &'static str,
    pub(crate) precision: &'static str,
    pub(crate) season: &'static str,
}

/// When something is due.
pub(crate) const DUE: Names = Names {
    day: "dueOn",
    precision: "dueOnPrecision",
    season: "dueSeason",
};
/// When something is to be reached.
pub(crate) const TARGET: Names = Names {
    day: "targetOn",
    precision: "targetOnPrecision",
    season: "targetSeason",
};

/// A period as it is given; a season with the year in which it ends.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Given {
    pub(crate) day: Option<NaiveDate>,
    pub(crate) precision: Option<DatePrecision>,
    pub(crate) season: Option<(Season, i32)>,
}

/// A period as it is stored: by its last day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) day: Option<NaiveDate>,
    pub(crate) precision: Option<DatePrecision>,
    pub(crate) season: Option<Season>,
}

/// The last day of the period that a day stands for. Where seasons end differs from place to place,
/// so a season ends with the month of the day that was given.
pub(crate) fn last_day(day: NaiveDate, precision: DatePrecision) -> NaiveDate {
    let month = match precision {
        DatePrecision::Day | DatePrecision::Ongoing => return day,
        DatePrecision::Month | DatePrecision::Season => day.month(),
        DatePrecision::Year => 12,
    };
    let (next_year, next_month) = if month == 12 {
        (day.year() + 1, 1)
    } else {
        (day.year(), month + 1)
    };
    NaiveDate::from_ymd_opt(next_year, next_month, 1)
        .and_then(|first| first.pred_opt())
        // Only the last year that can be written at all has no such day.
        .unwrap_or(day)
}

/// The first day of the period that ends with this one. A season has three months.
fn first_day(last: NaiveDate, precision: DatePrecision) -> NaiveDate {
    let months_before = match precision {
        DatePrecision::Day | DatePrecision::Ongoing => return last,
        DatePrecision::Month => 0,
        DatePrecision::Season => 2,
        DatePrecision::Year => 11,
    };
    let first = last.with_day(1).unwrap_or(last);
    first
        .checked_sub_months(Months::new(months_before))
        .unwrap_or(first)
}

/// The season whose last day is stored, and the year in which it ends. Before seasons were stored
/// the last month told: the season is the one that usually ends in that quarter.
pub(crate) fn season(last: NaiveDate, stored: Option<Season>) -> (Season, i32) {
    let by_month = match last.month() {
        1..=3 => Winter,
        4..=6 => Spring,
        7..=9 => Summer,
        _ => Autumn,
    };
    (stored.unwrap_or(by_month), last.year())
}

/// The last day of a season where nothing else is said.
fn usual_end(season: Season, year: i32) -> Option<NaiveDate> {
    let month = match season {
        Winter => 2,
        Spring => 5,
        Summer => 8,
        Autumn => 11,
    };
    let day = NaiveDate::from_ymd_opt(year, month, 1)?;
    Some(last_day(day, DatePrecision::Month))
}

/// A period as it is stored, exact if nothing else is said; the faults of it are added.
pub(crate) fn known(checks: &mut Checks, names: Names, given: Given) -> Known {
    if given.precision == Some(DatePrecision::Ongoing) {
        checks.ensure(
            given.day.is_none() && given.season.is_none(),
            Invalid,
            names.precision,
            "What is ONGOING has no day and no season.",
        );
        return Known {
            precision: given.precision,
            ..Known::default()
        };
    }
    if let Some(season) = given.season {
        return in_season(checks, names, given, season);
    }
    let Some(day) = given.day else {
        checks.ensure(
            given.precision.is_none(),
            Invalid,
            names.precision,
            "This precision goes with a day only.",
        );
        return Known::default();
    };
    let precision = given.precision.unwrap_or(DatePrecision::Day);
    let day = last_day(day, precision);
    let of_season = (precision == DatePrecision::Season).then(|| season(day, None).0);
    Known {
        day: Some(day),
        precision: Some(precision),
        season: of_season,
    }
}

fn in_season(
    checks: &mut Checks,
    names: Names,
    given: Given,
    (season, year): (Season, i32),
) -> Known {
    checks.ensure(
        given.precision.is_none_or(|p| p == DatePrecision::Season),
        Invalid,
        names.precision,
        "A season goes with the precision SEASON only.",
    );
    checks.ensure(
        YEARS.contains(&year),
        OutOfRange,
        &format!("{}.year", names.season),
        format!("Give a year from {} to {}.", YEARS.start(), YEARS.end()),
    );
    checks.ensure(
        given.day.is_none_or(|day| day.year() == year),
        Invalid,
        names.day,
        "This day is not in the year in which the season ends.",
    );
    let day = given.day.or_else(|| usual_end(season, year));
    Known {
        day: day.map(|day| last_day(day, DatePrecision::Season)),
        precision: Some(DatePrecision::Season),
        season: Some(season),
    }
}

/// Checks that an action is due at some time of its plan, or that it is said why not.
pub(crate) fn check_within(
    checks: &mut Checks,
    (from, to): (NaiveDate, NaiveDate),
    due: Known,
    reason: Option<&str>,
) {
    let within = due.day.zip(due.precision).map(|(last, precision)| {
        let first = first_day(last, precision);
        first <= to && from <= last
    });
    checks.ensure(
        within != Some(false) || reason.is_some(),
        OutOfRange,
        DUE.day,
        format!(
            "The plan runs from {from} to {to}. Let the action be due within it, or say in \
             dueOutsideReason why not."
        ),
    );
    checks.ensure(
        within == Some(false) || reason.is_none(),
        Invalid,
        "dueOutsideReason",
        "A reason goes with a day outside of the plan only.",
    );
}

/// Checks that a period does not end before it begins.
pub(crate) fn check_order(
    checks: &mut Checks,
    path: &str,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
) {
    checks.ensure(
        from.zip(to).is_none_or(|(from, to)| from <= to),
        OutOfRange,
        path,
        "This ends before it begins.",
    );
}

#[cfg(test)]
mod tests;
