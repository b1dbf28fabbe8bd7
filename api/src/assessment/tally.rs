//! Averages per theme and completeness: one grouped statement for all assessments of a request.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, SimpleObject};
use entity::assessment::{Answer, assessment, assessment_item};
use sea_orm::{
    ActiveEnum, ColumnTrait, FromQueryResult,
    sea_query::{Expr, ExprTrait, Func},
};
use uuid::Uuid;

use super::rules;
use crate::{
    access::{Asking, Tallied},
    error::Failure,
    in_order::InOrder,
    programme::FrameworkElement,
};

/// How a municipality stands in one theme.
pub(crate) type ThemeAverage = InOrder<ThemeAverageFields>;

/// How a municipality stands in one theme.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "ThemeAverage")]
pub(crate) struct ThemeAverageFields {
    /// The theme.
    pub(crate) theme: FrameworkElement,
    /// The mean of the levels given, to four decimals; null without any. "None of the levels" and
    /// "not applicable" do not count.
    pub(crate) average: Option<f64>,
    /// How many items hold a level or "none of the levels".
    pub(crate) answered: i32,
    /// How many items there are, those that do not apply left out.
    pub(crate) total: i32,
}

/// How much of an assessment is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Completeness {
    /// How many items hold a level or "none of the levels".
    pub(crate) answered: i32,
    /// How many items do not apply.
    pub(crate) not_applicable: i32,
    /// How many items there are, those that do not apply left out.
    pub(crate) total: i32,
}

/// Counts of the items of one theme of one assessment.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct ThemeTally {
    assessment_id: Uuid,
    theme_id: Uuid,
    level_sum: i64,
    level_count: i64,
    none_count: i64,
    not_applicable_count: i64,
    item_count: i64,
}

impl Tallied for ThemeTally {
    type Parent = assessment::Entity;
    type Child = assessment_item::Entity;

    fn parent(&self) -> Uuid {
        self.assessment_id
    }

    fn keys() -> Vec<assessment_item::Column> {
        vec![
            assessment_item::Column::AssessmentId,
            assessment_item::Column::ThemeId,
        ]
    }

    fn measures() -> Vec<(&'static str, Expr)> {
        let column = |c: assessment_item::Column| Expr::col(c.as_column_ref());
        let answers = |answer: Answer| {
            let is = column(assessment_item::Column::Answer).eq(answer.to_value());
            Expr::expr(Func::sum(Expr::case(is, 1).finally(0)))
        };
        let sum = Func::sum(column(assessment_item::Column::Level));
        vec![
            (
                "level_sum",
                Func::coalesce([sum.into(), Expr::val(0)]).into(),
            ),
            (
                "level_count",
                column(assessment_item::Column::Level).count(),
            ),
            ("none_count", answers(Answer::NoneOfLevels)),
            ("not_applicable_count", answers(Answer::NotApplicable)),
            (
                "item_count",
                column(assessment_item::Column::AssessmentId).count(),
            ),
        ]
    }
}

fn small(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

impl ThemeTally {
    fn completeness(&self) -> Completeness {
        Completeness {
            answered: small(self.level_count + self.none_count),
            not_applicable: small(self.not_applicable_count),
            total: small(self.item_count - self.not_applicable_count),
        }
    }
}

/// The averages of an assessment, in order of the themes.
pub(super) async fn averages(
    ctx: &Context<'_>,
    assessment: &assessment::Model,
) -> Result<Vec<ThemeAverage>, Failure> {
    let tallies = ctx.reader().tally::<ThemeTally>(assessment.id).await?;
    let by_theme: HashMap<Uuid, &ThemeTally> = tallies.iter().map(|t| (t.theme_id, t)).collect();
    let version = ctx
        .viewer()
        .catalogue()
        .version(assessment.programme_version_id);
    let themes = version
        .iter()
        .flat_map(|version| &version.framework.elements);
    Ok(themes
        .filter_map(|theme| {
            let tally = by_theme.get(&theme.id)?;
            let Completeness {
                answered, total, ..
            } = tally.completeness();
            let average = rules::average(tally.level_sum, tally.level_count);
            Some(ThemeAverage::from(ThemeAverageFields {
                theme: FrameworkElement::from(Arc::clone(theme)),
                average,
                answered,
                total,
            }))
        })
        .collect())
}

/// The completeness of an assessment.
pub(super) async fn completeness(ctx: &Context<'_>, id: Uuid) -> Result<Completeness, Failure> {
    let tallies = ctx.reader().tally::<ThemeTally>(id).await?;
    Ok(tallies
        .iter()
        .map(ThemeTally::completeness)
        .fold(Completeness::default(), |sum, part| Completeness {
            answered: sum.answered + part.answered,
            not_applicable: sum.not_applicable + part.not_applicable,
            total: sum.total + part.total,
        }))
}
