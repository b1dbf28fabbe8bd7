//! PURE: the state machines of plans (SM7) and actions (SM8), who writes what, what only time does,
//! and who may not take a step.

pub(crate) mod baseline;
pub(crate) mod cells;
pub(crate) mod force;
pub(crate) mod gates;
pub(crate) mod periods;
pub(crate) mod units;

use chrono::NaiveDate;
use entity::{
    account::Role::{
        Adviser, Coordinator, DecisionMaker, ProgrammeManager, ResponsibleEntity, ServiceAccount,
    },
    action_plan::{
        ActionStatus,
        PlanStatus::{
            self, Adopted, ApprovalProposed, Approved, Completed, CompletionProposed, Draft,
            InForce, LocalReview, Returned, Submitted, Superseded,
        },
        plan,
    },
    municipality::CycleStatus,
    programme::LocalDecision,
    workflow::WorkflowAction::{
        self, AcceptCompletion, Adopt, Cancel, Complete, ConfirmApproval, Hold, ProposeApproval,
        ProposeCompletion, Return, SendToLocalReview, Start, Submit, Supersede,
    },
};
use uuid::Uuid;

use crate::{
    input::{Checks, LONG_TEXT, SHORT_TEXT, still_to_come},
    personal::Country,
    refusal::{
        UserError,
        UserErrorCode::{Locked, OutOfRange, Required, RulesUnmet},
        told,
    },
    workflow::{Editing, Machine, t},
};

macro_rules! plan_machine {
    ($adopters:expr) => {
        Machine {
            transitions: &[
                t(Draft, SendToLocalReview, LocalReview, &[Coordinator]),
                t(Returned, SendToLocalReview, LocalReview, &[Coordinator]),
                t(LocalReview, Adopt, Adopted, $adopters),
                t(LocalReview, Return, Returned, &[Coordinator, DecisionMaker]),
                t(Adopted, Submit, Submitted, &[Coordinator]),
                t(Adopted, Return, Returned, &[Coordinator, DecisionMaker]),
                t(Submitted, ProposeApproval, ApprovalProposed, &[Adviser]),
                t(Submitted, Return, Returned, &[Adviser]),
                t(
                    ApprovalProposed,
                    ConfirmApproval,
                    Approved,
                    &[ProgrammeManager],
                ),
                t(
                    ApprovalProposed,
                    Return,
                    Returned,
                    &[Adviser, ProgrammeManager],
                ),
                t(
                    Approved,
                    ProposeCompletion,
                    CompletionProposed,
                    &[Coordinator],
                ),
                t(CompletionProposed, AcceptCompletion, Completed, &[Adviser]),
            ],
        }
    };
}

/// SM7 where the coordinator records the decision of a municipal body.
pub(crate) const PLAN: Machine<PlanStatus> = plan_machine!(&[Coordinator, DecisionMaker]);
/// SM7 where a decision-maker adopts with an account of their own.
const PLAN_BY_ACCOUNT: Machine<PlanStatus> = plan_machine!(&[DecisionMaker]);

/// What the approval of a newer plan does to an older one.
pub(crate) const NEWER_APPROVED: Machine<PlanStatus> = Machine {
    transitions: &[
        t(Approved, Supersede, Superseded, &[]),
        t(CompletionProposed, Supersede, Superseded, &[]),
    ],
};

/// The machine of plans of a programme version.
pub(crate) const fn plan_machine(local: LocalDecision) -> &'static Machine<PlanStatus> {
    match local {
        LocalDecision::RecordedDecision => &PLAN,
        LocalDecision::ByAccount => &PLAN_BY_ACCOUNT,
    }
}

macro_rules! action_machine {
    ($carriers:expr) => {
        Machine {
            transitions: &[
                t(
                    ActionStatus::Planned,
                    Start,
                    ActionStatus::InProgress,
                    $carriers,
                ),
                t(
                    ActionStatus::OnHold,
                    Start,
                    ActionStatus::InProgress,
                    &[Coordinator],
                ),
                t(
                    ActionStatus::InProgress,
                    Hold,
                    ActionStatus::OnHold,
                    &[Coordinator],
                ),
                t(
                    ActionStatus::InProgress,
                    Complete,
                    ActionStatus::Completed,
                    $carriers,
                ),
                t(
                    ActionStatus::Planned,
                    Cancel,
                    ActionStatus::Cancelled,
                    &[Coordinator],
                ),
                t(
                    ActionStatus::InProgress,
                    Cancel,
                    ActionStatus::Cancelled,
                    &[Coordinator],
                ),
                t(
                    ActionStatus::OnHold,
                    Cancel,
                    ActionStatus::Cancelled,
                    &[Coordinator],
                ),
            ],
        }
    };
}

/// SM8 of an action that the caller's own entity carries out.
pub(crate) const ACTION: Machine<ActionStatus> = action_machine!(&[Coordinator, ResponsibleEntity]);
/// SM8 of an action of another entity.
const ACTION_OF_OTHERS: Machine<ActionStatus> = action_machine!(&[Coordinator]);

/// The machine of an action, by whether the caller's own entity carries it out.
pub(crate) const fn action_machine(is_own: bool) -> &'static Machine<ActionStatus> {
    if is_own { &ACTION } else { &ACTION_OF_OTHERS }
}

/// Where in a cycle a plan can be made, and by whom.
pub(crate) const PLANNING: Editing<CycleStatus> = Editing {
    states: &[CycleStatus::Active],
    who: &[Coordinator],
};
/// Writing a plan and its parts.
pub(crate) const WRITING: Editing<PlanStatus> = Editing {
    states: &[Draft, Returned],
    who: &[Coordinator],
};
const ADJUSTING: Editing<PlanStatus> = Editing {
    states: &[Draft, Returned, Approved],
    who: &[Coordinator],
};
const MEASURING: Editing<PlanStatus> = Editing {
    states: &[Approved, CompletionProposed],
    who: &[Coordinator, ServiceAccount],
};
const MEASURING_OWN: Editing<PlanStatus> = Editing {
    states: &[Approved, CompletionProposed],
    who: &[Coordinator, ServiceAccount, ResponsibleEntity],
};

/// Changing an action: dates and who carries it out can still be set right in an approved plan.
pub(crate) const fn changing(is_adjustment: bool) -> &'static Editing<PlanStatus> {
    if is_adjustment { &ADJUSTING } else { &WRITING }
}

/// Recording measurements, by whether the caller's own entity carries the action out.
pub(crate) const fn measuring(is_own: bool) -> &'static Editing<PlanStatus> {
    if is_own { &MEASURING_OWN } else { &MEASURING }
}

/// Whether a plan has been approved and is not finished or replaced.
pub(crate) const fn is_approved(status: PlanStatus) -> bool {
    matches!(status, Approved | CompletionProposed)
}

/// Whether a plan stands in the way of a newer one.
pub(crate) const fn is_unfinished(status: PlanStatus) -> bool {
    matches!(
        status,
        Draft | LocalReview | Adopted | Submitted | ApprovalProposed | Returned
    )
}

/// The state on a day: an approved plan is in force from its first day on.
pub(crate) fn status_on(
    stored: PlanStatus,
    period_from: NaiveDate,
    today: NaiveDate,
) -> PlanStatus {
    if stored == Approved && period_from <= today {
        InForce
    } else {
        stored
    }
}

/// Whether an action should have been done by now.
pub(crate) fn is_overdue(status: ActionStatus, due: Option<NaiveDate>, today: NaiveDate) -> bool {
    let is_open = !matches!(status, ActionStatus::Completed | ActionStatus::Cancelled);
    is_open && due.is_some_and(|due| due < today)
}

/// Why this account may not take a step: whoever submitted or proposed does not also approve.
pub(crate) fn conflict(
    action: WorkflowAction,
    plan: &plan::Model,
    account: Option<Uuid>,
) -> Option<&'static str> {
    let is = |person: Option<Uuid>| account.is_some() && account == person;
    let is_committee = matches!(plan.status, Submitted | ApprovalProposed);
    match action {
        ProposeApproval if is(plan.submitted_by) => {
            Some("You submitted this plan; another adviser has to look at it.")
        }
        Return if is_committee && is(plan.submitted_by) => {
            Some("You submitted this plan; somebody else of the committee has to return it.")
        }
        ConfirmApproval if is(plan.proposed_by) => {
            Some("You proposed the approval; another person has to confirm it.")
        }
        ConfirmApproval if is(plan.submitted_by) => {
            Some("You submitted this plan; another person has to confirm its approval.")
        }
        AcceptCompletion if is(plan.completion_proposed_by) => {
            Some("You proposed the completion; another person has to accept it.")
        }
        _ => None,
    }
}

/// What stands against a step of a plan, the gates of submission apart.
pub(crate) fn plan_unmet(
    action: WorkflowAction,
    plan: &plan::Model,
    today: NaiveDate,
) -> Vec<UserError> {
    if action == ProposeCompletion && plan.period_from > today {
        let from = plan.period_from;
        let message =
            told(format!("The plan is not in force before {from}.")).with("minimum", from);
        return vec![UserError::unmet(message)];
    }
    Vec::new()
}

/// What stands against a step of an action: its plan is not approved.
pub(crate) fn action_unmet(plan: PlanStatus) -> Vec<UserError> {
    if is_approved(plan) {
        return Vec::new();
    }
    let message = "Actions move only while the plan is approved.";
    vec![UserError::at(Locked, "", message)]
}

/// How a plan was adopted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Adoption {
    pub(crate) body: Option<String>,
    pub(crate) adopted_on: Option<NaiveDate>,
    pub(crate) reference: Option<String>,
    pub(crate) were_children_heard: bool,
}

/// What stands against an adoption. A recorded decision says which body took it, when, and where
/// it is written down.
pub(crate) fn adoption_unmet(
    adoption: &Adoption,
    is_recorded: bool,
    today: NaiveDate,
    country: Country,
) -> Vec<UserError> {
    let mut checks = Checks::default();
    checks.text("body", adoption.body.as_deref(), SHORT_TEXT.public(country));
    checks.text(
        "reference",
        adoption.reference.as_deref(),
        SHORT_TEXT.public(country),
    );
    if is_recorded {
        let given = [
            (
                "body",
                adoption.body.is_some(),
                "Say which body adopted it.",
            ),
            (
                "adoptedOn",
                adoption.adopted_on.is_some(),
                "Say when it was adopted.",
            ),
            (
                "reference",
                adoption.reference.is_some(),
                "Say where the decision is written down.",
            ),
        ];
        for (path, is_given, message) in given {
            checks.ensure(is_given, Required, path, message);
        }
    }
    checks.ensure(
        adoption.adopted_on.is_none_or(|day| day <= today),
        OutOfRange,
        "adoptedOn",
        still_to_come(today),
    );
    checks.ensure(
        adoption.were_children_heard,
        RulesUnmet,
        "wereChildrenHeard",
        "Children have to be heard before the plan is adopted.",
    );
    checks.into_faults()
}

/// What stands against a step that asks for a reason.
pub(crate) fn reason_unmet(reason: &str) -> Vec<UserError> {
    let mut checks = Checks::default();
    checks.required_text("reason", reason, LONG_TEXT);
    checks.into_faults()
}

#[cfg(test)]
mod tests;
