//! Which roles may ask for the root fields of action plans, actions and responsible entities.

use entity::{
    action_plan::{action, plan, responsible_entity},
    workflow::WorkflowAction::{
        AcceptCompletion, Adopt, Cancel, Complete, ConfirmApproval, Hold, ProposeApproval,
        ProposeCompletion, Return, SendToLocalReview, Start, Submit,
    },
};

use super::{
    mutations::WRITERS,
    rules::{ACTION, PLAN, PLANNING, WRITING, changing, measuring},
};
use crate::access::Operation;

/// The root fields above public.
pub(crate) fn operations() -> Vec<Operation> {
    let writing = |name, who: &[_]| Operation::mutation::<plan::Entity>(name, who);
    let step = |name, action| Operation::mutation::<plan::Entity>(name, PLAN.who(action));
    let carrying = |name, step| Operation::mutation::<action::Entity>(name, ACTION.who(step));
    let entity = |name| Operation::mutation::<responsible_entity::Entity>(name, WRITERS);
    vec![
        writing("Mutation.createActionPlan", PLANNING.who),
        writing("Mutation.changeActionPlan", WRITING.who),
        writing("Mutation.addObjective", WRITING.who),
        writing("Mutation.changeObjective", WRITING.who),
        writing("Mutation.removeObjective", WRITING.who),
        writing("Mutation.addAction", WRITING.who),
        writing("Mutation.changeAction", changing(true).who),
        writing("Mutation.removeAction", WRITING.who),
        writing("Mutation.defineActionIndicator", WRITING.who),
        writing("Mutation.changeActionIndicator", WRITING.who),
        writing("Mutation.removeActionIndicator", WRITING.who),
        writing("Mutation.recordMeasurement", measuring(true).who),
        writing("Mutation.correctMeasurement", measuring(true).who),
        step("Mutation.sendActionPlanToLocalReview", SendToLocalReview),
        step("Mutation.adoptActionPlan", Adopt),
        step("Mutation.submitActionPlan", Submit),
        step("Mutation.returnActionPlan", Return),
        step("Mutation.proposeActionPlanApproval", ProposeApproval),
        step("Mutation.confirmActionPlanApproval", ConfirmApproval),
        step("Mutation.proposeActionPlanCompletion", ProposeCompletion),
        step("Mutation.acceptActionPlanCompletion", AcceptCompletion),
        carrying("Mutation.startAction", Start),
        carrying("Mutation.holdAction", Hold),
        carrying("Mutation.completeAction", Complete),
        carrying("Mutation.cancelAction", Cancel),
        entity("Mutation.addResponsibleEntity"),
        entity("Mutation.changeResponsibleEntity"),
    ]
}
