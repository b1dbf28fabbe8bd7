//! What is published about municipalities: regions, codes, population figures, and on which day
//! they exist.

use std::sync::Arc;

use async_graphql::{Context, Object};
use chrono::NaiveDate;
use entity::municipality::{municipality, municipality_code, population, region};
use fields::fields;
use sea_orm::{ColumnTrait, Condition};

use super::rules;
use crate::{
    access::{Asking, Viewer},
    id::Id,
    in_order::{Executed, Ready},
    payload::row_object,
    programme,
    scalars::Locale,
    translated::{self, Translation},
};

/// A region of a country.
#[derive(Clone, Debug)]
pub(crate) struct Region(pub(super) Arc<region::Model>);

impl Ready<Executed> for Region {}

/// A region of a country. Its code names it; it has no other id.
#[Object(serial)]
impl Region {
    /// Its code in the country, such as `06`.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Its name, in the language asked for or the first that there is along the programme's chain.
    async fn name(&self, ctx: &Context<'_>, locale: Option<Locale>) -> &str {
        programme::text(ctx.viewer(), &self.0.name, locale.as_ref())
    }

    /// Its name in all languages.
    async fn name_translations(&self) -> Vec<Translation> {
        translated::all(&self.0.name)
    }
}

row_object! {
    /// A code of a municipality in some scheme.
    MunicipalityCode = MunicipalityCodeFields of municipality_code
}

/// A code of a municipality in some scheme.
#[fields(name = "MunicipalityCode")]
impl MunicipalityCodeFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<municipality_code::Entity> {
        Id::new(self.0.id)
    }

    /// The scheme, such as `STATFI`.
    async fn scheme(&self) -> &str {
        &self.0.scheme
    }

    /// The code in this scheme, such as `837`.
    async fn code(&self) -> &str {
        &self.0.code
    }
}

row_object! {
    /// A published population figure.
    Population = PopulationFields of population
}

/// A published population figure of one year and age band.
#[fields(name = "Population")]
impl PopulationFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<population::Entity> {
        Id::new(self.0.id)
    }

    /// The year.
    async fn year(&self) -> i32 {
        self.0.year
    }

    /// The ages counted in whole years, such as `0-17`; null for all ages.
    async fn age_band(&self) -> Option<&str> {
        self.0.age_band.as_deref()
    }

    /// How many people.
    async fn count(&self) -> i32 {
        self.0.count
    }

    /// Who published the figure.
    async fn source(&self) -> &str {
        &self.0.source
    }
}

/// Whether a municipality exists today.
pub(super) fn is_current(viewer: &Viewer, row: &municipality::Model) -> bool {
    let programmes = viewer.catalogue().programmes.iter();
    let at_home = programmes
        .filter(|programme| programme.row.country_code == row.country_code)
        .map(|programme| viewer.today(programme.row.id))
        .next();
    let today = at_home.unwrap_or_else(|| viewer.now().date_naive());
    rules::is_current((row.valid_from, row.valid_to), today)
}

/// The same as a predicate. Few countries have another day than it is in UTC, mostly none.
pub(super) fn are_current(viewer: &Viewer) -> Condition {
    use municipality::Column::CountryCode;
    let mut countries: Vec<&str> = Vec::new();
    let programmes = viewer.catalogue().programmes.iter();
    let at_home = programmes.filter(|programme| {
        let country = programme.row.country_code.as_str();
        let is_first = !countries.contains(&country);
        countries.push(country);
        is_first
    });
    let in_utc = viewer.now().date_naive();
    let mut elsewhere = exist_on(in_utc);
    let mut any = Condition::any();
    for (day, programmes) in viewer.days(at_home.map(|programme| programme.row.id)) {
        if day != in_utc {
            let countries = programmes.into_iter().filter_map(|id| {
                let programme = viewer.catalogue().programme(id)?;
                Some(programme.row.country_code.as_str())
            });
            let countries: Vec<&str> = countries.collect();
            any = any.add(exist_on(day).add(CountryCode.is_in(countries.clone())));
            elsewhere = elsewhere.add(CountryCode.is_not_in(countries));
        }
    }
    any.add(elsewhere)
}

/// The rule `is_current` in the words of the database.
fn exist_on(day: NaiveDate) -> Condition {
    use municipality::Column::{ValidFrom, ValidTo};
    let begun = Condition::any()
        .add(ValidFrom.is_null())
        .add(ValidFrom.lte(day));
    let lasting = Condition::any()
        .add(ValidTo.is_null())
        .add(ValidTo.gte(day));
    Condition::all().add(begun).add(lasting)
}
