//! A CSV file that knows its columns and lines. Each getter reports what is wrong and hands on a placeholder.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use csv::{ReaderBuilder, StringRecord, Trim};

use super::Translations;
use super::faults::Report;
use super::files::ProgrammeFiles;
use super::programme::Outline;
use super::text;
use super::words::Word;
use crate::{invisible::says_something, scalars};

/// The columns that a file may have.
pub(super) struct Columns {
    /// Must be there.
    pub(super) required: &'static [&'static str],
    /// May be there.
    pub(super) optional: &'static [&'static str],
    /// Columns `<this>_<locale>`, at least one.
    pub(super) translated: Option<&'static str>,
    /// Columns `<this>_<SCHEME>`, any number.
    pub(super) schemed: Option<&'static str>,
}

/// One row; its getters take the name of a column.
pub(super) struct Row<'a> {
    file: &'static str,
    report: &'a Report,
    columns: &'a [String],
    cells: StringRecord,
    line: usize,
}

/// Calls `each` for every row. Without its columns a file is not read on: every row would be a fault.
pub(super) fn each_row(
    files: &ProgrammeFiles,
    file: &'static str,
    wanted: &Columns,
    outline: &Outline,
    report: &Report,
    mut each: impl FnMut(&Row<'_>),
) {
    let Some(source) = files.text(file, report) else {
        return;
    };
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(source.as_bytes());
    let mut lines = Lines::of(source);
    let mut header: Option<Vec<String>> = None;
    let mut cells = StringRecord::new();
    while reader.read_record(&mut cells).is_ok_and(|more| more) {
        let byte = cells.position().map_or(0, csv::Position::byte);
        let line = lines.at(usize::try_from(byte).unwrap_or(usize::MAX));
        let Some(columns) = &header else {
            let columns: Vec<String> = cells.iter().map(str::to_owned).collect();
            if !wanted.check(&columns, file, line, outline, report) {
                return;
            }
            header = Some(columns);
            continue;
        };
        if cells.len() != columns.len() {
            let (have, want) = (cells.len(), columns.len());
            report.at(
                file,
                line,
                format!("has {have} cells, the first row has {want}"),
            );
            continue;
        }
        let cells = std::mem::take(&mut cells);
        each(&Row {
            file,
            report,
            columns,
            cells,
            line,
        });
    }
    if header.is_none() {
        report.whole(file, "the file is empty");
    }
}

impl Columns {
    fn check(
        &self,
        columns: &[String],
        file: &str,
        line: usize,
        outline: &Outline,
        report: &Report,
    ) -> bool {
        let fault = |message: String| report.at(file, line, message);
        let mut seen = BTreeSet::new();
        for column in columns {
            if !seen.insert(column.as_str()) {
                fault(format!("column {column} stands here twice"));
            }
            if !self.knows(column, outline) {
                fault(format!(
                    "unknown column {column}; known here: {}",
                    self.known(outline)
                ));
            }
        }
        let missing = self.required.iter().filter(|name| !seen.contains(**name));
        let mut is_complete = true;
        for column in missing {
            fault(format!("column {column} is missing"));
            is_complete = false;
        }
        if let Some(stem) = self.translated
            && !columns.iter().any(|column| family(column, stem).is_some())
        {
            fault(format!("a column {stem}_ with a locale is missing"));
            is_complete = false;
        }
        is_complete
    }

    fn knows(&self, column: &str, outline: &Outline) -> bool {
        let is_locale = |tag: &str| {
            text::is_locale(tag)
                && (outline.locales.is_empty() || outline.locales.iter().any(|known| known == tag))
        };
        let of = |stem: Option<&str>| stem.and_then(|stem| family(column, stem));
        self.required.contains(&column)
            || self.optional.contains(&column)
            || of(self.translated).is_some_and(is_locale)
            || of(self.schemed).is_some_and(|scheme| text::fault_of_code(scheme).is_none())
    }

    fn known(&self, outline: &Outline) -> String {
        let plain = self.required.iter().chain(self.optional);
        let mut known: Vec<String> = plain.map(ToString::to_string).collect();
        if let Some(stem) = self.translated {
            known.extend(
                outline
                    .locales
                    .iter()
                    .map(|locale| format!("{stem}_{locale}")),
            );
        }
        known.extend(self.schemed.map(|stem| format!("{stem}_ with a scheme")));
        known.join(", ")
    }
}

fn family<'a>(column: &'a str, stem: &str) -> Option<&'a str> {
    column.strip_prefix(stem)?.strip_prefix('_')
}

impl Row<'_> {
    /// Reports a fault on this row.
    pub(super) fn fault(&self, message: impl Into<String>) {
        self.report.at(self.file, self.line, message);
    }

    /// The text of a cell; nothing when it is empty or has no column.
    pub(super) fn optional_text(&self, column: &str) -> Option<String> {
        let at = self.columns.iter().position(|known| known == column)?;
        let text = self.cells.get(at).filter(|text| says_something(text))?;
        if let Some(fault) = text::fault_of_text(text) {
            self.fault(format!("{column} {fault}"));
        }
        Some(text.to_owned())
    }

    /// The text of a cell that must not be empty.
    pub(super) fn text(&self, column: &str) -> String {
        let text = self.optional_text(column);
        if text.is_none() {
            self.fault(format!("{column} is empty"));
        }
        text.unwrap_or_default()
    }

    /// A code; `None`, and a fault, when it is none.
    pub(super) fn code(&self, column: &str) -> Option<String> {
        let code = self.text(column);
        match text::fault_of_code(&code) {
            None => return Some(code),
            Some(fault) if !code.is_empty() => self.fault(format!("{column} {fault}")),
            Some(_) => {}
        }
        None
    }

    /// A whole number in a range; `None`, and a fault, when it is none.
    pub(super) fn number(&self, column: &str, range: &RangeInclusive<i32>) -> Option<i32> {
        let text = self.text(column);
        let number = text.parse().ok().filter(|number| range.contains(number));
        if number.is_none() && !text.is_empty() {
            let (from, to) = (range.start(), range.end());
            self.wrong(column, format!("a whole number from {from} to {to}"), &text);
        }
        number
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, column: &str) -> bool {
        let text = self.text(column);
        if !matches!(text.as_str(), "true" | "false" | "") {
            self.wrong(column, "true or false", &text);
        }
        text == "true"
    }

    /// A date as `2026-12-31`.
    pub(super) fn date(&self, column: &str) -> NaiveDate {
        let text = self.text(column);
        let date = scalars::day(&text);
        if date.is_none() && !text.is_empty() {
            self.wrong(column, "a date as 2026-12-31, from 1900 to 2199", &text);
        }
        date.unwrap_or_default()
    }

    /// One of the words of an enum.
    pub(super) fn word<W: Word>(&self, column: &str) -> W {
        let text = self.text(column);
        let word = W::parse(&text);
        if word.is_none() && !text.is_empty() {
            self.wrong(column, format!("one of {}", W::allowed()), &text);
        }
        word.unwrap_or_else(W::placeholder)
    }

    /// The texts of the columns `<stem>_<locale>`, at least one.
    pub(super) fn translations(&self, stem: &str) -> Translations {
        let texts = self.family(stem);
        if texts.is_empty() {
            self.fault(format!("{stem} needs a text in at least one locale"));
        }
        texts
    }

    /// The cells of the columns `<stem>_<anything>` that are not empty.
    pub(super) fn family(&self, stem: &str) -> BTreeMap<String, String> {
        let members = self.columns.iter();
        members
            .filter_map(|column| {
                Some((
                    family(column, stem)?.to_owned(),
                    self.optional_text(column)?,
                ))
            })
            .collect()
    }

    /// The parts of a cell that holds several things with blanks between.
    pub(super) fn parts(&self, column: &str) -> Vec<String> {
        let text = self.optional_text(column).unwrap_or_default();
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn wrong(&self, column: &str, wanted: impl Display, found: &str) {
        let shown: String = found.chars().take(40).collect();
        self.fault(format!("{column} must be {wanted}, not {shown:?}"));
    }
}

/// Turns ever larger byte positions into line numbers in one pass. Empty lines before a row are not part of it.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn of(source: &'a str) -> Self {
        Self {
            bytes: source.as_bytes(),
            at: 0,
            line: 1,
        }
    }

    fn at(&mut self, byte: usize) -> usize {
        while let Some(here) = self.bytes.get(self.at) {
            let is_break = matches!(here, b'\n' | b'\r');
            if self.at >= byte && !is_break {
                break;
            }
            self.line += usize::from(*here == b'\n');
            self.at += 1;
        }
        self.line
    }
}
