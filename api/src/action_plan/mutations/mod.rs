//! Writes of plans, by what is written. Every write goes through the door of `access`, and asks the
//! rules before it writes.

mod actions;
mod assessed;
mod carrying_out;
mod create;
mod indicators;
mod measurements;
mod objectives;
mod plan;
mod removal;
mod responsible_entities;
mod steps;

use async_graphql::MergedObject;

pub(super) use self::responsible_entities::WRITERS;
use crate::refusal::{UserError, UserErrorCode, told};

/// Writes of plans and of what they are made of.
#[derive(Debug, Default, MergedObject)]
pub(crate) struct ActionPlanMutation(
    create::CreationMutation,
    plan::PlanMutation,
    steps::PlanStepMutation,
    objectives::ObjectiveMutation,
    responsible_entities::ResponsibleEntityMutation,
);

/// Writes of actions and of what they are measured by.
#[derive(Debug, Default, MergedObject)]
pub(crate) struct ActionMutation(
    actions::ActionPartMutation,
    carrying_out::ActionStepMutation,
    indicators::IndicatorMutation,
    measurements::MeasurementMutation,
);

/// Refuses one more part than fits.
fn full(most: usize, what: &str) -> UserError {
    let message = told(format!("No more than {most} {what}.")).with("maximum", most);
    UserError::at(UserErrorCode::LimitReached, "", message)
}

/// The next place among siblings.
fn next_ordinal(taken: impl Iterator<Item = i32>) -> i32 {
    taken.max().unwrap_or_default() + 1
}
