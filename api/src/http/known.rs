//! Documents that were read before: what clients send again and again is parsed once. Two generations
//! of bounded size; what is asked for stays, what nobody asks for any more goes with the older one.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The most documents of one generation.
const DOCUMENTS: usize = 64;
/// Bytes of a document above which it is read each time, so that what is kept stays small.
const LENGTH: usize = 8 * 1024;

/// What a document and the name of one of its operations came to.
pub(crate) struct Known<T>(Mutex<Generations<T>>);

type Key = (String, Option<String>);

struct Generations<T> {
    young: HashMap<Key, Arc<T>>,
    old: HashMap<Key, Arc<T>>,
}

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(Mutex::new(Generations {
            young: HashMap::new(),
            old: HashMap::new(),
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
        let key = (text, name);
        if let Some(known) = self.find(&key) {
            return Ok(known);
        }
        let made = Arc::new(read(&key.0, key.1.as_deref())?);
        if key.0.len() <= LENGTH {
            self.keep(key, Arc::clone(&made));
        }
        Ok(made)
    }

    fn find(&self, key: &Key) -> Option<Arc<T>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept.young.get(key) {
            return Some(Arc::clone(known));
        }
        let (key, known) = kept.old.remove_entry(key)?;
        kept.add(key, Arc::clone(&known));
        Some(known)
    }

    fn keep(&self, key: Key, made: Arc<T>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.add(key, made);
    }
}

impl<T> Generations<T> {
    fn add(&mut self, key: Key, made: Arc<T>) {
        if self.young.len() >= DOCUMENTS {
            self.old = std::mem::take(&mut self.young);
        }
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
        for number in 0..10 * DOCUMENTS {
            is_read(&known, key(number));
            assert_eq!(is_read(&known, ("{ often }".to_owned(), None)), number == 0);
        }
        assert!(is_read(&known, key(0)));
        let kept = known.0.lock().unwrap();
        assert!(kept.young.len() + kept.old.len() <= 2 * DOCUMENTS);
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
