//! Programmes and their versions: types and queries. Everything here is public and comes from the
//! catalogue in memory; no statement is run.

pub(crate) mod document;
pub(crate) mod embedded;
mod framework;
mod mutations;
mod places;
mod rows;
mod version;

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::{
    programme::{VersionStatus, programme},
    text::Translations,
};

pub(crate) use self::{
    framework::{Framework, FrameworkElement, Indicator},
    mutations::load,
    version::{Milestone, ProgrammeVersion, RecognitionCriterion},
};
use crate::{
    access::{Asking, Viewer},
    catalogue::ProgrammeEntry,
    id::Id,
    in_order::{Executed, Ready},
    labels::{EnumLabels, labels},
    scalars::Locale,
    translated::{self, Translation},
};

/// A text of a programme in the language of the reader, along the programme's chain.
pub(crate) fn text<'t>(
    viewer: &Viewer,
    text: &'t Translations,
    locale: Option<&Locale>,
) -> &'t str {
    let chain = viewer
        .catalogue()
        .programmes
        .first()
        .map(|p| p.row.locales.0.as_slice());
    translated::shown(text, locale, viewer.locales(), chain.unwrap_or_default())
}

/// A national child friendly cities programme.
#[derive(Clone, Debug)]
pub(crate) struct Programme(pub(crate) Arc<ProgrammeEntry>);

impl Ready<Executed> for Programme {}

/// A national child friendly cities programme.
#[Object(serial)]
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
    async fn name(&self, ctx: &Context<'_>, locale: Option<Locale>) -> &str {
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

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&self.0.row)
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

    /// What people read for every state and code that an answer can hold, in English, Finnish or
    /// Swedish: in the language of `locale`, else the first of `Accept-Language` among these, else in
    /// English.
    async fn enum_labels(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A language tag, such as `fi` or `sv-FI`.")] locale: Option<Locale>,
    ) -> EnumLabels {
        labels(ctx.viewer(), locale.as_ref())
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
            .map(|i| Indicator::from(Arc::clone(i)))
            .collect()
    }
}
