//! GraphQL to the letter. Documents are read and validated by a library that follows the specification,
//! variables are brought into their types, and the executor gets what is left to do: the fields of each
//! object once, in their order, without fragments, directives and variables. It is never asked what is
//! valid.

mod coercion;
mod coordinates;
mod faults;
mod introspection;
mod literals;
mod lowering;
mod places;
mod scalars;
#[cfg(test)]
mod tests;
pub(crate) mod tokens;
mod values;

use std::collections::BTreeSet;

use apollo_compiler::{
    ExecutableDocument, Node, Schema, ast, executable::Operation, parser::Parser, validation::Valid,
};
use async_graphql::{ServerError, Variables};

use crate::error::{Code, Failure};

use self::introspection::Described;
pub(crate) use self::{
    coercion::Coerced,
    faults::refusal,
    introspection::{Answered, put_aside},
    lowering::{HIDDEN, Lowered},
    values::{bind, constant},
};

/// What is told of an argument that a variable left null.
pub(crate) const NULL: &str = "A variable is null where a value is needed.";

/// The types of a schema, as documents are judged by them.
#[derive(Debug)]
pub(crate) struct Language {
    schema: Valid<Schema>,
    described: Described,
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
            described: Described::of(sdl.to_owned()),
        }
    }

    /// The same, which shows clients another text of itself.
    pub(crate) fn shown_as(mut self, text: String) -> Self {
        self.described = Described::of(text);
        self
    }

    /// The text that clients are shown.
    pub(crate) fn text(&self) -> &str {
        self.described.text()
    }

    /// The types.
    pub(crate) fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Reads a text whose brackets were found not to be nested too deeply.
    pub(crate) fn draft(&self, text: &str) -> Result<Draft, ServerError> {
        let read = Parser::new().parse_ast(text, "document.graphql");
        let read = read.map_err(|wrong| faults::syntax(&wrong.errors, text))?;
        if !is_whole(&read, text) {
            return Err(refusal(Failure::new(Code::GraphqlParseFailed)));
        }
        literals::nothing_selected(&read).map_err(|place| faults::empty(place, text))?;
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
        if let Some(bare) = without_null_defaults(&draft.document) {
            let checked = bare.validate(&self.schema);
            checked.map_err(|wrong| faults::of(&wrong.errors, &self.schema, text))?;
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

    /// What an operation asks of the schema itself.
    pub(crate) fn described(
        &self,
        document: &Document,
        operation: &Operation,
        variables: &Coerced,
        keys: &[async_graphql::Name],
    ) -> Result<Answered, Failure> {
        self.described
            .answered(&document.0, operation, variables, keys)
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

/// Whether every token of a text came into the document: the parser passes over some that stand where
/// none may, such as a second name of an argument.
fn is_whole(document: &ast::Document, text: &str) -> bool {
    // The word that an operation without a name may begin with is written only where one went before.
    let (mut read, mut written) = (0, 0);
    for (at, definition) in document.definitions.iter().enumerate() {
        if let ast::Definition::OperationDefinition(operation) = definition
            && operation.operation_type.is_query()
            && operation.name.is_none()
            && operation.variables.is_empty()
            && operation.directives.is_empty()
            && operation.description.is_none()
        {
            let place = operation
                .location()
                .and_then(|place| text.get(place.offset()..));
            read += usize::from(place.is_some_and(|place| place.starts_with("query")));
            written += usize::from(at > 0);
        }
    }
    let again = document.to_string();
    tokens::of(text).count() + written == tokens::of(&again).count() + read
}

/// The document without defaults that are null, if it has any: null is no value where one is needed, and
/// the library takes every default for one.
fn without_null_defaults(document: &ExecutableDocument) -> Option<ExecutableDocument> {
    let is_null = |variable: &Node<ast::VariableDefinition>| {
        variable
            .default_value
            .as_ref()
            .is_some_and(|it| it.is_null())
    };
    let mut all = document.operations.iter();
    if !all.any(|operation| operation.variables.iter().any(is_null)) {
        return None;
    }
    let mut bare = document.clone();
    let operations = &mut bare.operations;
    for operation in operations
        .anonymous
        .iter_mut()
        .chain(operations.named.values_mut())
    {
        for variable in &mut operation.make_mut().variables {
            if is_null(variable) {
                variable.make_mut().default_value = None;
            }
        }
    }
    Some(bare)
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
