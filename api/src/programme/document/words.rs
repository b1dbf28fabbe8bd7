//! The fixed words of a programme folder: those of the schema, read and written by one trait.

use async_graphql::resolver_utils::EnumType;
use serde::Serializer;

/// An enum whose values are written as words in capitals.
pub(crate) trait Word: EnumType {
    /// The value of a word.
    fn parse(word: &str) -> Option<Self> {
        let known = Self::items().iter().find(|item| item.name == word)?;
        Some(known.value)
    }

    /// All words, for a fault, in the order in which they are told to people.
    fn allowed() -> String {
        let words: Vec<_> = Self::items().iter().map(|item| item.name).collect();
        words.join(", ")
    }

    /// Stands in for a word that could not be read, until the faults are told.
    fn placeholder() -> Self {
        // No enum of the schema is without values.
        Self::items()[0].value
    }
}

impl<T: EnumType> Word for T {}

/// Writes a value as its word, so that a fingerprint does not hang on the names of Rust.
pub(super) fn as_word<W: Word, S: Serializer>(value: &W, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(crate::workflow::word(*value))
}
