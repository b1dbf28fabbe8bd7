//! PURE: the rows that the version and the framework of a document become, and whether a stored
//! framework says the same as a document.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    programme::{
        VersionStatus, criterion, framework, framework_element, indicator, level_descriptor,
        milestone, programme, programme_version, rating_level,
    },
    text::{Numbers, Translations, Words},
};
use uuid::Uuid;

use super::document::{self, ProgrammeDocument};
use crate::catalogue::FrameworkEntry;

/// The rows of a framework; elements stand after their parents.
#[derive(Debug)]
pub(super) struct FrameworkRows {
    pub(super) framework: framework::Model,
    pub(super) elements: Vec<framework_element::Model>,
    pub(super) levels: Vec<rating_level::Model>,
    pub(super) indicators: Vec<indicator::Model>,
    pub(super) descriptors: Vec<level_descriptor::Model>,
}

/// The row of a programme, new or as it was stored.
pub(super) fn programme(
    document: &document::Programme,
    stored: Option<&programme::Model>,
    fresh: (Uuid, DateTime<Utc>, bool),
) -> programme::Model {
    let (id, now, is_demonstration) = fresh;
    programme::Model {
        id: stored.map_or(id, |row| row.id),
        key: document.key.clone(),
        country_code: document.country_code.clone(),
        name: text(&document.name),
        owner_organisation: document.owner_org.clone(),
        locales: Words(document.locales.clone()),
        time_zone: document.timezone.clone(),
        currency: document.currency.clone(),
        is_demonstration,
        created_at: stored.map_or(now, |row| row.created_at),
    }
}

/// The row of a published version.
pub(super) fn version(
    document: &document::Version,
    (id, programme_id, framework_id): (Uuid, Uuid, Uuid),
    content_hash: String,
    now: DateTime<Utc>,
) -> programme_version::Model {
    let (settings, gates) = (&document.settings, &document.plan_gates);
    programme_version::Model {
        id,
        programme_id,
        framework_id,
        number: document.number,
        status: VersionStatus::Published,
        valid_from: document.valid_from,
        duty: settings.duty,
        local_decision: settings.local_decision,
        draft_visibility: settings.draft_visibility,
        publishes_refusals: settings.publish_refusals,
        minimum_cell: settings.min_cell,
        label_timing: settings.label_timing,
        validity_months: Numbers(settings.validity_months.clone()),
        cycle_months: Numbers(settings.cycle_months.clone()),
        extensions_max: settings.max_extensions,
        indicator_objectives_min: gates.indicator_objectives_min,
        indicator_objectives_max: gates.indicator_objectives_max,
        children_objectives: gates.children_objectives,
        free_objectives_max: gates.free_objectives_max,
        is_every_theme_covered: gates.every_theme_covered,
        baseline_level_max: gates.baseline_level_max,
        target_level_min: gates.target_level_min,
        is_county_indicator_allowed: gates.county_indicators_allowed,
        content_hash,
        published_at: now,
    }
}

/// The milestones of a version.
pub(super) fn milestones(
    document: &document::Version,
    version: Uuid,
    new_id: impl Fn() -> Uuid,
) -> Vec<milestone::Model> {
    let milestones = document.milestones.iter();
    milestones
        .map(|one| milestone::Model {
            id: new_id(),
            programme_version_id: version,
            code: one.code.clone(),
            ordinal: one.ordinal,
            name: text(&one.name),
            prerequisites: Words(one.prerequisites.clone()),
            gate: one.gate,
            due_months: Numbers(one.due_months.clone()),
        })
        .collect()
}

/// The recognition criteria of a version.
pub(super) fn criteria(
    document: &document::Version,
    version: Uuid,
    new_id: impl Fn() -> Uuid,
) -> Vec<criterion::Model> {
    let criteria = document.criteria.iter();
    criteria
        .map(|one| criterion::Model {
            id: new_id(),
            programme_version_id: version,
            code: one.code.clone(),
            ordinal: one.ordinal,
            name: text(&one.name),
            text: text(&one.text),
            is_illustrative: one.illustrative,
        })
        .collect()
}

/// The rows of a framework.
pub(super) fn framework(
    document: &ProgrammeDocument,
    programme_id: Uuid,
    new_id: impl Fn() -> Uuid,
) -> FrameworkRows {
    let framework = &document.framework;
    let id = new_id();
    let ids = |codes: Vec<String>| -> HashMap<String, Uuid> {
        codes.into_iter().map(|code| (code, new_id())).collect()
    };
    let elements = ids(framework.elements.iter().map(|e| e.code.clone()).collect());
    let indicators = ids(framework
        .indicators
        .iter()
        .map(|i| i.code.clone())
        .collect());
    FrameworkRows {
        framework: framework::Model {
            id,
            programme_id,
            key: framework.key.clone(),
            number: framework.number,
            kind: framework.kind,
            licence: framework.licence.clone(),
            source_note: framework.source_note.clone(),
            scale_key: framework.scale.key.clone(),
            scale_direction: framework.scale.direction,
            none_of_levels_name: framework
                .scale
                .none_label
                .as_ref()
                .map(text)
                .unwrap_or_default(),
            threshold: framework.threshold,
        },
        elements: element_rows(framework, id, &elements),
        levels: framework
            .scale
            .levels
            .iter()
            .map(|level| rating_level::Model {
                id: new_id(),
                framework_id: id,
                value: level.value,
                name: text(&level.name),
            })
            .collect(),
        indicators: indicator_rows(framework, id, &elements, &indicators),
        descriptors: framework
            .descriptors
            .iter()
            .map(|descriptor| level_descriptor::Model {
                id: new_id(),
                indicator_id: of(&indicators, &descriptor.indicator),
                level: descriptor.level,
                text: text(&descriptor.text),
            })
            .collect(),
    }
}

fn element_rows(
    framework: &document::Framework,
    framework_id: Uuid,
    ids: &HashMap<String, Uuid>,
) -> Vec<framework_element::Model> {
    let elements = framework.elements.iter();
    elements
        .map(|element| framework_element::Model {
            id: of(ids, &element.code),
            framework_id,
            parent_id: element.parent.as_ref().map(|parent| of(ids, parent)),
            code: element.code.clone(),
            kind: element.kind,
            ordinal: element.ordinal,
            name: text(&element.name),
            is_mandatory: true,
        })
        .collect()
}

fn indicator_rows(
    framework: &document::Framework,
    framework_id: Uuid,
    themes: &HashMap<String, Uuid>,
    ids: &HashMap<String, Uuid>,
) -> Vec<indicator::Model> {
    let indicators = framework.indicators.iter();
    indicators
        .map(|indicator| indicator::Model {
            id: of(ids, &indicator.code),
            framework_id,
            theme_id: of(themes, &indicator.theme),
            number: indicator.number,
            code: indicator.code.clone(),
            name: text(&indicator.name),
            kind: indicator.kind,
            unit: indicator.unit,
            responsible_tier: indicator.responsible_tier,
            is_selectable_as_objective: indicator.selectable_as_objective,
            is_illustrative: indicator.illustrative,
            convention_articles: Numbers(indicator.articles.clone()),
            source_note: indicator.source_note.clone().unwrap_or_default(),
        })
        .collect()
}

/// The id of a code. The document was checked: every code that is referred to is there.
fn of(ids: &HashMap<String, Uuid>, code: &str) -> Uuid {
    ids.get(code).copied().unwrap_or_default()
}

fn text(text: &document::Translations) -> Translations {
    Translations(text.clone())
}

/// Whether a stored framework says what a document says, so that a new version can share it.
pub(super) fn is_same(stored: &FrameworkEntry, document: &document::Framework) -> bool {
    let mut document = document.clone();
    for element in &mut document.elements {
        // Not stored.
        element.articles.clear();
    }
    *as_document(stored) == document
}

/// A stored framework as a document says it.
fn as_document(stored: &FrameworkEntry) -> Box<document::Framework> {
    let row = &stored.row;
    let code_of = |id: Uuid| {
        let element = stored.elements.iter().find(|element| element.id == id);
        element.map(|element| element.code.clone())
    };
    let none_label = &row.none_of_levels_name.0;
    Box::new(document::Framework {
        key: row.key.clone(),
        number: row.number,
        kind: row.kind,
        licence: row.licence.clone(),
        source_note: row.source_note.clone(),
        threshold: row.threshold,
        elements: stored
            .elements
            .iter()
            .map(|element| document::Element {
                code: element.code.clone(),
                kind: element.kind,
                parent: element.parent_id.and_then(code_of),
                ordinal: element.ordinal,
                name: element.name.0.clone(),
                articles: Vec::new(),
            })
            .collect(),
        scale: document::Scale {
            key: row.scale_key.clone(),
            direction: row.scale_direction,
            levels: stored
                .levels
                .iter()
                .map(|level| document::ScaleLevel {
                    value: level.value,
                    name: level.name.0.clone(),
                })
                .collect(),
            none_label: (!none_label.is_empty()).then(|| none_label.clone()),
        },
        indicators: stored.indicators.iter().map(|i| indicator(i)).collect(),
        descriptors: descriptors(stored),
    })
}

fn indicator(stored: &crate::catalogue::IndicatorEntry) -> document::Indicator {
    let row = &stored.row;
    document::Indicator {
        number: row.number,
        code: row.code.clone(),
        theme: stored.theme.code.clone(),
        name: row.name.0.clone(),
        kind: row.kind,
        unit: row.unit,
        responsible_tier: row.responsible_tier,
        selectable_as_objective: row.is_selectable_as_objective,
        illustrative: row.is_illustrative,
        articles: row.convention_articles.0.clone(),
        source_note: Some(row.source_note.clone()).filter(|note| !note.is_empty()),
    }
}

fn descriptors(stored: &FrameworkEntry) -> Vec<document::Descriptor> {
    let indicators = stored.indicators.iter();
    let mut descriptors: Vec<_> = indicators
        .flat_map(|indicator| {
            let code = &indicator.row.code;
            indicator
                .descriptors
                .iter()
                .map(move |d| document::Descriptor {
                    indicator: code.clone(),
                    level: d.level,
                    text: d.text.0.clone(),
                })
        })
        .collect();
    descriptors.sort_by(|a, b| (&a.indicator, a.level).cmp(&(&b.indicator, b.level)));
    descriptors
}
