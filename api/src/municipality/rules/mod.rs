//! PURE: the state machines of cycles (SM4) and milestones (SM5), what time makes of them, which
//! states others are shown, what has to be true before a step, and how dates are counted.

use chrono::{Months, NaiveDate};
use entity::{
    account::Role::{self, Adviser, Coordinator, ProgrammeManager},
    municipality::{
        CycleStatus::{self, Active, Cancelled, Closed, InEvaluation, Planned},
        MilestoneStatus::{self, Completed, InProgress, NotStarted, Returned, Submitted, Waived},
        ParticipationStatus::{self, Pending},
        cycle,
    },
    programme::MilestoneGate,
    workflow::WorkflowAction::{
        self, Activate, Cancel, Close, Complete, Return, Start, Submit, Waive,
    },
};
use uuid::Uuid;

use crate::{
    refusal::{UserError, UserErrorCode, told},
    workflow::{Editing, Machine, t},
};

/// Who enrols municipalities.
pub(crate) const ENROLLING: &[Role] = &[ProgrammeManager];

/// The state in which a participation begins (SM3): the signed agreement makes it active.
pub(crate) fn participation_status(signed_on: Option<NaiveDate>) -> ParticipationStatus {
    if signed_on.is_some() {
        ParticipationStatus::Active
    } else {
        ParticipationStatus::Pending
    }
}

/// SM3, as far as it is walked now.
pub(crate) const PARTICIPATION: Machine<ParticipationStatus> = Machine {
    transitions: &[t(
        Pending,
        Activate,
        ParticipationStatus::Active,
        &[ProgrammeManager],
    )],
};

/// Starting a cycle of a participation.
pub(crate) const STARTING: Editing<ParticipationStatus> = Editing {
    states: &[ParticipationStatus::Active],
    who: &[ProgrammeManager],
};

/// SM4, as far as it is walked by hand. PLANNED is never stored: the row of it says what can be
/// done with a cycle that is shown as planned.
pub(crate) const CYCLE: Machine<CycleStatus> = Machine {
    transitions: &[
        t(Planned, Cancel, Cancelled, &[ProgrammeManager]),
        t(Active, Close, Closed, &[ProgrammeManager]),
        t(Active, Cancel, Cancelled, &[ProgrammeManager]),
        t(InEvaluation, Close, Closed, &[ProgrammeManager]),
    ],
};

/// SM5.
pub(crate) const MILESTONE: Machine<MilestoneStatus> = Machine {
    transitions: &[
        t(NotStarted, Start, InProgress, &[Coordinator]),
        t(NotStarted, Waive, Waived, &[ProgrammeManager]),
        t(InProgress, Submit, Submitted, &[Coordinator]),
        t(Submitted, Complete, Completed, &[Adviser]),
        t(Submitted, Return, Returned, &[Adviser]),
        t(Returned, Start, InProgress, &[Coordinator]),
        t(Returned, Submit, Submitted, &[Coordinator]),
    ],
};

/// The status of a cycle on a day: until its first day an active one is planned.
pub(crate) fn cycle_status(
    stored: CycleStatus,
    start_on: NaiveDate,
    today: NaiveDate,
) -> CycleStatus {
    match stored {
        Active if start_on > today => Planned,
        other => other,
    }
}

/// Refuses to close a cycle before its first day: it can only be given up.
pub(crate) fn begun(row: &cycle::Model, today: NaiveDate) -> Result<(), UserError> {
    if cycle_status(row.status, row.start_on, today) != Planned {
        return Ok(());
    }
    let message = "Not possible from PLANNED. Possible from there: CANCEL.";
    Err(UserError::at(UserErrorCode::InvalidTransition, "", message))
}

/// Whether a day lies within the time in which a municipality exists, both ends included.
pub(crate) fn is_current(
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    today: NaiveDate,
) -> bool {
    from.is_none_or(|from| from <= today) && to.is_none_or(|to| to >= today)
}

/// Who does not read what happens between a municipality and its adviser is shown work under way.
pub(crate) fn shown(stored: MilestoneStatus, reads_all: bool) -> MilestoneStatus {
    match stored {
        Submitted | Returned if !reads_all => InProgress,
        other => other,
    }
}

/// The version as those read it who do not read all: it counts the steps that they see.
pub(crate) const fn version_seen(stored: MilestoneStatus) -> i32 {
    match stored {
        NotStarted => 1,
        InProgress | Submitted | Returned | Waived => 2,
        Completed => 3,
    }
}

/// The stored states that are shown as one of `wanted` to those who do not read all.
pub(crate) fn stored_behind(wanted: &[MilestoneStatus]) -> Vec<MilestoneStatus> {
    let every = [
        NotStarted, InProgress, Submitted, Returned, Completed, Waived,
    ];
    let mut stored = every.to_vec();
    stored.retain(|status| wanted.contains(&shown(*status, false)));
    stored
}

/// Whether a milestone is done, or done without.
pub(crate) fn is_settled(status: MilestoneStatus) -> bool {
    matches!(status, Completed | Waived)
}

/// Whether the day it was due has passed and it is not settled.
pub(crate) fn is_overdue(
    status: MilestoneStatus,
    due_on: Option<NaiveDate>,
    today: NaiveDate,
) -> bool {
    !is_settled(status) && due_on.is_some_and(|due| due < today)
}

/// The number that holds for a cycle: the first for the first, the last for all that follow.
pub(crate) fn of_ordinal(numbers: &[i32], ordinal: i32) -> Option<i32> {
    let index = usize::try_from(ordinal).ok()?.checked_sub(1)?;
    numbers.get(index).or(numbers.last()).copied()
}

/// The same day some months later, or the last day of a shorter month.
pub(crate) fn months_later(day: NaiveDate, months: i32) -> Option<NaiveDate> {
    day.checked_add_months(Months::new(u32::try_from(months).ok()?))
}

/// What is missing before a cycle can be closed.
pub(crate) fn unmet_to_close(has_published_decision: bool) -> Vec<UserError> {
    let missing = "The decision on recognition of this cycle has to be published first.";
    if has_published_decision {
        Vec::new()
    } else {
        vec![UserError::unmet(missing)]
    }
}

/// What a step of a milestone depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The status of the cycle today.
    pub(crate) cycle: CycleStatus,
    /// The names of the prerequisites that are not settled.
    pub(crate) open_prerequisites: Vec<String>,
    /// The gate that is still shut.
    pub(crate) shut_gate: Option<MilestoneGate>,
}

/// What is missing before a step of a milestone, every point at once.
pub(crate) fn unmet(action: WorkflowAction, standing: &Standing) -> Vec<UserError> {
    let mut unmet = Vec::new();
    match (action, standing.cycle) {
        (_, Active) | (Complete | Return, InEvaluation) => {}
        (_, Planned) => unmet.push(UserError::unmet("The cycle has not begun yet.")),
        (_, InEvaluation) => unmet.push(UserError::unmet("The cycle is being evaluated already.")),
        (_, Closed | Cancelled) => unmet.push(UserError::unmet("The cycle is over.")),
    }
    if action != Submit {
        return unmet;
    }
    let open = standing.open_prerequisites.iter();
    unmet.extend(open.map(|name| {
        let message = format!("The milestone \"{name}\" has to be completed or waived first.");
        UserError::unmet(told(message).with("milestone", name))
    }));
    unmet.extend(match standing.shut_gate {
        Some(MilestoneGate::ConfirmedBaseline) => Some(UserError::unmet(
            "The cycle needs a confirmed baseline assessment.",
        )),
        Some(MilestoneGate::ApprovedPlan) => {
            Some(UserError::unmet("The cycle needs an approved action plan."))
        }
        Some(MilestoneGate::None) | None => None,
    });
    unmet
}

/// Why this account may not complete or return what was submitted.
pub(crate) fn conflict(account: Option<Uuid>, submitted_by: Option<Uuid>) -> Option<&'static str> {
    (account.is_some() && account == submitted_by)
        .then_some("You submitted this milestone; another adviser has to look at it.")
}

#[cfg(test)]
mod tests;
