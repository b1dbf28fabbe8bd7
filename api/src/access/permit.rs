//! From a locked row to the permission to write it, in the order of the contract: role, version,
//! state, conflict of interest, rules.

use entity::account::Role;
use sea_orm::{ActiveEnum, EntityTrait, Value};
use uuid::Uuid;

use super::{Action, ChildOf, Locked, Place, Row, Scope, Viewer, scope_for, tx::overtaken};
use crate::{
    error::Failure,
    refusal::{Refused, UserError, UserErrorCode, none_of, told},
    workflow::{Editing, Machine, Refusal, word},
};
use entity::workflow::WorkflowAction;

/// A table whose rows carry a version.
pub(crate) trait Versioned: Row {
    /// The column of the version.
    const VERSION: Self::Column;
    /// The column of the time of the last change.
    const UPDATED_AT: Self::Column;
    /// The version of a row.
    fn version(row: &Self::Model) -> i32;
    /// What a row is part of, where acts on that write rows like it too.
    fn above(_row: &Self::Model) -> Option<Uuid> {
        None
    }
}

/// A table whose rows are in a state of a machine.
pub(crate) trait Stateful: Versioned {
    /// The states.
    type State: ActiveEnum + Copy + PartialEq + async_graphql::resolver_utils::EnumType + 'static;
    /// The column of the state.
    const STATUS: Self::Column;
    /// The stored state of a row.
    fn state(row: &Self::Model) -> Self::State;
}

/// Which membership permitted an act.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Granted {
    pub(super) membership: Option<Uuid>,
    pub(super) role: Option<Role>,
}

/// The proof that a row may be written, and into which state.
#[derive(Debug)]
pub(crate) struct Permitted<E: EntityTrait> {
    row: E::Model,
    status: Status<E>,
    granted: Granted,
}

/// The column of the state and the value it will have, where the table has states.
pub(super) type Status<E> = Option<(<E as EntityTrait>::Column, Value)>;

impl<E: EntityTrait> Permitted<E> {
    /// What was created here may be added to.
    pub(super) fn created(row: E::Model, granted: Granted) -> Self {
        Self {
            row,
            status: None,
            granted,
        }
    }

    /// The row as it stands.
    pub(crate) fn row(&self) -> &E::Model {
        &self.row
    }

    pub(super) fn granted(&self) -> Granted {
        self.granted
    }

    pub(super) fn into_parts(self) -> (E::Model, Status<E>, Granted) {
        (self.row, self.status, self.granted)
    }
}

/// A step that role, version and state allow; conflicts of interest and rules are still to be
/// asked.
#[derive(Debug)]
pub(crate) struct Stepping<E: EntityTrait>(Permitted<E>);

impl<E: EntityTrait> Stepping<E> {
    /// The row as it stands.
    pub(crate) fn row(&self) -> &E::Model {
        &self.0.row
    }

    /// Refuses when somebody else has to do this step.
    pub(crate) fn unless(self, conflict: Option<&str>) -> Result<Self, Refused> {
        match conflict {
            Some(why) => Err(UserError::conflict(why).into()),
            None => Ok(self),
        }
    }

    /// Refuses with every unmet rule at once.
    pub(crate) fn given(self, unmet: Vec<UserError>) -> Result<Permitted<E>, Refused> {
        none_of(unmet)?;
        Ok(self.0)
    }
}

impl Viewer {
    /// Refuses a reader of something that only these roles may ask for at all.
    pub(crate) fn permit_reading(&self, place: Place, who: &[Role]) -> Result<(), Failure> {
        if !self.scopes().allow(place.resource, Action::Read) {
            let needed = scope_for(place.resource, Action::Read);
            return Err(Failure::insufficient_scope(needed));
        }
        if self.roles_at(place).any_of(who) {
            Ok(())
        } else {
            Err(forbidden(who))
        }
    }

    /// The permission to act at a place in one of the roles, with a token for it.
    pub(crate) fn permit(&self, place: Place, who: &[Role]) -> Result<Granted, Failure> {
        if self.system_reason().is_some() {
            return Ok(Granted {
                membership: None,
                role: None,
            });
        }
        if !self.scopes().allow(place.resource, Action::Write) {
            let needed = scope_for(place.resource, Action::Write);
            return Err(Failure::insufficient_scope(needed));
        }
        let membership = self.membership_for(place, who);
        let membership = membership.ok_or_else(|| forbidden(who))?;
        Ok(Granted {
            membership: Some(membership.id),
            role: Some(membership.role),
        })
    }
}

impl<E: EntityTrait> Locked<E> {
    /// What changes or goes along with another permitted act, whoever does that.
    pub(crate) fn along<C: EntityTrait>(self, cause: &Permitted<C>) -> Permitted<E> {
        Permitted {
            row: self.row,
            status: None,
            granted: cause.granted,
        }
    }
}

impl<E: Scope + Versioned> Locked<E> {
    /// Refuses a writer who read an older version.
    pub(crate) fn expect(self, version: i32) -> Result<Self, Refused> {
        if E::version(&self.row) == version {
            Ok(self)
        } else {
            Err(overtaken::<E>(&self.row, version))
        }
    }

    /// Asks to write a row that has no states: role, then version.
    pub(crate) fn amend(self, who: &[Role], expected_version: i32) -> Result<Stepping<E>, Refused> {
        let granted = self.viewer.permit(E::place(&self.row), who)?;
        let locked = self.expect(expected_version)?;
        Ok(Stepping(Permitted {
            row: locked.row,
            status: None,
            granted,
        }))
    }
}

impl<E: Scope + Stateful> Locked<E> {
    /// Asks for a step of the machine: role, then version, then state.
    pub(crate) fn step(
        self,
        machine: &Machine<E::State>,
        action: WorkflowAction,
        expected_version: i32,
    ) -> Result<Stepping<E>, Refused> {
        let place = E::place(&self.row);
        let who = machine.who(action);
        self.viewer.permit(place, &who)?;
        let locked = self.expect(expected_version)?.thawed()?;
        let state = E::state(&locked.row);
        let roles = locked.viewer.acting_at(place);
        match machine.step(state, action, roles) {
            Ok((to, who)) => Ok(Stepping(Permitted {
                granted: locked.viewer.permit(place, who)?,
                status: Some((E::STATUS, to.into_value().into())),
                row: locked.row,
            })),
            Err(Refusal::Role(who)) => Err(forbidden(&who).into()),
            Err(Refusal::State(allowed)) => Err(not_from_here(state, &allowed).into()),
        }
    }

    /// Takes a step that follows from another permitted act, whoever does that.
    pub(crate) fn follow<C: EntityTrait>(
        self,
        machine: &Machine<E::State>,
        action: WorkflowAction,
        cause: &Permitted<C>,
    ) -> Result<Permitted<E>, Refused> {
        let state = E::state(&self.row);
        let Some(to) = machine.follow(state, action) else {
            return Err(not_from_here(state, &machine.actions(state)).into());
        };
        let status = Some((E::STATUS, to.into_value().into()));
        Ok(Permitted {
            row: self.row,
            status,
            granted: cause.granted,
        })
    }

    /// Asks to write the row or to add to it, without changing its state.
    pub(crate) fn edit(
        self,
        editing: &Editing<E::State>,
        expected_version: Option<i32>,
    ) -> Result<Permitted<E>, Refused> {
        let place = E::place(&self.row);
        self.edit_at(place, editing, expected_version)
    }

    /// Asks to begin a child of a kind of its own: the token must be for that kind.
    pub(crate) fn begin<C: ChildOf<E>>(
        self,
        editing: &Editing<E::State>,
    ) -> Result<Permitted<E>, Refused> {
        let place = Place {
            resource: C::RESOURCE,
            ..E::place(&self.row)
        };
        self.edit_at(place, editing, None)
    }

    fn edit_at(
        self,
        place: Place,
        editing: &Editing<E::State>,
        expected_version: Option<i32>,
    ) -> Result<Permitted<E>, Refused> {
        let granted = self.viewer.permit(place, editing.who)?;
        let locked = match expected_version {
            Some(version) => self.expect(version)?,
            None => self,
        };
        let locked = locked.thawed()?;
        open(E::state(&locked.row), editing)?;
        let status = Some((E::STATUS, E::state(&locked.row).into_value().into()));
        Ok(Permitted {
            row: locked.row,
            status,
            granted,
        })
    }

    /// Asks to write a child of this root: the root's state and the roles held at it decide.
    pub(crate) fn edit_child<C: ChildOf<E> + Versioned>(
        &self,
        child: Locked<C>,
        editing: &Editing<E::State>,
        expected_version: i32,
    ) -> Result<Permitted<C>, Refused> {
        let granted = self.viewer.permit(E::place(&self.row), editing.who)?;
        let child = child.expect(expected_version)?.thawed()?;
        open(E::state(&self.row), editing)?;
        Ok(Permitted {
            row: child.row,
            status: None,
            granted,
        })
    }
}

/// None of the roles held allows this; these would.
pub(super) fn forbidden(who: &[Role]) -> Failure {
    Failure::forbidden(who.iter().map(|role| word(*role)))
}

fn open<S>(state: S, editing: &Editing<S>) -> Result<(), UserError>
where
    S: Copy + PartialEq + async_graphql::resolver_utils::EnumType,
{
    if editing.states.contains(&state) {
        return Ok(());
    }
    let states: Vec<_> = editing.states.iter().map(|s| word(*s)).collect();
    let message = told(format!(
        "This cannot be changed while the state is {}; it can in {}.",
        word(state),
        states.join(", ")
    ));
    let message = message
        .with("state", word(state))
        .with_each("allowed", states);
    Err(UserError::at(UserErrorCode::Locked, "", message))
}

fn not_from_here<S>(state: S, allowed: &[WorkflowAction]) -> UserError
where
    S: async_graphql::resolver_utils::EnumType,
{
    let allowed: Vec<_> = allowed.iter().map(|action| word(*action)).collect();
    let possible = if allowed.is_empty() {
        "nothing".to_owned()
    } else {
        allowed.join(", ")
    };
    let message = told(format!(
        "Not possible from {}. Possible from there: {possible}.",
        word(state)
    ));
    let message = message
        .with("state", word(state))
        .with_each("allowed", allowed);
    UserError::at(UserErrorCode::InvalidTransition, "", message)
}

/// Says of tables with a version, and of those with a state, where the columns are; and what holds the id
/// of the whole, where acts on the whole write its parts.
macro_rules! versioned {
    ($($entity:path $(: $state:path)? $(=> $above:ident)?;)+) => { $(
        const _: () = {
            use $entity as table;
            impl Versioned for table::Entity {
                const VERSION: table::Column = table::Column::Version;
                const UPDATED_AT: table::Column = table::Column::UpdatedAt;
                fn version(row: &table::Model) -> i32 {
                    row.version
                }
                $(fn above(row: &table::Model) -> Option<Uuid> {
                    Some(row.$above)
                })?
            }
            $(impl Stateful for table::Entity {
                type State = $state;
                const STATUS: table::Column = table::Column::Status;
                fn state(row: &table::Model) -> $state {
                    row.status
                }
            })?
        };
    )+ };
}
versioned! {
    entity::municipality::municipality;
    entity::municipality::participation: entity::municipality::ParticipationStatus;
    entity::municipality::cycle: entity::municipality::CycleStatus;
    entity::municipality::milestone_progress: entity::municipality::MilestoneStatus;
    entity::account::account: entity::account::AccountStatus;
    entity::account::membership => account_id;
    entity::account::invitation;
    entity::client::api_client: entity::client::ClientStatus;
    entity::client::client_secret;
    entity::assessment::assessment: entity::assessment::AssessmentStatus;
    entity::assessment::assessment_item => assessment_id;
    entity::action_plan::responsible_entity;
    entity::action_plan::plan: entity::action_plan::PlanStatus;
    entity::action_plan::objective;
    entity::action_plan::action: entity::action_plan::ActionStatus;
    entity::action_plan::action_indicator;
    entity::recognition::decision: entity::recognition::DecisionStatus;
    entity::recognition::condition: entity::recognition::ConditionStatus;
    entity::recognition::recognition: entity::recognition::RecognitionStatus;
}
