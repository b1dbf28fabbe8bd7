//! A programme folder as one typed document, or every fault in it. Pure but for `ProgrammeFiles::read_dir`.
//! The types say what a folder holds; they are not tables, and this module never meets a database.
//! Words such as `LEVEL` are those of the schema.

mod faults;
mod files;
mod framework;
mod indicators;
mod municipalities;
mod populations;
mod programme;
mod section;
mod sheet;
#[cfg(test)]
mod tests;
mod text;
mod version;
mod words;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::{
    municipality::MunicipalityKind,
    programme::{
        Direction, DraftVisibility, Duty, ElementKind, FrameworkKind, IndicatorKind, LabelTiming,
        LocalDecision, MilestoneGate, Tier, Unit,
    },
};
use serde::Serialize;
use sha2::{Digest, Sha256};

pub(crate) use self::faults::Fault;
use self::faults::Report;
pub(crate) use self::files::ProgrammeFiles;

/// Text per locale. Never empty after a successful read; a missing locale falls back along `Programme::locales`.
pub(crate) type Translations = BTreeMap<String, String>;

/// All that one folder says. Lists are sorted, so that equal content makes equal documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ProgrammeDocument {
    pub(crate) programme: Programme,
    pub(crate) version: Version,
    pub(crate) framework: Framework,
    pub(crate) places: Places,
}

/// What stays the same over the versions of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Programme {
    pub(crate) key: String,
    pub(crate) country_code: String,
    pub(crate) name: Translations,
    pub(crate) owner_org: String,
    /// The fallback chain, main locale first.
    pub(crate) locales: Vec<String>,
    /// A name that `chrono_tz` knows.
    pub(crate) timezone: String,
    pub(crate) currency: String,
}

/// The rules that one published version fixes for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Version {
    pub(crate) number: i32,
    pub(crate) valid_from: NaiveDate,
    pub(crate) settings: Settings,
    pub(crate) plan_gates: PlanGates,
    pub(crate) milestones: Vec<Milestone>,
    pub(crate) criteria: Vec<Criterion>,
}

/// Settings of a programme version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Settings {
    #[serde(serialize_with = "words::as_word")]
    pub(crate) duty: Duty,
    #[serde(serialize_with = "words::as_word")]
    pub(crate) local_decision: LocalDecision,
    #[serde(serialize_with = "words::as_word")]
    pub(crate) draft_visibility: DraftVisibility,
    pub(crate) publish_refusals: bool,
    pub(crate) min_cell: i32,
    #[serde(serialize_with = "words::as_word")]
    pub(crate) label_timing: LabelTiming,
    /// By ordinal of the cycle; the last one repeats. Never empty.
    pub(crate) cycle_months: Vec<i32>,
    /// As `cycle_months`.
    pub(crate) validity_months: Vec<i32>,
    pub(crate) max_extensions: i32,
}

/// Gates that a plan must pass at submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PlanGates {
    pub(crate) indicator_objectives_min: i32,
    pub(crate) indicator_objectives_max: i32,
    /// Exactly so many.
    pub(crate) children_objectives: i32,
    pub(crate) free_objectives_max: i32,
    pub(crate) every_theme_covered: bool,
    /// The highest baseline that may become an objective; "none of the levels" always may.
    pub(crate) baseline_level_max: i32,
    pub(crate) target_level_min: i32,
    pub(crate) county_indicators_allowed: bool,
}

/// One step of the guided path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Milestone {
    pub(crate) code: String,
    pub(crate) ordinal: i32,
    pub(crate) name: Translations,
    /// Codes of other milestones, without circles.
    pub(crate) prerequisites: Vec<String>,
    #[serde(serialize_with = "words::as_word")]
    pub(crate) gate: MilestoneGate,
    /// Months after the start of the cycle, by ordinal of the cycle; the last one repeats. Empty: never due.
    pub(crate) due_months: Vec<i32>,
}

/// One recognition criterion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Criterion {
    pub(crate) code: String,
    pub(crate) ordinal: i32,
    pub(crate) name: Translations,
    pub(crate) text: Translations,
    pub(crate) illustrative: bool,
}

/// The framework that the version assesses by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Framework {
    pub(crate) key: String,
    pub(crate) number: i32,
    #[serde(serialize_with = "words::as_word")]
    pub(crate) kind: FrameworkKind,
    pub(crate) licence: String,
    pub(crate) source_note: String,
    /// The level from which an indicator counts as reached. Left out of the fingerprint where it is
    /// the usual one: versions were published before frameworks said it, and theirs must stay.
    #[serde(skip_serializing_if = "is_usual_threshold")]
    pub(crate) threshold: i32,
    pub(crate) elements: Vec<Element>,
    pub(crate) scale: Scale,
    pub(crate) indicators: Vec<Indicator>,
    pub(crate) descriptors: Vec<Descriptor>,
}

/// The threshold of a framework that names none.
const USUAL_THRESHOLD: i32 = 3;

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "as the serializer calls it"
)]
fn is_usual_threshold(threshold: &i32) -> bool {
    *threshold == USUAL_THRESHOLD
}

/// A node of the framework's tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Element {
    pub(crate) code: String,
    #[serde(serialize_with = "words::as_word")]
    pub(crate) kind: ElementKind,
    /// Code of another element, without circles.
    pub(crate) parent: Option<String>,
    pub(crate) ordinal: i32,
    pub(crate) name: Translations,
    /// Articles of the Convention on the Rights of the Child.
    pub(crate) articles: Vec<i32>,
}

/// The rating scale of the framework.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Scale {
    pub(crate) key: String,
    #[serde(serialize_with = "words::as_word")]
    pub(crate) direction: Direction,
    pub(crate) levels: Vec<ScaleLevel>,
    /// What "none of the levels" is called; absent where the programme has no such answer.
    pub(crate) none_label: Option<Translations>,
}

/// One level of the scale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ScaleLevel {
    pub(crate) value: i32,
    pub(crate) name: Translations,
}

/// One indicator definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Indicator {
    pub(crate) number: i32,
    pub(crate) code: String,
    /// Code of an element of kind THEME.
    pub(crate) theme: String,
    pub(crate) name: Translations,
    #[serde(serialize_with = "words::as_word")]
    pub(crate) kind: IndicatorKind,
    #[serde(serialize_with = "words::as_word")]
    pub(crate) unit: Unit,
    #[serde(serialize_with = "words::as_word")]
    pub(crate) responsible_tier: Tier,
    pub(crate) selectable_as_objective: bool,
    /// Written for this project, no statement of the programme.
    pub(crate) illustrative: bool,
    pub(crate) articles: Vec<i32>,
    pub(crate) source_note: Option<String>,
}

/// What one level means for one indicator; where there is none, the label of the scale stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Descriptor {
    /// Code of the indicator.
    pub(crate) indicator: String,
    pub(crate) level: i32,
    pub(crate) text: Translations,
}

/// Reference tables of the programme's country. They may grow without a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Places {
    pub(crate) regions: Vec<Region>,
    pub(crate) municipalities: Vec<Municipality>,
    pub(crate) populations: Vec<Population>,
}

/// A region, by its national code: unique within the country only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Region {
    pub(crate) code: String,
    pub(crate) name: Translations,
    pub(crate) nuts3: Option<String>,
}

/// A local government, present or former.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Municipality {
    /// Country and national code, as "FI-837".
    pub(crate) code: String,
    #[serde(serialize_with = "words::as_word")]
    pub(crate) kind: MunicipalityKind,
    pub(crate) name: Translations,
    /// Code of a region.
    pub(crate) region: Option<String>,
    /// Scheme to code, beside the main code.
    pub(crate) other_codes: BTreeMap<String, String>,
    pub(crate) ended: Option<Ended>,
}

/// The end of a municipality that joined another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Ended {
    /// The last day.
    pub(crate) valid_to: NaiveDate,
    /// Code of the municipality that goes on.
    pub(crate) successor: String,
}

/// People in one municipality at the end of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Population {
    /// Code of the municipality.
    pub(crate) municipality: String,
    pub(crate) year: i32,
    /// `ALL`, or years of age as `0-17` or `75+`.
    pub(crate) age_band: String,
    pub(crate) count: i32,
    pub(crate) source: String,
}

/// Reads and checks a whole folder. Refuses with every fault in it, in the order of files and lines.
pub(crate) fn read(files: &ProgrammeFiles) -> Result<ProgrammeDocument, Vec<Fault>> {
    let report = Report::default();
    files.check_names(&report);
    let (head, outline) = programme::read(files, &report);
    let framework = indicators::read(files, &outline, &report);
    let places = municipalities::read(files, &outline, &report);
    match (head, report.into_faults()) {
        (Some(head), faults) if faults.is_empty() => {
            let mut document = head;
            (
                document.framework.indicators,
                document.framework.descriptors,
            ) = framework;
            document.places = places;
            Ok(document)
        }
        (_, faults) => Err(faults),
    }
}

/// A fingerprint of a document or of a part of it: equal content, equal text, whatever the order of rows was.
/// A published version is told apart by `(&document.version, &document.framework)`; `places` may change without it.
pub(crate) fn content_hash(part: &impl Serialize) -> serde_json::Result<String> {
    let canonical = serde_json::to_vec(part)?;
    Ok(hex::encode(Sha256::digest(canonical)))
}
