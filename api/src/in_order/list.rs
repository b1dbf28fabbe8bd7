//! Lists of objects that a field waited for. The executor makes a task of every object; where none of them
//! waits, the list becomes one text.

use std::{borrow::Cow, ops::Deref, vec};

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, Value, parser::types::Field,
    registry::Registry, resolver_utils::resolve_list,
};

use super::{
    InOrder, Ordered, ROOM,
    plan::Plans,
    text::{self, finished},
};

/// A list of objects of the schema, for fields that wait for it.
#[derive(Clone, Debug)]
pub(crate) struct Objects<O>(Vec<O>);

impl<O> Deref for Objects<O> {
    type Target = [O];
    fn deref(&self) -> &[O] {
        &self.0
    }
}

impl<O> FromIterator<O> for Objects<O> {
    fn from_iter<I: IntoIterator<Item = O>>(objects: I) -> Self {
        Self(objects.into_iter().collect())
    }
}

impl<O> IntoIterator for Objects<O> {
    type Item = O;
    type IntoIter = vec::IntoIter<O>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<T: Ordered> OutputType for Objects<InOrder<T>> {
    fn type_name() -> Cow<'static, str> {
        Vec::<InOrder<T>>::type_name()
    }

    fn qualified_type_name() -> String {
        Vec::<InOrder<T>>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Vec::<InOrder<T>>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let Some(plan) = Plans::of::<T>(ctx).filter(|plan| plan.is_ready()) else {
            return Box::pin(resolve_list(ctx, field, &self.0, Some(self.0.len()))).await;
        };
        let mut text = Vec::with_capacity(ROOM);
        let mut most = 0;
        text::list(
            self.0.iter().enumerate(),
            &mut text,
            |(at, object), text| {
                let begun = text.len();
                most = most.max(plan.write(&object.object, ctx, text));
                if at == 0 {
                    // The others are about as long as the first.
                    text.reserve((text.len() - begun) * self.0.len());
                }
            },
        );
        Ok(finished(text, most))
    }
}
