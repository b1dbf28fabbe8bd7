//! The ways on which every walk begins: mutations in order, each of the newest thing of which somebody
//! can take it. Between them goes whatever leads straight on. Together they make every change that there
//! is; what comes by chance comes after.

use super::{Walker, beginnings::Beginning};

const TOURS: [&[&str]; 5] = [
    // A plan and a decision, handed on and sent back at every stop.
    &[
        "submitAssessment",
        "returnAssessment",
        "sendActionPlanToLocalReview",
        "returnActionPlan",
        "adoptActionPlan",
        "returnActionPlan",
        "submitActionPlan",
        "returnActionPlan",
        "proposeActionPlanApproval",
        "returnActionPlan",
        "submitCondition",
        "rejectCondition",
        "submitCondition",
        "rejectCondition",
        "waiveCondition",
        "submitCondition",
        "waiveCondition",
        "suspendRecognition",
        "reinstateRecognition",
        "extendRecognition",
        "suspendRecognition",
        "reinstateRecognition",
        "suspendRecognition",
        "withdrawRecognition",
    ],
    // A cycle that never begins, and a plan that is carried out.
    &[
        "cancelCycle",
        "confirmActionPlanApproval",
        "startAction",
        "holdAction",
        "startAction",
        "completeAction",
        "startAction",
        "cancelAction",
        "confirmActionPlanApproval",
        "proposeActionPlanCompletion",
        "acceptActionPlanCompletion",
    ],
    // Milestones; actions that are given up; a recognition that ends with its last day.
    &[
        "startMilestone",
        "submitMilestone",
        "returnMilestone",
        "submitMilestone",
        "returnMilestone",
        "startMilestone",
        "submitMilestone",
        "completeMilestone",
        "waiveMilestone",
        "confirmActionPlanApproval",
        "cancelAction",
        "startAction",
        "holdAction",
        "cancelAction",
        "publishRecognitionDecision",
        "(days pass)",
        "(days pass)",
        "(days pass)",
    ],
    // A recognition under conditions, which the next one follows.
    &[
        "publishRecognitionDecision",
        "suspendRecognition",
        "reinstateRecognition",
        "waiveCondition",
        "submitCondition",
        "acceptCondition",
        "publishRecognitionDecision",
        "publishRecognitionDecision",
        "closeCycle",
    ],
    // A recognition that is withdrawn, and a cycle that is given up.
    &[
        "publishRecognitionDecision",
        "publishRecognitionDecision",
        "publishRecognitionDecision",
        "withdrawRecognition",
        "cancelCycle",
    ],
];

/// What leads on.
const STRAIGHT: &[&str] = &[
    "activateParticipation",
    "submitAssessment",
    "confirmAssessment",
    "sendActionPlanToLocalReview",
    "adoptActionPlan",
    "submitActionPlan",
    "proposeActionPlanApproval",
    "confirmActionPlanApproval",
    "decideRecognition",
    "publishRecognitionDecision",
];

impl Walker<'_> {
    /// Goes the way of this walk.
    pub(super) async fn tour(&mut self) {
        let turn = usize::try_from(self.seed - 1).unwrap() % TOURS.len();
        for mutation in TOURS[turn] {
            if *mutation == "(days pass)" {
                self.begin(Beginning::Days).await;
                continue;
            }
            while !self.went(mutation).await {
                self.lead_on(mutation).await;
            }
        }
    }

    /// Takes a mutation where somebody can: of the first milestone, else of what is newest.
    async fn went(&mut self, mutation: &str) -> bool {
        let ways = self.possible().into_iter();
        let mut ways = ways.filter(|way| way.1 == mutation);
        let way = if mutation.ends_with("Milestone") {
            ways.next()
        } else {
            ways.next_back()
        };
        let Some((at, mutation)) = way else {
            return false;
        };
        let player = self.somebody(at, mutation, true);
        self.attempt(player, at, mutation, true).await;
        true
    }

    async fn lead_on(&mut self, wanted: &str) {
        if let Some(beginning) = self.beginnings().first().copied() {
            return self.begin(beginning).await;
        }
        let ways = self.possible().into_iter();
        let mut ways = ways.filter(|way| STRAIGHT.contains(&way.1) && !self.is_dead_end(*way));
        let way = ways.next_back();
        let (at, mutation) = way.unwrap_or_else(|| panic!("no way to {wanted}\n{}", self.story()));
        let player = self.somebody(at, mutation, true);
        self.attempt(player, at, mutation, true).await;
    }
}
