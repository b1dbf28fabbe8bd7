//! The code of an invitation, and for how long it holds.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::account::invitation;
use sea_orm::ActiveValue::Set;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    access::{House, Viewer},
    error::Failure,
};

/// For how long an invitation can be accepted.
const LIFETIME: TimeDelta = TimeDelta::days(14);
/// What every code starts with, so that people see what they have before them.
const PREFIX: &str = "cfc_inv_";

/// The code of an invitation as it is shown once.
#[derive(Clone)]
pub(crate) struct Code(String);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Code(redacted)")
    }
}

impl Code {
    /// The text, for whoever invites.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it. It is long and random, so that a plain hash cannot be reversed.
    pub(super) fn digest(text: &str) -> Vec<u8> {
        Sha256::digest(text.trim().as_bytes()).to_vec()
    }
}

/// A new invitation to an account.
pub(super) fn new(
    viewer: &Viewer,
    account: Uuid,
) -> Result<(invitation::ActiveModel, Code), Failure> {
    let random = URL_SAFE_NO_PAD.encode(House::random()?);
    let code = Code(format!("{PREFIX}{random}"));
    let row = invitation::ActiveModel {
        id: Set(viewer.new_id()),
        account_id: Set(account),
        digest: Set(Code::digest(code.reveal())),
        expires_at: Set(viewer.now() + LIFETIME),
        accepted_at: Set(None),
        invited_by: Set(viewer.account_id()),
        identity_id: Set(None),
        ended_at: Set(None),
        created_at: Set(viewer.now()),
        updated_at: Set(viewer.now()),
        version: Set(1),
    };
    Ok((row, code))
}

/// Whether an invitation can be accepted at a moment.
pub(super) fn is_open(row: &invitation::Model, now: DateTime<Utc>) -> bool {
    stands(row) && row.accepted_at.is_none() && row.expires_at > now
}

/// Whether an invitation was not ended. An account has one that stands at most.
pub(super) fn stands(row: &invitation::Model) -> bool {
    row.ended_at.is_none()
}
