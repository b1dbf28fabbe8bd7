//! PURE: the state machines of decisions (`SM10c` without appeal), recognitions (SM13) and their
//! conditions, the status of a day, who must not decide, and the snapshot a decision rests on.

use chrono::{Days, Months, NaiveDate};
use entity::{
    account::{
        Role::{self, Adviser, Coordinator, DecidingBody, ProgrammeManager},
        membership,
    },
    action_plan::plan,
    assessment::{assessment, assessment_item},
    programme::{Duty, LabelTiming},
    recognition::{
        ConditionStatus::{self, Failed, Met, Open, Submitted, Waived},
        DecisionBasis, DecisionOutcome,
        DecisionStatus::{self, Decided, Prepared, Published},
        RecognitionStatus::{
            self, Active, Conditional, Expired, Extended, Renewed, Suspended, Withdrawn,
        },
        condition, decision, recognition,
    },
    workflow::WorkflowAction::{
        self, Accept, Confirm, Decide, Expire, Extend, Publish, Reinstate, Reject, Renew, Submit,
        Suspend, Waive, Withdraw,
    },
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    refusal::{UserError, UserErrorCode, told},
    workflow::{Machine, Transition, t},
};

/// `SM10c` without appeal.
pub(crate) const DECISION: Machine<DecisionStatus> = Machine {
    transitions: &[
        t(Prepared, Decide, Decided, &[DecidingBody]),
        t(Decided, Publish, Published, &[ProgrammeManager]),
    ],
};

/// SM13 where the recognition was active before its suspension, if it is suspended.
pub(crate) const RECOGNITION: Machine<RecognitionStatus> = Machine {
    transitions: &steps(Active),
};
const EXTENDED_BEFORE: Machine<RecognitionStatus> = Machine {
    transitions: &steps(Extended),
};
const CONDITIONAL_BEFORE: Machine<RecognitionStatus> = Machine {
    transitions: &steps(Conditional),
};

const fn steps(before_suspension: RecognitionStatus) -> [Transition<RecognitionStatus>; 8] {
    const BODY: &[Role] = &[DecidingBody];
    const MANAGER: &[Role] = &[ProgrammeManager];
    [
        t(Active, Suspend, Suspended, MANAGER),
        t(Active, Extend, Extended, BODY),
        t(Extended, Suspend, Suspended, MANAGER),
        t(Extended, Extend, Extended, BODY),
        t(Conditional, Suspend, Suspended, MANAGER),
        t(Conditional, Withdraw, Withdrawn, BODY),
        t(Suspended, Reinstate, before_suspension, BODY),
        t(Suspended, Withdraw, Withdrawn, BODY),
    ]
}

/// The machine of a recognition: reinstating leads back to what it was.
pub(crate) fn machine(row: &recognition::Model) -> &'static Machine<RecognitionStatus> {
    match row.suspended_from {
        Some(Extended) => &EXTENDED_BEFORE,
        Some(Conditional) => &CONDITIONAL_BEFORE,
        _ => &RECOGNITION,
    }
}

/// What the publication of a newer grant does to the recognition before: one in force is renewed,
/// one whose last day has passed expires. A suspended one is first decided on.
pub(crate) const NEWER_GRANTED: Machine<RecognitionStatus> = Machine {
    transitions: &[
        t(Active, Renew, Renewed, &[]),
        t(Active, Expire, Expired, &[]),
        t(Extended, Renew, Renewed, &[]),
        t(Extended, Expire, Expired, &[]),
        t(Conditional, Renew, Renewed, &[]),
        t(Conditional, Expire, Expired, &[]),
    ],
};

/// What settling the last condition does to the recognition. A suspended one stays suspended, and
/// will be reinstated without conditions.
pub(crate) const CONDITIONS_SETTLED: Machine<RecognitionStatus> = Machine {
    transitions: &[
        t(Conditional, Confirm, Active, &[]),
        t(Suspended, Confirm, Suspended, &[]),
    ],
};

/// Conditions. FAILED is a state to work in, like everything that was sent back.
pub(crate) const CONDITION: Machine<ConditionStatus> = Machine {
    transitions: &[
        t(Open, Submit, Submitted, &[Coordinator]),
        t(Failed, Submit, Submitted, &[Coordinator]),
        t(Submitted, Accept, Met, &[Adviser]),
        t(Submitted, Reject, Failed, &[Adviser]),
        t(Open, Waive, Waived, &[ProgrammeManager]),
        t(Submitted, Waive, Waived, &[ProgrammeManager]),
        t(Failed, Waive, Waived, &[ProgrammeManager]),
    ],
};

/// Stored states that end with the last day.
pub(super) const LASTING: [RecognitionStatus; 3] = [Active, Conditional, Extended];
/// Stored states of which a municipality has at most one in a programme.
pub(super) const NOT_TERMINAL: [RecognitionStatus; 4] = [Active, Conditional, Extended, Suspended];

/// The status on a day. The last day is included.
pub(crate) fn status_on(row: &recognition::Model, today: NaiveDate) -> RecognitionStatus {
    if LASTING.contains(&row.status) && row.valid_until < today {
        Expired
    } else {
        row.status
    }
}

/// Whether a recognition holds on a day.
pub(crate) fn is_in_force(row: &recognition::Model, today: NaiveDate) -> bool {
    LASTING.contains(&status_on(row, today)) && row.valid_from <= today
}

/// Refuses every step of a recognition whose last day has passed.
pub(super) fn lasting(row: &recognition::Model, today: NaiveDate) -> Result<(), UserError> {
    if status_on(row, today) == row.status {
        return Ok(());
    }
    let message = "Not possible from EXPIRED. Possible from there: nothing.";
    Err(UserError::at(UserErrorCode::InvalidTransition, "", message))
}

/// Whether the day has passed while it is the municipality's turn.
pub(super) fn is_overdue(row: &condition::Model, today: NaiveDate) -> bool {
    matches!(row.status, Open | Failed) && row.due_on.is_some_and(|due| due < today)
}

/// The last day of `months` months from a day, which counts as the first.
pub(super) fn last_day(from: NaiveDate, months: u32) -> Option<NaiveDate> {
    from.checked_add_months(Months::new(months))?
        .checked_sub_days(Days::new(1))
}

/// The number for a cycle, counting from 1; the last number holds for all that follow.
pub(super) fn for_cycle(numbers: &[i32], ordinal: i32) -> Option<u32> {
    let at = usize::try_from(ordinal).ok()?.checked_sub(1)?;
    let number = numbers.get(at).or(numbers.last())?;
    u32::try_from(*number).ok()
}

/// What a programme's decisions rest on unless said otherwise.
pub(super) fn basis(timing: LabelTiming) -> DecisionBasis {
    match timing {
        LabelTiming::AtPlanApproval => DecisionBasis::PlanApproval,
        LabelTiming::AfterEvaluation => DecisionBasis::Evaluation,
        LabelTiming::AtMandateStart => DecisionBasis::MandateStart,
    }
}

/// What is missing before a decision can be prepared.
pub(super) fn unprepared(has_assessment: bool, has_plan: bool) -> Vec<UserError> {
    let mut unmet = Vec::new();
    if !has_assessment {
        unmet.push(UserError::unmet(
            "The cycle has no confirmed assessment of the municipality.",
        ));
    }
    if !has_plan {
        unmet.push(UserError::unmet("The cycle has no approved action plan."));
    }
    unmet
}

/// The fingerprint of what was on the table: ids and versions of the assessment, of its items in
/// order of id, and of the plan.
pub(super) fn snapshot_hash(
    assessment: &assessment::Model,
    items: &[assessment_item::Model],
    plan: &plan::Model,
) -> String {
    let mut items: Vec<_> = items.iter().map(|item| (item.id, item.version)).collect();
    items.sort_unstable();
    let mut hash = Sha256::new();
    let rows = std::iter::once((assessment.id, assessment.version))
        .chain(items)
        .chain(std::iter::once((plan.id, plan.version)));
    for (id, version) in rows {
        hash.update(id.as_bytes());
        hash.update(version.to_be_bytes());
    }
    hex::encode(hash.finalize())
}

/// Whether recognition follows from an outcome.
pub(super) fn is_granting(outcome: DecisionOutcome) -> bool {
    matches!(
        outcome,
        DecisionOutcome::Granted | DecisionOutcome::Conditional
    )
}

/// The state in which a recognition begins; none without a grant.
pub(super) fn beginning(outcome: DecisionOutcome) -> Option<RecognitionStatus> {
    match outcome {
        DecisionOutcome::Granted => Some(Active),
        DecisionOutcome::Conditional => Some(Conditional),
        DecisionOutcome::Deferred | DecisionOutcome::NotGranted => None,
    }
}

/// What stands against publication: a grant before its first day, or beside a suspended
/// recognition, on which the deciding body has to decide first.
pub(super) fn unpublishable(
    decision: &decision::Model,
    before: Option<&recognition::Model>,
    today: NaiveDate,
) -> Vec<UserError> {
    let mut unmet = Vec::new();
    if !decision.outcome.is_some_and(is_granting) {
        return unmet;
    }
    if let Some(from) = decision.valid_from.filter(|from| *from > today) {
        let message =
            format!("The recognition begins on {from}; publish the decision on that day or later.");
        unmet.push(UserError::unmet(told(message).with("minimum", from)));
    }
    if before.is_some_and(|row| row.status == Suspended) {
        unmet.push(UserError::unmet(
            "The recognition before is suspended; the deciding body has to reinstate or withdraw it first.",
        ));
    }
    unmet
}

/// What stands against another extension.
pub(super) fn unextendable(row: &recognition::Model, most: i32) -> Option<UserError> {
    let message = match most {
        0 => "A recognition of this programme cannot be extended.".to_owned(),
        1 => "A recognition of this programme can be extended once.".to_owned(),
        most => format!("A recognition of this programme can be extended {most} times."),
    };
    let message = told(message).with("maximum", most);
    (row.extensions >= most).then(|| UserError::at(UserErrorCode::LimitReached, "", message))
}

/// Who had which part in what a decision rests on.
#[derive(Debug)]
pub(super) struct Duties {
    pub(super) duty: Duty,
    /// The account that wants to decide; none for the system itself.
    pub(super) account: Option<Uuid>,
    /// Whether it holds or held the role of an adviser there.
    pub(super) has_advised: bool,
    /// Who prepared the decision.
    pub(super) prepared_by: Option<Uuid>,
    /// Who confirmed the assessment.
    pub(super) confirmed_by: Option<Uuid>,
    /// Who else took a step with the assessment or the plan.
    pub(super) took_part: Vec<Option<Uuid>>,
}

impl Duties {
    fn is_me(&self, other: Option<Uuid>) -> bool {
        self.account.is_some() && self.account == other
    }

    /// Why this account decides nothing about this recognition (rules c and h).
    pub(super) fn conflict(&self) -> Option<&'static str> {
        if self.is_me(self.confirmed_by) {
            return Some("You confirmed the assessment; somebody else has to decide.");
        }
        if self.duty == Duty::TwoPerson {
            return None;
        }
        if self.has_advised {
            return Some("You advise or advised this municipality; somebody else has to decide.");
        }
        self.took_part
            .iter()
            .any(|other| self.is_me(*other))
            .then_some("You took part in the assessment or the plan; somebody else has to decide.")
    }

    /// Why this account does not make the decision itself.
    pub(super) fn decider_conflict(&self) -> Option<&'static str> {
        if self.is_me(self.prepared_by) {
            return Some("You prepared this decision; somebody else has to decide.");
        }
        self.conflict()
    }
}

/// Whether any of an account's memberships, ended ones included, is that of an adviser of a
/// municipality or of its whole programme.
pub(super) fn has_advised<'m>(
    memberships: impl IntoIterator<Item = &'m membership::Model>,
    programme: Uuid,
    municipality: Uuid,
) -> bool {
    memberships.into_iter().any(|m| {
        let here = match m.municipality_id {
            Some(held) => held == municipality,
            None => m.programme_id == Some(programme),
        };
        m.role == Adviser && here
    })
}

/// Why the account that took the first of two steps does not take the second.
pub(super) fn conflict(
    account: Option<Uuid>,
    first: Option<Uuid>,
    why: &'static str,
) -> Option<&'static str> {
    (account.is_some() && account == first).then_some(why)
}

/// The words for `conflict`, by the action that somebody else has to take.
pub(super) fn somebody_else(action: WorkflowAction) -> &'static str {
    match action {
        Publish => "You decided; somebody else has to publish the decision.",
        Accept | Reject => "You handed this over; an adviser who did not has to look at it.",
        _ => "You suspended this recognition; somebody else has to decide on it.",
    }
}
