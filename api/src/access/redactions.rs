//! What an answer leaves out because of who asks: counted per field, told once in its `extensions`.
//! The class of a field decides, before any value is looked at, so that a redaction says nothing of
//! whether there is a value.

use std::sync::{Mutex, PoisonError};

use async_graphql::{Name, Value, indexmap::IndexMap};

use super::{Field, Place, Viewer};
use crate::workflow::word;

/// The fields that were hidden in one request. Takes no memory before the first.
#[derive(Debug, Default)]
pub(super) struct Redactions(Mutex<Vec<Redaction>>);

/// One field that was hidden; at most one entry for each field of the tables.
#[derive(Clone, Copy, Debug)]
struct Redaction {
    field: Field,
    /// In some row a role is held that reads the field, and the token is not for it.
    is_for_scope: bool,
    count: u32,
}

impl Redactions {
    fn note(&self, field: Field, is_for_scope: bool) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match noted
            .iter_mut()
            .find(|known| known.field.coordinate == field.coordinate)
        {
            Some(known) => {
                known.count = known.count.saturating_add(1);
                known.is_for_scope |= is_for_scope;
            }
            None => noted.push(Redaction {
                field,
                is_for_scope,
                count: 1,
            }),
        }
    }
}

impl Redaction {
    fn told(self) -> Value {
        let words = |words: Vec<&'static str>| {
            Value::List(words.into_iter().map(Value::from).collect::<Vec<_>>())
        };
        let reason = if self.is_for_scope { "SCOPE" } else { "ROLE" };
        let roles = self.field.class.roles().iter().map(|role| word(*role));
        let entry: IndexMap<Name, Value> = [
            ("coordinate", Value::from(self.field.coordinate)),
            ("reason", Value::from(reason)),
            (
                "requiredScopes",
                words(self.field.scope().into_iter().collect()),
            ),
            ("requiredRoles", words(roles.collect())),
            ("count", Value::from(self.count)),
        ]
        .into_iter()
        .map(|(name, value)| (Name::new(name), value))
        .collect();
        Value::Object(entry)
    }
}

impl Viewer {
    /// Notes that a field was hidden at these places of one row.
    pub(super) fn redact(&self, field: Field, places: impl IntoIterator<Item = Place>) {
        let is_for_scope = places
            .into_iter()
            .any(|place| self.lacks_scope_alone(field.class, place));
        self.0.redactions.note(field, is_for_scope);
    }

    /// What was hidden so far, in order of coordinate; none if nothing was.
    pub(crate) fn redactions(&self) -> Option<Value> {
        let noted = &self.0.redactions.0;
        let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if noted.is_empty() {
            return None;
        }
        noted.sort_by_key(|redaction| redaction.field.coordinate);
        let told = noted.into_iter().map(Redaction::told);
        Some(Value::List(told.collect()))
    }
}

#[cfg(test)]
mod tests {
    use entity::account::Role;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::access::{Class, Resource, TokenScopes, field, scratch::Scratch};

    const HERE: Uuid = Uuid::from_u128(1);
    const ELSEWHERE: Uuid = Uuid::from_u128(2);

    /// What stood against a coordinator of `HERE` reading a field of a class at a place.
    async fn against(class: Class, place: Place, scopes: &[&str]) -> serde_json::Value {
        let scratch = Scratch::new(&format!("redactions-{class:?}-{}", scopes.len())).await;
        let scopes = TokenScopes::of(scopes.iter().copied()).unwrap();
        let seat = (HERE, Some(HERE));
        let viewer = scratch.somebody(Role::Coordinator, seat, scopes).await;
        viewer.redact(field("Municipality.name", class), [place]);
        let told = viewer.redactions().unwrap().into_json().unwrap();
        told[0]["reason"].clone()
    }

    #[tokio::test]
    async fn a_scope_is_named_only_where_it_alone_is_missing() {
        let at = |programme, municipality| {
            Place::local(Resource::Municipalities, programme, municipality)
        };
        for (class, place, without_scope) in [
            (Class::Municipality, at(HERE, HERE), "SCOPE"),
            (Class::Municipality, at(HERE, ELSEWHERE), "ROLE"),
            (Class::Municipality, at(ELSEWHERE, HERE), "ROLE"),
            (Class::Confidential, at(HERE, HERE), "ROLE"),
            (Class::Network, at(HERE, ELSEWHERE), "SCOPE"),
            (Class::Network, at(ELSEWHERE, HERE), "ROLE"),
        ] {
            let told = against(class, place, &["plans:read"]).await;
            assert_eq!(told, json!(without_scope), "{class:?} {place:?}");
            let told = against(class, place, &["plans:read", "municipalities:read"]).await;
            assert_eq!(told, json!("ROLE"), "{class:?} {place:?}");
        }
    }
}
