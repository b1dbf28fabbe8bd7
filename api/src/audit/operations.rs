//! Which roles may ask for the root field of the audit log.

use entity::journal::audit_event;

use crate::access::{AUDITORS, Operation};

/// The root fields above public.
pub(crate) fn operations() -> Vec<Operation> {
    vec![Operation::query::<audit_event::Entity>(
        "Query.auditLog",
        AUDITORS,
    )]
}
