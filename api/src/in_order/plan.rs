//! What one selection asks of one type of object: worked out once a request, for all the objects
//! that it is asked of.

use std::{
    any::{Any, TypeId},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::{
    Context, ContextSelectionSet, Positioned,
    parser::types::{Field, Selection, SelectionSet},
    registry::MetaType,
};

use crate::language::HIDDEN;

use super::{
    Ordered,
    ready::{AtOnce, Resolve},
    text::{self, null},
};

/// The plans of one request. A request that carries them gets objects as finished text. Its document was
/// lowered: no key stands twice at one place, and fragments tell types apart alone.
#[derive(Default)]
pub(crate) struct Plans(Mutex<Vec<Made>>);

/// A plan, where the selection stands in memory, and the type of object that it is for. A document has
/// few, so they are looked through.
type Made = (usize, TypeId, Arc<dyn Any + Send + Sync>);

impl fmt::Debug for Plans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plans")
    }
}

/// The fields asked of one type of object, in the order of the document.
pub(super) struct Plan<T> {
    pub(super) fields: Vec<Planned<T>>,
    /// Whether an object that stays a value says of which type it is, under the hidden key.
    pub(super) is_typed: bool,
}

/// Where a field stands: the place among the selections, and within the fragment of a type among its own.
type Place = (usize, Option<usize>);

/// One field asked for.
pub(super) struct Planned<T> {
    place: Place,
    /// The key in the answer, as JSON with its colon.
    key: Vec<u8>,
    pub(super) how: How<T>,
    /// Whether fields are asked of it.
    pub(super) has_fields: bool,
}

/// How a field comes into the answer.
pub(super) enum How<T> {
    /// The name of the type.
    Typename,
    /// It waits for nothing.
    AtOnce(AtOnce<T>),
    /// It is resolved like this.
    Resolved(Resolve<T>),
}

impl Plans {
    /// The plan for a selection; nothing if the request does without.
    pub(super) fn of<T: Ordered>(asked: &ContextSelectionSet<'_>) -> Option<Arc<Plan<T>>> {
        let plans = asked.data_opt::<Self>()?;
        // The document stays where it is as long as the request lives.
        let (place, kind) = (std::ptr::from_ref(asked.item).addr(), TypeId::of::<T>());
        let is_it = |made: &&Made| made.0 == place && made.1 == kind;
        let known = plans
            .made()
            .iter()
            .find(is_it)
            .map(|made| Arc::clone(&made.2));
        if let Some(plan) = known.and_then(|plan| plan.downcast().ok()) {
            return Some(plan);
        }
        let plan = Arc::new(Plan::<T>::new(asked));
        plans.made().push((place, kind, Arc::clone(&plan) as _));
        Some(plan)
    }

    fn made(&self) -> MutexGuard<'_, Vec<Made>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Ordered> Plan<T> {
    fn new(asked: &ContextSelectionSet<'_>) -> Self {
        let mut plan = Self {
            fields: Vec::new(),
            is_typed: false,
        };
        for (at, selection) in asked.item.node.items.iter().enumerate() {
            match &selection.node {
                Selection::Field(field) => plan.add(asked, field, (at, None)),
                fragment => {
                    let Some(set) = below::<T>(fragment) else {
                        continue;
                    };
                    for (within, selection) in set.items.iter().enumerate() {
                        if let Selection::Field(field) = &selection.node {
                            plan.add(asked, field, (at, Some(within)));
                        }
                    }
                }
            }
        }
        plan
    }

    fn add(&mut self, asked: &ContextSelectionSet<'_>, field: &Positioned<Field>, place: Place) {
        let response_key = &field.node.response_key().node;
        if *response_key == HIDDEN {
            self.is_typed = true;
            return;
        }
        let mut key = Vec::new();
        text::leaf(response_key.as_str(), &mut key);
        key.push(b':');
        let how = if field.node.name.node == "__typename" {
            How::Typename
        } else {
            how(&asked.with_field(field))
        };
        self.fields.push(Planned {
            place,
            key,
            how,
            has_fields: has_fields::<T>(asked, &field.node.name.node),
        });
    }

    /// Whether nothing that is asked for waits.
    pub(super) fn is_ready(&self) -> bool {
        let mut fields = self.fields.iter();
        fields.all(|field| !matches!(field.how, How::Resolved(_)))
    }

    /// Writes an object of which everything is ready, and answers with its points.
    pub(super) fn write(
        &self,
        object: &T,
        asked: &ContextSelectionSet<'_>,
        text: &mut Vec<u8>,
    ) -> u64 {
        let mut points = 0;
        text.push(b'{');
        for (at, field) in self.fields.iter().enumerate() {
            field.begin(at, text);
            points += field.points(field.write(object, asked, text));
        }
        text.push(b'}');
        points
    }
}

impl<T: Ordered> Planned<T> {
    /// Writes the key, in the object's place.
    pub(super) fn begin(&self, at: usize, text: &mut Vec<u8>) {
        if at > 0 {
            text.push(b',');
        }
        text.extend_from_slice(&self.key);
    }

    /// Writes the value, if it waits for nothing, and answers with the points below it.
    pub(super) fn write(
        &self,
        object: &T,
        asked: &ContextSelectionSet<'_>,
        text: &mut Vec<u8>,
    ) -> u64 {
        match &self.how {
            How::Typename => {
                text::leaf(&*T::type_name(), text);
                0
            }
            How::AtOnce(known) => match self.field(asked) {
                Some(field) => (known.write)(object, &asked.with_field(field), text),
                None => null(text),
            },
            How::Resolved(_) => null(text),
        }
    }

    /// What the field is worth, with what is below it. A list costs its dearest entry once.
    pub(super) fn points(&self, below: u64) -> u64 {
        if self.has_fields { 1 + below } else { 0 }
    }

    /// The field in the document.
    pub(super) fn field<'c>(
        &self,
        asked: &ContextSelectionSet<'c>,
    ) -> Option<&'c Positioned<Field>> {
        let (at, within) = self.place;
        let selection = &asked.item.node.items.get(at)?.node;
        match (selection, within) {
            (Selection::Field(field), _) => Some(field),
            (fragment, Some(within)) => match &below::<T>(fragment)?.items.get(within)?.node {
                Selection::Field(field) => Some(field),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether the schema has fields below a field. All that is asked for there may be skipped.
fn has_fields<T: Ordered>(asked: &ContextSelectionSet<'_>, field: &str) -> bool {
    let registry = &asked.schema_env.registry;
    let own = registry.types.get(&*T::type_name());
    let below = own.and_then(|own| registry.concrete_type_by_name(&own.field_by_name(field)?.ty));
    below.is_some_and(MetaType::is_composite)
}

fn how<T: Ordered>(ctx: &Context<'_>) -> How<T> {
    let field = &ctx.item.node;
    let Some(known) = T::known(&field.name.node) else {
        return How::Resolved(|object, ctx| {
            Box::pin(async move { object.resolve_field(&ctx).await })
        });
    };
    // An argument may be wrong, which only the executor tells.
    let at_once = known.at_once.filter(|_| field.arguments.is_empty());
    match at_once.filter(|at_once| (at_once.is_ready)(ctx)) {
        Some(at_once) => How::AtOnce(at_once),
        None => How::Resolved(known.resolve),
    }
}

/// What a fragment asks for, where it is about objects of this type.
fn below<T: Ordered>(fragment: &Selection) -> Option<&SelectionSet> {
    let Selection::InlineFragment(inline) = fragment else {
        return None;
    };
    let condition = inline.node.type_condition.as_ref()?;
    let is_own = condition.node.on.node.as_str() == T::type_name();
    is_own.then_some(&inline.node.selection_set.node)
}
