//! The state machines as `domain.md` 3.6 tells them, written by hand and not read from the code: what
//! kind of thing, from which state to which, by which mutation, the action as clients are told it, and
//! the roles that may.

use std::collections::BTreeSet;

const STEPS: &str = "
Participation | PENDING > ACTIVE | activateParticipation ACTIVATE | PROGRAMME_MANAGER

Cycle | PLANNED > CANCELLED | cancelCycle CANCEL | PROGRAMME_MANAGER
Cycle | ACTIVE > CANCELLED  | cancelCycle CANCEL | PROGRAMME_MANAGER
Cycle | ACTIVE > CLOSED     | closeCycle CLOSE   | PROGRAMME_MANAGER

MilestoneProgress | NOT_STARTED > IN_PROGRESS | startMilestone START       | COORDINATOR
MilestoneProgress | NOT_STARTED > WAIVED      | waiveMilestone WAIVE       | PROGRAMME_MANAGER
MilestoneProgress | IN_PROGRESS > SUBMITTED   | submitMilestone SUBMIT     | COORDINATOR
MilestoneProgress | SUBMITTED > COMPLETED     | completeMilestone COMPLETE | ADVISER
MilestoneProgress | SUBMITTED > RETURNED      | returnMilestone RETURN     | ADVISER
MilestoneProgress | RETURNED > IN_PROGRESS    | startMilestone START       | COORDINATOR
MilestoneProgress | RETURNED > SUBMITTED      | submitMilestone SUBMIT     | COORDINATOR

Assessment | OPEN > SUBMITTED      | submitAssessment SUBMIT   | COORDINATOR
Assessment | RETURNED > SUBMITTED  | submitAssessment SUBMIT   | COORDINATOR
Assessment | SUBMITTED > RETURNED  | returnAssessment RETURN   | ADVISER
Assessment | SUBMITTED > CONFIRMED | confirmAssessment CONFIRM | ADVISER

ActionPlan | DRAFT > LOCAL_REVIEW             | sendActionPlanToLocalReview SEND_TO_LOCAL_REVIEW | COORDINATOR
ActionPlan | RETURNED > LOCAL_REVIEW          | sendActionPlanToLocalReview SEND_TO_LOCAL_REVIEW | COORDINATOR
ActionPlan | LOCAL_REVIEW > ADOPTED           | adoptActionPlan ADOPT                            | COORDINATOR DECISION_MAKER
ActionPlan | LOCAL_REVIEW > RETURNED          | returnActionPlan RETURN                          | COORDINATOR DECISION_MAKER
ActionPlan | ADOPTED > SUBMITTED              | submitActionPlan SUBMIT                          | COORDINATOR
ActionPlan | ADOPTED > RETURNED               | returnActionPlan RETURN                          | COORDINATOR DECISION_MAKER
ActionPlan | SUBMITTED > APPROVAL_PROPOSED    | proposeActionPlanApproval PROPOSE_APPROVAL       | ADVISER
ActionPlan | SUBMITTED > RETURNED             | returnActionPlan RETURN                          | ADVISER
ActionPlan | APPROVAL_PROPOSED > APPROVED     | confirmActionPlanApproval CONFIRM_APPROVAL       | PROGRAMME_MANAGER
ActionPlan | APPROVAL_PROPOSED > RETURNED     | returnActionPlan RETURN                          | ADVISER PROGRAMME_MANAGER
ActionPlan | APPROVED > COMPLETION_PROPOSED   | proposeActionPlanCompletion PROPOSE_COMPLETION   | COORDINATOR
ActionPlan | IN_FORCE > COMPLETION_PROPOSED   | proposeActionPlanCompletion PROPOSE_COMPLETION   | COORDINATOR
ActionPlan | COMPLETION_PROPOSED > COMPLETED  | acceptActionPlanCompletion ACCEPT_COMPLETION     | ADVISER

Action | PLANNED > IN_PROGRESS   | startAction START       | COORDINATOR RESPONSIBLE_ENTITY
Action | ON_HOLD > IN_PROGRESS   | startAction START       | COORDINATOR
Action | IN_PROGRESS > ON_HOLD   | holdAction HOLD         | COORDINATOR
Action | IN_PROGRESS > COMPLETED | completeAction COMPLETE | COORDINATOR RESPONSIBLE_ENTITY
Action | PLANNED > CANCELLED     | cancelAction CANCEL     | COORDINATOR
Action | IN_PROGRESS > CANCELLED | cancelAction CANCEL     | COORDINATOR
Action | ON_HOLD > CANCELLED     | cancelAction CANCEL     | COORDINATOR

RecognitionDecision | PREPARED > DECIDED  | decideRecognition DECIDE           | DECIDING_BODY
RecognitionDecision | DECIDED > PUBLISHED | publishRecognitionDecision PUBLISH | PROGRAMME_MANAGER

Recognition | ACTIVE > SUSPENDED      | suspendRecognition SUSPEND     | PROGRAMME_MANAGER
Recognition | EXTENDED > SUSPENDED    | suspendRecognition SUSPEND     | PROGRAMME_MANAGER
Recognition | CONDITIONAL > SUSPENDED | suspendRecognition SUSPEND     | PROGRAMME_MANAGER
Recognition | ACTIVE > EXTENDED       | extendRecognition EXTEND       | DECIDING_BODY
Recognition | EXTENDED > EXTENDED     | extendRecognition EXTEND       | DECIDING_BODY
Recognition | CONDITIONAL > WITHDRAWN | withdrawRecognition WITHDRAW   | DECIDING_BODY
Recognition | SUSPENDED > WITHDRAWN   | withdrawRecognition WITHDRAW   | DECIDING_BODY
Recognition | SUSPENDED > ACTIVE      | reinstateRecognition REINSTATE | DECIDING_BODY
Recognition | SUSPENDED > EXTENDED    | reinstateRecognition REINSTATE | DECIDING_BODY
Recognition | SUSPENDED > CONDITIONAL | reinstateRecognition REINSTATE | DECIDING_BODY

RecognitionCondition | OPEN > SUBMITTED   | submitCondition SUBMIT | COORDINATOR
RecognitionCondition | FAILED > SUBMITTED | submitCondition SUBMIT | COORDINATOR
RecognitionCondition | SUBMITTED > MET    | acceptCondition ACCEPT | ADVISER
RecognitionCondition | SUBMITTED > FAILED | rejectCondition REJECT | ADVISER
RecognitionCondition | OPEN > WAIVED      | waiveCondition WAIVE   | PROGRAMME_MANAGER
RecognitionCondition | SUBMITTED > WAIVED | waiveCondition WAIVE   | PROGRAMME_MANAGER
RecognitionCondition | FAILED > WAIVED    | waiveCondition WAIVE   | PROGRAMME_MANAGER
";

/// What no mutation of the thing itself does: it follows from another act or from the day.
const FOLLOWING: &str = "
Cycle       | PLANNED > ACTIVE
Assessment  | CONFIRMED > SUPERSEDED
ActionPlan  | APPROVED > IN_FORCE
ActionPlan  | IN_FORCE > SUPERSEDED
Recognition | CONDITIONAL > ACTIVE
Recognition | ACTIVE > RENEWED
Recognition | ACTIVE > EXPIRED
";

/// What may happen and need not: a recognition ends with its last day whatever it is.
const POSSIBLE: &[Change] = &[
    ("ActionPlan", "APPROVED", "SUPERSEDED"),
    ("ActionPlan", "COMPLETION_PROPOSED", "SUPERSEDED"),
    ("Recognition", "EXTENDED", "EXPIRED"),
    ("Recognition", "CONDITIONAL", "EXPIRED"),
    ("Recognition", "CONDITIONAL", "RENEWED"),
    ("Recognition", "EXTENDED", "RENEWED"),
    ("Recognition", "SUSPENDED", "EXPIRED"),
];

/// Rows that cannot be walked: a programme allows one extension, and a plan is completed only once
/// it is in force.
const NEVER_TAKEN: &[Change] = &[
    ("Recognition", "EXTENDED", "EXTENDED"),
    ("ActionPlan", "APPROVED", "COMPLETION_PROPOSED"),
];

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) kind: &'static str,
    pub(super) from: &'static str,
    pub(super) to: &'static str,
    pub(super) mutation: &'static str,
    pub(super) action: &'static str,
    pub(super) who: Vec<&'static str>,
}

/// All machines.
#[derive(Debug)]
pub(super) struct Machines {
    steps: Vec<Step>,
}

/// From one state to another.
pub(super) type Change = (&'static str, &'static str, &'static str);

fn cells(line: &'static str) -> Vec<&'static str> {
    line.split('|').map(str::trim).collect()
}

fn states(cell: &'static str) -> (&'static str, &'static str) {
    let (from, to) = cell.split_once('>').unwrap();
    (from.trim(), to.trim())
}

fn lines(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let filled = table.lines().filter(|line| !line.trim().is_empty());
    filled.map(cells)
}

impl Machines {
    /// As they are written above.
    pub(super) fn read() -> Self {
        let steps = lines(STEPS).map(|cells| {
            let (from, to) = states(cells[1]);
            let (mutation, action) = cells[2].split_once(' ').unwrap();
            Step {
                kind: cells[0],
                from,
                to,
                mutation,
                action: action.trim(),
                who: cells[3].split_whitespace().collect(),
            }
        });
        Self {
            steps: steps.collect(),
        }
    }

    /// The rows of a mutation.
    pub(super) fn of(&self, mutation: &str) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(move |s| s.mutation == mutation)
    }

    /// The mutations of a kind.
    pub(super) fn mutations(&self, kind: &str) -> BTreeSet<&'static str> {
        let of_kind = self.steps.iter().filter(|step| step.kind == kind);
        of_kind.map(|step| step.mutation).collect()
    }

    /// The actions that leave a state, with their mutations, each once.
    pub(super) fn leaving(&self, kind: &str, state: &str) -> Vec<(&'static str, &'static str)> {
        let mut actions = Vec::new();
        let from_here = |step: &&Step| step.kind == kind && step.from == state;
        for step in self.steps.iter().filter(from_here) {
            if !actions.contains(&(step.action, step.mutation)) {
                actions.push((step.action, step.mutation));
            }
        }
        actions
    }

    /// Every state of a kind with every mutation of it.
    pub(super) fn pairs(&self) -> BTreeSet<(&'static str, &'static str, &'static str)> {
        let changes = self.changes();
        let pairs = changes.iter().flat_map(|(kind, from, to)| {
            let mutations = self.mutations(kind);
            mutations
                .into_iter()
                .flat_map(move |m| [(*kind, *from, m), (*kind, *to, m)])
        });
        pairs.collect()
    }

    /// Every change of a state that there is.
    pub(super) fn changes(&self) -> BTreeSet<Change> {
        let following = lines(FOLLOWING).map(|cells| {
            let (from, to) = states(cells[1]);
            (cells[0], from, to)
        });
        let steps = self.steps.iter().map(|s| (s.kind, s.from, s.to));
        let stands = |change: &Change| change.1 == "APPROVAL_PROPOSED" && change.2 == "APPROVED";
        // With its first day behind it, an approved plan is in force at once.
        let at_once = |change: Change| (change.0, change.1, "IN_FORCE");
        let all: BTreeSet<_> = following.chain(steps).collect();
        let more: Vec<_> = all
            .iter()
            .filter(|c| stands(c))
            .copied()
            .map(at_once)
            .collect();
        all.into_iter()
            .chain(more)
            .filter(|change| !NEVER_TAKEN.contains(change))
            .collect()
    }

    /// Whether a change of a state can happen.
    pub(super) fn knows(&self, change: &Change) -> bool {
        POSSIBLE.contains(change) || self.changes().contains(change)
    }

    /// The word of a state as it stands in the table.
    pub(super) fn word(&self, text: &str) -> &'static str {
        let mut words = self.steps.iter().flat_map(|step| [step.from, step.to]);
        words.find(|word| *word == text).unwrap()
    }
}
