//! Checks of input that do not need the database. Every fault is collected, none stops the rest.

use std::fmt::Write;

use chrono::NaiveDate;

use crate::{
    invisible::says_something,
    personal::{Country, Sighted},
    refusal::{Refused, Told, UserError, UserErrorCode, none_of, told},
};

/// A text where nothing else is said.
pub(crate) const LONG_TEXT: TextRule = TextRule::within(4_000);
/// A title, name or label.
pub(crate) const SHORT_TEXT: TextRule = TextRule::within(300);

/// What is asked of a text. None may hold a personal identity code.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextRule {
    /// In characters.
    longest: usize,
    /// Where it becomes public: whose telephone numbers to look for.
    public_in: Option<Country>,
}

impl TextRule {
    /// A text of at most so many characters that stays within the municipality and its programme.
    const fn within(longest: usize) -> Self {
        Self {
            longest,
            public_in: None,
        }
    }

    /// The same for a text that everybody reads sooner or later, of a programme of this country: it
    /// may hold no contact either.
    pub(crate) const fn public(self, country: Country) -> Self {
        Self {
            public_in: Some(country),
            ..self
        }
    }
}

/// Faults found so far.
#[derive(Debug, Default)]
pub(crate) struct Checks(Vec<UserError>);

impl Checks {
    /// Adds a fault.
    pub(crate) fn fault(&mut self, code: UserErrorCode, path: &str, told: impl Into<Told>) {
        self.0.push(UserError::at(code, path, told));
    }

    /// Adds a fault unless `holds`.
    pub(crate) fn ensure(
        &mut self,
        holds: bool,
        code: UserErrorCode,
        path: &str,
        told: impl Into<Told>,
    ) {
        if !holds {
            self.fault(code, path, told);
        }
    }

    /// Checks an optional text: its length, and that it holds nothing a database cannot keep and no
    /// personal data.
    pub(crate) fn text(&mut self, path: &str, text: Option<&str>, rule: TextRule) {
        let Some(text) = text else { return };
        let longest = rule.longest;
        if text.chars().count() > longest {
            self.fault(
                UserErrorCode::TooLong,
                path,
                told(format!("At most {longest} characters.")).with("maximum", longest),
            );
            // Nobody makes the search for personal data long.
            return;
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
        if let Some(message) = personal(text, rule) {
            self.fault(UserErrorCode::PersonalDataNotAllowed, path, message);
        }
    }

    /// Checks a text that must say something.
    pub(crate) fn required_text(&mut self, path: &str, text: &str, rule: TextRule) {
        if !says_something(text) {
            self.fault(UserErrorCode::Required, path, "Say something here.");
        }
        self.text(path, Some(text), rule);
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

/// What a text holds that must not be stored, without repeating it.
fn personal(text: &str, rule: TextRule) -> Option<&'static str> {
    let text = Sighted::new(text);
    if text.has_identity_code() {
        return Some("This looks like a personal identity code. Take it out.");
    }
    let country = rule.public_in?;
    if text.has_email() {
        return Some("This becomes public. Take the e-mail address out.");
    }
    text.has_phone(country)
        .then_some("This becomes public. Take the telephone number out.")
}

/// A value in the input, cleaned: text without white space around it, nothing for a text that says
/// nothing.
pub(crate) fn trimmed(text: Option<String>) -> Option<String> {
    text.filter(|text| says_something(text))
        .map(|text| text.trim().to_owned())
}

/// Refuses a day after today.
pub(crate) fn still_to_come(today: NaiveDate) -> Told {
    told("This day is still to come.").with("maximum", today)
}

/// Refuses a level that is none of the scale.
pub(crate) fn no_level(levels: &[i32]) -> Told {
    told(format!("The levels are {}.", listed(levels))).with_each("allowed", levels)
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
    fn a_contact_is_refused_where_it_becomes_public_and_an_identity_code_everywhere() {
        let is_refused = |text, rule| {
            let mut checks = Checks::default();
            checks.text("text", Some(text), rule);
            let faults = checks.into_faults();
            let is_personal =
                |fault: &UserError| fault.code == UserErrorCode::PersonalDataNotAllowed;
            assert!(faults.iter().all(is_personal));
            !faults.is_empty()
        };
        for (text, within, in_public) in [
            ("The playground is open.", false, false),
            ("Ask coordinator@example.org.", false, true),
            ("Ask 040 123 4567.", false, true),
            ("Ask 010190-900P.", true, true),
        ] {
            assert_eq!(is_refused(text, LONG_TEXT), within, "{text}");
            assert_eq!(
                is_refused(text, LONG_TEXT.public(Country::of("FI"))),
                in_public,
                "{text}"
            );
        }
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let mut checks = Checks::default();
        let rule = TextRule::within(10);
        checks.required_text("title", " ", rule);
        checks.text("comment", Some("a\u{0}b"), rule);
        checks.text("note", Some("12345678901"), rule);
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
