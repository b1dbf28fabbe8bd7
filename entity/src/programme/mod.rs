//! Programmes as data: versions with their rules, milestones and criteria. Rows of a published
//! version never change.

mod frameworks;

pub use self::frameworks::{
    Direction, ElementKind, FrameworkKind, IndicatorKind, Tier, Unit, framework, framework_element,
    indicator, level_descriptor, rating_level,
};
use crate::column_enum;

column_enum! {
    /// State of a programme version. More values may be added.
    VersionStatus {
        /// Being written.
        Draft,
        /// Being checked by a second person.
        InReview,
        /// In use; its content never changes again.
        Published,
        /// No longer used for new cycles; stays readable.
        Retired,
    }
}

column_enum! {
    /// How strictly duties are kept apart in a programme.
    Duty {
        /// Nobody takes part in two steps of one procedure.
        Strict,
        /// A step and its confirmation need two people, who may both know the municipality.
        TwoPerson,
    }
}

column_enum! {
    /// How the decision of a municipal body reaches the system.
    LocalDecision {
        /// A decision-maker of the municipality adopts with an account of their own.
        ByAccount,
        /// The coordinator records body, date and reference of the decision.
        RecordedDecision,
    }
}

column_enum! {
    /// Who sees work of a municipality before it is submitted.
    DraftVisibility {
        /// The municipality, its adviser and the programme managers.
        Committee,
        /// The municipality alone.
        MunicipalityOnly,
    }
}

column_enum! {
    /// When a programme grants recognition.
    LabelTiming {
        /// When the action plan is approved.
        AtPlanApproval,
        /// After the results were evaluated.
        AfterEvaluation,
        /// At the start of a municipal mandate.
        AtMandateStart,
    }
}

column_enum! {
    /// What must be true before a milestone can be submitted.
    MilestoneGate {
        /// Nothing beyond the milestones that come before it.
        None,
        /// A confirmed baseline assessment.
        ConfirmedBaseline,
        /// An approved action plan.
        ApprovedPlan,
    }
}

/// A national child friendly cities programme.
pub mod programme {
    use crate::text::{Translations, Words};
    use sea_orm::entity::prelude::*;

    /// One programme.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "programme")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        #[sea_orm(unique)]
        pub key: String,
        pub country_code: String,
        pub name: Translations,
        pub owner_organisation: String,
        pub locales: Words,
        pub time_zone: String,
        pub currency: String,
        pub is_demonstration: bool,
        pub created_at: DateTimeUtc,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A version of a programme: its settings and gates in force.
pub mod programme_version {
    use super::{DraftVisibility, Duty, LabelTiming, LocalDecision, VersionStatus};
    use crate::text::Numbers;
    use sea_orm::entity::prelude::*;

    /// One version.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "programme_version")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub framework_id: Uuid,
        pub number: i32,
        pub status: VersionStatus,
        pub valid_from: Date,
        pub duty: Duty,
        pub local_decision: LocalDecision,
        pub draft_visibility: DraftVisibility,
        pub publishes_refusals: bool,
        pub minimum_cell: i32,
        pub label_timing: LabelTiming,
        pub validity_months: Numbers,
        pub cycle_months: Numbers,
        pub extensions_max: i32,
        pub indicator_objectives_min: i32,
        pub indicator_objectives_max: i32,
        pub children_objectives: i32,
        pub free_objectives_max: i32,
        pub is_every_theme_covered: bool,
        pub baseline_level_max: i32,
        pub target_level_min: i32,
        pub is_county_indicator_allowed: bool,
        pub content_hash: String,
        pub published_at: DateTimeUtc,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A step that every cycle goes through.
pub mod milestone {
    use super::MilestoneGate;
    use crate::text::{Numbers, Translations, Words};
    use sea_orm::entity::prelude::*;

    /// One milestone of a programme version.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "milestone")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_version_id: Uuid,
        pub code: String,
        pub ordinal: i32,
        pub name: Translations,
        pub prerequisites: Words,
        pub gate: MilestoneGate,
        pub due_months: Numbers,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// What recognition is judged by.
pub mod criterion {
    use crate::text::Translations;
    use sea_orm::entity::prelude::*;

    /// One recognition criterion of a programme version.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "criterion")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_version_id: Uuid,
        pub code: String,
        pub ordinal: i32,
        pub name: Translations,
        pub text: Translations,
        pub is_illustrative: bool,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
