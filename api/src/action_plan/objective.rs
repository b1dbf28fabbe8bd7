//! Objectives of a plan: type and reads.

use std::sync::Arc;

use async_graphql::Context;
use entity::{
    action_plan::{ObjectiveOrigin, action, objective, plan},
    assessment::Answer,
};
use fields::fields;

use super::{Action, ActionPlan};
use crate::{
    access::Asking,
    error::Failure,
    id::Id,
    in_order::Objects,
    payload::row_object,
    programme::{FrameworkElement, Indicator},
    scalars::{Date, DateTime},
};

row_object! {
    /// What a plan wants to reach.
    Objective = ObjectiveFields of objective
}

/// What a plan wants to reach. Visible where its plan is.
#[fields(name = "Objective")]
impl ObjectiveFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<objective::Entity> {
        Id::new(self.0.id)
    }

    /// Where it comes from.
    async fn origin(&self) -> ObjectiveOrigin {
        self.0.origin
    }

    /// What is to be reached, in the language of the municipality.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// The indicator it is taken from; null if none.
    async fn indicator(&self, ctx: &Context<'_>) -> Option<Indicator> {
        let indicator = ctx.viewer().catalogue().indicator(self.0.indicator_id?)?;
        Some(Indicator::from(Arc::clone(indicator)))
    }

    /// The theme it belongs to; that of the indicator where there is one.
    async fn theme(&self, ctx: &Context<'_>) -> Option<FrameworkElement> {
        let theme = ctx.viewer().catalogue().element(self.0.theme_id?)?;
        Some(FrameworkElement::from(Arc::clone(theme)))
    }

    /// The answer that the municipality starts from; null while unknown.
    async fn baseline_answer(&self) -> Option<Answer> {
        self.0.baseline_answer
    }

    /// The level that the municipality starts from, with the answer LEVEL.
    async fn baseline_level(&self) -> Option<i32> {
        self.0.baseline_level
    }

    /// The level to reach; null if none is set.
    async fn target_level(&self) -> Option<i32> {
        self.0.target_level
    }

    /// The day to reach it by; null if none is set.
    async fn target_on(&self) -> Option<Date> {
        self.0.target_on.map(Date)
    }

    /// What is done for it, in order. At most 30.
    async fn actions(&self, ctx: &Context<'_>) -> Result<Objects<Action>, Failure> {
        let actions = ctx
            .reader()
            .children::<plan::Entity, action::Entity>(self.0.plan_id)
            .await?;
        let own = actions.iter().filter(|row| row.objective_id == self.0.id);
        Ok(own.map(|row| Action::from(Arc::clone(row))).collect())
    }

    /// The plan it belongs to.
    async fn plan(&self, ctx: &Context<'_>) -> Result<Option<ActionPlan>, Failure> {
        ctx.reader().object(self.0.plan_id).await
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was added.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last. Changes of its actions do not count.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History(self.0.id)
    }
}
