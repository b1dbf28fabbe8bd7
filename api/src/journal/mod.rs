//! What a committed mutation leaves behind: one audit row and one outbox row.
//!
//! Pure: builds the rows that `Tx::commit` writes. Holds ids, column names and hashes, never text
//! that people wrote and never contact details.

mod chain;
mod event;
mod state;

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    account::Role,
    journal::{audit_event, outbox_event},
};
use sea_orm::Value;
use sea_orm::{ActiveValue::Set, IdenStatic, Iterable, ModelTrait};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

#[cfg(test)]
pub(crate) use self::state::compared;
pub(crate) use self::{
    chain::{Link, content, link},
    event::{Audience, Event},
    state::{PERSONAL, State, UNRECORDED, state},
};
use crate::{
    access::{Place, Row},
    workflow::word,
};

/// Columns that every write touches; naming them would say nothing.
const HOUSEKEEPING: [&str; 2] = ["version", "updated_at"];

/// What one row went through.
#[derive(Debug)]
pub(crate) struct Change {
    kind: &'static str,
    id: Uuid,
    is_creation: bool,
    /// The version that the row has now, where it has versions.
    version: Option<i32>,
    fields: Vec<&'static str>,
    before: [u8; 32],
    after: [u8; 32],
    /// What the row says now, to be compared with it later; nothing where it was removed.
    state: Option<State>,
}

impl Change {
    /// The difference between a row before and after; `None` stands for "there was none".
    pub(crate) fn between<E: Row>(before: Option<&E::Model>, after: Option<&E::Model>) -> Self {
        let is_told = |column: &E::Column| !state::is_personal(E::TYPE, column.as_str());
        let columns = || E::Column::iter().filter(is_told);
        let fields = columns()
            .filter(|column| match (before, after) {
                (Some(before), Some(after)) => before.get(*column) != after.get(*column),
                _ => false,
            })
            .map(|column| column.as_str())
            .filter(|name| !HOUSEKEEPING.contains(name))
            .collect();
        let hash = |row: Option<&E::Model>| {
            let mut hash = Sha256::new();
            for column in columns() {
                if let Some(row) = row {
                    hash.update(format!("{}={:?};", column.as_str(), row.get(column)));
                }
            }
            hash.finalize().into()
        };
        let id = before.or(after).map(E::key).unwrap_or_default();
        Self {
            kind: E::TYPE,
            id,
            is_creation: before.is_none(),
            version: after.and_then(version::<E>),
            fields,
            before: hash(before),
            after: hash(after),
            state: after.map(state::<E>),
        }
    }
}

fn version<E: Row>(row: &E::Model) -> Option<i32> {
    let column = E::Column::iter().find(|column| column.as_str() == "version")?;
    match row.get(column) {
        Value::Int(version) => version,
        _ => None,
    }
}

/// What each row went through, by its id, from the `changes` of audit rows.
pub(crate) fn by_row<'a>(
    rows: impl Iterator<Item = &'a serde_json::Value>,
) -> HashMap<&'a str, Vec<&'a serde_json::Value>> {
    let mut told: HashMap<_, Vec<_>> = HashMap::new();
    for change in rows.flat_map(|row| row.as_array().into_iter().flatten()) {
        if let Some(id) = change["id"].as_str() {
            told.entry(id).or_default().push(change);
        }
    }
    told
}

/// The columns that changed after a version, from what a row went through; `None` when a change
/// between is not among it.
pub(crate) fn changed_after(
    changes: &[&serde_json::Value],
    expected: i32,
    current: i32,
) -> Option<Vec<String>> {
    let (mut versions, mut fields) = (0, BTreeSet::new());
    for change in changes {
        let version = change["version"]
            .as_i64()
            .and_then(|v| i32::try_from(v).ok());
        if version.is_some_and(|version| expected < version && version <= current) {
            versions += 1;
            let names = change["fields"].as_array().into_iter().flatten();
            fields.extend(names.filter_map(|name| name.as_str().map(str::to_owned)));
        }
    }
    (versions == current - expected).then(|| fields.into_iter().collect())
}

impl Change {
    /// Whether it made the row with this id.
    pub(crate) fn created(&self, id: Uuid) -> bool {
        self.is_creation && self.id == id
    }
}

/// Who did something, when, where, to what.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) at: DateTime<Utc>,
    pub(crate) actor: Option<Uuid>,
    pub(crate) client: Option<Uuid>,
    pub(crate) membership_id: Option<Uuid>,
    pub(crate) role: Option<Role>,
    pub(crate) system_reason: Option<&'static str>,
    pub(crate) request_id: String,
    pub(crate) place: Place,
    pub(crate) target: (&'static str, Uuid),
}

/// The audit row of a mutation.
pub(crate) fn audit(
    account: &Account,
    event: Event,
    changes: &[Change],
    id: Uuid,
) -> audit_event::ActiveModel {
    let listed: Vec<_> = changes
        .iter()
        .map(|change| {
            json!({
                "type": change.kind,
                "id": change.id,
                "version": change.version,
                "fields": change.fields,
                "state": change.state.map(hex::encode),
            })
        })
        .collect();
    let hash = |of: fn(&Change) -> &[u8; 32]| {
        let mut hash = Sha256::new();
        for change in changes {
            hash.update(of(change));
        }
        hex::encode(hash.finalize())
    };
    audit_event::ActiveModel {
        id: Set(id),
        at: Set(account.at),
        account_id: Set(account.actor),
        client_id: Set(account.client),
        membership_id: Set(account.membership_id),
        role: Set(account.role),
        system_reason: Set(account.system_reason.map(str::to_owned)),
        programme_id: Set(account.place.programme),
        municipality_id: Set(account.place.municipality),
        action: Set(word(event).to_owned()),
        target_type: Set(account.target.0.to_owned()),
        target_id: Set(account.target.1),
        changes: Set(listed.into()),
        before_hash: Set(hash(|change| &change.before)),
        after_hash: Set(hash(|change| &change.after)),
        request_id: Set(account.request_id.clone()),
        ..Default::default()
    }
}

/// The outbox row of a mutation.
pub(crate) fn outbox(account: &Account, event: Event, id: Uuid) -> outbox_event::ActiveModel {
    outbox_event::ActiveModel {
        id: Set(id),
        at: Set(account.at),
        kind: Set(word(event).to_owned()),
        audience: Set(word(event.audience()).to_owned()),
        programme_id: Set(account.place.programme),
        municipality_id: Set(account.place.municipality),
        target_type: Set(account.target.0.to_owned()),
        target_id: Set(account.target.1),
        ..Default::default()
    }
}
