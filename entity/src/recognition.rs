//! Decisions on recognition, and the recognition that follows from them.

use crate::column_enum;

column_enum! {
    /// What a decision rests on.
    DecisionBasis {
        /// The approval of the plan.
        PlanApproval,
        /// An evaluation of the results.
        Evaluation,
        /// The start of a municipal mandate.
        MandateStart,
    }
}

column_enum! {
    /// State of a recognition decision.
    DecisionStatus {
        /// Prepared by a programme manager; not decided.
        Prepared,
        /// Decided by the deciding body; not public.
        Decided,
        /// Public.
        Published,
    }
}

column_enum! {
    /// What was decided.
    DecisionOutcome {
        /// Recognition without conditions.
        Granted,
        /// Recognition with conditions to be met.
        Conditional,
        /// Put off until a date.
        Deferred,
        /// No recognition.
        NotGranted,
    }
}

column_enum! {
    /// State of a recognition.
    RecognitionStatus {
        /// In force.
        Active,
        /// In force, with conditions still to be met.
        Conditional,
        /// In force beyond its first end.
        Extended,
        /// Suspended by a programme manager until the deciding body decides.
        Suspended,
        /// Withdrawn by the deciding body.
        Withdrawn,
        /// Its last day has passed. Follows from the dates.
        Expired,
        /// Followed by a newer recognition.
        Renewed,
    }
}

column_enum! {
    /// State of a condition.
    ConditionStatus {
        /// To be met.
        Open,
        /// Reported as met by the coordinator.
        Submitted,
        /// Met, as the adviser accepts.
        Met,
        /// Not met.
        Failed,
        /// Not asked for any more.
        Waived,
    }
}

/// A decision on recognition.
pub mod decision {
    use super::{DecisionBasis, DecisionOutcome, DecisionStatus};
    use sea_orm::entity::prelude::*;

    /// One decision. Nothing but its publication changes once it is decided.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recognition_decision")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub cycle_id: Uuid,
        pub programme_version_id: Uuid,
        pub assessment_id: Uuid,
        pub plan_id: Uuid,
        pub basis: DecisionBasis,
        pub status: DecisionStatus,
        pub outcome: Option<DecisionOutcome>,
        pub is_public: bool,
        pub decided_on: Option<Date>,
        pub deciding_body: Option<String>,
        pub votes_for: Option<i32>,
        pub votes_against: Option<i32>,
        pub votes_abstained: Option<i32>,
        pub valid_from: Option<Date>,
        pub valid_until: Option<Date>,
        pub deferred_until: Option<Date>,
        pub public_reason: Option<String>,
        pub snapshot_hash: String,
        pub prepared_by: Option<Uuid>,
        pub decided_by: Option<Uuid>,
        pub published_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// How a decision judges one criterion.
pub mod criterion_judgement {
    use sea_orm::entity::prelude::*;

    /// One judgement.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "criterion_judgement")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub decision_id: Uuid,
        pub criterion_id: Uuid,
        pub ordinal: i32,
        pub is_met: bool,
        pub reason: Option<String>,
        pub created_at: DateTimeUtc,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A condition that a decision sets.
pub mod condition {
    use super::ConditionStatus;
    use sea_orm::entity::prelude::*;

    /// One condition.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recognition_condition")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub decision_id: Uuid,
        pub ordinal: i32,
        pub text: String,
        pub due_on: Option<Date>,
        pub status: ConditionStatus,
        pub note: Option<String>,
        pub submitted_by: Option<Uuid>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// The recognition of a municipality as child friendly.
pub mod recognition {
    use super::RecognitionStatus;
    use sea_orm::entity::prelude::*;

    /// One recognition; comes into being when its decision is published.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "recognition")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Uuid,
        pub decision_id: Uuid,
        pub cycle_id: Uuid,
        pub status: RecognitionStatus,
        pub valid_from: Date,
        pub valid_until: Date,
        pub extensions: i32,
        pub suspended_from: Option<RecognitionStatus>,
        pub suspended_by: Option<Uuid>,
        pub suspended_on: Option<Date>,
        pub reason: Option<String>,
        pub withdrawn_on: Option<Date>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
