//! From enrolment to the next cycle with seven tokens, every wrong person and wrong state on the
//! way refused.

mod answers;
mod assessment;
mod averages;
mod decision;
mod plan;
mod removal;
mod series;

pub(crate) use self::{
    decision::{decide, recognised},
    plan::{approved, objectives},
};
