//! A municipality in a programme.

use std::sync::Arc;

use async_graphql::Context;
use entity::municipality::{ParticipationStatus, cycle, participation};
use fields::fields;

use super::{Cycle, Municipality, rules};
use crate::{
    access::{Asking, Row},
    error::Failure,
    id::Id,
    in_order::Objects,
    payload::row_object,
    programme::Programme,
    scalars::{Date, DateTime},
    viewer_action::{ViewerAction, viewer_actions},
};

row_object! {
    /// A municipality in a programme.
    Participation = ParticipationFields of participation
}

/// A municipality in a programme. There is one for each pair of them.
#[fields(name = "Participation")]
impl ParticipationFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<participation::Entity> {
        Id::new(self.0.id)
    }

    /// Its state.
    async fn status(&self) -> ParticipationStatus {
        self.0.status
    }

    /// The day it joined.
    async fn joined_on(&self) -> Date {
        Date(self.0.joined_on)
    }

    /// The day the agreement was signed; null while it is not.
    async fn agreement_signed_on(&self) -> Option<Date> {
        self.0.agreement_signed_on.map(Date)
    }

    /// The day it ended; null while it lasts.
    async fn ended_on(&self) -> Option<Date> {
        self.0.ended_on.map(Date)
    }

    /// The programme.
    async fn programme(&self, ctx: &Context<'_>) -> Option<Programme> {
        let catalogue = ctx.viewer().catalogue();
        let programme = catalogue.programme(self.0.programme_id);
        programme.map(|programme| Programme(Arc::clone(programme)))
    }

    /// The municipality.
    async fn municipality(&self, ctx: &Context<'_>) -> Result<Option<Municipality>, Failure> {
        ctx.reader().object(self.0.municipality_id).await
    }

    /// Its cycles, newest first; at most a few dozen. Planned and cancelled ones only for the
    /// municipality and the committee.
    async fn cycles(&self, ctx: &Context<'_>) -> Result<Objects<Cycle>, Failure> {
        let rows = ctx
            .reader()
            .children::<participation::Entity, cycle::Entity>(self.0.id)
            .await?;
        Ok(rows
            .iter()
            .map(|row| Cycle::from(Arc::clone(row)))
            .collect())
    }

    /// What can be done with it now, and what you may do.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Vec<ViewerAction> {
        let roles = ctx
            .viewer()
            .acting_at(participation::Entity::place(&self.0));
        viewer_actions(&rules::PARTICIPATION, self.0.status, roles, |_| Vec::new())
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last. Changes of its cycles do not count.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&*self.0)
    }
}
