//! Documents that were read before: what clients send again and again is parsed once. Two generations
//! of bounded size; what is asked for stays, what nobody asks for any more goes with the older one.
//! What a document came to takes about a hundred times the memory of its text, at the worst.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Bytes of the documents of one generation.
const GENERATION: usize = 64 * 1024;
/// Bytes of a document above which it is read each time.
const LENGTH: usize = 8 * 1024;
/// What a document counts at least, however short it is.
const LEAST: usize = 256;

/// What a document and the name of one of its operations came to.
pub(crate) struct Known<T>(Mutex<Generations<T>>);

type Key = (String, Option<String>);

struct Generations<T> {
    young: HashMap<Key, Arc<T>>,
    old: HashMap<Key, Arc<T>>,
    bytes: usize,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(Mutex::new(Generations {
            young: HashMap::new(),
            old: HashMap::new(),
            bytes: 0,
        }))
    }
}

impl<T> Known<T> {
    /// What a document came to before, or comes to now. A refusal is not kept.
    pub(crate) fn get_or<E>(
        &self,
        (text, name): Key,
        read: impl FnOnce(&str, Option<&str>) -> Result<T, E>,
    ) -> Result<Arc<T>, E> {
        if text.len() > LENGTH {
            return Ok(Arc::new(read(&text, name.as_deref())?));
        }
        let key = (text, name);
        if let Some(known) = self.find(&key) {
            return Ok(known);
        }
        let made = Arc::new(read(&key.0, key.1.as_deref())?);
        self.locked().add(key, Arc::clone(&made));
        Ok(made)
    }

    fn find(&self, key: &Key) -> Option<Arc<T>> {
        let mut kept = self.locked();
        if let Some(known) = kept.young.get(key) {
            return Some(Arc::clone(known));
        }
        let (key, known) = kept.old.remove_entry(key)?;
        kept.add(key, Arc::clone(&known));
        Some(known)
    }

    fn locked(&self) -> MutexGuard<'_, Generations<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Generations<T> {
    fn add(&mut self, key: Key, made: Arc<T>) {
        let bytes = key.0.len().max(LEAST);
        if self.bytes + bytes > GENERATION {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        self.bytes += bytes;
        self.young.insert(key, made);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> Key {
        (format!("{{ a{number} }}"), None)
    }

    /// Whether a document has to be read.
    fn is_read(known: &Known<usize>, key: Key) -> bool {
        let mut is_read = false;
        let read = |text: &str, _: Option<&str>| {
            is_read = true;
            Ok::<_, ()>(text.len())
        };
        let length = key.0.len();
        assert_eq!(known.get_or(key, read).as_deref(), Ok(&length));
        is_read
    }

    #[test]
    fn a_document_is_read_once_for_each_operation() {
        let known = Known::default();
        let named = |name: &str| {
            (
                "query A { a } query B { b }".to_owned(),
                Some(name.to_owned()),
            )
        };
        assert!(is_read(&known, named("A")));
        assert!(is_read(&known, named("B")));
        assert!(!is_read(&known, named("A")));
        let refused = known.get_or(key(0), |_, _| Err("no"));
        assert_eq!(refused, Err("no"));
        assert!(is_read(&known, key(0)));
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let known = Known::default();
        for number in 0..10 * GENERATION / LEAST {
            is_read(&known, key(number));
            assert_eq!(is_read(&known, ("{ often }".to_owned(), None)), number == 0);
        }
        assert!(is_read(&known, key(0)));
        for number in 0..100 {
            is_read(&known, (format!("{number:LENGTH$}"), None));
        }
        let kept = known.locked();
        let all = kept.young.keys().chain(kept.old.keys());
        let bytes: usize = all.map(|(text, _)| text.len()).sum();
        assert!((GENERATION..=2 * GENERATION).contains(&bytes), "{bytes}");
    }

    #[test]
    fn a_long_document_is_read_each_time() {
        let known = Known::default();
        for (length, is_kept) in [(LENGTH, true), (LENGTH + 1, false)] {
            assert!(is_read(&known, (" ".repeat(length), None)));
            assert_eq!(!is_read(&known, (" ".repeat(length), None)), is_kept);
        }
    }
}
