//! Two assessments of one municipality side by side.

use std::collections::HashMap;

use async_graphql::{Context, Object, SimpleObject};
use entity::assessment::Answer;

use super::{Assessment, AssessmentItem, ThemeAverage, tally};
use crate::{
    access::{Asking, Class, Field, field},
    error::Failure,
    programme::{FrameworkElement, Indicator},
};

/// The averages side by side.
pub(super) const THEMES: Field = field("AssessmentComparison.themes", Class::Draft);
/// The answers side by side.
pub(super) const INDICATORS: Field = field("AssessmentComparison.indicators", Class::Municipality);
/// What fell to none of the levels.
pub(super) const TO_NONE: Field = field("AssessmentComparison.toNone", Class::Municipality);
/// What rose from none of the levels.
pub(super) const FROM_NONE: Field = field("AssessmentComparison.fromNone", Class::Municipality);

/// Two assessments of one municipality side by side.
#[derive(Clone, Debug)]
pub(crate) struct AssessmentComparison {
    earlier: Assessment,
    later: Assessment,
}

impl AssessmentComparison {
    pub(super) fn new(earlier: Assessment, later: Assessment) -> Self {
        Self { earlier, later }
    }
}

/// A theme in two assessments.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct ThemeChange {
    /// The theme.
    theme: FrameworkElement,
    /// The average in the earlier assessment.
    earlier_average: Option<f64>,
    /// The average in the later assessment.
    later_average: Option<f64>,
    /// Later less earlier average, to four decimals; null if either is missing. An average leaves out
    /// "none of the levels": see `earlier`, `later` and `shareChange` for what it does not tell.
    change: Option<f64>,
    /// Later less earlier share of what reaches the threshold, to four decimals; null if either is
    /// missing. Here none counts as not reached.
    share_change: Option<f64>,
    /// The theme in the earlier assessment: its average with what it is taken over.
    earlier: ThemeAverage,
    /// The theme in the later assessment: its average with what it is taken over.
    later: ThemeAverage,
}

/// An indicator in two assessments.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct IndicatorChange {
    /// The indicator.
    indicator: Indicator,
    /// The answer in the earlier assessment.
    earlier_answer: Option<Answer>,
    /// The level in the earlier assessment.
    earlier_level: Option<i32>,
    /// The answer in the later assessment.
    later_answer: Option<Answer>,
    /// The level in the later assessment.
    later_level: Option<i32>,
    /// Later less earlier level; null if either is missing.
    level_change: Option<i32>,
}

/// Two assessments of one municipality side by side.
#[Object(serial)]
impl AssessmentComparison {
    /// The earlier assessment.
    async fn earlier(&self) -> &Assessment {
        &self.earlier
    }

    /// The later assessment.
    async fn later(&self) -> &Assessment {
        &self.later
    }

    /// Themes that both hold, in order; at most 50. Null while either is not confirmed, but for
    /// those who see the whole draft.
    async fn themes(&self, ctx: &Context<'_>) -> Result<Option<Vec<ThemeChange>>, Failure> {
        let is_shown = [&self.earlier, &self.later]
            .iter()
            .all(|a| a.shows(&THEMES, ctx.viewer()));
        if !is_shown {
            return Ok(None);
        }
        let earlier = tally::averages(ctx, &self.earlier.0).await?;
        let later = tally::averages(ctx, &self.later.0).await?;
        let mut earlier: HashMap<String, ThemeAverage> = earlier
            .into_iter()
            .map(|average| (average.theme.0.code.clone(), average))
            .collect();
        let pairs = later
            .into_iter()
            .filter_map(|l| Some((earlier.remove(&l.theme.0.code)?, l)));
        Ok(Some(
            pairs
                .map(|(earlier, later)| theme_change(earlier, later))
                .collect(),
        ))
    }

    /// Indicators that both hold, in order of number; at most 500. For the municipality and the
    /// committee.
    async fn indicators(&self, ctx: &Context<'_>) -> Result<Option<Vec<IndicatorChange>>, Failure> {
        self.changes(ctx, INDICATORS, |_| true).await
    }

    /// Indicators that were rated or did not apply, and now hold "none of the levels", in order of
    /// number; at most 500. They leave the average, which may rise for it. They stand in
    /// `indicators` too. For the municipality and the committee.
    async fn to_none(&self, ctx: &Context<'_>) -> Result<Option<Vec<IndicatorChange>>, Failure> {
        let falls = |c: &IndicatorChange| moves(c.earlier_answer, c.later_answer);
        self.changes(ctx, TO_NONE, falls).await
    }

    /// Indicators that held "none of the levels", and now are rated or do not apply, in order of
    /// number; at most 500. They stand in `indicators` too. For the municipality and the committee.
    #[graphql(name = "fromNone")]
    async fn no_more_none(
        &self,
        ctx: &Context<'_>,
    ) -> Result<Option<Vec<IndicatorChange>>, Failure> {
        let rises = |c: &IndicatorChange| moves(c.later_answer, c.earlier_answer);
        self.changes(ctx, FROM_NONE, rises).await
    }
}

impl AssessmentComparison {
    /// The indicators that both hold and that are wanted, where the viewer may read them.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        field: Field,
        is_wanted: impl Fn(&IndicatorChange) -> bool + Send,
    ) -> Result<Option<Vec<IndicatorChange>>, Failure> {
        if field.of(ctx.viewer(), self.later.place(), ()).is_none() {
            return Ok(None);
        }
        let code = |item: &AssessmentItem| {
            ctx.viewer()
                .catalogue()
                .indicator(item.0.indicator_id)
                .map(|i| i.row.code.clone())
        };
        let earlier = self.earlier.items_of(ctx).await?;
        let later = self.later.items_of(ctx).await?;
        let mut earlier: HashMap<Option<String>, AssessmentItem> = earlier
            .into_iter()
            .map(|item| (code(&item), item))
            .collect();
        let changes = later.into_iter().filter_map(|item| {
            let indicator = ctx.viewer().catalogue().indicator(item.0.indicator_id)?;
            let before = earlier.remove(&code(&item))?;
            Some(IndicatorChange {
                indicator: Indicator::from(std::sync::Arc::clone(indicator)),
                earlier_answer: before.0.answer,
                earlier_level: before.0.level,
                later_answer: item.0.answer,
                later_level: item.0.level,
                level_change: item
                    .0
                    .level
                    .zip(before.0.level)
                    .map(|(later, earlier)| later - earlier),
            })
        });
        Ok(Some(changes.filter(is_wanted).collect()))
    }
}

/// Whether an answer that was no none is one on the other side. What is not answered yet has not moved.
fn moves(from: Option<Answer>, to: Option<Answer>) -> bool {
    from.is_some_and(|answer| answer != Answer::NoneOfLevels) && to == Some(Answer::NoneOfLevels)
}

fn theme_change(earlier: ThemeAverage, later: ThemeAverage) -> ThemeChange {
    ThemeChange {
        theme: later.theme.clone(),
        earlier_average: earlier.average,
        later_average: later.average,
        change: difference(later.average, earlier.average),
        share_change: difference(later.share, earlier.share),
        earlier,
        later,
    }
}

fn difference(later: Option<f64>, earlier: Option<f64>) -> Option<f64> {
    let difference = later.zip(earlier).map(|(later, earlier)| later - earlier);
    difference.map(|number| (number * 10_000.0).round() / 10_000.0)
}
