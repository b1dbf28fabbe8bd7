//! Local governments, their way into a programme, the cycles they go through and the milestones
//! within.

use crate::column_enum;

column_enum! {
    /// Kind of local government. More values may be added.
    MunicipalityKind {
        /// A municipality.
        Municipality,
        /// A county.
        County,
        /// A borough.
        Borough,
        /// A unitary authority.
        Unitary,
        /// A body of several municipalities.
        Intermunicipal,
        /// The council of an island.
        IslandCouncil,
    }
}

column_enum! {
    /// State of a municipality's participation in a programme.
    ParticipationStatus {
        /// The agreement is not signed yet.
        Pending,
        /// Taking part.
        Active,
        /// Interrupted for a time.
        Paused,
        /// Over.
        Ended,
    }
}

column_enum! {
    /// State of a cycle.
    CycleStatus {
        /// Its first day is still to come. Follows from the dates.
        Planned,
        /// Under way.
        Active,
        /// Being evaluated.
        InEvaluation,
        /// Finished, with a published decision.
        Closed,
        /// Ended without a decision.
        Cancelled,
    }
}

column_enum! {
    /// State of a milestone in one cycle. Callers outside the municipality and the committee read
    /// `IN_PROGRESS` for `SUBMITTED` and `RETURNED`.
    MilestoneStatus {
        /// Not started.
        NotStarted,
        /// Being worked on.
        InProgress,
        /// Waiting for the adviser.
        Submitted,
        /// Sent back by the adviser with a reason.
        Returned,
        /// Accepted by the adviser.
        Completed,
        /// Not asked for in this cycle.
        Waived,
    }
}

/// A region of a country.
pub mod region {
    use crate::text::Translations;
    use sea_orm::entity::prelude::*;

    /// One region.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "region")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique)]
        pub code: String,
        pub name: Translations,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A local government.
pub mod municipality {
    use super::MunicipalityKind;
    use crate::text::Translations;
    use sea_orm::entity::prelude::*;

    /// One local government, past ones included.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "municipality")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique)]
        pub code: String,
        pub kind: MunicipalityKind,
        pub country_code: String,
        pub region_code: Option<String>,
        pub name: Translations,
        pub sort_name: String,
        pub valid_from: Option<Date>,
        pub valid_to: Option<Date>,
        pub successor_id: Option<Uuid>,
        pub population: Option<i32>,
        pub population_year: Option<i32>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A code of a municipality in some scheme.
pub mod municipality_code {
    use sea_orm::entity::prelude::*;

    /// One code.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "municipality_code")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub municipality_id: Uuid,
        pub scheme: String,
        pub code: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A name by which a municipality is found, folded for search.
pub mod municipality_name {
    use sea_orm::entity::prelude::*;

    /// One name in any language.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "municipality_name")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub municipality_id: Uuid,
        pub sort_name: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A published population figure.
pub mod population {
    use sea_orm::entity::prelude::*;

    /// The population of one municipality in one year and age band.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "population")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub municipality_id: Uuid,
        pub year: i32,
        pub age_band: Option<String>,
        pub count: i32,
        pub source: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A municipality in a programme.
pub mod participation {
    use super::ParticipationStatus;
    use sea_orm::entity::prelude::*;

    /// One participation.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "participation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub status: ParticipationStatus,
        pub joined_on: Date,
        pub agreement_signed_on: Option<Date>,
        pub ended_on: Option<Date>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// One round from assessment to recognition.
pub mod cycle {
    use super::CycleStatus;
    use sea_orm::entity::prelude::*;

    /// One cycle of a participation.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "cycle")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub participation_id: Uuid,
        pub programme_version_id: Uuid,
        pub ordinal: i32,
        pub status: CycleStatus,
        pub start_on: Date,
        pub planned_end_on: Date,
        pub ended_on: Option<Date>,
        pub cancellation_reason: Option<String>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// How far a cycle is with one milestone.
pub mod milestone_progress {
    use super::MilestoneStatus;
    use sea_orm::entity::prelude::*;

    /// One milestone of one cycle.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "milestone_progress")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub cycle_id: Uuid,
        pub milestone_id: Uuid,
        pub ordinal: i32,
        pub status: MilestoneStatus,
        pub due_on: Option<Date>,
        pub completed_on: Option<Date>,
        pub submitted_by: Option<Uuid>,
        pub return_reason: Option<String>,
        pub waiver_reason: Option<String>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
