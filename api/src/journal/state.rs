//! PURE: the state of a row, a hash that the audit log keeps of each row that an act wrote, and that
//! can be computed again from the row as it stands.

use sea_orm::{IdenStatic, Iterable, ModelTrait};
use sha2::{Digest, Sha256};

use super::chain;
use crate::access::Row;

/// What a row says, as a hash.
pub(crate) type State = [u8; 32];

/// Columns with personal data, by type: neither their value nor a hash of it may outlive an erasure.
pub(crate) const PERSONAL: [(&str, &str); 3] = [
    ("Account", "email"),
    ("Account", "name"),
    ("Identity", "subject"),
];

/// Columns that are written without a word in the audit log, by type.
pub(crate) const UNRECORDED: [(&str, &str); 3] = [
    ("ActionPlan", "is_frozen"),
    ("Assessment", "is_frozen"),
    ("ClientSecret", "last_used_at"),
];

pub(super) fn is_personal(kind: &str, column: &str) -> bool {
    PERSONAL.contains(&(kind, column))
}

/// Whether the state of a row tells of a column.
pub(crate) fn compared(kind: &str, column: &str) -> bool {
    !is_personal(kind, column) && !UNRECORDED.contains(&(kind, column))
}

/// The state of a row. A column without a value adds nothing, so that states of before stay as they
/// are when a column comes that is null in the rows that were there.
pub(crate) fn state<E: Row>(row: &E::Model) -> State {
    let mut columns: Vec<_> = E::Column::iter()
        .filter(|column| compared(E::TYPE, column.as_str()))
        .collect();
    columns.sort_unstable_by_key(IdenStatic::as_str);
    let mut hash = Sha256::new();
    for column in columns {
        chain::tell(&mut hash, column.as_str(), &row.get(column));
    }
    hash.finalize().into()
}
