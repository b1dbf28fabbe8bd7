//! Which roles may ask for the root fields of municipalities, participations, cycles and milestones.

use entity::{
    municipality::{cycle, milestone_progress, participation},
    workflow::WorkflowAction::{Activate, Cancel, Close, Complete, Return, Start, Submit, Waive},
};

use super::rules::{CYCLE, ENROLLING, MILESTONE, PARTICIPATION, STARTING};
use crate::access::Operation;

/// The root fields above public.
pub(crate) fn operations() -> Vec<Operation> {
    let joining = Operation::mutation::<participation::Entity>;
    let cycling = |name, action| Operation::mutation::<cycle::Entity>(name, CYCLE.who(action));
    let passing = |name, action| {
        Operation::mutation::<milestone_progress::Entity>(name, MILESTONE.who(action))
    };
    vec![
        joining("Mutation.enrolMunicipality", ENROLLING.to_vec()),
        joining(
            "Mutation.activateParticipation",
            PARTICIPATION.who(Activate),
        ),
        joining("Mutation.startCycle", STARTING.who.to_vec()),
        cycling("Mutation.closeCycle", Close),
        cycling("Mutation.cancelCycle", Cancel),
        passing("Mutation.startMilestone", Start),
        passing("Mutation.submitMilestone", Submit),
        passing("Mutation.completeMilestone", Complete),
        passing("Mutation.returnMilestone", Return),
        passing("Mutation.waiveMilestone", Waive),
    ]
}
