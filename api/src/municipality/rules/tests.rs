//! Tables of the rules of cycles and milestones.

use chrono::DateTime;

use super::*;
use crate::workflow::Roles;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn codes(errors: &[UserError]) -> Vec<&str> {
    errors.iter().map(|error| error.message.as_str()).collect()
}

const CYCLES: [CycleStatus; 5] = [Planned, Active, InEvaluation, Closed, Cancelled];
const MILESTONES: [MilestoneStatus; 6] = [
    NotStarted, InProgress, Submitted, Returned, Completed, Waived,
];

#[test]
fn cycles_step_as_the_table_says() {
    let manager = Roles::default().with(ProgrammeManager);
    let steps: Vec<_> = CYCLES
        .into_iter()
        .flat_map(|from| [Close, Cancel].map(|action| (from, action)))
        .filter_map(|(from, action)| {
            let (to, _) = CYCLE.step(from, action, manager).ok()?;
            Some((from, action, to))
        })
        .collect();
    assert_eq!(
        steps,
        [
            (Planned, Cancel, Cancelled),
            (Active, Close, Closed),
            (Active, Cancel, Cancelled),
            (InEvaluation, Close, Closed),
        ]
    );
    let others = Roles::default().with(Coordinator).with(Adviser);
    assert!(CYCLE.step(Active, Close, others).is_err());
}

#[test]
fn milestones_step_as_the_table_says() {
    let table = [
        (
            Coordinator,
            Start,
            vec![(NotStarted, InProgress), (Returned, InProgress)],
        ),
        (
            Coordinator,
            Submit,
            vec![(InProgress, Submitted), (Returned, Submitted)],
        ),
        (Adviser, Complete, vec![(Submitted, Completed)]),
        (Adviser, Return, vec![(Submitted, Returned)]),
        (ProgrammeManager, Waive, vec![(NotStarted, Waived)]),
    ];
    let roles = [
        Coordinator,
        Adviser,
        ProgrammeManager,
        Role::DecisionMaker,
        Role::Public,
    ];
    for (who, action, expected) in table {
        for role in roles {
            let held = Roles::default().with(role);
            let steps: Vec<_> = MILESTONES
                .into_iter()
                .filter_map(|from| Some((from, MILESTONE.step(from, action, held).ok()?.0)))
                .collect();
            let expected = if role == who {
                expected.clone()
            } else {
                Vec::new()
            };
            assert_eq!(steps, expected, "{role:?} {action:?}");
        }
    }
}

#[test]
fn a_cycle_is_planned_until_its_first_day() {
    let today = day("2026-03-01");
    for (stored, start, expected) in [
        (Active, "2026-03-02", Planned),
        (Active, "2026-03-01", Active),
        (Active, "2026-02-28", Active),
        (Cancelled, "2026-03-02", Cancelled),
        (Closed, "2024-03-02", Closed),
    ] {
        assert_eq!(
            cycle_status(stored, day(start), today),
            expected,
            "{stored:?} {start}"
        );
    }
}

#[test]
fn the_first_and_the_last_day_count() {
    let today = day("2024-12-31");
    for (from, to, expected) in [
        (None, None, true),
        (None, Some("2024-12-31"), true),
        (None, Some("2024-12-30"), false),
        (Some("2024-12-31"), None, true),
        (Some("2025-01-01"), None, false),
    ] {
        assert_eq!(
            is_current((from.map(day), to.map(day)), today),
            expected,
            "{from:?} {to:?}"
        );
    }
}

#[test]
fn others_are_shown_work_under_way() {
    for stored in MILESTONES {
        assert_eq!(shown(stored, true), stored);
        let expected = match stored {
            Submitted | Returned => InProgress,
            other => other,
        };
        assert_eq!(shown(stored, false), expected);
    }
}

#[test]
fn filters_find_exactly_what_is_shown() {
    assert_eq!(stored_behind(&[Submitted, Returned]), []);
    assert_eq!(
        stored_behind(&[InProgress]),
        [InProgress, Submitted, Returned]
    );
    assert_eq!(stored_behind(&[Completed, Submitted]), [Completed]);
    for wanted in MILESTONES {
        for stored in MILESTONES {
            let is_found = stored_behind(&[wanted]).contains(&stored);
            assert_eq!(is_found, shown(stored, false) == wanted);
        }
    }
}

#[test]
fn what_is_settled_is_never_overdue() {
    let today = day("2026-03-02");
    for status in MILESTONES {
        let expected = !matches!(status, Completed | Waived);
        assert_eq!(is_overdue(status, Some(day("2026-03-01")), today), expected);
        assert!(!is_overdue(status, Some(today), today));
        assert!(!is_overdue(status, None, today));
    }
}

#[test]
fn the_last_number_holds_for_all_that_follow() {
    for (numbers, ordinal, expected) in [
        (&[24, 48][..], 1, Some(24)),
        (&[24, 48], 2, Some(48)),
        (&[24, 48], 9, Some(48)),
        (&[1], 3, Some(1)),
        (&[], 1, None),
        (&[24], 0, None),
        (&[24], -1, None),
    ] {
        assert_eq!(
            of_ordinal(numbers, ordinal),
            expected,
            "{numbers:?} {ordinal}"
        );
    }
}

#[test]
fn months_end_where_the_month_ends() {
    for (from, months, expected) in [
        ("2026-01-31", 1, Some("2026-02-28")),
        ("2024-02-29", 48, Some("2028-02-29")),
        ("2024-02-29", 12, Some("2025-02-28")),
        ("2026-01-01", 24, Some("2028-01-01")),
        ("2026-01-01", -1, None),
    ] {
        assert_eq!(
            months_later(day(from), months),
            expected.map(day),
            "{from} {months}"
        );
    }
    assert_eq!(months_later(NaiveDate::MAX, 1), None);
}

#[test]
fn every_unmet_point_is_told_at_once() {
    let standing = Standing {
        cycle: Planned,
        open_prerequisites: vec!["Application".into(), "Child rights".into()],
        shut_gate: Some(MilestoneGate::ConfirmedBaseline),
    };
    assert_eq!(
        codes(&unmet(Submit, &standing)),
        [
            "The cycle has not begun yet.",
            "The milestone \"Application\" has to be completed or waived first.",
            "The milestone \"Child rights\" has to be completed or waived first.",
            "The cycle needs a confirmed baseline assessment.",
        ]
    );
    assert_eq!(
        codes(&unmet(Start, &standing)),
        ["The cycle has not begun yet."]
    );
}

#[test]
fn steps_need_a_cycle_under_way() {
    let standing = |cycle| Standing {
        cycle,
        open_prerequisites: Vec::new(),
        shut_gate: None,
    };
    for action in [Start, Submit, Complete, Return, Waive] {
        let mut open: Vec<_> = CYCLES.into();
        open.retain(|cycle| unmet(action, &standing(*cycle)).is_empty());
        let expected = match action {
            Complete | Return => vec![Active, InEvaluation],
            _ => vec![Active],
        };
        assert_eq!(open, expected, "{action:?}");
    }
}

#[test]
fn nobody_judges_their_own_submission() {
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert!(conflict(Some(one), Some(one)).is_some());
    assert!(conflict(Some(one), Some(other)).is_none());
    assert!(conflict(None, None).is_none());
    assert!(conflict(Some(one), None).is_none());
}

#[test]
fn a_cycle_closes_after_its_decision() {
    assert!(unmet_to_close(true).is_empty());
    assert_eq!(unmet_to_close(false).len(), 1);
}

#[test]
fn a_cycle_closes_from_its_first_day_on() {
    let row = |status| cycle::Model {
        id: Uuid::nil(),
        programme_id: Uuid::nil(),
        municipality_id: Uuid::nil(),
        participation_id: Uuid::nil(),
        programme_version_id: Uuid::nil(),
        ordinal: 1,
        status,
        start_on: day("2026-01-01"),
        planned_end_on: day("2029-12-31"),
        ended_on: None,
        cancellation_reason: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        version: 1,
    };
    assert!(begun(&row(Active), day("2025-12-31")).is_err());
    assert!(begun(&row(Active), day("2026-01-01")).is_ok());
    assert!(begun(&row(InEvaluation), day("2026-01-02")).is_ok());
}
