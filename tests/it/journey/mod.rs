//! From enrolment to the next cycle with seven tokens, every wrong person and wrong state on the
//! way refused.

mod answers;
mod assessment;
mod averages;
mod decision;
mod due;
mod frozen;
mod gates;
mod indicators;
mod measuring;
mod plan;
mod removal;
mod series;
mod versions;

pub(crate) use self::{
    decision::{decide, recognised},
    plan::{adopted, approved, objectives},
};
