//! Reads the framework of `programme.toml`, and checks lists of coded things and the links among them.

use std::collections::{BTreeMap, BTreeSet};

use super::section::Section;
use super::{Element, Framework, Scale, ScaleLevel, USUAL_THRESHOLD, text};

/// The highest value that a level can have.
const LEVEL_MAX: i32 = 100;

/// Where a coded thing stands in the file, and its place in its list.
pub(super) struct Named {
    pub(super) line: usize,
    pub(super) code: String,
    pub(super) ordinal: i32,
}

/// A link of one thing to another: line, from, to.
pub(super) type Link = (usize, String, String);

/// The `[framework]` table, still without what `indicators.csv` and `descriptors.csv` hold.
pub(super) fn read(root: &Section<'_>, locales: &[String]) -> Framework {
    let section = root.section("framework");
    let framework = Framework {
        key: section.code("key"),
        number: section.number("number", 1..=i32::MAX),
        kind: section.word("kind"),
        licence: section.text("licence"),
        source_note: section.text("source_note"),
        threshold: section
            .optional_number("threshold", 1..=LEVEL_MAX)
            .unwrap_or(USUAL_THRESHOLD),
        elements: read_elements(&section, locales),
        scale: read_scale(&section.section("scale"), locales),
        indicators: Vec::new(),
        descriptors: Vec::new(),
    };
    check_threshold(&section, &framework);
    section.finish();
    framework
}

fn check_threshold(section: &Section<'_>, framework: &Framework) {
    let (threshold, levels) = (framework.threshold, &framework.scale.levels);
    let is_known = levels.iter().any(|level| level.value == threshold);
    if !levels.is_empty() && !is_known && threshold > 0 {
        let line = section.line_of("threshold");
        section.fault(
            line,
            format!("threshold {threshold} is not a level of the scale"),
        );
    }
}

fn read_elements(framework: &Section<'_>, locales: &[String]) -> Vec<Element> {
    let mut rows = Vec::new();
    let mut links = Vec::new();
    let mut elements = Vec::new();
    for section in framework.sections("element") {
        let element = Element {
            code: section.code("code"),
            kind: section.word("kind"),
            parent: section.optional_code("parent"),
            ordinal: section.number("ordinal", 0..=10_000),
            name: section.translations("name", locales),
            articles: section.numbers("articles", 0..=i32::MAX),
        };
        section.finish();
        for article in &element.articles {
            if let Some(fault) = text::fault_of_article((*article).into()) {
                section.fault(section.line_of("articles"), fault);
            }
        }
        rows.push(Named {
            line: section.line(),
            code: element.code.clone(),
            ordinal: element.ordinal,
        });
        if let Some(parent) = &element.parent {
            let line = section.line_of("parent");
            links.push((line, element.code.clone(), parent.clone()));
        }
        elements.push(element);
    }
    check_distinct(framework, "element", &rows);
    check_links(framework, "parent", "element", &rows, &links);
    elements.sort_by_key(|element| element.ordinal);
    elements
}

fn read_scale(section: &Section<'_>, locales: &[String]) -> Scale {
    let mut values = BTreeSet::new();
    let mut levels = Vec::new();
    for inner in section.sections("level") {
        let level = ScaleLevel {
            value: inner.number("value", 1..=LEVEL_MAX),
            name: inner.translations("name", locales),
        };
        inner.finish();
        if !values.insert(level.value) {
            let message = format!("level {} stands here twice", level.value);
            inner.fault(inner.line_of("value"), message);
        }
        levels.push(level);
    }
    levels.sort_by_key(|level| level.value);
    let scale = Scale {
        key: section.code("key"),
        direction: section.word("direction"),
        levels,
        none_label: section.optional_translations("none_label", locales),
    };
    section.finish();
    scale
}

/// Reports codes and ordinals that stand in a list twice.
pub(super) fn check_distinct(section: &Section<'_>, what: &str, rows: &[Named]) {
    let mut codes = BTreeSet::new();
    let mut ordinals = BTreeSet::new();
    for row in rows {
        if !row.code.is_empty() && !codes.insert(&row.code) {
            section.fault(row.line, format!("{what} {} stands here twice", row.code));
        }
        if !ordinals.insert(row.ordinal) {
            let message = format!(
                "{what} {} has an ordinal that is taken: {}",
                row.code, row.ordinal
            );
            section.fault(row.line, message);
        }
    }
}

/// Reports links to things that do not exist, and links that lead back to where they came from.
pub(super) fn check_links(
    section: &Section<'_>,
    link: &str,
    what: &str,
    rows: &[Named],
    links: &[Link],
) {
    for (line, from, to) in links {
        if !to.is_empty() && !rows.iter().any(|row| &row.code == to) {
            let message = format!("{link} {to} of {from} is not {}", article(what));
            section.fault(*line, message);
        }
    }
    let mut next: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, from, to) in links {
        next.entry(from).or_default().push(to);
    }
    // Two things of one code make circles that are none; the code is the fault then.
    let is_single = |code: &str| rows.iter().filter(|row| row.code == code).count() == 1;
    for (line, from, to) in links {
        let (from, to) = (from.as_str(), to.as_str());
        if is_single(from) && reaches(&next, to, from) {
            section.fault(
                *line,
                format!("{what} {from} leads back to itself over {link} {to}"),
            );
        }
    }
}

fn article(what: &str) -> String {
    let word = if what.starts_with('e') { "an" } else { "a" };
    format!("{word} {what}")
}

fn reaches(next: &BTreeMap<&str, Vec<&str>>, from: &str, goal: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(here) = open.pop() {
        if here == goal {
            return true;
        }
        if seen.insert(here) {
            open.extend(next.get(here).into_iter().flatten());
        }
    }
    false
}
