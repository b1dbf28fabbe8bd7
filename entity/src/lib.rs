//! Tables, columns and the enums they hold: one file or folder a domain, one nested module a
//! table.
//!
//! No behaviour and no async lives here. The one use of GraphQL is the derive on column enums, so
//! that each enum and its descriptions exist once.

#![expect(
    missing_docs,
    reason = "columns are described once, on the GraphQL fields that show them"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "the derives of sea-orm define `find` and its kin by calling them"
)]
#![expect(
    clippy::module_inception,
    reason = "a file is named for its domain, and so is the first table of some"
)]

pub mod account;
pub mod action_plan;
pub mod assessment;
pub mod client;
pub mod journal;
pub mod municipality;
pub mod programme;
pub mod recognition;
pub mod text;
pub mod workflow;

/// Declares an enum that is a text column and a GraphQL enum at once, `SCREAMING_SNAKE` in both.
macro_rules! column_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$value_meta:meta])* $value:ident,)+ }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            sea_orm::EnumIter, sea_orm::DeriveActiveEnum, async_graphql::Enum,
        )]
        #[sea_orm(
            rs_type = "String",
            db_type = "Text",
            rename_all = "SCREAMING_SNAKE_CASE"
        )]
        pub enum $name { $($(#[$value_meta])* $value,)+ }
    };
}
pub(crate) use column_enum;
