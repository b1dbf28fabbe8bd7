//! Programmes and their versions: types and queries. Everything here is public and comes from the
//! catalogue in memory; no statement is run.

pub(crate) mod document;
pub(crate) mod embedded;
mod framework;
mod mutations;
mod places;
mod rows;

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::{
    programme::{
        Duty, LabelTiming, LocalDecision, MilestoneGate, VersionStatus, criterion, milestone,
        programme, programme_version,
    },
    text::Translations,
};

pub(crate) use self::{
    framework::{Framework, FrameworkElement, Indicator},
    mutations::load,
};
use crate::{
    access::{Asking, Viewer},
    catalogue::{ProgrammeEntry, VersionEntry},
    id::Id,
    scalars::{Date, Locale},
    translated::{self, Translation},
};

/// A text of a programme in the language of the reader, along the programme's chain.
pub(crate) fn text(viewer: &Viewer, text: &Translations, locale: Option<&Locale>) -> String {
    let chain = viewer
        .catalogue()
        .programmes
        .first()
        .map(|p| p.row.locales.0.as_slice());
    translated::shown(text, locale, viewer.locales(), chain.unwrap_or_default()).to_owned()
}

/// A national child friendly cities programme.
#[derive(Clone, Debug)]
pub(crate) struct Programme(pub(crate) Arc<ProgrammeEntry>);

/// A national child friendly cities programme.
#[Object]
impl Programme {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<programme::Entity> {
        Id::new(self.0.row.id)
    }

    /// Its short key, such as `FI`.
    async fn key(&self) -> &str {
        &self.0.row.key
    }

    /// The country, ISO 3166-1 alpha-2.
    async fn country_code(&self) -> &str {
        &self.0.row.country_code
    }

    /// Its name, in the language asked for or the first that there is along the programme's chain.
    async fn name(&self, ctx: &Context<'_>, locale: Option<Locale>) -> String {
        text(ctx.viewer(), &self.0.row.name, locale.as_ref())
    }

    /// Its name in all languages.
    async fn name_translations(&self) -> Vec<Translation> {
        translated::all(&self.0.row.name)
    }

    /// The organisation that runs it.
    async fn owner_organisation(&self) -> &str {
        &self.0.row.owner_organisation
    }

    /// Its languages, in the order in which texts fall back.
    async fn locales(&self) -> Vec<Locale> {
        self.0.row.locales.0.iter().cloned().map(Locale).collect()
    }

    /// The time zone in which its days begin and end, such as `Europe/Helsinki`.
    async fn time_zone(&self) -> &str {
        &self.0.row.time_zone
    }

    /// The currency of its amounts, ISO 4217.
    async fn currency(&self) -> &str {
        &self.0.row.currency
    }

    /// Whether it holds made-up demonstration content, which says nothing about the municipalities
    /// named in it.
    async fn is_demonstration(&self) -> bool {
        self.0.row.is_demonstration
    }

    /// Its versions, newest first. At most a handful.
    async fn versions(&self) -> Vec<ProgrammeVersion> {
        self.0
            .versions
            .iter()
            .map(|v| ProgrammeVersion(Arc::clone(v)))
            .collect()
    }

    /// The version that new cycles follow; null before the first is published.
    async fn current_version(&self) -> Option<ProgrammeVersion> {
        let mut versions = self.0.versions.iter();
        let current = versions.find(|v| v.row.status == VersionStatus::Published);
        current.map(|v| ProgrammeVersion(Arc::clone(v)))
    }
}

/// A version of a programme: the rules that its cycles follow from start to end.
#[derive(Clone, Debug)]
pub(crate) struct ProgrammeVersion(pub(crate) Arc<VersionEntry>);

/// A version of a programme: the rules that its cycles follow from start to end. A published
/// version never changes.
#[Object]
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
            .map(|m| Milestone(Arc::clone(m)))
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
#[Object]
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

/// A step that every cycle goes through.
#[derive(Clone, Debug)]
pub(crate) struct Milestone(pub(crate) Arc<milestone::Model>);

/// A step that every cycle goes through.
#[Object]
impl Milestone {
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
    async fn name(&self, ctx: &Context<'_>, locale: Option<Locale>) -> String {
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

/// A criterion that recognition is judged by.
#[Object]
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
    async fn name(&self, ctx: &Context<'_>, locale: Option<Locale>) -> String {
        text(ctx.viewer(), &self.0.name, locale.as_ref())
    }

    /// What it asks, in the language asked for or the first that there is.
    async fn text(&self, ctx: &Context<'_>, locale: Option<Locale>) -> String {
        text(ctx.viewer(), &self.0.text, locale.as_ref())
    }

    /// Whether the wording stands in for one that the programme has not given.
    async fn is_illustrative(&self) -> bool {
        self.0.is_illustrative
    }
}

/// Programmes as a caller finds them.
#[derive(Debug, Default)]
pub(crate) struct ProgrammeQuery;

#[Object]
impl ProgrammeQuery {
    /// All programmes, in order of their keys. A server holds at most a few dozen.
    async fn programmes(&self, ctx: &Context<'_>) -> Vec<Programme> {
        let programmes = &ctx.viewer().catalogue().programmes;
        programmes
            .iter()
            .map(|p| Programme(Arc::clone(p)))
            .collect()
    }

    /// The programme with this key, such as `FI`; null if there is none.
    async fn programme(&self, ctx: &Context<'_>, key: String) -> Option<Programme> {
        ctx.viewer()
            .catalogue()
            .programme_by_key(&key)
            .map(|p| Programme(Arc::clone(p)))
    }

    /// The indicators of a programme's current framework, in order of number. At most 500.
    /// Narrowed by theme and by whether they can become objectives. Empty for an unknown programme.
    async fn indicators(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Key of the programme, such as `FI`.")] programme: String,
        #[graphql(desc = "Code of a theme.")] theme: Option<String>,
        #[graphql(desc = "Whether the indicator can be an objective.")]
        is_selectable_as_objective: Option<bool>,
    ) -> Vec<Indicator> {
        let catalogue = ctx.viewer().catalogue();
        let version = catalogue.programme_by_key(&programme).and_then(|p| {
            p.versions
                .iter()
                .find(|v| v.row.status == VersionStatus::Published)
        });
        let Some(version) = version else {
            return Vec::new();
        };
        let indicators = version.framework.indicators.iter();
        indicators
            .filter(|i| theme.as_ref().is_none_or(|theme| i.theme.code == *theme))
            .filter(|i| {
                is_selectable_as_objective
                    .is_none_or(|wanted| i.row.is_selectable_as_objective == wanted)
            })
            .map(|i| Indicator(Arc::clone(i)))
            .collect()
    }
}
