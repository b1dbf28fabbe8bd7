//! The numbers that a request must keep to, with their defaults. They decide nothing here.

/// What one document may ask for.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// Bytes of the document.
    pub(crate) document_bytes: usize,
    /// Lexical tokens of the document.
    pub(crate) tokens: usize,
    /// Open brackets of any kind at one place, in the document and in the variables.
    pub(crate) nesting: usize,
    /// Directives, as written and after expanding fragments.
    pub(crate) directives: u64,
    /// Fields below each other, introspection apart.
    pub(crate) depth: u64,
    /// Lists below each other in an introspection.
    pub(crate) introspection_lists: u64,
    /// Aliases of an operation, `__typename` included.
    pub(crate) aliases: u64,
    /// Root fields of an operation.
    pub(crate) root_fields: u64,
    /// Entries of a page.
    pub(crate) page: u64,
    /// Entries of a page when the client names no number and the schema has no default.
    pub(crate) default_page: u64,
    /// Points of an operation.
    pub(crate) cost: u64,
    /// Selections of all operations after expanding fragments.
    pub(crate) size: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 64 * 1024,
            tokens: 5_000,
            nesting: 32,
            directives: 50,
            depth: 12,
            introspection_lists: 3,
            aliases: 30,
            root_fields: 10,
            page: 100,
            default_page: 25,
            cost: 2_000,
            size: 5_000,
        }
    }
}
