//! The response keys that an operation asks for, in their order. The executor gives keys in
//! the order in which they were ready and leaves failed ones out; here they come back in the
//! order of the document, failed ones as null, and null travels up as the schema demands. Errors
//! come in the order of the document too. On the same way the points of what was returned are counted.

use std::collections::HashSet;

use async_graphql::{
    Name, PathSegment, Response, ServerError, Value,
    indexmap::IndexMap,
    parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet},
};

use super::cost::{Fields, Kind, Nulls, Parent, ROOT_MUTATION, TOTAL_COUNT};
use crate::{in_order::points_of, language::HIDDEN};

/// What is asked for at one place.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    nulls: Nulls,
    kind: Kind,
    keys: IndexMap<Name, Outline>,
    /// Where objects of several types can stand: what is asked of each. Such an object has its type
    /// under the hidden key.
    types: IndexMap<Name, Outline>,
    /// Whether an object has a hidden key, which leaves no answer.
    is_hiding: bool,
}

/// What an answer turned out to be worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// The points of what was returned.
    Points(u64),
    /// Nothing was executed.
    Nothing,
    /// A part was worked on and lost through an error further down: nobody knows its points.
    Unknown,
}

impl Worth {
    /// The same with points for work that leaves nothing in the answer.
    pub(crate) fn and(self, points: u64) -> Self {
        match self {
            Self::Points(returned) => Self::Points(returned.saturating_add(points)),
            other => other,
        }
    }
}

impl Outline {
    /// The outline of an operation as it was lowered for the executor.
    pub(crate) fn of(lowered: &ExecutableDocument, fields: &Fields) -> Self {
        let mut outline = Self::default();
        let Some((_, operation)) = lowered.operations.iter().next() else {
            return outline;
        };
        let operation = &operation.node;
        let root = match operation.ty {
            OperationType::Query => fields.query(),
            OperationType::Mutation => fields.mutation(),
            OperationType::Subscription => Parent::Unknown,
        };
        outline.collect(&operation.selection_set.node, root, fields);
        if operation.ty == OperationType::Mutation {
            for (_, below) in &mut outline.keys {
                if below.kind != Kind::Leaf {
                    below.kind = Kind::RootMutation;
                }
            }
        }
        outline
    }

    fn collect(&mut self, set: &SelectionSet, parent: Parent, fields: &Fields) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) if field.node.response_key().node == HIDDEN => {
                    self.is_hiding = true;
                }
                Selection::Field(field) => {
                    let field = &field.node;
                    let shape = fields.shape_of(parent, &field.name.node);
                    let mut below = Self {
                        nulls: shape.nulls,
                        kind: shape.kind,
                        ..Self::default()
                    };
                    below.collect(&field.selection_set.node, shape.below, fields);
                    self.keys.insert(field.response_key().node.clone(), below);
                }
                Selection::InlineFragment(inline) => {
                    let Some(condition) = &inline.node.type_condition else {
                        continue;
                    };
                    let name = &condition.node.on.node;
                    let mut of = Self::default();
                    let set = &inline.node.selection_set.node;
                    of.collect(set, fields.named(name), fields);
                    self.types.insert(name.clone(), of);
                }
                // A lowered operation has none.
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    /// How many root fields of a mutation there are.
    pub(crate) fn mutations(&self) -> usize {
        let kinds = self.keys.values().map(|below| below.kind);
        kinds.filter(|kind| *kind == Kind::RootMutation).count()
    }

    /// What is asked of an object: of its type, where it can be of several.
    fn of_type(&self, found: &IndexMap<Name, Value>) -> &Self {
        if self.types.is_empty() {
            return self;
        }
        match found.get(HIDDEN) {
            Some(Value::String(name)) => self.types.get(name.as_str()).unwrap_or(self),
            _ => self,
        }
    }

    /// Brings an executed response into the form that the document asks for.
    pub(crate) fn restore(&self, response: &mut Response) -> Worth {
        response.errors.sort_by(|one, other| {
            let place = |error: &ServerError| {
                (error.locations.is_empty(), error.locations.first().copied())
            };
            let places = place(one).cmp(&place(other));
            places.then_with(|| indices(one).cmp(indices(other)))
        });
        // The executor tells of each argument that a field could not read.
        let mut told = HashSet::new();
        response
            .errors
            .retain(|error| error.path.is_empty() || told.insert(format!("{:?}", error.path)));
        let data = &mut response.data;
        let no_place = response.errors.iter().all(|error| error.path.is_empty());
        let is_refused = *data == Value::Null && no_place && !response.errors.is_empty();
        let mut is_lost = false;
        for error in &response.errors {
            is_lost |= self.place(data, &error.path);
        }
        if !response.errors.is_empty() && self.is_broken(data) {
            *data = Value::Null;
            is_lost = true;
        }
        let points = self.arrange(data);
        match (is_refused, is_lost) {
            (true, _) => Worth::Nothing,
            (false, true) => Worth::Unknown,
            (false, false) => Worth::Points(points),
        }
    }

    /// Puts null where a failed field was left out. Answers whether more than the field was lost.
    fn place(&self, value: &mut Value, path: &[PathSegment]) -> bool {
        let Some((first, rest)) = path.split_first() else {
            return false;
        };
        let mut is_lost = *value == Value::Null;
        match first {
            PathSegment::Field(key) => {
                if *value == Value::Null && self.keys.contains_key(key.as_str()) {
                    *value = Value::Object(IndexMap::new());
                }
                let Value::Object(found) = value else {
                    return is_lost;
                };
                let of = self.of_type(found);
                let Some((name, below)) = of.keys.get_key_value(key.as_str()) else {
                    return is_lost;
                };
                match found.get_mut(name) {
                    Some(inner) => is_lost |= below.place(inner, rest),
                    None => {
                        found.insert(name.clone(), Value::Null);
                    }
                }
            }
            PathSegment::Index(index) => {
                if let Value::List(items) = value
                    && let Some(item) = items.get_mut(*index)
                {
                    is_lost |= self.place(item, rest);
                }
            }
        }
        is_lost
    }

    /// Whether a field of this object is null although the schema says that it never is.
    fn is_broken(&self, object: &mut Value) -> bool {
        let Value::Object(found) = object else {
            return false;
        };
        let of = self.of_type(found);
        found.iter_mut().any(|(key, inner)| {
            of.keys
                .get(key)
                .is_some_and(|below| below.breaks_parent(inner))
        })
    }

    fn breaks_parent(&self, value: &mut Value) -> bool {
        let is_broken = match value {
            Value::Null => true,
            Value::Object(_) => self.is_broken(value),
            Value::List(items) => {
                let mut is_any_broken = false;
                for item in items {
                    if *item == Value::Null || self.is_broken(item) {
                        *item = Value::Null;
                        is_any_broken |= !self.nulls.item;
                    }
                }
                is_any_broken
            }
            _ => false,
        };
        if is_broken {
            *value = Value::Null;
        }
        is_broken && !self.nulls.field
    }

    /// Sorts the keys of an object and counts the points of what it holds. What is text already is in
    /// order and counted. Most objects are in order too, so the keys of both sides are read side by side and sorted only where they part.
    fn arrange(&self, value: &mut Value) -> u64 {
        let Value::Object(found) = value else {
            return points_of(value).unwrap_or_default();
        };
        let of = self.of_type(found);
        if of.is_hiding {
            found.swap_remove(HIDDEN);
        }
        let mut asked = of.keys.keys();
        let in_order = found.keys().all(|key| asked.any(|wanted| wanted == key));
        if !in_order {
            let place = |key: &Name| of.keys.get_index_of(key);
            found.sort_by(|one, _, other, _| place(one).cmp(&place(other)));
        }
        let mut asked = of.keys.iter();
        let mut points = 0;
        for (key, inner) in found {
            if let Some((_, below)) = asked.find(|(wanted, _)| *wanted == key) {
                points += below.points(inner);
            }
        }
        points
    }

    /// The points of a field with what is below it, by the same weights as before execution. What
    /// was looked for and is not there costs its own point.
    fn points(&self, value: &mut Value) -> u64 {
        let (mut sum, mut most, mut count) = (0, 0, 0);
        if !self.keys.is_empty() || !self.types.is_empty() || self.is_hiding {
            match value {
                Value::List(items) => {
                    for item in items {
                        let points = self.arrange_within(item);
                        sum += points;
                        most = most.max(points);
                        count += 1;
                    }
                }
                one => {
                    sum = self.arrange(one);
                    most = sum;
                }
            }
        }
        match self.kind {
            Kind::Leaf | Kind::Unknown => 0,
            Kind::Object => 1 + most,
            Kind::TotalCount => TOTAL_COUNT,
            Kind::RootMutation => ROOT_MUTATION + sum,
            Kind::Page(_) => 1 + sum,
            Kind::Entries | Kind::ByIds => count + sum,
            Kind::Edges => sum.max(count),
        }
    }

    /// An item of a list, which may be a list itself.
    fn arrange_within(&self, item: &mut Value) -> u64 {
        match item {
            Value::List(items) => items.iter_mut().map(|item| self.arrange_within(item)).sum(),
            one => self.arrange(one),
        }
    }
}

/// Which entries of lists an error is about.
fn indices(error: &ServerError) -> impl Iterator<Item = usize> + '_ {
    error.path.iter().filter_map(|part| match part {
        PathSegment::Index(index) => Some(*index),
        PathSegment::Field(_) => None,
    })
}

#[cfg(test)]
mod tests;
