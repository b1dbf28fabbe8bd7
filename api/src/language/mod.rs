//! GraphQL to the letter. Documents are read and validated by a library that follows the specification,
//! variables are brought into their types, and the executor gets what is left to do: the fields of each
//! object once, in their order, without fragments, directives and variables. It is never asked what is
//! valid.

mod coercion;
mod coordinates;
mod faults;
mod literals;
mod lowering;
mod places;
mod scalars;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use apollo_compiler::{
    ExecutableDocument, Node, Schema, ast, executable::Operation, parser::Parser, validation::Valid,
};
use async_graphql::{ServerError, Variables};

use crate::error::{Code, Failure};

pub(crate) use self::{
    coercion::Coerced,
    faults::refusal,
    literals::constant,
    lowering::{HIDDEN, Lowered, bind},
};

/// The types of a schema, as documents are judged by them.
#[derive(Debug)]
pub(crate) struct Language {
    schema: Valid<Schema>,
}

/// A document that is GraphQL, but perhaps does not fit the schema.
pub(crate) struct Draft {
    document: ExecutableDocument,
    faults: Vec<ServerError>,
}

/// A document that fits the schema.
#[derive(Debug)]
pub(crate) struct Document(Valid<ExecutableDocument>);

impl Language {
    /// Reads the text of a schema, which the executor has made and the tests have found valid.
    pub(crate) fn of(sdl: &str) -> Self {
        let read = Schema::parse(without_descriptions(sdl), "schema.graphql");
        let schema = read.unwrap_or_else(|errors| errors.partial);
        Self {
            schema: Valid::assume_valid(schema),
        }
    }

    /// The types.
    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Reads a text whose brackets were found not to be nested too deeply.
    pub(crate) fn draft(&self, text: &str) -> Result<Draft, ServerError> {
        let read = Parser::new().parse_ast(text, "document.graphql");
        let read = read.map_err(|wrong| faults::syntax(&wrong.errors, text))?;
        if let Some(place) = literals::nothing_selected(&read) {
            return Err(faults::empty(place, text));
        }
        let (document, faults) = match read.to_executable(&self.schema) {
            Ok(document) => (document, Vec::new()),
            Err(wrong) => (wrong.partial, faults::of(&wrong.errors, &self.schema, text)),
        };
        Ok(Draft { document, faults })
    }

    /// Judges a document by the schema. Whoever calls has found its fragments to end.
    pub(crate) fn validated(&self, draft: Draft, text: &str) -> Result<Document, Vec<ServerError>> {
        if !draft.faults.is_empty() {
            return Err(draft.faults);
        }
        let checked = draft.document.validate(&self.schema);
        let document = checked.map_err(|wrong| faults::of(&wrong.errors, &self.schema, text))?;
        let faults = literals::faults(&self.schema, &document, text);
        if faults.is_empty() {
            Ok(Document(document))
        } else {
            Err(faults)
        }
    }

    /// The values of the variables of an operation, brought into their types.
    pub(crate) fn coerced(
        &self,
        operation: &Operation,
        sent: &Variables,
    ) -> Result<Coerced, Vec<ServerError>> {
        Coerced::of(&self.schema, operation, sent)
    }

    /// What the executor is to do.
    pub(crate) fn lowered(
        &self,
        document: &Document,
        operation: &Operation,
        variables: &Coerced,
    ) -> Result<Lowered, Failure> {
        Lowered::of(&self.schema, &document.0, operation, variables)
    }
}

impl Draft {
    /// The document as far as the schema knows it.
    pub(crate) fn document(&self) -> &ExecutableDocument {
        &self.document
    }
}

impl Document {
    /// The document.
    pub(crate) fn get(&self) -> &ExecutableDocument {
        &self.0
    }

    /// Which coordinates an operation uses, without those of introspection.
    pub(crate) fn coordinates(&self, operation: &Operation) -> BTreeSet<String> {
        coordinates::used(&self.0, operation)
    }
}

/// The operation that a request means.
pub(crate) fn chosen<'d>(
    document: &'d ExecutableDocument,
    name: Option<&str>,
) -> Result<&'d Node<Operation>, Failure> {
    let chosen = document.operations.get(name);
    chosen.map_err(|_| Failure::new(Code::OperationResolutionFailure))
}

/// Whether what is selected depends on variables.
pub(crate) fn has_conditions(operation: &Operation, document: &Document) -> bool {
    lowering::has_conditions(operation, &document.0)
}

/// Documents are judged by types alone; three quarters of the text are descriptions. Lines stay where
/// they are.
fn without_descriptions(sdl: &str) -> String {
    let mut text = String::with_capacity(sdl.len() / 3);
    let mut is_within = false;
    for line in sdl.lines() {
        let is_border = line.trim_start() == "\"\"\"";
        is_within ^= is_border;
        if !is_border && !is_within {
            text.push_str(line);
        }
        text.push('\n');
    }
    text
}

/// A document without variables as the executor gets it.
#[cfg(test)]
pub(crate) fn lowered(
    language: &Language,
    text: &str,
) -> async_graphql::parser::types::ExecutableDocument {
    let draft = language.draft(text).unwrap();
    let document = language.validated(draft, text).unwrap();
    let operation = chosen(document.get(), None).unwrap();
    let lowered = language.lowered(&document, operation, &Coerced::default());
    lowered.unwrap().document
}

/// The type of a value of the schema.
type Type = ast::Type;
