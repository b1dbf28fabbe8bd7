//! Personal data in free texts: what is looked for before a text is stored.
//!
//! A Finnish personal identity code never belongs into a text. A contact belongs into no text that
//! becomes public. Only shapes are looked for, so a name is not found.

mod address;
#[cfg(test)]
mod corpus;
mod phone;

use unicode_normalization::UnicodeNormalization;

pub(crate) use self::phone::Country;
use crate::invisible::is_invisible;

/// The check character of an identity code, by the remainder of its nine digits and 31.
const CHECK_CHARACTERS: [char; 31] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'H', 'J', 'K',
    'L', 'M', 'N', 'P', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y',
];
/// The length of an identity code: day, month and year, sign of the century, number, check character.
const IDENTITY_CODE: usize = 11;

/// A text as it is looked at: signs that look alike or cannot be seen hide nothing.
#[derive(Debug)]
pub(crate) struct Sighted(Vec<char>);

impl Sighted {
    /// Prepares a text.
    pub(crate) fn new(text: &str) -> Self {
        let plain = |c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            other => other,
        };
        Self(
            text.nfkc()
                .filter(|c| !is_invisible(*c))
                .map(plain)
                .collect(),
        )
    }

    /// Whether there is a Finnish personal identity code in it.
    pub(crate) fn has_identity_code(&self) -> bool {
        let text = &self.0;
        text.windows(IDENTITY_CODE).enumerate().any(|(at, code)| {
            let is_inside_number = at > 0 && text[at - 1].is_ascii_digit();
            let goes_on = text
                .get(at + IDENTITY_CODE)
                .is_some_and(|next| next.is_alphanumeric());
            !is_inside_number && !goes_on && is_identity_code(code)
        })
    }

    /// Whether there is an e-mail address in it.
    pub(crate) fn has_email(&self) -> bool {
        address::is_in(&self.0)
    }

    /// Whether there is a telephone number in it, written for calls within a country or from abroad.
    pub(crate) fn has_phone(&self, country: Country) -> bool {
        phone::is_in(&self.0, country)
    }
}

fn is_identity_code(code: &[char]) -> bool {
    let number = |digits: &[char]| {
        digits.iter().try_fold(0_usize, |number, digit| {
            let digit = digit.to_digit(10)?;
            Some(number * 10 + usize::try_from(digit).ok()?)
        })
    };
    let (Some(day), Some(month)) = (number(&code[..2]), number(&code[2..4])) else {
        return false;
    };
    let is_century = matches!(
        code[6].to_ascii_uppercase(),
        '+' | '-' | 'A'..='F' | 'U'..='Y'
    );
    let digits = [&code[..6], &code[7..10]].concat();
    let Some(number) = number(&digits).filter(|_| is_century) else {
        return false;
    };
    (1..=31).contains(&day)
        && (1..=12).contains(&month)
        && CHECK_CHARACTERS[number % CHECK_CHARACTERS.len()] == code[10].to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes with numbers from 900 on, which no person is born with.
    fn codes() -> impl Iterator<Item = String> {
        let signs = ['+', '-', 'A', 'B', 'F', 'U', 'Y', 'x'];
        (0..512_usize).map(move |nth| {
            let (day, month, year) = (nth % 28 + 1, nth % 12 + 1, nth % 100);
            let digits = format!("{day:02}{month:02}{year:02}");
            let number = 900 + nth % 100;
            let whole: usize = format!("{digits}{number}").parse().unwrap();
            let sign = signs[nth % signs.len()];
            let check = CHECK_CHARACTERS[whole % 31];
            format!("{digits}{sign}{number}{check}")
        })
    }

    fn has_identity_code(text: &str) -> bool {
        Sighted::new(text).has_identity_code()
    }

    #[test]
    fn identity_codes_are_found_wherever_they_stand() {
        for code in codes() {
            for text in [
                code.clone(),
                format!("The child ({code}) said so."),
                format!("hetu:{code},"),
                code.to_lowercase(),
                code.replace('-', "\u{2013}"),
                code.chars().flat_map(|c| [c, '\u{200b}']).collect(),
            ] {
                assert!(has_identity_code(&text), "{text}");
            }
        }
    }

    #[test]
    fn a_code_with_another_check_character_is_none() {
        for code in codes() {
            let last = code.chars().last().unwrap().to_ascii_uppercase();
            let at = CHECK_CHARACTERS.iter().position(|&c| c == last).unwrap();
            let other = CHECK_CHARACTERS[(at + 1) % 31];
            let text = format!("{}{other}", &code[..code.len() - 1]);
            assert!(!has_identity_code(&text), "{text}");
        }
    }

    #[test]
    fn what_only_contains_such_digits_is_no_identity_code() {
        let code = codes().nth(1).unwrap();
        for text in [
            format!("1{code}"),
            format!("{code}7"),
            format!("{code}b"),
            format!("00{}", &code[2..]),
            format!("{}13{}", &code[..2], &code[4..]),
            code.replace('-', "/"),
            code[..10].to_owned(),
        ] {
            assert!(!has_identity_code(&text), "{text}");
        }
    }

    #[test]
    fn email_addresses_are_found() {
        for text in [
            "coordinator@example.org",
            "Write to <youth.council+plan@mail.example.fi>.",
            "mailto:a@b.example",
            "ask (COUNCIL@EXAMPLE.ORG)!",
            "coordinator\u{ff20}example.org",
        ] {
            assert!(Sighted::new(text).has_email(), "{text}");
        }
        for text in [
            "@example",
            "a@b",
            "@example.org",
            "3 @ 5.50",
            "a@b.5",
            "one @ two.three",
            "",
        ] {
            assert!(!Sighted::new(text).has_email(), "{text}");
        }
    }
}
