//! State machines as tables: from which state, by which action, to which state, by whom.
//!
//! Pure. The same table permits a write, lists what a viewer may do, and prints the permission
//! documents.

use async_graphql::resolver_utils::EnumType;
use entity::{account::Role, workflow::WorkflowAction};

/// A set of roles, and those that are held but that the token is not for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Roles {
    set: u16,
    withheld: u16,
    lacking: Option<&'static str>,
}

impl Roles {
    /// Every role.
    pub(crate) const ALL: Self = Self {
        set: u16::MAX,
        withheld: 0,
        lacking: None,
    };

    /// The set with `role` added.
    pub(crate) const fn with(self, role: Role) -> Self {
        Self {
            set: self.set | (1 << role as u16),
            ..self
        }
    }

    /// The set with `role` named as one that counts only with a scope that the token lacks.
    pub(crate) const fn without_scope(self, role: Role, scope: Option<&'static str>) -> Self {
        Self {
            withheld: self.withheld | (1 << role as u16),
            lacking: scope,
            ..self
        }
    }

    /// Whether any of `roles` is in the set.
    pub(crate) fn any_of(self, roles: &[Role]) -> bool {
        is_any(self.set, roles)
    }

    /// The scope with which the token would let one of `roles` count.
    pub(crate) fn lacking_for(self, roles: &[Role]) -> Option<&'static str> {
        self.lacking.filter(|_| is_any(self.withheld, roles))
    }
}

fn is_any(set: u16, roles: &[Role]) -> bool {
    roles.iter().any(|role| set & (1 << *role as u16) != 0)
}

/// The word of an enum value as the schema writes it.
pub(crate) fn word<T: EnumType>(value: T) -> &'static str {
    T::items()
        .iter()
        .find(|item| item.value == value)
        .map_or("", |item| item.name)
}

/// The enum value that a word stands for.
pub(crate) fn read_word<T: EnumType>(text: &str) -> Option<T> {
    let found = T::items().iter().find(|item| item.name == text);
    found.map(|item| item.value)
}

/// One row of a machine.
#[derive(Debug)]
pub(crate) struct Transition<S: 'static> {
    pub(crate) from: S,
    pub(crate) action: WorkflowAction,
    pub(crate) to: S,
    pub(crate) who: &'static [Role],
}

/// Shorthand for a row, so that a table reads like the specification.
pub(crate) const fn t<S>(
    from: S,
    action: WorkflowAction,
    to: S,
    who: &'static [Role],
) -> Transition<S> {
    Transition {
        from,
        action,
        to,
        who,
    }
}

/// A state machine.
#[derive(Debug)]
pub(crate) struct Machine<S: 'static> {
    pub(crate) transitions: &'static [Transition<S>],
}

/// Which roles may write parts of something, and in which of its states.
#[derive(Debug)]
pub(crate) struct Editing<S: 'static> {
    pub(crate) states: &'static [S],
    pub(crate) who: &'static [Role],
}

/// Why a step is refused. Role comes before state: without the role nothing about the state is
/// told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// None of the roles held may do this; these may.
    Role(Vec<Role>),
    /// Not from this state; these actions are possible from it.
    State(Vec<WorkflowAction>),
}

impl<S: Copy + PartialEq> Machine<S> {
    /// The state that `action` leads to, and the roles that may take it there.
    pub(crate) fn step(
        &self,
        state: S,
        action: WorkflowAction,
        roles: Roles,
    ) -> Result<(S, &'static [Role]), Refusal> {
        self.role(action, roles)?;
        let from_here = || self.transitions.iter().filter(move |t| t.from == state);
        let Some(transition) = from_here().find(|t| t.action == action) else {
            let mut allowed: Vec<_> = from_here().map(|t| t.action).collect();
            allowed.dedup();
            return Err(Refusal::State(allowed));
        };
        if roles.any_of(transition.who) {
            Ok((transition.to, transition.who))
        } else {
            Err(Refusal::Role(transition.who.to_vec()))
        }
    }

    /// The state that a consequence of another act leads to.
    pub(crate) fn follow(&self, state: S, action: WorkflowAction) -> Option<S> {
        self.transitions
            .iter()
            .find(|t| t.from == state && t.action == action)
            .map(|t| t.to)
    }

    /// Refuses roles that may never take `action`, in whatever state.
    pub(crate) fn role(&self, action: WorkflowAction, roles: Roles) -> Result<(), Refusal> {
        let who = self.who(action);
        if roles.any_of(&who) {
            Ok(())
        } else {
            Err(Refusal::Role(who))
        }
    }

    /// Every role that may take `action` in some state.
    pub(crate) fn who(&self, action: WorkflowAction) -> Vec<Role> {
        let mut who: Vec<Role> = self
            .transitions
            .iter()
            .filter(|t| t.action == action)
            .flat_map(|t| t.who.iter().copied())
            .collect();
        who.sort_unstable();
        who.dedup();
        who
    }

    /// The actions that leave `state`, each once, in the order of the table.
    pub(crate) fn actions(&self, state: S) -> Vec<WorkflowAction> {
        let mut actions = Vec::new();
        for t in self.transitions.iter().filter(|t| t.from == state) {
            if !actions.contains(&t.action) {
                actions.push(t.action);
            }
        }
        actions
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Role::{Adviser, Coordinator, Public};
    use WorkflowAction::{Confirm, Return, Submit};

    #[derive(Clone, Copy, Debug, PartialEq)]
    enum State {
        Open,
        Submitted,
        Done,
    }
    const MACHINE: Machine<State> = Machine {
        transitions: &[
            t(State::Open, Submit, State::Submitted, &[Coordinator]),
            t(State::Submitted, Confirm, State::Done, &[Adviser]),
            t(State::Submitted, Return, State::Open, &[Adviser]),
        ],
    };

    #[test]
    fn role_is_refused_before_state() {
        let public = Roles::default().with(Public);
        let refusal = MACHINE.step(State::Done, Submit, public);
        assert_eq!(refusal, Err(Refusal::Role(vec![Coordinator])));
    }

    #[test]
    fn a_wrong_state_names_what_is_possible() {
        let adviser = Roles::default().with(Adviser).with(Coordinator);
        let refusal = MACHINE.step(State::Submitted, Submit, adviser);
        assert_eq!(refusal, Err(Refusal::State(vec![Confirm, Return])));
        assert_eq!(
            MACHINE.step(State::Submitted, Confirm, adviser),
            Ok((State::Done, &[Adviser][..]))
        );
    }
}
