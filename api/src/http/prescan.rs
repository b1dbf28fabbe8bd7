//! One pass over the text before any parser sees it: bytes, tokens, nesting, directives.
//! It needs constant memory and stops at the first limit.

use crate::{
    error::{Code, Failure},
    language::tokens,
};

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
    let mut count = Count::default();
    for token in tokens::of(text) {
        count.token(token, limits)?;
    }
    Ok(())
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
