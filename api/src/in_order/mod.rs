//! Objects whose fields are resolved in the order of the document and written straight into the answer.
//!
//! The executor makes two large boxes for each field of each object, and a value that is written later.
//! Here fields that wait for nothing (`ready`) become text at once, the others have a box of their own
//! size, and an object whose parts are all text is text itself (`text`). Where a part is not, because
//! something in it failed or because the executor alone puts it together, the object stays a value, and
//! `http/outline` brings it into form.

mod list;
mod plan;
mod ready;
mod text;

use std::{borrow::Cow, future::poll_fn, ops::Deref, task::Poll};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult,
    Value,
    indexmap::IndexMap,
    parser::types::Field,
    registry::Registry,
    resolver_utils::{self, Fields},
};
use futures_util::FutureExt as _;

pub(crate) use self::{
    list::Objects,
    plan::Plans,
    ready::{AtOnce, Executed, Known, Ready, is_ready, written},
    text::{points_of, write},
};
use self::{
    plan::{How, Plan},
    ready::Resolving,
    text::{finished, length, most},
};

/// Room for most objects.
const ROOM: usize = 256;

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

/// An object that knows which of its fields wait for nothing. The attribute `fields` implements it.
pub(crate) trait Ordered: ObjectType + Sized + 'static {
    /// How the field of this name comes into the answer; nothing if only the executor knows.
    fn known(field: &str) -> Option<Known<Self>>;
}

impl<T: Ordered> OutputType for InOrder<T> {
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
        let Some(plan) = Plans::of::<T>(ctx) else {
            return Box::pin(resolver_utils::resolve_container(ctx, &self.object)).await;
        };
        if plan.is_ready() {
            let mut text = Vec::with_capacity(ROOM);
            let points = plan.write(&self.object, ctx, &mut text);
            return Ok(finished(text, points));
        }
        Ok(Box::pin(resolved(&self.object, ctx, &plan)).await)
    }
}

impl<T: Ordered> ContainerType for InOrder<T> {
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

impl<T: Ordered> ObjectType for InOrder<T> {}

/// Resolves an object of which some fields wait: they are begun in their order and waited for together.
async fn resolved<'c, T: Ordered>(
    object: &'c T,
    ctx: &'c ContextSelectionSet<'c>,
    plan: &Plan<T>,
) -> Value {
    let mut found: Vec<Option<Value>> = Vec::with_capacity(plan.fields.len());
    found.resize_with(plan.fields.len(), || None);
    let mut waiting: Vec<(usize, Resolving<'c>)> = Vec::with_capacity(found.len());
    for (at, planned) in plan.fields.iter().enumerate() {
        if let How::Resolved(resolve) = planned.how
            && let Some(field) = planned.field(ctx)
        {
            waiting.push((at, resolve(object, ctx.with_field(field))));
        }
    }
    poll_fn(|task| {
        waiting.retain_mut(|(at, field)| match field.poll_unpin(task) {
            Poll::Ready(Ok(value)) => {
                found[*at] = Some(value.unwrap_or_default());
                false
            }
            Poll::Ready(Err(error)) => {
                ctx.add_error(error);
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
    joined(object, ctx, plan, found)
}

/// Puts what was resolved beside what waits for nothing: as text where every part is and nothing failed,
/// else as a value without what failed. An object of which all failed is null, which must not become
/// text: `http/outline` has yet to give it its keys back.
fn joined<T: Ordered>(
    object: &T,
    ctx: &ContextSelectionSet<'_>,
    plan: &Plan<T>,
    found: Vec<Option<Value>>,
) -> Value {
    let no_error = ctx
        .query_env
        .errors
        .lock()
        .is_ok_and(|errors| errors.is_empty());
    let points_below: Option<Vec<u64>> = found
        .iter()
        .map(|value| value.as_ref().map_or(Some(0), most))
        .collect();
    if let Some(points_below) = points_below.filter(|_| no_error) {
        let below: usize = found.iter().flatten().map(length).sum();
        let mut text = Vec::with_capacity(ROOM + below);
        let mut points = 0;
        text.push(b'{');
        let parts = plan.fields.iter().zip(found.iter().zip(points_below));
        for (at, (planned, (found, below))) in parts.enumerate() {
            planned.begin(at, &mut text);
            points += planned.points(match found {
                Some(value) => {
                    write(value, &mut text);
                    below
                }
                None => planned.write(object, ctx, &mut text),
            });
        }
        text.push(b'}');
        return finished(text, points);
    }
    let mut fields = IndexMap::with_capacity(found.len());
    for (planned, found) in plan.fields.iter().zip(found) {
        let value = match planned.how {
            How::Resolved(_) => found,
            How::AtOnce(_) | How::Typename => {
                let mut text = Vec::new();
                let points = planned.write(object, ctx, &mut text);
                Some(finished(text, points))
            }
        };
        if let (Some(value), Some(field)) = (value, planned.field(ctx)) {
            fields.insert(field.node.response_key().node.clone(), value);
        }
    }
    if fields.is_empty() {
        Value::Null
    } else {
        Value::Object(fields)
    }
}

#[cfg(test)]
mod tests;
