//! Lines and columns of a text, as error messages count them.

use apollo_compiler::{Name, Node, parser::SourceSpan};
use async_graphql::{Pos, Positioned};

/// Where the lines of a text begin.
#[derive(Debug)]
pub(crate) struct Places<'t> {
    text: &'t str,
    lines: Vec<usize>,
    is_ascii: bool,
}

impl<'t> Places<'t> {
    /// Of a text.
    pub(crate) fn of(text: &'t str) -> Self {
        let mut lines = vec![0];
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            let ends = match byte {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                lines.push(at + 1);
            }
        }
        Self {
            text,
            lines,
            is_ascii: text.is_ascii(),
        }
    }

    /// The line and the column, both from one, of a byte.
    pub(crate) fn at(&self, offset: usize) -> Pos {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = self.lines[line.saturating_sub(1)];
        let column = if self.is_ascii {
            offset - start
        } else {
            let before = self.text.get(start..offset);
            before.map_or(offset - start, |before| before.chars().count())
        };
        Pos {
            line,
            column: column + 1,
        }
    }

    /// Where a span begins.
    pub(crate) fn span(&self, span: Option<SourceSpan>) -> Pos {
        span.map_or_else(Pos::default, |span| self.at(span.offset()))
    }

    /// Something at the place of a node.
    pub(super) fn with<N: ?Sized, T>(&self, node: &Node<N>, value: T) -> Positioned<T> {
        Positioned::new(value, self.span(node.location()))
    }

    /// A name at its place.
    pub(super) fn name(&self, name: &Name) -> Positioned<async_graphql::Name> {
        let place = self.span(name.location());
        Positioned::new(async_graphql::Name::new(name.as_str()), place)
    }
}
