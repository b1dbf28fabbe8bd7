//! The row of an objective from what was sent, what the framework says, and what was assessed.

use entity::{
    action_plan::{ObjectiveOrigin, objective, plan},
    programme::ElementKind,
};
use uuid::Uuid;

use super::{
    super::{
        super::{
            levels,
            rules::baseline::{self, Baseline},
            version,
        },
        assessed,
    },
    AddObjectiveInput, ChangeObjectiveInput, ObjectiveField,
};
use crate::{
    access::{Tx, Viewer},
    catalogue::IndicatorEntry,
    input::{Checks, SHORT_TEXT, trimmed},
    programme,
    refusal::{
        Refused,
        UserErrorCode::{Invalid, NotFound, NotUnique, Required},
    },
};

/// The row of a new objective, or every fault.
pub(super) async fn added(
    tx: &Tx,
    plan: &plan::Model,
    siblings: &[objective::Model],
    ordinal: i32,
    input: AddObjectiveInput,
) -> Result<objective::Model, Refused> {
    let viewer = tx.viewer();
    let country = viewer.country(plan.programme_id);
    let mut checks = Checks::default();
    let indicator = input.indicator_id.map(|id| id.0);
    let indicator = indicator.and_then(|id| indicator_of(&mut checks, viewer, plan, id));
    check_origin(&mut checks, &input, siblings);
    let theme = theme(
        &mut checks,
        viewer,
        plan,
        indicator,
        input.theme_id.map(|id| id.0),
    );
    let statement = || indicator.map(|i| programme::text(viewer, &i.row.name, None).to_owned());
    let title = trimmed(input.title).or_else(statement).unwrap_or_default();
    if input.indicator_id.is_none() && input.origin != ObjectiveOrigin::Indicator {
        checks.required_text("title", &title, SHORT_TEXT.public(country));
    } else {
        // The indicator gives the title, or its own fault is told.
        checks.text("title", Some(&title), SHORT_TEXT.public(country));
    }
    let given = Baseline {
        answer: input.baseline_answer,
        level: input.baseline_level,
    };
    let indicator = indicator.map(|i| i.row.id);
    let baseline = start(tx, &mut checks, plan, (input.origin, indicator), given).await?;
    let levels = levels(viewer, plan);
    baseline::check_level(&mut checks, "targetLevel", input.target_level, &levels);
    checks.done()?;
    Ok(objective::Model {
        id: viewer.key(input.id.as_ref())?,
        programme_id: plan.programme_id,
        municipality_id: plan.municipality_id,
        plan_id: plan.id,
        ordinal,
        origin: input.origin,
        title,
        indicator_id: indicator,
        theme_id: theme,
        baseline_answer: baseline.answer,
        baseline_level: baseline.level,
        target_level: input.target_level,
        target_on: input.target_on.map(|day| day.0),
        created_at: viewer.now(),
        updated_at: viewer.now(),
        version: 1,
    })
}

/// The row of a changed objective, or every fault.
pub(super) async fn changed(
    tx: &Tx,
    plan: &plan::Model,
    before: &objective::Model,
    input: ChangeObjectiveInput,
) -> Result<objective::Model, Refused> {
    let viewer = tx.viewer();
    let country = viewer.country(plan.programme_id);
    let mut checks = Checks::default();
    let mut after = before.clone();
    for field in check_clear(&mut checks, &input) {
        match field {
            ObjectiveField::Theme if before.indicator_id.is_none() => after.theme_id = None,
            ObjectiveField::Theme => {}
            ObjectiveField::Baseline => {
                (after.baseline_answer, after.baseline_level) = (None, None);
            }
            ObjectiveField::TargetLevel => after.target_level = None,
            ObjectiveField::TargetOn => after.target_on = None,
        }
    }
    if let Some(title) = input.title {
        checks.required_text("title", &title, SHORT_TEXT.public(country));
        title.trim().clone_into(&mut after.title);
    }
    if let Some(chosen) = input.theme_id {
        let indicator = before.indicator_id;
        let indicator = indicator.and_then(|id| indicator_of(&mut checks, viewer, plan, id));
        after.theme_id = theme(&mut checks, viewer, plan, indicator, Some(chosen.0));
    }
    if input.baseline_answer.is_some() || input.baseline_level.is_some() {
        let given = Baseline {
            answer: input.baseline_answer,
            level: input.baseline_level,
        };
        let what = (before.origin, before.indicator_id);
        let baseline = start(tx, &mut checks, plan, what, given).await?;
        (after.baseline_answer, after.baseline_level) = (baseline.answer, baseline.level);
    }
    let levels = levels(viewer, plan);
    baseline::check_level(&mut checks, "targetLevel", input.target_level, &levels);
    checks.done()?;
    after.target_level = input.target_level.or(after.target_level);
    after.target_on = input.target_on.map(|day| day.0).or(after.target_on);
    Ok(after)
}

/// What is cleared; nothing can be set and cleared at once.
fn check_clear(checks: &mut Checks, input: &ChangeObjectiveInput) -> Vec<ObjectiveField> {
    let clear = input.clear.clone().unwrap_or_default();
    let sets = |field| match field {
        ObjectiveField::Theme => input.theme_id.is_some(),
        ObjectiveField::Baseline => {
            input.baseline_answer.is_some() || input.baseline_level.is_some()
        }
        ObjectiveField::TargetLevel => input.target_level.is_some(),
        ObjectiveField::TargetOn => input.target_on.is_some(),
    };
    checks.ensure(
        !clear.iter().any(|field| sets(*field)),
        Invalid,
        "clear",
        "Set a value or clear it, not both.",
    );
    clear
}

/// The indicator of the plan's framework with this id.
fn indicator_of<'v>(
    checks: &mut Checks,
    viewer: &'v Viewer,
    plan: &plan::Model,
    id: Uuid,
) -> Option<&'v IndicatorEntry> {
    let version = version(viewer, plan);
    let mut indicators = version.into_iter().flat_map(|v| &v.framework.indicators);
    let found = indicators.find(|i| i.row.id == id);
    checks.ensure(
        found.is_some(),
        NotFound,
        "indicatorId",
        "There is no such indicator in the framework of the plan.",
    );
    found.map(AsRef::as_ref)
}

/// An objective from an indicator names one, and each indicator is one objective at most.
fn check_origin(checks: &mut Checks, input: &AddObjectiveInput, siblings: &[objective::Model]) {
    if input.origin != ObjectiveOrigin::Indicator {
        return;
    }
    let Some(indicator) = input.indicator_id else {
        checks.fault(
            Required,
            "indicatorId",
            "Say which indicator it is taken from.",
        );
        return;
    };
    let is_taken = siblings.iter().any(|row| {
        row.origin == ObjectiveOrigin::Indicator && row.indicator_id == Some(indicator.0)
    });
    checks.ensure(
        !is_taken,
        NotUnique,
        "indicatorId",
        "This indicator is an objective of the plan already.",
    );
}

/// The theme of an objective: that of its indicator, else the one chosen.
fn theme(
    checks: &mut Checks,
    viewer: &Viewer,
    plan: &plan::Model,
    indicator: Option<&IndicatorEntry>,
    chosen: Option<Uuid>,
) -> Option<Uuid> {
    if let Some(indicator) = indicator {
        checks.ensure(
            chosen.is_none_or(|theme| theme == indicator.row.theme_id),
            Invalid,
            "themeId",
            "The indicator belongs to another theme.",
        );
        return Some(indicator.row.theme_id);
    }
    let chosen = chosen?;
    let elements = version(viewer, plan).into_iter();
    let is_theme = elements
        .flat_map(|v| &v.framework.elements)
        .any(|element| element.id == chosen && element.kind == ElementKind::Theme);
    checks.ensure(
        is_theme,
        NotFound,
        "themeId",
        "There is no such theme in the framework of the plan.",
    );
    Some(chosen)
}

/// Where the objective starts from. The assessment speaks for objectives from indicators only.
async fn start(
    tx: &Tx,
    checks: &mut Checks,
    plan: &plan::Model,
    (origin, indicator): (ObjectiveOrigin, Option<Uuid>),
    given: Baseline,
) -> Result<Baseline, Refused> {
    let assessed = match indicator {
        Some(indicator) if origin == ObjectiveOrigin::Indicator => {
            assessed::baseline(tx, plan, indicator).await?
        }
        _ => None,
    };
    let levels = levels(tx.viewer(), plan);
    match baseline::settled(given, assessed, &levels) {
        Ok(baseline) => Ok(baseline),
        Err(faults) => {
            checks.extend(faults);
            Ok(Baseline::default())
        }
    }
}
