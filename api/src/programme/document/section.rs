//! A table of `programme.toml` that knows its lines. Each getter reports what is wrong and hands on a placeholder.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::faults::Report;
use super::files::PROGRAMME;
use super::words::Word;
use super::{Translations, text};
use crate::{invisible::says_something, scalars};

/// One table, the keys that were asked for, and the way to it.
pub(super) struct Section<'a> {
    source: &'a str,
    report: &'a Report,
    path: String,
    line: usize,
    table: Option<&'a DeTable<'a>>,
    asked: RefCell<BTreeSet<&'static str>>,
}

type Value<'a> = &'a Spanned<DeValue<'a>>;

impl<'a> Section<'a> {
    /// The document itself.
    pub(super) fn root(source: &'a str, table: &'a DeTable<'a>, report: &'a Report) -> Self {
        Self {
            source,
            report,
            path: String::new(),
            line: 1,
            table: Some(table),
            asked: RefCell::default(),
        }
    }

    /// Where the table begins.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    /// Where a key's value stands; the table's own line when it is absent.
    pub(super) fn line_of(&self, key: &str) -> usize {
        let found = self.table.and_then(|table| table.get(key));
        found.map_or(self.line, |value| self.line_at(value.span().start))
    }

    /// Reports a fault at a line of this file.
    pub(super) fn fault(&self, line: usize, message: impl Into<String>) {
        self.report.at(PROGRAMME, line, message);
    }

    /// A table inside this one.
    pub(super) fn section(&self, key: &'static str) -> Section<'a> {
        let value = self.required(key);
        let table =
            value.and_then(|value| self.kind_of(key, value, value.get_ref().as_table(), "a table"));
        self.inner(self.name(key), self.line_of(key), table)
    }

    /// The tables of `[[key]]`; at least one.
    pub(super) fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        let Some(value) = self.required(key) else {
            return Vec::new();
        };
        let list = self.kind_of(key, value, value.get_ref().as_array(), "a list of tables");
        let inner = list.into_iter().flat_map(|list| list.iter());
        inner
            .map(|item| {
                let line = self.line_at(item.span().start);
                let table = self.kind_of(key, item, item.get_ref().as_table(), "a table");
                self.inner(self.name(key), line, table)
            })
            .collect()
    }

    /// A text that is not empty.
    pub(super) fn text(&self, key: &'static str) -> String {
        self.required(key)
            .map(|value| self.read_text(key, value))
            .unwrap_or_default()
    }

    /// A code, or nothing where the key is absent.
    pub(super) fn optional_code(&self, key: &'static str) -> Option<String> {
        self.optional(key).map(|value| self.read_code(key, value))
    }

    /// A code.
    pub(super) fn code(&self, key: &'static str) -> String {
        self.required(key)
            .map(|value| self.read_code(key, value))
            .unwrap_or_default()
    }

    /// A list of codes, each once.
    pub(super) fn codes(&self, key: &'static str) -> Vec<String> {
        let codes: Vec<_> = self
            .items(key)
            .map(|value| self.read_code(key, value))
            .collect();
        let distinct: BTreeSet<_> = codes.iter().collect();
        if distinct.len() < codes.len() {
            self.fault(
                self.line_of(key),
                format!("{} names one thing twice", self.name(key)),
            );
        }
        codes
    }

    /// A whole number in a range.
    pub(super) fn number(&self, key: &'static str, range: RangeInclusive<i32>) -> i32 {
        self.required(key)
            .map(|value| self.read_number(key, value, &range))
            .unwrap_or_default()
    }

    /// As `number`, or nothing where the key is absent.
    pub(super) fn optional_number(
        &self,
        key: &'static str,
        range: RangeInclusive<i32>,
    ) -> Option<i32> {
        self.optional(key)
            .map(|value| self.read_number(key, value, &range))
    }

    /// A list of whole numbers in a range.
    pub(super) fn numbers(&self, key: &'static str, range: RangeInclusive<i32>) -> Vec<i32> {
        self.items(key)
            .map(|value| self.read_number(key, value, &range))
            .collect()
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, key: &'static str) -> bool {
        self.required(key)
            .and_then(|value| self.kind_of(key, value, value.get_ref().as_bool(), "true or false"))
            .unwrap_or_default()
    }

    /// A date without a time.
    pub(super) fn date(&self, key: &'static str) -> NaiveDate {
        let read = |value: Value<'a>| {
            let written = match value.get_ref() {
                DeValue::Datetime(moment) => Some(moment.to_string()),
                DeValue::String(text) => Some(text.to_string()),
                _ => None,
            };
            let date = written.and_then(|written| scalars::day(&written));
            self.kind_of(key, value, date, "a date as 2026-12-31, from 1900 to 2199")
        };
        self.required(key).and_then(read).unwrap_or_default()
    }

    /// One of the words of an enum.
    pub(super) fn word<W: Word>(&self, key: &'static str) -> W {
        let read = |value: Value<'a>| {
            let word = value.get_ref().as_str().and_then(W::parse);
            self.kind_of(key, value, word, &format!("one of {}", W::allowed()))
        };
        self.required(key)
            .and_then(read)
            .unwrap_or_else(W::placeholder)
    }

    /// A text in at least one of the programme's locales.
    pub(super) fn translations(&self, key: &'static str, locales: &[String]) -> Translations {
        self.required(key)
            .map(|value| self.read_translations(key, value, locales))
            .unwrap_or_default()
    }

    /// As `translations`, or nothing where the key is absent.
    pub(super) fn optional_translations(
        &self,
        key: &'static str,
        locales: &[String],
    ) -> Option<Translations> {
        self.optional(key)
            .map(|value| self.read_translations(key, value, locales))
    }

    /// Reports every key that nobody asked for. Call it when the table has been read.
    pub(super) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.table.into_iter().flatten() {
            let name: &str = key.get_ref();
            if !asked.contains(name) {
                let known = asked.iter().copied().collect::<Vec<_>>().join(", ");
                let message = format!("unknown key {}; known here: {known}", self.name(name));
                self.fault(self.line_at(key.span().start), message);
            }
        }
    }

    fn inner(&self, path: String, line: usize, table: Option<&'a DeTable<'a>>) -> Section<'a> {
        Section {
            source: self.source,
            report: self.report,
            path,
            line,
            table,
            asked: RefCell::default(),
        }
    }

    fn name(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    fn line_at(&self, byte: usize) -> usize {
        text::line_at(self.source.as_bytes(), byte)
    }

    fn optional(&self, key: &'static str) -> Option<Value<'a>> {
        self.asked.borrow_mut().insert(key);
        self.table?.get(key)
    }

    /// A table that is missing itself has been reported; its keys are not named once more.
    fn required(&self, key: &'static str) -> Option<Value<'a>> {
        let value = self.optional(key);
        if value.is_none() && self.table.is_some() {
            self.fault(self.line, format!("{} is missing", self.name(key)));
        }
        value
    }

    fn items(&self, key: &'static str) -> impl Iterator<Item = Value<'a>> {
        let list = self
            .required(key)
            .and_then(|value| self.kind_of(key, value, value.get_ref().as_array(), "a list"));
        list.into_iter().flat_map(|list| list.iter())
    }

    fn kind_of<T>(&self, key: &str, value: Value<'a>, read: Option<T>, kind: &str) -> Option<T> {
        if read.is_none() {
            let line = self.line_at(value.span().start);
            self.fault(line, format!("{} must be {kind}", self.name(key)));
        }
        read
    }

    fn read_text(&self, key: &str, value: Value<'a>) -> String {
        let Some(text) = self.kind_of(key, value, value.get_ref().as_str(), "a text") else {
            return String::new();
        };
        let line = self.line_at(value.span().start);
        if !says_something(text) {
            self.fault(line, format!("{} is empty", self.name(key)));
        } else if let Some(fault) = text::fault_of_text(text) {
            self.fault(line, format!("{} {fault}", self.name(key)));
        }
        text.trim().to_owned()
    }

    fn read_code(&self, key: &str, value: Value<'a>) -> String {
        let code = self.read_text(key, value);
        if let (false, Some(fault)) = (code.is_empty(), text::fault_of_code(&code)) {
            let line = self.line_at(value.span().start);
            self.fault(line, format!("{} {fault}", self.name(key)));
        }
        code
    }

    fn read_number(&self, key: &str, value: Value<'a>, range: &RangeInclusive<i32>) -> i32 {
        let digits = value.get_ref().as_integer();
        let number = digits
            .and_then(|digits| i32::from_str_radix(digits.as_str(), digits.radix()).ok())
            .filter(|number| range.contains(number));
        let kind = format!("a whole number from {} to {}", range.start(), range.end());
        self.kind_of(key, value, number, &kind).unwrap_or_default()
    }

    fn read_translations(&self, key: &str, value: Value<'a>, locales: &[String]) -> Translations {
        let line = self.line_at(value.span().start);
        let Some(table) = self.kind_of(key, value, value.get_ref().as_table(), "texts per locale")
        else {
            return Translations::new();
        };
        if table.is_empty() {
            self.fault(
                line,
                format!("{} needs a text in at least one locale", self.name(key)),
            );
        }
        let mut texts = Translations::new();
        for (locale, value) in table {
            let name = format!("{key}.{}", locale.get_ref());
            if !locales.is_empty() && !locales.contains(&locale.get_ref().to_string()) {
                let line = self.line_at(locale.span().start);
                let known = locales.join(", ");
                self.fault(
                    line,
                    format!(
                        "{} is not in a locale of the programme: {known}",
                        self.name(&name)
                    ),
                );
            }
            texts.insert(locale.get_ref().to_string(), self.read_text(&name, value));
        }
        texts
    }
}
