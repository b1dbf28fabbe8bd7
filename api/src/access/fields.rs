//! Classes of fields above public, declared beside their types and asked where they are resolved.

use async_graphql::Enum;
use entity::account::Role;
use sea_orm::{ColumnTrait, Condition};

use super::{Action, Place, Row, Viewer};

/// Who reads a field of a row that is visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub(crate) enum Class {
    /// Everybody.
    Public,
    /// The coordinators and the committee of the programme.
    Network,
    /// The municipality and the committee.
    Municipality,
    /// The committee.
    Confidential,
    /// The person, and those who administer the account.
    Personal,
}

/// A field above public, by its coordinate in the schema.
#[derive(Debug)]
pub(crate) struct Field {
    /// Such as `Assessment.items`.
    pub(crate) coordinate: &'static str,
    /// Who reads it.
    pub(crate) class: Class,
}

/// Shorthand for a table of fields.
pub(crate) const fn field(coordinate: &'static str, class: Class) -> Field {
    Field { coordinate, class }
}

impl Field {
    /// The value, when the viewer may read this field of a row at a place; else null.
    pub(crate) fn of<T>(&self, viewer: &Viewer, place: Place, value: T) -> Option<T> {
        viewer.reads(self.class, place).then_some(value)
    }
}

impl Class {
    /// The roles that read it at a place. `Personal` also asks who the person is.
    pub(crate) const fn roles(self) -> &'static [Role] {
        use Role::{
            Adviser, Coordinator, DecidingBody, DecisionMaker, ProgrammeManager, Public,
            ResponsibleEntity, ServiceAccount, SteeringMember, SystemAdministrator,
            YouthRepresentative,
        };
        match self {
            Self::Public => &[Public],
            Self::Network => &[Coordinator, Adviser, ProgrammeManager],
            Self::Municipality => &[
                YouthRepresentative,
                SteeringMember,
                Coordinator,
                DecisionMaker,
                ResponsibleEntity,
                ServiceAccount,
                Adviser,
                ProgrammeManager,
                DecidingBody,
            ],
            Self::Confidential => &[Adviser, ProgrammeManager, DecidingBody],
            Self::Personal => &[Coordinator, ProgrammeManager, SystemAdministrator],
        }
    }
}

impl Viewer {
    /// Whether the viewer reads fields of a class at a place.
    pub(crate) fn reads(&self, class: Class, place: Place) -> bool {
        match class {
            // The network spans the programme, whatever the municipality.
            Class::Network => {
                self.scopes().allow(place.resource, Action::Read)
                    && self
                        .held(class.roles())
                        .any(|m| m.programme_id == place.programme)
            }
            _ => self.roles_at(place).any_of(class.roles()),
        }
    }

    /// The same as a predicate, for the classes that roles at the place of a row decide.
    pub(crate) fn reads_rows<C: ColumnTrait<EntityName: Row>>(
        &self,
        class: Class,
        programme: C,
        municipality: C,
    ) -> Condition {
        let every = || Condition::all().add(programme.is_not_null());
        if self.system_reason().is_some() {
            return every();
        }
        if !self.scopes().allow(C::EntityName::RESOURCE, Action::Read) {
            return Condition::any();
        }
        self.held(class.roles()).fold(Condition::any(), |any, m| {
            any.add(
                every()
                    .add_option(m.programme_id.map(|held| programme.eq(held)))
                    .add_option(m.municipality_id.map(|held| municipality.eq(held))),
            )
        })
    }
}
