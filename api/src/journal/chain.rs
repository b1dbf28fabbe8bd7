//! PURE: what seals a row of the audit log. The content of a row is hashed from its columns by
//! name, so that it can be computed again from the stored row on both databases; the link is a hash
//! over the link before it and the content.

use entity::journal::audit_event::{self, Column};
use sea_orm::{ActiveModelTrait, ActiveValue, IdenStatic, Iterable, Value};
use sha2::{Digest, Sha256};

/// What the chain gives a row: its place is counted and its hash computed, neither is content.
const SEAL: [&str; 2] = ["hash", "sequence"];

/// A place in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The number of the row; there are no gaps.
    pub(crate) sequence: i64,
    /// Its hash, in lower-case hexadecimal digits.
    pub(crate) hash: String,
}

/// The hash of all that a row says. A column without a value adds nothing, so that a column added
/// later leaves the hashes of earlier rows as they are.
pub(crate) fn content(row: &audit_event::ActiveModel) -> String {
    let mut columns: Vec<_> = Column::iter().collect();
    columns.sort_by_key(IdenStatic::as_str);
    let mut hash = Sha256::new();
    for column in columns {
        let name = column.as_str();
        if SEAL.contains(&name) {
            continue;
        }
        if let ActiveValue::Set(value) | ActiveValue::Unchanged(value) = row.get(column) {
            tell(&mut hash, name, &value);
        }
    }
    hex::encode(hash.finalize())
}

/// Adds to a hash what a column says; one without a value says nothing.
pub(super) fn tell(hash: &mut Sha256, name: &str, value: &Value) {
    if let Some(text) = text(value) {
        hash.update(framed(name));
        hash.update(framed(&text));
    }
}

/// The hash of a row, given the one before it. `PostgreSQL` computes the same in `access::tx`.
pub(crate) fn link(previous: &str, content: &str) -> String {
    hex::encode(Sha256::digest(framed(previous) + &framed(content)))
}

/// A text with its length before it, so that no two sequences of texts read the same.
fn framed(text: &str) -> String {
    format!("{}:{text}", text.len())
}

/// A value as text, the same for one that was read back.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.as_ref().map(ToString::to_string),
        Value::Uuid(id) => id.map(|id| id.simple().to_string()),
        Value::ChronoDateTimeUtc(at) => at.map(|at| {
            let (seconds, rest) = (at.timestamp(), at.timestamp_subsec_nanos());
            format!("{seconds}.{rest:09}")
        }),
        Value::Json(json) => json.as_ref().map(|json| canonical(json)),
        Value::BigInt(number) => number.map(|number| number.to_string()),
        Value::Int(number) => number.map(|number| number.to_string()),
        Value::Bool(is) => is.map(|is| is.to_string()),
        Value::ChronoDate(day) => day.map(|day| day.to_string()),
        Value::Bytes(bytes) => bytes.as_ref().map(hex::encode),
        // A new kind of column without a text of its own would go untold; tests try each.
        _ => None,
    }
}

/// JSON with its names in order: `PostgreSQL` keeps another order than was written.
fn canonical(json: &serde_json::Value) -> String {
    match json {
        serde_json::Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let members = members.into_iter().map(|(name, value)| {
                let name = serde_json::Value::from(name.as_str());
                format!("{name}:{}", canonical(value))
            });
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        serde_json::Value::Array(items) => {
            let items: Vec<_> = items.iter().map(canonical).collect();
            format!("[{}]", items.join(","))
        }
        single => single.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use sea_orm::{ActiveValue::Set, IntoActiveModel};
    use serde_json::json;
    use uuid::Uuid;

    fn row() -> audit_event::Model {
        audit_event::Model {
            sequence: 7,
            id: Uuid::from_u128(1),
            at: DateTime::from_timestamp_millis(1_700_000_000_123).unwrap(),
            account_id: Some(Uuid::from_u128(2)),
            client_id: Some(Uuid::from_u128(3)),
            membership_id: Some(Uuid::from_u128(4)),
            role: Some(entity::account::Role::Coordinator),
            system_reason: Some("reason".to_owned()),
            programme_id: Some(Uuid::from_u128(5)),
            municipality_id: Some(Uuid::from_u128(6)),
            action: "INDICATOR_ANSWERED".to_owned(),
            target_type: "AssessmentItem".to_owned(),
            target_id: Uuid::from_u128(7),
            changes: json!([{ "type": "AssessmentItem", "fields": ["level"], "version": 2 }]),
            before_hash: "b".to_owned(),
            after_hash: "a".to_owned(),
            request_id: "r".to_owned(),
            hash: Some("h".to_owned()),
        }
    }

    #[test]
    fn every_column_is_content_but_the_seal() {
        let row = row().into_active_model();
        for column in Column::iter() {
            let mut without = row.clone();
            without.not_set(column);
            let is_seal = SEAL.contains(&column.as_str());
            assert_eq!(
                content(&without) == content(&row),
                is_seal,
                "{}",
                column.as_str()
            );
        }
    }

    #[test]
    fn neighbouring_texts_do_not_run_together() {
        let mut one = row().into_active_model();
        let mut other = one.clone();
        (one.before_hash, one.after_hash) = (Set("1".into()), Set("23".into()));
        (other.before_hash, other.after_hash) = (Set("12".into()), Set("3".into()));
        assert_ne!(content(&one), content(&other));
        assert_ne!(link("ab", "c"), link("a", "bc"));
    }

    #[test]
    fn the_order_of_names_in_json_does_not_matter() {
        let (one, other) = (
            r#"{"a":[1,{"c":2,"b":3}],"d":null}"#,
            r#"{"d":null,"a":[1,{"b":3,"c":2}]}"#,
        );
        let read = |text: &str| canonical(&serde_json::from_str(text).unwrap());
        assert_eq!(read(one), read(other));
        assert_ne!(read(one), read(r#"{"a":[{"b":3,"c":2},1],"d":null}"#));
    }
}
