//! Machine clients, their secrets, and tokens that were taken back.

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

const STATEMENTS: [&str; 7] = [
    "ALTER TABLE audit_event ADD COLUMN client_id UUID",
    "CREATE TABLE api_client (
        id UUID PRIMARY KEY,
        account_id UUID NOT NULL UNIQUE REFERENCES account (id),
        programme_id UUID NOT NULL REFERENCES programme (id),
        municipality_id UUID REFERENCES municipality (id),
        name TEXT NOT NULL,
        status TEXT NOT NULL,
        scopes JSON NOT NULL,
        origins JSON NOT NULL,
        public_key TEXT,
        created_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL
    )",
    "CREATE TABLE client_secret (
        id UUID PRIMARY KEY,
        client_id UUID NOT NULL REFERENCES api_client (id),
        programme_id UUID NOT NULL REFERENCES programme (id),
        municipality_id UUID REFERENCES municipality (id),
        digest BYTEA NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        expires_at TIMESTAMPTZ NOT NULL,
        revoked_at TIMESTAMPTZ,
        version INTEGER NOT NULL
    )",
    "CREATE TABLE spent_token (
        name TEXT PRIMARY KEY,
        expires_at TIMESTAMPTZ NOT NULL
    )",
    "CREATE INDEX api_client_at ON api_client (programme_id, municipality_id)",
    "CREATE INDEX client_secret_of ON client_secret (client_id)",
    "CREATE INDEX spent_token_end ON spent_token (expires_at)",
];
