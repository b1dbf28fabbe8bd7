//! PURE: finds in the audit log the ids that clients made wrongly, before they were checked.

use std::collections::BTreeSet;

use entity::journal::audit_event;
use serde_json::Value;
use uuid::Uuid;

use crate::{access::prefix_of, id};

/// The rows with wrong ids that the log has told of so far.
#[derive(Debug, Default)]
pub(crate) struct WrongIds(BTreeSet<(String, Uuid)>);

impl WrongIds {
    /// Looks at the ids of a row of the log. Those of rows that are removed are let go.
    pub(crate) fn look(&mut self, row: &audit_event::Model) {
        let changes = row.changes.as_array().into_iter().flatten();
        for change in changes {
            let id = change["id"].as_str().and_then(|id| id.parse().ok());
            let (Some(kind), Some(id)) = (change["type"].as_str(), id) else {
                continue;
            };
            let in_time = |made| made <= row.at + id::AHEAD;
            if id::made_at(id).is_some_and(in_time) {
                continue;
            }
            let named = (kind.to_owned(), id);
            // Without a version: removed, or of a kind that is never written again.
            if change["version"] != Value::Null || !self.0.remove(&named) {
                self.0.insert(named);
            }
        }
    }

    /// The ids as clients see them.
    pub(crate) fn into_texts(self) -> Vec<String> {
        let known = self.0.into_iter();
        known
            .filter_map(|(kind, key)| prefix_of(&kind).map(|prefix| id::text(prefix, key)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::audit::fixture::event;

    const GOOD: &str = "018ff000-0000-7000-8000-000000000001";
    const NIL: &str = "00000000-0000-0000-0000-000000000000";

    fn told(changes: &[Value]) -> Vec<String> {
        let mut wrong = WrongIds::default();
        for change in changes {
            wrong.look(&event(1, std::slice::from_ref(change)));
        }
        wrong.into_texts()
    }

    fn change(kind: &str, id: &str, version: Option<i32>) -> Value {
        json!({ "type": kind, "id": id, "version": version, "fields": [] })
    }

    #[test]
    fn ids_of_another_version_or_from_the_future_are_told_once() {
        let nil = "obj_00000000000000000000000000";
        let ahead = "01b00000-0000-7000-8000-000000000001";
        let found = told(&[
            change("Objective", NIL, Some(1)),
            change("Objective", NIL, Some(2)),
            change("Objective", GOOD, Some(1)),
            change("Measurement", "018ff000-0000-4000-8000-000000000001", None),
            change("Account", ahead, Some(1)),
        ]);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found.iter().any(|id| id == nil), "{found:?}");
    }

    #[test]
    fn what_was_removed_is_not_told() {
        let found = told(&[
            change("Objective", NIL, Some(1)),
            change("Objective", NIL, None),
        ]);
        assert_eq!(found, Vec::<String>::new());
    }
}
