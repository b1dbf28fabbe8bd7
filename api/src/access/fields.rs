//! Classes of fields above public, declared beside their types and asked where they are resolved.

use async_graphql::Enum;
use entity::account::Role;
use sea_orm::{ColumnTrait, Condition};

use super::{Action, Place, Resource, Row, Viewer, resource_of, scope_for};

/// Who reads a field of a row that is visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
#[graphql(name = "FieldClass")]
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
#[derive(Clone, Copy, Debug)]
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
    /// The value, when the viewer may read this field of a row at a place; else null, which is
    /// noted as a redaction.
    pub(crate) fn of<T>(&self, viewer: &Viewer, place: Place, value: T) -> Option<T> {
        self.at_any(viewer, [place]).then_some(value)
    }

    /// The same for a row with several places of which one is enough.
    pub(crate) fn at_any<P>(&self, viewer: &Viewer, places: P) -> bool
    where
        P: IntoIterator<Item = Place> + Clone,
    {
        let mut tried = places.clone().into_iter();
        let is_read = tried.any(|place| self.is_read(viewer, place));
        if !is_read {
            viewer.redact(*self, places);
        }
        is_read
    }

    /// Whether the viewer may read it at a place. Notes nothing.
    pub(crate) fn is_read(&self, viewer: &Viewer, place: Place) -> bool {
        viewer.reads(self.class, place)
    }

    /// The scope without which a token does not read it.
    pub(crate) fn scope(&self) -> Option<&'static str> {
        scope_for(self.resource()?, Action::Read)
    }

    /// Whether any membership of the viewer, and the token, could read it somewhere.
    pub(crate) fn is_within_reach(&self, viewer: &Viewer) -> bool {
        if self.class == Class::Personal {
            // Everybody reads what is their own.
            return viewer.account_id().is_some();
        }
        let is_held = || viewer.held(self.class.roles()).next().is_some();
        self.resource()
            .is_some_and(|resource| viewer.scopes().allow(resource, Action::Read))
            && is_held()
    }

    fn resource(&self) -> Option<Resource> {
        let kind = self.coordinate.split('.').next().unwrap_or_default();
        resource_of(kind)
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

    /// Whether a role is held that reads a class at a place, and the token alone stands against it.
    pub(super) fn lacks_scope_alone(&self, class: Class, place: Place) -> bool {
        !self.scopes().allow(place.resource, Action::Read)
            && self.held(class.roles()).any(|m| match class {
                Class::Network => m.programme_id == place.programme,
                _ => place.is_covered_by(m),
            })
    }

    /// `reads` as a predicate, for the classes that roles at the place of a row decide.
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
