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

use super::{
    Ordered,
    ready::{AtOnce, Resolve},
    text::{self, null},
};

/// The plans of one request. A request that carries them gets objects as finished text. Never given
/// to a document that asks for one key twice with fields of its own: those halves the executor puts
/// together, from values.
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
}

/// One field asked for.
pub(super) struct Planned<T> {
    /// Where it stands: the place among the selections, and within fragments among theirs.
    path: Vec<usize>,
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
        let mut plan = Self { fields: Vec::new() };
        plan.collect(asked, &asked.item.node, &mut Vec::new());
        plan
    }

    fn collect(
        &mut self,
        asked: &ContextSelectionSet<'_>,
        set: &SelectionSet,
        path: &mut Vec<usize>,
    ) {
        for (at, selection) in set.items.iter().enumerate() {
            path.push(at);
            if let Selection::Field(field) = &selection.node {
                self.add(asked, field, path);
            } else if let Some(below) = below::<T>(asked, &selection.node) {
                self.collect(asked, below, path);
            }
            path.pop();
        }
    }

    fn add(&mut self, asked: &ContextSelectionSet<'_>, field: &Positioned<Field>, path: &[usize]) {
        let mut key = Vec::new();
        text::leaf(field.node.response_key().node.as_str(), &mut key);
        key.push(b':');
        // A leaf is the same both times.
        if self.fields.iter().any(|known| known.key == key) {
            return;
        }
        let how = if field.node.name.node == "__typename" {
            How::Typename
        } else {
            how(&asked.with_field(field))
        };
        self.fields.push(Planned {
            path: path.to_vec(),
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
        let mut set = &asked.item.node;
        for at in &self.path {
            match &set.items.get(*at)?.node {
                Selection::Field(field) => return Some(field),
                fragment => set = below::<T>(asked, fragment)?,
            }
        }
        None
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
fn below<'c, T: Ordered>(
    asked: &ContextSelectionSet<'c>,
    fragment: &'c Selection,
) -> Option<&'c SelectionSet> {
    let (condition, set) = match fragment {
        Selection::Field(_) => return None,
        Selection::FragmentSpread(spread) => {
            let name = &spread.node.fragment_name.node;
            let fragment = asked.query_env.fragments.get(name)?;
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
        let interfaces = asked.schema_env.registry.implements.get(&*own);
        wanted == own || interfaces.is_some_and(|interfaces| interfaces.contains(wanted))
    });
    applies.then_some(&set.node)
}
