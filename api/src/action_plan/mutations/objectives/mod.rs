//! Writes of objectives as clients send them, and what they do to the rows.

mod draft;

use async_graphql::{Context, Enum, InputObject, Object};
use entity::{
    action_plan::{ObjectiveOrigin, action, objective, plan},
    assessment::Answer,
    programme::{framework_element, indicator},
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use uuid::Uuid;

use super::{
    super::{Objective, rules},
    full, next_ordinal,
    removal::{lock_parts, remove_actions},
};
use crate::{
    access::Viewer,
    attempt::Attempt,
    error::Failure,
    id::{Id, NewId},
    journal::Event,
    payload::payload,
    refusal::Refused,
    scalars::Date,
};

/// The most objectives of a plan.
const OBJECTIVES_MAX: usize = 30;

/// What of an objective can be cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ObjectiveField {
    /// The theme, where no indicator gives it.
    Theme,
    /// The baseline, answer and level.
    Baseline,
    /// The target level.
    TargetLevel,
    /// The day to reach it by.
    TargetOn,
}

/// Adds an objective to a plan.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AddObjectiveInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<objective::Entity>>,
    /// The plan.
    pub(crate) action_plan_id: Id<plan::Entity>,
    /// Where it comes from.
    pub(crate) origin: ObjectiveOrigin,
    /// What is to be reached, up to 300 characters. The statement of the indicator if absent.
    pub(crate) title: Option<String>,
    /// The indicator it is taken from; required for the origin INDICATOR.
    pub(crate) indicator_id: Option<Id<indicator::Entity>>,
    /// The theme, where no indicator gives it.
    pub(crate) theme_id: Option<Id<framework_element::Entity>>,
    /// The answer that the municipality starts from. If absent, that of the confirmed assessment,
    /// which a given one must not contradict.
    pub(crate) baseline_answer: Option<Answer>,
    /// The level that the municipality starts from, with the answer LEVEL.
    pub(crate) baseline_level: Option<i32>,
    /// The level to reach.
    pub(crate) target_level: Option<i32>,
    /// The day to reach it by.
    pub(crate) target_on: Option<Date>,
}

/// Changes an objective; origin and indicator stay. What is absent or null stays as it is; `clear`
/// empties.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ChangeObjectiveInput {
    /// The objective.
    pub(crate) objective_id: Id<objective::Entity>,
    /// What is to be reached, up to 300 characters. Null leaves it unchanged.
    pub(crate) title: Option<String>,
    /// The theme, where no indicator gives it. Null leaves it unchanged.
    pub(crate) theme_id: Option<Id<framework_element::Entity>>,
    /// The answer that the municipality starts from. Null leaves it unchanged, but beside
    /// `baselineLevel` it means LEVEL.
    pub(crate) baseline_answer: Option<Answer>,
    /// The level that the municipality starts from, with the answer LEVEL. Null leaves it
    /// unchanged, unless `baselineAnswer` is given: LEVEL needs a level.
    pub(crate) baseline_level: Option<i32>,
    /// The level to reach. Null leaves it unchanged.
    pub(crate) target_level: Option<i32>,
    /// The day to reach it by. Null leaves it unchanged.
    pub(crate) target_on: Option<Date>,
    /// What to empty.
    pub(crate) clear: Option<Vec<ObjectiveField>>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Removes an objective with its actions and their indicators.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RemoveObjectiveInput {
    /// The objective.
    pub(crate) objective_id: Id<objective::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `addObjective` did.
    AddObjectivePayload {
        /// The new objective.
        objective: Objective
    }
}
payload! {
    /// What `changeObjective` did.
    ChangeObjectivePayload {
        /// The objective as it is now.
        objective: Objective
    }
}
payload! {
    /// What `removeObjective` did.
    RemoveObjectivePayload {
        /// The plan without it.
        action_plan: super::super::ActionPlan
    }
}

/// Writes of objectives.
#[derive(Debug, Default)]
pub(crate) struct ObjectiveMutation;

#[Object]
impl ObjectiveMutation {
    /// Adds an objective to a plan in DRAFT or RETURNED, at most 30. Role: COORDINATOR.
    async fn add_objective(
        &self,
        ctx: &Context<'_>,
        input: Attempt<AddObjectiveInput>,
    ) -> Result<Option<AddObjectivePayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        AddObjectivePayload::of(ctx, &viewer, add_objective(&viewer, input).await).await
    }

    /// Changes an objective of a plan in DRAFT or RETURNED. Role: COORDINATOR.
    async fn change_objective(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ChangeObjectiveInput>,
    ) -> Result<Option<ChangeObjectivePayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ChangeObjectivePayload::of(ctx, &viewer, change_objective(&viewer, input).await).await
    }

    /// Removes an objective, its actions and their indicators from a plan in DRAFT or RETURNED.
    /// Role: COORDINATOR.
    async fn remove_objective(
        &self,
        ctx: &Context<'_>,
        input: Attempt<RemoveObjectiveInput>,
    ) -> Result<Option<RemoveObjectivePayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        RemoveObjectivePayload::of(ctx, &viewer, remove_objective(&viewer, input).await).await
    }
}

/// Adds an objective.
pub(crate) async fn add_objective(
    viewer: &Viewer,
    input: AddObjectiveInput,
) -> Result<objective::Model, Refused> {
    let mut tx = viewer.begin().await?;
    // Locked against other additions, so that the bound holds.
    let plan = tx.lock(input.action_plan_id).await?;
    let permitted = plan.edit(&rules::WRITING, None)?;
    let siblings = tx
        .children::<plan::Entity, objective::Entity>(permitted.row())
        .await?;
    if siblings.len() >= OBJECTIVES_MAX {
        return Err(full(OBJECTIVES_MAX, "objectives fit in a plan").into());
    }
    let ordinal = next_ordinal(siblings.iter().map(|row| row.ordinal));
    let row = draft::added(&tx, permitted.row(), &siblings, ordinal, input).await?;
    let objective = tx
        .create::<plan::Entity, objective::Entity>(&permitted, row.into_active_model())
        .await?;
    tx.commit::<objective::Entity>(Event::ObjectiveAdded, &objective)
        .await?;
    Ok(objective)
}

/// Changes an objective.
pub(crate) async fn change_objective(
    viewer: &Viewer,
    input: ChangeObjectiveInput,
) -> Result<objective::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let (plan, objective) = tx
        .lock_below::<plan::Entity, objective::Entity>(input.objective_id)
        .await?;
    let permitted = plan.edit_child(objective, &rules::WRITING, input.expected_version)?;
    let after = draft::changed(&tx, plan.row(), permitted.row(), input).await?;
    let objective = tx
        .update(permitted, |row| {
            *row = after.into_active_model().reset_all();
        })
        .await?;
    tx.commit::<objective::Entity>(Event::ObjectiveChanged, &objective)
        .await?;
    Ok(objective)
}

/// Removes an objective; answers with the plan.
pub(crate) async fn remove_objective(
    viewer: &Viewer,
    input: RemoveObjectiveInput,
) -> Result<plan::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let (plan, objective) = tx
        .lock_below::<plan::Entity, objective::Entity>(input.objective_id)
        .await?;
    let permitted = plan.edit_child(objective, &rules::WRITING, input.expected_version)?;
    let removed = permitted.row().clone();
    let actions = tx
        .children::<plan::Entity, action::Entity>(plan.row())
        .await?;
    let own = actions.iter().filter(|row| row.objective_id == removed.id);
    let own: Vec<Uuid> = own.map(|row| row.id).collect();
    let actions = lock_parts::<action::Entity>(&tx, &plan, own).await?;
    remove_actions(&mut tx, &plan, actions).await?;
    tx.remove(permitted).await?;
    tx.answers_with::<plan::Entity>(plan.row());
    tx.commit::<objective::Entity>(Event::ObjectiveRemoved, &removed)
        .await?;
    Ok(plan.row().clone())
}
