//! PURE: whether a row stands as the audit log recorded it, and what is said where it does not.

use std::fmt;

use uuid::Uuid;

use super::recorded::{Entry, Last};
use crate::{access::Audited, id, journal::State};

/// How a row stands: not at all, in a way that cannot be read, or in a state.
pub(super) type Stands = Option<Option<State>>;

/// Whether a row may stand so, by what the log says of it; nothing where it never told of it.
pub(super) fn is_as_told(told: Option<Last>, stands: Stands) -> bool {
    match (told, stands) {
        (Some(Last::Untold), _) | (None | Some(Last::Removed), None) => true,
        (Some(Last::Written(state)), Some(found)) => found == Some(state),
        (Some(Last::Written(_)), None) | (None | Some(Last::Removed), Some(_)) => false,
    }
}

/// A row that does not stand as the log recorded it.
#[derive(Debug)]
pub(super) struct Finding {
    /// Its table.
    pub(super) table: Audited,
    /// Its id.
    pub(super) id: Uuid,
    /// What the log says of it.
    pub(super) told: Option<Entry>,
    /// How it stands.
    pub(super) stands: Stands,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.table.kind;
        write!(f, "{kind} {} ", id::text(self.table.prefix, self.id))?;
        let Some(told) = &self.told else {
            return f.write_str("is there, and the log never told of it.");
        };
        let number = told.sequence;
        match (told.last, self.stands) {
            (Last::Removed, _) => {
                write!(
                    f,
                    "is there; row {number} of the log says that it was removed."
                )
            }
            (_, None) => write!(f, "is gone; row {number} of the log tells of it last."),
            (_, Some(None)) => write!(
                f,
                "cannot be read; row {number} of the log tells of it last."
            ),
            (_, Some(Some(_))) => write!(f, "is not as row {number} of the log recorded it."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_stands_as_told_or_not() {
        let (one, other) = ([1; 32], [2; 32]);
        let written = Some(Last::Written(one));
        for (told, stands, is_right) in [
            (written, Some(Some(one)), true),
            (written, Some(Some(other)), false),
            (written, Some(None), false),
            (written, None, false),
            (Some(Last::Removed), None, true),
            (Some(Last::Removed), Some(Some(one)), false),
            (Some(Last::Removed), Some(None), false),
            (Some(Last::Untold), Some(Some(one)), true),
            (Some(Last::Untold), None, true),
            (None, None, true),
            (None, Some(Some(one)), false),
            (None, Some(None), false),
        ] {
            assert_eq!(is_as_told(told, stands), is_right, "{told:?} {stands:?}");
        }
    }
}
