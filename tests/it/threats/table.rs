//! `docs/threats.md` names every row, and tests that exist.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Every row, in order.
fn rows() -> Vec<String> {
    let parts = [("T", 22), ("A", 13), ("Z", 10), ("F", 7)];
    let of = |(letter, last): (&str, u32)| {
        (1..=last)
            .map(move |n| format!("{letter}{n}"))
            .collect::<Vec<_>>()
    };
    parts.into_iter().flat_map(of).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The names of all functions below a folder, and of all programs of tests, by their path.
fn names(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is = |end: &str| path.extension().is_some_and(|found| found == end);
        if path.is_dir() && !path.ends_with("node_modules") {
            names(&path, found);
        } else if is("mjs") {
            let path = path.strip_prefix(root()).unwrap();
            found.insert(path.to_str().unwrap().to_owned());
        } else if is("rs") {
            let text = fs::read_to_string(&path).unwrap();
            let functions = text.split("fn ").skip(1);
            found.extend(
                functions
                    .filter_map(|rest| rest.split_once('('))
                    .map(|(name, _)| name.to_owned()),
            );
        }
    }
}

/// The cells of the rows of the table.
fn table() -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("docs/threats.md")).unwrap();
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let cells = lines.map(|line| line.split(" | ").map(str::to_owned).collect::<Vec<_>>());
    let is_row = |cells: &Vec<String>| {
        cells[0].starts_with(['T', 'A', 'Z', 'F']) && cells[0][1..].parse::<u32>().is_ok()
    };
    cells.filter(is_row).collect()
}

#[test]
fn every_row_is_there_once_and_in_order() {
    let found: Vec<_> = table().into_iter().map(|cells| cells[0].clone()).collect();
    assert_eq!(found, rows());
}

#[test]
fn every_row_has_an_answer_and_tests_that_exist() {
    let mut known = BTreeSet::new();
    for folder in ["api/src", "tests"] {
        names(&root().join(folder), &mut known);
    }
    for cells in table() {
        let [row, attack, answer, tests] = &cells[..] else {
            panic!("{cells:?}");
        };
        assert!(!attack.is_empty() && !answer.is_empty(), "{row}");
        let tests: Vec<_> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!tests.is_empty(), "{row} names no test");
        for test in tests {
            let name = test.rsplit("::").next().unwrap();
            assert!(known.contains(name), "{row}: no test is called {test}");
        }
    }
}
