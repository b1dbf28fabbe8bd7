//! What all requests share: the database, the catalogue, the clock, the source of ids, the keys.
//! A connection leaves this room only inside a read or a transaction.

use std::{
    collections::HashSet,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    account::signing_key,
    client::{ClientStatus, api_client},
    municipality::region,
    programme::{
        VersionStatus, criterion, framework, framework_element, indicator, level_descriptor,
        milestone, programme, programme_version, rating_level,
    },
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
};
use uuid::Uuid;

use super::{
    Actor, AuthenticationKeys, Errand, SigningKey, StatementObserver, Storage, Viewer,
    database::Database, token::Grant, transaction::Transaction,
};
use crate::{
    catalogue::{Catalogue, CatalogueRows, CurrentCatalogue},
    error::Failure,
    issuer::Issuers,
};

/// Where the time comes from.
pub(crate) type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;
/// Where the random part of ids comes from.
pub(crate) type Entropy = Arc<dyn Fn(&mut [u8]) + Send + Sync>;
/// What all requests share.
pub(crate) struct House {
    storage: Storage,
    database: Database,
    current: CurrentCatalogue,
    clock: Clock,
    entropy: Entropy,
    keys: AuthenticationKeys,
    /// Held from a read of what is kept in memory until it is in force, so that an earlier read
    /// never replaces a later one.
    refreshing: tokio::sync::Mutex<()>,
    origins: RwLock<HashSet<String>>,
    issuers: Issuers,
}

impl fmt::Debug for House {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("House")
    }
}

impl House {
    /// Opens the database. Reads nothing yet.
    pub(crate) async fn open(
        storage: &Storage,
        clock: Clock,
        entropy: Entropy,
        observer: Option<StatementObserver>,
    ) -> Result<Self, Failure> {
        Ok(Self {
            storage: storage.clone(),
            database: Database::open(storage, observer).await?,
            current: CurrentCatalogue::default(),
            clock,
            entropy,
            keys: AuthenticationKeys::default(),
            refreshing: tokio::sync::Mutex::default(),
            origins: RwLock::default(),
            issuers: Issuers::default(),
        })
    }

    /// The same house, open to people of these issuers.
    pub(crate) fn trusting(self, issuers: Issuers) -> Self {
        Self { issuers, ..self }
    }

    /// Where people sign in.
    pub(crate) fn issuers(&self) -> &Issuers {
        &self.issuers
    }

    /// Makes a new signing key. Servers read it within seconds, and sign with it soon after.
    pub(crate) async fn add_key(&self) -> Result<(), Failure> {
        let tx = self.begin().await?;
        insert_key(&tx, self.new_key()?).await?;
        tx.commit().await?;
        self.load_keys().await
    }

    /// A signing key that is not stored yet.
    pub(super) fn new_key(&self) -> Result<signing_key::ActiveModel, Failure> {
        Ok(SigningKey::generate()?.row(self.new_id(), self.now()))
    }

    /// Where content is kept.
    pub(super) fn storage(&self) -> &Storage {
        &self.storage
    }

    /// Closes the connections, and with them a database file: all of it is in the file then.
    pub(crate) async fn close(&self) -> Result<(), Failure> {
        Ok(self.database.pool().close_by_ref().await?)
    }

    /// Whether the database answers.
    pub(crate) async fn answers(&self) -> bool {
        self.database.answers().await
    }

    /// The pools of connections: what each is for, how many are open, how many nobody uses.
    pub(crate) fn pools(&self) -> Vec<(&'static str, u32, u32)> {
        self.database.pools()
    }

    /// Reads the signing keys.
    #[expect(clippy::disallowed_methods, reason = "keys have no viewer")]
    pub(crate) async fn load_keys(&self) -> Result<(), Failure> {
        let _turn = self.refreshing.lock().await;
        self.keys.replace(
            signing_key::Entity::find()
                .all(&self.database.lease())
                .await?,
        )
    }

    /// Reads the origins of web pages that call in the name of a client.
    #[expect(
        clippy::disallowed_methods,
        reason = "a browser asks for them before anybody signs in"
    )]
    pub(crate) async fn load_origins(&self) -> Result<(), Failure> {
        let _turn = self.refreshing.lock().await;
        let clients = api_client::Entity::find()
            .filter(api_client::Column::Status.eq(ClientStatus::Active))
            .all(&self.database.lease())
            .await?;
        let origins = clients.into_iter().flat_map(|client| client.origins.0);
        *self.origins.write().unwrap_or_else(PoisonError::into_inner) = origins.collect();
        Ok(())
    }

    /// Whether pages of an origin may call in the name of a client.
    pub(crate) fn allows_origin(&self, origin: &str) -> bool {
        let origins = self.origins.read().unwrap_or_else(PoisonError::into_inner);
        origins.contains(origin)
    }

    /// Reads what is published and puts it in force.
    #[expect(
        clippy::disallowed_methods,
        reason = "the catalogue is public and has no viewer"
    )]
    pub(crate) async fn refresh(&self) -> Result<(), Failure> {
        let _turn = self.refreshing.lock().await;
        let db = &self.database.lease();
        let readable = [VersionStatus::Published, VersionStatus::Retired];
        let rows = CatalogueRows {
            programmes: programme::Entity::find().all(db).await?,
            versions: programme_version::Entity::find()
                .filter(programme_version::Column::Status.is_in(readable))
                .all(db)
                .await?,
            milestones: milestone::Entity::find().all(db).await?,
            criteria: criterion::Entity::find().all(db).await?,
            frameworks: framework::Entity::find().all(db).await?,
            elements: framework_element::Entity::find().all(db).await?,
            levels: rating_level::Entity::find().all(db).await?,
            indicators: indicator::Entity::find().all(db).await?,
            descriptors: level_descriptor::Entity::find().all(db).await?,
            regions: region::Entity::find().all(db).await?,
        };
        self.current.set(Catalogue::new(rows));
        Ok(())
    }

    /// Whether more versions are published than the catalogue in force knows.
    #[expect(
        clippy::disallowed_methods,
        reason = "the catalogue is public and has no viewer"
    )]
    pub(crate) async fn is_outdated(&self) -> Result<bool, Failure> {
        let known: usize = self
            .catalogue()
            .programmes
            .iter()
            .map(|p| p.versions.len())
            .sum();
        let count = programme_version::Entity::find()
            .count(&self.database.lease())
            .await?;
        Ok(usize::try_from(count).is_ok_and(|count| count != known))
    }

    /// The system itself, for a reason that the audit log keeps.
    pub(crate) fn system(self: &Arc<Self>, reason: &'static str) -> Viewer {
        let errand = Errand {
            request_id: reason.to_owned(),
            ..Errand::default()
        };
        let actor = Actor::System(reason);
        Viewer::new(Arc::clone(self), self.database.lease(), actor, errand)
    }

    /// An access token.
    pub(crate) fn token(&self, grant: Grant, lifetime: TimeDelta) -> Result<String, Failure> {
        self.keys
            .issue(grant, lifetime, (self.new_id(), self.now()))
    }

    /// The keys that verify tokens.
    pub(crate) fn keys(&self) -> &AuthenticationKeys {
        &self.keys
    }

    pub(super) fn database(&self) -> &Database {
        &self.database
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.database.backend()
    }

    pub(super) async fn begin(&self) -> Result<Transaction, Failure> {
        self.database.begin().await
    }

    /// The catalogue in force.
    pub(crate) fn catalogue(&self) -> Arc<Catalogue> {
        self.current.get()
    }

    /// The time, to the millisecond, as both databases keep it.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let now = (self.clock)();
        DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
    }

    /// Random bytes for a secret: those of the system, wherever ids come from.
    pub(crate) fn random() -> Result<[u8; 32], Failure> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(Failure::internal)?;
        Ok(random)
    }

    /// A new id, ordered by time.
    pub(crate) fn new_id(&self) -> Uuid {
        let mut random = [0; 10];
        (self.entropy)(&mut random);
        let millis = u64::try_from((self.clock)().timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

/// Stores a signing key.
#[expect(clippy::disallowed_methods, reason = "keys have no viewer")]
pub(super) async fn insert_key(
    db: &impl ConnectionTrait,
    key: signing_key::ActiveModel,
) -> Result<(), DbErr> {
    let insert = signing_key::Entity::insert(key);
    insert.exec_without_returning(db).await.map(|_| ())
}
