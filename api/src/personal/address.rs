//! E-mail addresses in texts, plain or with words in place of their signs.

/// Whether an e-mail address is in a text.
pub(super) fn is_in(text: &[char]) -> bool {
    plain(text)
        .split(|c| !c.is_alphanumeric() && !matches!(c, '@' | '.' | '-' | '_' | '+' | '%'))
        .any(is_email)
}

fn is_email(word: &[char]) -> bool {
    let Some(at) = word.iter().rposition(|&c| c == '@') else {
        return false;
    };
    let has_name = word[..at].iter().any(|c| c.is_alphanumeric());
    let labels: Vec<&[char]> = word[at + 1..]
        .split(|&c| c == '.')
        .filter(|label| !label.is_empty())
        .collect();
    let ends_in_letters = labels
        .last()
        .is_some_and(|last| last.len() >= 2 && last.iter().all(|c| c.is_alphabetic()));
    has_name && labels.len() >= 2 && ends_in_letters
}

/// What stands in brackets in place of a sign.
const DISGUISES: [(&str, char); 6] = [
    ("at", '@'),
    ("ät", '@'),
    ("@", '@'),
    ("dot", '.'),
    ("piste", '.'),
    ("punkt", '.'),
];

/// The text with the signs that stand in brackets as words: `name (at) town (dot) example`.
fn plain(text: &[char]) -> Vec<char> {
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        if let Some((sign, length)) = disguised(&text[at..]) {
            while plain.last() == Some(&' ') {
                plain.pop();
            }
            plain.push(sign);
            at += length;
        } else {
            plain.push(text[at]);
            at += 1;
        }
    }
    plain
}

/// The sign that a bracket stands for, and how long bracket and following spaces are.
fn disguised(text: &[char]) -> Option<(char, usize)> {
    let close = match text.first()? {
        '(' => ')',
        '[' => ']',
        '{' => '}',
        '<' => '>',
        _ => return None,
    };
    // The longest word and a space on each side.
    let end = text.iter().take(9).position(|&c| c == close)?;
    let inside: String = text[1..end].iter().flat_map(|c| c.to_lowercase()).collect();
    let word = inside.trim();
    let (_, sign) = DISGUISES.iter().find(|(known, _)| *known == word)?;
    let spaces = text[end + 1..].iter().take_while(|&&c| c == ' ').count();
    Some((*sign, end + 1 + spaces))
}

#[cfg(test)]
mod tests {
    #[test]
    fn words_in_brackets_hide_no_address() {
        let is_in = |text: &str| super::is_in(&text.chars().collect::<Vec<_>>());
        for text in [
            "council(at)example.org",
            "council (at) example.org",
            "council[at]example[dot]org",
            "council { AT } example.org",
            "council(ät)example.fi",
            "council(@)example.fi",
            "council <at> example (piste) fi",
        ] {
            assert!(is_in(text), "{text}");
        }
        for text in [
            "open (at) noon",
            "(at)",
            "a (dot) b",
            "see (a) and (b).",
            "(at) example",
        ] {
            assert!(!is_in(text), "{text}");
        }
    }
}
