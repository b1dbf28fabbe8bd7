//! A season of a year, as it is given and as it is told.

use async_graphql::{InputObject, SimpleObject};
use entity::action_plan::{DatePrecision, Season};

use super::rules::periods::{Known, season};
use crate::in_order::{Executed, Ready};

/// A season of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, SimpleObject, InputObject)]
#[graphql(input_name = "SeasonOfYearInput")]
pub(crate) struct SeasonOfYear {
    /// The season.
    season: Season,
    /// The year in which it ends, 1900 to 2199: winter 2027 ends in the first months of 2027.
    year: i32,
}

impl Ready<Executed> for SeasonOfYear {}

impl SeasonOfYear {
    /// The season and the year in which it ends, as the rules take them.
    pub(super) fn parts(self) -> (Season, i32) {
        (self.season, self.year)
    }

    /// The season that a stored day means; none where it means something else.
    pub(super) fn of(known: Known) -> Option<Self> {
        let day = known
            .day
            .filter(|_| known.precision == Some(DatePrecision::Season))?;
        let (season, year) = season(day, known.season);
        Some(Self { season, year })
    }
}
