//! Which roles may ask for the root fields of recognition.

use entity::{
    recognition::{condition, decision, recognition},
    workflow::WorkflowAction::{
        Accept, Decide, Extend, Publish, Reinstate, Reject, Submit, Suspend, Waive, Withdraw,
    },
};

use super::{
    prepare::PREPARING,
    rules::{CONDITION, DECISION, RECOGNITION},
};
use crate::access::Operation;

/// The root fields above public.
pub(crate) fn operations() -> Vec<Operation> {
    let deciding = |name, step| Operation::mutation::<decision::Entity>(name, DECISION.who(step));
    let holding =
        |name, step| Operation::mutation::<recognition::Entity>(name, RECOGNITION.who(step));
    let meeting = |name, step| Operation::mutation::<condition::Entity>(name, CONDITION.who(step));
    vec![
        Operation::mutation::<decision::Entity>(
            "Mutation.prepareRecognitionDecision",
            PREPARING.who,
        ),
        deciding("Mutation.decideRecognition", Decide),
        deciding("Mutation.publishRecognitionDecision", Publish),
        holding("Mutation.suspendRecognition", Suspend),
        holding("Mutation.reinstateRecognition", Reinstate),
        holding("Mutation.extendRecognition", Extend),
        holding("Mutation.withdrawRecognition", Withdraw),
        meeting("Mutation.submitCondition", Submit),
        meeting("Mutation.acceptCondition", Accept),
        meeting("Mutation.rejectCondition", Reject),
        meeting("Mutation.waiveCondition", Waive),
    ]
}
