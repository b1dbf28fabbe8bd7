//! Machine clients, what proves who they are, and tokens that were taken back.

use crate::column_enum;

column_enum! {
    /// State of a machine client.
    ClientStatus {
        /// In use.
        Active,
        /// Taken out of use for good: it gets no tokens, and those it has are refused.
        Revoked,
    }
}

/// A program that calls the API in its own name.
pub mod api_client {
    use super::ClientStatus;
    use crate::text::Words;
    use sea_orm::entity::prelude::*;

    /// One client. What it may do where is said by the membership of its account.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_client")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Option<Uuid>,
        pub name: String,
        pub status: ClientStatus,
        pub scopes: Words,
        pub origins: Words,
        pub public_key: Option<String>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a client proves itself with. The secret itself is kept nowhere.
pub mod client_secret {
    use sea_orm::entity::prelude::*;

    /// One secret of a client, as its digest.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "client_secret")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub client_id: Uuid,
        pub programme_id: Uuid,
        pub municipality_id: Option<Uuid>,
        pub digest: Vec<u8>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub expires_at: DateTimeUtc,
        pub revoked_at: Option<DateTimeUtc>,
        pub last_used_at: Option<DateTimeUtc>,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A token that is refused before its time, or an assertion that was used.
pub mod spent_token {
    use sea_orm::entity::prelude::*;

    /// One token by what names it, until it would have ended by itself.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "spent_token")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub expires_at: DateTimeUtc,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
