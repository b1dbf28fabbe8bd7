//! Reads `regions.csv`, `municipalities.csv` and `mergers.csv`.

use std::collections::{BTreeMap, BTreeSet};

use super::faults::Report;
use super::files::{MERGERS, MUNICIPALITIES, ProgrammeFiles, REGIONS};
use super::programme::Outline;
use super::sheet::{Columns, Row, each_row};
use super::{Ended, Municipality, Places, Region, populations};

const REGION_COLUMNS: Columns = Columns {
    required: &["code"],
    optional: &["nuts3"],
    translated: Some("name"),
    schemed: None,
};

const MUNICIPALITY_COLUMNS: Columns = Columns {
    required: &["code", "kind"],
    optional: &["region"],
    translated: Some("name"),
    schemed: Some("code"),
};

const MERGER_COLUMNS: Columns = Columns {
    required: &["code", "valid_to", "successor"],
    optional: &[],
    translated: None,
    schemed: None,
};

/// All reference tables.
pub(super) fn read(files: &ProgrammeFiles, outline: &Outline, report: &Report) -> Places {
    let regions = read_regions(files, outline, report);
    let codes = regions.iter().map(|region| region.code.as_str()).collect();
    let mut municipalities = read_municipalities(files, outline, &codes, report);
    read_mergers(files, outline, &mut municipalities, report);
    let codes = municipalities.keys().map(String::as_str).collect();
    let populations = populations::read(files, outline, &codes, report);
    Places {
        regions,
        municipalities: municipalities.into_values().collect(),
        populations,
    }
}

fn read_regions(files: &ProgrammeFiles, outline: &Outline, report: &Report) -> Vec<Region> {
    let mut regions: BTreeMap<String, Region> = BTreeMap::new();
    each_row(files, REGIONS, &REGION_COLUMNS, outline, report, |row| {
        let code = row.code("code").unwrap_or_default();
        let region = Region {
            code: code.clone(),
            name: row.translations("name"),
            nuts3: row.optional_text("nuts3"),
        };
        if !code.is_empty() && regions.insert(code.clone(), region).is_some() {
            row.fault(format!("region {code} stands here twice"));
        }
    });
    regions.into_values().collect()
}

fn read_municipalities(
    files: &ProgrammeFiles,
    outline: &Outline,
    regions: &BTreeSet<&str>,
    report: &Report,
) -> BTreeMap<String, Municipality> {
    let mut municipalities = BTreeMap::new();
    let mut others = BTreeSet::new();
    each_row(
        files,
        MUNICIPALITIES,
        &MUNICIPALITY_COLUMNS,
        outline,
        report,
        |row| {
            let municipality = read_municipality(row, outline, regions);
            for (scheme, code) in &municipality.other_codes {
                if !others.insert((scheme.clone(), code.clone())) {
                    row.fault(format!(
                        "code_{scheme} {code} is taken by another municipality"
                    ));
                }
            }
            let code = municipality.code.clone();
            if !code.is_empty() && municipalities.insert(code.clone(), municipality).is_some() {
                row.fault(format!("municipality {code} stands here twice"));
            }
        },
    );
    municipalities
}

fn read_municipality(row: &Row<'_>, outline: &Outline, regions: &BTreeSet<&str>) -> Municipality {
    let municipality = Municipality {
        code: row.code("code").unwrap_or_default(),
        kind: row.word("kind"),
        name: row.translations("name"),
        region: row.optional_text("region"),
        other_codes: row.family("code"),
        ended: None,
    };
    let (code, country) = (&municipality.code, &outline.country_code);
    let national = code
        .strip_prefix(country.as_str())
        .and_then(|rest| rest.strip_prefix('-'));
    if !code.is_empty() && !country.is_empty() && national.is_none_or(str::is_empty) {
        row.fault(format!("code {code} must begin with {country}- and go on"));
    }
    if let Some(region) = &municipality.region
        && !regions.is_empty()
        && !regions.contains(region.as_str())
    {
        row.fault(format!("region {region} is not in {REGIONS}"));
    }
    municipality
}

fn read_mergers(
    files: &ProgrammeFiles,
    outline: &Outline,
    municipalities: &mut BTreeMap<String, Municipality>,
    report: &Report,
) {
    let mut successors: BTreeMap<String, String> = BTreeMap::new();
    each_row(files, MERGERS, &MERGER_COLUMNS, outline, report, |row| {
        let valid_to = row.date("valid_to");
        let code = row.code("code");
        let successor = row.code("successor");
        let is_known =
            |code: &String| municipalities.is_empty() || municipalities.contains_key(code);
        for (column, code) in [("code", &code), ("successor", &successor)] {
            if let Some(code) = code.as_ref().filter(|code| !is_known(code)) {
                row.fault(format!("{column} {code} is not in {MUNICIPALITIES}"));
            }
        }
        let (Some(code), Some(successor)) = (code, successor) else {
            return;
        };
        if successors.contains_key(&code) {
            row.fault(format!("{code} ended once already"));
        } else if follows(&successors, &successor, &code) {
            row.fault(format!(
                "{code} would become its own successor over {successor}"
            ));
        } else {
            successors.insert(code.clone(), successor.clone());
        }
        if let Some(municipality) = municipalities.get_mut(&code) {
            municipality.ended = Some(Ended {
                valid_to,
                successor,
            });
        }
    });
}

/// Whether the line of successors from `from` meets `goal`. It ends: no circle has been let in.
fn follows(successors: &BTreeMap<String, String>, from: &str, goal: &str) -> bool {
    let mut here = Some(from);
    while let Some(code) = here {
        if code == goal {
            return true;
        }
        here = successors.get(code).map(String::as_str);
    }
    false
}
