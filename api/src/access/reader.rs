//! Batched reads of one request. The reader owns its viewer, so that no batch mixes callers.
//!
//! Children are loaded by aggregate root, not by immediate parent: round trips are bounded by the
//! number of aggregates in a query, never by rows or depth.

use std::{
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_graphql::dataloader::{DataLoader, Loader};
use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, Condition, FromQueryResult, Order, sea_query::Expr};
use uuid::Uuid;

use super::{ChildOf, Scope, Viewer};
use crate::{error::Failure, id::Id};

/// The batched reads of one request.
#[derive(Clone)]
pub(crate) struct Reader {
    loader: Arc<DataLoader<Batch>>,
    asked: Arc<AtomicUsize>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

struct Batch(Viewer);

/// Waits until the resolvers of a request ask for nothing more. The executor walks a long list in
/// several turns; a batch sent between two of them would be two, and statements would grow with
/// rows. Two quiet turns mean that every resolver waits.
async fn settled(asked: &AtomicUsize) {
    let mut quiet = 0;
    while quiet < 2 {
        let before = asked.load(Ordering::Relaxed);
        tokio::task::yield_now().await;
        quiet = if asked.load(Ordering::Relaxed) == before {
            quiet + 1
        } else {
            0
        };
    }
}

/// What a resolver asks of its request.
pub(crate) trait Asking {
    /// Who is asking.
    fn viewer(&self) -> &Viewer;
    /// The batched reads.
    fn reader(&self) -> &Reader;
}

impl Asking for async_graphql::Context<'_> {
    fn viewer(&self) -> &Viewer {
        &self.reader().loader.loader().0
    }
    fn reader(&self) -> &Reader {
        self.data_unchecked::<Reader>()
    }
}

impl Reader {
    /// A reader for this viewer.
    #[expect(
        clippy::disallowed_methods,
        reason = "batches of a request that is itself spawned"
    )]
    pub(crate) fn new(viewer: Viewer) -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&asked);
        let spawn = move |batch: BoxFuture<'static, ()>| {
            let asked = Arc::clone(&seen);
            tokio::spawn(async move {
                settled(&asked).await;
                batch.await;
            })
        };
        let loader = DataLoader::new(Batch(viewer), spawn).delay(Duration::ZERO);
        Self {
            loader: Arc::new(loader),
            asked,
        }
    }

    /// The loader, once it is noted that something more was asked.
    fn ask(&self) -> &DataLoader<Batch> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        &self.loader
    }

    /// The row with this id, if it exists for the viewer.
    pub(crate) async fn one<E: Scope>(&self, id: Id<E>) -> Result<Option<Arc<E::Model>>, Failure>
    where
        E::Model: Sync,
    {
        self.ask().load_one(id).await
    }

    /// The rows with these ids, those that exist for the viewer.
    pub(crate) async fn many<E: Scope>(
        &self,
        ids: Vec<Id<E>>,
    ) -> Result<HashMap<Id<E>, Arc<E::Model>>, Failure>
    where
        E::Model: Sync,
    {
        self.ask().load_many(ids).await
    }

    /// The children of a row that the read door has returned, in order.
    pub(crate) async fn children<P: Scope, C: ChildOf<P>>(
        &self,
        parent: Uuid,
    ) -> Result<Rows<C>, Failure>
    where
        C::Model: Sync,
    {
        let rows = self.ask().load_one(Children::<P, C>::of(parent)).await?;
        Ok(rows.unwrap_or_else(|| Arc::new([])))
    }

    /// The child that `pick` chooses among the children of a row.
    pub(crate) async fn latest<Q: Pick>(
        &self,
        pick: Q,
        parent: Uuid,
    ) -> Result<Option<Arc<<Q::Entity as sea_orm::EntityTrait>::Model>>, Failure>
    where
        <Q::Entity as sea_orm::EntityTrait>::Model: Sync,
    {
        self.ask().load_one(Latest { pick, parent }).await
    }

    /// Numbers over the children of a row that the read door has returned.
    pub(crate) async fn tally<T: Tallied>(&self, parent: Uuid) -> Result<Arc<[T]>, Failure> {
        let rows = self.ask().load_one(Tally::<T>(parent, PhantomData)).await?;
        Ok(rows.unwrap_or_else(|| Arc::new([])))
    }
}

/// Rows of one parent, shared by all who asked.
pub(crate) type Rows<C> = Arc<[Arc<<C as sea_orm::EntityTrait>::Model>]>;

#[async_graphql::async_trait::async_trait]
impl<E: Scope> Loader<Id<E>> for Batch
where
    E::Model: Sync,
{
    type Value = Arc<E::Model>;
    type Error = Failure;

    async fn load(&self, keys: &[Id<E>]) -> Result<HashMap<Id<E>, Self::Value>, Failure> {
        let rows = self
            .0
            .find::<E>()
            .filter(E::ID.is_in(keys.iter().map(|k| k.0)))
            .all()
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| (Id::new(E::key(&row)), Arc::new(row)))
            .collect())
    }
}

/// The children `C` of one root `P`.
pub(crate) struct Children<P, C>(Uuid, PhantomData<fn() -> (P, C)>);

impl<P, C> Children<P, C> {
    const fn of(parent: Uuid) -> Self {
        Self(parent, PhantomData)
    }
}
impl<P, C> Clone for Children<P, C> {
    fn clone(&self) -> Self {
        Self::of(self.0)
    }
}
impl<P, C> PartialEq for Children<P, C> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<P, C> Eq for Children<P, C> {}
impl<P, C> Hash for Children<P, C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[async_graphql::async_trait::async_trait]
impl<P: Scope, C: ChildOf<P>> Loader<Children<P, C>> for Batch
where
    C::Model: Sync,
{
    type Value = Rows<C>;
    type Error = Failure;

    async fn load(
        &self,
        keys: &[Children<P, C>],
    ) -> Result<HashMap<Children<P, C>, Rows<C>>, Failure> {
        let parents = keys.iter().map(|key| key.0);
        let mut rows = self
            .0
            .find_below::<C>()
            .filter(C::PARENT.is_in(parents))
            .all()
            .await?;
        rows.sort_by_key(|row| (C::parent(row), C::ordinal(row)));
        let mut children: HashMap<Uuid, Vec<Arc<C::Model>>> = HashMap::new();
        for row in rows {
            children
                .entry(C::parent(&row))
                .or_default()
                .push(Arc::new(row));
        }
        Ok(children
            .into_iter()
            .map(|(id, rows)| (Children::of(id), rows.into()))
            .collect())
    }
}

/// Chooses one child per parent, the first in an order.
pub(crate) trait Pick: Clone + Eq + Hash + Send + Sync + 'static {
    /// What is chosen.
    type Entity: Scope;
    /// The column that holds the parent.
    fn partition(&self) -> <Self::Entity as sea_orm::EntityTrait>::Column;
    /// The parent of a row.
    fn parent(row: &<Self::Entity as sea_orm::EntityTrait>::Model) -> Uuid;
    /// Which rows come into question.
    fn filter(&self, viewer: &Viewer) -> Condition;
    /// Which of them comes first.
    fn order(&self) -> Vec<(Expr, Order)>;
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Latest<Q> {
    pick: Q,
    parent: Uuid,
}

#[async_graphql::async_trait::async_trait]
impl<Q: Pick> Loader<Latest<Q>> for Batch
where
    <Q::Entity as sea_orm::EntityTrait>::Model: Sync,
{
    type Value = Arc<<Q::Entity as sea_orm::EntityTrait>::Model>;
    type Error = Failure;

    async fn load(&self, keys: &[Latest<Q>]) -> Result<HashMap<Latest<Q>, Self::Value>, Failure> {
        let mut parents: HashMap<Q, Vec<Uuid>> = HashMap::new();
        for key in keys {
            parents
                .entry(key.pick.clone())
                .or_default()
                .push(key.parent);
        }
        let mut found = HashMap::new();
        // One statement per way of choosing; a document has few.
        for (pick, parents) in parents {
            let column = pick.partition();
            let rows = self
                .0
                .find::<Q::Entity>()
                .filter(column.is_in(parents))
                .filter(pick.filter(&self.0))
                .latest_per(column, pick.order())
                .await?;
            for row in rows {
                found.insert(
                    Latest {
                        pick: pick.clone(),
                        parent: Q::parent(&row),
                    },
                    Arc::new(row),
                );
            }
        }
        Ok(found)
    }
}

/// Numbers over the children of a parent: a row per key within the parent.
pub(crate) trait Tallied: FromQueryResult + Clone + Send + Sync + 'static {
    /// The parent.
    type Parent: Scope;
    /// What is counted.
    type Child: ChildOf<Self::Parent>;
    /// The parent a row belongs to.
    fn parent(&self) -> Uuid;
    /// The columns to group by, the parent's among them.
    fn keys() -> Vec<<Self::Child as sea_orm::EntityTrait>::Column>;
    /// What to count, by the name of the field that takes it.
    fn measures() -> Vec<(&'static str, Expr)>;
}

struct Tally<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Clone for Tally<T> {
    fn clone(&self) -> Self {
        Self(self.0, PhantomData)
    }
}
impl<T> PartialEq for Tally<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Tally<T> {}
impl<T> Hash for Tally<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

#[async_graphql::async_trait::async_trait]
impl<T: Tallied> Loader<Tally<T>> for Batch {
    type Value = Arc<[T]>;
    type Error = Failure;

    async fn load(&self, keys: &[Tally<T>]) -> Result<HashMap<Tally<T>, Arc<[T]>>, Failure> {
        let parents = keys.iter().map(|key| key.0).collect();
        let rows = self
            .0
            .tally::<T::Parent, T::Child, T>(parents, &T::keys(), T::measures())
            .await?;
        let mut tallies: HashMap<Uuid, Vec<T>> = HashMap::new();
        for row in rows {
            tallies.entry(row.parent()).or_default().push(row);
        }
        Ok(tallies
            .into_iter()
            .map(|(id, rows)| (Tally(id, PhantomData), rows.into()))
            .collect())
    }
}
