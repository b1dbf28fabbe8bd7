//! Text in several languages: which one to show, and what names are sorted and searched by.

use async_graphql::SimpleObject;
use entity::text::Translations;
use unicode_normalization::UnicodeNormalization;

use crate::in_order::{Executed, Ready};

use crate::{invisible::is_invisible, scalars::Locale};

/// A text in one language.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
#[graphql(serial)]
pub(crate) struct Translation {
    /// The language.
    pub(crate) locale: Locale,
    /// The text.
    pub(crate) value: String,
}

impl Ready<Executed> for Translation {}

/// The text to show: the language asked for by argument, else the first of `preferred`, else of
/// `chain`, that there is; else any.
pub(crate) fn shown<'t>(
    text: &'t Translations,
    asked: Option<&Locale>,
    preferred: &[String],
    chain: &[String],
) -> &'t str {
    let asked = asked.map(|locale| locale.0.as_str()).into_iter();
    let wanted = asked
        .chain(preferred.iter().map(String::as_str))
        .chain(chain.iter().map(String::as_str));
    wanted
        .flat_map(|tag| [tag, tag.split('-').next().unwrap_or(tag)])
        .find_map(|tag| {
            text.0
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(tag))
        })
        .or_else(|| text.0.iter().next())
        .map_or("", |(_, value)| value.as_str())
}

/// All translations, by language tag.
pub(crate) fn all(text: &Translations) -> Vec<Translation> {
    let pairs = text.0.iter();
    pairs
        .map(|(tag, value)| Translation {
            locale: Locale(tag.clone()),
            value: value.clone(),
        })
        .collect()
}

/// What a name is sorted and searched by, the same on both databases.
pub(crate) fn sort_key(name: &str) -> String {
    name.nfc()
        .collect::<String>()
        .to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// What a name that must be unique is compared by: what nobody can tell apart is the same.
pub(crate) fn unique_key(name: &str) -> String {
    let seen: String = name.nfkc().filter(|c| !is_invisible(*c)).collect();
    sort_key(&seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_back_along_the_chain() {
        let text = Translations(
            [("fi", "Turku"), ("sv", "Åbo")]
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .into(),
        );
        let chain = ["en", "fi"].map(str::to_owned);
        let en = ["en".to_owned()];
        assert_eq!(
            shown(&text, Some(&Locale("sv-FI".into())), &[], &chain),
            "Åbo"
        );
        assert_eq!(shown(&text, None, &en, &chain), "Turku");
        assert_eq!(shown(&text, None, &["sv".into()], &chain), "Åbo");
        assert_eq!(shown(&text, Some(&Locale("de".into())), &[], &[]), "Turku");
    }

    #[test]
    fn names_that_read_the_same_are_the_same() {
        for other in [
            "youth\u{200b} services",
            "Youth\u{ad} Services",
            "\u{feff}YOUTH  SERVICES\u{fe0f}",
            "\u{ff39}outh\u{a0}services",
            "Yo\u{e0041}uth services",
        ] {
            assert_eq!(unique_key(other), unique_key("Youth services"), "{other:?}");
        }
        assert_ne!(unique_key("Youth service"), unique_key("Youth services"));
        assert_ne!(unique_key("Youthservices"), unique_key("Youth services"));
    }

    #[test]
    fn composed_and_decomposed_names_sort_alike() {
        assert_eq!(sort_key("Ä\u{301}hta\u{308}ri "), sort_key("Ä\u{301}htäri"));
    }
}
