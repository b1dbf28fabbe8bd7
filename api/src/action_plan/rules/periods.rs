//! PURE: days that are known only to the month, season or year.

use chrono::{Datelike, NaiveDate};
use entity::action_plan::DatePrecision;

use crate::{
    input::Checks,
    refusal::UserErrorCode::{Invalid, OutOfRange},
};

/// The last day of the period that a day stands for. Where seasons end differs from place to place,
/// so a season ends with the month of the day that was given.
pub(crate) fn last_day(day: NaiveDate, precision: DatePrecision) -> NaiveDate {
    let month = match precision {
        DatePrecision::Day => return day,
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

/// A day and how exactly it is known, as they are stored: exact if nothing else is said.
pub(crate) fn known(
    day: Option<NaiveDate>,
    precision: Option<DatePrecision>,
) -> (Option<NaiveDate>, Option<DatePrecision>) {
    match day {
        None => (None, None),
        Some(day) => {
            let precision = precision.unwrap_or(DatePrecision::Day);
            (Some(last_day(day, precision)), Some(precision))
        }
    }
}

/// Checks that a precision goes with a day.
pub(crate) fn check_precision(
    checks: &mut Checks,
    path: &str,
    day: Option<NaiveDate>,
    precision: Option<DatePrecision>,
) {
    checks.ensure(
        precision.is_none() || day.is_some(),
        Invalid,
        path,
        "A precision goes with a day only.",
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
mod tests {
    use super::*;
    use DatePrecision::{Day, Month, Season, Year};

    #[test]
    fn a_period_is_kept_as_its_last_day() {
        let cases = [
            ("2023-06-10", Day, "2023-06-10"),
            ("2023-06-10", Month, "2023-06-30"),
            ("2024-02-01", Month, "2024-02-29"),
            ("2023-12-05", Month, "2023-12-31"),
            ("2021-03-03", Year, "2021-12-31"),
            ("2022-11-01", Season, "2022-11-30"),
            ("2022-11-30", Season, "2022-11-30"),
            ("2021-12-24", Season, "2021-12-31"),
            ("2024-02-01", Season, "2024-02-29"),
        ];
        for (day, precision, last) in cases {
            let day: NaiveDate = day.parse().unwrap();
            assert_eq!(
                last_day(day, precision).to_string(),
                last,
                "{day} {precision:?}"
            );
        }
    }

    #[test]
    fn a_day_is_exact_unless_said_otherwise() {
        let day: NaiveDate = "2023-06-10".parse().unwrap();
        assert_eq!(known(Some(day), None), (Some(day), Some(Day)));
        assert_eq!(known(None, Some(Month)), (None, None));
    }

    #[test]
    fn order_and_precision_are_checked() {
        let (early, late): (NaiveDate, NaiveDate) =
            ("2023-01-01".parse().unwrap(), "2023-01-02".parse().unwrap());
        let mut checks = Checks::default();
        check_order(&mut checks, "dueOn", Some(early), Some(early));
        check_order(&mut checks, "dueOn", None, Some(early));
        check_precision(&mut checks, "dueOnPrecision", Some(early), Some(Year));
        assert!(checks.into_faults().is_empty());
        let mut checks = Checks::default();
        check_order(&mut checks, "dueOn", Some(late), Some(early));
        check_precision(&mut checks, "dueOnPrecision", None, Some(Year));
        assert_eq!(checks.into_faults().len(), 2);
    }
}
