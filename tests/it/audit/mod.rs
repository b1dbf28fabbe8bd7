//! The audit log: sealed by a chain, append-only, read by role, and without anybody's words.

mod chain;
