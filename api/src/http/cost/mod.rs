//! What a document asks for, counted before anything runs: cost, size, depth, aliases, root
//! fields, directives, introspection. One walk in which each fragment of an operation is
//! counted once and reused, all sums saturating. It ends as soon as a limit is passed.
//! Unknown fields and types are not seen here: they are refused by name.

mod fields;
mod pages;
#[cfg(test)]
mod tests;
mod weight;

use std::collections::HashMap;

use apollo_compiler::{
    ExecutableDocument, Name,
    executable::{Field, Fragment, InlineFragment, Operation, Selection, SelectionSet},
};
use async_graphql::Variables;

use crate::error::{Code, Failure};

use super::{limits::Limits, values::Values};

pub(crate) use self::fields::{Fields, Kind, Nulls, Parent};

use self::{pages::Pages, weight::Weight};

/// Points of a root mutation.
pub(crate) const ROOT_MUTATION: u64 = 10;
/// Points of a count.
pub(crate) const TOTAL_COUNT: u64 = 5;

/// Refuses a document that asks for too much, or whose shape the executor must not meet. Answers
/// with the points of the operation that will be run, if there is one.
pub(crate) fn check(
    document: &ExecutableDocument,
    chosen: Option<&Operation>,
    variables: &Variables,
    fields: &Fields,
    limits: &Limits,
) -> Result<u64, Failure> {
    let mut size = 0_u64;
    let mut cost = 0_u64;
    for operation in document.operations.iter() {
        let mut walk = Walk::new(document, operation, variables, fields, limits);
        let weight = walk.operation(operation)?;
        size = size.saturating_add(weight.size);
        weight.judge(size, limits)?;
        if chosen.is_some_and(|chosen| std::ptr::eq(&raw const **operation, chosen)) {
            cost = weight.cost.saturating_add(weight.entries);
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
    let Some(any) = document.operations.iter().next() else {
        return Ok(());
    };
    let mut walk = Walk::new(document, any, variables, fields, limits);
    for (name, fragment) in &document.fragments {
        walk.fragment(name, fragment)?;
    }
    Ok(())
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
}

impl<'a> Walk<'a> {
    fn new(
        document: &'a ExecutableDocument,
        operation: &'a Operation,
        variables: &'a Variables,
        fields: &'a Fields,
        limits: &'a Limits,
    ) -> Self {
        let values = Values {
            definitions: &operation.variables,
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
        }
    }

    fn operation(&mut self, operation: &'a Operation) -> Result<Weight, Failure> {
        let is_mutation = operation.is_mutation();
        let mut weight = self.selections(&operation.selection_set, is_mutation)?;
        weight.directives = weight
            .directives
            .saturating_add(count(operation.directives.len()));
        Ok(weight)
    }

    fn selections(&mut self, set: &'a SelectionSet, is_mutation: bool) -> Result<Weight, Failure> {
        let parent = self.fields.named(&set.ty);
        let mut sum = Weight::default();
        for selection in &set.selections {
            let mut weight = match selection {
                Selection::Field(field) => self.field(field, parent, is_mutation)?,
                Selection::InlineFragment(inline) => self.inline(inline, is_mutation)?,
                Selection::FragmentSpread(spread) => {
                    let fragments = &self.document.fragments;
                    match fragments.get_key_value(&spread.fragment_name) {
                        Some((name, fragment)) => self.fragment(name, fragment)?.below(),
                        None => Weight {
                            size: 1,
                            ..Weight::default()
                        },
                    }
                }
            };
            let directives = count(selection.directives().len());
            weight.directives = weight.directives.saturating_add(directives);
            sum.add(weight);
            if sum.size > self.limits.size {
                sum.judge(sum.size, self.limits)?;
            }
        }
        Ok(sum)
    }

    fn inline(&mut self, inline: &'a InlineFragment, is_mutation: bool) -> Result<Weight, Failure> {
        let weight = self.selections(&inline.selection_set, is_mutation)?;
        Ok(weight.below())
    }

    /// A fragment's weight depends on its own type alone, so it is counted once.
    fn fragment(&mut self, name: &'a Name, fragment: &'a Fragment) -> Result<Weight, Failure> {
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
        let parent = self.fields.named(fragment.type_condition());
        let is_mutation = parent != Parent::Unknown && parent == self.fields.mutation();
        let weight = self.selections(&fragment.selection_set, is_mutation)?;
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
        let shape = self.fields.shape_of(parent, &field.name);
        let inner = match &field.selection_set {
            Some(below) => self.selections(below, false)?,
            None => Weight::default(),
        };
        let is_meta = shape.below == Parent::Introspection;
        let is_typename = field.name == "__typename";
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
                parent == Parent::Introspection && is_listing(&field.name),
            )),
            ..Weight::default()
        };
        if field.selection_set.is_some() {
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
