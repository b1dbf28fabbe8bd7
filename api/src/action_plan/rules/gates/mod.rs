//! PURE: what a plan must hold before it is submitted (domain 3.12b), every unmet point at once.

use std::{borrow::Borrow, ops::RangeInclusive};

use entity::{
    action_plan::{ObjectiveOrigin, objective},
    assessment::Answer,
    programme::{ElementKind, Tier, programme_version},
};

use crate::{
    catalogue::{IndicatorEntry, VersionEntry},
    refusal::{Told, UserError, told},
};

/// An objective with what the framework says about it.
struct Goal<'a> {
    /// Its place among the objectives, from 1.
    number: usize,
    name: String,
    row: &'a objective::Model,
    indicator: Option<&'a IndicatorEntry>,
}

/// Every unmet point of a plan with these objectives, in order.
pub(crate) fn unmet<O: Borrow<objective::Model>>(
    version: &VersionEntry,
    objectives: &[O],
) -> Vec<UserError> {
    let goals: Vec<Goal<'_>> = objectives
        .iter()
        .enumerate()
        .map(|(at, row)| goal(version, at, row.borrow()))
        .collect();
    let mut points = miscounted(&version.row, &goals);
    points.extend(uncovered(version, &goals));
    for goal in &goals {
        points.extend(misplaced(&version.row, goal));
        if goal.row.origin == ObjectiveOrigin::Indicator {
            points.extend(misjudged(&version.row, goal));
        }
    }
    points.into_iter().map(UserError::unmet).collect()
}

fn goal<'a>(version: &'a VersionEntry, at: usize, row: &'a objective::Model) -> Goal<'a> {
    let indicator = row.indicator_id.and_then(|id| {
        let mut indicators = version.framework.indicators.iter();
        indicators.find(|i| i.row.id == id)
    });
    let number = at + 1;
    let name = match indicator {
        Some(indicator) => format!("Objective {number} (indicator {})", indicator.row.number),
        None => format!("Objective {number}"),
    };
    Goal {
        number,
        name,
        row,
        indicator: indicator.map(AsRef::as_ref),
    }
}

impl Goal<'_> {
    /// What is wrong with it.
    fn told(&self, what: &str) -> Told {
        let indicator = self.indicator.map(|indicator| indicator.row.number);
        told(format!("{} {what}", self.name))
            .with("objective", self.number)
            .with_each("indicator", indicator)
    }
}

fn miscounted(gates: &programme_version::Model, goals: &[Goal<'_>]) -> Vec<Told> {
    let of = |origin| {
        let count = goals
            .iter()
            .filter(|goal| goal.row.origin == origin)
            .count();
        i32::try_from(count).unwrap_or(i32::MAX)
    };
    let children = gates.children_objectives;
    [
        (
            "from indicators",
            of(ObjectiveOrigin::Indicator),
            gates.indicator_objectives_min..=gates.indicator_objectives_max,
        ),
        (
            "from children",
            of(ObjectiveOrigin::Children),
            children..=children,
        ),
        (
            "chosen freely",
            of(ObjectiveOrigin::Free),
            0..=gates.free_objectives_max,
        ),
    ]
    .into_iter()
    .filter(|(_, count, allowed)| !allowed.contains(count))
    .map(|(what, count, allowed)| {
        told(format!("Objectives {what}: {count}; {}.", wanted(&allowed)))
            .with("count", count)
            .with("minimum", allowed.start())
            .with("maximum", allowed.end())
    })
    .collect()
}

fn wanted(allowed: &RangeInclusive<i32>) -> String {
    match (*allowed.start(), *allowed.end()) {
        (least, most) if least == most => format!("exactly {most} is needed"),
        (0, most) => format!("at most {most} is allowed"),
        (least, most) => format!("{least} to {most} are needed"),
    }
}

fn uncovered(version: &VersionEntry, goals: &[Goal<'_>]) -> Vec<Told> {
    if !version.row.is_every_theme_covered {
        return Vec::new();
    }
    let covers = |theme| {
        goals.iter().any(|goal| {
            let of_indicator = goal.indicator.map(|indicator| indicator.row.theme_id);
            of_indicator.or(goal.row.theme_id) == Some(theme)
        })
    };
    let themes = version.framework.elements.iter();
    themes
        .filter(|element| element.kind == ElementKind::Theme && !covers(element.id))
        .map(|theme| {
            told(format!("No objective covers the theme {}.", theme.code))
                .with("theme", &theme.code)
        })
        .collect()
}

/// Whether the indicator may be an objective at all.
fn misplaced(gates: &programme_version::Model, goal: &Goal<'_>) -> Option<Told> {
    let Some(indicator) = goal.indicator.map(|indicator| &indicator.row) else {
        return (goal.row.origin == ObjectiveOrigin::Indicator)
            .then(|| goal.told("names no indicator of the framework."));
    };
    if indicator.responsible_tier == Tier::County && !gates.is_county_indicator_allowed {
        return Some(goal.told("is for the county to reach, not for the municipality."));
    }
    (!indicator.is_selectable_as_objective)
        .then(|| goal.told("is taken from an indicator that cannot be an objective."))
}

/// Whether an objective from an indicator starts low enough and aims high enough.
fn misjudged(gates: &programme_version::Model, goal: &Goal<'_>) -> Vec<Told> {
    let highest = gates.baseline_level_max;
    let start = match (goal.row.baseline_answer, goal.row.baseline_level) {
        (Some(Answer::NoneOfLevels), _) => None,
        (Some(Answer::Level), Some(level)) if level <= highest => None,
        (Some(Answer::Level), Some(level)) => Some(format!("starts at level {level}")),
        (Some(Answer::NotApplicable), _) => Some("does not apply".to_owned()),
        _ => Some("has no baseline".to_owned()),
    };
    let lowest = gates.target_level_min;
    let aim = match goal.row.target_level {
        Some(level) if level >= lowest => None,
        Some(level) => Some(format!("aims at level {level}")),
        None => Some("has no target level".to_owned()),
    };
    let start = start.map(|start| {
        let what = format!(
            "{start}; it has to start at level {highest} or lower, or at none of the levels."
        );
        goal.told(&what).with("maximum", highest)
    });
    let aim = aim.map(|aim| {
        let what = format!("{aim}; it has to aim at level {lowest} or higher.");
        goal.told(&what).with("minimum", lowest)
    });
    start.into_iter().chain(aim).collect()
}

#[cfg(test)]
mod tests;
