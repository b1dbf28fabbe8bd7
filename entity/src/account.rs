//! Accounts of people and systems, what they may do where, and the key that signs their tokens.

use crate::column_enum;

column_enum! {
    /// What a caller may be in a programme. More values may be added.
    Role {
        /// Anyone, with or without a token.
        Public,
        /// The adult who works with the young people of a municipality.
        YouthRepresentative,
        /// A member of the steering group of a municipality.
        SteeringMember,
        /// The coordinator of a municipality.
        Coordinator,
        /// Decides for a municipality, such as its board.
        DecisionMaker,
        /// Carries out actions or answers indicators that were assigned.
        ResponsibleEntity,
        /// Advises and confirms for the committee, in the municipalities assigned.
        Adviser,
        /// Runs a programme for the committee.
        ProgrammeManager,
        /// A member of the body that decides on recognition.
        DecidingBody,
        /// A machine that acts for a municipality or a programme.
        ServiceAccount,
        /// Runs the system; sees no content and decides nothing.
        SystemAdministrator,
    }
}

column_enum! {
    /// State of an account.
    AccountStatus {
        /// Invited, has not signed in yet.
        Invited,
        /// In use.
        Active,
        /// Locked for a time; signs in no more.
        Locked,
        /// Closed.
        Deactivated,
        /// Its personal fields are gone; the id stays for the audit log.
        Erased,
    }
}

/// A person or a system that signs in.
pub mod account {
    use super::AccountStatus;
    use sea_orm::entity::prelude::*;

    /// One account. `name` and `email` are personal data.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: Option<String>,
        pub email: Option<String>,
        pub status: AccountStatus,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A role that an account holds somewhere.
pub mod membership {
    use super::Role;
    use sea_orm::entity::prelude::*;

    /// One membership. Without municipality it holds for the whole programme.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "membership")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub role: Role,
        pub programme_id: Option<Uuid>,
        pub municipality_id: Option<Uuid>,
        pub responsible_entity_id: Option<Uuid>,
        pub starts_at: DateTimeUtc,
        pub ends_at: Option<DateTimeUtc>,
        pub granted_by: Option<Uuid>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// Who an account is at an issuer of people's access tokens.
pub mod identity {
    use sea_orm::entity::prelude::*;

    /// One subject of one issuer, which stands for one account.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "identity")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub issuer: String,
        pub subject: String,
        pub created_at: DateTimeUtc,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// By which an invited person links an identity to the account.
pub mod invitation {
    use sea_orm::entity::prelude::*;

    /// One invitation. Its code is kept nowhere, only its digest.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "invitation")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub account_id: Uuid,
        pub digest: Vec<u8>,
        pub expires_at: DateTimeUtc,
        pub accepted_at: Option<DateTimeUtc>,
        pub invited_by: Option<Uuid>,
        pub identity_id: Option<Uuid>,
        pub ended_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
        pub version: i32,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// A key that signs access tokens.
pub mod signing_key {
    use sea_orm::entity::prelude::*;

    /// The private half of a key pair; never shown in debug output.
    #[derive(Clone, PartialEq, Eq, DeriveValueType)]
    pub struct PrivateKey(pub Vec<u8>);
    impl std::fmt::Debug for PrivateKey {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("PrivateKey(redacted)")
        }
    }

    /// One Ed25519 key pair.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "signing_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub private_pkcs8: PrivateKey,
        pub public_raw: Vec<u8>,
        pub created_at: DateTimeUtc,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
