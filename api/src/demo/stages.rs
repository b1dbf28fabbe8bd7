//! Which municipality of the demonstration is how far. Pure: numbers and words, no writes.

/// How far the present cycle is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// The cycle has begun.
    Begun,
    /// It began long ago, and its first milestone is not done.
    MilestoneOverdue,
    /// A milestone waits for the adviser.
    MilestoneSubmitted,
    /// A milestone came back.
    MilestoneReturned,
    /// The baseline is open; this share of its items is answered, in percent.
    Assessing(u8),
    /// The baseline waits for the adviser.
    AssessmentSubmitted,
    /// The baseline came back.
    AssessmentReturned,
    /// The baseline is confirmed.
    AssessmentConfirmed,
    /// The plan is being written.
    PlanDrafted,
    /// The plan is read inside the municipality.
    PlanInLocalReview,
    /// The plan is adopted.
    PlanAdopted,
    /// The plan waits for the adviser.
    PlanSubmitted,
    /// The plan came back.
    PlanReturned,
    /// The plan waits for a manager.
    ApprovalProposed,
    /// The plan is approved and not yet in force.
    PlanApproved,
    /// The plan runs.
    Running,
    /// The plan runs and a midterm assessment is open.
    Midterm,
    /// The adviser is asked to accept the plan as carried out.
    CompletionProposed,
    /// The plan is carried out.
    PlanCompleted,
    /// A decision is prepared.
    DecisionPrepared,
    /// The deciding body has decided; nothing is public.
    Decided,
}

/// What came of an earlier cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Earlier {
    /// Recognised, and the recognition is in force.
    InForce,
    /// The same, and it ends within six months.
    EndingSoon,
    /// The same, after conditions were met.
    ConditionsMet,
    /// Recognised; the recognition has ended.
    Expired,
    /// Recognised, then suspended.
    Suspended,
    /// Recognised, then withdrawn.
    Withdrawn,
    /// The decision was put off.
    Deferred,
    /// Not recognised.
    Refused,
}

use Earlier::{
    ConditionsMet, Deferred, EndingSoon, Expired, InForce, Refused, Suspended, Withdrawn,
};
use Stage::{
    ApprovalProposed, Assessing, AssessmentConfirmed, AssessmentReturned, AssessmentSubmitted,
    Begun, CompletionProposed, Decided, DecisionPrepared, Midterm, MilestoneOverdue,
    MilestoneReturned, MilestoneSubmitted, PlanAdopted, PlanApproved, PlanCompleted, PlanDrafted,
    PlanInLocalReview, PlanReturned, PlanSubmitted, Running,
};

/// One municipality of the demonstration.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    /// What came before.
    pub(super) earlier: Option<Earlier>,
    /// How far it is now.
    pub(super) stage: Stage,
}

const fn path(earlier: Option<Earlier>, stage: Stage) -> Path {
    Path { earlier, stage }
}

/// Those that the demonstration names: Tampere and the others of the example plans.
pub(super) const NAMED: [(&str, Path); 5] = [
    ("FI-837", path(Some(InForce), Midterm)),
    ("FI-257", path(Some(InForce), Running)),
    ("FI-407", path(Some(InForce), Running)),
    ("FI-232", path(None, Running)),
    ("FI-420", path(None, Running)),
];

/// The others, which are taken in order of population. With the named ones they are 47, of which
/// 15 have a recognition in force.
pub(super) const OTHERS: [Path; 42] = [
    path(Some(EndingSoon), Running),
    path(Some(InForce), Running),
    path(Some(InForce), Midterm),
    path(Some(InForce), PlanDrafted),
    path(Some(InForce), PlanSubmitted),
    path(Some(InForce), Assessing(60)),
    path(Some(InForce), AssessmentConfirmed),
    path(Some(InForce), Running),
    path(Some(InForce), PlanAdopted),
    path(Some(InForce), AssessmentSubmitted),
    path(Some(InForce), Running),
    path(Some(ConditionsMet), Begun),
    path(None, Running),
    path(Some(Expired), DecisionPrepared),
    path(Some(Suspended), Running),
    path(Some(Withdrawn), PlanDrafted),
    path(Some(Deferred), Running),
    path(Some(Refused), Assessing(30)),
    path(None, MilestoneOverdue),
    path(None, MilestoneSubmitted),
    path(None, MilestoneReturned),
    path(None, Assessing(50)),
    path(None, Assessing(90)),
    path(None, AssessmentSubmitted),
    path(None, AssessmentReturned),
    path(None, AssessmentConfirmed),
    path(None, PlanDrafted),
    path(None, PlanInLocalReview),
    path(None, PlanAdopted),
    path(None, PlanSubmitted),
    path(None, PlanReturned),
    path(None, ApprovalProposed),
    path(None, PlanApproved),
    path(None, Running),
    path(None, Running),
    path(None, Running),
    path(None, Midterm),
    path(None, Midterm),
    path(None, CompletionProposed),
    path(None, PlanCompleted),
    path(None, DecisionPrepared),
    path(None, Decided),
];

/// In how many municipalities indicator 24 is an objective.
pub(super) const WITH_24: usize = 20;
/// In how many municipalities indicator 30 is an objective.
pub(super) const WITH_30: usize = 9;

impl Path {
    /// Whether there is a plan in any cycle.
    pub(super) fn has_plan(self) -> bool {
        self.earlier.is_some() || self.stage >= PlanDrafted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_programme() {
        let paths = || NAMED.iter().map(|(_, path)| path).chain(&OTHERS);
        assert_eq!(paths().count(), 47);
        let in_force =
            |path: &&Path| matches!(path.earlier, Some(InForce | EndingSoon | ConditionsMet));
        assert_eq!(paths().filter(in_force).count(), 15);
        assert!(paths().filter(|path| path.has_plan()).count() >= WITH_24 + WITH_30);
    }
}
