//! What the writes of action indicators do: lock, permit, check, write, commit.

use entity::action_plan::{DatePrecision, action, action_indicator, plan};
use sea_orm::{ActiveModelTrait, IntoActiveModel};

use super::{
    super::{
        super::{
            levels,
            rules::{
                self,
                periods::{self, Known},
                units::{self, Definition, Measure},
            },
            season::SeasonOfYear,
        },
        full, next_ordinal,
    },
    ActionIndicatorField, ChangeActionIndicatorInput, DefineActionIndicatorInput,
    RemoveActionIndicatorInput,
};
use crate::{
    access::{Locked, Tx, Viewer},
    error::Failure,
    id::Id,
    input::{Checks, trimmed},
    journal::Event,
    refusal::{Refused, UserError, UserErrorCode},
};

/// The most indicators of an action.
const INDICATORS_MAX: usize = 20;

/// Defines an action indicator.
pub(crate) async fn define_action_indicator(
    viewer: &Viewer,
    input: DefineActionIndicatorInput,
) -> Result<action_indicator::Model, Refused> {
    let mut tx = viewer.begin().await?;
    // The action is locked against other additions, so that the bound holds.
    let (plan, action) = tx
        .lock_below::<plan::Entity, action::Entity>(input.action_id)
        .await?;
    let permitted = plan.edit(&rules::WRITING, None)?;
    let indicators = tx
        .children::<plan::Entity, action_indicator::Entity>(permitted.row())
        .await?;
    let siblings = || {
        let action = action.row().id;
        indicators.iter().filter(move |row| row.action_id == action)
    };
    if siblings().count() >= INDICATORS_MAX {
        return Err(full(INDICATORS_MAX, "indicators fit in an action").into());
    }
    let ordinal = next_ordinal(siblings().map(|row| row.ordinal));
    let mut checks = Checks::default();
    let row = new_indicator(viewer, action.row(), ordinal, input, &mut checks)?;
    check(viewer, permitted.row(), &row, checks)?;
    let indicator = tx
        .create::<plan::Entity, action_indicator::Entity>(&permitted, row.into_active_model())
        .await?;
    tx.commit::<action_indicator::Entity>(Event::ActionIndicatorDefined, &indicator)
        .await?;
    Ok(indicator)
}

/// Checks an indicator as it is to be stored, together with the faults found before.
fn check(
    viewer: &Viewer,
    plan: &plan::Model,
    row: &action_indicator::Model,
    mut checks: Checks,
) -> Result<(), Refused> {
    let levels = levels(viewer, plan);
    let measure = Measure {
        unit: row.unit,
        counts: row.counts,
        levels: &levels,
        country: viewer.country(plan.programme_id),
    };
    let definition = Definition {
        label: row.label.clone(),
        is_baseline_known: row.is_baseline_known,
        baseline: row.baseline,
        baseline_on: row.baseline_on,
        target: row.target,
        target_text: row.target_text.clone(),
        means_of_verification: row.means_of_verification.clone(),
    };
    let today = viewer.today(plan.programme_id);
    checks.extend(units::definition(measure, &definition, today));
    checks.done()
}

/// When a target is to be reached; only actions go on for ever.
fn target(checks: &mut Checks, given: periods::Given) -> Known {
    let known = periods::known(checks, periods::TARGET, given);
    checks.ensure(
        known.precision != Some(DatePrecision::Ongoing),
        UserErrorCode::Invalid,
        "targetOnPrecision",
        "Only actions are ONGOING.",
    );
    known
}

fn new_indicator(
    viewer: &Viewer,
    action: &action::Model,
    ordinal: i32,
    input: DefineActionIndicatorInput,
    checks: &mut Checks,
) -> Result<action_indicator::Model, UserError> {
    let given = periods::Given {
        day: input.target_on.map(|day| day.0),
        precision: input.target_on_precision,
        season: input.target_season.map(SeasonOfYear::parts),
    };
    let target = target(checks, given);
    Ok(action_indicator::Model {
        id: viewer.key(input.id.as_ref())?,
        programme_id: action.programme_id,
        municipality_id: action.municipality_id,
        plan_id: action.plan_id,
        action_id: action.id,
        ordinal,
        label: input.label.trim().to_owned(),
        unit: input.unit,
        counts: input.counts,
        is_baseline_known: input.is_baseline_known.unwrap_or(input.baseline.is_some()),
        baseline: input.baseline.map(|number| number.0),
        baseline_on: input.baseline_on.map(|day| day.0),
        target: input.target.map(|number| number.0),
        target_text: trimmed(input.target_text),
        target_on: target.day,
        target_on_precision: target.precision,
        target_season: target.season,
        means_of_verification: trimmed(input.means_of_verification),
        created_at: viewer.now(),
        updated_at: viewer.now(),
        version: 1,
    })
}

/// Changes an action indicator.
pub(crate) async fn change_action_indicator(
    viewer: &Viewer,
    input: ChangeActionIndicatorInput,
) -> Result<action_indicator::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let (plan, indicator) = locked(&tx, input.action_indicator_id).await?;
    let permitted = plan.edit_child(indicator, &rules::WRITING, input.expected_version)?;
    let mut checks = Checks::default();
    let after = changed(permitted.row(), input, &mut checks);
    check(viewer, plan.row(), &after, checks)?;
    let indicator = tx
        .update(permitted, |row| {
            *row = after.into_active_model().reset_all();
        })
        .await?;
    tx.commit::<action_indicator::Entity>(Event::ActionIndicatorChanged, &indicator)
        .await?;
    Ok(indicator)
}

async fn locked(
    tx: &Tx,
    id: Id<action_indicator::Entity>,
) -> Result<(Locked<plan::Entity>, Locked<action_indicator::Entity>), Failure> {
    tx.lock_below::<plan::Entity, action_indicator::Entity>(id)
        .await
}

fn changed(
    before: &action_indicator::Model,
    mut input: ChangeActionIndicatorInput,
    checks: &mut Checks,
) -> action_indicator::Model {
    let clear = input.clear.take().unwrap_or_default();
    checks.ensure(
        !clear.iter().any(|field| sets(&input, *field)),
        UserErrorCode::Invalid,
        "clear",
        "Set a value or clear it, not both.",
    );
    let mut after = before.clone();
    for field in clear {
        empty(&mut after, field);
    }
    if let Some(given) = target_given(before, &input) {
        let target = target(checks, given);
        set_target(&mut after, target);
    }
    if let Some(label) = input.label {
        label.trim().clone_into(&mut after.label);
    }
    after.unit = input.unit.unwrap_or(after.unit);
    after.counts = input.counts.unwrap_or(after.counts);
    let is_known = input.is_baseline_known;
    after.is_baseline_known =
        is_known.unwrap_or(after.is_baseline_known || input.baseline.is_some());
    after.baseline = input.baseline.map(|number| number.0).or(after.baseline);
    after.baseline_on = input.baseline_on.map(|day| day.0).or(after.baseline_on);
    after.target = input.target.map(|number| number.0).or(after.target);
    after.target_text = trimmed(input.target_text).or(after.target_text);
    after.means_of_verification =
        trimmed(input.means_of_verification).or(after.means_of_verification);
    after
}

fn sets(input: &ChangeActionIndicatorInput, field: ActionIndicatorField) -> bool {
    match field {
        ActionIndicatorField::Baseline => input.baseline.is_some(),
        ActionIndicatorField::BaselineOn => input.baseline_on.is_some(),
        ActionIndicatorField::Target => input.target.is_some(),
        ActionIndicatorField::TargetText => input.target_text.is_some(),
        ActionIndicatorField::TargetOn => says_when(input),
        ActionIndicatorField::MeansOfVerification => input.means_of_verification.is_some(),
    }
}

fn empty(row: &mut action_indicator::Model, field: ActionIndicatorField) {
    match field {
        ActionIndicatorField::Baseline => {
            (row.baseline, row.baseline_on, row.is_baseline_known) = (None, None, false);
        }
        ActionIndicatorField::BaselineOn => row.baseline_on = None,
        ActionIndicatorField::Target => row.target = None,
        ActionIndicatorField::TargetText => row.target_text = None,
        ActionIndicatorField::TargetOn => set_target(row, Known::default()),
        ActionIndicatorField::MeansOfVerification => row.means_of_verification = None,
    }
}

fn set_target(row: &mut action_indicator::Model, target: Known) {
    row.target_on = target.day;
    row.target_on_precision = target.precision;
    row.target_season = target.season;
}

fn says_when(input: &ChangeActionIndicatorInput) -> bool {
    input.target_on.is_some()
        || input.target_on_precision.is_some()
        || input.target_season.is_some()
}

/// What is said of when the target is to be reached. A precision alone is that of the stored day.
fn target_given(
    before: &action_indicator::Model,
    input: &ChangeActionIndicatorInput,
) -> Option<periods::Given> {
    let is_alone = input.target_on.is_none() && input.target_season.is_none();
    let stored = before.target_on.filter(|_| is_alone);
    says_when(input).then(|| periods::Given {
        day: input.target_on.map(|day| day.0).or(stored),
        precision: input.target_on_precision,
        season: input.target_season.map(SeasonOfYear::parts),
    })
}

/// Removes an action indicator; answers with its action. Plans that are being written have no
/// measurements yet.
pub(crate) async fn remove_action_indicator(
    viewer: &Viewer,
    input: RemoveActionIndicatorInput,
) -> Result<action::Model, Refused> {
    let mut tx = viewer.begin().await?;
    let (plan, indicator) = locked(&tx, input.action_indicator_id).await?;
    let permitted = plan.edit_child(indicator, &rules::WRITING, input.expected_version)?;
    let removed = permitted.row().clone();
    let action = tx
        .find::<action::Entity>()
        .by_id(Id::new(removed.action_id));
    let action = action.await?.ok_or_else(Failure::not_found)?;
    tx.remove(permitted).await?;
    tx.answers_with::<action::Entity>(&action);
    tx.commit::<action_indicator::Entity>(Event::ActionIndicatorRemoved, &removed)
        .await?;
    Ok(action)
}
