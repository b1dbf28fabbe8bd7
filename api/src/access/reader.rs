//! Batched reads of one request. The reader owns its viewer, so that no batch mixes callers.
//!
//! Children are loaded by aggregate root, not by immediate parent: round trips are bounded by the
//! number of aggregates in a query, never by rows or depth.

use std::{
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
    marker::PhantomData,
    sync::Arc,
};

use sea_orm::{Condition, FromQueryResult, Order, sea_query::Expr};
use uuid::Uuid;

use super::{
    ChildOf, Scope, Viewer,
    batching::{Batches, Key},
};
use crate::{catalogue::Catalogue, error::Failure, id::Id};

/// The batched reads of one request.
#[derive(Clone)]
pub(crate) struct Reader(Arc<Desk>);

struct Desk {
    viewer: Viewer,
    batches: Batches,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
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
        &self.reader().0.viewer
    }
    fn reader(&self) -> &Reader {
        self.data_unchecked::<Reader>()
    }
}

impl Reader {
    /// A reader for this viewer.
    pub(crate) fn new(viewer: Viewer) -> Self {
        let batches = Batches::default();
        Self(Arc::new(Desk { viewer, batches }))
    }

    /// Runs what reads through this reader; outside of it no batch is ever asked.
    pub(crate) async fn serve<T>(&self, execution: impl Future<Output = T>) -> T {
        self.0.batches.serve(&self.0.viewer, execution).await
    }

    /// What is found for a key.
    pub(super) async fn ask<K: Key>(&self, key: K) -> Result<Option<K::Value>, Failure> {
        let found = self.0.batches.ask([key.clone()]).await?;
        match &*found {
            Ok(found) => Ok(found.get(&key).cloned()),
            Err(failure) => Err(failure.clone()),
        }
    }

    /// The row with this id, if it exists for the viewer.
    pub(crate) async fn one<E: Scope>(&self, id: Id<E>) -> Result<Option<Arc<E::Model>>, Failure>
    where
        E::Model: Sync,
    {
        self.ask(id).await
    }

    /// The rows with these ids, those that exist for the viewer.
    pub(crate) async fn many<E: Scope>(
        &self,
        ids: Vec<Id<E>>,
    ) -> Result<HashMap<Id<E>, Arc<E::Model>>, Failure>
    where
        E::Model: Sync,
    {
        let found = self.0.batches.ask(ids.clone()).await?;
        match &*found {
            Ok(found) => Ok(ids
                .into_iter()
                .filter_map(|id| Some((id, Arc::clone(found.get(&id)?))))
                .collect()),
            Err(failure) => Err(failure.clone()),
        }
    }

    /// The children of a row that the read door has returned, in order.
    pub(crate) async fn children<P: Scope, C: ChildOf<P>>(
        &self,
        parent: Uuid,
    ) -> Result<Rows<C>, Failure>
    where
        C::Model: Sync,
    {
        let rows = self.ask(Children::<P, C>::of(parent)).await?;
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
        self.ask(Latest { pick, parent }).await
    }

    /// Numbers over the children of a row that the read door has returned.
    pub(crate) async fn tally<T: Tallied>(&self, parent: Uuid) -> Result<Arc<[T]>, Failure> {
        let rows = self.ask(Tally::<T>(parent, PhantomData)).await?;
        Ok(rows.unwrap_or_else(|| Arc::new([])))
    }
}

/// Rows of one parent, shared by all who asked.
pub(crate) type Rows<C> = Arc<[Arc<<C as sea_orm::EntityTrait>::Model>]>;

impl<E: Scope> Key for Id<E>
where
    E::Model: Sync,
{
    type Value = Arc<E::Model>;

    async fn load(viewer: &Viewer, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Failure> {
        let ids = keys.iter().map(|key| key.0);
        let among = viewer.among(E::ID, ids);
        let rows = viewer.find::<E>().filter(among).all().await?;
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

impl<P: Scope, C: ChildOf<P>> Key for Children<P, C>
where
    C::Model: Sync,
{
    type Value = Rows<C>;

    async fn load(viewer: &Viewer, keys: Vec<Self>) -> Result<HashMap<Self, Rows<C>>, Failure> {
        let parents = keys.iter().map(|key| key.0);
        let among = viewer.among(C::PARENT, parents);
        let mut rows = viewer.find_below::<C>().filter(among).all().await?;
        rows.sort_by_key(|row| (C::parent(row), C::ordinal(row)));
        let rows: Vec<_> = rows.into_iter().map(Arc::new).collect();
        let of_parent = |row: &Arc<C::Model>| Children::of(C::parent(row));
        Ok(by_parent(&rows, keys.len(), of_parent))
    }
}

/// Chooses one child per parent, the first in an order, of parents that the read door returned.
pub(crate) trait Pick: Clone + Eq + Hash + Send + Sync + 'static {
    /// What is chosen.
    type Entity: Scope;
    /// Whether a parent may have very many and an index holds them in this order. Of a few it
    /// takes longer to look at each parent for itself.
    const IS_SERIES: bool = false;
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

impl<Q: Pick> Key for Latest<Q>
where
    <Q::Entity as sea_orm::EntityTrait>::Model: Sync,
{
    type Value = Arc<<Q::Entity as sea_orm::EntityTrait>::Model>;

    async fn load(viewer: &Viewer, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Failure> {
        let mut parents: HashMap<Q, Vec<Uuid>> = HashMap::new();
        let mut found = HashMap::with_capacity(keys.len());
        for key in keys {
            parents.entry(key.pick).or_default().push(key.parent);
        }
        // One statement per way of choosing; a document has few.
        for (pick, parents) in parents {
            let column = pick.partition();
            let find = viewer.find_below::<Q::Entity>().filter(pick.filter(viewer));
            let rows = if Q::IS_SERIES {
                find.last_of_series(column, parents, pick.order()).await?
            } else {
                let among = viewer.among(column, parents);
                find.filter(among).latest_per(column, pick.order()).await?
            };
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
    /// What to count, by the name of the field that takes it. What depends on rules of a programme
    /// comes from the catalogue.
    fn measures(catalogue: &Catalogue) -> Vec<(&'static str, Expr)>;
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

impl<T: Tallied> Key for Tally<T> {
    type Value = Arc<[T]>;

    async fn load(viewer: &Viewer, keys: Vec<Self>) -> Result<HashMap<Self, Arc<[T]>>, Failure> {
        let parents = keys.iter().map(|key| key.0).collect();
        let measures = T::measures(viewer.catalogue());
        let mut rows = viewer
            .tally::<T::Parent, T::Child, T>(parents, &T::keys(), measures)
            .await?;
        rows.sort_by_key(T::parent);
        let of_parent = |row: &T| Tally(row.parent(), PhantomData);
        Ok(by_parent(&rows, keys.len(), of_parent))
    }
}

/// Rows that are sorted by their parent, by key. There are at most so many keys.
fn by_parent<K: Eq + Hash, T: Clone>(
    rows: &[T],
    keys: usize,
    key: impl Fn(&T) -> K,
) -> HashMap<K, Arc<[T]>> {
    let mut found = HashMap::with_capacity(keys);
    for siblings in rows.chunk_by(|one, next| key(one) == key(next)) {
        if let Some(first) = siblings.first() {
            found.insert(key(first), siblings.into());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use entity::assessment::{assessment, assessment_item};

    use super::*;

    #[test]
    fn what_is_asked_of_two_parents_is_two_keys() {
        type Below = Children<assessment::Entity, assessment_item::Entity>;
        let parents = (0..100).map(|parent| Uuid::from_u128(parent % 50));
        let children: HashSet<Below> = parents.clone().map(Below::of).collect();
        let tallies: HashSet<Tally<()>> = parents.map(|p| Tally(p, PhantomData)).collect();
        assert_eq!((children.len(), tallies.len()), (50, 50));
        assert!(Below::of(Uuid::nil()) != Below::of(Uuid::max()));
        assert!(Tally::<()>(Uuid::nil(), PhantomData) != Tally(Uuid::max(), PhantomData));
    }
}
