//! Self-assessments against a framework and the answers they hold.

use crate::column_enum;

column_enum! {
    /// Kind of assessment.
    AssessmentKind {
        /// The first of a cycle, which the plan builds on.
        Baseline,
        /// An update between the fixed points.
        Update,
        /// Half way through the cycle.
        Midterm,
        /// At the end of the cycle.
        Final,
        /// By people outside the municipality.
        Independent,
        /// Led by children; the coordinator does not edit its answers.
        ChildLed,
    }
}

column_enum! {
    /// State of an assessment.
    AssessmentStatus {
        /// Answers can be given.
        Open,
        /// Waiting for the adviser.
        Submitted,
        /// Sent back by the adviser with a reason; answers can be changed again.
        Returned,
        /// Accepted by the adviser; never changes again.
        Confirmed,
        /// Replaced by a newer confirmed assessment of the same kind and cycle.
        Superseded,
    }
}

column_enum! {
    /// State of one answer.
    ItemStatus {
        /// No answer, no comment, nobody assigned.
        NotStarted,
        /// A comment or an assignee, but no answer.
        InProgress,
        /// A level, or none of the levels.
        Answered,
        /// Does not apply here.
        NotApplicable,
    }
}

column_enum! {
    /// What was answered.
    Answer {
        /// A level of the scale, given in `level`.
        Level,
        /// None of the levels describes the municipality.
        NoneOfLevels,
        /// The indicator does not apply; the reason says why.
        NotApplicable,
    }
}

/// A self-assessment of one cycle.
pub mod assessment {
    use super::{AssessmentKind, AssessmentStatus};
    use sea_orm::entity::prelude::*;

    /// One assessment.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "assessment")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub cycle_id: Uuid,
        pub programme_version_id: Uuid,
        pub kind: AssessmentKind,
        pub status: AssessmentStatus,
        pub as_of: Date,
        pub submitted_by: Option<Uuid>,
        pub submitted_at: Option<DateTimeUtc>,
        pub confirmed_by: Option<Uuid>,
        pub confirmed_at: Option<DateTimeUtc>,
        pub return_reason: Option<String>,
        pub is_frozen: bool,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// The answer to one indicator.
pub mod assessment_item {
    use super::{Answer, ItemStatus};
    use sea_orm::entity::prelude::*;

    /// One item; exactly one per indicator of the assessment's framework.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "assessment_item")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub assessment_id: Uuid,
        pub indicator_id: Uuid,
        /// Copied from the indicator, which never changes, so that averages need no join.
        pub theme_id: Uuid,
        pub ordinal: i32,
        pub status: ItemStatus,
        pub answer: Option<Answer>,
        pub level: Option<i32>,
        pub not_applicable_reason: Option<String>,
        pub comment: Option<String>,
        pub assignee_id: Option<Uuid>,
        pub previous_assessment_id: Option<Uuid>,
        pub previous_answer: Option<Answer>,
        pub previous_level: Option<i32>,
        pub answered_at: Option<DateTimeUtc>,
        pub answered_by: Option<Uuid>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
