//! Each gate broken alone, and all of them at once.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate};
use entity::{
    programme::{
        Direction, DraftVisibility, Duty, FrameworkKind, IndicatorKind, LabelTiming, LocalDecision,
        Unit, VersionStatus, framework, framework_element, indicator,
    },
    text::{Numbers, Translations},
};
use uuid::Uuid;

use super::*;
use crate::{catalogue::FrameworkEntry, refusal::UserErrorCode};

/// The gates of the Finnish programme over two themes.
fn version() -> VersionEntry {
    let themes = [theme(1, "EQUALITY"), theme(2, "PARTICIPATION")];
    let indicators = [
        indicator(11, &themes[0], Tier::Local, true),
        indicator(12, &themes[1], Tier::Local, true),
        indicator(13, &themes[0], Tier::Local, true),
        indicator(14, &themes[0], Tier::County, false),
        indicator(15, &themes[0], Tier::Local, false),
    ];
    VersionEntry {
        row: gates(),
        milestones: Vec::new(),
        criteria: Vec::new(),
        framework: Arc::new(FrameworkEntry {
            row: framework::Model {
                id: Uuid::nil(),
                programme_id: Uuid::nil(),
                key: "test".into(),
                number: 1,
                kind: FrameworkKind::IndicatorSet,
                licence: String::new(),
                source_note: String::new(),
                scale_key: "levels".into(),
                scale_direction: Direction::Up,
                none_of_levels_name: Translations::default(),
                threshold: 3,
            },
            elements: themes.into(),
            levels: Vec::new(),
            indicators: indicators.into(),
        }),
    }
}

fn gates() -> programme_version::Model {
    programme_version::Model {
        id: Uuid::nil(),
        programme_id: Uuid::nil(),
        framework_id: Uuid::nil(),
        number: 1,
        status: VersionStatus::Published,
        valid_from: NaiveDate::default(),
        duty: Duty::TwoPerson,
        local_decision: LocalDecision::RecordedDecision,
        draft_visibility: DraftVisibility::Committee,
        publishes_refusals: false,
        minimum_cell: 5,
        label_timing: LabelTiming::AfterEvaluation,
        validity_months: Numbers::default(),
        cycle_months: Numbers::default(),
        extensions_max: 1,
        indicator_objectives_min: 3,
        indicator_objectives_max: 4,
        children_objectives: 1,
        free_objectives_max: 1,
        is_every_theme_covered: true,
        baseline_level_max: 2,
        target_level_min: 3,
        is_county_indicator_allowed: false,
        content_hash: String::new(),
        published_at: DateTime::UNIX_EPOCH,
    }
}

fn theme(id: u128, code: &str) -> Arc<framework_element::Model> {
    Arc::new(framework_element::Model {
        id: Uuid::from_u128(id),
        framework_id: Uuid::nil(),
        parent_id: None,
        code: code.into(),
        kind: ElementKind::Theme,
        ordinal: 1,
        name: Translations::default(),
        is_mandatory: false,
    })
}

fn indicator(
    number: i32,
    theme: &Arc<framework_element::Model>,
    responsible_tier: Tier,
    is_selectable_as_objective: bool,
) -> Arc<IndicatorEntry> {
    Arc::new(IndicatorEntry {
        row: indicator::Model {
            id: key(number),
            framework_id: Uuid::nil(),
            theme_id: theme.id,
            number,
            code: number.to_string(),
            name: Translations::default(),
            kind: IndicatorKind::StructureProcess,
            unit: Unit::Level,
            responsible_tier,
            is_selectable_as_objective,
            is_illustrative: true,
            convention_articles: Numbers::default(),
            source_note: String::new(),
        },
        theme: Arc::clone(theme),
        descriptors: Vec::new(),
    })
}

fn key(number: i32) -> Uuid {
    Uuid::from_u128(u128::from(number.unsigned_abs()))
}

fn objective(origin: ObjectiveOrigin, indicator: Option<i32>) -> objective::Model {
    objective::Model {
        id: Uuid::nil(),
        programme_id: Uuid::nil(),
        municipality_id: Uuid::nil(),
        plan_id: Uuid::nil(),
        ordinal: 1,
        origin,
        title: "Children are heard".into(),
        indicator_id: indicator.map(key),
        theme_id: None,
        baseline_answer: Some(Answer::Level),
        baseline_level: Some(2),
        target_level: Some(3),
        target_on: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        version: 1,
    }
}

/// A plan that passes every gate: three indicators over both themes, one from children, one free.
fn passing() -> Vec<objective::Model> {
    use ObjectiveOrigin::{Children, Free, Indicator};
    vec![
        objective(Indicator, Some(11)),
        objective(Indicator, Some(12)),
        objective(Indicator, Some(13)),
        objective(Children, None),
        objective(Free, None),
    ]
}

fn messages(objectives: &[objective::Model]) -> Vec<String> {
    let errors = unmet(&version(), objectives);
    assert!(errors.iter().all(|e| e.code == UserErrorCode::RulesUnmet));
    errors.into_iter().map(|e| e.message).collect()
}

/// The messages after one change of the first objective.
fn after(change: impl FnOnce(&mut objective::Model)) -> Vec<String> {
    let mut objectives = passing();
    change(&mut objectives[0]);
    messages(&objectives)
}

#[test]
fn a_whole_plan_passes() {
    assert_eq!(messages(&passing()), Vec::<String>::new());
    let mut four = passing();
    four.push(objective(ObjectiveOrigin::Indicator, Some(11)));
    assert!(messages(&four).is_empty());
}

#[test]
fn objectives_are_counted_by_origin() {
    use ObjectiveOrigin::{CarriedOver, Children, Free, Indicator};
    let extra = |origin, indicator| {
        let mut objectives = passing();
        objectives.push(objective(origin, indicator));
        messages(&objectives)
    };
    assert_eq!(
        extra(Children, None),
        ["Objectives from children: 2; exactly 1 is needed."]
    );
    assert_eq!(
        extra(Free, None),
        ["Objectives chosen freely: 2; at most 1 is allowed."]
    );
    assert!(extra(CarriedOver, None).is_empty());
    let mut five = passing();
    five.extend([
        objective(Indicator, Some(11)),
        objective(Indicator, Some(11)),
    ]);
    assert_eq!(
        messages(&five),
        ["Objectives from indicators: 5; 3 to 4 are needed."]
    );
    let without = |origin| {
        let objectives: Vec<_> = passing()
            .into_iter()
            .filter(|o| o.origin != origin)
            .collect();
        messages(&objectives)
    };
    assert_eq!(
        without(Children),
        ["Objectives from children: 0; exactly 1 is needed."]
    );
    assert!(without(Free).is_empty());
}

#[test]
fn every_theme_is_covered_by_an_indicator_or_by_choice() {
    let mut objectives = passing();
    objectives[1].indicator_id = Some(key(11));
    assert_eq!(
        messages(&objectives),
        ["No objective covers the theme PARTICIPATION."]
    );
    objectives[3].theme_id = Some(Uuid::from_u128(2));
    assert!(messages(&objectives).is_empty());
}

#[test]
fn an_indicator_starts_low() {
    assert!(after(|o| o.baseline_level = Some(1)).is_empty());
    let none =
        after(|o| (o.baseline_answer, o.baseline_level) = (Some(Answer::NoneOfLevels), None));
    assert!(none.is_empty());
    let broken = [
        (Some(Answer::Level), Some(3), "starts at level 3"),
        (Some(Answer::NotApplicable), None, "does not apply"),
        (None, None, "has no baseline"),
    ];
    for (answer, level, words) in broken {
        let found = after(|o| (o.baseline_answer, o.baseline_level) = (answer, level));
        assert_eq!(found.len(), 1, "{words}");
        assert!(
            found[0].starts_with(&format!("Objective 1 (indicator 11) {words};")),
            "{found:?}"
        );
    }
}

#[test]
fn an_indicator_aims_high() {
    assert!(after(|o| o.target_level = Some(4)).is_empty());
    for (level, words) in [(Some(2), "aims at level 2"), (None, "has no target level")] {
        let found = after(|o| o.target_level = level);
        assert_eq!(
            found,
            [format!(
                "Objective 1 (indicator 11) {words}; it has to aim at level 3 or higher."
            )]
        );
    }
}

#[test]
fn other_origins_have_no_levels_to_meet() {
    let mut objectives = passing();
    for objective in &mut objectives[3..] {
        (objective.baseline_answer, objective.baseline_level) = (None, None);
        objective.target_level = None;
    }
    assert!(messages(&objectives).is_empty());
}

#[test]
fn counties_and_what_cannot_be_chosen_are_refused() {
    let county = after(|o| o.indicator_id = Some(key(14)));
    assert_eq!(
        county,
        ["Objective 1 (indicator 14) is for the county to reach, not for the municipality."]
    );
    let closed = after(|o| o.indicator_id = Some(key(15)));
    assert_eq!(
        closed,
        ["Objective 1 (indicator 15) is taken from an indicator that cannot be an objective."]
    );
    let unknown = after(|o| o.indicator_id = Some(key(99)));
    assert_eq!(
        unknown,
        ["Objective 1 names no indicator of the framework."]
    );
}

#[test]
fn gates_are_data() {
    let mut version = version();
    version.row.is_every_theme_covered = false;
    version.row.indicator_objectives_min = 0;
    version.row.children_objectives = 0;
    assert!(unmet::<objective::Model>(&version, &[]).is_empty());
}

#[test]
fn every_point_is_named_at_once() {
    assert_eq!(
        messages(&[]),
        [
            "Objectives from indicators: 0; 3 to 4 are needed.",
            "Objectives from children: 0; exactly 1 is needed.",
            "No objective covers the theme EQUALITY.",
            "No objective covers the theme PARTICIPATION.",
        ]
    );
    let worst = after(|o| {
        (o.baseline_level, o.target_level) = (Some(4), Some(1));
        o.indicator_id = Some(key(14));
    });
    assert_eq!(worst.len(), 3);
}
