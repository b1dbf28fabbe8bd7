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
    /// Later less earlier, to four decimals; null if either is missing.
    change: Option<f64>,
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
                .map(|(earlier, later)| theme_change(&earlier, &later))
                .collect(),
        ))
    }

    /// Indicators that both hold, in order of number; at most 500. For the municipality and the
    /// committee.
    async fn indicators(&self, ctx: &Context<'_>) -> Result<Option<Vec<IndicatorChange>>, Failure> {
        if INDICATORS
            .of(ctx.viewer(), self.later.place(), ())
            .is_none()
        {
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
        Ok(Some(changes.collect()))
    }
}

fn theme_change(earlier: &ThemeAverage, later: &ThemeAverage) -> ThemeChange {
    let change = later
        .average
        .zip(earlier.average)
        .map(|(later, earlier)| later - earlier);
    ThemeChange {
        theme: later.theme.clone(),
        earlier_average: earlier.average,
        later_average: later.average,
        change: change.map(|change| (change * 10_000.0).round() / 10_000.0),
    }
}
