//! The tokens of a text before any parser sees it. It knows where strings and comments end and nothing else
//! of the grammar. It must end strings where the parser ends them.

use std::borrow::Cow;

/// The first byte of each token.
pub(crate) fn of(text: &str) -> impl Iterator<Item = u8> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let byte = *bytes.get(at)?;
            at = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => at + 1,
                0xEF if bytes[at..].starts_with("\u{feff}".as_bytes()) => at + 3,
                b'#' => past(bytes, at, |byte| !matches!(byte, b'\n' | b'\r')),
                _ => {
                    at = token_end(bytes, at);
                    return Some(byte);
                }
            };
        }
    })
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
