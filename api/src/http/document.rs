//! From parameters to a request that the executor may meet: text scan, one parse, the operation, the
//! cost, validation, the variables in their types. Nothing is executed here.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc};

use apollo_compiler::{Node, ast, executable};
use async_graphql::{
    Name, Request, ServerError, Variables,
    parser::types::{DocumentOperations, Field, OperationType, Selection},
};
use async_graphql_value::Value as Argument;

use crate::{
    error::{Code, Failure},
    language::{self, Answered, Coerced, Document, Draft, Language, Lowered, bind, refusal},
};

use super::{
    cost::{self, Fields},
    dry_run,
    known::Known,
    limits::Limits,
    outline::Outline,
    params::Params,
    prescan,
};

/// The field of `Query` that reads a document of its own.
const ACCESS_CHECK: &str = "accessCheck";

/// An operation within all limits.
#[derive(Debug)]
pub(crate) struct Operation {
    /// For the executor, the lowered operation inside.
    pub(crate) request: Request,
    /// What the document says of it.
    pub(crate) reading: Arc<Reading>,
    /// What its answer looks like.
    pub(crate) outline: Arc<Outline>,
    /// The values of its variables.
    pub(crate) variables: Coerced,
    /// The response keys of what it asks of the schema itself.
    pub(crate) described: Vec<Name>,
    /// Whether nothing else is left for the executor.
    pub(crate) is_described_only: bool,
    /// The most points that it costs.
    pub(crate) cost: u64,
    /// Those of them that are for reading the documents of `accessCheck`, whatever is answered.
    pub(crate) read: u64,
    /// Whether only the price is asked for.
    pub(crate) is_dry_run: bool,
}

/// An operation of a document, as far as it is the same whatever its variables are.
#[derive(Debug)]
pub(crate) struct Reading {
    document: Document,
    operation: Node<executable::Operation>,
    /// What the executor is to do, unless variables decide what is selected.
    task: Option<Task>,
    /// Whether it reads or writes.
    pub(crate) kind: OperationType,
    /// How it is called in the document.
    pub(crate) name: Option<String>,
}

/// What the executor is to do and what comes of it.
#[derive(Clone, Debug)]
struct Task {
    lowered: Lowered,
    outline: Arc<Outline>,
}

/// What documents are read and judged with.
#[derive(Clone, Copy)]
pub(crate) struct Rules<'a> {
    /// What GraphQL is, and the schema.
    pub(crate) language: &'a Language,
    /// The schema as the cost walk sees it.
    pub(crate) fields: &'a Fields,
    /// What a document may ask for.
    pub(crate) limits: &'a Limits,
}

impl Rules<'_> {
    /// Reads a document, with the points of its operation. What is too large is refused before anybody
    /// looks at the whole of it.
    fn read(
        &self,
        text: &str,
        name: Option<&str>,
        sent: &Variables,
    ) -> Result<(Reading, u64), Vec<ServerError>> {
        let alone = |failure| vec![refusal(failure)];
        let (text, draft, cost) = self.draft(text, name, sent)?;
        let document = self.language.validated(draft, &text)?;
        let operation = language::chosen(document.get(), name)
            .map_err(alone)?
            .clone();
        let task = if language::has_conditions(&operation, &document) {
            None
        } else {
            let task = self.task(&document, &operation, &Coerced::default());
            Some(task.map_err(alone)?)
        };
        let reading = Reading {
            kind: match operation.operation_type {
                ast::OperationType::Query => OperationType::Query,
                ast::OperationType::Mutation => OperationType::Mutation,
                ast::OperationType::Subscription => OperationType::Subscription,
            },
            name: operation.name.as_ref().map(ToString::to_string),
            task,
            operation,
            document,
        };
        Ok((reading, cost))
    }

    /// Parses a document that is not too large, and counts the points of its operation.
    fn draft<'t>(
        &self,
        text: &'t str,
        name: Option<&str>,
        sent: &Variables,
    ) -> Result<(Cow<'t, str>, Draft, u64), Vec<ServerError>> {
        let alone = |failure| vec![refusal(failure)];
        prescan::document(text, self.limits).map_err(alone)?;
        let text = language::tokens::without_commas(text);
        let draft = self.language.draft(&text).map_err(|error| vec![error])?;
        let document = draft.document();
        let operation = language::chosen(document, name).ok();
        let cost = self.cost(document, operation.map(|it| &**it), sent);
        let cost = cost.map_err(alone)?;
        Ok((text, draft, cost))
    }

    /// What `accessCheck` costs beyond the point of every object: a tenth of what its document would
    /// without variables, which for one that cannot be read is nothing.
    fn reading(&self, field: &Field) -> u64 {
        let given = |name| match field.get_argument(name).map(|given| &given.node) {
            Some(Argument::String(text)) => Some(&**text),
            _ => None,
        };
        if field.name.node != ACCESS_CHECK {
            return 0;
        }
        let name = given("operationName").filter(|name| !name.is_empty());
        let draft = self.draft(
            given("document").unwrap_or_default(),
            name,
            &Variables::default(),
        );
        let cost = draft.map_or(0, |(_, _, cost)| cost);
        cost.div_ceil(10).saturating_sub(1)
    }

    fn cost(
        &self,
        document: &executable::ExecutableDocument,
        operation: Option<&executable::Operation>,
        sent: &Variables,
    ) -> Result<u64, Failure> {
        cost::check(document, operation, sent, self.fields, self.limits)
    }

    fn task(
        &self,
        document: &Document,
        operation: &executable::Operation,
        variables: &Coerced,
    ) -> Result<Task, Failure> {
        let lowered = self.language.lowered(document, operation, variables)?;
        let outline = Arc::new(Outline::of(&lowered.document, self.fields));
        Ok(Task { lowered, outline })
    }

    /// Refuses what must not reach the executor.
    pub(crate) fn prepare(
        &self,
        params: Params,
        known: &Known<Reading>,
    ) -> Result<Operation, Vec<ServerError>> {
        let alone = |failure| vec![refusal(failure)];
        let name = params.operation_name.filter(|name| !name.is_empty());
        let sent = params.variables;
        let mut cost = None;
        let reading = known.get_or((params.query, name), |text, name| {
            let (reading, points) = self.read(text, name, &sent)?;
            cost = Some(points);
            Ok::<_, Vec<ServerError>>(reading)
        })?;
        let Reading {
            document,
            operation,
            task,
            ..
        } = &*reading;
        let cost = match cost {
            Some(cost) => cost,
            None => self
                .cost(document.get(), Some(operation), &sent)
                .map_err(alone)?,
        };
        let variables = self.language.coerced(operation, &sent)?;
        let Task { lowered, outline } = match task {
            Some(task) => task.clone(),
            None => self.task(document, operation, &variables).map_err(alone)?,
        };
        let mut lowered = lowered.document;
        let (mut described, mut is_described_only, mut read) = (Vec::new(), false, 0);
        if let DocumentOperations::Single(lowered) = &mut lowered.operations {
            let roots = &mut lowered.node.selection_set.node;
            if !operation.variables.is_empty() {
                bind(roots, &variables);
            }
            let fields = roots.items.iter().filter_map(|root| match &root.node {
                Selection::Field(field) => Some(&field.node),
                _ => None,
            });
            read = fields.map(|field| self.reading(field)).sum();
            described = language::put_aside(roots);
            is_described_only = !described.is_empty() && roots.items.is_empty();
        }
        let is_dry_run = dry_run::put_aside(&mut lowered);
        if is_dry_run {
            described.clear();
        }
        let mut request = Request::new(String::new());
        request.set_parsed_query(lowered);
        Ok(Operation {
            request,
            reading,
            outline,
            variables,
            described,
            is_described_only,
            cost: cost.saturating_add(read),
            read,
            is_dry_run,
        })
    }
}

impl Reading {
    /// What the operation asks of the schema itself.
    pub(crate) fn described(
        &self,
        language: &Language,
        variables: &Coerced,
        keys: &[Name],
    ) -> Result<Answered, Failure> {
        language.described(&self.document, &self.operation, variables, keys)
    }
}

/// Reads documents that are not to be executed, within the limits of those that are.
pub(crate) struct Documents {
    language: Arc<Language>,
    fields: Arc<Fields>,
    limits: Limits,
}

impl Documents {
    /// For documents of this language.
    pub(crate) fn of(language: Arc<Language>, fields: Arc<Fields>, limits: Limits) -> Self {
        Self {
            language,
            fields,
            limits,
        }
    }

    /// The coordinates that an operation of a document uses, if the document is valid.
    pub(crate) fn coordinates(
        &self,
        text: &str,
        name: Option<&str>,
    ) -> Result<BTreeSet<String>, Failure> {
        let rules = Rules {
            language: &self.language,
            fields: &self.fields,
            limits: &self.limits,
        };
        let read = rules.read(text, name, &Variables::default());
        let first = |errors: Vec<ServerError>| {
            let mut failures = errors.iter().filter_map(ServerError::source::<Failure>);
            let absent = || Failure::new(Code::GraphqlValidationFailed);
            failures.next().cloned().unwrap_or_else(absent)
        };
        let (reading, _) = read.map_err(first)?;
        Ok(reading.document.coordinates(&reading.operation))
    }
}
