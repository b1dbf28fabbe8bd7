//! What a mutation that took effect tells beforehand: a later step will ask for more.

use async_graphql::{Enum, SimpleObject};

use crate::refusal::UserError;

/// What a later step will ask for. More values may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum UserWarningCode {
    /// A rule of the programme is not met yet; one warning per unmet point. The step that asks for
    /// it refuses with the user error of the same name.
    RulesUnmet,
}

/// Something that stands in the way of a later step and not of this one.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
#[graphql(serial)]
pub(crate) struct UserWarning {
    /// What is missing, for programs.
    code: UserWarningCode,
    /// Where: names and list positions below `input`; empty when it concerns the whole.
    path: Vec<String>,
    /// What is missing and how to mend it, for people.
    message: String,
}

impl UserWarning {
    /// An error of a later step, told beforehand.
    pub(crate) fn of_later(error: UserError) -> Self {
        Self {
            code: UserWarningCode::RulesUnmet,
            path: error.path,
            message: error.message,
        }
    }
}
