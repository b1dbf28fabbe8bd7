//! `accessCheck`: what of a document the viewer could use somewhere. Nothing of it
//! is resolved.

use std::{collections::BTreeSet, sync::Arc};

use async_graphql::{Context, Enum, Object, SimpleObject};
use entity::account::Role;

use super::rights::{Right, right_of, rights};
use crate::{
    access::{Asking, Class, Viewer},
    error::{Code, Failure},
};

/// The coordinates that a valid document within limits uses; the name is that of its operation.
pub(crate) type ReadDocument =
    dyn Fn(&str, Option<&str>) -> Result<BTreeSet<String>, Failure> + Send + Sync;

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

/// Judges documents.
#[derive(Clone)]
pub(super) struct Checker(Arc<ReadDocument>);

impl Checker {
    /// A checker that reads no document before it is told how.
    pub(super) fn new() -> Self {
        Self(Arc::new(|_, _| Err(Failure::new(Code::ServiceUnavailable))))
    }

    /// One that reads documents like this.
    pub(super) fn reading_with(read: Box<ReadDocument>) -> Self {
        Self(read.into())
    }

    fn check(
        &self,
        viewer: &Viewer,
        text: &str,
        name: Option<&str>,
    ) -> Result<AccessCheck, Failure> {
        let rights = rights();
        let coordinates: Vec<_> = (self.0)(text, name)?
            .into_iter()
            .map(|coordinate| judged(viewer, right_of(&rights, &coordinate), coordinate))
            .collect();
        let outcomes = coordinates.iter().map(|coordinate| coordinate.outcome);
        Ok(AccessCheck {
            outcome: outcomes.max().unwrap_or(AccessOutcome::Allowed),
            coordinates,
        })
    }
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

#[expect(clippy::unused_async, reason = "a resolver is async")]
#[Object]
impl AccessQuery {
    /// What of a document you could use, whatever the rows: whether any of your roles, with this
    /// token, allows each coordinate somewhere. Nothing of the document is executed, and variables
    /// are not needed. Whether a row is visible, and whether its state allows a step, only the
    /// request itself tells. It costs a tenth of the points that the document would without its
    /// variables, at least 1. Codes: `GRAPHQL_PARSE_FAILED`, `GRAPHQL_VALIDATION_FAILED`,
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
        checker.check(ctx.viewer(), &document, operation_name.as_deref())
    }
}
