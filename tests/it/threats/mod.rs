//! Rows of the threat table that no other test proves, and the table itself, `docs/threats.md`.
//! Titles begin with the row.

mod actors;
mod heads;
mod inputs;
mod lists;
mod slow;
mod small_cells;
mod smuggling;
mod socket;
mod strings;
mod table;
mod tokens;
mod watch;

pub(crate) use self::{
    small_cells::counted,
    watch::{inside_is_not_told, resident},
};
