//! Averages per theme and completeness: one grouped statement for all assessments of a request.

use std::sync::Arc;

use async_graphql::{Context, SimpleObject};
use entity::{
    assessment::{Answer, assessment, assessment_item},
    programme::Direction,
};
use fields::fields;
use sea_orm::{
    ActiveEnum, ColumnTrait, DbErr, FromQueryResult, QueryResult,
    sea_query::{Asterisk, Expr, ExprTrait, Func},
};
use uuid::Uuid;

use super::rules;
use crate::{
    access::{Asking, Tallied, value_at},
    catalogue::Catalogue,
    error::Failure,
    in_order::{InOrder, Objects},
    programme::FrameworkElement,
};

/// How a municipality stands in one theme.
pub(crate) type ThemeAverage = InOrder<ThemeAverageFields>;

/// How a municipality stands in one theme.
#[derive(Clone, Debug)]
pub(crate) struct ThemeAverageFields {
    pub(super) theme: FrameworkElement,
    pub(super) average: Option<f64>,
    pub(super) share: Option<f64>,
    levels: i32,
    counts: Completeness,
}

/// How a municipality stands in one theme.
#[fields(name = "ThemeAverage")]
impl ThemeAverageFields {
    /// The theme.
    async fn theme(&self) -> FrameworkElement {
        self.theme.clone()
    }

    /// The mean of the levels given, to four decimals; null without any. "None of the levels" and
    /// "not applicable" do not count, so it can rise because an indicator fell to none: show
    /// `levels`, `nones` and `notApplicable` beside it, or `share` instead.
    async fn average(&self) -> Option<f64> {
        self.average
    }

    /// The share of the rated items that reach the `threshold` of the framework or better, from 0 to
    /// 1 to four decimals. An item that holds a level or "none of the levels" is rated; none is not
    /// reached. Null where nothing is rated, and where the scale of the framework has no direction.
    async fn share(&self) -> Option<f64> {
        self.share
    }

    /// How many items hold a level: those that `average` is taken over.
    async fn levels(&self) -> i32 {
        self.levels
    }

    /// How many items hold "none of the levels".
    async fn nones(&self) -> i32 {
        self.counts.answered - self.levels
    }

    /// How many items do not apply.
    async fn not_applicable(&self) -> i32 {
        self.counts.not_applicable
    }

    /// How many items hold a level or "none of the levels": `levels` and `nones` together.
    async fn answered(&self) -> i32 {
        self.counts.answered
    }

    /// How many items there are, those that do not apply left out.
    async fn total(&self) -> i32 {
        self.counts.total
    }
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
#[derive(Clone, Debug)]
pub(super) struct ThemeTally {
    assessment_id: Uuid,
    theme_id: Uuid,
    level_sum: i64,
    level_count: i64,
    reached_count: i64,
    not_applicable_count: i64,
    unanswered_count: i64,
    item_count: i64,
}

/// Read in the order of `keys` and `measures`, all counts being of 64 bits: to look each up by its name takes
/// as long as to count.
impl FromQueryResult for ThemeTally {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        Ok(Self {
            assessment_id: value_at(row, 0)?,
            theme_id: value_at(row, 1)?,
            level_sum: value_at(row, 2)?,
            level_count: value_at(row, 3)?,
            reached_count: value_at(row, 4)?,
            not_applicable_count: value_at(row, 5)?,
            unanswered_count: value_at(row, 6)?,
            item_count: value_at(row, 7)?,
        })
    }
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

    /// Of an item with a level its answer is not looked at: to compare text and to count once more
    /// takes an eighth of the whole.
    fn measures(catalogue: &Catalogue) -> Vec<(&'static str, Expr)> {
        use assessment_item::Column::{Answer as Given, Level};
        let items = || Func::count(Expr::col(Asterisk));
        let is_not_applicable = column(Given).eq(Answer::NotApplicable.to_value());
        let is_not_applicable = column(Level).is_null().and(is_not_applicable);
        let sum = Func::sum(column(Level));
        vec![
            (
                "level_sum",
                Func::coalesce([sum.into(), Expr::val(0)]).into(),
            ),
            ("level_count", column(Level).count()),
            ("reached_count", items().filter(reached(catalogue)).into()),
            (
                "not_applicable_count",
                items().filter(is_not_applicable).into(),
            ),
            (
                "unanswered_count",
                items().filter(column(Given).is_null()).into(),
            ),
            ("item_count", items().into()),
        ]
    }
}

fn column(column: assessment_item::Column) -> Expr {
    Expr::col(column.as_column_ref())
}

/// Which items reach the threshold of their framework. A theme tells the framework of an item; where
/// all frameworks ask for the same, nobody looks at it.
fn reached(catalogue: &Catalogue) -> Expr {
    use assessment_item::Column::{Level, ThemeId};
    let mut asked: Vec<((bool, i32), Vec<Uuid>)> = Vec::new();
    for framework in catalogue.frameworks() {
        let is_down = framework.row.scale_direction == Direction::Down;
        let wanted = (is_down, framework.row.threshold);
        let themes = framework.elements.iter().map(|element| element.id);
        match asked.iter_mut().find(|(known, _)| *known == wanted) {
            Some((_, known)) => known.extend(themes),
            None => asked.push((wanted, themes.collect())),
        }
    }
    let is_alone = asked.len() == 1;
    let each = asked.into_iter().map(|((is_down, threshold), themes)| {
        let level = column(Level);
        let is_reached = if is_down {
            level.lte(threshold)
        } else {
            level.gte(threshold)
        };
        if is_alone {
            is_reached
        } else {
            is_reached.and(column(ThemeId).is_in(themes))
        }
    });
    // Without a framework there are no items.
    each.reduce(ExprTrait::or)
        .unwrap_or_else(|| column(Level).is_not_null())
}

fn small(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

impl ThemeTally {
    /// None of the levels is rated, and not reached: a share is the mean of what is (1) and is not (0).
    fn share(&self, direction: Direction) -> Option<f64> {
        let rated = self.item_count - self.not_applicable_count - self.unanswered_count;
        rules::average(self.reached_count, rated).filter(|_| direction != Direction::None)
    }

    fn completeness(&self) -> Completeness {
        let total = self.item_count - self.not_applicable_count;
        Completeness {
            answered: small(total - self.unanswered_count),
            not_applicable: small(self.not_applicable_count),
            total: small(total),
        }
    }
}

/// The averages of an assessment, in order of the themes.
pub(super) async fn averages(
    ctx: &Context<'_>,
    assessment: &assessment::Model,
) -> Result<Objects<ThemeAverage>, Failure> {
    let tallies = ctx.reader().tally::<ThemeTally>(assessment.id).await?;
    let version = ctx
        .viewer()
        .catalogue()
        .version(assessment.programme_version_id);
    let frameworks = version.iter().map(|version| &version.framework);
    let themes = frameworks.flat_map(|framework| {
        let direction = framework.row.scale_direction;
        framework.elements.iter().map(move |e| (direction, e))
    });
    Ok(themes
        .filter_map(|(direction, theme)| {
            let tally = tallies.iter().find(|tally| tally.theme_id == theme.id)?;
            Some(ThemeAverage::from(ThemeAverageFields {
                theme: FrameworkElement::from(Arc::clone(theme)),
                average: rules::average(tally.level_sum, tally.level_count),
                share: tally.share(direction),
                levels: small(tally.level_count),
                counts: tally.completeness(),
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
