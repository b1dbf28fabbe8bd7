//! Status by date, machines, months, extensions, conditions.

use chrono::DateTime;
use entity::{
    account::Role,
    recognition::{
        ConditionStatus,
        RecognitionStatus::{
            self, Active, Conditional, Expired, Extended, Renewed, Suspended, Withdrawn,
        },
        condition,
    },
    workflow::WorkflowAction,
};

use super::{day, id, recognition};
use crate::{
    recognition::rules,
    refusal::UserErrorCode,
    workflow::{Refusal, Roles},
};

const ALL: [RecognitionStatus; 7] = [
    Active,
    Conditional,
    Extended,
    Suspended,
    Withdrawn,
    Expired,
    Renewed,
];

#[test]
fn the_last_day_is_included() {
    for status in ALL {
        let row = recognition(status, "2025-01-01", "2026-12-31");
        assert_eq!(rules::status_on(&row, day("2026-12-31")), status);
        let after = rules::status_on(&row, day("2027-01-01"));
        let expires = matches!(status, Active | Conditional | Extended);
        assert_eq!(after, if expires { Expired } else { status }, "{status:?}");
    }
}

#[test]
fn in_force_from_the_first_day_to_the_last() {
    let cases = [
        (Active, "2024-12-31", false),
        (Active, "2025-01-01", true),
        (Active, "2026-12-31", true),
        (Active, "2027-01-01", false),
        (Conditional, "2025-06-01", true),
        (Extended, "2025-06-01", true),
        (Suspended, "2025-06-01", false),
        (Withdrawn, "2025-06-01", false),
        (Renewed, "2025-06-01", false),
        (Expired, "2025-06-01", false),
    ];
    for (status, today, expected) in cases {
        let row = recognition(status, "2025-01-01", "2026-12-31");
        let found = rules::is_in_force(&row, day(today));
        assert_eq!(found, expected, "{status:?} {today}");
    }
}

#[test]
fn no_step_leaves_a_recognition_that_has_run_out() {
    let row = recognition(Active, "2025-01-01", "2026-12-31");
    assert!(rules::lasting(&row, day("2026-12-31")).is_ok());
    let error = rules::lasting(&row, day("2027-01-01")).unwrap_err();
    assert_eq!(error.code, UserErrorCode::InvalidTransition);
    let suspended = recognition(Suspended, "2025-01-01", "2026-12-31");
    assert!(rules::lasting(&suspended, day("2030-01-01")).is_ok());
}

#[test]
fn months_end_on_the_day_before() {
    let cases = [
        ("2026-01-01", 24, "2027-12-31"),
        ("2026-11-22", 24, "2028-11-21"),
        ("2026-11-22", 48, "2030-11-21"),
        ("2026-03-01", 36, "2029-02-28"),
        ("2025-03-01", 36, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-27"),
        ("2026-01-31", 1, "2026-02-27"),
    ];
    for (from, months, until) in cases {
        assert_eq!(
            rules::last_day(day(from), months),
            Some(day(until)),
            "{from}"
        );
    }
    assert_eq!(rules::last_day(day("9999-01-01"), u32::MAX), None);
}

#[test]
fn the_last_number_holds_for_all_later_cycles() {
    let cases = [
        (&[24, 48][..], 1, Some(24)),
        (&[24, 48], 2, Some(48)),
        (&[24, 48], 7, Some(48)),
        (&[24, 48], 0, None),
        (&[24, 48], -1, None),
        (&[], 1, None),
        (&[-1], 1, None),
    ];
    for (numbers, ordinal, expected) in cases {
        assert_eq!(rules::for_cycle(numbers, ordinal), expected, "{ordinal}");
    }
}

#[test]
fn reinstating_leads_back_to_what_it_was() {
    let body = Roles::default().with(Role::DecidingBody);
    for before in [Active, Conditional, Extended] {
        let mut row = recognition(Suspended, "2025-01-01", "2026-12-31");
        row.suspended_from = Some(before);
        let machine = rules::machine(&row);
        let step = machine.step(Suspended, WorkflowAction::Reinstate, body);
        assert_eq!(step, Ok((before, &[Role::DecidingBody][..])));
        let step = machine.step(Suspended, WorkflowAction::Withdraw, body);
        assert_eq!(step, Ok((Withdrawn, &[Role::DecidingBody][..])));
    }
}

#[test]
fn the_machine_is_the_specification() {
    use WorkflowAction::{Extend, Reinstate, Suspend, Withdraw};
    let expected: [(RecognitionStatus, &[WorkflowAction]); 7] = [
        (Active, &[Suspend, Extend]),
        (Conditional, &[Suspend, Withdraw]),
        (Extended, &[Suspend, Extend]),
        (Suspended, &[Reinstate, Withdraw]),
        (Withdrawn, &[]),
        (Expired, &[]),
        (Renewed, &[]),
    ];
    for (status, actions) in expected {
        assert_eq!(rules::RECOGNITION.actions(status), actions, "{status:?}");
    }
    let manager = Roles::default().with(Role::ProgrammeManager);
    let step = rules::RECOGNITION.step(Active, WorkflowAction::Extend, manager);
    assert_eq!(step, Err(Refusal::Role(vec![Role::DecidingBody])));
}

#[test]
fn a_newer_grant_ends_all_but_a_suspended_one() {
    for status in ALL {
        let renewed = rules::NEWER_GRANTED.follow(status, WorkflowAction::Renew);
        let expired = rules::NEWER_GRANTED.follow(status, WorkflowAction::Expire);
        let ends = matches!(status, Active | Conditional | Extended);
        assert_eq!(renewed, ends.then_some(Renewed), "{status:?}");
        assert_eq!(expired, ends.then_some(Expired), "{status:?}");
    }
}

#[test]
fn a_failed_condition_is_handed_over_again() {
    use WorkflowAction::{Accept, Reject, Submit, Waive};
    let expected: [(ConditionStatus, &[WorkflowAction]); 5] = [
        (ConditionStatus::Open, &[Submit, Waive]),
        (ConditionStatus::Submitted, &[Accept, Reject, Waive]),
        (ConditionStatus::Failed, &[Submit, Waive]),
        (ConditionStatus::Met, &[]),
        (ConditionStatus::Waived, &[]),
    ];
    for (status, actions) in expected {
        assert_eq!(rules::CONDITION.actions(status), actions, "{status:?}");
    }
}

#[test]
fn a_condition_is_overdue_while_it_is_the_municipalitys_turn() {
    let cases = [
        (ConditionStatus::Open, Some("2026-05-01"), true),
        (ConditionStatus::Failed, Some("2026-05-01"), true),
        (ConditionStatus::Open, Some("2026-05-02"), false),
        (ConditionStatus::Open, None, false),
        (ConditionStatus::Submitted, Some("2026-05-01"), false),
        (ConditionStatus::Met, Some("2026-05-01"), false),
        (ConditionStatus::Waived, Some("2026-05-01"), false),
    ];
    for (status, due, expected) in cases {
        let row = condition::Model {
            id: id(1),
            programme_id: id(2),
            municipality_id: id(3),
            decision_id: id(4),
            ordinal: 1,
            text: "A child council meets".into(),
            due_on: due.map(day),
            status,
            note: None,
            submitted_by: None,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
            version: 1,
        };
        let found = rules::is_overdue(&row, day("2026-05-02"));
        assert_eq!(found, expected, "{status:?} {due:?}");
    }
}

#[test]
fn extensions_are_counted() {
    for (extensions, most, refused) in [(0, 1, false), (1, 1, true), (1, 2, false), (0, 0, true)] {
        let mut row = recognition(Active, "2025-01-01", "2026-12-31");
        row.extensions = extensions;
        let error = rules::unextendable(&row, most);
        let code = error.map(|error| error.code);
        assert_eq!(code, refused.then_some(UserErrorCode::LimitReached));
    }
}
