//! Which roles may ask for the root fields of assessments.

use entity::{
    assessment::assessment,
    workflow::WorkflowAction::{Confirm, Return, Submit},
};

use super::{
    mutations::STARTING,
    rules::{ASSESSMENT, ASSIGNING, answerers},
};
use crate::access::Operation;

/// The root fields above public.
pub(crate) fn operations() -> Vec<Operation> {
    let writing = Operation::mutation::<assessment::Entity>;
    let step = |name, action| writing(name, ASSESSMENT.who(action));
    vec![
        writing("Mutation.startAssessment", STARTING.who.to_vec()),
        writing("Mutation.answerIndicator", answerers()),
        writing("Mutation.answerIndicators", answerers()),
        writing("Mutation.assignIndicator", ASSIGNING.who.to_vec()),
        writing("Mutation.unassignIndicator", ASSIGNING.who.to_vec()),
        step("Mutation.submitAssessment", Submit),
        step("Mutation.returnAssessment", Return),
        step("Mutation.confirmAssessment", Confirm),
    ]
}
