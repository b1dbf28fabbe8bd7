//! Reads `programme.toml` as a whole, and tells the readers of the tables what they may refer to.

use std::collections::BTreeSet;

use toml::de::DeTable;

use super::faults::Report;
use super::files::{PROGRAMME, ProgrammeFiles};
use super::section::Section;
use super::{ElementKind, Places, Programme, ProgrammeDocument, framework, text, version};

/// What the tables refer to. Whatever is empty could not be read: then nothing is checked against it,
/// so that one fault in `programme.toml` does not make a hundred in the tables.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) country_code: String,
    pub(super) locales: Vec<String>,
    pub(super) themes: BTreeSet<String>,
    pub(super) levels: BTreeSet<i32>,
}

/// The document without what the tables hold.
pub(super) fn read(
    files: &ProgrammeFiles,
    report: &Report,
) -> (Option<ProgrammeDocument>, Outline) {
    let Some(source) = files.text(PROGRAMME, report) else {
        return (None, Outline::default());
    };
    let (table, errors) = DeTable::parse_recoverable(source);
    for error in &errors {
        let start = error.span().map_or(0, |span| span.start);
        let line = text::line_at(source.as_bytes(), start);
        report.at(PROGRAMME, line, format!("not TOML: {}", error.message()));
    }
    if !errors.is_empty() {
        return (None, Outline::default());
    }
    let root = Section::root(source, table.get_ref(), report);
    let document = read_root(&root);
    let outline = outline(&document);
    (Some(document), outline)
}

fn read_root(root: &Section<'_>) -> ProgrammeDocument {
    let programme = read_programme(root);
    let framework = framework::read(root, &programme.locales);
    let version = version::read(root, &programme.locales, &framework);
    root.finish();
    ProgrammeDocument {
        programme,
        version,
        framework,
        places: Places {
            regions: Vec::new(),
            municipalities: Vec::new(),
            populations: Vec::new(),
        },
    }
}

fn read_programme(root: &Section<'_>) -> Programme {
    let locales = root.codes("locales");
    let line = root.line_of("locales");
    for locale in &locales {
        if !text::is_locale(locale) {
            root.fault(line, format!("{locale} is not a known locale"));
        }
    }
    let programme = Programme {
        key: root.code("key"),
        country_code: root.text("country_code"),
        name: root.translations("name", &locales),
        owner_org: root.text("owner_org"),
        timezone: root.text("timezone"),
        currency: root.text("currency"),
        locales,
    };
    check_capitals(root, "country_code", &programme.country_code, 2);
    check_capitals(root, "currency", &programme.currency, 3);
    let timezone = &programme.timezone;
    if !timezone.is_empty() && timezone.parse::<chrono_tz::Tz>().is_err() {
        let line = root.line_of("timezone");
        root.fault(line, format!("{timezone} is not a known time zone"));
    }
    if programme.locales.is_empty() {
        root.fault(line, "locales needs at least one locale");
    }
    programme
}

fn check_capitals(root: &Section<'_>, key: &str, code: &str, length: usize) {
    if !code.is_empty() && !text::is_capitals(code, length) {
        let line = root.line_of(key);
        root.fault(line, format!("{key} must be {length} capitals from A to Z"));
    }
}

fn outline(document: &ProgrammeDocument) -> Outline {
    let elements = document.framework.elements.iter();
    let levels = document.framework.scale.levels.iter();
    Outline {
        country_code: document.programme.country_code.clone(),
        locales: document.programme.locales.clone(),
        themes: elements
            .filter(|element| element.kind == ElementKind::Theme)
            .map(|element| element.code.clone())
            .collect(),
        levels: levels.map(|level| level.value).collect(),
    }
}
