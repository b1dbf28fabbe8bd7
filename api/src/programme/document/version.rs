//! Reads the rules of a programme version: settings, gates, milestones, criteria.

use std::ops::RangeInclusive;

use super::framework::{Named, check_distinct, check_links};
use super::section::Section;
use super::{Criterion, Framework, Milestone, PlanGates, Settings, Version};

/// A programme does not plan further ahead than fifty years.
const MONTHS: RangeInclusive<i32> = 0..=600;
const COUNT: RangeInclusive<i32> = 0..=1_000;

/// The `[version]` table, `[[milestone]]` and `[[criterion]]`.
pub(super) fn read(root: &Section<'_>, locales: &[String], framework: &Framework) -> Version {
    let section = root.section("version");
    let version = Version {
        number: section.number("number", 1..=i32::MAX),
        valid_from: section.date("valid_from"),
        settings: read_settings(&section.section("settings")),
        plan_gates: read_plan_gates(&section.section("plan_gates"), framework),
        milestones: read_milestones(root, locales),
        criteria: read_criteria(root, locales),
    };
    section.finish();
    version
}

fn read_settings(section: &Section<'_>) -> Settings {
    let settings = Settings {
        duty: section.word("duty"),
        local_decision: section.word("local_decision"),
        draft_visibility: section.word("draft_visibility"),
        publish_refusals: section.flag("publish_refusals"),
        min_cell: section.number("min_cell", COUNT),
        label_timing: section.word("label_timing"),
        cycle_months: section.numbers("cycle_months", 1..=*MONTHS.end()),
        validity_months: section.numbers("validity_months", 1..=*MONTHS.end()),
        max_extensions: section.number("max_extensions", COUNT),
    };
    for (key, months) in [
        ("cycle_months", &settings.cycle_months),
        ("validity_months", &settings.validity_months),
    ] {
        if months.is_empty() {
            let line = section.line_of(key);
            section.fault(line, format!("{key} needs at least one number"));
        }
    }
    section.finish();
    settings
}

fn read_plan_gates(section: &Section<'_>, framework: &Framework) -> PlanGates {
    let gates = PlanGates {
        indicator_objectives_min: section.number("indicator_objectives_min", COUNT),
        indicator_objectives_max: section.number("indicator_objectives_max", COUNT),
        children_objectives: section.number("children_objectives", COUNT),
        free_objectives_max: section.number("free_objectives_max", COUNT),
        every_theme_covered: section.flag("every_theme_covered"),
        baseline_level_max: section.number("baseline_level_max", COUNT),
        target_level_min: section.number("target_level_min", COUNT),
        county_indicators_allowed: section.flag("county_indicators_allowed"),
    };
    if gates.indicator_objectives_min > gates.indicator_objectives_max {
        let line = section.line_of("indicator_objectives_max");
        section.fault(
            line,
            "indicator_objectives_max is below indicator_objectives_min",
        );
    }
    let levels = &framework.scale.levels;
    for (key, level) in [
        ("baseline_level_max", gates.baseline_level_max),
        ("target_level_min", gates.target_level_min),
    ] {
        let is_known = levels.iter().any(|known| known.value == level);
        if !levels.is_empty() && !is_known && COUNT.contains(&level) {
            let line = section.line_of(key);
            section.fault(line, format!("{key} {level} is not a level of the scale"));
        }
    }
    section.finish();
    gates
}

fn read_milestones(root: &Section<'_>, locales: &[String]) -> Vec<Milestone> {
    let mut rows = Vec::new();
    let mut links = Vec::new();
    let mut milestones = Vec::new();
    for section in root.sections("milestone") {
        let milestone = Milestone {
            code: section.code("code"),
            ordinal: section.number("ordinal", COUNT),
            name: section.translations("name", locales),
            prerequisites: section.codes("prerequisites"),
            gate: section.word("gate"),
            due_months: section.numbers("due_months", MONTHS),
        };
        section.finish();
        rows.push(Named {
            line: section.line(),
            code: milestone.code.clone(),
            ordinal: milestone.ordinal,
        });
        let line = section.line_of("prerequisites");
        let asked = milestone.prerequisites.iter();
        links.extend(asked.map(|asked| (line, milestone.code.clone(), asked.clone())));
        milestones.push(milestone);
    }
    check_distinct(root, "milestone", &rows);
    check_links(root, "prerequisite", "milestone", &rows, &links);
    milestones.sort_by_key(|milestone| milestone.ordinal);
    for milestone in &mut milestones {
        milestone.prerequisites.sort();
    }
    milestones
}

fn read_criteria(root: &Section<'_>, locales: &[String]) -> Vec<Criterion> {
    let mut rows = Vec::new();
    let mut criteria = Vec::new();
    for section in root.sections("criterion") {
        let criterion = Criterion {
            code: section.code("code"),
            ordinal: section.number("ordinal", COUNT),
            name: section.translations("name", locales),
            text: section.translations("text", locales),
            illustrative: section.flag("illustrative"),
        };
        section.finish();
        rows.push(Named {
            line: section.line(),
            code: criterion.code.clone(),
            ordinal: criterion.ordinal,
        });
        criteria.push(criterion);
    }
    check_distinct(root, "criterion", &rows);
    criteria.sort_by_key(|criterion| criterion.ordinal);
    criteria
}
