//! Reads `populations.csv`.

use std::collections::BTreeSet;

use super::Population;
use super::faults::Report;
use super::files::{MUNICIPALITIES, POPULATIONS, ProgrammeFiles};
use super::programme::Outline;
use super::sheet::{Columns, Row, each_row};

const COLUMNS: Columns = Columns {
    required: &["municipality", "year", "age_band", "count", "source"],
    optional: &[],
    translated: None,
    schemed: None,
};

/// The figures by municipality, year and age band.
pub(super) fn read(
    files: &ProgrammeFiles,
    outline: &Outline,
    municipalities: &BTreeSet<&str>,
    report: &Report,
) -> Vec<Population> {
    let mut seen = BTreeSet::new();
    let mut populations = Vec::new();
    each_row(files, POPULATIONS, &COLUMNS, outline, report, |row| {
        let population = read_population(row);
        let code = &population.municipality;
        if !code.is_empty() && !municipalities.is_empty() && !municipalities.contains(&**code) {
            row.fault(format!("municipality {code} is not in {MUNICIPALITIES}"));
        }
        let key = (code.clone(), population.year, population.age_band.clone());
        if !seen.insert(key) {
            let (year, band) = (population.year, &population.age_band);
            row.fault(format!(
                "{code} has a figure for {year} and age band {band} already"
            ));
        }
        populations.push(population);
    });
    populations.sort_by(|a, b| {
        (&a.municipality, a.year, &a.age_band).cmp(&(&b.municipality, b.year, &b.age_band))
    });
    populations
}

fn read_population(row: &Row<'_>) -> Population {
    let population = Population {
        municipality: row.code("municipality").unwrap_or_default(),
        year: row.number("year", &(1900..=2200)).unwrap_or_default(),
        age_band: row.text("age_band"),
        count: row.number("count", &(0..=i32::MAX)).unwrap_or_default(),
        source: row.text("source"),
    };
    let band = &population.age_band;
    if !band.is_empty() && !is_age_band(band) {
        row.fault(format!(
            "age_band must be ALL, or years as 0-17 or 75+, not {band:?}"
        ));
    }
    population
}

fn is_age_band(band: &str) -> bool {
    let age = |text: &str| text.parse::<u8>().ok().filter(|_| !text.starts_with('+'));
    if let Some(from) = band.strip_suffix('+') {
        return age(from).is_some();
    }
    let ages = band
        .split_once('-')
        .and_then(|(from, to)| Some((age(from)?, age(to)?)));
    band == "ALL" || ages.is_some_and(|(from, to)| from <= to)
}
