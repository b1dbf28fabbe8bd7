//! The types of the schema, read from the text that the executor prints. One at a time, without their
//! descriptions: the parser takes many times the memory of what it reads, and three quarters of the
//! text are descriptions.

use async_graphql::parser::{parse_schema, types::TypeSystemDefinition};

/// Every definition, and the line before the one with which its piece of the text begins.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    /// The definitions in the order of the text.
    pub(crate) all: Vec<TypeSystemDefinition>,
    lines_before: Vec<usize>,
}

impl Definitions {
    /// Reads what the executor prints. What cannot be read is left out, and the tests of the schema
    /// fail.
    pub(super) fn read(sdl: &str) -> Self {
        let mut own = Self::default();
        let mut piece = String::new();
        let (mut lines_before, mut is_within_text) = (0, false);
        for (at, line) in sdl.lines().enumerate() {
            let is_border = line.trim_start() == "\"\"\"";
            is_within_text ^= is_border;
            if is_border || is_within_text {
                piece.push('\n');
                continue;
            }
            if line.starts_with(|first: char| first.is_ascii_alphabetic()) {
                own.add(lines_before, &piece);
                piece.clear();
                lines_before = at;
            }
            piece.push_str(line);
            piece.push('\n');
        }
        own.add(lines_before, &piece);
        own
    }

    fn add(&mut self, lines_before: usize, piece: &str) {
        let read = parse_schema(piece).map(|document| document.definitions);
        for definition in read.unwrap_or_default() {
            self.all.push(definition);
            self.lines_before.push(lines_before);
        }
    }

    /// The definitions, each with what to add to its line numbers.
    pub(super) fn placed(&self) -> impl Iterator<Item = (usize, &TypeSystemDefinition)> {
        self.lines_before.iter().copied().zip(&self.all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Schema;

    #[test]
    fn every_definition_is_read_and_its_lines_are_those_of_the_text() {
        let schema = Schema::new();
        let sdl = schema.sdl();
        let (read, whole) = (Definitions::read(sdl), parse_schema(sdl).unwrap());
        assert_eq!(read.all.len(), whole.definitions.len());
        let kinds = |definitions: &[TypeSystemDefinition]| -> Vec<String> {
            let named = definitions
                .iter()
                .filter_map(|definition| match definition {
                    TypeSystemDefinition::Type(definition) => Some(definition),
                    _ => None,
                });
            named
                .map(|definition| definition.node.name.to_string())
                .collect()
        };
        assert_eq!(kinds(&read.all), kinds(&whole.definitions));
        let lines: Vec<_> = sdl.lines().collect();
        for (before, definition) in read.placed() {
            if let TypeSystemDefinition::Type(definition) = definition {
                let name = &definition.node.name;
                let line = lines[before + name.pos.line - 1];
                assert!(line.contains(name.node.as_str()), "{name}: {line}");
            }
        }
    }
}
