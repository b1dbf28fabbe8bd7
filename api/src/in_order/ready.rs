//! What can be written without waiting, and how. Implemented by kind: the parameter says which, so
//! that scalars, enums, lists and objects each need to be told once.

use async_graphql::{Context, Error, ScalarType, ServerResult, Value, resolver_utils::EnumType};
use futures_util::future::BoxFuture;

use super::{InOrder, Ordered, plan::Plans, text};

/// A value of a field that may be written without waiting. Kinds: [`Scalar`], [`Borrowed`], [`Word`],
/// [`Listed`], [`Perhaps`], [`Whole`] and [`Executed`]; the compiler finds the one that fits.
#[diagnostic::on_unimplemented(
    note = "an object that the executor puts together says so: `impl Ready<Executed> for Object {{}}`"
)]
pub(crate) trait Ready<K> {
    /// Whether all of it can be written, as far as the field asks for it.
    fn is_ready(_ctx: &Context<'_>) -> bool {
        false
    }
    /// Writes it, and answers with the points of its objects: of a list the most of any.
    fn write(&self, _ctx: &Context<'_>, text: &mut Vec<u8>) -> u64 {
        text::null(text)
    }
}

/// A scalar.
pub(crate) struct Scalar;
/// Text that is borrowed.
pub(crate) struct Borrowed;
/// A value of an enum.
pub(crate) struct Word;
/// A list of another kind.
pub(crate) struct Listed<K>(K);
/// Another kind, or null.
pub(crate) struct Perhaps<K>(K);
/// An object in order.
pub(crate) struct Whole;
/// An object that only the executor puts together: never ready.
pub(crate) struct Executed;

impl<T: ScalarType> Ready<Scalar> for T {
    fn is_ready(_: &Context<'_>) -> bool {
        true
    }
    fn write(&self, _: &Context<'_>, text: &mut Vec<u8>) -> u64 {
        text::write(&self.to_value(), text);
        0
    }
}

impl Ready<Borrowed> for &str {
    fn is_ready(_: &Context<'_>) -> bool {
        true
    }
    fn write(&self, _: &Context<'_>, text: &mut Vec<u8>) -> u64 {
        text::leaf(*self, text);
        0
    }
}

impl<T: EnumType> Ready<Word> for T {
    fn is_ready(_: &Context<'_>) -> bool {
        true
    }
    fn write(&self, _: &Context<'_>, text: &mut Vec<u8>) -> u64 {
        let item = T::items().iter().find(|item| item.value == *self);
        text::leaf(&item.map(|item| item.name), text);
        0
    }
}

impl<T: Ready<K>, K> Ready<Perhaps<K>> for Option<T> {
    fn is_ready(ctx: &Context<'_>) -> bool {
        T::is_ready(ctx)
    }
    fn write(&self, ctx: &Context<'_>, text: &mut Vec<u8>) -> u64 {
        match self {
            Some(value) => value.write(ctx, text),
            None => text::null(text),
        }
    }
}

impl<T: Ready<K>, K> Ready<Listed<K>> for &[T] {
    fn is_ready(ctx: &Context<'_>) -> bool {
        T::is_ready(ctx)
    }
    fn write(&self, ctx: &Context<'_>, text: &mut Vec<u8>) -> u64 {
        let mut most = 0;
        text::list(self.iter(), text, |item, text| {
            most = most.max(item.write(ctx, text));
        });
        most
    }
}

impl<T: Ready<K>, K> Ready<Listed<K>> for Vec<T> {
    fn is_ready(ctx: &Context<'_>) -> bool {
        T::is_ready(ctx)
    }
    fn write(&self, ctx: &Context<'_>, text: &mut Vec<u8>) -> u64 {
        self.as_slice().write(ctx, text)
    }
}

impl<T: Ordered> Ready<Whole> for InOrder<T> {
    fn is_ready(ctx: &Context<'_>) -> bool {
        let asked = ctx.with_selection_set(&ctx.item.node.selection_set);
        Plans::of::<T>(&asked).is_some_and(|plan| plan.is_ready())
    }
    fn write(&self, ctx: &Context<'_>, text: &mut Vec<u8>) -> u64 {
        let asked = ctx.with_selection_set(&ctx.item.node.selection_set);
        let plan = Plans::of::<T>(&asked);
        plan.map_or(0, |plan| plan.write(&self.object, &asked, text))
    }
}

/// How a field of an object comes into the answer. Made by the attribute `fields`.
pub(crate) struct Known<T> {
    /// How it is written, if it waits for nothing.
    pub(crate) at_once: Option<AtOnce<T>>,
    /// How it is resolved otherwise.
    pub(crate) resolve: Resolve<T>,
}

/// How a field is written that waits for nothing.
pub(crate) struct AtOnce<T> {
    /// Whether nothing below it waits.
    pub(crate) is_ready: fn(&Context<'_>) -> bool,
    /// Writes it, and answers with the points below it.
    pub(crate) write: fn(&T, &Context<'_>, &mut Vec<u8>) -> u64,
}

/// How a field is resolved that may wait.
pub(crate) type Resolve<T> = for<'c> fn(&'c T, Context<'c>) -> Resolving<'c>;

/// A field under way.
pub(crate) type Resolving<'c> = BoxFuture<'c, ServerResult<Option<Value>>>;

/// Whether what a function of an object returns can be written without waiting.
pub(crate) fn is_ready<T: Ready<K>, K>(ctx: &Context<'_>) -> bool {
    T::is_ready(ctx)
}

/// Writes what a function of an object returned: at once, since it waits for nothing and cannot fail.
pub(crate) fn written<T: Ready<K>, K>(
    value: Option<Result<T, Error>>,
    ctx: &Context<'_>,
    text: &mut Vec<u8>,
) -> u64 {
    if let Some(Ok(value)) = value {
        return value.write(ctx, text);
    }
    debug_assert!(false, "a field without `await` was not ready");
    text::null(text)
}
