//! Action plans: objectives, actions, who carries them out, and what is measured.
//!
//! Amounts are stored as millionths in whole numbers, the same on both databases.

use crate::column_enum;

column_enum! {
    /// State of an action plan.
    PlanStatus {
        /// Being written.
        Draft,
        /// Being read inside the municipality.
        LocalReview,
        /// Adopted by the municipality.
        Adopted,
        /// Waiting for the committee.
        Submitted,
        /// The adviser proposes approval; a programme manager has to confirm.
        ApprovalProposed,
        /// Sent back with a reason; is written, reviewed and adopted anew.
        Returned,
        /// Approved; its first day is still to come.
        Approved,
        /// Approved and running. Follows from the dates.
        InForce,
        /// The coordinator proposes completion; the adviser has to accept.
        CompletionProposed,
        /// Carried out.
        Completed,
        /// Replaced by a newer version.
        Superseded,
    }
}

column_enum! {
    /// Where an objective comes from.
    ObjectiveOrigin {
        /// From an indicator with a low level.
        Indicator,
        /// From children themselves.
        Children,
        /// Chosen freely.
        Free,
        /// From a badge.
        Badge,
        /// Continued from an earlier plan.
        CarriedOver,
    }
}

column_enum! {
    /// State of an action. Whether it is overdue follows from its due date.
    ActionStatus {
        /// Not begun.
        Planned,
        /// Being carried out.
        InProgress,
        /// Interrupted.
        OnHold,
        /// Done.
        Completed,
        /// Given up, with a reason.
        Cancelled,
    }
}

column_enum! {
    /// How exactly a date is known. The date itself is the last day of the period.
    DatePrecision {
        /// To the day.
        Day,
        /// To the month.
        Month,
        /// To the season.
        Season,
        /// To the year.
        Year,
        /// Not at all: it goes on, and there is no date. Of actions only.
        Ongoing,
    }
}

column_enum! {
    /// A season of the year.
    Season {
        /// Spring.
        Spring,
        /// Summer.
        Summer,
        /// Autumn.
        Autumn,
        /// Winter.
        Winter,
    }
}

column_enum! {
    /// Whom or what a number counts.
    Counts {
        /// Children; small numbers are suppressed outside the municipality and the committee.
        Children,
        /// Adults.
        Adults,
        /// Things, not people.
        NotPeople,
    }
}

column_enum! {
    /// Kind of responsible entity.
    ResponsibleEntityKind {
        /// A department of the municipality.
        Department,
        /// A county or region.
        County,
        /// A non-governmental organisation.
        Ngo,
        /// A school.
        School,
        /// A working group.
        Group,
    }
}

/// Who carries something out in a municipality.
pub mod responsible_entity {
    use super::ResponsibleEntityKind;
    use sea_orm::entity::prelude::*;

    /// One responsible entity.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "responsible_entity")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub name: String,
        pub sort_name: String,
        pub name_key: String,
        pub kind: ResponsibleEntityKind,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A plan of one cycle.
pub mod plan {
    use super::PlanStatus;
    use sea_orm::entity::prelude::*;

    /// One action plan.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "action_plan")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub cycle_id: Uuid,
        pub programme_version_id: Uuid,
        pub number: i32,
        pub status: PlanStatus,
        pub vision: Option<String>,
        pub period_from: Date,
        pub period_to: Date,
        pub adoption_body: Option<String>,
        pub adopted_on: Option<Date>,
        pub adoption_reference: Option<String>,
        pub is_adoption_recorded: Option<bool>,
        pub were_children_heard: Option<bool>,
        pub adopted_by: Option<Uuid>,
        pub submitted_by: Option<Uuid>,
        pub proposed_by: Option<Uuid>,
        pub confirmed_by: Option<Uuid>,
        pub completion_proposed_by: Option<Uuid>,
        pub return_reason: Option<String>,
        pub is_frozen: bool,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a plan wants to reach.
pub mod objective {
    use super::ObjectiveOrigin;
    use crate::assessment::Answer;
    use sea_orm::entity::prelude::*;

    /// One objective of a plan.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "objective")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub plan_id: Uuid,
        pub ordinal: i32,
        pub origin: ObjectiveOrigin,
        pub title: String,
        pub indicator_id: Option<Uuid>,
        pub theme_id: Option<Uuid>,
        pub baseline_answer: Option<Answer>,
        pub baseline_level: Option<i32>,
        pub target_level: Option<i32>,
        pub target_on: Option<Date>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// What is done for an objective.
pub mod action {
    use super::{ActionStatus, DatePrecision, Season};
    use sea_orm::entity::prelude::*;

    /// One action.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "action")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub plan_id: Uuid,
        pub objective_id: Uuid,
        pub ordinal: i32,
        pub title: String,
        pub description: Option<String>,
        pub responsible_entity_id: Option<Uuid>,
        pub start_on: Option<Date>,
        pub due_on: Option<Date>,
        pub due_on_precision: Option<DatePrecision>,
        pub due_season: Option<Season>,
        pub due_outside_reason: Option<String>,
        pub status: ActionStatus,
        pub cancellation_reason: Option<String>,
        pub completed_on: Option<Date>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// How the progress of an action is measured.
pub mod action_indicator {
    use super::Counts;
    use crate::programme::Unit;
    use sea_orm::entity::prelude::*;

    /// One action indicator. `baseline` and `target` are millionths.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "action_indicator")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub plan_id: Uuid,
        pub action_id: Uuid,
        pub ordinal: i32,
        pub label: String,
        pub unit: Unit,
        pub counts: Counts,
        pub is_baseline_known: bool,
        pub baseline: Option<i64>,
        pub baseline_on: Option<Date>,
        pub target: Option<i64>,
        pub target_text: Option<String>,
        pub target_on: Option<Date>,
        pub target_on_precision: Option<super::DatePrecision>,
        pub target_season: Option<super::Season>,
        pub means_of_verification: Option<String>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A reading of an action indicator. Rows are only ever added.
pub mod measurement {
    use sea_orm::entity::prelude::*;

    /// One measurement; a correction names the one it supersedes. Numbers are millionths.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "measurement")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub plan_id: Uuid,
        pub action_indicator_id: Uuid,
        pub value: Option<i64>,
        pub numerator: Option<i64>,
        pub denominator: Option<i64>,
        pub text: Option<String>,
        pub measured_on: Date,
        pub method: Option<String>,
        pub supersedes_id: Option<Uuid>,
        pub correction_reason: Option<String>,
        pub entered_by: Option<Uuid>,
        pub created_at: DateTimeUtc,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
