//! What the viewer may do to something with a state. Asks the machine and the rules that the
//! mutation asks.

use async_graphql::{Enum, SimpleObject};
use entity::{account::Role, workflow::WorkflowAction};

use crate::{
    in_order::{Executed, Ready},
    refusal::{UserError, UserErrorCode},
    warning::UserWarning,
    workflow::{Machine, Refusal, Roles, word},
};

/// Why an action is not allowed now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum BlockCode {
    /// None of your roles may do this, or your token is not for it.
    Forbidden,
    /// Rules of the programme are not met yet.
    RulesUnmet,
    /// Somebody else has to do this.
    ConflictOfInterest,
}

/// One reason why an action is not allowed now.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Block {
    /// The reason, for programs.
    code: BlockCode,
    /// The reason, for people.
    message: String,
    /// What in the input of the mutation it concerns; empty when it concerns the whole.
    path: Vec<String>,
    /// With FORBIDDEN: the roles of which one is needed; else empty.
    required_roles: Vec<Role>,
    /// With FORBIDDEN, if one of your roles would do and your token alone stands against it: the
    /// scopes that it lacks; else empty.
    required_scopes: Vec<&'static str>,
}

/// An action of the present state, and whether you may take it now.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct ViewerAction {
    /// The action.
    action: WorkflowAction,
    /// Whether the mutation would succeed now.
    is_allowed: bool,
    /// Why not, every reason at once. Without the role, FORBIDDEN is the only reason told.
    blocked_by: Vec<Block>,
    /// What a later step will ask for, told where the action is allowed. The payload of the mutation
    /// tells it too.
    warnings: Vec<UserWarning>,
}

impl Ready<Executed> for ViewerAction {}

/// The actions of a state. `reasons` is asked only for actions that the viewer's roles allow.
pub(crate) fn viewer_actions<S: Copy + PartialEq>(
    machine: &Machine<S>,
    state: S,
    roles: Roles,
    reasons: impl Fn(WorkflowAction) -> Vec<UserError>,
) -> Vec<ViewerAction> {
    let actions = machine.actions(state).into_iter();
    actions
        .map(|action| {
            let blocked_by: Vec<Block> = match machine.step(state, action, roles) {
                Ok(_) => reasons(action).into_iter().map(Block::from).collect(),
                Err(Refusal::Role(who)) => vec![forbidden(who, roles)],
                // Actions of a state are possible from it.
                Err(Refusal::State(_)) => Vec::new(),
            };
            ViewerAction {
                action,
                is_allowed: blocked_by.is_empty(),
                blocked_by,
                warnings: Vec::new(),
            }
        })
        .collect()
}

/// Tells with these actions, where they are allowed, what a later step will ask for.
pub(crate) fn warned(
    mut actions: Vec<ViewerAction>,
    which: &[WorkflowAction],
    warnings: &[UserWarning],
) -> Vec<ViewerAction> {
    let is_one = |action: &&mut ViewerAction| action.is_allowed && which.contains(&action.action);
    for action in actions.iter_mut().filter(is_one) {
        action.warnings = warnings.to_vec();
    }
    actions
}

fn forbidden(who: Vec<Role>, roles: Roles) -> Block {
    let scope = roles.lacking_for(&who);
    let message = if let Some(scope) = scope {
        format!("Your token is not for this; it lacks the scope {scope}.")
    } else {
        let who: Vec<_> = who.iter().map(|role| word(*role)).collect();
        format!("Only these roles may do this: {}.", who.join(", "))
    };
    Block {
        code: BlockCode::Forbidden,
        message,
        path: Vec::new(),
        required_roles: who,
        required_scopes: scope.into_iter().collect(),
    }
}

impl From<UserError> for Block {
    fn from(error: UserError) -> Self {
        let code = match error.code {
            UserErrorCode::ConflictOfInterest => BlockCode::ConflictOfInterest,
            _ => BlockCode::RulesUnmet,
        };
        Self {
            code,
            message: error.message,
            path: error.path,
            required_roles: Vec::new(),
            required_scopes: Vec::new(),
        }
    }
}
