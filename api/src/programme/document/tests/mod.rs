//! Tests of the reader, and the small folder that they break.

mod broken;
mod fi;

use super::{Fault, ProgrammeDocument, ProgrammeFiles, content_hash, read};

const PROGRAMME: &str = r#"key = "XX"
country_code = "XX"
owner_org = "The committee"
locales = ["fi", "en"]
timezone = "Europe/Helsinki"
currency = "EUR"
name = { en = "Small programme" }
[version]
number = 1
valid_from = 2020-01-01
[version.settings]
duty = "STRICT"
local_decision = "BY_ACCOUNT"
draft_visibility = "COMMITTEE"
publish_refusals = false
min_cell = 5
label_timing = "AFTER_EVALUATION"
cycle_months = [24]
validity_months = [24]
max_extensions = 0
[version.plan_gates]
indicator_objectives_min = 1
indicator_objectives_max = 2
children_objectives = 1
free_objectives_max = 1
every_theme_covered = true
baseline_level_max = 1
target_level_min = 2
county_indicators_allowed = false
[[milestone]]
code = "START"
ordinal = 1
name = { en = "Start" }
prerequisites = []
gate = "NONE"
due_months = [1]
[[milestone]]
code = "END"
ordinal = 2
name = { en = "End" }
prerequisites = ["START"]
gate = "APPROVED_PLAN"
due_months = [24]
[[criterion]]
code = "ONE"
ordinal = 1
name = { en = "One" }
text = { en = "The first." }
illustrative = true
[framework]
key = "SMALL"
number = 1
kind = "INDICATOR_SET"
licence = "MIT"
source_note = "Made up."
threshold = 2
[[framework.element]]
code = "AIR"
kind = "THEME"
ordinal = 1
name = { en = "Air" }
articles = [24]
[framework.scale]
key = "YES"
direction = "UP"
[[framework.scale.level]]
value = 1
name = { en = "No" }
[[framework.scale.level]]
value = 2
name = { en = "Yes" }
"#;
const INDICATORS: &str = "number,code,theme,name_en,kind,unit,responsible_tier,selectable_as_objective,illustrative,articles
1,1,AIR,Clean air,PROCESS,LEVEL,LOCAL,true,true,24
2,2,AIR,Fresh air,PROCESS,LEVEL,COUNTY,false,true,6 24
";
const DESCRIPTORS: &str = "indicator,level,text_en\n1,1,Dirty\n1,2,\"Clean,\nalways\"\n";
const REGIONS: &str = "code,name_en\n01,North\n";
const MUNICIPALITIES: &str = "code,kind,name_en,region,code_STAT
XX-1,MUNICIPALITY,Upton,01,001
XX-2,MUNICIPALITY,Downton,01,002
XX-3,MUNICIPALITY,Gone,01,003
";
const MERGERS: &str = "code,valid_to,successor\nXX-3,2020-12-31,XX-1\n";
const POPULATIONS: &str = "municipality,year,age_band,count,source
XX-1,2020,ALL,100,Office
XX-1,2020,0-17,20,Office
";

/// The small folder with some places changed: file, text to find, text in its place.
fn folder(changes: &[(&str, &str, &str)]) -> ProgrammeFiles {
    let files = [
        ("programme.toml", PROGRAMME),
        ("indicators.csv", INDICATORS),
        ("descriptors.csv", DESCRIPTORS),
        ("regions.csv", REGIONS),
        ("municipalities.csv", MUNICIPALITIES),
        ("mergers.csv", MERGERS),
        ("populations.csv", POPULATIONS),
    ];
    ProgrammeFiles::new(files.map(|(name, text)| {
        let mut text = text.to_owned();
        for (file, from, to) in changes {
            if *file == name {
                assert!(text.contains(from), "{name} does not hold {from}");
                text = text.replacen(from, to, 1);
            }
        }
        (name, text.into_bytes())
    }))
}

fn faults(files: &ProgrammeFiles) -> Vec<String> {
    match read(files) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

fn document(files: &ProgrammeFiles) -> ProgrammeDocument {
    read(files).unwrap_or_else(|faults| {
        let lines: Vec<_> = faults.iter().map(Fault::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

fn hash(part: &impl serde::Serialize) -> String {
    content_hash(part).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn equal_content_has_an_equal_hash_whatever_the_order_of_rows() {
    let base = document(&folder(&[]));
    let rows: Vec<_> = INDICATORS.lines().collect();
    let swapped = [rows[0], rows[2], rows[1], ""].join("\n");
    let moved = document(&folder(&[("indicators.csv", INDICATORS, &swapped)]));
    assert_eq!(hash(&base), hash(&moved));
    assert_eq!(hash(&base).len(), 64);
}

#[test]
fn places_change_without_the_published_version() {
    let base = document(&folder(&[]));
    let changed = document(&folder(&[("populations.csv", "ALL,100", "ALL,101")]));
    assert_ne!(hash(&base), hash(&changed));
    let published = |one: &ProgrammeDocument| hash(&(&one.version, &one.framework));
    assert_eq!(published(&base), published(&changed));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_no_fault() {
    let regions = format!("\u{feff}{}", REGIONS.replace('\n', "\r\n"));
    let marked = document(&folder(&[("regions.csv", REGIONS, &regions)]));
    assert_eq!(marked, document(&folder(&[])));
}
