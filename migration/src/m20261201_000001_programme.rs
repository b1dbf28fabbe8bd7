//! Programmes, frameworks, municipalities and accounts.

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

const STATEMENTS: [&str; 45] = [
    "CREATE TABLE programme (
        id UUID PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        country_code TEXT NOT NULL,
        name JSON NOT NULL,
        owner_organisation TEXT NOT NULL,
        locales JSON NOT NULL,
        time_zone TEXT NOT NULL,
        currency TEXT NOT NULL,
        is_demonstration BOOLEAN NOT NULL,
        created_at TIMESTAMPTZ NOT NULL
    )",
    "CREATE TABLE framework (
        id UUID PRIMARY KEY,
        programme_id UUID NOT NULL REFERENCES programme,
        key TEXT NOT NULL,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        licence TEXT NOT NULL,
        source_note TEXT NOT NULL,
        scale_key TEXT NOT NULL,
        scale_direction TEXT NOT NULL,
        none_of_levels_name JSON NOT NULL
    )",
    "CREATE TABLE programme_version (
        id UUID PRIMARY KEY,
        programme_id UUID NOT NULL REFERENCES programme,
        framework_id UUID NOT NULL REFERENCES framework,
        number INTEGER NOT NULL,
        status TEXT NOT NULL,
        valid_from DATE NOT NULL,
        duty TEXT NOT NULL,
        local_decision TEXT NOT NULL,
        draft_visibility TEXT NOT NULL,
        publishes_refusals BOOLEAN NOT NULL,
        minimum_cell INTEGER NOT NULL,
        label_timing TEXT NOT NULL,
        validity_months JSON NOT NULL,
        cycle_months JSON NOT NULL,
        extensions_max INTEGER NOT NULL,
        indicator_objectives_min INTEGER NOT NULL,
        indicator_objectives_max INTEGER NOT NULL,
        children_objectives INTEGER NOT NULL,
        free_objectives_max INTEGER NOT NULL,
        is_every_theme_covered BOOLEAN NOT NULL,
        baseline_level_max INTEGER NOT NULL,
        target_level_min INTEGER NOT NULL,
        is_county_indicator_allowed BOOLEAN NOT NULL,
        content_hash TEXT NOT NULL,
        published_at TIMESTAMPTZ NOT NULL
    )",
    "CREATE TABLE milestone (
        id UUID PRIMARY KEY,
        programme_version_id UUID NOT NULL REFERENCES programme_version,
        code TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        name JSON NOT NULL,
        prerequisites JSON NOT NULL,
        gate TEXT NOT NULL,
        due_months JSON NOT NULL
    )",
    "CREATE TABLE criterion (
        id UUID PRIMARY KEY,
        programme_version_id UUID NOT NULL REFERENCES programme_version,
        code TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        name JSON NOT NULL,
        text JSON NOT NULL,
        is_illustrative BOOLEAN NOT NULL
    )",
    "CREATE TABLE framework_element (
        id UUID PRIMARY KEY,
        framework_id UUID NOT NULL REFERENCES framework,
        parent_id UUID REFERENCES framework_element,
        code TEXT NOT NULL,
        kind TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        name JSON NOT NULL,
        is_mandatory BOOLEAN NOT NULL
    )",
    "CREATE TABLE rating_level (
        id UUID PRIMARY KEY,
        framework_id UUID NOT NULL REFERENCES framework,
        value INTEGER NOT NULL,
        name JSON NOT NULL
    )",
    "CREATE TABLE indicator (
        id UUID PRIMARY KEY,
        framework_id UUID NOT NULL REFERENCES framework,
        theme_id UUID NOT NULL REFERENCES framework_element,
        number INTEGER NOT NULL,
        code TEXT NOT NULL,
        name JSON NOT NULL,
        kind TEXT NOT NULL,
        unit TEXT NOT NULL,
        responsible_tier TEXT NOT NULL,
        is_selectable_as_objective BOOLEAN NOT NULL,
        is_illustrative BOOLEAN NOT NULL,
        convention_articles JSON NOT NULL,
        source_note TEXT NOT NULL
    )",
    "CREATE TABLE level_descriptor (
        id UUID PRIMARY KEY,
        indicator_id UUID NOT NULL REFERENCES indicator,
        level INTEGER NOT NULL,
        text JSON NOT NULL
    )",
    "CREATE TABLE region (
        id UUID PRIMARY KEY,
        code TEXT NOT NULL UNIQUE,
        name JSON NOT NULL
    )",
    "CREATE TABLE municipality (
        id UUID PRIMARY KEY,
        code TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        country_code TEXT NOT NULL,
        region_code TEXT,
        name JSON NOT NULL,
        sort_name SORTED NOT NULL,
        valid_from DATE,
        valid_to DATE,
        successor_id UUID REFERENCES municipality,
        population INTEGER,
        population_year INTEGER,
        created_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL
    )",
    "CREATE TABLE municipality_code (
        id UUID PRIMARY KEY,
        municipality_id UUID NOT NULL REFERENCES municipality,
        scheme TEXT NOT NULL,
        code TEXT NOT NULL
    )",
    "CREATE TABLE municipality_name (
        id UUID PRIMARY KEY,
        municipality_id UUID NOT NULL REFERENCES municipality,
        sort_name SORTED NOT NULL
    )",
    "CREATE TABLE population (
        id UUID PRIMARY KEY,
        municipality_id UUID NOT NULL REFERENCES municipality,
        year INTEGER NOT NULL,
        age_band TEXT,
        count INTEGER NOT NULL,
        source TEXT NOT NULL
    )",
    "CREATE TABLE participation (
        id UUID PRIMARY KEY,
        programme_id UUID NOT NULL REFERENCES programme,
        municipality_id UUID NOT NULL REFERENCES municipality,
        status TEXT NOT NULL,
        joined_on DATE NOT NULL,
        agreement_signed_on DATE,
        ended_on DATE,
        created_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL
    )",
    "CREATE TABLE cycle (
        id UUID PRIMARY KEY,
        programme_id UUID NOT NULL REFERENCES programme,
        municipality_id UUID NOT NULL REFERENCES municipality,
        participation_id UUID NOT NULL REFERENCES participation,
        programme_version_id UUID NOT NULL REFERENCES programme_version,
        ordinal INTEGER NOT NULL,
        status TEXT NOT NULL,
        start_on DATE NOT NULL,
        planned_end_on DATE NOT NULL,
        ended_on DATE,
        cancellation_reason TEXT,
        created_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL
    )",
    "CREATE TABLE milestone_progress (
        id UUID PRIMARY KEY,
        programme_id UUID NOT NULL REFERENCES programme,
        municipality_id UUID NOT NULL REFERENCES municipality,
        cycle_id UUID NOT NULL REFERENCES cycle,
        milestone_id UUID NOT NULL REFERENCES milestone,
        ordinal INTEGER NOT NULL,
        status TEXT NOT NULL,
        due_on DATE,
        completed_on DATE,
        submitted_by UUID,
        return_reason TEXT,
        waiver_reason TEXT,
        created_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL
    )",
    "CREATE TABLE account (
        id UUID PRIMARY KEY,
        name TEXT,
        email TEXT,
        status TEXT NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL
    )",
    "CREATE TABLE membership (
        id UUID PRIMARY KEY,
        account_id UUID NOT NULL REFERENCES account,
        role TEXT NOT NULL,
        programme_id UUID REFERENCES programme,
        municipality_id UUID REFERENCES municipality,
        responsible_entity_id UUID,
        starts_at TIMESTAMPTZ NOT NULL,
        ends_at TIMESTAMPTZ,
        granted_by UUID,
        created_at TIMESTAMPTZ NOT NULL,
        updated_at TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL
    )",
    "CREATE TABLE signing_key (
        id UUID PRIMARY KEY,
        private_pkcs8 BYTEA NOT NULL,
        public_raw BYTEA NOT NULL,
        created_at TIMESTAMPTZ NOT NULL
    )",
    "CREATE UNIQUE INDEX programme_version_number ON programme_version (programme_id, number)",
    "CREATE UNIQUE INDEX milestone_code ON milestone (programme_version_id, code)",
    "CREATE UNIQUE INDEX criterion_code ON criterion (programme_version_id, code)",
    "CREATE UNIQUE INDEX framework_number ON framework (programme_id, key, number)",
    "CREATE UNIQUE INDEX framework_element_code ON framework_element (framework_id, code)",
    "CREATE UNIQUE INDEX rating_level_value ON rating_level (framework_id, value)",
    "CREATE UNIQUE INDEX indicator_number ON indicator (framework_id, number)",
    "CREATE UNIQUE INDEX level_descriptor_level ON level_descriptor (indicator_id, level)",
    "CREATE INDEX municipality_by_name ON municipality (sort_name, id)",
    "CREATE INDEX municipality_by_region ON municipality (region_code, sort_name, id)",
    "CREATE INDEX municipality_by_population ON municipality (population, id)",
    "CREATE UNIQUE INDEX municipality_code_scheme ON municipality_code (municipality_id, scheme)",
    "CREATE INDEX municipality_code_lookup ON municipality_code (code)",
    "CREATE INDEX municipality_name_search ON municipality_name (sort_name, municipality_id)",
    "CREATE INDEX municipality_name_owner ON municipality_name (municipality_id)",
    "CREATE INDEX population_of ON population (municipality_id, year)",
    "CREATE UNIQUE INDEX participation_place ON participation (programme_id, municipality_id)",
    "CREATE INDEX participation_of ON participation (municipality_id)",
    "CREATE UNIQUE INDEX cycle_ordinal ON cycle (participation_id, ordinal)",
    "CREATE UNIQUE INDEX cycle_open ON cycle (participation_id) WHERE status IN ('ACTIVE', 'IN_EVALUATION')",
    "CREATE INDEX cycle_of ON cycle (municipality_id, start_on)",
    "CREATE UNIQUE INDEX milestone_progress_milestone ON milestone_progress (cycle_id, milestone_id)",
    "CREATE INDEX milestone_progress_status ON milestone_progress (milestone_id, status, cycle_id)",
    "CREATE INDEX membership_of ON membership (account_id)",
    "CREATE INDEX membership_at ON membership (programme_id, municipality_id)",
];
