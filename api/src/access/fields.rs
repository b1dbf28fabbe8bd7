//! Classes of fields above public, declared beside their types and asked where they are resolved.

use async_graphql::Enum;
use entity::account::Role;
use sea_orm::{ColumnTrait, Condition};

use super::{AUDITORS, Action, Place, Resource, Row, Viewer, resource_of, scope_for};

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
    /// The municipality and the committee, without those who only carry out what is assigned to them.
    Internal,
    /// The same while it is a draft; everybody who sees the row once the plan is approved or the
    /// assessment confirmed.
    Draft,
    /// The committee.
    Confidential,
    /// The person, and those who administer the account.
    Personal,
    /// Those who read the audit log, each as far as they may.
    Audit,
    /// Those who run the programme.
    Management,
}

/// A field above public, by its coordinate in the schema.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// Such as `Assessment.items`.
    pub(crate) coordinate: &'static str,
    /// Who reads it.
    pub(crate) class: Class,
    /// Of a PERSONAL field, in which roles there may be something of one's own in it; none where it is
    /// enough to have an account.
    own: &'static [Role],
    /// Whether what is one's own is told whatever the token is for.
    is_own_told: bool,
}

/// Shorthand for a table of fields.
pub(crate) const fn field(coordinate: &'static str, class: Class) -> Field {
    Field {
        coordinate,
        class,
        own: &[],
        is_own_told: false,
    }
}

/// The types of which not everybody sees any rows, and who sees some.
pub(crate) const KEPT: &[Field] = &[
    field("Account", Class::Personal),
    field("ApiClient", Class::Management),
    field("AssessmentItem", Class::Municipality),
    field("AuditChange", Class::Audit),
    field("AuditEvent", Class::Audit),
    field("ClientSecret", Class::Management),
    field("Invitation", Class::Personal),
    field("LinkedIdentity", Class::Personal),
    Field {
        is_own_told: true,
        ..field("Membership", Class::Personal)
    },
];

impl Field {
    /// The value, when the viewer may read this field of a row at a place; else null, which is
    /// noted as a redaction.
    pub(crate) fn of<T>(&self, viewer: &Viewer, place: Place, value: T) -> Option<T> {
        self.at_any(viewer, [place]).then_some(value)
    }

    /// The same for what everybody reads once it is final.
    pub(crate) fn of_draft<T>(
        &self,
        viewer: &Viewer,
        (place, is_final): (Place, bool),
        value: T,
    ) -> Option<T> {
        if is_final {
            return Some(value);
        }
        self.of(viewer, place, value)
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

    /// The same field, in which those with one of these roles may find something of their own.
    pub(crate) const fn with_own(self, roles: &'static [Role]) -> Self {
        Self { own: roles, ..self }
    }

    /// Whether any membership of the viewer, and the token, could read it somewhere.
    pub(crate) fn is_within_reach(&self, viewer: &Viewer) -> bool {
        let mut kept = KEPT.iter();
        let rows = kept.find(|rows| rows.coordinate == self.kind());
        rows.is_none_or(|rows| rows.could_be_read(viewer)) && self.could_be_read(viewer)
    }

    fn could_be_read(&self, viewer: &Viewer) -> bool {
        // Everybody reads what is final.
        if self.class == Class::Draft {
            return true;
        }
        let held = |roles: &[Role]| viewer.held(roles).next().is_some();
        let has_own = || match self.class {
            Class::Personal if self.own.is_empty() => viewer.account_id().is_some(),
            Class::Personal => held(self.own),
            _ => false,
        };
        let allows = |resource| viewer.scopes().allow(resource, Action::Read);
        let has_scope = self.resource().is_some_and(allows);
        let is_told = has_scope || self.is_own_told;
        (has_scope && held(self.class.roles())) || (is_told && has_own())
    }

    /// The type that it is a field of.
    pub(crate) fn kind(&self) -> &'static str {
        self.coordinate.split('.').next().unwrap_or_default()
    }

    fn resource(&self) -> Option<Resource> {
        match self.class {
            // Who somebody is, is told as part of accounts, wherever it is asked.
            Class::Personal => Some(Resource::Accounts),
            Class::Audit => Some(Resource::Audit),
            _ => resource_of(self.kind()),
        }
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
            Self::Internal | Self::Draft => &[
                YouthRepresentative,
                SteeringMember,
                Coordinator,
                DecisionMaker,
                ServiceAccount,
                Adviser,
                ProgrammeManager,
                DecidingBody,
            ],
            Self::Confidential => &[Adviser, ProgrammeManager, DecidingBody],
            Self::Personal => &[Coordinator, ProgrammeManager, SystemAdministrator],
            Self::Audit => AUDITORS,
            Self::Management => &[ProgrammeManager],
        }
    }
}

impl Viewer {
    /// Whether the viewer reads fields of a class at a place.
    pub(crate) fn reads(&self, class: Class, place: Place) -> bool {
        let has_scope = || self.scopes().allow(place.resource, Action::Read);
        match class {
            // The network spans the programme, whatever the municipality.
            Class::Network => {
                let mut held = self.held(class.roles());
                has_scope() && held.any(|m| m.programme_id == place.programme)
            }
            // Which rows of the log there are is decided row by row.
            Class::Audit => has_scope() && self.held(class.roles()).next().is_some(),
            _ => self.roles_at(place).any_of(class.roles()),
        }
    }

    /// Whether a role is held that reads a class at a place, and the token alone stands against it.
    pub(super) fn lacks_scope_alone(&self, class: Class, place: Place) -> bool {
        !self.scopes().allow(place.resource, Action::Read)
            && self.held(class.roles()).any(|m| match class {
                Class::Network => m.programme_id == place.programme,
                Class::Audit => true,
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
