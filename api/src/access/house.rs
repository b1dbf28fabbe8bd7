//! What all requests share: the connection, the catalogue, the clock, the source of ids, the keys.
//! The connection leaves this room only inside a read or a transaction.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use entity::{
    account::{AccountStatus, account, membership, signing_key},
    municipality::region,
    programme::{
        VersionStatus, criterion, framework, framework_element, indicator, level_descriptor,
        milestone, programme, programme_version, rating_level,
    },
};
use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectOptions, DatabaseConnection, DatabaseTransaction,
    DbBackend, EntityTrait, PaginatorTrait, QueryFilter, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use uuid::Uuid;

use super::{Actor, AuthenticationKeys, Errand, SigningKey, Viewer, lease::Lease};
use crate::{
    catalogue::{Catalogue, CatalogueRows, CurrentCatalogue},
    error::{Code, Failure},
    id::Id,
};

/// Where the time comes from.
pub(crate) type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;
/// Where random bytes come from.
pub(crate) type Entropy = Arc<dyn Fn(&mut [u8]) + Send + Sync>;
/// Is told of every statement that is run.
pub(crate) type StatementObserver = Arc<dyn Fn(&str) + Send + Sync>;

/// Where content is kept, and how carefully.
#[derive(Clone)]
pub(crate) struct Storage {
    /// `sqlite://…` or `postgres://…`.
    pub(crate) url: String,
    /// How many connections are kept at most; on `PostgreSQL` so many for reads and as many for
    /// writes.
    pub(crate) connections: u32,
    /// Whether a committed write survives a power cut. Only a demonstration does without.
    pub(crate) is_durable: bool,
}

impl Storage {
    fn options(&self) -> ConnectOptions {
        let mut options = ConnectOptions::new(self.url.as_str());
        let synchronous = if self.is_durable {
            SqliteSynchronous::Full
        } else {
            SqliteSynchronous::Off
        };
        options
            .max_connections(self.connections)
            .acquire_timeout(Duration::from_secs(1))
            .max_lifetime(Duration::from_mins(20))
            .test_before_acquire(false)
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(move |sqlite| {
                sqlite
                    .create_if_missing(true)
                    .foreign_keys(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(synchronous)
                    .busy_timeout(Duration::from_secs(5))
            })
            .map_sqlx_postgres_opts(|postgres| {
                postgres.application_name("cfc").options([
                    ("client_min_messages", "error"),
                    ("statement_timeout", "4000"),
                    ("lock_timeout", "2000"),
                    ("idle_in_transaction_session_timeout", "10000"),
                    // Statements are prepared once and few; to plan one takes longer than to run it.
                    ("plan_cache_mode", "force_generic_plan"),
                ])
            });
        options
    }

    /// Connections in which transactions begin. A future cancelled during BEGIN leaves one open
    /// on a pooled connection (sqlx 0.9.0); it must not swallow the writes of the next request.
    /// A BEGIN that never came to its end leaves `beginning` above zero for good, and every
    /// connection that comes back is rolled back from then on.
    fn writing(&self, beginning: &Arc<AtomicUsize>) -> ConnectOptions {
        let mut options = self.options();
        let beginning = Arc::clone(beginning);
        options.map_sqlx_postgres_pool_opts(move |pool| {
            let beginning = Arc::clone(&beginning);
            pool.after_release(move |connection, _| {
                let is_certain = beginning.load(Ordering::SeqCst) == 0;
                Box::pin(async move {
                    use sqlx::Executor;
                    if !is_certain {
                        connection.execute("ROLLBACK").await?;
                    }
                    Ok(true)
                })
            })
        });
        options
    }

    /// Connections in which none ever begins, so that nothing has to be ended after a read.
    /// SQLite shares one pool: there the ROLLBACK is not sent, and a read under a transaction that
    /// waits for a connection shows itself in the tests.
    fn reading(&self) -> Option<ConnectOptions> {
        (!self.url.starts_with("sqlite:")).then(|| self.options())
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that connects")]
async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, Failure> {
    Ok(sea_orm::Database::connect(options).await?)
}

#[cfg(test)]
impl Storage {
    /// A database that a test throws away.
    pub(crate) fn scratch(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            connections: 2,
            is_durable: false,
        }
    }
}

/// What all requests share.
pub(crate) struct House {
    reads: DatabaseConnection,
    observer: Option<StatementObserver>,
    writes: DatabaseConnection,
    /// How many transactions are being begun.
    beginning: Arc<AtomicUsize>,
    current: CurrentCatalogue,
    clock: Clock,
    entropy: Entropy,
    keys: AuthenticationKeys,
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
        let beginning = Arc::default();
        let mut writes = connect(storage.writing(&beginning)).await?;
        if let Some(observer) = observer.clone() {
            writes.set_metric_callback(move |statement| observer(&statement.statement.sql));
        }
        let reads = match storage.reading() {
            None => writes.clone(),
            Some(options) => {
                let mut reads = connect(options).await?;
                if let Some(observer) = observer.clone() {
                    reads.set_metric_callback(move |statement| observer(&statement.statement.sql));
                }
                reads
            }
        };
        Ok(Self {
            reads,
            observer,
            writes,
            beginning,
            current: CurrentCatalogue::default(),
            clock,
            entropy,
            keys: AuthenticationKeys::default(),
        })
    }

    /// Brings the tables up to date and makes a signing key if there is none.
    pub(crate) async fn migrate(&self) -> Result<(), Failure> {
        Migrator::up(&self.writes, None).await?;
        self.load_keys().await?;
        if self.keys.signing().is_some() {
            return Ok(());
        }
        let key = SigningKey::generate()?;
        let row = signing_key::ActiveModel {
            id: Set(self.new_id()),
            private_pkcs8: Set(signing_key::PrivateKey(key.pkcs8().to_vec())),
            public_raw: Set(key.public().to_vec()),
            created_at: Set(self.now()),
        };
        insert_key(&self.writes, row).await?;
        self.load_keys().await
    }

    /// Whether every migration has run.
    pub(crate) async fn is_migrated(&self) -> Result<bool, Failure> {
        Ok(Migrator::get_pending_migrations(&self.reads)
            .await?
            .is_empty())
    }

    /// Whether the database answers.
    pub(crate) async fn answers(&self) -> bool {
        self.reads.ping().await.is_ok()
    }

    /// Reads the signing keys.
    #[expect(clippy::disallowed_methods, reason = "keys have no viewer")]
    pub(crate) async fn load_keys(&self) -> Result<(), Failure> {
        self.keys
            .replace(signing_key::Entity::find().all(&self.reads).await?)
    }

    /// Reads what is published and puts it in force.
    #[expect(
        clippy::disallowed_methods,
        reason = "the catalogue is public and has no viewer"
    )]
    pub(crate) async fn refresh(&self) -> Result<(), Failure> {
        let db = &self.reads;
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
        let count = programme_version::Entity::find().count(&self.reads).await?;
        Ok(usize::try_from(count).is_ok_and(|count| count != known))
    }

    /// Who stands behind an `Authorization` header: nobody, or a verified account.
    pub(crate) async fn viewer(
        self: &Arc<Self>,
        authorization: Option<&str>,
        errand: Errand,
    ) -> Result<Viewer, Failure> {
        let Some(authorization) = authorization else {
            let house = Arc::clone(self);
            return Ok(Viewer::new(house, self.lease(), Actor::Anonymous, errand));
        };
        let account = self.keys.verify(authorization)?;
        self.person(account, errand).await
    }

    /// The viewer of an account that has signed in.
    #[expect(
        clippy::disallowed_methods,
        reason = "memberships are what a viewer is made of"
    )]
    pub(crate) async fn person(
        self: &Arc<Self>,
        id: Id<account::Entity>,
        errand: Errand,
    ) -> Result<Viewer, Failure> {
        let reads = self.lease();
        let rows = account::Entity::find_by_id(id.0)
            .find_also_related_memberships(&reads, self.now())
            .await?;
        let Some((account, memberships)) = rows else {
            return Err(Failure::unauthenticated());
        };
        if account.status != AccountStatus::Active {
            return Err(Failure::with(
                Code::Unauthenticated,
                "This account is not active.",
            ));
        }
        let actor = Actor::Account {
            id: account.id,
            memberships,
        };
        Ok(Viewer::new(Arc::clone(self), reads, actor, errand))
    }

    /// The system itself, for a reason that the audit log keeps.
    pub(crate) fn system(self: &Arc<Self>, reason: &'static str) -> Viewer {
        let errand = Errand {
            request_id: reason.to_owned(),
            locales: Vec::new(),
        };
        let actor = Actor::System(reason);
        Viewer::new(Arc::clone(self), self.lease(), actor, errand)
    }

    /// An access token for an account.
    pub(crate) fn token(
        &self,
        id: Id<account::Entity>,
        lifetime: chrono::TimeDelta,
    ) -> Result<String, Failure> {
        self.keys.issue(id, lifetime, self.new_id())
    }

    /// What one request reads with.
    fn lease(&self) -> Lease {
        Lease::new(&self.reads, self.observer.clone())
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.reads.get_database_backend()
    }

    /// Begins a transaction; on SQLite it takes the write lock at once, so that no read in it
    /// grows old before its write.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, Failure> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.beginning.fetch_add(1, Ordering::SeqCst);
        let begun = self.writes.begin_with_options(options).await;
        self.beginning.fetch_sub(1, Ordering::SeqCst);
        Ok(begun?)
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

    /// A new id, ordered by time.
    pub(crate) fn new_id(&self) -> Uuid {
        let mut random = [0; 10];
        (self.entropy)(&mut random);
        let millis = u64::try_from((self.clock)().timestamp_millis()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

#[expect(clippy::disallowed_methods, reason = "keys have no viewer")]
async fn insert_key(db: &DatabaseConnection, key: signing_key::ActiveModel) -> Result<(), Failure> {
    signing_key::Entity::insert(key)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// An account with its memberships in force, in one statement.
trait WithMemberships {
    async fn find_also_related_memberships(
        self,
        db: &Lease,
        now: DateTime<Utc>,
    ) -> Result<Option<(account::Model, Vec<membership::Model>)>, Failure>;
}

impl WithMemberships for sea_orm::Select<account::Entity> {
    async fn find_also_related_memberships(
        self,
        db: &Lease,
        now: DateTime<Utc>,
    ) -> Result<Option<(account::Model, Vec<membership::Model>)>, Failure> {
        use sea_orm::{Condition, JoinType, QuerySelect};
        let in_force = move || {
            Condition::all()
                .add(membership::Column::StartsAt.lte(now))
                .add(
                    Condition::any()
                        .add(membership::Column::EndsAt.is_null())
                        .add(membership::Column::EndsAt.gt(now)),
                )
        };
        let relation = account::Entity::belongs_to(membership::Entity)
            .from(account::Column::Id)
            .to(membership::Column::AccountId)
            .on_condition(move |_, _| in_force())
            .into();
        let joined = self
            .join(JoinType::LeftJoin, relation)
            .select_also(membership::Entity);
        let rows = joined.all(db).await?;
        let mut account = None;
        let mut memberships = Vec::new();
        for (row, membership) in rows {
            account = Some(row);
            memberships.extend(membership);
        }
        Ok(account.map(|account| (account, memberships)))
    }
}
