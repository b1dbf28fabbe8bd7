//! What one selection set adds up to, and whether that is within the limits. Pure sums.

use crate::{
    error::{Code, Failure},
    http::limits::Limits,
};

/// What one selection set adds up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Weight {
    /// Points outside the entries of a connection.
    pub(super) cost: u64,
    /// Points of one entry, which the page of the connection multiplies.
    pub(super) entries: u64,
    /// Selections, fragments expanded.
    pub(super) size: u64,
    /// Fields below each other, introspection apart.
    pub(super) depth: u64,
    /// Selection sets below each other, those of fragments included.
    pub(super) nesting: u64,
    /// Aliases.
    pub(super) aliases: u64,
    /// Directives.
    pub(super) directives: u64,
    /// Fields of the first level.
    pub(super) root_fields: u64,
    /// Lists below each other in an introspection.
    pub(super) introspection_lists: u64,
}

impl Weight {
    /// Puts another selection beside this one. All sums saturate.
    pub(super) fn add(&mut self, other: Self) {
        self.cost = self.cost.saturating_add(other.cost);
        self.entries = self.entries.saturating_add(other.entries);
        self.size = self.size.saturating_add(other.size);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.root_fields = self.root_fields.saturating_add(other.root_fields);
        self.depth = self.depth.max(other.depth);
        self.nesting = self.nesting.max(other.nesting);
        self.introspection_lists = self.introspection_lists.max(other.introspection_lists);
    }

    /// The same one level further down, without a field of its own.
    pub(super) fn below(self) -> Self {
        Self {
            nesting: self.nesting.saturating_add(1),
            ..self
        }
    }

    /// Refuses what is beyond a limit; `size` is that of the document so far.
    pub(super) fn judge(&self, size: u64, limits: &Limits) -> Result<(), Failure> {
        let cost = self.cost.saturating_add(self.entries);
        let nesting = u64::try_from(limits.nesting).unwrap_or(u64::MAX);
        for (is, limit, code, of) in [
            (size, limits.size, Code::QueryTooComplex, "selections"),
            (
                self.depth,
                limits.depth,
                Code::MaxDepthLimit,
                "levels of fields",
            ),
            (
                self.nesting,
                nesting,
                Code::MaxRecursionLimit,
                "levels of selections",
            ),
            (
                self.aliases,
                limits.aliases,
                Code::MaxAliasesLimit,
                "aliases",
            ),
            (
                self.root_fields,
                limits.root_fields,
                Code::MaxRootFieldsLimit,
                "root fields",
            ),
            (
                self.directives,
                limits.directives,
                Code::MaxDirectivesLimit,
                "directives",
            ),
            (
                self.introspection_lists,
                limits.introspection_lists,
                Code::MaxIntrospectionDepth,
                "nested lists of the introspection",
            ),
            (cost, limits.cost, Code::QueryTooComplex, "points"),
        ] {
            if is > limit {
                return Err(Failure::with(code, format!("The limit is {limit} {of}.")));
            }
        }
        Ok(())
    }
}
