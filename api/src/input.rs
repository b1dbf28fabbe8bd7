//! Checks of input that do not need the database. Every fault is collected, none stops the rest.

use std::fmt::Write;

use crate::refusal::{Refused, UserError, UserErrorCode, none_of};

/// The longest text where nothing else is said, in characters.
pub(crate) const LONG_TEXT: usize = 4_000;
/// The longest title, name or label, in characters.
pub(crate) const SHORT_TEXT: usize = 300;

/// Faults found so far.
#[derive(Debug, Default)]
pub(crate) struct Checks(Vec<UserError>);

impl Checks {
    /// Adds a fault.
    pub(crate) fn fault(&mut self, code: UserErrorCode, path: &str, message: impl Into<String>) {
        self.0.push(UserError::at(code, path, message));
    }

    /// Adds a fault unless `holds`.
    pub(crate) fn ensure(
        &mut self,
        holds: bool,
        code: UserErrorCode,
        path: &str,
        message: impl Into<String>,
    ) {
        if !holds {
            self.fault(code, path, message);
        }
    }

    /// Checks an optional text: its length, and that it holds nothing a database cannot keep.
    pub(crate) fn text(&mut self, path: &str, text: Option<&str>, longest: usize) {
        let Some(text) = text else { return };
        if text.chars().count() > longest {
            self.fault(
                UserErrorCode::TooLong,
                path,
                format!("At most {longest} characters."),
            );
        }
        let is_hidden = |c: char| {
            (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        if text.chars().any(is_hidden) {
            self.fault(
                UserErrorCode::Invalid,
                path,
                "Control characters are not allowed.",
            );
        }
    }

    /// Checks a text that must say something.
    pub(crate) fn required_text(&mut self, path: &str, text: &str, longest: usize) {
        if text.trim().is_empty() {
            self.fault(UserErrorCode::Required, path, "Say something here.");
        }
        self.text(path, Some(text), longest);
    }

    /// Takes over the faults of a part.
    pub(crate) fn extend(&mut self, faults: Vec<UserError>) {
        self.0.extend(faults);
    }

    /// The faults found.
    pub(crate) fn into_faults(self) -> Vec<UserError> {
        self.0
    }

    /// Refuses with every fault at once.
    pub(crate) fn done(self) -> Result<(), Refused> {
        none_of(self.0)
    }
}

/// A value in the input, cleaned: text without white space around it, nothing for empty text.
pub(crate) fn trimmed(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// A list for people: `12, 30 and 41`.
pub(crate) fn listed(items: impl IntoIterator<Item = impl ToString>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => {
            let mut text = rest.join(", ");
            // Writing to a string cannot fail.
            let _ = write!(text, " and {last}");
            text
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_like_a_sentence() {
        assert_eq!(listed([12]), "12");
        assert_eq!(listed([12, 30, 41]), "12, 30 and 41");
        assert_eq!(listed(Vec::<i32>::new()), "");
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let mut checks = Checks::default();
        checks.required_text("title", " ", 10);
        checks.text("comment", Some("a\u{0}b"), 10);
        checks.text("note", Some("12345678901"), 10);
        let codes: Vec<_> = checks
            .into_faults()
            .into_iter()
            .map(|fault| fault.code)
            .collect();
        assert_eq!(
            codes,
            [
                UserErrorCode::Required,
                UserErrorCode::Invalid,
                UserErrorCode::TooLong
            ]
        );
    }
}
