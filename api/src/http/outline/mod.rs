//! The response keys that an operation asks for, in their order. The executor gives keys in
//! the order in which they were ready and leaves failed ones out; here they come back in the
//! order of the document, failed ones as null, and null travels up as the schema demands. Errors
//! come in the order of the document too. On the same way the points of what was returned are counted.

use async_graphql::{
    Name, PathSegment, Response, ServerError, Value,
    indexmap::IndexMap,
    parser::types::{
        ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
    },
};

use super::cost::{Fields, Kind, Nulls, Parent, ROOT_MUTATION, TOTAL_COUNT};
use crate::in_order::points_of;

/// What is asked for at one place.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    nulls: Nulls,
    kind: Kind,
    keys: IndexMap<Name, Outline>,
    /// Whether a key stands here or below more than once, each time with fields of its own.
    has_halves: bool,
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

impl Outline {
    /// The outline of an operation whose expanded size was found within the limits.
    pub(crate) fn of(
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        fields: &Fields,
    ) -> Self {
        let root = match operation.ty {
            OperationType::Query => fields.query(),
            OperationType::Mutation => fields.mutation(),
            OperationType::Subscription => Parent::Unknown,
        };
        let mut outline = Self::default();
        outline.collect(document, &operation.selection_set.node, root, fields);
        if operation.ty == OperationType::Mutation {
            for (_, below) in &mut outline.keys {
                below.kind = Kind::RootMutation;
            }
        }
        outline
    }

    fn collect(
        &mut self,
        document: &ExecutableDocument,
        set: &SelectionSet,
        parent: Parent,
        fields: &Fields,
    ) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let shape = fields.shape_of(parent, &field.name.node);
                    let key = field.response_key().node.clone();
                    let below = self.keys.entry(key).or_default();
                    below.has_halves |= !below.keys.is_empty();
                    below.nulls = shape.nulls;
                    below.kind = shape.kind;
                    below.collect(document, &field.selection_set.node, shape.below, fields);
                    self.has_halves |= below.has_halves;
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let parent =
                        condition.map_or(parent, |condition| fields.named(&condition.node.on.node));
                    self.collect(document, &inline.node.selection_set.node, parent, fields);
                }
                Selection::FragmentSpread(spread) => {
                    let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node)
                    else {
                        continue;
                    };
                    let parent = fields.named(&fragment.node.type_condition.node.on.node);
                    self.collect(document, &fragment.node.selection_set.node, parent, fields);
                }
            }
        }
    }

    /// How many root fields there are.
    pub(crate) fn roots(&self) -> usize {
        self.keys.len()
    }

    /// Whether the executor has to put halves together, which it can do with values alone.
    pub(crate) fn has_halves(&self) -> bool {
        self.has_halves
    }

    /// Brings an executed response into the form that the document asks for.
    pub(crate) fn restore(&self, response: &mut Response) -> Worth {
        response.errors.sort_by(|one, other| {
            let places = one.locations.first().cmp(&other.locations.first());
            places.then_with(|| indices(one).cmp(indices(other)))
        });
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
                let Some((name, below)) = self.keys.get_key_value(key.as_str()) else {
                    return is_lost;
                };
                if *value == Value::Null {
                    *value = Value::Object(IndexMap::new());
                }
                let Value::Object(found) = value else {
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
        found.iter_mut().any(|(key, inner)| {
            self.keys
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
        let mut asked = self.keys.keys();
        let in_order = found.keys().all(|key| asked.any(|wanted| wanted == key));
        if !in_order {
            let place = |key: &Name| self.keys.get_index_of(key);
            found.sort_by(|one, _, other, _| place(one).cmp(&place(other)));
        }
        let mut asked = self.keys.iter();
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
        if !self.keys.is_empty() {
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
