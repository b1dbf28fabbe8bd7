//! What the writes of actions do: lock, permit, check, write, commit.

use entity::action_plan::{
    ActionStatus, DatePrecision, action, objective, plan, responsible_entity,
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use uuid::Uuid;

use super::{
    super::{
        super::{
            rules::{
                self,
                periods::{self, Known},
            },
            season::SeasonOfYear,
        },
        full, next_ordinal,
        removal::remove_actions,
    },
    ActionField, AddActionInput, ChangeActionInput, RemoveActionInput,
};
use crate::{
    access::{Tx, Viewer},
    error::Failure,
    id::Id,
    input::{Checks, LONG_TEXT, SHORT_TEXT, trimmed},
    journal::Event,
    refusal::{Refused, UserError, UserErrorCode},
};

/// The most actions of an objective.
const ACTIONS_MAX: usize = 30;

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
    let mut checks = Checks::default();
    let row = new_action(viewer, objective.row(), ordinal, input, &mut checks)?;
    check_due(&mut checks, permitted.row(), &row);
    check(&tx, &row, checks).await?;
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
    checks: &mut Checks,
) -> Result<action::Model, UserError> {
    let given = periods::Given {
        day: input.due_on.map(|day| day.0),
        precision: input.due_on_precision,
        season: input.due_season.map(SeasonOfYear::parts),
    };
    let due = periods::known(checks, periods::DUE, given);
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
        due_on: due.day,
        due_on_precision: due.precision,
        due_season: due.season,
        due_outside_reason: trimmed(input.due_outside_reason),
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
    checks.text(
        "dueOutsideReason",
        row.due_outside_reason.as_deref(),
        LONG_TEXT.public(country),
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

/// Checks when an action is due, where that is said now: what is stored stays, whatever becomes of
/// the period of the plan.
fn check_due(checks: &mut Checks, plan: &plan::Model, row: &action::Model) {
    let due = Known {
        day: row.due_on,
        precision: row.due_on_precision,
        season: row.due_season,
    };
    let period = (plan.period_from, plan.period_to);
    periods::check_within(checks, period, due, row.due_outside_reason.as_deref());
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
    let names_due = says_when(&input) || input.due_outside_reason.is_some();
    let after = changed(permitted.row(), input, &mut checks);
    if names_due {
        check_due(&mut checks, plan.row(), &after);
    }
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

fn says_when(input: &ChangeActionInput) -> bool {
    input.due_on.is_some() || input.due_on_precision.is_some() || input.due_season.is_some()
}

fn changed(
    before: &action::Model,
    mut input: ChangeActionInput,
    checks: &mut Checks,
) -> action::Model {
    let clear = input.clear.take().unwrap_or_default();
    let sets = |field: &ActionField| match field {
        ActionField::Description => input.description.is_some(),
        ActionField::ResponsibleEntity => input.responsible_entity_id.is_some(),
        ActionField::StartOn => input.start_on.is_some(),
        ActionField::DueOn => says_when(&input) || input.due_outside_reason.is_some(),
    };
    checks.ensure(
        !clear.iter().any(sets),
        UserErrorCode::Invalid,
        "clear",
        "Set a value or clear it, not both.",
    );
    let given = says_when(&input).then(|| given(before, &input));
    let mut after = before.clone();
    for field in clear {
        match field {
            ActionField::Description => after.description = None,
            ActionField::ResponsibleEntity => after.responsible_entity_id = None,
            ActionField::StartOn => after.start_on = None,
            ActionField::DueOn => set_due(&mut after, Known::default(), None),
        }
    }
    if let Some(title) = input.title {
        title.trim().clone_into(&mut after.title);
    }
    after.description = trimmed(input.description).or(after.description);
    let entity = input.responsible_entity_id.map(|id| id.0);
    after.responsible_entity_id = entity.or(after.responsible_entity_id);
    after.start_on = input.start_on.map(|day| day.0).or(after.start_on);
    let reason = trimmed(input.due_outside_reason);
    if let Some(given) = given {
        let due = periods::known(checks, periods::DUE, given);
        set_due(&mut after, due, reason);
    } else {
        after.due_outside_reason = reason.or(after.due_outside_reason);
    }
    after
}

/// What is said of when an action is due. A precision alone is that of the stored day.
fn given(before: &action::Model, input: &ChangeActionInput) -> periods::Given {
    let precision = input.due_on_precision;
    let is_alone = input.due_on.is_none() && input.due_season.is_none();
    let has_day = is_alone && precision != Some(DatePrecision::Ongoing);
    let stored = before.due_on.filter(|_| has_day);
    periods::Given {
        day: input.due_on.map(|day| day.0).or(stored),
        precision,
        season: input.due_season.map(SeasonOfYear::parts),
    }
}

fn set_due(row: &mut action::Model, due: Known, outside_reason: Option<String>) {
    row.due_on = due.day;
    row.due_on_precision = due.precision;
    row.due_season = due.season;
    row.due_outside_reason = outside_reason;
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
