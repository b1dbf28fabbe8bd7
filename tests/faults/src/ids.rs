//! Ids as clients make and read them: a prefix and a UUID in base 32.

use uuid::{Builder, Uuid};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The id of a kind of row with this key.
pub(crate) fn text(prefix: &str, key: Uuid) -> String {
    let bits = key.as_u128();
    let digit = |at: u32| ALPHABET.get((bits >> (at * 5) & 31) as usize).copied();
    let digits = (0..26).rev().filter_map(digit).map(char::from);
    format!("{prefix}_{}", digits.collect::<String>())
}

/// The key that an id names.
pub(crate) fn key(id: &str) -> Option<Uuid> {
    let (_, digits) = id.split_once('_')?;
    let mut bits: u128 = 0;
    for digit in digits.bytes() {
        let value = ALPHABET.iter().position(|known| *known == digit)?;
        bits = bits << 5 | value as u128;
    }
    Some(Uuid::from_u128(bits))
}

/// A key of a client's own making.
pub(crate) fn made(millis: u64, dice: &mut fastrand::Rng) -> Uuid {
    let random: [u8; 10] = std::array::from_fn(|_| dice.u8(..));
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}
