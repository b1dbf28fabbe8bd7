//! PURE: what is new or different in the reference tables of a country: regions, municipalities
//! with their names and codes, populations. Nothing is ever taken away.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    municipality::{municipality, municipality_code, municipality_name, population, region},
    text::Translations,
};
use uuid::Uuid;

use super::document::{self, ProgrammeDocument};
use crate::translated::sort_key;

/// The band of all ages, which is stored as null.
const ALL_AGES: &str = "ALL";

/// The rows of a country as they are stored.
#[derive(Debug, Default)]
pub(super) struct Stored {
    pub(super) regions: HashMap<String, region::Model>,
    pub(super) municipalities: Vec<municipality::Model>,
    pub(super) codes: Vec<municipality_code::Model>,
    pub(super) names: Vec<municipality_name::Model>,
    pub(super) populations: Vec<population::Model>,
}

/// The rows to be written, each whole; a municipality with what it was before.
#[derive(Debug, Default)]
pub(super) struct Changed {
    pub(super) regions: Vec<region::Model>,
    /// A successor stands before those that went into it.
    pub(super) municipalities: Vec<(Option<municipality::Model>, municipality::Model)>,
    pub(super) codes: Vec<municipality_code::Model>,
    pub(super) names: Vec<municipality_name::Model>,
    pub(super) populations: Vec<population::Model>,
}

impl Changed {
    /// How many rows there are.
    pub(super) fn count(&self) -> usize {
        self.regions.len()
            + self.municipalities.len()
            + self.codes.len()
            + self.names.len()
            + self.populations.len()
    }
}

/// Where new ids and the time come from.
pub(super) struct Fresh<'f> {
    pub(super) id: &'f (dyn Fn() -> Uuid + Sync),
    pub(super) now: DateTime<Utc>,
}

/// The code of a region, unique over all countries, such as `FI-06`.
pub(super) fn region_code(country: &str, code: &str) -> String {
    format!("{country}-{code}")
}

/// What a document changes in the stored rows.
pub(super) fn changed(document: &ProgrammeDocument, stored: &Stored, fresh: &Fresh<'_>) -> Changed {
    let by_code = |row: &municipality::Model| (row.code.clone(), row.id);
    let mut ids: HashMap<String, Uuid> = stored.municipalities.iter().map(by_code).collect();
    for municipality in &document.places.municipalities {
        ids.entry(municipality.code.clone())
            .or_insert_with(|| (fresh.id)());
    }
    Changed {
        regions: regions(document, stored, fresh),
        municipalities: municipalities(document, stored, &ids, fresh.now),
        codes: codes(document, stored, &ids, fresh),
        names: names(document, stored, &ids, fresh),
        populations: populations(document, stored, &ids, fresh),
    }
}

fn regions(document: &ProgrammeDocument, stored: &Stored, fresh: &Fresh<'_>) -> Vec<region::Model> {
    let regions = document.places.regions.iter();
    regions
        .filter_map(|one| {
            let code = region_code(&document.programme.country_code, &one.code);
            let before = stored.regions.get(&code);
            let after = region::Model {
                id: before.map_or_else(|| (fresh.id)(), |row| row.id),
                code,
                name: Translations(one.name.clone()),
            };
            (before != Some(&after)).then_some(after)
        })
        .collect()
}

fn municipalities(
    document: &ProgrammeDocument,
    stored: &Stored,
    ids: &HashMap<String, Uuid>,
    now: DateTime<Utc>,
) -> Vec<(Option<municipality::Model>, municipality::Model)> {
    let before: HashMap<_, _> = stored
        .municipalities
        .iter()
        .map(|row| (row.code.as_str(), row))
        .collect();
    let latest = latest_populations(document);
    let mut changed = Vec::new();
    for one in successors_first(&document.places.municipalities) {
        let before = before.get(one.code.as_str()).copied();
        let mut after = municipality_row(document, one, before, now);
        after.id = ids.get(&one.code).copied().unwrap_or_default();
        let successor = one.ended.as_ref().and_then(|e| ids.get(&e.successor));
        after.successor_id = successor.copied();
        if let Some((year, count)) = latest.get(one.code.as_str()) {
            (after.population, after.population_year) = (Some(*count), Some(*year));
        }
        if before == Some(&after) {
            continue;
        }
        if before.is_some() {
            (after.version, after.updated_at) = (after.version + 1, now);
        }
        changed.push((before.cloned(), after));
    }
    changed
}

fn municipality_row(
    document: &ProgrammeDocument,
    one: &document::Municipality,
    before: Option<&municipality::Model>,
    now: DateTime<Utc>,
) -> municipality::Model {
    let country = &document.programme.country_code;
    let region = one.region.as_ref();
    municipality::Model {
        id: Uuid::nil(),
        code: one.code.clone(),
        kind: one.kind,
        country_code: country.clone(),
        region_code: region.map(|code| region_code(country, code)),
        name: Translations(one.name.clone()),
        sort_name: sort_name(&one.name, &document.programme.locales),
        valid_from: before.and_then(|row| row.valid_from),
        valid_to: one.ended.as_ref().map(|ended| ended.valid_to),
        successor_id: None,
        population: before.and_then(|row| row.population),
        population_year: before.and_then(|row| row.population_year),
        created_at: before.map_or(now, |row| row.created_at),
        updated_at: before.map_or(now, |row| row.updated_at),
        version: before.map_or(1, |row| row.version),
    }
}

/// A name is sorted by its form in the first language of the programme that it has.
fn sort_name(name: &document::Translations, locales: &[String]) -> String {
    let first = locales.iter().find_map(|locale| name.get(locale));
    let any = first.or_else(|| name.values().next());
    any.map(|name| sort_key(name)).unwrap_or_default()
}

/// Municipalities so that each stands after its successor. Circles were refused by the reader.
fn successors_first(all: &[document::Municipality]) -> Vec<&document::Municipality> {
    let next: HashMap<&str, &str> = all
        .iter()
        .filter_map(|one| {
            let ended = one.ended.as_ref()?;
            Some((one.code.as_str(), ended.successor.as_str()))
        })
        .collect();
    let depth = |code: &str| {
        std::iter::successors(next.get(code), |successor| next.get(**successor)).count()
    };
    let mut sorted: Vec<_> = all.iter().collect();
    sorted.sort_by_cached_key(|one| depth(&one.code));
    sorted
}

/// The newest figure for all ages of each municipality: year and count.
fn latest_populations(document: &ProgrammeDocument) -> HashMap<&str, (i32, i32)> {
    let figures = document.places.populations.iter();
    let mut latest: HashMap<&str, (i32, i32)> = HashMap::new();
    for figure in figures.filter(|figure| figure.age_band == ALL_AGES) {
        let newest = latest.entry(&figure.municipality).or_default();
        *newest = (*newest).max((figure.year, figure.count));
    }
    latest
}

fn codes(
    document: &ProgrammeDocument,
    stored: &Stored,
    ids: &HashMap<String, Uuid>,
    fresh: &Fresh<'_>,
) -> Vec<municipality_code::Model> {
    let before: HashMap<_, _> = stored
        .codes
        .iter()
        .map(|row| ((row.municipality_id, row.scheme.as_str()), row))
        .collect();
    let mut changed = Vec::new();
    for one in &document.places.municipalities {
        let municipality_id = ids.get(&one.code).copied().unwrap_or_default();
        for (scheme, code) in &one.other_codes {
            let before = before.get(&(municipality_id, scheme.as_str())).copied();
            let after = municipality_code::Model {
                id: before.map_or_else(|| (fresh.id)(), |row| row.id),
                municipality_id,
                scheme: scheme.clone(),
                code: code.clone(),
            };
            if before != Some(&after) {
                changed.push(after);
            }
        }
    }
    changed
}

/// New names only: a municipality is still found by a name that it had.
fn names(
    document: &ProgrammeDocument,
    stored: &Stored,
    ids: &HashMap<String, Uuid>,
    fresh: &Fresh<'_>,
) -> Vec<municipality_name::Model> {
    let mut known: HashSet<(Uuid, String)> = stored
        .names
        .iter()
        .map(|row| (row.municipality_id, row.sort_name.clone()))
        .collect();
    let mut added = Vec::new();
    for one in &document.places.municipalities {
        let municipality_id = ids.get(&one.code).copied().unwrap_or_default();
        for sort_name in one.name.values().map(|name| sort_key(name)) {
            if known.insert((municipality_id, sort_name.clone())) {
                added.push(municipality_name::Model {
                    id: (fresh.id)(),
                    municipality_id,
                    sort_name,
                });
            }
        }
    }
    added
}

fn populations(
    document: &ProgrammeDocument,
    stored: &Stored,
    ids: &HashMap<String, Uuid>,
    fresh: &Fresh<'_>,
) -> Vec<population::Model> {
    let before: BTreeMap<_, _> = stored
        .populations
        .iter()
        .map(|row| {
            (
                (row.municipality_id, row.year, row.age_band.as_deref()),
                row,
            )
        })
        .collect();
    let mut changed = Vec::new();
    for figure in &document.places.populations {
        let municipality_id = ids.get(&figure.municipality).copied().unwrap_or_default();
        let age_band = Some(&figure.age_band).filter(|band| *band != ALL_AGES);
        let key = (municipality_id, figure.year, age_band.map(String::as_str));
        let before = before.get(&key).copied();
        let after = population::Model {
            id: before.map_or_else(|| (fresh.id)(), |row| row.id),
            municipality_id,
            year: figure.year,
            age_band: age_band.cloned(),
            count: figure.count,
            source: figure.source.clone(),
        };
        if before != Some(&after) {
            changed.push(after);
        }
    }
    changed
}
