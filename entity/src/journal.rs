//! What happened: the audit log and the outbox, whose rows are only ever added, and what keyed
//! mutations came to.

/// One act, as it is accounted for.
pub mod audit_event {
    use super::super::account::Role;
    use sea_orm::entity::prelude::*;

    /// One successful mutation. Holds ids and hashes, never text that people wrote. `sequence` is
    /// its place in the chain; `hash` is null in rows that are older than the chain.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_event")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub sequence: i64,
        pub id: Uuid,
        pub at: DateTimeUtc,
        pub account_id: Option<Uuid>,
        pub client_id: Option<Uuid>,
        pub membership_id: Option<Uuid>,
        pub role: Option<Role>,
        pub system_reason: Option<String>,
        pub programme_id: Option<Uuid>,
        pub municipality_id: Option<Uuid>,
        pub action: String,
        pub target_type: String,
        pub target_id: Uuid,
        pub changes: Json,
        pub before_hash: String,
        pub after_hash: String,
        pub request_id: String,
        pub hash: Option<String>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// Where the chain of the audit log ends.
pub mod chain_head {
    use sea_orm::entity::prelude::*;

    /// The one row: the last place and its hash, and what there was before the chain began.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "chain_head")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub sequence: i64,
        pub hash: String,
        pub begins_after: i64,
        pub unsealed: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// One event on its way to feeds and webhooks.
pub mod outbox_event {
    use sea_orm::entity::prelude::*;

    /// One event: type, ids and time, no content.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "outbox_event")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub sequence: i64,
        pub id: Uuid,
        pub at: DateTimeUtc,
        pub kind: String,
        pub audience: String,
        pub programme_id: Option<Uuid>,
        pub municipality_id: Option<Uuid>,
        pub target_type: String,
        pub target_id: Uuid,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a keyed mutation came to.
pub mod idempotency_record {
    use sea_orm::entity::prelude::*;

    /// One mutation that was sent with an idempotency key. Neither the key nor the input is kept,
    /// only digests of them.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "idempotency_record")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub scope: String,
        pub fingerprint: String,
        pub account_id: Option<Uuid>,
        pub at: DateTimeUtc,
        pub subject_type: Option<String>,
        pub subject_id: Option<Uuid>,
        pub refusal: Option<Json>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
