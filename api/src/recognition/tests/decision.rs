//! Duties kept apart, the file of a decision, its publication, its snapshot.

use chrono::DateTime;
use entity::{
    account::{Role, membership},
    action_plan::{PlanStatus, plan},
    assessment::{AssessmentKind, AssessmentStatus, ItemStatus, assessment, assessment_item},
    programme::{Duty, LabelTiming},
    recognition::{
        DecisionBasis, DecisionOutcome, DecisionStatus,
        RecognitionStatus::{Active, Conditional, Suspended},
        decision, recognition as table,
    },
};
use uuid::Uuid;

use super::{day, id, recognition};
use crate::{
    assessment::untouched_item,
    recognition::rules::{self, Duties},
};

fn duties(duty: Duty) -> Duties {
    Duties {
        duty,
        account: Some(id(1)),
        has_advised: false,
        prepared_by: Some(id(2)),
        confirmed_by: Some(id(3)),
        took_part: vec![None, Some(id(4))],
    }
}

#[test]
fn duties_are_kept_apart() {
    for duty in [Duty::Strict, Duty::TwoPerson] {
        let free = duties(duty);
        assert_eq!(free.decider_conflict(), None);
        let strict = duty == Duty::Strict;
        let as_account = |account| Duties {
            account,
            ..duties(duty)
        };
        // Who prepared may still decide on a suspension later.
        assert!(as_account(Some(id(2))).decider_conflict().is_some());
        assert_eq!(as_account(Some(id(2))).conflict(), None);
        assert!(as_account(Some(id(3))).conflict().is_some());
        let took_part = as_account(Some(id(4))).conflict();
        assert_eq!(took_part.is_some(), strict);
        let advised = Duties {
            has_advised: true,
            ..duties(duty)
        };
        assert_eq!(advised.conflict().is_some(), strict);
        // The system itself is nobody, whoever is unknown in the rows.
        assert_eq!(as_account(None).decider_conflict(), None);
    }
    let (one, other) = (Some(id(1)), Some(id(2)));
    assert_eq!(rules::conflict(one, one, "both"), Some("both"));
    assert_eq!(rules::conflict(one, other, "both"), None);
    let nobody = rules::conflict(None, None, "somebody else");
    assert_eq!(nobody, None);
}

#[test]
fn an_adviser_once_is_an_adviser_for_ever() {
    let row = |role, programme, municipality: Option<Uuid>| membership::Model {
        id: id(9),
        account_id: id(1),
        role,
        programme_id: programme,
        municipality_id: municipality,
        responsible_entity_id: None,
        starts_at: DateTime::UNIX_EPOCH,
        ends_at: Some(DateTime::UNIX_EPOCH),
        granted_by: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        version: 1,
    };
    let (programme, municipality) = (id(2), id(3));
    let cases = [
        (row(Role::Adviser, Some(id(2)), Some(id(3))), true),
        (row(Role::Adviser, Some(id(7)), Some(id(3))), true),
        (row(Role::Adviser, Some(id(2)), None), true),
        (row(Role::Adviser, Some(id(7)), None), false),
        (row(Role::Adviser, Some(id(2)), Some(id(8))), false),
        (row(Role::DecidingBody, Some(id(2)), None), false),
        (row(Role::Coordinator, Some(id(2)), Some(id(3))), false),
    ];
    for (row, expected) in cases {
        let found = rules::has_advised([&row], programme, municipality);
        assert_eq!(found, expected, "{row:?}");
    }
    assert!(!rules::has_advised([], programme, municipality));
}

fn decision(outcome: Option<DecisionOutcome>, from: Option<&str>) -> decision::Model {
    decision::Model {
        id: id(4),
        programme_id: id(2),
        municipality_id: id(3),
        cycle_id: id(5),
        programme_version_id: id(6),
        assessment_id: id(7),
        plan_id: id(8),
        basis: DecisionBasis::Evaluation,
        status: DecisionStatus::Decided,
        outcome,
        is_public: false,
        decided_on: None,
        deciding_body: None,
        votes_for: None,
        votes_against: None,
        votes_abstained: None,
        valid_from: from.map(day),
        valid_until: None,
        deferred_until: None,
        public_reason: None,
        snapshot_hash: String::new(),
        prepared_by: None,
        decided_by: None,
        published_at: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        version: 2,
    }
}

#[test]
fn a_grant_is_published_from_its_first_day_and_not_beside_a_suspension() {
    use DecisionOutcome::{Deferred, Granted, NotGranted};
    let today = day("2026-11-22");
    let unmet = |outcome, from, before: Option<&table::Model>| {
        rules::unpublishable(&decision(Some(outcome), from), before, today).len()
    };
    assert_eq!(unmet(Granted, Some("2026-11-22"), None), 0);
    assert_eq!(unmet(Granted, Some("2026-11-23"), None), 1);
    let active = recognition(Active, "2024-01-01", "2025-12-31");
    let suspended = recognition(Suspended, "2024-01-01", "2025-12-31");
    assert_eq!(unmet(Granted, Some("2026-11-22"), Some(&active)), 0);
    assert_eq!(unmet(Granted, Some("2026-11-22"), Some(&suspended)), 1);
    assert_eq!(unmet(Granted, Some("2026-11-23"), Some(&suspended)), 2);
    for outcome in [Deferred, NotGranted] {
        assert_eq!(unmet(outcome, None, Some(&suspended)), 0);
    }
}

#[test]
fn only_a_grant_begins_a_recognition() {
    use DecisionOutcome::{Deferred, Granted, NotGranted};
    let conditional = rules::beginning(DecisionOutcome::Conditional);
    assert_eq!(conditional, Some(Conditional));
    assert_eq!(rules::beginning(Granted), Some(Active));
    for outcome in [Deferred, NotGranted] {
        assert_eq!(rules::beginning(outcome), None);
        assert!(!rules::is_granting(outcome));
    }
}

#[test]
fn every_missing_part_of_the_file_is_named() {
    for (assessment, plan, unmet) in [
        (true, true, 0),
        (true, false, 1),
        (false, true, 1),
        (false, false, 2),
    ] {
        assert_eq!(rules::unprepared(assessment, plan).len(), unmet);
    }
    let basis = rules::basis(LabelTiming::AfterEvaluation);
    assert_eq!(basis, DecisionBasis::Evaluation);
}

#[test]
fn the_snapshot_depends_on_versions_and_not_on_order() {
    let (assessment, plan) = (assessment(), plan());
    let items = [item(1, 1), item(2, 5)];
    let hash = rules::snapshot_hash(&assessment, &items, &plan);
    assert_eq!(hash.len(), 64);
    let turned = [item(2, 5), item(1, 1)];
    assert_eq!(rules::snapshot_hash(&assessment, &turned, &plan), hash);
    let edited = [item(1, 2), item(2, 5)];
    assert_ne!(rules::snapshot_hash(&assessment, &edited, &plan), hash);
    let newer = plan::Model {
        version: 8,
        ..plan.clone()
    };
    assert_ne!(rules::snapshot_hash(&assessment, &items, &newer), hash);
}

fn assessment() -> assessment::Model {
    assessment::Model {
        id: id(7),
        programme_id: id(2),
        municipality_id: id(3),
        cycle_id: id(5),
        programme_version_id: id(6),
        kind: AssessmentKind::Final,
        status: AssessmentStatus::Confirmed,
        as_of: day("2026-09-01"),
        submitted_by: None,
        submitted_at: None,
        confirmed_by: None,
        confirmed_at: None,
        return_reason: None,
        is_frozen: false,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        version: 3,
    }
}

fn item(number: u128, version: i32) -> assessment_item::Model {
    assessment_item::Model {
        id: id(number),
        assessment_id: id(7),
        status: ItemStatus::Answered,
        version,
        ..untouched_item()
    }
}

fn plan() -> plan::Model {
    plan::Model {
        id: id(8),
        programme_id: id(2),
        municipality_id: id(3),
        cycle_id: id(5),
        programme_version_id: id(6),
        number: 1,
        status: PlanStatus::Approved,
        vision: None,
        period_from: day("2025-01-01"),
        period_to: day("2026-12-31"),
        adoption_body: None,
        adopted_on: None,
        adoption_reference: None,
        is_adoption_recorded: None,
        were_children_heard: None,
        adopted_by: None,
        submitted_by: None,
        proposed_by: None,
        confirmed_by: None,
        completion_proposed_by: None,
        return_reason: None,
        is_frozen: false,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        version: 7,
    }
}

#[test]
fn whoever_took_the_first_step_is_told_which() {
    use entity::workflow::WorkflowAction::{Accept, Publish, Reinstate, Reject};
    let told = |action| rules::somebody_else(action).split_once(';').unwrap().0;
    assert_eq!(told(Publish), "You decided");
    assert_eq!(told(Accept), "You handed this over");
    assert_eq!(told(Reject), "You handed this over");
    assert_eq!(told(Reinstate), "You suspended this recognition");
}
