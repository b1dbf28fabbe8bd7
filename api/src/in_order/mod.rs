//! Objects whose fields are resolved in the order of the document. Most fields are ready at once, and
//! the executor makes two boxes for each of them, large ones; here those of one object share one.

use std::{
    borrow::Cow,
    future::poll_fn,
    ops::Deref,
    pin::Pin,
    task::{self, Poll},
};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, Name, ObjectType, OutputType, Positioned,
    ServerError, ServerResult, Value,
    indexmap::{IndexMap, map::Entry},
    parser::types::{Field, Selection},
    registry::Registry,
    resolver_utils::{self, Fields},
};

/// Makes an object of the schema, resolved in order, of something that is shared.
macro_rules! in_order {
    ($(#[$meta:meta])* $name:ident = $fields:ident of $shared:ty) => {
        $(#[$meta])*
        pub(crate) type $name = $crate::in_order::InOrder<$fields>;

        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub(crate) struct $fields(pub(crate) std::sync::Arc<$shared>);

        impl From<std::sync::Arc<$shared>> for $name {
            fn from(shared: std::sync::Arc<$shared>) -> Self {
                $fields(shared).into()
            }
        }
    };
}
pub(crate) use in_order;

/// An object of the schema, resolved in order.
#[derive(Clone, Debug)]
pub(crate) struct InOrder<T> {
    object: T,
}

impl<T> From<T> for InOrder<T> {
    fn from(object: T) -> Self {
        Self { object }
    }
}

impl<T> Deref for InOrder<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.object
    }
}

impl<T: ObjectType> OutputType for InOrder<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let mut asked = Vec::with_capacity(ctx.item.node.items.len());
        let mut keys = IndexMap::with_capacity(ctx.item.node.items.len());
        if collect::<T>(ctx, ctx, &mut asked, &mut keys).is_ok() {
            return Ok(resolved(&self.object, ctx, &asked, keys).await);
        }
        Box::pin(resolver_utils::resolve_container(ctx, &self.object)).await
    }
}

impl<T: ObjectType> ContainerType for InOrder<T> {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        self.object.resolve_field(ctx).await
    }

    fn collect_all_fields<'a>(
        &'a self,
        ctx: &ContextSelectionSet<'a>,
        fields: &mut Fields<'a>,
    ) -> ServerResult<()> {
        self.object.collect_all_fields(ctx, fields)
    }
}

impl<T: ObjectType> ObjectType for InOrder<T> {}

/// What only the executor's own way resolves: an object asked for twice, whose halves are put
/// together, and whatever is not known.
struct Unusual;

/// Writes down the fields asked for, with a place for each.
fn collect<'c, T: ObjectType>(
    ctx: &'c ContextSelectionSet<'c>,
    within: &ContextSelectionSet<'c>,
    asked: &mut Vec<&'c Positioned<Field>>,
    keys: &mut IndexMap<Name, Value>,
) -> Result<(), Unusual> {
    for selection in &within.item.node.items {
        let (condition, set) = match &selection.node {
            Selection::Field(field) => {
                match keys.entry(field.node.response_key().node.clone()) {
                    Entry::Vacant(place) => {
                        place.insert(Value::Null);
                        asked.push(field);
                    }
                    // A leaf is the same both times.
                    Entry::Occupied(_) if field.node.selection_set.node.items.is_empty() => {}
                    Entry::Occupied(_) => return Err(Unusual),
                }
                continue;
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                let fragment = ctx.query_env.fragments.get(name).ok_or(Unusual)?;
                let condition = Some(&fragment.node.type_condition);
                (condition, &fragment.node.selection_set)
            }
            Selection::InlineFragment(inline) => (
                inline.node.type_condition.as_ref(),
                &inline.node.selection_set,
            ),
        };
        let applies = condition.is_none_or(|condition| {
            let (wanted, own) = (condition.node.on.node.as_str(), T::type_name());
            let interfaces = ctx.schema_env.registry.implements.get(&*own);
            wanted == own || interfaces.is_some_and(|interfaces| interfaces.contains(wanted))
        });
        if applies {
            collect::<T>(ctx, &within.with_selection_set(set), asked, keys)?;
        }
    }
    Ok(())
}

async fn resolved<'c, T: ObjectType>(
    object: &'c T,
    ctx: &'c ContextSelectionSet<'c>,
    asked: &[&'c Positioned<Field>],
    mut found: IndexMap<Name, Value>,
) -> Value {
    let mut failed = Vec::new();
    let mut settle = |at: usize, outcome: Result<Value, ServerError>| match outcome {
        Ok(value) => found[at] = value,
        Err(error) => {
            failed.push(asked[at]);
            ctx.add_error(error);
        }
    };
    let mut waiting = Vec::new();
    let mut room = room(object, ctx);
    for (at, field) in asked.iter().enumerate() {
        if field.node.name.node == "__typename" {
            settle(at, Ok(Value::String(T::type_name().into_owned())));
            continue;
        }
        room.begin(field);
        match poll_fn(|task| Poll::Ready(room.poll(task))).await {
            Poll::Ready(outcome) => settle(at, outcome),
            Poll::Pending => {
                waiting.push((at, std::mem::replace(&mut room, self::room(object, ctx))));
            }
        }
    }
    poll_fn(|task| {
        waiting.retain_mut(|(at, field)| match field.poll(task) {
            Poll::Ready(outcome) => {
                settle(*at, outcome);
                false
            }
            Poll::Pending => true,
        });
        if waiting.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    for field in failed {
        found.shift_remove(&field.node.response_key().node);
    }
    if found.is_empty() {
        Value::Null
    } else {
        Value::Object(found)
    }
}

/// Room for one field at a time of one object.
fn room<'c, T: ObjectType>(
    object: &'c T,
    ctx: &'c ContextSelectionSet<'c>,
) -> Box<dyn Resolving<'c> + 'c> {
    Box::new(Room {
        resolve: move |field| resolve_field(object, ctx, field),
        field: Box::pin(None),
    })
}

async fn resolve_field<'c, T: ObjectType>(
    object: &'c T,
    ctx: &'c ContextSelectionSet<'c>,
    field: &'c Positioned<Field>,
) -> ServerResult<Value> {
    let ctx = ctx.with_field(field);
    Ok(object.resolve_field(&ctx).await?.unwrap_or_default())
}

/// A field under way. Behind a trait, since types refer to each other in circles.
trait Resolving<'c>: Send {
    fn begin(&mut self, field: &'c Positioned<Field>);
    fn poll(&mut self, task: &mut task::Context<'_>) -> Poll<ServerResult<Value>>;
}

struct Room<R, F> {
    resolve: R,
    field: Pin<Box<Option<F>>>,
}

impl<'c, R, F> Resolving<'c> for Room<R, F>
where
    R: Fn(&'c Positioned<Field>) -> F + Send,
    F: Future<Output = ServerResult<Value>> + Send,
{
    fn begin(&mut self, field: &'c Positioned<Field>) {
        self.field.set(Some((self.resolve)(field)));
    }

    fn poll(&mut self, task: &mut task::Context<'_>) -> Poll<ServerResult<Value>> {
        match self.field.as_mut().as_pin_mut() {
            Some(field) => field.poll(task),
            None => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests;
