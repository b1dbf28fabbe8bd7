//! Each kind of fault is reported, once, with its file and line, and all of them together.

use super::super::ProgrammeFiles;
use super::{REGIONS, faults, folder};

/// In `file`, text | the text put in its place | line and message of the one fault that follows.
/// `~` is a line feed.
fn each_gives_one_fault(file: &str, table: &str) {
    for row in table.lines() {
        let row = row.replace('~', "\n");
        let cells: Vec<_> = row.split(" | ").collect();
        let [from, to, expected] = cells[..] else {
            panic!("not three cells: {row}");
        };
        let found = faults(&folder(&[(file, from, to)]));
        assert_eq!(found, [format!("{file}:{expected}")], "{row}");
    }
}

#[test]
fn faults_of_the_programme() {
    each_gives_one_fault(
        "programme.toml",
        r#"min_cell = 5 | min_cell = -1 | 16: version.settings.min_cell must be a whole number from 0 to 1000
min_cell = 5~ |  | 11: version.settings.min_cell is missing
gate = "NONE" | gate = "NONE"~door = 1 | 36: unknown key milestone.door; known here: code, due_months, gate, name, ordinal, prerequisites
2020-01-01 | 2020-02-30 | 10: not TOML: invalid date, expected day between 01 and 29
2020-01-01 | "2020- 1- 1" | 10: version.valid_from must be a date as 2026-12-31, from 1900 to 2199
2020-01-01 | 2200-01-01 | 10: version.valid_from must be a date as 2026-12-31, from 1900 to 2199
2020-01-01 | "soon" | 10: version.valid_from must be a date as 2026-12-31, from 1900 to 2199
["fi", "en"] | ["fi", "xx", "en"] | 4: xx is not a known locale
"EUR" | "euro" | 6: currency must be 3 capitals from A to Z
{ en = "Start" } | {} | 33: milestone.name needs a text in at least one locale
{ en = "Start" } | { de = "Start" } | 33: milestone.name.de is not in a locale of the programme: fi, en
["START"] | ["BEGIN"] | 41: prerequisite BEGIN of END is not a milestone
["START"] | ["END"] | 41: milestone END leads back to itself over prerequisite END
code = "END" | code = "START" | 37: milestone START stands here twice
articles = [24] | articles = [55] | 62: article 55 is not in the Convention; it has 1 to 54
articles = [24] | articles = [24]~parent = "SKY" | 63: parent SKY of AIR is not an element
threshold = 2 | threshold = 3 | 56: threshold 3 is not a level of the scale
threshold = 2~ |  | 50: threshold 3 is not a level of the scale
threshold = 2 | threshold = 0 | 56: framework.threshold must be a whole number from 1 to 100
target_level_min = 2 | target_level_min = 3 | 28: target_level_min 3 is not a level of the scale
"The first." | "The\u0007" | 48: criterion.text.en holds the control character U+0007"#,
    );
}

#[test]
fn a_circle_of_prerequisites_is_named_at_each_step() {
    let files = folder(&[(
        "programme.toml",
        "prerequisites = []",
        "prerequisites = [\"END\"]",
    )]);
    let expected = [
        "programme.toml:34: milestone START leads back to itself over prerequisite END",
        "programme.toml:41: milestone END leads back to itself over prerequisite START",
    ];
    assert_eq!(faults(&files), expected);
}

#[test]
fn faults_of_columns() {
    each_gives_one_fault(
        "regions.csv",
        "01,North | 01,North,1 | 2: has 3 cells, the first row has 2
name_en | name_de | 1: unknown column name_de; known here: code, nuts3, name_fi, name_en
code,name_en~01 | code,code,name_en~01,01 | 1: column code stands here twice",
    );
    let found = faults(&folder(&[("populations.csv", "age_band", "age")]));
    let expected = [
        "populations.csv:1: column age_band is missing",
        "populations.csv:1: unknown column age; known here: municipality, year, age_band, count, source",
    ];
    assert_eq!(found, expected);
}

#[test]
fn faults_of_indicators() {
    each_gives_one_fault(
        "indicators.csv",
        r#"2,2,AIR | 1,2,AIR | 3: number 1 is taken by another indicator
2,2,AIR | 2,1,AIR | 3: code 1 is taken by another indicator
2,2,AIR | two,2,AIR | 3: number must be a whole number from 1 to 10000, not "two"
Fresh air |  | 3: name needs a text in at least one locale
6 24 | 6 x | 3: articles must be numbers with blanks between, not "x"
LOCAL,true | LOCAL,yes | 2: selectable_as_objective must be true or false, not "yes""#,
    );
    each_gives_one_fault(
        "descriptors.csv",
        "always\"~ | always\"~~9,1,New~ | 6: indicator 9 is not in indicators.csv
1,1,Dirty | 1,3,Dirty | 2: level 3 is not a level of the scale
1,1,Dirty | 1,2,Dirty | 3: level 2 of indicator 1 stands here twice",
    );
}

#[test]
fn texts_are_short_and_without_control_characters() {
    let long = "a".repeat(4_001);
    let name = |text| faults(&folder(&[("indicators.csv", "Fresh air", text)]));
    let too_long = "indicators.csv:3: name_en has 4001 characters; at most 4000 are allowed";
    assert_eq!(name(&long), [too_long]);
    let control = "indicators.csv:3: name_en holds the control character U+0000";
    assert_eq!(name("Fresh\u{0}air"), [control]);
}

#[test]
fn faults_of_places() {
    each_gives_one_fault(
        "municipalities.csv",
        "XX-2 | YY-2 | 3: code YY-2 must begin with XX- and go on
XX-2 | XX-1 | 3: municipality XX-1 stands here twice
Downton,01 | Downton,09 | 3: region 09 is not in regions.csv
01,002 | 01,001 | 3: code_STAT 001 is taken by another municipality",
    );
    each_gives_one_fault(
        "mergers.csv",
        "XX-1 | XX-9 | 2: successor XX-9 is not in municipalities.csv
XX-1~ | XX-1~XX-1,2021-12-31,XX-3~ | 3: XX-1 would become its own successor over XX-3",
    );
    each_gives_one_fault(
        "populations.csv",
        r#"XX-1,2020,0-17 | XX-1,2020,ALL | 3: XX-1 has a figure for 2020 and age band ALL already
XX-1,2020,0-17 | XX-7,2020,0-17 | 3: municipality XX-7 is not in municipalities.csv
ALL,100 | ALL,-5 | 2: count must be a whole number from 0 to 2147483647, not "-5"
0-17 | 17-0 | 3: age_band must be ALL, or years as 0-17 or 75+, not "17-0""#,
    );
}

#[test]
fn every_fault_is_reported_at_once_in_order() {
    let files = folder(&[
        (
            "programme.toml",
            "\"Europe/Helsinki\"",
            "\"Europe/Nowhere\"",
        ),
        ("programme.toml", "\"STRICT\"", "\"LOOSE\""),
        ("indicators.csv", "1,1,AIR", "1,1,WATER"),
        ("indicators.csv", "COUNTY", "MOON"),
        ("municipalities.csv", "Downton,01", "Downton,09"),
        ("mergers.csv", "2020-12-31", "+20201-1-1"),
        ("populations.csv", "ALL,100", "ALL,-100"),
    ]);
    let expected = [
        "indicators.csv:2: theme WATER is not an element of the framework",
        "indicators.csv:3: responsible_tier must be one of LOCAL, COUNTY, NATIONAL, not \"MOON\"",
        "mergers.csv:2: valid_to must be a date as 2026-12-31, from 1900 to 2199, not \"+20201-1-1\"",
        "municipalities.csv:3: region 09 is not in regions.csv",
        "populations.csv:2: count must be a whole number from 0 to 2147483647, not \"-100\"",
        "programme.toml:5: Europe/Nowhere is not a known time zone",
        "programme.toml:12: version.settings.duty must be one of STRICT, TWO_PERSON",
    ];
    assert_eq!(faults(&files), expected);
}

#[test]
fn files_are_complete_and_readable() {
    let nothing = faults(&ProgrammeFiles::new(Vec::<(&str, &[u8])>::new()));
    assert_eq!(nothing.len(), 7);
    assert_eq!(nothing[0], "descriptors.csv: the file is missing");

    let stray: [(&str, &[u8]); 2] = [("indicator.csv", b""), ("regions.csv", b"code\n\xff")];
    let found = faults(&ProgrammeFiles::new(stray));
    assert!(
        found[1]
            .starts_with("indicator.csv: is not a file of a programme; they are programme.toml")
    );
    assert!(found.contains(&"regions.csv:2: the text is not UTF-8 from here on".to_owned()));
    assert_eq!(
        faults(&folder(&[("regions.csv", REGIONS, "")])),
        ["regions.csv: the file is empty"]
    );
}

#[test]
fn several_syntax_faults_are_told_together_and_the_tables_are_still_read() {
    let files = folder(&[
        ("programme.toml", "number = 1", "number = "),
        ("programme.toml", "min_cell = 5", "min_cell 5"),
        ("indicators.csv", "1,1,AIR", "x,1,AIR"),
    ]);
    let found = faults(&files);
    let has = |start: &str| found.iter().any(|fault| fault.starts_with(start));
    assert!(has("indicators.csv:2: number must be"), "{found:?}");
    assert!(has("programme.toml:9: not TOML"), "{found:?}");
    assert!(has("programme.toml:16: not TOML"), "{found:?}");
}
