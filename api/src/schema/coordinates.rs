//! Which types have which fields and what these lead to, read from the text of the schema; and from
//! it, which coordinates a document uses.

use std::collections::{BTreeSet, HashMap, HashSet};

use async_graphql::{
    Name,
    parser::types::{
        BaseType, ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet,
        Type, TypeKind, TypeSystemDefinition,
    },
};

/// The fields of every type that has fields, and the type that each leads to.
#[derive(Clone, Debug, Default)]
pub(super) struct Coordinates(HashMap<String, HashMap<String, String>>);

impl Coordinates {
    /// Reads the types of a schema.
    pub(super) fn of(definitions: &[TypeSystemDefinition]) -> Self {
        let types = definitions.iter().filter_map(|definition| {
            let TypeSystemDefinition::Type(definition) = definition else {
                return None;
            };
            let fields = match &definition.node.kind {
                TypeKind::Object(object) => &object.fields,
                TypeKind::Interface(interface) => &interface.fields,
                _ => return None,
            };
            let fields = fields.iter().map(|field| {
                let below = innermost(&field.node.ty.node).to_owned();
                (field.node.name.node.to_string(), below)
            });
            Some((definition.node.name.node.to_string(), fields.collect()))
        });
        Self(types.collect())
    }

    /// The coordinates that an operation of a valid document uses, without those of introspection.
    pub(super) fn used(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
    ) -> BTreeSet<String> {
        let root = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let mut walk = Walk {
            coordinates: self,
            document,
            walked: HashSet::new(),
            used: BTreeSet::new(),
        };
        walk.set(&operation.selection_set.node, root);
        walk.used
    }
}

fn innermost(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => innermost(item),
    }
}

/// A walk over a document in which each fragment is walked once.
struct Walk<'a> {
    coordinates: &'a Coordinates,
    document: &'a ExecutableDocument,
    walked: HashSet<&'a Name>,
    used: BTreeSet<String>,
}

impl<'a> Walk<'a> {
    fn set(&mut self, set: &'a SelectionSet, parent: &'a str) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let name = &field.node.name.node;
                    let fields = self.coordinates.0.get(parent);
                    // What describes the schema itself is in no type of it.
                    let Some(below) = fields.and_then(|fields| fields.get(name.as_str())) else {
                        continue;
                    };
                    self.used.insert(format!("{parent}.{name}"));
                    self.set(&field.node.selection_set.node, below);
                }
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let of = condition.map_or(parent, |condition| condition.node.on.node.as_str());
                    self.set(&inline.node.selection_set.node, of);
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.walked.insert(name)
                    {
                        let of = fragment.node.type_condition.node.on.node.as_str();
                        self.set(&fragment.node.selection_set.node, of);
                    }
                }
            }
        }
    }
}
