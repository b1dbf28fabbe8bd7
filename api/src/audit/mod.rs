//! The audit log: what is read of it, by whom, and how it is verified.

mod check;
mod verify;

pub use self::verify::Verified;
pub(crate) use self::verify::verify;
