//! From a valid document to what the executor is to do: the fields of each object once, merged and in
//! the order of the specification's `CollectFields`, without fragments, directives and variables. Where an
//! object can be of several types, each type has its fields in a fragment of its own.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    ExecutableDocument, Name, Node, Schema, ast,
    collections::IndexMap,
    executable::{Field, Operation, Selection, SelectionSet},
};
use async_graphql::{
    Name as Key, Pos, Positioned, Value,
    parser::types::{
        self as plain, DocumentOperations, InlineFragment, OperationDefinition, OperationType,
        TypeCondition,
    },
};

use super::{Coerced, places::Places, values::open};
use crate::error::{Code, Failure};

/// The key of what is asked for besides, so that an object of which nothing is selected is there and an
/// object that can be of several types says of which it is. No document can ask for it; it leaves no answer.
pub(crate) const HIDDEN: &str = "";

/// Selections that a lowered operation may have: a document within its limits comes to a small part of it.
const MOST: usize = 100_000;

/// What the executor is to do, arguments as far as they depend on variables still open.
#[derive(Clone, Debug)]
pub(crate) struct Lowered {
    /// The operation, alone in a document.
    pub(crate) document: plain::ExecutableDocument,
}

/// The fields of one object by their keys: each is asked for at one place or at several.
type Collected<'d> = IndexMap<&'d Name, Vec<&'d Node<Field>>>;

struct Lowering<'d> {
    schema: &'d Schema,
    document: &'d ExecutableDocument,
    variables: &'d Coerced,
    places: Places<'d>,
    concrete: HashMap<&'d str, Vec<&'d Name>>,
    count: usize,
}

impl Lowered {
    pub(super) fn of(
        schema: &Schema,
        document: &ExecutableDocument,
        operation: &Operation,
        variables: &Coerced,
    ) -> Result<Self, Failure> {
        let text = document.sources.values().next();
        let mut lowering = Lowering {
            schema,
            document,
            variables,
            places: Places::of(text.map_or("", |text| text.source_text())),
            concrete: HashMap::new(),
            count: 0,
        };
        let set = &operation.selection_set;
        let selection_set = lowering.set(&set.ty, &[set])?;
        let ty = match operation.operation_type {
            ast::OperationType::Query => OperationType::Query,
            ast::OperationType::Mutation => OperationType::Mutation,
            ast::OperationType::Subscription => OperationType::Subscription,
        };
        let operation = OperationDefinition {
            ty,
            variable_definitions: Vec::new(),
            directives: Vec::new(),
            selection_set,
        };
        Ok(Self {
            document: plain::ExecutableDocument {
                operations: DocumentOperations::Single(nowhere(operation)),
                fragments: HashMap::new(),
            },
        })
    }
}

impl<'d> Lowering<'d> {
    /// What is asked of a place by several selections together.
    fn set(
        &mut self,
        ty: &'d Name,
        sets: &[&'d SelectionSet],
    ) -> Result<Positioned<plain::SelectionSet>, Failure> {
        let is_object = self.schema.get_object(ty).is_some();
        if is_object || self.is_alike(ty, sets) {
            return self.fields(ty, sets, false);
        }
        let mut items = Vec::new();
        for concrete in self.concrete(ty) {
            let inline = InlineFragment {
                type_condition: Some(nowhere(TypeCondition {
                    on: nowhere(Key::new(concrete.as_str())),
                })),
                directives: Vec::new(),
                selection_set: self.fields(concrete, sets, true)?,
            };
            items.push(nowhere(plain::Selection::InlineFragment(nowhere(inline))));
        }
        Ok(nowhere(plain::SelectionSet { items }))
    }

    /// The fields of objects of one type.
    fn fields(
        &mut self,
        ty: &'d Name,
        sets: &[&'d SelectionSet],
        is_one_of_several: bool,
    ) -> Result<Positioned<plain::SelectionSet>, Failure> {
        let mut collected = Collected::default();
        let mut spread = HashSet::new();
        for set in sets {
            self.collect(ty, set, &mut spread, &mut collected)?;
        }
        self.count += collected.len();
        if self.count > MOST {
            return Err(Failure::new(Code::QueryTooComplex));
        }
        let mut items = Vec::with_capacity(collected.len());
        for asked in collected.values() {
            items.extend(self.field(asked)?);
        }
        if items.is_empty() || is_one_of_several {
            items.push(hidden());
        }
        Ok(nowhere(plain::SelectionSet { items }))
    }

    fn collect(
        &self,
        ty: &Name,
        set: &'d SelectionSet,
        spread: &mut HashSet<&'d Name>,
        collected: &mut Collected<'d>,
    ) -> Result<(), Failure> {
        for selection in &set.selections {
            if !self.is_selected(selection.directives())? {
                continue;
            }
            match selection {
                Selection::Field(field) => {
                    collected
                        .entry(field.response_name())
                        .or_default()
                        .push(field);
                }
                Selection::InlineFragment(inline) => {
                    if self.applies(inline.type_condition.as_ref(), ty) {
                        self.collect(ty, &inline.selection_set, spread, collected)?;
                    }
                }
                Selection::FragmentSpread(of) => {
                    if spread.insert(&of.fragment_name)
                        && let Some(fragment) = self.document.fragments.get(&of.fragment_name)
                        && self.applies(Some(fragment.type_condition()), ty)
                    {
                        self.collect(ty, &fragment.selection_set, spread, collected)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// One field that is asked for at one or several places.
    fn field(
        &mut self,
        asked: &[&'d Node<Field>],
    ) -> Result<Option<Positioned<plain::Selection>>, Failure> {
        let Some(first) = asked.first() else {
            return Ok(None);
        };
        let below: Vec<_> = asked
            .iter()
            .filter_map(|field| field.selection_set.as_ref())
            .collect();
        let selection_set = match below.first() {
            Some(set) => self.set(&set.ty, &below)?,
            None => nowhere(plain::SelectionSet::default()),
        };
        let arguments = first.arguments.iter().map(|argument| {
            let value = self.places.with(&argument.value, open(&argument.value));
            (self.places.name(&argument.name), value)
        });
        let field = plain::Field {
            alias: first.alias.as_ref().map(|alias| self.places.name(alias)),
            name: self.places.name(&first.name),
            arguments: arguments.collect(),
            directives: Vec::new(),
            selection_set,
        };
        let field = self.places.with(first, field);
        let place = field.pos;
        Ok(Some(Positioned::new(plain::Selection::Field(field), place)))
    }

    fn is_selected(&self, directives: &ast::DirectiveList) -> Result<bool, Failure> {
        for directive in directives {
            let wanted = match directive.name.as_str() {
                "skip" => false,
                "include" => true,
                _ => continue,
            };
            if self.condition(directive)? != wanted {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn condition(&self, directive: &ast::Directive) -> Result<bool, Failure> {
        let given = directive
            .specified_argument_by_name("if")
            .map(|given| &**given);
        let value = match given {
            Some(ast::Value::Boolean(is)) => return Ok(*is),
            Some(ast::Value::Variable(name)) => self.variables.get(name),
            _ => None,
        };
        if let Some(Value::Boolean(is)) = value {
            Ok(*is)
        } else {
            let message = format!("`@{}` needs true or false.", directive.name);
            Err(Failure::bad_input(message))
        }
    }

    fn applies(&self, condition: Option<&Name>, ty: &Name) -> bool {
        condition.is_none_or(|wanted| wanted == ty || self.schema.is_subtype(wanted, ty))
    }

    /// Whether objects of all types that can stand here are asked for the same.
    fn is_alike(&self, ty: &Name, sets: &[&'d SelectionSet]) -> bool {
        let mut of = Vec::from(sets);
        let mut spread = HashSet::new();
        while let Some(set) = of.pop() {
            for selection in &set.selections {
                let (condition, below) = match selection {
                    Selection::Field(_) => continue,
                    Selection::InlineFragment(inline) => {
                        (inline.type_condition.as_ref(), &inline.selection_set)
                    }
                    Selection::FragmentSpread(fragment) => {
                        let name = &fragment.fragment_name;
                        let known = self.document.fragments.get(name);
                        let Some(known) = known.filter(|_| spread.insert(name)) else {
                            continue;
                        };
                        (Some(known.type_condition()), &known.selection_set)
                    }
                };
                if condition.is_some_and(|wanted| wanted != ty) {
                    return false;
                }
                of.push(below);
            }
        }
        true
    }

    /// The types of objects that an abstract type stands for.
    fn concrete(&mut self, ty: &'d Name) -> Vec<&'d Name> {
        let schema = self.schema;
        let find = || {
            let objects = schema.types.iter().filter(|(_, known)| known.is_object());
            let names = objects.map(|(name, _)| name);
            names.filter(|name| schema.is_subtype(ty, name)).collect()
        };
        self.concrete
            .entry(ty.as_str())
            .or_insert_with(find)
            .clone()
    }
}

/// Whether a variable decides what of an operation is selected.
pub(super) fn has_conditions(operation: &Operation, document: &ExecutableDocument) -> bool {
    fn within(set: &SelectionSet) -> bool {
        set.selections.iter().any(|selection| {
            let mut given = selection.directives().iter().flat_map(|it| &it.arguments);
            let is_open = given.any(|given| matches!(*given.value, ast::Value::Variable(_)));
            let below = match selection {
                Selection::Field(field) => field.selection_set.as_ref(),
                Selection::InlineFragment(inline) => Some(&inline.selection_set),
                Selection::FragmentSpread(_) => None,
            };
            is_open || below.is_some_and(within)
        })
    }
    let mut fragments = document.fragments.values();
    within(&operation.selection_set) || fragments.any(|fragment| within(&fragment.selection_set))
}

fn hidden() -> Positioned<plain::Selection> {
    let field = plain::Field {
        alias: Some(nowhere(Key::new(HIDDEN))),
        name: nowhere(Key::new("__typename")),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: nowhere(plain::SelectionSet::default()),
    };
    nowhere(plain::Selection::Field(nowhere(field)))
}

fn nowhere<T>(node: T) -> Positioned<T> {
    Positioned::new(node, Pos::default())
}
