//! Which coordinates of the schema a document uses.

use std::collections::{BTreeSet, HashSet};

use apollo_compiler::{
    ExecutableDocument, Name,
    executable::{Operation, Selection, SelectionSet},
};

/// The coordinates that an operation of a valid document uses, without those of introspection.
pub(super) fn used(document: &ExecutableDocument, operation: &Operation) -> BTreeSet<String> {
    let mut walk = Walk {
        document,
        walked: HashSet::new(),
        used: BTreeSet::new(),
    };
    walk.set(&operation.selection_set);
    walk.used
}

/// A walk over a document in which each fragment is walked once.
struct Walk<'a> {
    document: &'a ExecutableDocument,
    walked: HashSet<&'a Name>,
    used: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    fn set(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            match selection {
                // What describes the schema itself is in no type of it.
                Selection::Field(field) if field.name.starts_with("__") => {}
                Selection::Field(field) => {
                    self.used.insert(format!("{}.{}", set.ty, field.name));
                    if let Some(below) = &field.selection_set {
                        self.set(below);
                    }
                }
                Selection::InlineFragment(inline) => self.set(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    let name = &spread.fragment_name;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.walked.insert(name)
                    {
                        self.set(&fragment.selection_set);
                    }
                }
            }
        }
    }
}
