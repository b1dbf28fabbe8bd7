//! The audit log: what is read of it, by whom, and how it is verified.

mod check;
mod command_line;
mod event;
mod filter;
#[cfg(test)]
mod fixture;
mod history;
mod ids;
mod names;
mod operations;
mod query;
mod rows;
mod verify;

pub(crate) use self::{
    command_line::verify_by_command,
    event::AuditEvent,
    history::{FIELDS, History},
    names::shown_fields,
    operations::operations,
    query::AuditQuery,
    rows::verify_rows,
    verify::verify,
};
pub use self::{
    rows::{ROWS_AT_ONCE, RowsVerified},
    verify::Verified,
};
