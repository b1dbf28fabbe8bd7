//! What people read for the states and codes of the schema: the words of a language are in its file.

use std::{collections::BTreeMap, sync::LazyLock};

use async_graphql::SimpleObject;

use crate::{access::Viewer, scalars::Locale};

/// The values of an enum with their labels, by the name of the enum.
type Words = BTreeMap<String, BTreeMap<String, String>>;

/// The languages that there are words in; the first is for those who ask for another.
static LANGUAGES: LazyLock<[(&str, Words); 3]> = LazyLock::new(|| {
    [
        ("en", read(include_str!("en.toml"))),
        ("fi", read(include_str!("fi.toml"))),
        ("sv", read(include_str!("sv.toml"))),
    ]
});

/// A file that cannot be read has no words, which the test of totality does not pass.
fn read(file: &str) -> Words {
    toml::from_str(file).unwrap_or_default()
}

/// What people read for the values of the enums, in one language.
#[derive(Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct EnumLabels {
    /// The language: `en`, `fi` or `sv`.
    locale: Locale,
    /// Every enum that an answer can hold, in order of name. Enums of inputs alone have no labels.
    enums: Vec<LabelledEnum>,
}

/// An enum and what people read for its values.
#[derive(Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct LabelledEnum {
    /// The name of the enum in the schema, such as `PlanStatus`.
    name: &'static str,
    /// Every value of it, in order of value.
    values: Vec<EnumLabel>,
}

/// A value of an enum and what people read for it.
#[derive(Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct EnumLabel {
    /// The value, such as `IN_FORCE`.
    value: &'static str,
    /// What people read for it.
    label: &'static str,
}

/// The labels in the language asked for by argument, else in the first of the viewer's languages that
/// there are words in, else in English.
pub(crate) fn labels(viewer: &Viewer, asked: Option<&Locale>) -> EnumLabels {
    let asked = asked.map(|locale| locale.0.as_str()).into_iter();
    let (tag, words) = chosen(asked.chain(viewer.locales().iter().map(String::as_str)));
    let labelled = |(name, values): (&'static String, &'static BTreeMap<_, _>)| LabelledEnum {
        name,
        values: values.iter().map(labelled_value).collect(),
    };
    EnumLabels {
        locale: Locale((*tag).to_owned()),
        enums: words.iter().map(labelled).collect(),
    }
}

fn labelled_value((value, label): (&'static String, &'static String)) -> EnumLabel {
    EnumLabel { value, label }
}

fn chosen<'t>(wanted: impl Iterator<Item = &'t str>) -> &'static (&'static str, Words) {
    let [otherwise, ..] = &*LANGUAGES;
    let language = |tag: &str| {
        let tag = tag.split('-').next().unwrap_or(tag);
        let mut known = LANGUAGES.iter();
        known.find(|(known, _)| known.eq_ignore_ascii_case(tag))
    };
    let mut found = wanted.filter_map(language);
    found.next().unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use async_graphql::parser::{
        parse_schema,
        types::{TypeDefinition, TypeKind, TypeSystemDefinition},
    };

    use super::*;
    use crate::schema::Schema;

    type Values = BTreeMap<String, BTreeSet<String>>;

    fn types() -> Vec<TypeDefinition> {
        let parsed = parse_schema(Schema::new().sdl()).unwrap();
        let definitions = parsed.definitions.into_iter();
        definitions
            .filter_map(|definition| match definition {
                TypeSystemDefinition::Type(it) => Some(it.node),
                _ => None,
            })
            .collect()
    }

    /// The enums that an answer can hold, with their values.
    fn shown() -> Values {
        let types = types();
        let fields = types.iter().flat_map(|it| match &it.kind {
            TypeKind::Object(object) => object.fields.as_slice(),
            TypeKind::Interface(interface) => &interface.fields,
            _ => &[],
        });
        let told: BTreeSet<String> = fields
            .map(|field| field.node.ty.node.to_string().replace(['[', ']', '!'], ""))
            .collect();
        let enums = types.iter().filter_map(|it| match &it.kind {
            TypeKind::Enum(values) => {
                let values = values.values.iter();
                let values = values.map(|value| value.node.value.node.to_string());
                Some((it.name.node.to_string(), values.collect()))
            }
            _ => None,
        });
        enums.filter(|(name, _)| told.contains(name)).collect()
    }

    #[test]
    fn every_state_and_code_has_a_label_in_every_language() {
        let shown = shown();
        assert!(shown.len() > 30);
        for (tag, words) in LANGUAGES.iter() {
            let labelled: Values = words
                .iter()
                .map(|(name, values)| (name.clone(), values.keys().cloned().collect()))
                .collect();
            assert_eq!(labelled, shown, "{tag}");
            for (value, label) in words.values().flatten() {
                assert_eq!(label.trim(), label, "{tag} {value}");
                assert!(!label.is_empty() && label != value, "{tag} {value}");
            }
        }
    }

    #[test]
    fn the_first_language_with_words_is_chosen() {
        let cases: [(&[&str], &str); 5] = [
            (&[], "en"),
            (&["de"], "en"),
            (&["sv-FI", "en"], "sv"),
            (&["se", "fi"], "fi"),
            (&["EN"], "en"),
        ];
        for (wanted, tag) in cases {
            assert_eq!(chosen(wanted.iter().copied()).0, tag, "{wanted:?}");
        }
    }
}
