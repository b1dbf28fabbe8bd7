//! Programmes as data: versions with their rules, milestones and criteria; frameworks with their
//! elements, scales and indicators. Rows of a published version never change.

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

column_enum! {
    /// Shape of a framework. More values may be added.
    FrameworkKind {
        /// Indicators grouped under themes, rated on a scale.
        IndicatorSet,
        /// Badges, some mandatory, some chosen.
        BadgeSet,
        /// Outcomes and interventions placed in phases of maturity.
        MaturityMatrix,
        /// Principles with outcomes and reflective statements.
        OutcomesFramework,
    }
}

column_enum! {
    /// Kind of a framework element. More values may be added.
    ElementKind {
        /// A goal area.
        GoalArea,
        /// A theme that groups indicators.
        Theme,
        /// A principle.
        Principle,
        /// An outcome.
        Outcome,
        /// A core outcome below a principle.
        CoreOutcome,
        /// A subdomain of an outcome.
        Subdomain,
        /// A badge.
        Badge,
        /// An intervention.
        Intervention,
        /// A statement for reflection in a team.
        ReflectiveStatement,
        /// A criterion.
        Criterion,
    }
}

column_enum! {
    /// Whether a higher or a lower value is better.
    Direction {
        /// Higher is better.
        Up,
        /// Lower is better.
        Down,
        /// Neither.
        None,
    }
}

column_enum! {
    /// What kind of thing an indicator describes, in terms of results-based management.
    IndicatorKind {
        /// Structures and commitments in place.
        Structure,
        /// Efforts under way.
        Process,
        /// Structures and efforts rated together.
        StructureProcess,
        /// What an activity delivered.
        Output,
        /// What changed in children's lives.
        Outcome,
    }
}

column_enum! {
    /// How a value is read.
    Unit {
        /// A number of things or people.
        Count,
        /// A share of one hundred.
        Percent,
        /// A ratio of two numbers.
        Ratio,
        /// 0 for no, 1 for yes.
        Boolean,
        /// A level of a rating scale, a whole number.
        Level,
        /// An amount of money in the currency of the programme.
        Currency,
        /// Words; the numbers stay null.
        Text,
        /// An index without a unit.
        Index,
    }
}

column_enum! {
    /// The tier of government that answers for an indicator.
    Tier {
        /// The municipality.
        Local,
        /// A county or region.
        County,
        /// The state.
        National,
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

/// A framework that municipalities assess themselves against.
pub mod framework {
    use super::{Direction, FrameworkKind};
    use crate::text::Translations;
    use sea_orm::entity::prelude::*;

    /// One framework with its rating scale.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "framework")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub key: String,
        pub number: i32,
        pub kind: FrameworkKind,
        pub licence: String,
        pub source_note: String,
        pub scale_key: String,
        pub scale_direction: Direction,
        pub none_of_levels_name: Translations,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A node of the tree of a framework.
pub mod framework_element {
    use super::ElementKind;
    use crate::text::Translations;
    use sea_orm::entity::prelude::*;

    /// One element, such as a theme.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "framework_element")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub framework_id: Uuid,
        pub parent_id: Option<Uuid>,
        pub code: String,
        pub kind: ElementKind,
        pub ordinal: i32,
        pub name: Translations,
        pub is_mandatory: bool,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A level of the rating scale of a framework.
pub mod rating_level {
    use crate::text::Translations;
    use sea_orm::entity::prelude::*;

    /// One level.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rating_level")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub framework_id: Uuid,
        pub value: i32,
        pub name: Translations,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// What is measured.
pub mod indicator {
    use super::{IndicatorKind, Tier, Unit};
    use crate::text::{Numbers, Translations};
    use sea_orm::entity::prelude::*;

    /// One indicator of a framework.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "indicator")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub framework_id: Uuid,
        pub theme_id: Uuid,
        pub number: i32,
        pub code: String,
        pub name: Translations,
        pub kind: IndicatorKind,
        pub unit: Unit,
        pub responsible_tier: Tier,
        pub is_selectable_as_objective: bool,
        pub is_illustrative: bool,
        pub convention_articles: Numbers,
        pub source_note: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a level means for one indicator.
pub mod level_descriptor {
    use crate::text::Translations;
    use sea_orm::entity::prelude::*;

    /// One descriptor.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "level_descriptor")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub indicator_id: Uuid,
        pub level: i32,
        pub text: Translations,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
