//! Who made an invitation, which identity accepted it, and when it was ended. Of invitations from before
//! both are found by their moment: an invitation was written together with the first membership of its
//! account, an acceptance together with the identity.

use sea_orm_migration::prelude::*;

use crate::statements;

/// The migration; its name is the file's.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        statements::run(manager, &STATEMENTS).await
    }
}

const STATEMENTS: [&str; 5] = [
    "ALTER TABLE invitation ADD COLUMN invited_by UUID",
    "ALTER TABLE invitation ADD COLUMN identity_id UUID",
    "ALTER TABLE invitation ADD COLUMN ended_at TIMESTAMPTZ",
    "UPDATE invitation SET invited_by = (
        SELECT granted_by FROM membership
        WHERE membership.account_id = invitation.account_id
            AND membership.created_at = invitation.created_at
        ORDER BY membership.id LIMIT 1
    )",
    "UPDATE invitation SET identity_id = (
        SELECT identity.id FROM identity
        WHERE identity.account_id = invitation.account_id
            AND identity.created_at = invitation.accepted_at
        ORDER BY identity.id LIMIT 1
    )",
];
