//! The audit log: what is read of it, by whom, and how it is verified.

mod check;
mod event;
mod filter;
mod history;
mod ids;
mod names;
mod operations;
mod query;
mod verify;

pub use self::verify::Verified;
pub(crate) use self::{
    event::AuditEvent,
    history::{FIELDS, History},
    names::shown_fields,
    operations::operations,
    query::AuditQuery,
    verify::verify,
};
