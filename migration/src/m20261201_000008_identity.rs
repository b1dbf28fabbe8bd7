//! Who somebody is at an issuer, and the invitations by which people link that to their account.

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

const STATEMENTS: [&str; 6] = [
    "CREATE TABLE identity (
        id UUID PRIMARY KEY,
        account_id UUID NOT NULL REFERENCES account (id),
        issuer TEXT NOT NULL,
        subject TEXT NOT NULL,
        created_at TIMESTAMPTZ NOT NULL
    )",
    "CREATE TABLE invitation (
        id UUID PRIMARY KEY,
        account_id UUID NOT NULL REFERENCES account (id),
        digest BYTEA NOT NULL,
        expires_at TIMESTAMPTZ NOT NULL,
        accepted_at TIMESTAMPTZ,
        created_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL
    )",
    "CREATE UNIQUE INDEX identity_subject ON identity (issuer, subject)",
    "CREATE INDEX identity_of ON identity (account_id)",
    "CREATE UNIQUE INDEX invitation_digest ON invitation (digest)",
    "CREATE INDEX invitation_of ON invitation (account_id)",
];
