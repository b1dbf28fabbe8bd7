//! What rows of the audit log are found by.

use async_graphql::InputObject;
use entity::{account::account, journal::audit_event::Column, municipality::municipality};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::{
    access::{Viewer, type_of},
    error::Failure,
    filter::{CodeFilter, equality_filter, unsaid},
    id::{AnyId, Kind},
    journal::Event,
    scalars::DateTime,
    workflow::word,
};

equality_filter! {
    /// Finds by what was done.
    AuditActionFilter of Event
}
equality_filter! {
    /// Finds by an id. An id of another type finds nothing.
    IdFilter of AnyId
}

/// Finds by a span of time. What is given has to hold; something has to be given.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct DateTimeFilter {
    /// At this moment or later.
    pub(crate) gte: Option<DateTime>,
    /// Before this moment.
    pub(crate) lt: Option<DateTime>,
}

/// Narrows the audit log. All that is given has to hold. What you may not see is found by nothing.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct AuditEventFilter {
    /// Key of the programme, such as `FI`.
    pub(crate) programme: Option<CodeFilter>,
    /// The municipality in which it was done.
    pub(crate) municipality_id: Option<IdFilter>,
    /// What it was done to.
    pub(crate) target_id: Option<IdFilter>,
    /// What was done.
    pub(crate) action: Option<AuditActionFilter>,
    /// The account that did it.
    pub(crate) account_id: Option<IdFilter>,
    /// When it was done.
    pub(crate) at: Option<DateTimeFilter>,
}

impl AuditEventFilter {
    /// The filter with the key of the programme as it is stored.
    pub(super) fn folded(self) -> Self {
        let capitals = |filter: CodeFilter| filter.folded(str::to_ascii_uppercase);
        Self {
            programme: self.programme.map(capitals),
            ..self
        }
    }

    /// The filter as a predicate.
    pub(super) fn condition(&self, viewer: &Viewer) -> Result<Condition, Failure> {
        let mut all = Condition::all();
        if let Some(keys) = self
            .programme
            .as_ref()
            .map(CodeFilter::values)
            .transpose()?
        {
            let known = keys
                .iter()
                .filter_map(|key| viewer.catalogue().programme_by_key(key));
            all = all.add(Column::ProgrammeId.is_in(known.map(|p| p.row.id)));
        }
        if let Some(ids) = ids(self.municipality_id.as_ref())? {
            let keys = keys::<municipality::Entity>(&ids);
            all = all.add(Column::MunicipalityId.is_in(keys));
        }
        if let Some(ids) = ids(self.account_id.as_ref())? {
            all = all.add(Column::AccountId.is_in(keys::<account::Entity>(&ids)));
        }
        if let Some(ids) = ids(self.target_id.as_ref())? {
            all = all.add(ids.iter().fold(Condition::any(), |any, id| {
                any.add_option(type_of(&id.prefix).map(|kind| {
                    Condition::all()
                        .add(Column::TargetId.eq(id.key))
                        .add(Column::TargetType.eq(kind))
                }))
            }));
        }
        if let Some(events) = self
            .action
            .as_ref()
            .map(AuditActionFilter::values)
            .transpose()?
        {
            all = all.add(Column::Action.is_in(events.into_iter().map(word)));
        }
        if let Some(at) = &self.at {
            if at.gte.is_none() && at.lt.is_none() {
                return Err(unsaid("`gte` or `lt`"));
            }
            all = all
                .add_option(at.gte.map(|at| Column::At.gte(at.0)))
                .add_option(at.lt.map(|at| Column::At.lt(at.0)));
        }
        Ok(all)
    }
}

fn ids(filter: Option<&IdFilter>) -> Result<Option<Vec<AnyId>>, Failure> {
    filter.map(IdFilter::values).transpose()
}

/// The keys of the ids that are of a kind.
fn keys<E: Kind>(ids: &[AnyId]) -> Vec<Uuid> {
    let of_kind = ids.iter().filter(|id| id.prefix == E::PREFIX);
    of_kind.map(|id| id.key).collect()
}
