//! What a deciding body may say.

use std::sync::Arc;

use entity::{
    programme::criterion,
    recognition::DecisionOutcome::{self, Conditional, Deferred, Granted, NotGranted},
};

use super::{day, id};
use crate::{
    id::Id,
    personal::Country,
    recognition::{
        decide::{
            ConditionInput, CriterionJudgementInput, DecideRecognitionInput, RecognitionVotesInput,
        },
        verdict::{self, Frame, Verdict},
    },
    refusal::UserErrorCode::{
        self, Invalid, NotFound, NotUnique, OutOfRange, Required, RulesUnmet, TooLong,
    },
    scalars::Date,
};

type Fault = (UserErrorCode, String);

fn criteria() -> Vec<Arc<criterion::Model>> {
    (1..=3)
        .map(|ordinal: i32| {
            Arc::new(criterion::Model {
                id: id(100 + u128::from(ordinal.unsigned_abs())),
                programme_version_id: id(6),
                code: format!("C{ordinal}"),
                ordinal,
                name: entity::text::Translations::default(),
                text: entity::text::Translations::default(),
                is_illustrative: false,
            })
        })
        .collect()
}

fn judged(code: &str, is_met: bool, reason: Option<&str>) -> CriterionJudgementInput {
    CriterionJudgementInput {
        criterion_id: None,
        criterion_code: Some(code.into()),
        is_met,
        reason: reason.map(Into::into),
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "each of the days given is optional"
)]
fn date(text: &str) -> Option<Date> {
    Some(Date(day(text)))
}

fn input(outcome: DecisionOutcome) -> DecideRecognitionInput {
    let condition = ConditionInput {
        text: " A child council meets ".into(),
        due_on: date("2027-06-30"),
    };
    DecideRecognitionInput {
        decision_id: Id::new(id(4)),
        outcome,
        criteria: ["C3", "C1", "C2"]
            .map(|code| judged(code, true, None))
            .into(),
        votes: RecognitionVotesInput {
            in_favour: 3,
            against: 1,
            abstained: 1,
        },
        deciding_body: "Recognition board".into(),
        decided_on: date("2026-11-20"),
        valid_from: None,
        valid_until: None,
        conditions: (outcome == Conditional).then(|| vec![condition]),
        deferred_until: date("2027-05-01").filter(|_| outcome == Deferred),
        public_reason: "Good work.".into(),
        expected_version: 1,
    }
}

fn reached(input: DecideRecognitionInput) -> Result<Verdict, Vec<Fault>> {
    let frame = Frame {
        country: Country::of("FI"),
        today: day("2026-11-22"),
        criteria: &criteria(),
        months: Some(24),
        newest_from: Some(day("2025-01-01")),
    };
    verdict::reached(input, &frame).map_err(|errors| {
        let errors = errors.into_iter();
        errors.map(|e| (e.code, e.path.join("."))).collect()
    })
}

fn faults(
    outcome: DecisionOutcome,
    change: impl FnOnce(&mut DecideRecognitionInput),
) -> Vec<Fault> {
    let mut input = input(outcome);
    change(&mut input);
    reached(input).err().unwrap_or_default()
}

fn one(code: UserErrorCode, path: &str) -> Vec<Fault> {
    vec![(code, path.to_owned())]
}

#[test]
fn every_outcome_has_its_verdict() {
    for outcome in [Granted, Conditional, Deferred, NotGranted] {
        let verdict = reached(input(outcome)).unwrap();
        let ordinals: Vec<_> = verdict.judgements.iter().map(|j| j.ordinal).collect();
        assert_eq!(ordinals, [1, 2, 3]);
        let validity = (day("2026-11-20"), day("2028-11-19"));
        let grants = matches!(outcome, Granted | Conditional);
        assert_eq!(verdict.validity, grants.then_some(validity));
        let until = (outcome == Deferred).then(|| day("2027-05-01"));
        assert_eq!(verdict.deferred_until, until);
        let conditions = vec![("A child council meets".to_owned(), Some(day("2027-06-30")))];
        let expected = if outcome == Conditional {
            conditions
        } else {
            Vec::new()
        };
        assert_eq!(verdict.conditions, expected);
        assert_eq!(verdict.votes, (3, 1, 1));
    }
}

#[test]
fn dates_default_and_are_checked() {
    let today = reached(DecideRecognitionInput {
        decided_on: None,
        ..input(Granted)
    });
    let verdict = today.unwrap();
    assert_eq!(verdict.decided_on, day("2026-11-22"));
    assert_eq!(
        verdict.validity,
        Some((day("2026-11-22"), day("2028-11-21")))
    );
    let future = faults(Granted, |i| i.decided_on = date("2026-11-23"));
    assert_eq!(future, one(OutOfRange, "decidedOn"));
    let turned = faults(Granted, |i| i.valid_until = date("2026-11-19"));
    assert_eq!(turned, one(OutOfRange, "validUntil"));
    let single = faults(Granted, |i| i.valid_until = date("2026-11-20"));
    assert_eq!(single, []);
    let early = faults(Granted, |i| i.valid_from = date("2024-12-31"));
    assert_eq!(early, one(OutOfRange, "validFrom"));
    let same_day = faults(Granted, |i| i.valid_from = date("2025-01-01"));
    assert_eq!(same_day, []);
    for outcome in [Deferred, NotGranted] {
        let faults = faults(outcome, |i| {
            i.valid_from = date("2026-11-20");
            i.valid_until = date("2027-11-20");
        });
        let expected = ["validFrom", "validUntil"].map(|path| (Invalid, path.to_owned()));
        assert_eq!(faults, expected);
    }
}

#[test]
fn deferral_needs_a_later_day_and_nothing_else_takes_one() {
    let missing = faults(Deferred, |i| i.deferred_until = None);
    assert_eq!(missing, one(Required, "deferredUntil"));
    let same_day = faults(Deferred, |i| i.deferred_until = date("2026-11-20"));
    assert_eq!(same_day, one(OutOfRange, "deferredUntil"));
    for outcome in [Granted, Conditional, NotGranted] {
        let given = faults(outcome, |i| i.deferred_until = date("2027-05-01"));
        assert_eq!(given, one(Invalid, "deferredUntil"));
    }
}

#[test]
fn votes_carry_a_grant() {
    let votes = |outcome, in_favour, against, abstained| {
        faults(outcome, |i| {
            i.votes = RecognitionVotesInput {
                in_favour,
                against,
                abstained,
            };
        })
    };
    for outcome in [Granted, Conditional] {
        assert_eq!(votes(outcome, 1, 0, 0), []);
        assert_eq!(votes(outcome, i32::MAX, 0, i32::MAX), []);
        assert_eq!(votes(outcome, 2, 2, 5), one(RulesUnmet, "votes"));
        assert_eq!(votes(outcome, 1, 3, 0), one(RulesUnmet, "votes"));
        assert_eq!(votes(outcome, 0, 0, 4), one(RulesUnmet, "votes"));
        assert_eq!(votes(outcome, 2, -1, 0), one(OutOfRange, "votes.against"));
    }
    for outcome in [Deferred, NotGranted] {
        assert_eq!(votes(outcome, 0, 3, 0), []);
        assert_eq!(votes(outcome, 3, 0, 0), []);
        assert_eq!(votes(outcome, 0, 0, 1), []);
        assert_eq!(votes(outcome, 0, 0, 0), one(Required, "votes"));
        let negative = votes(outcome, -1, 0, -1);
        let expected = [
            (OutOfRange, "votes.for".to_owned()),
            (OutOfRange, "votes.abstained".to_owned()),
            (Required, "votes".to_owned()),
        ];
        assert_eq!(negative, expected);
    }
}

#[test]
fn every_criterion_is_judged_once() {
    let missing = faults(Granted, |i| i.criteria.truncate(1));
    assert_eq!(missing, one(Required, "criteria"));
    let none = faults(NotGranted, |i| i.criteria.clear());
    assert_eq!(none, one(Required, "criteria"));
    let twice = faults(Granted, |i| i.criteria.push(judged("C1", true, None)));
    assert_eq!(twice, one(NotUnique, "criteria.3"));
    let unknown = faults(Granted, |i| i.criteria.push(judged("C9", true, None)));
    assert_eq!(unknown, one(NotFound, "criteria.3.criterionCode"));
    let by_id = faults(Granted, |i| {
        i.criteria[0].criterion_code = None;
        i.criteria[0].criterion_id = Some(Id::new(id(103)));
    });
    assert_eq!(by_id, []);
    let foreign = faults(Granted, |i| {
        i.criteria.push(CriterionJudgementInput {
            criterion_id: Some(Id::new(id(999))),
            criterion_code: None,
            is_met: true,
            reason: None,
        });
    });
    assert_eq!(foreign, one(NotFound, "criteria.3.criterionId"));
    let both = faults(Granted, |i| {
        i.criteria[0].criterion_id = Some(Id::new(id(103)));
    });
    let expected = [
        (Invalid, "criteria.0".to_owned()),
        (Required, "criteria".to_owned()),
    ];
    assert_eq!(both, expected);
}

#[test]
fn an_unmet_criterion_says_why_and_rules_out_granting() {
    let unmet = |outcome, reason| faults(outcome, |i| i.criteria[0] = judged("C3", false, reason));
    assert_eq!(unmet(Granted, Some("No.")), one(RulesUnmet, "criteria"));
    for outcome in [Conditional, Deferred, NotGranted] {
        assert_eq!(unmet(outcome, Some("No.")), []);
        let silent = unmet(outcome, Some("  "));
        assert_eq!(silent, one(Required, "criteria.0.reason"));
    }
}

#[test]
fn conditions_go_with_conditional_alone() {
    let condition = |text: &str, due: Option<&str>| ConditionInput {
        text: text.into(),
        due_on: due.map(|due| Date(day(due))),
    };
    for empty in [None, Some(Vec::new())] {
        let none = faults(Conditional, |i| i.conditions = empty);
        assert_eq!(none, one(Required, "conditions"));
    }
    for outcome in [Granted, Deferred, NotGranted] {
        let given = faults(outcome, |i| i.conditions = Some(vec![condition("x", None)]));
        assert_eq!(given, one(Invalid, "conditions"));
        let empty = faults(outcome, |i| i.conditions = Some(Vec::new()));
        assert_eq!(empty, []);
    }
    let faulty = faults(Conditional, |i| {
        i.conditions = Some(vec![
            condition("x", Some("2026-11-20")),
            condition(" ", Some("2026-11-19")),
        ]);
    });
    let expected = [
        (Required, "conditions.1.text".to_owned()),
        (OutOfRange, "conditions.1.dueOn".to_owned()),
    ];
    assert_eq!(faulty, expected);
    let many = faults(Conditional, |i| {
        i.conditions = Some(vec![condition("x", None); 21]);
    });
    assert_eq!(many, one(OutOfRange, "conditions"));
}

#[test]
fn every_fault_is_told_at_once() {
    let faults = faults(Granted, |i| {
        i.public_reason = " ".into();
        i.deciding_body = "x".repeat(301);
        i.criteria.clear();
        i.votes.in_favour = 0;
        i.deferred_until = date("2027-05-01");
    });
    let expected = [
        (TooLong, "decidingBody"),
        (Required, "publicReason"),
        (RulesUnmet, "votes"),
        (Invalid, "deferredUntil"),
        (Required, "criteria"),
    ];
    assert_eq!(faults, expected.map(|(code, path)| (code, path.to_owned())));
}
