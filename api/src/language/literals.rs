//! What the library leaves to us of the values that stand in a document: scalars of our own, fields of
//! an input object that are named twice, and selections that select nothing.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Node, Schema, ast,
    executable::{Operation, Selection, SelectionSet},
    parser::SourceSpan,
    schema::ExtendedType,
};
use async_graphql::ServerError;

use super::{Type, faults, places::Places, scalars, values::constant};
use crate::error::Code;

/// The faults of the values of a valid document.
pub(super) fn faults(
    schema: &Schema,
    document: &ExecutableDocument,
    text: &str,
) -> Vec<ServerError> {
    let mut walk = Walk {
        schema,
        places: Places::of(text),
        nullable: HashSet::new(),
        faults: Vec::new(),
    };
    for operation in document.operations.iter() {
        let variables = operation.variables.iter();
        let nullable = variables.filter(|variable| !variable.ty.is_non_null());
        walk.nullable
            .extend(nullable.map(|variable| &variable.name));
    }
    for operation in document.operations.iter() {
        walk.operation(operation);
    }
    for fragment in document.fragments.values() {
        walk.set(&fragment.selection_set);
    }
    walk.faults
}

struct Walk<'a> {
    schema: &'a Schema,
    places: Places<'a>,
    nullable: HashSet<&'a apollo_compiler::Name>,
    faults: Vec<ServerError>,
}

impl Walk<'_> {
    fn operation(&mut self, operation: &Operation) {
        for variable in &operation.variables {
            if let Some(default) = &variable.default_value {
                self.value(&variable.ty, default);
            }
        }
        self.set(&operation.selection_set);
    }

    fn set(&mut self, set: &SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    for argument in &field.arguments {
                        let definition = field.definition.argument_by_name(&argument.name);
                        if let Some(definition) = definition {
                            self.value(&definition.ty, &argument.value);
                        }
                    }
                    if let Some(below) = &field.selection_set {
                        self.set(below);
                    }
                }
                Selection::InlineFragment(inline) => self.set(&inline.selection_set),
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    fn value(&mut self, ty: &Type, value: &Node<ast::Value>) {
        match (&**value, ty) {
            (ast::Value::Variable(_) | ast::Value::Null, _) => {}
            (ast::Value::List(items), Type::List(item) | Type::NonNullList(item)) => {
                for value in items {
                    self.value(item, value);
                }
            }
            // One value stands for a list of one.
            (_, Type::List(item) | Type::NonNullList(item)) => self.value(item, value),
            (_, Type::Named(name) | Type::NonNullNamed(name)) => self.named(name, value),
        }
    }

    fn named(&mut self, name: &str, value: &Node<ast::Value>) {
        let fields = match (self.schema.types.get(name), &**value) {
            (Some(ExtendedType::InputObject(object)), ast::Value::Object(fields)) => {
                if object.is_one_of() {
                    self.one_of(name, fields);
                }
                (&object.fields, fields)
            }
            (Some(ExtendedType::Scalar(_)), _) => return self.scalar(name, value),
            _ => return,
        };
        let (known, given) = fields;
        let mut seen = HashSet::new();
        for (field, value) in given {
            if !seen.insert(field) {
                let message = format!("The field `{field}` is named twice in an input object.");
                let code = Code::GraphqlValidationFailed;
                let fault = faults::at(&self.places, field.location(), code, message);
                self.faults.push(fault);
            }
            if let Some(definition) = known.get(field) {
                self.value(&definition.ty, value);
            }
        }
    }

    /// A variable that can be null is none of the fields of which one is needed, default or not.
    fn one_of(&mut self, name: &str, fields: &[(apollo_compiler::Name, Node<ast::Value>)]) {
        for (field, value) in fields {
            if let ast::Value::Variable(variable) = &**value
                && self.nullable.contains(variable)
            {
                let message =
                    format!("Variable `${variable}` can be null, `{name}.{field}` cannot.");
                let code = Code::GraphqlValidationFailed;
                let fault = faults::at(&self.places, value.location(), code, message);
                self.faults.push(fault);
            }
        }
    }

    fn scalar(&mut self, name: &str, value: &Node<ast::Value>) {
        let Some(given) = constant(value) else { return };
        if let Some(message) = scalars::fault(name, &given) {
            let place = value.location();
            let fault = faults::at(&self.places, place, Code::BadUserInput, message);
            self.faults.push(fault);
        }
    }
}

/// Refuses a selection that selects nothing, and says where it stands. The grammar of September 2026 allows it, the one that clients and
/// their tools know does not.
pub(super) fn nothing_selected(document: &ast::Document) -> Result<(), Option<SourceSpan>> {
    document.definitions.iter().try_for_each(|definition| {
        let (place, set) = match definition {
            ast::Definition::OperationDefinition(operation) => {
                (operation.location(), &operation.selection_set)
            }
            ast::Definition::FragmentDefinition(fragment) => {
                (fragment.location(), &fragment.selection_set)
            }
            _ => return Ok(()),
        };
        nothing_within(place, set)
    })
}

fn nothing_within(
    place: Option<SourceSpan>,
    set: &[ast::Selection],
) -> Result<(), Option<SourceSpan>> {
    if set.is_empty() {
        return Err(place);
    }
    set.iter().try_for_each(|selection| match selection {
        ast::Selection::Field(field) => match field.selection_set.as_deref() {
            Some(below) => nothing_within(field.location(), below),
            None => Ok(()),
        },
        ast::Selection::InlineFragment(inline) => {
            nothing_within(inline.location(), &inline.selection_set)
        }
        ast::Selection::FragmentSpread(_) => Ok(()),
    })
}
