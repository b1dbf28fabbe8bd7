//! Finished parts of an answer: JSON text with the points of what it holds. They travel through the
//! executor as `Binary`, a kind of value that no type of the schema has.

use async_graphql::Value;

const POINTS: usize = size_of::<u64>();

/// A part that is finished.
pub(super) fn finished(mut text: Vec<u8>, points: u64) -> Value {
    text.extend_from_slice(&points.to_le_bytes());
    Value::Binary(text.into())
}

/// The text of a finished part, and its points.
fn parts(finished: &[u8]) -> (&[u8], u64) {
    match finished.split_last_chunk::<POINTS>() {
        Some((text, points)) => (text, u64::from_le_bytes(*points)),
        None => (finished, 0),
    }
}

/// How long a finished part is about.
pub(super) fn length(value: &Value) -> usize {
    match value {
        Value::Binary(finished) => finished.len(),
        Value::List(items) => items.iter().map(length).sum(),
        _ => 0,
    }
}

/// The points of a part, if it is finished.
pub(crate) fn points_of(value: &Value) -> Option<u64> {
    match value {
        Value::Binary(finished) => Some(parts(finished).1),
        _ => None,
    }
}

/// Writes a part of an answer as JSON.
pub(crate) fn write(value: &Value, text: &mut Vec<u8>) {
    match value {
        Value::Null => {
            null(text);
        }
        Value::Boolean(is) => text.extend_from_slice(if *is { b"true" } else { b"false" }),
        Value::Number(number) => leaf(number, text),
        Value::String(words) => leaf(words, text),
        Value::Enum(name) => leaf(name.as_str(), text),
        Value::Binary(finished) => text.extend_from_slice(parts(finished).0),
        Value::List(items) => list(items.iter(), text, write),
        Value::Object(fields) => {
            text.push(b'{');
            for (at, (key, inner)) in fields.iter().enumerate() {
                if at > 0 {
                    text.push(b',');
                }
                leaf(key.as_str(), text);
                text.push(b':');
                write(inner, text);
            }
            text.push(b'}');
        }
    }
}

/// Writes that there is nothing, which is worth nothing.
pub(super) fn null(text: &mut Vec<u8>) -> u64 {
    text.extend_from_slice(b"null");
    0
}

/// Writes what is a scalar.
pub(super) fn leaf(value: &(impl serde::Serialize + ?Sized), text: &mut Vec<u8>) {
    let begun = text.len();
    // Numbers and words can always be written, and a buffer takes everything.
    if serde_json::to_writer(&mut *text, value).is_err() {
        text.truncate(begun);
        null(text);
    }
}

/// Writes a list, each item as told.
pub(super) fn list<T>(
    items: impl Iterator<Item = T>,
    text: &mut Vec<u8>,
    mut write: impl FnMut(T, &mut Vec<u8>),
) {
    text.push(b'[');
    for (at, item) in items.enumerate() {
        if at > 0 {
            text.push(b',');
        }
        write(item, text);
    }
    text.push(b']');
}

/// The points of a value below a field: those of an object, or the most of any in a list. Nothing
/// where a part is not finished.
pub(super) fn most(value: &Value) -> Option<u64> {
    match value {
        Value::Object(_) => None,
        Value::List(items) => items
            .iter()
            .try_fold(0, |points, item| Some(most(item)?.max(points))),
        other => Some(points_of(other).unwrap_or_default()),
    }
}
