//! Frameworks, their elements and indicators: types.

use std::sync::Arc;

use async_graphql::{Context, Object};
use entity::programme::{
    Direction, ElementKind, FrameworkKind, IndicatorKind, Tier, Unit, framework, framework_element,
    indicator,
};
use fields::fields;

use super::text;
use crate::{
    access::Asking,
    catalogue::{FrameworkEntry, IndicatorEntry},
    id::Id,
    in_order::{Executed, Ready, in_order},
    scalars::Locale,
    translated::{self, Translation},
};

/// A framework that municipalities assess themselves against.
#[derive(Clone, Debug)]
pub(crate) struct Framework(pub(crate) Arc<FrameworkEntry>);

/// A framework that municipalities assess themselves against.
#[Object(serial)]
impl Framework {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<framework::Entity> {
        Id::new(self.0.row.id)
    }

    /// Its key, the same over all its versions.
    async fn key(&self) -> &str {
        &self.0.row.key
    }

    /// The number of its version.
    async fn number(&self) -> i32 {
        self.0.row.number
    }

    /// Its shape.
    async fn kind(&self) -> FrameworkKind {
        self.0.row.kind
    }

    /// The licence of its texts.
    async fn licence(&self) -> &str {
        &self.0.row.licence
    }

    /// Where its content comes from.
    async fn source_note(&self) -> &str {
        &self.0.row.source_note
    }

    /// Its elements, in order. At most 200.
    async fn elements(&self) -> Vec<FrameworkElement> {
        self.0
            .elements
            .iter()
            .map(|e| FrameworkElement::from(Arc::clone(e)))
            .collect()
    }

    /// Its indicators, in order of number. At most 500.
    async fn indicators(&self) -> Vec<Indicator> {
        self.0
            .indicators
            .iter()
            .map(|i| Indicator::from(Arc::clone(i)))
            .collect()
    }

    /// Whether a higher level is better.
    async fn scale_direction(&self) -> Direction {
        self.0.row.scale_direction
    }

    /// The level of the scale from which an indicator counts as reached, 3 in the Finnish programme;
    /// "or better" follows `scaleDirection`. `ThemeAverage.share` is counted by it.
    async fn threshold(&self) -> i32 {
        self.0.row.threshold
    }

    /// The levels of its rating scale, from low to high. At most 10.
    async fn levels(&self) -> Vec<RatingLevel> {
        let levels = 0..self.0.levels.len();
        levels
            .map(|at| RatingLevel {
                framework: Arc::clone(&self.0),
                at,
            })
            .collect()
    }

    /// What "none of the levels" is called.
    async fn none_of_levels_name(&self, ctx: &Context<'_>, locale: Option<Locale>) -> &str {
        text(
            ctx.viewer(),
            &self.0.row.none_of_levels_name,
            locale.as_ref(),
        )
    }
}

/// A level of a rating scale.
#[derive(Clone, Debug)]
pub(crate) struct RatingLevel {
    framework: Arc<FrameworkEntry>,
    at: usize,
}

/// A level of a rating scale.
#[Object(serial)]
impl RatingLevel {
    /// Its value.
    async fn value(&self) -> i32 {
        self.framework.levels[self.at].value
    }

    /// Its name, in the language asked for or the first that there is along the programme's chain.
    async fn name(&self, ctx: &Context<'_>, locale: Option<Locale>) -> &str {
        text(
            ctx.viewer(),
            &self.framework.levels[self.at].name,
            locale.as_ref(),
        )
    }

    /// Its name in all languages.
    async fn name_translations(&self) -> Vec<Translation> {
        translated::all(&self.framework.levels[self.at].name)
    }
}

in_order! {
    /// An element of a framework, such as a theme.
    FrameworkElement = FrameworkElementFields of framework_element::Model
}

/// An element of a framework, such as a theme.
#[fields(name = "FrameworkElement")]
impl FrameworkElementFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<framework_element::Entity> {
        Id::new(self.0.id)
    }

    /// Its code, unique in the framework, such as `PARTICIPATION`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Its kind.
    async fn kind(&self) -> ElementKind {
        self.0.kind
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

    /// The element above it; null at the top.
    async fn parent(&self, ctx: &Context<'_>) -> Option<FrameworkElement> {
        let parent = ctx
            .viewer()
            .catalogue()
            .element(self.0.parent_id?)
            .map(Arc::clone);
        parent.map(FrameworkElement::from)
    }
}

in_order! {
    /// What is assessed.
    Indicator = IndicatorFields of IndicatorEntry
}

/// What is assessed.
#[fields(name = "Indicator")]
impl IndicatorFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<indicator::Entity> {
        Id::new(self.0.row.id)
    }

    /// Its number in the framework.
    async fn number(&self) -> i32 {
        self.0.row.number
    }

    /// Its code, unique in the framework.
    async fn code(&self) -> &str {
        &self.0.row.code
    }

    /// Its statement, in the language asked for or the first that there is along the programme's
    /// chain.
    async fn name(&self, ctx: &Context<'_>, locale: Option<Locale>) -> &str {
        text(ctx.viewer(), &self.0.row.name, locale.as_ref())
    }

    /// Its statement in all languages.
    async fn name_translations(&self) -> Vec<Translation> {
        translated::all(&self.0.row.name)
    }

    /// The theme it belongs to.
    async fn theme(&self) -> FrameworkElement {
        FrameworkElement::from(Arc::clone(&self.0.theme))
    }

    /// What kind of thing it describes.
    async fn kind(&self) -> IndicatorKind {
        self.0.row.kind
    }

    /// How its value is read.
    async fn unit(&self) -> Unit {
        self.0.row.unit
    }

    /// The tier of government that answers for it.
    async fn responsible_tier(&self) -> Tier {
        self.0.row.responsible_tier
    }

    /// Whether it can become an objective of an action plan.
    async fn is_selectable_as_objective(&self) -> bool {
        self.0.row.is_selectable_as_objective
    }

    /// Whether the statement stands in for one that the programme has not given.
    async fn is_illustrative(&self) -> bool {
        self.0.row.is_illustrative
    }

    /// Articles of the Convention on the Rights of the Child that it touches.
    async fn convention_articles(&self) -> &[i32] {
        &self.0.row.convention_articles.0
    }

    /// Where it comes from.
    async fn source_note(&self) -> &str {
        &self.0.row.source_note
    }

    /// What each level means for it, from low to high. Where the programme gives no descriptor,
    /// the name of the level stands in.
    async fn level_descriptors(&self, ctx: &Context<'_>) -> Vec<LevelDescriptor> {
        let framework = ctx.viewer().catalogue().framework(self.0.row.framework_id);
        let levels = framework.iter().flat_map(|f| &f.levels);
        levels
            .map(|level| {
                let mut descriptors = self.0.descriptors.iter();
                let own = descriptors
                    .find(|d| d.level == level.value)
                    .map(|d| &d.text);
                let texts = own.unwrap_or(&level.name).clone();
                LevelDescriptor {
                    level: level.value,
                    is_own: own.is_some(),
                    texts,
                }
            })
            .collect()
    }
}

/// What a level means for an indicator.
#[derive(Clone, Debug)]
pub(crate) struct LevelDescriptor {
    level: i32,
    is_own: bool,
    texts: entity::text::Translations,
}

impl Ready<Executed> for LevelDescriptor {}

/// What a level means for an indicator.
#[Object(serial)]
impl LevelDescriptor {
    /// The value of the level.
    async fn level(&self) -> i32 {
        self.level
    }

    /// What the level means, in the language asked for or the first that there is.
    async fn text(&self, ctx: &Context<'_>, locale: Option<Locale>) -> &str {
        text(ctx.viewer(), &self.texts, locale.as_ref())
    }

    /// Whether the programme describes this level for this indicator; if not, the text is the name
    /// of the level.
    async fn is_specific(&self) -> bool {
        self.is_own
    }
}
