//! Changes of the plan itself: vision and period.

use async_graphql::{Context, Enum, InputObject, Object};
use entity::action_plan::plan;
use sea_orm::ActiveValue::Set;

use super::super::{ActionPlan, rules};
use crate::{
    access::Viewer,
    attempt::Attempt,
    error::Failure,
    id::Id,
    input::{Checks, LONG_TEXT, trimmed},
    journal::Event,
    payload::payload,
    refusal::{Refused, UserErrorCode},
    scalars::Date,
};

/// What of a plan can be cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ActionPlanField {
    /// The vision.
    Vision,
}

/// Changes a plan that is being written. What is absent or null stays as it is; `clear` empties.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ChangeActionPlanInput {
    /// The plan.
    pub(crate) action_plan_id: Id<plan::Entity>,
    /// The vision that it follows, up to 4,000 characters. Null leaves it unchanged.
    pub(crate) vision: Option<String>,
    /// Its first day. Null leaves it unchanged.
    pub(crate) period_from: Option<Date>,
    /// Its last day. Null leaves it unchanged.
    pub(crate) period_to: Option<Date>,
    /// What to empty.
    pub(crate) clear: Option<Vec<ActionPlanField>>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `changeActionPlan` did.
    ChangeActionPlanPayload {
        /// The plan as it is now.
        action_plan: ActionPlan
    }
}

/// Changes of plans.
#[derive(Debug, Default)]
pub(crate) struct PlanMutation;

#[Object]
impl PlanMutation {
    /// Changes vision or period of a plan in DRAFT or RETURNED. Role: COORDINATOR.
    async fn change_action_plan(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ChangeActionPlanInput>,
    ) -> Result<Option<ChangeActionPlanPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ChangeActionPlanPayload::of(ctx, &viewer, change_action_plan(&viewer, input).await).await
    }
}

/// Changes a plan.
pub(crate) async fn change_action_plan(
    viewer: &Viewer,
    input: ChangeActionPlanInput,
) -> Result<plan::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let plan = tx.lock(input.action_plan_id).await?;
    let permitted = plan.edit(&rules::WRITING, Some(input.expected_version))?;
    let before = permitted.row();
    let given = trimmed(input.vision);
    let clears = input
        .clear
        .is_some_and(|fields| fields.contains(&ActionPlanField::Vision));
    let from = input.period_from.map_or(before.period_from, |day| day.0);
    let to = input.period_to.map_or(before.period_to, |day| day.0);
    let mut checks = Checks::default();
    checks.text(
        "vision",
        given.as_deref(),
        LONG_TEXT.public(viewer.country(before.programme_id)),
    );
    checks.ensure(
        !(clears && given.is_some()),
        UserErrorCode::Invalid,
        "clear",
        "Set the vision or clear it, not both.",
    );
    rules::periods::check_order(&mut checks, "periodTo", Some(from), Some(to));
    checks.done()?;
    let vision = if clears {
        None
    } else {
        given.or_else(|| before.vision.clone())
    };
    let plan = tx
        .update(permitted, |row| {
            row.vision = Set(vision);
            row.period_from = Set(from);
            row.period_to = Set(to);
        })
        .await?;
    tx.commit::<plan::Entity>(Event::ActionPlanChanged, &plan)
        .await?;
    Ok(plan)
}
