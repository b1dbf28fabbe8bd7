//! Frameworks as data: elements, scales and indicators. Rows of a framework that a published
//! version uses never change.

use crate::column_enum;

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
        pub threshold: i32,
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
