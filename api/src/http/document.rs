//! From parameters to a request that the executor may meet: text scan, one parse, the
//! operation, its required variables, the cost. Nothing is executed here.

use std::sync::Arc;

use async_graphql::{
    Pos, Request, ServerError, Value, Variables,
    parser::{
        self, parse_query,
        types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
    },
};

use crate::error::{Code, Failure};

use super::{
    cost::{self, Fields},
    dry_run,
    known::Known,
    limits::Limits,
    outline::Outline,
    params::Params,
    prescan,
    reply::refusal,
};

/// An operation within all limits.
#[derive(Debug)]
pub(crate) struct Operation {
    /// For the executor, the parsed document inside.
    pub(crate) request: Request,
    /// What the document says of it.
    pub(crate) reading: Arc<Reading>,
    /// The most points that it costs.
    pub(crate) cost: u64,
    /// Whether only the price is asked for.
    pub(crate) is_dry_run: bool,
}

/// An operation of a document, as far as it is the same whatever its variables are.
#[derive(Debug)]
pub(crate) struct Reading {
    document: ExecutableDocument,
    /// Whether it reads or writes.
    pub(crate) kind: OperationType,
    /// What its answer looks like.
    pub(crate) outline: Outline,
    /// How it is called in the document.
    pub(crate) name: Option<String>,
}

/// What documents are read and judged with.
#[derive(Clone, Copy)]
struct Rules<'a> {
    variables: &'a Variables,
    fields: &'a Fields,
    limits: &'a Limits,
}

impl Rules<'_> {
    /// The operation of this name with its points, if it is within the limits.
    fn admitted<'d>(
        &self,
        document: &'d ExecutableDocument,
        name: Option<&str>,
    ) -> Result<(&'d OperationDefinition, u64), Failure> {
        let operation = chosen(document, name)?;
        required_variables(operation, self.variables)?;
        let cost = cost::check(
            document,
            operation,
            self.variables,
            self.fields,
            self.limits,
        )?;
        Ok((operation, cost))
    }

    /// Reads a document, with the points of its operation.
    fn read(&self, text: &str, name: Option<&str>) -> Result<(Reading, u64), ServerError> {
        prescan::document(text, self.limits).map_err(refusal)?;
        let document = parse_query(text).map_err(|error| syntax(&error))?;
        let (operation, cost) = self.admitted(&document, name).map_err(refusal)?;
        let reading = Reading {
            kind: operation.ty,
            outline: Outline::of(&document, operation, self.fields),
            name: name_of(&document, name),
            document,
        };
        Ok((reading, cost))
    }
}

/// Refuses what must not reach the executor.
pub(crate) fn prepare(
    params: Params,
    known: &Known<Reading>,
    fields: &Fields,
    limits: &Limits,
) -> Result<Operation, ServerError> {
    let name = params.operation_name.filter(|name| !name.is_empty());
    let rules = Rules {
        variables: &params.variables,
        fields,
        limits,
    };
    let key = (params.query, name.clone());
    let mut cost = None;
    let reading = known.get_or(key, |text, name| {
        let read = rules.read(text, name);
        read.map(|(reading, points)| {
            cost = Some(points);
            reading
        })
    })?;
    let (operation, cost) = match cost {
        Some(cost) => chosen(&reading.document, name.as_deref()).map(|it| (it, cost)),
        None => rules.admitted(&reading.document, name.as_deref()),
    }
    .map_err(refusal)?;
    let dry = dry_run::asked(&reading.document, operation, &params.variables);
    let is_dry_run = dry.is_some();
    let mut document = reading.document.clone();
    if let Some(kept) = dry {
        dry_run::put_aside(&mut document, reading.name.as_deref(), kept);
    }
    let mut request = Request::new(String::new()).variables(params.variables);
    request.operation_name = name;
    request.set_parsed_query(document);
    Ok(Operation {
        request,
        reading,
        cost,
        is_dry_run,
    })
}

/// Reads documents that are not to be executed, within the limits of those that are.
pub(crate) struct Documents {
    fields: Arc<Fields>,
    limits: Limits,
}

impl Documents {
    /// For documents over these fields.
    pub(crate) fn of(fields: Arc<Fields>, limits: Limits) -> Self {
        Self { fields, limits }
    }

    /// The document, if one of its operations has the name or is the only one.
    pub(crate) fn read(
        &self,
        text: &str,
        name: Option<&str>,
    ) -> Result<ExecutableDocument, Failure> {
        prescan::document(text, &self.limits)?;
        let document = parse_query(text).map_err(|error| unparsed(&error))?;
        let operation = chosen(&document, name)?;
        let none = Variables::default();
        cost::check(&document, operation, &none, &self.fields, &self.limits)?;
        Ok(document)
    }
}

fn syntax(error: &parser::Error) -> ServerError {
    let at: Option<Pos> = error.positions().next();
    let mut refused = refusal(unparsed(error));
    refused.locations = at.into_iter().collect();
    refused
}

fn unparsed(error: &parser::Error) -> Failure {
    let (code, said) = match error {
        parser::Error::Syntax { message, .. } => {
            let expected = message.rsplit("= ").next().unwrap_or_default().trim();
            (
                Code::GraphqlParseFailed,
                format!("Syntax error: {expected}."),
            )
        }
        parser::Error::RecursionLimitExceeded => (
            Code::MaxRecursionLimit,
            Code::MaxRecursionLimit.meaning().to_owned(),
        ),
        other => (Code::GraphqlValidationFailed, format!("The {other}.")),
    };
    Failure::with(code, said)
}

fn chosen<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, Failure> {
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Multiple(all), None) if all.len() == 1 => all.values().next(),
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name),
        _ => None,
    };
    operation
        .map(|operation| &operation.node)
        .ok_or_else(|| Failure::new(Code::OperationResolutionFailure))
}

/// The name that the document gives to the operation that will be run.
fn name_of(document: &ExecutableDocument, asked: Option<&str>) -> Option<String> {
    match &document.operations {
        DocumentOperations::Single(_) => None,
        DocumentOperations::Multiple(all) => {
            let only = || all.keys().next().map(ToString::to_string);
            asked.map(str::to_owned).or_else(only)
        }
    }
}

/// The executor would notice a missing variable only at the field that uses it, perhaps after
/// another root field has already written.
fn required_variables(
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<(), Failure> {
    for definition in &operation.variable_definitions {
        let definition = &definition.node;
        let ty = &definition.var_type.node;
        let is_missing = match variables.get(&definition.name.node) {
            Some(value) => *value == Value::Null,
            None => definition.default_value.is_none(),
        };
        if !ty.nullable && is_missing {
            let name = &definition.name.node;
            let message = format!("Variable \"${name}\" of type \"{ty}\" needs a value.");
            return Err(Failure::bad_input(message));
        }
    }
    Ok(())
}
