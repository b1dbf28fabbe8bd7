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

use std::{
    borrow::Cow,
    future::poll_fn,
    ops::Deref,
    task::{Context as TaskContext, Poll},
};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, Name, ObjectType, OutputType, Positioned,
    ServerResult, Value,
    indexmap::IndexMap,
    parser::types::Field,
    registry::Registry,
    resolver_utils::{self, Fields},
};
use futures_util::FutureExt as _;

use crate::language::HIDDEN;

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
    let begun = plan.fields.iter().map(|planned| match planned.how {
        How::Resolved(resolve) => match planned.field(ctx) {
            Some(field) => Part::Waiting(resolve(object, ctx.with_field(field))),
            None => Part::Without,
        },
        How::AtOnce(_) | How::Typename => Part::Without,
    });
    let mut parts: Vec<Part<'c>> = begun.collect();
    poll_fn(|task| {
        let mut is_done = true;
        for part in &mut parts {
            is_done &= part.go_on(ctx, task);
        }
        if is_done {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    joined(object, ctx, plan, parts)
}

/// What has come of one field of an object.
enum Part<'c> {
    /// It is under way.
    Waiting(Resolving<'c>),
    /// It was resolved.
    Found(Value),
    /// It failed, or there is nothing to wait for.
    Without,
}

impl Part<'_> {
    /// Goes on with what is under way. Whether nothing is left to wait for.
    fn go_on(&mut self, ctx: &ContextSelectionSet<'_>, task: &mut TaskContext<'_>) -> bool {
        let Self::Waiting(field) = self else {
            return true;
        };
        let Poll::Ready(resolved) = field.poll_unpin(task) else {
            return false;
        };
        *self = match resolved {
            Ok(value) => Self::Found(value.unwrap_or_default()),
            Err(error) => {
                ctx.add_error(error);
                Self::Without
            }
        };
        true
    }

    fn found(&self) -> Option<&Value> {
        match self {
            Self::Found(value) => Some(value),
            Self::Waiting(_) | Self::Without => None,
        }
    }
}

/// Puts what was resolved beside what waits for nothing: as text where every part is and nothing failed,
/// else as a value without what failed. An object of which all failed is null, which must not become
/// text: `http/outline` has yet to give it its keys back.
fn joined<T: Ordered>(
    object: &T,
    ctx: &ContextSelectionSet<'_>,
    plan: &Plan<T>,
    parts: Vec<Part<'_>>,
) -> Value {
    let no_error = ctx
        .query_env
        .errors
        .lock()
        .is_ok_and(|errors| errors.is_empty());
    let is_finished = |part: &Part<'_>| part.found().is_none_or(|value| most(value).is_some());
    if no_error && parts.iter().all(is_finished) {
        let below: usize = parts.iter().filter_map(Part::found).map(length).sum();
        let mut text = Vec::with_capacity(ROOM + below);
        let mut points = 0;
        text.push(b'{');
        for (at, (planned, part)) in plan.fields.iter().zip(&parts).enumerate() {
            planned.begin(at, &mut text);
            points += planned.points(match part.found() {
                Some(value) => {
                    write(value, &mut text);
                    most(value).unwrap_or_default()
                }
                None => planned.write(object, ctx, &mut text),
            });
        }
        text.push(b'}');
        return finished(text, points);
    }
    let mut fields = IndexMap::with_capacity(parts.len());
    for (planned, part) in plan.fields.iter().zip(parts) {
        let value = match (&planned.how, part) {
            (How::Resolved(_), Part::Found(value)) => Some(value),
            (How::Resolved(_), Part::Waiting(_) | Part::Without) => None,
            (How::AtOnce(_) | How::Typename, _) => {
                let mut text = Vec::new();
                let points = planned.write(object, ctx, &mut text);
                Some(finished(text, points))
            }
        };
        if let (Some(value), Some(field)) = (value, planned.field(ctx)) {
            fields.insert(field.node.response_key().node.clone(), value);
        }
    }
    if plan.is_typed {
        let own = Value::String(T::type_name().into_owned());
        fields.insert(Name::new(HIDDEN), own);
    }
    if fields.is_empty() {
        Value::Null
    } else {
        Value::Object(fields)
    }
}

#[cfg(test)]
mod tests;
