//! The machines step by step, and what only time does.

use chrono::DateTime;

use super::*;
use crate::workflow::{Refusal, Roles};
use entity::account::Role;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn roles(roles: &[Role]) -> Roles {
    roles
        .iter()
        .fold(Roles::default(), |all, role| all.with(*role))
}

/// A plan in a state.
pub(super) fn plan(status: PlanStatus) -> plan::Model {
    plan::Model {
        id: Uuid::nil(),
        programme_id: Uuid::nil(),
        municipality_id: Uuid::nil(),
        cycle_id: Uuid::nil(),
        programme_version_id: Uuid::nil(),
        number: 1,
        status,
        vision: None,
        period_from: day("2026-01-01"),
        period_to: day("2027-12-31"),
        adoption_body: None,
        adopted_on: None,
        adoption_reference: None,
        is_adoption_recorded: None,
        were_children_heard: None,
        adopted_by: None,
        submitted_by: Some(Uuid::from_u128(1)),
        proposed_by: Some(Uuid::from_u128(2)),
        confirmed_by: None,
        completion_proposed_by: Some(Uuid::from_u128(3)),
        return_reason: None,
        is_frozen: false,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        version: 1,
    }
}

#[test]
fn a_plan_goes_the_whole_way() {
    let steps = [
        (Draft, SendToLocalReview, Coordinator, LocalReview),
        (LocalReview, Return, DecisionMaker, Returned),
        (Returned, SendToLocalReview, Coordinator, LocalReview),
        (LocalReview, Adopt, Coordinator, Adopted),
        (Adopted, Return, Coordinator, Returned),
        (Adopted, Submit, Coordinator, Submitted),
        (Submitted, Return, Adviser, Returned),
        (Submitted, ProposeApproval, Adviser, ApprovalProposed),
        (ApprovalProposed, Return, Adviser, Returned),
        (ApprovalProposed, Return, ProgrammeManager, Returned),
        (
            ApprovalProposed,
            ConfirmApproval,
            ProgrammeManager,
            Approved,
        ),
        (Approved, ProposeCompletion, Coordinator, CompletionProposed),
        (CompletionProposed, AcceptCompletion, Adviser, Completed),
    ];
    for (from, action, role, to) in steps {
        let step = PLAN.step(from, action, roles(&[role]));
        assert_eq!(
            step.map(|(to, _)| to),
            Ok(to),
            "{from:?} {action:?} {role:?}"
        );
    }
}

#[test]
fn the_wrong_person_or_state_is_refused() {
    let wrong = [
        (Draft, SendToLocalReview, Adviser),
        (LocalReview, Return, Adviser),
        (Adopted, Return, Adviser),
        (Adopted, Submit, DecisionMaker),
        (Submitted, Return, Coordinator),
        (Submitted, Return, ProgrammeManager),
        (Submitted, ProposeApproval, ProgrammeManager),
        (ApprovalProposed, ConfirmApproval, Adviser),
        (Approved, ProposeCompletion, Adviser),
        (CompletionProposed, AcceptCompletion, Coordinator),
    ];
    for (from, action, role) in wrong {
        let refusal = PLAN.step(from, action, roles(&[role]));
        assert!(
            matches!(refusal, Err(Refusal::Role(_))),
            "{from:?} {action:?} {role:?}"
        );
    }
    for from in [Draft, Returned, Completed, Superseded] {
        let refusal = PLAN.step(from, Return, Roles::ALL);
        assert!(matches!(refusal, Err(Refusal::State(_))), "{from:?}");
    }
    assert!(PLAN.actions(Completed).is_empty() && PLAN.actions(Superseded).is_empty());
}

#[test]
fn the_coordinator_adopts_only_by_recording() {
    let by_account = plan_machine(LocalDecision::ByAccount);
    let recorded = plan_machine(LocalDecision::RecordedDecision);
    let coordinator = roles(&[Coordinator]);
    assert_eq!(
        by_account.step(LocalReview, Adopt, coordinator),
        Err(Refusal::Role(vec![DecisionMaker]))
    );
    assert!(recorded.step(LocalReview, Adopt, coordinator).is_ok());
    for machine in [by_account, recorded] {
        assert!(
            machine
                .step(LocalReview, Adopt, roles(&[DecisionMaker]))
                .is_ok()
        );
    }
}

#[test]
fn adoption_names_every_gap_at_once() {
    let today = day("2026-03-01");
    let paths = |adoption: &Adoption, is_recorded| -> Vec<String> {
        let errors = adoption_unmet(adoption, is_recorded, today, Country::of("FI"));
        errors.into_iter().flat_map(|e| e.path).collect()
    };
    let empty = Adoption::default();
    assert_eq!(
        paths(&empty, true),
        ["body", "adoptedOn", "reference", "wereChildrenHeard"]
    );
    assert_eq!(paths(&empty, false), ["wereChildrenHeard"]);
    let whole = Adoption {
        body: Some("Municipal board".into()),
        adopted_on: Some(today),
        reference: Some("§ 12".into()),
        were_children_heard: true,
    };
    assert!(paths(&whole, true).is_empty());
    let early = Adoption {
        adopted_on: Some(day("2026-03-02")),
        ..whole
    };
    assert_eq!(paths(&early, false), ["adoptedOn"]);
}

#[test]
fn nobody_approves_what_they_brought() {
    let by = |n: u128| Some(Uuid::from_u128(n));
    let refused = [
        (ProposeApproval, Submitted, 1),
        (Return, Submitted, 1),
        (Return, ApprovalProposed, 1),
        (ConfirmApproval, ApprovalProposed, 1),
        (ConfirmApproval, ApprovalProposed, 2),
        (AcceptCompletion, CompletionProposed, 3),
    ];
    for (action, status, account) in refused {
        assert!(
            conflict(action, &plan(status), by(account)).is_some(),
            "{action:?}"
        );
    }
    let allowed = [
        (Return, LocalReview, 1),
        (Return, ApprovalProposed, 2),
        (Submit, Adopted, 1),
        (ProposeCompletion, Approved, 1),
        (ConfirmApproval, ApprovalProposed, 9),
        (AcceptCompletion, CompletionProposed, 9),
    ];
    for (action, status, account) in allowed {
        assert_eq!(
            conflict(action, &plan(status), by(account)),
            None,
            "{action:?}"
        );
    }
    let unsigned = plan::Model {
        proposed_by: None,
        submitted_by: None,
        ..plan(ApprovalProposed)
    };
    assert_eq!(conflict(ConfirmApproval, &unsigned, None), None);
}

#[test]
fn a_plan_is_in_force_from_its_first_day() {
    let first = day("2026-01-01");
    assert_eq!(status_on(Approved, first, day("2025-12-31")), Approved);
    assert_eq!(status_on(Approved, first, first), InForce);
    assert_eq!(status_on(Draft, first, first), Draft);
    assert_eq!(
        status_on(CompletionProposed, first, first),
        CompletionProposed
    );
    let approved = plan(Approved);
    assert_eq!(
        plan_unmet(ProposeCompletion, &approved, day("2025-12-31")).len(),
        1
    );
    assert!(plan_unmet(ProposeCompletion, &approved, first).is_empty());
}

#[test]
fn actions_move_as_written() {
    use ActionStatus::{Cancelled, Completed, InProgress, OnHold, Planned};
    let steps = [
        (Planned, Start, InProgress),
        (InProgress, Hold, OnHold),
        (OnHold, Start, InProgress),
        (InProgress, Complete, Completed),
        (Planned, Cancel, Cancelled),
        (InProgress, Cancel, Cancelled),
        (OnHold, Cancel, Cancelled),
    ];
    for (from, action, to) in steps {
        for is_own in [true, false] {
            let step = action_machine(is_own).step(from, action, roles(&[Coordinator]));
            assert_eq!(step.map(|(to, _)| to), Ok(to), "{from:?} {action:?}");
        }
    }
    assert!(ACTION.actions(Completed).is_empty() && ACTION.actions(Cancelled).is_empty());
    let refusal = ACTION.step(Planned, Complete, roles(&[Coordinator]));
    assert_eq!(refusal, Err(Refusal::State(vec![Start, Cancel])));
}

#[test]
fn an_entity_moves_its_own_actions_only() {
    use ActionStatus::{InProgress, OnHold, Planned};
    let entity = roles(&[ResponsibleEntity]);
    assert!(action_machine(true).step(Planned, Start, entity).is_ok());
    assert!(
        action_machine(true)
            .step(InProgress, Complete, entity)
            .is_ok()
    );
    for (from, action) in [(InProgress, Hold), (InProgress, Cancel), (OnHold, Start)] {
        let refusal = action_machine(true).step(from, action, entity);
        assert_eq!(refusal, Err(Refusal::Role(vec![Coordinator])), "{action:?}");
    }
    let refusal = action_machine(false).step(Planned, Start, entity);
    assert_eq!(refusal, Err(Refusal::Role(vec![Coordinator])));
    assert!(measuring(true).who.contains(&ResponsibleEntity));
    assert!(!measuring(false).who.contains(&ResponsibleEntity));
}

#[test]
fn actions_move_in_approved_plans_only() {
    for status in [Approved, CompletionProposed] {
        assert!(action_unmet(status).is_empty());
    }
    for status in [
        Draft,
        LocalReview,
        Adopted,
        Submitted,
        ApprovalProposed,
        Returned,
        Completed,
        Superseded,
    ] {
        assert_eq!(action_unmet(status)[0].code, Locked, "{status:?}");
        assert_ne!(
            is_unfinished(status),
            matches!(status, Completed | Superseded)
        );
    }
}

#[test]
fn overdue_follows_from_the_date() {
    use ActionStatus::{Cancelled, Completed, OnHold, Planned};
    let (due, after) = (day("2026-06-30"), day("2026-07-01"));
    assert!(!is_overdue(Planned, Some(due), due));
    assert!(is_overdue(Planned, Some(due), after));
    assert!(is_overdue(OnHold, Some(due), after));
    assert!(!is_overdue(Completed, Some(due), after));
    assert!(!is_overdue(Cancelled, Some(due), after));
    assert!(!is_overdue(Planned, None, after));
}
