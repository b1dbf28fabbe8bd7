//! `accessCheck`: what of a document the viewer could use somewhere. The executor validates the
//! document and skips all of it, so that nothing is resolved.

use std::sync::Arc;

use async_graphql::{
    Context, Enum, Name, Object, Positioned, Request, SimpleObject, Value,
    parser::types::{
        Directive, DocumentOperations, ExecutableDocument, InlineFragment, OperationDefinition,
        Selection, SelectionSet,
    },
};
use entity::account::Role;

use super::{
    Executable,
    coordinates::Coordinates,
    rights::{Right, right_of, rights},
};
use crate::{
    access::{Asking, Class, Viewer},
    error::{Code, Failure},
};

/// Reads the text of a document within limits; the name is that of its operation.
pub(crate) type ReadDocument =
    dyn Fn(&str, Option<&str>) -> Result<ExecutableDocument, Failure> + Send + Sync;

/// What becomes of a coordinate, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enum)]
pub(crate) enum AccessOutcome {
    /// You could use it, at the places of your roles.
    Allowed,
    /// It answers null to you everywhere.
    Redacted,
    /// It refuses you everywhere.
    Denied,
}

/// What becomes of one coordinate of a document.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct CoordinateAccess {
    /// The coordinate, such as `Assessment.items`.
    coordinate: String,
    /// What becomes of it.
    outcome: AccessOutcome,
    /// Its class; PUBLIC for what everybody reads, null at a restricted field of `Query` or
    /// `Mutation`.
    class: Option<Class>,
    /// The roles of which one is needed; empty for what everybody may use.
    required_roles: Vec<Role>,
    /// The scopes that a token needs; empty for what everybody may use.
    required_scopes: Vec<&'static str>,
}

/// What of a document you could use.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct AccessCheck {
    /// The worst of the outcomes.
    outcome: AccessOutcome,
    /// Each coordinate that the operation uses, once, in order; no more than a document may select.
    coordinates: Vec<CoordinateAccess>,
}

/// Reads, validates and judges documents.
#[derive(Clone)]
pub(super) struct Checker {
    executable: Executable,
    coordinates: Arc<Coordinates>,
    read: Arc<ReadDocument>,
}

impl Checker {
    /// A checker that reads no document before it is told how: one without limits would walk
    /// fragments that spread themselves.
    pub(super) fn new(executable: Executable, coordinates: Coordinates) -> Self {
        Self {
            executable,
            coordinates: Arc::new(coordinates),
            read: Arc::new(|_, _| Err(Failure::new(Code::ServiceUnavailable))),
        }
    }

    /// The same, reading with `read`.
    pub(super) fn reading_with(mut self, read: Box<ReadDocument>) -> Self {
        self.read = read.into();
        self
    }

    async fn check(
        &self,
        viewer: &Viewer,
        text: &str,
        name: Option<&str>,
    ) -> Result<AccessCheck, Failure> {
        let document = (self.read)(text, name)?;
        let used = match chosen(&document.operations, name) {
            Some(operation) => self.coordinates.used(&document, operation),
            None => return Err(Failure::new(Code::OperationResolutionFailure)),
        };
        self.validate(document, text, name).await?;
        let rights = rights();
        let coordinates: Vec<_> = used
            .into_iter()
            .map(|coordinate| judged(viewer, right_of(&rights, &coordinate), coordinate))
            .collect();
        let outcomes = coordinates.iter().map(|coordinate| coordinate.outcome);
        Ok(AccessCheck {
            outcome: outcomes.max().unwrap_or(AccessOutcome::Allowed),
            coordinates,
        })
    }

    async fn validate(
        &self,
        mut document: ExecutableDocument,
        text: &str,
        name: Option<&str>,
    ) -> Result<(), Failure> {
        match &mut document.operations {
            DocumentOperations::Single(operation) => skip(&mut operation.node),
            DocumentOperations::Multiple(all) => {
                for operation in all.values_mut() {
                    skip(&mut operation.node);
                }
            }
        }
        let mut request = Request::new(text);
        request.operation_name = name.map(str::to_owned);
        request.set_parsed_query(document);
        let response = self.executable.execute(request).await;
        match response.errors.into_iter().next() {
            None => Ok(()),
            Some(error) => Err(Failure::with(Code::GraphqlValidationFailed, error.message)),
        }
    }
}

fn chosen<'d>(
    operations: &'d DocumentOperations,
    name: Option<&str>,
) -> Option<&'d OperationDefinition> {
    let operation = match (operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Multiple(all), None) if all.len() == 1 => all.values().next(),
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name),
        _ => None,
    };
    operation.map(|operation| &operation.node)
}

/// Puts all that an operation selects into a fragment that is skipped.
fn skip(operation: &mut OperationDefinition) {
    let pos = operation.selection_set.pos;
    let nothing = Positioned::new(SelectionSet::default(), pos);
    let selected = std::mem::replace(&mut operation.selection_set, nothing);
    let always = (
        Positioned::new(Name::new("if"), pos),
        Positioned::new(Value::Boolean(true).into_value(), pos),
    );
    let skip = Directive {
        name: Positioned::new(Name::new("skip"), pos),
        arguments: vec![always],
    };
    let skipped = Selection::InlineFragment(Positioned::new(
        InlineFragment {
            type_condition: None,
            directives: vec![Positioned::new(skip, pos)],
            selection_set: selected,
        },
        pos,
    ));
    let items = &mut operation.selection_set.node.items;
    items.push(Positioned::new(skipped, pos));
}

fn judged(viewer: &Viewer, right: Option<&Right>, coordinate: String) -> CoordinateAccess {
    let Some(right) = right else {
        return CoordinateAccess {
            coordinate,
            outcome: AccessOutcome::Allowed,
            class: Some(Class::Public),
            required_roles: Vec::new(),
            required_scopes: Vec::new(),
        };
    };
    let outcome = match right {
        _ if right.is_within_reach(viewer) => AccessOutcome::Allowed,
        Right::Field(_) => AccessOutcome::Redacted,
        Right::Operation(_) => AccessOutcome::Denied,
    };
    CoordinateAccess {
        coordinate,
        outcome,
        class: right.class(),
        required_roles: right.roles().to_vec(),
        required_scopes: right.scope().into_iter().collect(),
    }
}

/// What a document would be answered.
#[derive(Debug, Default)]
pub(crate) struct AccessQuery;

#[Object]
impl AccessQuery {
    /// What of a document you could use, whatever the rows: whether any of your roles, with this
    /// token, allows each coordinate somewhere. Nothing of the document is executed, and variables
    /// are not needed. Whether a row is visible, and whether its state allows a step, only the
    /// request itself tells. Codes: `GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED`,
    /// `OPERATION_RESOLUTION_FAILURE`, and those of documents beyond the limits.
    async fn access_check(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text of the document, within the limits of a request.")]
        document: String,
        #[graphql(desc = "Which operation of the document; needed if it holds several.")]
        operation_name: Option<String>,
    ) -> Result<AccessCheck, Failure> {
        let checker = Arc::clone(ctx.data_unchecked::<Arc<Checker>>());
        checker
            .check(ctx.viewer(), &document, operation_name.as_deref())
            .await
    }
}
