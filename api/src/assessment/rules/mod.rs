//! PURE: the state machine of assessments (SM6), who answers, what an answer may be, what is
//! missing, and the averages.

use entity::{
    account::Role::{
        self, Adviser, Coordinator, ResponsibleEntity, ServiceAccount, SteeringMember,
        YouthRepresentative,
    },
    assessment::{
        Answer, AssessmentKind,
        AssessmentStatus::{self, Confirmed, Open, Returned, Submitted, Superseded},
        ItemStatus, assessment_item,
    },
    workflow::WorkflowAction::{Confirm, Return, Submit, Supersede},
};

use crate::{
    input::{Checks, LONG_TEXT, listed, no_level},
    invisible::says_something,
    refusal::{
        UserError,
        UserErrorCode::{Invalid, OutOfRange, Required},
        told,
    },
    workflow::{Editing, Machine, t},
};

/// SM6.
pub(crate) const ASSESSMENT: Machine<AssessmentStatus> = Machine {
    transitions: &[
        t(Open, Submit, Submitted, &[Coordinator]),
        t(Returned, Submit, Submitted, &[Coordinator]),
        t(Submitted, Return, Returned, &[Adviser]),
        t(Submitted, Confirm, Confirmed, &[Adviser]),
    ],
};

/// What the confirmation of a newer assessment does to an older one.
pub(crate) const NEWER_CONFIRMED: Machine<AssessmentStatus> = Machine {
    transitions: &[t(Confirmed, Supersede, Superseded, &[])],
};

const WORKING: &[AssessmentStatus] = &[Open, Returned];
/// Assigning items to members of the municipality.
pub(crate) const ASSIGNING: Editing<AssessmentStatus> = Editing {
    states: WORKING,
    who: &[Coordinator],
};
const ANSWERING: Editing<AssessmentStatus> = Editing {
    states: WORKING,
    who: &[Coordinator, ServiceAccount],
};
const ANSWERING_ASSIGNED: Editing<AssessmentStatus> = Editing {
    states: WORKING,
    who: &[
        Coordinator,
        ServiceAccount,
        SteeringMember,
        ResponsibleEntity,
    ],
};
const ANSWERING_CHILD_LED: Editing<AssessmentStatus> = Editing {
    states: WORKING,
    who: &[YouthRepresentative],
};

/// Everybody who answers some item.
pub(crate) fn answerers() -> Vec<Role> {
    [ANSWERING, ANSWERING_ASSIGNED, ANSWERING_CHILD_LED]
        .iter()
        .flat_map(|editing| editing.who.iter().copied())
        .collect()
}

/// Who answers an item. Children's answers are written by their representative alone.
pub(crate) fn answering(
    kind: AssessmentKind,
    is_assigned: bool,
) -> &'static Editing<AssessmentStatus> {
    match (kind, is_assigned) {
        (AssessmentKind::ChildLed, _) => &ANSWERING_CHILD_LED,
        (_, true) => &ANSWERING_ASSIGNED,
        (_, false) => &ANSWERING,
    }
}

/// Why this account may not confirm or return what was submitted.
pub(crate) fn conflict(
    account: Option<uuid::Uuid>,
    submitted_by: Option<uuid::Uuid>,
) -> Option<&'static str> {
    (account.is_some() && account == submitted_by)
        .then_some("You submitted this assessment; another adviser has to look at it.")
}

/// What is missing before an assessment can be submitted, by the indicator numbers of its
/// unanswered items.
pub(crate) fn unmet(unanswered: &[i32]) -> Vec<UserError> {
    match unanswered {
        [] => Vec::new(),
        [one] => vec![UserError::unmet(
            told(format!("Indicator {one} is not answered.")).with("indicator", one),
        )],
        many => vec![UserError::unmet(
            told(format!("Indicators {} are not answered.", listed(many)))
                .with_each("indicator", many),
        )],
    }
}

/// A change of one answer; `None` leaves a value as it is. Whoever sends an answer sends all of it: a
/// level or a reason that was left out must not be taken from the answer before.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reply {
    pub(crate) answer: Option<Answer>,
    pub(crate) level: Option<i32>,
    pub(crate) not_applicable_reason: Option<String>,
    pub(crate) comment: Option<String>,
    pub(crate) clears_answer: bool,
    pub(crate) clears_comment: bool,
}

/// The item after a reply, or every fault of it. `levels` are the values of the scale.
pub(crate) fn replied(
    item: &assessment_item::Model,
    reply: &Reply,
    levels: &[i32],
) -> Result<assessment_item::Model, Vec<UserError>> {
    let mut checks = Checks::default();
    checks.text("comment", reply.comment.as_deref(), LONG_TEXT);
    checks.text(
        "notApplicableReason",
        reply.not_applicable_reason.as_deref(),
        LONG_TEXT,
    );
    let sets_answer =
        reply.answer.is_some() || reply.level.is_some() || reply.not_applicable_reason.is_some();
    checks.ensure(
        !(reply.clears_answer && sets_answer),
        Invalid,
        "clear",
        "Set the answer or clear it, not both.",
    );
    checks.ensure(
        !(reply.clears_comment && reply.comment.is_some()),
        Invalid,
        "clear",
        "Set the comment or clear it, not both.",
    );
    let mut next = item.clone();
    if reply.clears_answer {
        next.answer = None;
    } else if let Some(answer) = reply.answer {
        next.answer = Some(answer);
    }
    checks.ensure(
        reply.level.is_none() || next.answer == Some(Answer::Level),
        Invalid,
        "level",
        "A level goes with the answer LEVEL only.",
    );
    checks.ensure(
        reply.not_applicable_reason.is_none() || next.answer == Some(Answer::NotApplicable),
        Invalid,
        "notApplicableReason",
        "A reason goes with the answer NOT_APPLICABLE only.",
    );
    let keeps = reply.answer.is_none();
    next.level = (next.answer == Some(Answer::Level))
        .then(|| reply.level.or(item.level.filter(|_| keeps)))
        .flatten();
    next.not_applicable_reason = (next.answer == Some(Answer::NotApplicable))
        .then(|| {
            let kept = item.not_applicable_reason.clone().filter(|_| keeps);
            reply.not_applicable_reason.clone().or(kept)
        })
        .flatten();
    match next.answer {
        Some(Answer::Level) => match next.level {
            None => checks.fault(Required, "level", "Say which level."),
            Some(level) => checks.ensure(
                levels.contains(&level),
                OutOfRange,
                "level",
                no_level(levels),
            ),
        },
        Some(Answer::NotApplicable) => checks.ensure(
            next.not_applicable_reason
                .as_deref()
                .is_some_and(says_something),
            Required,
            "notApplicableReason",
            "Say why it does not apply.",
        ),
        Some(Answer::NoneOfLevels) | None => {}
    }
    if reply.clears_comment {
        next.comment = None;
    } else if reply.comment.is_some() {
        next.comment.clone_from(&reply.comment);
    }
    next.status = status(&next);
    let faults = checks.into_faults();
    if faults.is_empty() {
        Ok(next)
    } else {
        Err(faults)
    }
}

/// The state of an item, from what it holds.
pub(crate) fn status(item: &assessment_item::Model) -> ItemStatus {
    match item.answer {
        Some(Answer::Level | Answer::NoneOfLevels) => ItemStatus::Answered,
        Some(Answer::NotApplicable) => ItemStatus::NotApplicable,
        None if item.comment.is_some() || item.assignee_id.is_some() => ItemStatus::InProgress,
        None => ItemStatus::NotStarted,
    }
}

/// Whether an item is answered, or does not apply.
pub(crate) fn is_settled(status: ItemStatus) -> bool {
    matches!(status, ItemStatus::Answered | ItemStatus::NotApplicable)
}

/// The mean of levels, to four decimals; `None` without any.
#[expect(
    clippy::cast_precision_loss,
    reason = "sums of levels of a few hundred items"
)]
pub(crate) fn average(sum: i64, count: i64) -> Option<f64> {
    (count > 0).then(|| (sum as f64 / count as f64 * 10_000.0).round() / 10_000.0)
}

#[cfg(test)]
pub(crate) mod tests;
