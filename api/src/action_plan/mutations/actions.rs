//! Writes of actions: add, change, remove. Their steps are in `carrying_out`.

use async_graphql::{Context, Enum, InputObject, Object};
use entity::action_plan::{
    ActionStatus, DatePrecision, action, objective, plan, responsible_entity,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use uuid::Uuid;

use super::{
    super::{
        Action, ActionPlan,
        rules::{self, periods},
    },
    full, next_ordinal,
    removal::remove_actions,
};
use crate::{
    access::{Tx, Viewer},
    attempt::Attempt,
    error::Failure,
    id::{Id, NewId},
    input::{Checks, LONG_TEXT, SHORT_TEXT, trimmed},
    journal::Event,
    payload::payload,
    refusal::{Refused, UserError, UserErrorCode},
    scalars::Date,
};

/// The most actions of an objective.
const ACTIONS_MAX: usize = 30;

/// What of an action can be cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ActionField {
    /// The description.
    Description,
    /// Who carries it out.
    ResponsibleEntity,
    /// Its first day.
    StartOn,
    /// The day it has to be done by, with its precision.
    DueOn,
}

/// Adds an action to an objective.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct AddActionInput {
    /// An id of your own making, for clients that work offline: the prefix of its type and a UUID of
    /// version 7, its time at most 24 hours ahead of the server, else `INVALID`.
    pub(crate) id: Option<NewId<action::Entity>>,
    /// The objective.
    pub(crate) objective_id: Id<objective::Entity>,
    /// What is done, up to 300 characters.
    pub(crate) title: String,
    /// How it is done, up to 4,000 characters.
    pub(crate) description: Option<String>,
    /// Who carries it out: a responsible entity of the municipality.
    pub(crate) responsible_entity_id: Option<Id<responsible_entity::Entity>>,
    /// Its first day.
    pub(crate) start_on: Option<Date>,
    /// The day it has to be done by; any day of the month or year that is meant, or
    /// of the last month of the season.
    pub(crate) due_on: Option<Date>,
    /// How exactly `dueOn` is known; DAY if absent.
    pub(crate) due_on_precision: Option<DatePrecision>,
}

/// Changes an action. What is absent or null stays as it is; `clear` empties.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ChangeActionInput {
    /// The action.
    pub(crate) action_id: Id<action::Entity>,
    /// What is done, up to 300 characters.
    pub(crate) title: Option<String>,
    /// How it is done, up to 4,000 characters.
    pub(crate) description: Option<String>,
    /// Who carries it out: a responsible entity of the municipality.
    pub(crate) responsible_entity_id: Option<Id<responsible_entity::Entity>>,
    /// Its first day.
    pub(crate) start_on: Option<Date>,
    /// The day it has to be done by; any day of the month or year that is meant, or
    /// of the last month of the season.
    pub(crate) due_on: Option<Date>,
    /// How exactly `dueOn` is known; goes with `dueOn`.
    pub(crate) due_on_precision: Option<DatePrecision>,
    /// What to empty.
    pub(crate) clear: Option<Vec<ActionField>>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

/// Removes an action with its indicators.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RemoveActionInput {
    /// The action.
    pub(crate) action_id: Id<action::Entity>,
    /// The version you read.
    pub(crate) expected_version: i32,
}

payload! {
    /// What `addAction` did.
    AddActionPayload {
        /// The new action.
        action: Action
    }
}
payload! {
    /// What `changeAction` did.
    ChangeActionPayload {
        /// The action as it is now.
        action: Action
    }
}
payload! {
    /// What `removeAction` did.
    RemoveActionPayload {
        /// The plan without it.
        action_plan: ActionPlan
    }
}

/// Writes of actions.
#[derive(Debug, Default)]
pub(crate) struct ActionPartMutation;

#[Object]
impl ActionPartMutation {
    /// Adds an action to an objective of a plan in DRAFT or RETURNED, at most 30. Role:
    /// COORDINATOR.
    async fn add_action(
        &self,
        ctx: &Context<'_>,
        input: Attempt<AddActionInput>,
    ) -> Result<Option<AddActionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        AddActionPayload::of(ctx, &viewer, add_action(&viewer, input).await).await
    }

    /// Changes an action of a plan in DRAFT or RETURNED. Days and who carries it out can also be
    /// changed while the plan is approved. Role: COORDINATOR.
    async fn change_action(
        &self,
        ctx: &Context<'_>,
        input: Attempt<ChangeActionInput>,
    ) -> Result<Option<ChangeActionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        ChangeActionPayload::of(ctx, &viewer, change_action(&viewer, input).await).await
    }

    /// Removes an action and its indicators from a plan in DRAFT or RETURNED. Role: COORDINATOR.
    async fn remove_action(
        &self,
        ctx: &Context<'_>,
        input: Attempt<RemoveActionInput>,
    ) -> Result<Option<RemoveActionPayload>, Failure> {
        let (viewer, input) = input.by(ctx)?;
        RemoveActionPayload::of(ctx, &viewer, remove_action(&viewer, input).await).await
    }
}

/// Adds an action.
pub(crate) async fn add_action(
    viewer: &Viewer,
    input: AddActionInput,
) -> Result<action::Model, Refused> {
    let mut tx = viewer.begin().await?;
    // The objective is locked against other additions, so that the bound holds.
    let (plan, objective) = tx
        .lock_below::<plan::Entity, objective::Entity>(input.objective_id)
        .await?;
    let permitted = plan.edit(&rules::WRITING, None)?;
    let actions = tx
        .children::<plan::Entity, action::Entity>(permitted.row())
        .await?;
    let siblings = || {
        let objective = objective.row().id;
        actions
            .iter()
            .filter(move |row| row.objective_id == objective)
    };
    if siblings().count() >= ACTIONS_MAX {
        return Err(full(ACTIONS_MAX, "actions fit in an objective").into());
    }
    let ordinal = next_ordinal(siblings().map(|row| row.ordinal));
    let row = new_action(viewer, objective.row(), ordinal, input)?;
    check(&tx, &row, Checks::default()).await?;
    let action = tx
        .create::<plan::Entity, action::Entity>(&permitted, row.into_active_model())
        .await?;
    tx.commit::<action::Entity>(Event::ActionAdded, &action)
        .await?;
    Ok(action)
}

fn new_action(
    viewer: &Viewer,
    objective: &objective::Model,
    ordinal: i32,
    input: AddActionInput,
) -> Result<action::Model, UserError> {
    let due_on = input.due_on.map(|day| day.0);
    Ok(action::Model {
        id: viewer.key(input.id.as_ref())?,
        programme_id: objective.programme_id,
        municipality_id: objective.municipality_id,
        plan_id: objective.plan_id,
        objective_id: objective.id,
        ordinal,
        title: input.title.trim().to_owned(),
        description: trimmed(input.description),
        responsible_entity_id: input.responsible_entity_id.map(|id| id.0),
        start_on: input.start_on.map(|day| day.0),
        due_on: periods::known(due_on, input.due_on_precision).0,
        due_on_precision: input
            .due_on_precision
            .or(due_on.map(|_| DatePrecision::Day)),
        status: ActionStatus::Planned,
        cancellation_reason: None,
        completed_on: None,
        created_at: viewer.now(),
        updated_at: viewer.now(),
        version: 1,
    })
}

/// Checks an action as it is to be stored, together with the faults found before.
async fn check(tx: &Tx, row: &action::Model, mut checks: Checks) -> Result<(), Refused> {
    let country = tx.viewer().country(row.programme_id);
    checks.required_text("title", &row.title, SHORT_TEXT.public(country));
    checks.text(
        "description",
        row.description.as_deref(),
        LONG_TEXT.public(country),
    );
    periods::check_precision(
        &mut checks,
        "dueOnPrecision",
        row.due_on,
        row.due_on_precision,
    );
    periods::check_order(&mut checks, "dueOn", row.start_on, row.due_on);
    let is_known = match row.responsible_entity_id {
        Some(id) => is_of_place(tx, row, id).await?,
        None => true,
    };
    checks.ensure(
        is_known,
        UserErrorCode::NotFound,
        "responsibleEntityId",
        "There is no such responsible entity in this municipality.",
    );
    checks.done()
}

async fn is_of_place(tx: &Tx, row: &action::Model, entity: Uuid) -> Result<bool, Failure> {
    let id = Id::<responsible_entity::Entity>::new(entity);
    let entity = tx.find::<responsible_entity::Entity>().by_id(id).await?;
    Ok(entity.is_some_and(|entity| {
        (entity.programme_id, entity.municipality_id) == (row.programme_id, row.municipality_id)
    }))
}

/// Changes an action.
pub(crate) async fn change_action(
    viewer: &Viewer,
    input: ChangeActionInput,
) -> Result<action::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let (plan, action) = tx
        .lock_below::<plan::Entity, action::Entity>(input.action_id)
        .await?;
    let clears_text = input
        .clear
        .as_ref()
        .is_some_and(|fields| fields.contains(&ActionField::Description));
    let is_adjustment = input.title.is_none() && input.description.is_none() && !clears_text;
    let editing = rules::changing(is_adjustment);
    let permitted = plan.edit_child(action, editing, input.expected_version)?;
    let mut checks = Checks::default();
    let after = changed(permitted.row(), input, &mut checks);
    check(&tx, &after, checks).await?;
    let action = tx
        .update(permitted, |row| {
            *row = after.into_active_model().reset_all();
        })
        .await?;
    tx.commit::<action::Entity>(Event::ActionChanged, &action)
        .await?;
    Ok(action)
}

fn changed(before: &action::Model, input: ChangeActionInput, checks: &mut Checks) -> action::Model {
    let clear = input.clear.unwrap_or_default();
    let sets = |field: &ActionField| match field {
        ActionField::Description => input.description.is_some(),
        ActionField::ResponsibleEntity => input.responsible_entity_id.is_some(),
        ActionField::StartOn => input.start_on.is_some(),
        ActionField::DueOn => input.due_on.is_some(),
    };
    checks.ensure(
        !clear.iter().any(sets),
        UserErrorCode::Invalid,
        "clear",
        "Set a value or clear it, not both.",
    );
    let mut after = before.clone();
    for field in clear {
        match field {
            ActionField::Description => after.description = None,
            ActionField::ResponsibleEntity => after.responsible_entity_id = None,
            ActionField::StartOn => after.start_on = None,
            ActionField::DueOn => (after.due_on, after.due_on_precision) = (None, None),
        }
    }
    if let Some(title) = input.title {
        title.trim().clone_into(&mut after.title);
    }
    after.description = trimmed(input.description).or(after.description);
    let entity = input.responsible_entity_id.map(|id| id.0);
    after.responsible_entity_id = entity.or(after.responsible_entity_id);
    after.start_on = input.start_on.map(|day| day.0).or(after.start_on);
    // A day that is named anew without a precision is meant to the day.
    match (input.due_on, input.due_on_precision) {
        (Some(day), precision) => {
            (after.due_on, after.due_on_precision) = periods::known(Some(day.0), precision);
        }
        (None, Some(precision)) => {
            let day = after.due_on;
            after.due_on = day.map(|day| periods::last_day(day, precision));
            after.due_on_precision = Some(precision);
        }
        (None, None) => {}
    }
    after
}

/// Removes an action; answers with the plan.
pub(crate) async fn remove_action(
    viewer: &Viewer,
    input: RemoveActionInput,
) -> Result<plan::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let (plan, action) = tx
        .lock_below::<plan::Entity, action::Entity>(input.action_id)
        .await?;
    let permitted = plan.edit_child(action, &rules::WRITING, input.expected_version)?;
    let removed = permitted.row().clone();
    remove_actions(&mut tx, &plan, vec![permitted]).await?;
    tx.answers_with::<plan::Entity>(plan.row());
    tx.commit::<action::Entity>(Event::ActionRemoved, &removed)
        .await?;
    Ok(plan.row().clone())
}
