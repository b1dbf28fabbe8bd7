//! A row of the log of which a test says what it tells.

use entity::journal::audit_event;
use serde_json::Value;
use uuid::Uuid;

/// A row with this number that tells of these changes.
pub(super) fn event(sequence: i64, changes: &[Value]) -> audit_event::Model {
    audit_event::Model {
        sequence,
        id: Uuid::nil(),
        at: "2026-11-28T09:00:00Z".parse().unwrap(),
        account_id: None,
        client_id: None,
        membership_id: None,
        role: None,
        system_reason: None,
        programme_id: None,
        municipality_id: None,
        action: String::new(),
        target_type: String::new(),
        target_id: Uuid::nil(),
        changes: changes.into(),
        before_hash: String::new(),
        after_hash: String::new(),
        request_id: String::new(),
        hash: None,
    }
}
