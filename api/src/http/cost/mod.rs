//! What a document asks for, counted before anything runs: cost, size, depth, aliases, root
//! fields, directives, introspection. One walk in which each fragment of an operation is
//! counted once and reused, all sums saturating. It ends as soon as a limit is passed.
//! Unknown fields and types count nothing here: validation names them, unless there are so many
//! that looking for what was meant by each would take long.

mod fields;
mod pages;
#[cfg(test)]
mod tests;
mod weight;

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{
        ExecutableDocument, Field, FragmentDefinition, InlineFragment, OperationDefinition,
        OperationType, Selection, SelectionSet,
    },
};

use crate::error::{Code, Failure};

use super::{limits::Limits, values::Values};

pub(crate) use self::fields::{Fields, Kind, Nulls, Parent};

use self::{pages::Pages, weight::Weight};

/// Points of a root mutation.
pub(crate) const ROOT_MUTATION: u64 = 10;
/// Points of a count.
pub(crate) const TOTAL_COUNT: u64 = 5;
/// How many unknown fields are left to validation.
const UNKNOWN_FIELDS: u32 = 50;

/// Refuses a document that asks for too much, or whose shape the executor must not meet. Answers
/// with the points of the operation that will be run.
pub(crate) fn check(
    document: &ExecutableDocument,
    chosen: &OperationDefinition,
    variables: &Variables,
    fields: &Fields,
    limits: &Limits,
) -> Result<u64, Failure> {
    let mut size = 0_u64;
    let mut cost = 0_u64;
    for (_, operation) in document.operations.iter() {
        let operation = &operation.node;
        let mut walk = Walk::new(document, operation, variables, fields, limits);
        let weight = walk.operation(operation)?;
        size = size.saturating_add(weight.size);
        weight.judge(size, limits)?;
        walk.known()?;
        if std::ptr::eq(operation, chosen) {
            cost = weight.cost.saturating_add(weight.entries);
        }
        if operation.ty == OperationType::Mutation {
            distinct_root_keys(document, &operation.selection_set.node)?;
        }
    }
    unused_fragments(document, variables, fields, limits)?;
    Ok(cost)
}

/// Fragments that no operation spreads are walked by the executor all the same.
fn unused_fragments(
    document: &ExecutableDocument,
    variables: &Variables,
    fields: &Fields,
    limits: &Limits,
) -> Result<(), Failure> {
    let Some((_, any)) = document.operations.iter().next() else {
        return Ok(());
    };
    let mut walk = Walk::new(document, &any.node, variables, fields, limits);
    for (name, fragment) in &document.fragments {
        walk.fragment(name, &fragment.node)?;
    }
    walk.known()
}

enum Memo {
    Open,
    Done(Weight),
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    pages: Pages<'a>,
    fields: &'a Fields,
    limits: &'a Limits,
    memo: HashMap<&'a str, Memo>,
    open: usize,
    unknown: u32,
}

impl<'a> Walk<'a> {
    fn new(
        document: &'a ExecutableDocument,
        operation: &'a OperationDefinition,
        variables: &'a Variables,
        fields: &'a Fields,
        limits: &'a Limits,
    ) -> Self {
        let values = Values {
            definitions: &operation.variable_definitions,
            sent: variables,
        };
        let pages = Pages { values, limits };
        Self {
            document,
            pages,
            fields,
            limits,
            memo: HashMap::new(),
            open: 0,
            unknown: 0,
        }
    }

    /// Refuses what validation would take long to name.
    fn known(&self) -> Result<(), Failure> {
        if self.unknown <= UNKNOWN_FIELDS {
            return Ok(());
        }
        let message = format!("{} fields are not in the schema.", self.unknown);
        Err(Failure::with(Code::GraphqlValidationFailed, message))
    }

    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Weight, Failure> {
        let (root, is_mutation) = match operation.ty {
            OperationType::Query => (self.fields.query(), false),
            OperationType::Mutation => (self.fields.mutation(), true),
            OperationType::Subscription => (Parent::Unknown, false),
        };
        let mut weight = self.selections(&operation.selection_set.node, root, is_mutation)?;
        weight.directives = weight
            .directives
            .saturating_add(count(operation.directives.len()));
        Ok(weight)
    }

    fn selections(
        &mut self,
        set: &'a SelectionSet,
        parent: Parent,
        is_mutation: bool,
    ) -> Result<Weight, Failure> {
        let mut sum = Weight::default();
        for selection in &set.items {
            let mut weight = match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent, is_mutation)?,
                Selection::InlineFragment(inline) => {
                    self.inline(&inline.node, parent, is_mutation)?
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    match self.document.fragments.get_key_value(name) {
                        Some((name, fragment)) => self.fragment(name, &fragment.node)?.below(),
                        None => Weight {
                            size: 1,
                            ..Weight::default()
                        },
                    }
                }
            };
            let directives = count(selection.node.directives().len());
            weight.directives = weight.directives.saturating_add(directives);
            sum.add(weight);
            if sum.size > self.limits.size {
                sum.judge(sum.size, self.limits)?;
            }
        }
        Ok(sum)
    }

    fn inline(
        &mut self,
        inline: &'a InlineFragment,
        parent: Parent,
        is_mutation: bool,
    ) -> Result<Weight, Failure> {
        let parent = match &inline.type_condition {
            Some(condition) => self.fields.named(&condition.node.on.node),
            None => parent,
        };
        Ok(self
            .selections(&inline.selection_set.node, parent, is_mutation)?
            .below())
    }

    /// A fragment's weight depends on its own type alone, so it is counted once.
    fn fragment(
        &mut self,
        name: &'a Name,
        fragment: &'a FragmentDefinition,
    ) -> Result<Weight, Failure> {
        match self.memo.get(name.as_str()) {
            Some(Memo::Done(weight)) => return Ok(*weight),
            Some(Memo::Open) => return Err(cycle(name)),
            None => {}
        }
        if self.open > self.limits.nesting {
            let message = format!(
                "Fragments spread each other more than {} deep.",
                self.limits.nesting
            );
            return Err(Failure::with(Code::MaxRecursionLimit, message));
        }
        self.open += 1;
        self.memo.insert(name, Memo::Open);
        let parent = self.fields.named(&fragment.type_condition.node.on.node);
        let is_mutation = parent != Parent::Unknown && parent == self.fields.mutation();
        let weight = self.selections(&fragment.selection_set.node, parent, is_mutation)?;
        self.memo.insert(name, Memo::Done(weight));
        self.open -= 1;
        Ok(weight)
    }

    fn field(
        &mut self,
        field: &'a Field,
        parent: Parent,
        is_mutation: bool,
    ) -> Result<Weight, Failure> {
        let shape = self.fields.shape_of(parent, &field.name.node);
        self.unknown += u32::from(shape.kind == Kind::Unknown);
        let inner = self.selections(&field.selection_set.node, shape.below, false)?;
        let is_meta = shape.below == Parent::Introspection;
        let is_typename = field.name.node == "__typename";
        let mut weight = Weight {
            size: inner.size.saturating_add(1),
            depth: if is_meta && !is_typename {
                0
            } else {
                inner.depth.saturating_add(1)
            },
            aliases: inner
                .aliases
                .saturating_add(u64::from(field.alias.is_some())),
            directives: inner.directives,
            root_fields: 1,
            introspection_lists: inner.introspection_lists.saturating_add(u64::from(
                parent == Parent::Introspection && is_listing(&field.name.node),
            )),
            ..Weight::default()
        };
        if !field.selection_set.node.items.is_empty() {
            weight.nesting = inner.nesting.saturating_add(1);
        }
        let kind = if is_mutation && !is_meta {
            Kind::RootMutation
        } else {
            shape.kind
        };
        self.price(field, kind, inner, &mut weight)?;
        Ok(weight)
    }

    fn price(
        &self,
        field: &Field,
        kind: Kind,
        inner: Weight,
        weight: &mut Weight,
    ) -> Result<(), Failure> {
        let whole = inner.cost.saturating_add(inner.entries);
        match kind {
            Kind::Leaf | Kind::Unknown => weight.cost = whole,
            Kind::Object => weight.cost = whole.saturating_add(1),
            Kind::RootMutation => weight.cost = whole.saturating_add(ROOT_MUTATION),
            Kind::TotalCount => weight.cost = TOTAL_COUNT,
            Kind::Entries => weight.entries = whole.saturating_add(1),
            Kind::Edges => weight.entries = whole.max(1),
            Kind::ByIds => {
                let ids = self.pages.ids(field)?;
                weight.cost = whole.saturating_add(1).saturating_mul(ids);
            }
            Kind::Page(default) => {
                let page = self.pages.size(field, default)?;
                let entries = inner.entries.saturating_mul(page);
                weight.cost = entries.saturating_add(inner.cost).saturating_add(1);
            }
        }
        Ok(())
    }
}

fn is_listing(field: &str) -> bool {
    matches!(
        field,
        "fields" | "inputFields" | "interfaces" | "possibleTypes"
    )
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn cycle(name: &Name) -> Failure {
    let message = format!("Fragment \"{name}\" spreads itself.");
    Failure::with(Code::GraphqlValidationFailed, message)
}

/// The executor would run both of two root selections with one response key. The walk before
/// this has bounded how far the fragments can expand.
fn distinct_root_keys(document: &ExecutableDocument, set: &SelectionSet) -> Result<(), Failure> {
    fn visit<'a>(
        document: &'a ExecutableDocument,
        items: &'a [Positioned<Selection>],
        seen: &mut HashSet<&'a str>,
    ) -> Result<(), Failure> {
        for selection in items {
            let inner = match &selection.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    if !seen.insert(key) {
                        let message = format!(
                            "Two root fields have the response key \"{key}\": give one an alias."
                        );
                        return Err(Failure::with(Code::GraphqlValidationFailed, message));
                    }
                    continue;
                }
                Selection::InlineFragment(inline) => &inline.node.selection_set,
                Selection::FragmentSpread(spread) => {
                    match document.fragments.get(&spread.node.fragment_name.node) {
                        Some(fragment) => &fragment.node.selection_set,
                        None => continue,
                    }
                }
            };
            visit(document, &inner.node.items, seen)?;
        }
        Ok(())
    }
    visit(document, &set.items, &mut HashSet::new())
}
