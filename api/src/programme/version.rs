//! Versions of a programme: types of their rules, gates, milestones and criteria.

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::programme::{
    Duty, LabelTiming, LocalDecision, MilestoneGate, VersionStatus, criterion, milestone,
    programme_version,
};
use fields::fields;

use super::{Framework, text};
use crate::{
    access::Asking,
    catalogue::VersionEntry,
    id::Id,
    in_order::{Executed, Ready, in_order},
    scalars::{Date, Locale},
    translated::{self, Translation},
};

/// A version of a programme: the rules that its cycles follow from start to end.
#[derive(Clone, Debug)]
pub(crate) struct ProgrammeVersion(pub(crate) Arc<VersionEntry>);

impl Ready<Executed> for ProgrammeVersion {}

/// A version of a programme: the rules that its cycles follow from start to end. A published
/// version never changes.
#[Object(serial)]
impl ProgrammeVersion {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<programme_version::Entity> {
        Id::new(self.0.row.id)
    }

    /// Its number, counting from 1.
    async fn number(&self) -> i32 {
        self.0.row.number
    }

    /// Its state.
    async fn status(&self) -> VersionStatus {
        self.0.row.status
    }

    /// The first day on which a cycle can follow it.
    async fn valid_from(&self) -> Date {
        Date(self.0.row.valid_from)
    }

    /// How strictly duties are kept apart.
    async fn duty(&self) -> Duty {
        self.0.row.duty
    }

    /// How the decision of a municipal body reaches the system.
    async fn local_decision(&self) -> LocalDecision {
        self.0.row.local_decision
    }

    /// Whether refusals and deferrals are published.
    async fn publishes_refusals(&self) -> bool {
        self.0.row.publishes_refusals
    }

    /// Counts of children below this number are suppressed.
    async fn minimum_cell(&self) -> i32 {
        self.0.row.minimum_cell
    }

    /// When recognition is granted.
    async fn label_timing(&self) -> LabelTiming {
        self.0.row.label_timing
    }

    /// For how many months recognition is granted: first cycle, second, and so on; the last number
    /// holds for all that follow.
    async fn validity_months(&self) -> &[i32] {
        &self.0.row.validity_months.0
    }

    /// How many months a cycle takes: first, second, and so on; the last number holds for all that
    /// follow.
    async fn cycle_months(&self) -> &[i32] {
        &self.0.row.cycle_months.0
    }

    /// How often a recognition can be extended.
    async fn extensions_max(&self) -> i32 {
        self.0.row.extensions_max
    }

    /// What an action plan must hold before it can be submitted.
    async fn plan_gates(&self) -> PlanGates {
        PlanGates(Arc::clone(&self.0))
    }

    /// The milestones of every cycle, in order. At most 20.
    async fn milestones(&self) -> Vec<Milestone> {
        self.0
            .milestones
            .iter()
            .map(|m| Milestone::from(Arc::clone(m)))
            .collect()
    }

    /// What recognition is judged by, in order. At most 20.
    async fn criteria(&self) -> Vec<RecognitionCriterion> {
        self.0
            .criteria
            .iter()
            .map(|c| RecognitionCriterion(Arc::clone(c)))
            .collect()
    }

    /// The framework that municipalities assess themselves against.
    async fn framework(&self) -> Framework {
        Framework(Arc::clone(&self.0.framework))
    }
}

/// What an action plan must hold before it can be submitted.
#[derive(Clone, Debug)]
pub(crate) struct PlanGates(Arc<VersionEntry>);

/// What an action plan must hold before it can be submitted.
#[Object(serial)]
impl PlanGates {
    /// The least number of objectives taken from indicators.
    async fn indicator_objectives_min(&self) -> i32 {
        self.0.row.indicator_objectives_min
    }

    /// The greatest number of objectives taken from indicators.
    async fn indicator_objectives_max(&self) -> i32 {
        self.0.row.indicator_objectives_max
    }

    /// The exact number of objectives that come from children.
    async fn children_objectives(&self) -> i32 {
        self.0.row.children_objectives
    }

    /// The greatest number of freely chosen objectives.
    async fn free_objectives_max(&self) -> i32 {
        self.0.row.free_objectives_max
    }

    /// Whether every theme needs an objective.
    async fn is_every_theme_covered(&self) -> bool {
        self.0.row.is_every_theme_covered
    }

    /// The highest level that an indicator may stand at to become an objective. "None of the
    /// levels" counts as low.
    async fn baseline_level_max(&self) -> i32 {
        self.0.row.baseline_level_max
    }

    /// The lowest level that an objective may aim at.
    async fn target_level_min(&self) -> i32 {
        self.0.row.target_level_min
    }

    /// Whether indicators of the county tier can become objectives.
    async fn is_county_indicator_allowed(&self) -> bool {
        self.0.row.is_county_indicator_allowed
    }
}

in_order! {
    /// A step that every cycle goes through.
    Milestone = MilestoneFields of milestone::Model
}

/// A step that every cycle goes through.
#[fields(name = "Milestone")]
impl MilestoneFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<milestone::Entity> {
        Id::new(self.0.id)
    }

    /// Its code, unique in the version, such as `ACTION_PLAN`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Its place in the order, from 1.
    async fn ordinal(&self) -> i32 {
        self.0.ordinal
    }

    /// Its name, in the language asked for or the first that there is along the programme's chain.
    async fn name(&self, ctx: &Context<'_>, locale: Option<Locale>) -> &str {
        text(ctx.viewer(), &self.0.name, locale.as_ref())
    }

    /// Its name in all languages.
    async fn name_translations(&self) -> Vec<Translation> {
        translated::all(&self.0.name)
    }

    /// Codes of the milestones that must be completed or waived before this one is submitted.
    async fn prerequisites(&self) -> &[String] {
        &self.0.prerequisites.0
    }

    /// What else must be true before it is submitted.
    async fn gate(&self) -> MilestoneGate {
        self.0.gate
    }
}

/// A criterion that recognition is judged by.
#[derive(Clone, Debug)]
pub(crate) struct RecognitionCriterion(pub(crate) Arc<criterion::Model>);

impl Ready<Executed> for RecognitionCriterion {}

/// A criterion that recognition is judged by.
#[Object(serial)]
impl RecognitionCriterion {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<criterion::Entity> {
        Id::new(self.0.id)
    }

    /// Its code, unique in the version.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Its name, in the language asked for or the first that there is along the programme's chain.
    async fn name(&self, ctx: &Context<'_>, locale: Option<Locale>) -> &str {
        text(ctx.viewer(), &self.0.name, locale.as_ref())
    }

    /// What it asks, in the language asked for or the first that there is.
    async fn text(&self, ctx: &Context<'_>, locale: Option<Locale>) -> &str {
        text(ctx.viewer(), &self.0.text, locale.as_ref())
    }

    /// Whether the wording stands in for one that the programme has not given.
    async fn is_illustrative(&self) -> bool {
        self.0.is_illustrative
    }
}
