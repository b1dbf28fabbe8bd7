//! Periods as they are given, stored and told.

use super::*;
use DatePrecision::{Day, Month, Ongoing, Year};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn stored(given: Given) -> (Known, usize) {
    let mut checks = Checks::default();
    let known = known(&mut checks, DUE, given);
    (known, checks.into_faults().len())
}

#[test]
fn a_period_is_kept_as_its_last_day() {
    let season = DatePrecision::Season;
    let cases = [
        ("2023-06-10", Day, "2023-06-10", "2023-06-10"),
        ("2023-06-10", Month, "2023-06-30", "2023-06-01"),
        ("2024-02-01", Month, "2024-02-29", "2024-02-01"),
        ("2023-12-05", Month, "2023-12-31", "2023-12-01"),
        ("2021-03-03", Year, "2021-12-31", "2021-01-01"),
        ("2022-11-01", season, "2022-11-30", "2022-09-01"),
        ("2021-12-24", season, "2021-12-31", "2021-10-01"),
        ("2024-02-01", season, "2024-02-29", "2023-12-01"),
    ];
    for (given, precision, last, first) in cases {
        let end = last_day(day(given), precision);
        assert_eq!(end, day(last), "{given} {precision:?}");
        assert_eq!(first_day(end, precision), day(first), "{given}");
    }
}

#[test]
fn a_day_is_exact_unless_said_otherwise() {
    let given = Given {
        day: Some(day("2023-06-10")),
        ..Given::default()
    };
    let (known, faults) = stored(given);
    assert_eq!((known.precision, faults), (Some(Day), 0));
    assert_eq!(known.day, given.day);
    let (known, faults) = stored(Given {
        precision: Some(Month),
        ..Given::default()
    });
    assert_eq!((known, faults), (Known::default(), 1));
}

#[test]
fn a_season_ends_in_its_year() {
    let of = |season, year, on: Option<&str>| {
        let (known, faults) = stored(Given {
            season: Some((season, year)),
            day: on.map(day),
            precision: None,
        });
        (known.day, faults)
    };
    for (season, last) in [
        (Winter, "2027-02-28"),
        (Spring, "2027-05-31"),
        (Summer, "2027-08-31"),
        (Autumn, "2027-11-30"),
    ] {
        assert_eq!(of(season, 2027, None), (Some(day(last)), 0));
        // What is stored without its season tells the same one.
        assert_eq!(super::season(day(last), None), (season, 2027));
    }
    let december = Some("2027-12-01");
    assert_eq!(of(Winter, 2027, december), (Some(day("2027-12-31")), 0));
    assert_eq!(super::season(day("2027-12-31"), None), (Autumn, 2027));
    assert_eq!(
        super::season(day("2027-12-31"), Some(Winter)),
        (Winter, 2027)
    );
    assert_eq!(of(Autumn, 2028, december).1, 1);
    assert_eq!((of(Autumn, 1899, None).1, of(Autumn, 2200, None).1), (1, 1));
}

#[test]
fn what_is_ongoing_has_no_day_and_no_season() {
    let ongoing = Given {
        precision: Some(Ongoing),
        ..Given::default()
    };
    let (known, faults) = stored(ongoing);
    assert_eq!((known.day, known.precision), (None, Some(Ongoing)));
    assert_eq!(faults, 0);
    let of_day = Given {
        day: Some(day("2027-01-01")),
        ..ongoing
    };
    let of_season = Given {
        season: Some((Spring, 2027)),
        ..ongoing
    };
    assert_eq!((stored(of_day).1, stored(of_season).1), (1, 1));
    let both = Given {
        season: Some((Spring, 2027)),
        precision: Some(Month),
        day: None,
    };
    assert_eq!(stored(both).1, 1);
}

#[test]
fn an_action_is_due_at_some_time_of_its_plan_or_says_why_not() {
    let plan = (day("2026-03-15"), day("2027-06-15"));
    let faults = |last: &str, precision, reason| {
        let due = Known {
            day: Some(day(last)),
            precision: Some(precision),
            season: None,
        };
        let mut checks = Checks::default();
        check_within(&mut checks, plan, due, reason);
        checks.into_faults()
    };
    let season = DatePrecision::Season;
    let within = [
        ("2026-03-15", Day),
        ("2027-06-15", Day),
        ("2026-03-31", Month),
        ("2027-06-30", Month),
        ("2027-08-31", season),
        ("2027-12-31", Year),
    ];
    for (last, precision) in within {
        assert!(
            faults(last, precision, None).is_empty(),
            "{last} {precision:?}"
        );
        assert_eq!(faults(last, precision, Some("Why")).len(), 1);
    }
    let outside = [
        ("2026-03-14", Day),
        ("2027-06-16", Day),
        ("2026-02-28", Month),
        ("2027-07-31", Month),
        ("2027-09-30", season),
        ("2025-12-31", Year),
    ];
    for (last, precision) in outside {
        let told = faults(last, precision, None);
        assert_eq!(told.len(), 1, "{last} {precision:?}");
        assert_eq!(
            (told[0].code, &told[0].path[0]),
            (OutOfRange, &"dueOn".to_owned())
        );
        assert!(told[0].message.contains("2026-03-15 to 2027-06-15"));
        assert!(faults(last, precision, Some("Why")).is_empty());
    }
    let mut checks = Checks::default();
    check_within(&mut checks, plan, Known::default(), None);
    assert!(checks.into_faults().is_empty());
    let mut checks = Checks::default();
    check_within(&mut checks, plan, Known::default(), Some("Why"));
    assert_eq!(checks.into_faults().len(), 1);
}

#[test]
fn order_is_checked() {
    let (early, late) = (day("2023-01-01"), day("2023-01-02"));
    let mut checks = Checks::default();
    check_order(&mut checks, "dueOn", Some(early), Some(early));
    check_order(&mut checks, "dueOn", None, Some(early));
    assert!(checks.into_faults().is_empty());
    let mut checks = Checks::default();
    check_order(&mut checks, "dueOn", Some(late), Some(early));
    assert_eq!(checks.into_faults().len(), 1);
}
