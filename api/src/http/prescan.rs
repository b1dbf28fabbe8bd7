//! One pass over the text before any parser sees it: bytes, tokens, nesting, directives.
//! It knows where strings and comments end and nothing else of the grammar, needs constant
//! memory, and stops at the first limit. It must end strings where the parser ends them.

use std::borrow::Cow;

use crate::error::{Code, Failure};

use super::limits::Limits;

/// Refuses a document whose text alone is beyond the limits.
pub(crate) fn document(text: &str, limits: &Limits) -> Result<(), Failure> {
    if text.len() > limits.document_bytes {
        let message = format!(
            "The document is longer than {} bytes.",
            limits.document_bytes
        );
        return Err(Failure::with(Code::MaxTokensLimit, message));
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut count = Count::default();
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => at + 1,
            0xEF if bytes[at..].starts_with("\u{feff}".as_bytes()) => at + 3,
            b'#' => past(bytes, at, |byte| !matches!(byte, b'\n' | b'\r')),
            _ => {
                count.token(byte, limits)?;
                token_end(bytes, at)
            }
        };
    }
    Ok(())
}

/// The same text with spaces for commas that are no part of a string, which mean the same. The parser
/// looks ahead past spaces only.
pub(crate) fn without_commas(text: &str) -> Cow<'_, str> {
    if !text.contains(',') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut spaced = String::with_capacity(text.len());
    let (mut at, mut copied) = (0, 0);
    while let Some(&byte) = bytes.get(at) {
        if byte == b',' {
            spaced.push_str(&text[copied..at]);
            spaced.push(' ');
            copied = at + 1;
        }
        at = match byte {
            b'#' => past(bytes, at, |byte| !matches!(byte, b'\n' | b'\r')),
            b'"' => token_end(bytes, at),
            _ => at + 1,
        };
    }
    spaced.push_str(&text[copied..]);
    Cow::Owned(spaced)
}

#[derive(Default)]
struct Count {
    tokens: usize,
    open: usize,
    directives: u64,
}

impl Count {
    fn token(&mut self, first: u8, limits: &Limits) -> Result<(), Failure> {
        self.tokens += 1;
        match first {
            b'{' | b'[' | b'(' => self.open += 1,
            b'}' | b']' | b')' => self.open = self.open.saturating_sub(1),
            b'@' => self.directives += 1,
            _ => {}
        }
        if self.tokens > limits.tokens {
            let message = format!("The document has more than {} tokens.", limits.tokens);
            return Err(Failure::with(Code::MaxTokensLimit, message));
        }
        if self.open > limits.nesting {
            return Err(nested_too_deeply(limits));
        }
        if self.directives > limits.directives {
            let message = format!(
                "The document has more than {} directives.",
                limits.directives
            );
            return Err(Failure::with(Code::MaxDirectivesLimit, message));
        }
        Ok(())
    }
}

fn token_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    match bytes[at] {
        b'"' if rest.starts_with(b"\"\"\"") => block_string_end(bytes, at + 3),
        b'"' => string_end(bytes, at + 1),
        b'.' if rest.starts_with(b"...") => at + 3,
        byte if is_word(byte) => past(bytes, at, is_word),
        _ => at + 1,
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+')
}

fn past(bytes: &[u8], from: usize, belongs: impl Fn(u8) -> bool) -> usize {
    bytes[from..]
        .iter()
        .position(|byte| !belongs(*byte))
        .map_or(bytes.len(), |end| from + end)
}

/// A string ends at its quote; a line break ends it too, as no string may hold one.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\n' | b'\r' => return at,
            b'\\' if !matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn block_string_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"\"\"\"") {
            return at + 3;
        }
        at += if rest.starts_with(b"\\\"\"\"") { 4 } else { 1 };
    }
    bytes.len()
}

/// Refuses JSON that is nested more deeply than `depth`, before any parser recurses into it.
pub(crate) fn json(bytes: &[u8], depth: usize, limits: &Limits) -> Result<(), Failure> {
    let mut open = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = json_string_end(bytes, at + 1);
                continue;
            }
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > depth {
            return Err(nested_too_deeply(limits));
        }
        at += 1;
    }
    Ok(())
}

fn json_string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

fn nested_too_deeply(limits: &Limits) -> Failure {
    let message = format!("Brackets are nested more than {} deep.", limits.nesting);
    Failure::with(Code::MaxRecursionLimit, message)
}

#[cfg(test)]
mod tests {
    use std::{fmt::Write, time::Instant};

    use super::*;

    fn verdict(text: &str) -> Option<Code> {
        document(text, &Limits::default())
            .err()
            .map(|failure| failure.code)
    }

    #[test]
    fn an_ordinary_document_passes() {
        assert_eq!(
            verdict("query A($x: [Int!] = [1]) { a(b: {c: [$x]}) @skip(if: true) { ...F } }"),
            None
        );
        assert_eq!(verdict(""), None);
        assert_eq!(verdict("\u{feff}{a}"), None);
    }

    #[test]
    fn the_limits_are_exact() {
        let nested = |n: usize| format!("{}{}", "{a".repeat(n), "}".repeat(n));
        assert_eq!(verdict(&nested(32)), None);
        assert_eq!(verdict(&nested(33)), Some(Code::MaxRecursionLimit));
        assert_eq!(verdict(&"a ".repeat(5_000)), None);
        assert_eq!(verdict(&"a ".repeat(5_001)), Some(Code::MaxTokensLimit));
        assert_eq!(verdict(&"@a ".repeat(50)), None);
        assert_eq!(verdict(&"@a ".repeat(51)), Some(Code::MaxDirectivesLimit));
        assert_eq!(verdict(&" ".repeat(65_536)), None);
        assert_eq!(verdict(&" ".repeat(65_537)), Some(Code::MaxTokensLimit));
    }

    #[test]
    fn strings_and_comments_hide_nothing_and_count_once() {
        let deep = "{".repeat(60);
        assert_eq!(verdict(&format!("{{a(b: \"{deep}\")}}")), None);
        assert_eq!(verdict(&format!("{{a(b: \"\"\"{deep}\"\"\")}}")), None);
        assert_eq!(
            verdict(&format!("{{a(b: \"\"\"x\\\"\"\"{deep}\"\"\")}}")),
            None
        );
        assert_eq!(verdict(&format!("# {deep}\n{{a}}")), None);
        assert_eq!(
            verdict(&format!("# c\n{deep}")),
            Some(Code::MaxRecursionLimit)
        );
        assert_eq!(
            verdict(&format!("\"a\\\"\" {deep}")),
            Some(Code::MaxRecursionLimit)
        );
        assert_eq!(
            verdict(&format!("\"a\\\\\" {deep}")),
            Some(Code::MaxRecursionLimit)
        );
        assert_eq!(
            verdict(&format!("\"a\n{deep}\"")),
            Some(Code::MaxRecursionLimit)
        );
        assert_eq!(
            verdict(&format!("\"a\\\n{deep}\"")),
            Some(Code::MaxRecursionLimit)
        );
        assert_eq!(
            verdict(&format!("\"\" {deep} \"\"")),
            Some(Code::MaxRecursionLimit)
        );
        assert_eq!(
            verdict(&format!("\"\"\"\"\"\" {deep}")),
            Some(Code::MaxRecursionLimit)
        );
    }

    #[test]
    fn commas_are_spaces_outside_strings_and_comments() {
        for (text, spaced) in [
            ("{a,b}", "{a b}"),
            (
                "{a(b:\",\", c: \"\"\",\"\"\"),}",
                "{a(b:\",\"  c: \"\"\",\"\"\") }",
            ),
            ("#,\n,\"\\\",\",", "#,\n \"\\\",\" "),
            ("ä,\"ä,", "ä \"ä,"),
        ] {
            assert_eq!(without_commas(text), spaced);
            assert_eq!(text.len(), spaced.len());
        }
    }

    #[test]
    fn huge_texts_are_refused_within_two_milliseconds() {
        // Two hold for an optimised build; a debug build beside other work is slower.
        let budget = if cfg!(debug_assertions) { 40 } else { 2 };
        let mut aliases = String::from("{");
        for index in 0..10_000 {
            let _ = write!(aliases, "a{index}:__typename ");
        }
        let limits = Limits {
            document_bytes: usize::MAX,
            ..Limits::default()
        };
        for text in [
            "[".repeat(1_000_000),
            "{a".repeat(500_000),
            "a ".repeat(1_000_000),
            aliases,
        ] {
            assert!(verdict(&text).is_some());
            let rounds = (0..5).map(|_| {
                let began = Instant::now();
                assert!(document(&text, &limits).is_err());
                began.elapsed()
            });
            let best = rounds.min().unwrap_or_default();
            assert!(best.as_millis() < budget, "{best:?}");
        }
    }

    #[test]
    fn json_nesting_is_counted_outside_strings() {
        let limits = Limits::default();
        let deep = |n: usize| format!("{{\"v\":{}{}}}", "[".repeat(n), "]".repeat(n));
        assert!(json(deep(32).as_bytes(), 33, &limits).is_ok());
        let refused = json(deep(33).as_bytes(), 33, &limits).unwrap_err();
        assert_eq!(refused.code, Code::MaxRecursionLimit);
        let text = format!("{{\"q\":\"{}\\\"[\"}}", "{".repeat(100));
        assert!(json(text.as_bytes(), 33, &limits).is_ok());
        assert!(json("[".repeat(1_000_000).as_bytes(), 33, &limits).is_err());
        assert!(json(b"\"\\", 33, &limits).is_ok());
    }
}
