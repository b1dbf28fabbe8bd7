//! Under which terms a mutation is attempted: its idempotency key, and whether it is only checked.
//! `Attempt<I>` is the input `I` with these two fields added, so that no input declares them.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    Context, InputType, InputValueError, InputValueResult, Value,
    registry::{Deprecation, MetaInputValue, MetaType, Registry},
};
use sha2::{Digest, Sha256};

use crate::{
    access::{Asking, Viewer},
    error::Failure,
};

const KEY: &str = "idempotencyKey";
const VALIDATE_ONLY: &str = "validateOnly";
/// The longest idempotency key, in characters.
const KEY_MAX: usize = 255;

/// How a mutation is attempted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    /// The attempt as a retry recognises it.
    pub(crate) keyed: Option<Arc<Keyed>>,
    /// Everything is checked and nothing is stored.
    pub(crate) validate_only: bool,
}

/// An attempt under an idempotency key, as digests.
#[derive(Debug)]
pub(crate) struct Keyed {
    /// Of the actor, the client, the mutation and the key.
    pub(crate) scope: [u8; 32],
    /// Of the input.
    pub(crate) fingerprint: [u8; 32],
}

/// The input of a mutation and the terms under which it is sent.
#[derive(Debug)]
pub(crate) struct Attempt<I> {
    input: I,
    key: Option<String>,
    validate_only: bool,
    fingerprint: [u8; 32],
}

impl<I> Attempt<I> {
    /// The viewer who attempts it under these terms, and what is attempted.
    pub(crate) fn by(self, ctx: &Context<'_>) -> Result<(Viewer, I), Failure> {
        let viewer = ctx.viewer();
        let header = viewer.idempotency_key();
        let key = match (self.key.as_deref(), header) {
            (Some(key), Some(header)) if key != header => {
                let message = "The header Idempotency-Key and idempotencyKey differ: send one.";
                return Err(Failure::bad_input(message));
            }
            (key, header) => key.or(header),
        };
        if key.is_some_and(|key| !is_key(key)) {
            let message = "An idempotency key has 1 to 255 visible characters.";
            return Err(Failure::bad_input(message));
        }
        let keyed = key.filter(|_| !self.validate_only).map(|key| {
            Arc::new(Keyed {
                scope: scope(viewer, ctx.field().name(), key),
                fingerprint: self.fingerprint,
            })
        });
        let terms = Terms {
            keyed,
            validate_only: self.validate_only,
        };
        Ok((viewer.under(terms), self.input))
    }
}

/// Whether a text can be an idempotency key.
pub(crate) fn is_key(text: &str) -> bool {
    (1..=KEY_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn scope(viewer: &Viewer, mutation: &str, key: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    for id in [viewer.account_id(), viewer.client_id()] {
        hash.update(id.unwrap_or_default());
    }
    if let Some(identity) = viewer.unlinked() {
        part(&mut hash, &identity.issuer);
        part(&mut hash, &identity.subject);
    }
    part(&mut hash, mutation);
    hash.update(key);
    hash.finalize().into()
}

/// The digest of an input. Fields in any order, and null for absent, mean the same.
fn fingerprint(input: &Value) -> [u8; 32] {
    let mut hash = Sha256::new();
    feed(&mut hash, input);
    hash.finalize().into()
}

fn feed(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().filter(|(_, v)| **v != Value::Null).collect();
            fields.sort_by_key(|(name, _)| *name);
            hash.update(b"{");
            for (name, value) in fields {
                part(hash, name);
                feed(hash, value);
            }
            hash.update(b"}");
        }
        Value::List(items) => {
            hash.update(b"[");
            for item in items {
                feed(hash, item);
            }
            hash.update(b"]");
        }
        // A value of an enum is a name in the document and a string in the variables.
        Value::String(text) => leaf(hash, b'"', text),
        Value::Enum(name) => leaf(hash, b'"', name),
        Value::Number(number) => leaf(hash, b'#', &number.to_string()),
        Value::Boolean(flag) => leaf(hash, b'?', &flag.to_string()),
        Value::Binary(bytes) => hash.update(bytes),
        Value::Null => leaf(hash, b'-', ""),
    }
}

/// With its kind before it, so that a number is no text.
fn leaf(hash: &mut Sha256, kind: u8, text: &str) {
    hash.update([kind]);
    part(hash, text);
}

/// With its length before it, so that no two lists of parts read alike.
fn part(hash: &mut Sha256, text: &str) {
    hash.update(text.len().to_be_bytes());
    hash.update(text);
}

impl<I: InputType> InputType for Attempt<I> {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        I::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let name = I::create_type_info(registry);
        let input = registry.types.get_mut(I::type_name().as_ref());
        if let Some(MetaType::InputObject { input_fields, .. }) = input {
            let key = added(
                KEY,
                "String",
                None,
                "A key of your own making, 1 to 255 visible characters, such as a UUID: the same \
                 mutation with the same key and input takes effect once, and a retry within 35 \
                 days is answered like the first attempt, with `replayed: true`. Another input \
                 under the same key is `IDEMPOTENCY_KEY_REUSED`. A document with one mutation may \
                 send it as the header `Idempotency-Key` instead.",
            );
            let validate_only = added(
                VALIDATE_ONLY,
                "Boolean!",
                Some("false"),
                "Checks everything and stores nothing. Without user errors the same mutation \
                 would take effect now; the payload holds nothing else.",
            );
            for field in [key, validate_only] {
                input_fields.insert(field.name.clone(), field);
            }
        }
        name
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let Some(Value::Object(mut fields)) = value else {
            return Err(InputValueError::expected_type(value.unwrap_or_default()));
        };
        let key =
            Option::<String>::parse(fields.swap_remove(KEY)).map_err(InputValueError::propagate)?;
        let validate_only = Option::<bool>::parse(fields.swap_remove(VALIDATE_ONLY))
            .map_err(InputValueError::propagate)?;
        let input = Value::Object(fields);
        let fingerprint = fingerprint(&input);
        Ok(Self {
            input: I::parse(Some(input)).map_err(InputValueError::propagate)?,
            key,
            validate_only: validate_only.unwrap_or_default(),
            fingerprint,
        })
    }

    fn to_value(&self) -> Value {
        self.input.to_value()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

fn added(name: &str, ty: &str, default: Option<&str>, description: &str) -> MetaInputValue {
    MetaInputValue {
        name: name.to_owned(),
        description: Some(description.to_owned()),
        ty: ty.to_owned(),
        deprecation: Deprecation::NoDeprecated,
        default_value: default.map(str::to_owned),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        is_secret: false,
        directive_invocations: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{Name, value};

    use super::*;

    #[test]
    fn order_null_and_the_kind_of_text_do_not_matter() {
        let first = fingerprint(&value!({ "a": 1, "b": { "c": "LEVEL", "d": null } }));
        let mut second = value!({ "b": { "c": null }, "a": 1, "e": null });
        if let Value::Object(fields) = &mut second
            && let Some(Value::Object(inner)) = fields.get_mut("b")
        {
            inner.insert(Name::new("c"), Value::Enum(Name::new("LEVEL")));
        }
        let second = fingerprint(&second);
        assert_eq!(first, second);
    }

    /// Records that are kept know their input by this digest.
    #[test]
    fn the_digest_of_an_input_never_changes() {
        let input =
            value!({ "id": "mun_01h455vb4pex5vsknk084sn02q", "level": 3, "of": [1.5, true] });
        assert_eq!(
            hex::encode(fingerprint(&input)),
            "f152d54f07e8aa58be68ea5177d991dbcb603618cee045ad9c2fa85d132e5678"
        );
    }

    #[test]
    fn different_inputs_have_different_fingerprints() {
        let inputs = [
            value!({ "a": 1 }),
            value!({ "a": "1" }),
            value!({ "a": "#1" }),
            value!({ "a": [1] }),
            value!({ "a": [[1]] }),
            value!({ "a": { "b": "c" } }),
            value!({ "a": "b", "c": "" }),
            value!({ "a": ["b", "c"] }),
            value!({ "a": ["bc", ""] }),
            value!({ "a": true }),
            value!({ "a": "#true" }),
            value!({}),
        ];
        let digests: std::collections::HashSet<_> = inputs.iter().map(fingerprint).collect();
        assert_eq!(digests.len(), inputs.len());
    }

    #[test]
    fn a_key_is_short_and_visible() {
        assert!(is_key("8e03978e-40d5-43dd-bc93-6894a57f9324"));
        assert!(is_key(&"x".repeat(255)));
        for text in ["", "two words", "ä", "a\u{0}", &"x".repeat(256)] {
            assert!(!is_key(text), "{text:?}");
        }
    }
}
