//! What a document asks of the schema itself, answered by the library that judges documents. The
//! executor is not asked: it leaves out what the specification names.

use std::sync::OnceLock;

use apollo_compiler::{
    ExecutableDocument, Name, Schema,
    collections::HashMap,
    executable::Operation,
    introspection::partial_execute,
    response::{GraphQLError, JsonMap, ResponseDataPathSegment},
    schema::Implementers,
    validation::Valid,
};
use async_graphql::{
    Name as Key, PathSegment, Pos, ServerError, Value,
    parser::types::{Selection, SelectionSet},
};

use super::{Coerced, faults::refusal};
use crate::error::{Code, Failure};

/// The schema with its descriptions, read when somebody first asks for it: that takes long, and documents
/// are judged without.
#[derive(Debug)]
pub(super) struct Described {
    text: String,
    read: OnceLock<(Valid<Schema>, HashMap<Name, Implementers>)>,
}

/// What was answered: values by their response keys, and errors.
pub(crate) type Answered = (Vec<(Key, Value)>, Vec<ServerError>);

impl Described {
    pub(super) fn of(text: String) -> Self {
        Self {
            text,
            read: OnceLock::new(),
        }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn read(&self) -> &(Valid<Schema>, HashMap<Name, Implementers>) {
        self.read.get_or_init(|| {
            let read = Schema::parse(self.text.as_str(), "schema.graphql");
            let schema = read.unwrap_or_else(|errors| errors.partial);
            let implementers = schema.implementers_map();
            (Valid::assume_valid(schema), implementers)
        })
    }

    pub(super) fn answered(
        &self,
        document: &Valid<ExecutableDocument>,
        operation: &Operation,
        variables: &Coerced,
        keys: &[Key],
    ) -> Result<Answered, Failure> {
        let (schema, implementers) = self.read();
        let sent =
            serde_json::to_value(variables.all()).and_then(serde_json::from_value::<JsonMap>);
        let sent = Valid::assume_valid(sent.map_err(Failure::internal)?);
        let answer = partial_execute(schema, implementers, document, operation, &sent);
        let answer = answer.map_err(|_| Failure::new(Code::InternalServerError))?;
        let data = serde_json::to_value(&answer.data).and_then(serde_json::from_value::<Value>);
        let mut data = match data.map_err(Failure::internal)? {
            Value::Object(data) => data,
            _ => async_graphql::indexmap::IndexMap::default(),
        };
        let found = keys
            .iter()
            .map(|key| (key.clone(), data.swap_remove(key).unwrap_or_default()));
        let errors = answer.errors.iter().map(error).collect();
        Ok((found.collect(), errors))
    }
}

fn is_about_the_schema(field: &str) -> bool {
    matches!(field, "__schema" | "__type")
}

/// Takes what is asked of the schema itself out of a lowered operation. Answers with its response keys.
pub(crate) fn put_aside(roots: &mut SelectionSet) -> Vec<Key> {
    let mut keys = Vec::new();
    roots.items.retain(|item| match &item.node {
        Selection::Field(field) if is_about_the_schema(&field.node.name.node) => {
            keys.push(field.node.response_key().node.clone());
            false
        }
        _ => true,
    });
    keys
}

/// An argument that was null where a value is needed: what else can be wrong was found before.
fn error(told: &GraphQLError) -> ServerError {
    let mut error = refusal(Failure::bad_input(super::NULL));
    error.locations = told
        .locations
        .iter()
        .map(|place| Pos {
            line: place.line,
            column: place.column,
        })
        .collect();
    error.path = told
        .path
        .iter()
        .map(|part| match part {
            ResponseDataPathSegment::Field(name) => PathSegment::Field(name.to_string()),
            ResponseDataPathSegment::ListIndex(index) => PathSegment::Index(*index),
        })
        .collect();
    error
}
