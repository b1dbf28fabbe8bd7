//! Objectives of a plan: type and reads.

use std::sync::Arc;

use async_graphql::Context;
use entity::{
    account::Role,
    action_plan::{ObjectiveOrigin, action, objective, plan},
    assessment::Answer,
};
use fields::fields;

use super::{Action, ActionPlan, rules};
use crate::{
    access::{Asking, Class, Field, Row, field},
    error::Failure,
    id::Id,
    in_order::Objects,
    payload::row_object,
    programme::{FrameworkElement, Indicator},
    scalars::{Date, DateTime},
};

pub(super) const INDICATOR: Field = field("Objective.indicator", Class::Draft);
pub(super) const THEME: Field = field("Objective.theme", Class::Draft);
pub(super) const BASELINE_ANSWER: Field = field("Objective.baselineAnswer", Class::Draft);
pub(super) const BASELINE_LEVEL: Field = field("Objective.baselineLevel", Class::Draft);
pub(super) const TARGET_LEVEL: Field = field("Objective.targetLevel", Class::Draft);
pub(super) const TARGET_ON: Field = field("Objective.targetOn", Class::Draft);

row_object! {
    /// What a plan wants to reach.
    Objective = ObjectiveFields of objective
}

impl ObjectiveFields {
    /// A value that a responsible entity does not read before the plan is approved. Who sees an
    /// objective of a draft otherwise reads all of it, so that nobody else needs the plan for this.
    async fn drafted<T>(
        &self,
        ctx: &Context<'_>,
        field: &Field,
        value: Option<T>,
    ) -> Result<Option<T>, Failure> {
        let (viewer, place) = (ctx.viewer(), objective::Entity::place(&self.0));
        let carries_out = viewer.roles_at(place).any_of(&[Role::ResponsibleEntity]);
        if !carries_out || field.is_read(viewer, place) {
            return Ok(value);
        }
        let plan = ctx
            .reader()
            .one(Id::<plan::Entity>::new(self.0.plan_id))
            .await?;
        let is_final = plan.is_some_and(|plan| !rules::is_unfinished(plan.status));
        Ok(field.of_draft(viewer, (place, is_final), value).flatten())
    }
}

/// What a plan wants to reach. Visible where its plan is. Before the plan is approved a responsible
/// entity reads what is said without null: the title above all, and which actions are its own.
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
    async fn indicator(&self, ctx: &Context<'_>) -> Result<Option<Indicator>, Failure> {
        let id = self.drafted(ctx, &INDICATOR, self.0.indicator_id).await?;
        let indicator = id.and_then(|id| ctx.viewer().catalogue().indicator(id));
        Ok(indicator.map(|indicator| Indicator::from(Arc::clone(indicator))))
    }

    /// The theme it belongs to; that of the indicator where there is one.
    async fn theme(&self, ctx: &Context<'_>) -> Result<Option<FrameworkElement>, Failure> {
        let id = self.drafted(ctx, &THEME, self.0.theme_id).await?;
        let theme = id.and_then(|id| ctx.viewer().catalogue().element(id));
        Ok(theme.map(|theme| FrameworkElement::from(Arc::clone(theme))))
    }

    /// The answer that the municipality starts from; null while unknown.
    async fn baseline_answer(&self, ctx: &Context<'_>) -> Result<Option<Answer>, Failure> {
        self.drafted(ctx, &BASELINE_ANSWER, self.0.baseline_answer)
            .await
    }

    /// The level that the municipality starts from, with the answer LEVEL.
    async fn baseline_level(&self, ctx: &Context<'_>) -> Result<Option<i32>, Failure> {
        self.drafted(ctx, &BASELINE_LEVEL, self.0.baseline_level)
            .await
    }

    /// The level to reach; null if none is set.
    async fn target_level(&self, ctx: &Context<'_>) -> Result<Option<i32>, Failure> {
        self.drafted(ctx, &TARGET_LEVEL, self.0.target_level).await
    }

    /// The day to reach it by; null if none is set.
    async fn target_on(&self, ctx: &Context<'_>) -> Result<Option<Date>, Failure> {
        let day = self.drafted(ctx, &TARGET_ON, self.0.target_on).await?;
        Ok(day.map(Date))
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
        crate::audit::History::of(&*self.0)
    }
}
