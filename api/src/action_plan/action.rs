//! Actions of a plan: type, reads, and who carries an action out.

use std::sync::Arc;

use async_graphql::Context;
use entity::{
    account::Role,
    action_plan::{ActionStatus, DatePrecision, action, action_indicator, plan},
};
use fields::fields;

use super::{
    ActionIndicator, ActionPlan, CANCELLATION_REASON, Objective, ResponsibleEntity,
    rules::{self, periods::Known},
    season::SeasonOfYear,
};
use crate::{
    access::{Asking, Place, Row, Viewer},
    error::Failure,
    id::Id,
    in_order::Objects,
    payload::row_object,
    scalars::{Date, DateTime},
    viewer_action::{ViewerAction, viewer_actions},
};

row_object! {
    /// What is done for an objective.
    Action = ActionFields of action
}

impl ActionFields {
    fn place(&self) -> Place {
        action::Entity::place(&self.0)
    }
}

/// Whether the viewer stands for the responsible entity that carries an action out.
pub(super) fn carries_out(viewer: &Viewer, action: &action::Model) -> bool {
    let place = action::Entity::place(action);
    let mut held = viewer
        .held(&[Role::ResponsibleEntity])
        .filter(|m| place.is_covered_by(m));
    held.any(|m| {
        m.responsible_entity_id.is_some() && m.responsible_entity_id == action.responsible_entity_id
    })
}

/// What is done for an objective. Visible where its plan is.
#[fields(name = "Action")]
impl ActionFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<action::Entity> {
        Id::new(self.0.id)
    }

    /// What is done.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// How it is done.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Who carries it out; null if nobody is named.
    async fn responsible_entity(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<ResponsibleEntity>, Failure> {
        let Some(id) = self.0.responsible_entity_id else {
            return Ok(None);
        };
        ctx.reader().object(id).await
    }

    /// Its first day.
    async fn start_on(&self) -> Option<Date> {
        self.0.start_on.map(Date)
    }

    /// The day it has to be done by, the last one of the period that `dueOnPrecision` names; null if
    /// none is set, and where it is ONGOING.
    async fn due_on(&self) -> Option<Date> {
        self.0.due_on.map(Date)
    }

    /// The season that is meant, with `dueOnPrecision` SEASON; else null. Where none was named it is
    /// the one that usually ends in that quarter: winter up to March, spring up to June, summer up to
    /// September, autumn up to December.
    async fn due_season(&self) -> Option<SeasonOfYear> {
        SeasonOfYear::of(Known {
            day: self.0.due_on,
            precision: self.0.due_on_precision,
            season: self.0.due_season,
        })
    }

    /// Why it is due outside of the period of its plan; null if it is due within it.
    async fn due_outside_reason(&self) -> Option<&str> {
        self.0.due_outside_reason.as_deref()
    }

    /// How exactly `dueOn` is known. ONGOING: there is no `dueOn`, and it is never overdue. Null if
    /// nothing is said of when it is due.
    async fn due_on_precision(&self) -> Option<DatePrecision> {
        self.0.due_on_precision
    }

    /// Its state.
    async fn status(&self) -> ActionStatus {
        self.0.status
    }

    /// Whether `dueOn` has passed and it is neither completed nor cancelled.
    async fn is_overdue(&self, ctx: &Context<'_>) -> bool {
        let today = ctx.viewer().today(self.0.programme_id);
        rules::is_overdue(self.0.status, self.0.due_on, today)
    }

    /// The day on which it was completed.
    async fn completed_on(&self) -> Option<Date> {
        self.0.completed_on.map(Date)
    }

    /// Why it was given up. For the municipality and the committee.
    async fn cancellation_reason(&self, ctx: &Context<'_>) -> Option<&str> {
        let reason = self.0.cancellation_reason.as_deref();
        CANCELLATION_REASON.of(ctx.viewer(), self.place(), reason)?
    }

    /// What its progress is measured by, in order. At most 20.
    async fn indicators(&self, ctx: &Context<'_>) -> Result<Objects<ActionIndicator>, Failure> {
        let indicators = ctx
            .reader()
            .children::<plan::Entity, action_indicator::Entity>(self.0.plan_id)
            .await?;
        let own = indicators.iter().filter(|row| row.action_id == self.0.id);
        Ok(own
            .map(|row| ActionIndicator::from(Arc::clone(row)))
            .collect())
    }

    /// The objective it serves.
    async fn objective(&self, ctx: &Context<'_>) -> Result<Option<Objective>, Failure> {
        ctx.reader().object(self.0.objective_id).await
    }

    /// What can be done with it now, and what you may do. Actions move only while the plan is
    /// approved.
    async fn viewer_actions(&self, ctx: &Context<'_>) -> Result<Vec<ViewerAction>, Failure> {
        let viewer = ctx.viewer();
        let plan: Option<ActionPlan> = ctx.reader().object(self.0.plan_id).await?;
        let Some(plan) = plan.filter(|plan| !plan.0.is_frozen) else {
            return Ok(Vec::new());
        };
        Ok(viewer_actions(
            rules::action_machine(carries_out(viewer, &self.0)),
            self.0.status,
            viewer.acting_at(self.place()),
            |_| rules::action_unmet(plan.0.status),
        ))
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was added.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last. Changes of its indicators do not count.
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
