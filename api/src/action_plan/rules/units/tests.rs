//! Numbers, texts and days by unit, case by case.

use super::*;
use Counts::{Adults, Children, NotPeople};
use Unit::{Boolean, Count, Currency, Level, Percent, Ratio, Text};

fn measure(unit: Unit, counts: Counts) -> Measure<'static> {
    Measure {
        unit,
        counts,
        levels: &[1, 2, 3, 4],
        country: Country::of("FI"),
    }
}

fn today() -> NaiveDate {
    "2026-11-22".parse().unwrap()
}

fn days() -> Days {
    Days {
        first: "2026-01-15".parse().unwrap(),
        last: today(),
    }
}

/// Numbers in tenths, so that halves can be written.
fn tenths(number: i64) -> i64 {
    number * 100_000
}

fn given(value: Option<i64>, part: Option<i64>, whole: Option<i64>) -> Given {
    Given {
        reading: Reading {
            value: value.map(tenths),
            numerator: part.map(tenths),
            denominator: whole.map(tenths),
        },
        measured_on: today(),
        ..Given::default()
    }
}

fn paths(faults: Vec<UserError>) -> Vec<String> {
    faults
        .into_iter()
        .map(|fault| fault.path.join("."))
        .collect()
}

fn faults(measure: Measure<'_>, has_target: bool, given: &Given) -> Vec<String> {
    measured(measure, has_target, given, days()).map_or_else(paths, |_| Vec::new())
}

#[test]
fn values_fit_their_unit() {
    let cases = [
        (Boolean, NotPeople, 0, true),
        (Boolean, NotPeople, 10, true),
        (Boolean, NotPeople, 5, false),
        (Boolean, NotPeople, 20, false),
        (Level, NotPeople, 10, true),
        (Level, NotPeople, 40, true),
        (Level, NotPeople, 0, false),
        (Level, NotPeople, 50, false),
        (Level, NotPeople, 25, false),
        (Count, Children, 30, true),
        (Count, Children, 25, false),
        (Count, NotPeople, 30, true),
        (Count, NotPeople, 25, false),
        (Count, NotPeople, -10, false),
        (Percent, Children, 1000, true),
        (Percent, Children, 1001, false),
        (Percent, Adults, -1, false),
        (Percent, NotPeople, 1200, true),
        (Percent, NotPeople, -100, true),
        (Currency, NotPeople, 123, true),
        (Ratio, Adults, 7, true),
        (Text, NotPeople, 10, false),
    ];
    for (unit, counts, value, fits) in cases {
        let given = Given {
            text: (unit == Text).then(|| "As planned".to_owned()),
            ..given(Some(value), None, None)
        };
        let found = faults(measure(unit, counts), false, &given);
        assert_eq!(
            found.is_empty(),
            fits,
            "{unit:?} {counts:?} {value}: {found:?}"
        );
    }
}

#[test]
fn words_and_numbers_do_not_mix() {
    let words = Given {
        text: Some("Both schools take part.".into()),
        ..given(None, None, None)
    };
    assert!(faults(measure(Text, NotPeople), true, &words).is_empty());
    assert_eq!(
        faults(measure(Count, NotPeople), false, &words),
        ["text", "value"]
    );
    let nothing = given(None, None, None);
    assert_eq!(faults(measure(Text, NotPeople), false, &nothing), ["text"]);
    assert_eq!(
        faults(measure(Count, NotPeople), false, &nothing),
        ["value"]
    );
}

#[test]
fn a_share_of_people_with_a_target_needs_its_whole() {
    let alone = given(Some(900), None, None);
    assert_eq!(
        faults(measure(Percent, Adults), true, &alone),
        ["denominator"]
    );
    assert!(faults(measure(Percent, Adults), false, &alone).is_empty());
    assert!(faults(measure(Percent, NotPeople), true, &alone).is_empty());
    let whole = given(Some(900), None, Some(400));
    assert!(faults(measure(Percent, Adults), true, &whole).is_empty());
}

#[test]
fn parts_are_checked_against_each_other() {
    let share = measure(Percent, Children);
    let cases: [(_, &[&str]); 11] = [
        (given(Some(500), Some(200), Some(400)), &[]),
        (given(Some(505), Some(200), Some(400)), &[]),
        (given(Some(506), Some(200), Some(400)), &["value"]),
        (given(Some(333), Some(10), Some(30)), &[]),
        (given(Some(330), Some(10), Some(30)), &[]),
        (given(Some(300), Some(10), Some(30)), &["value"]),
        (given(Some(1_000), Some(30), Some(30)), &[]),
        (given(Some(500), Some(200), None), &["denominator"]),
        (given(Some(0), Some(0), Some(0)), &["denominator"]),
        (given(None, Some(500), Some(400)), &["value", "numerator"]),
        (given(Some(500), Some(205), Some(410)), &["numerator"]),
    ];
    for (given, expected) in cases {
        assert_eq!(faults(share, true, &given), expected, "{given:?}");
    }
    let counted = given(Some(30), Some(30), Some(60));
    assert_eq!(
        faults(measure(Count, NotPeople), false, &counted),
        ["numerator", "denominator"]
    );
}

#[test]
fn a_share_is_worked_out() {
    let reading = measured(
        measure(Percent, Children),
        true,
        &given(None, Some(450), Some(600)),
        days(),
    );
    assert_eq!(reading.map(|r| r.value), Ok(Some(75_000_000)));
}

#[test]
fn a_share_is_rounded_half_to_even() {
    let share = |numerator, denominator| {
        share(Reading {
            numerator: Some(numerator),
            denominator: Some(denominator),
            ..Reading::default()
        })
    };
    for (part, whole, millionths) in [
        (1, 3, 33_333_333),
        (2, 3, 66_666_667),
        (1, 200_000_000, 0),
        (3, 200_000_000, 2),
        (5, 200_000_000, 2),
        (-1, 200_000_000, 0),
        (-3, 200_000_000, -2),
        (3, -200_000_000, -2),
        (-2, 3, -66_666_667),
        (2, -3, -66_666_667),
        (1, 150_000_000, 1),
    ] {
        assert_eq!(share(part, whole), Some(millionths), "{part} / {whole}");
    }
    assert_eq!(share(1, 0), None);
    assert_eq!(share(i64::MAX, 1), None);
}

#[test]
fn a_share_that_no_decimal_holds_is_told() {
    let given = Given {
        reading: Reading {
            value: None,
            numerator: Some(999_999_999_999 * MILLION),
            denominator: Some(1),
        },
        measured_on: days().last,
        ..Given::default()
    };
    let faults = measured(measure(Percent, NotPeople), false, &given, days()).unwrap_err();
    assert_eq!(faults[0].code, OutOfRange);
    assert_eq!(faults[0].path, ["value"]);
}

#[test]
fn measurements_lie_between_the_beginning_of_the_cycle_and_today() {
    let Days { first, last } = days();
    for (day, fits) in [
        (first.pred_opt(), false),
        (Some(first), true),
        (Some(last), true),
        (last.succ_opt(), false),
    ] {
        let given = Given {
            measured_on: day.unwrap(),
            ..given(Some(10), None, None)
        };
        let told = measured(measure(Count, NotPeople), false, &given, days());
        let told = told.err().unwrap_or_default();
        assert_eq!(told.is_empty(), fits, "{day:?}");
        for fault in told {
            assert_eq!(
                (fault.code, fault.path),
                (OutOfRange, vec!["measuredOn".to_owned()])
            );
            let bound = if day < Some(last) { first } else { last };
            assert!(
                fault.message.contains(&bound.to_string()),
                "{}",
                fault.message
            );
        }
    }
}

#[test]
fn definitions_fit_their_unit() {
    let plain = || Definition {
        label: "Trainings held".into(),
        ..Definition::default()
    };
    let known = |baseline| Definition {
        is_baseline_known: true,
        baseline: Some(tenths(baseline)),
        ..plain()
    };
    let cases: [(Unit, Definition, &[&str]); 11] = [
        (Count, plain(), &[]),
        (Count, known(30), &[]),
        (Text, known(30), &["baseline"]),
        (
            Text,
            Definition {
                target: Some(0),
                ..plain()
            },
            &["target"],
        ),
        (
            Text,
            Definition {
                target_text: Some("Curriculum written".into()),
                ..plain()
            },
            &[],
        ),
        (
            Text,
            Definition {
                is_baseline_known: true,
                ..plain()
            },
            &[],
        ),
        (Level, known(50), &["baseline"]),
        (
            Boolean,
            Definition {
                target: Some(tenths(20)),
                ..plain()
            },
            &["target"],
        ),
        (
            Count,
            Definition {
                is_baseline_known: true,
                ..plain()
            },
            &["baseline"],
        ),
        (
            Count,
            Definition {
                baseline: Some(0),
                ..plain()
            },
            &["isBaselineKnown"],
        ),
        (
            Count,
            Definition {
                label: " ".into(),
                baseline_on: Some(today()),
                ..plain()
            },
            &["label", "baselineOn"],
        ),
    ];
    for (unit, given, expected) in cases {
        let found = paths(definition(measure(unit, NotPeople), &given, today()));
        assert_eq!(found, expected, "{unit:?} {given:?}");
    }
    let early = Definition {
        baseline_on: today().succ_opt(),
        ..known(30)
    };
    assert_eq!(
        paths(definition(measure(Count, NotPeople), &early, today())),
        ["baselineOn"]
    );
}
