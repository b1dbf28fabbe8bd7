//! The schema: the slices merged into one query and one mutation, and its SDL.

mod access_check;
mod node;
mod rights;

use std::sync::Arc;

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, ValidationMode};

pub(crate) use self::node::{Node, find};
pub(crate) use self::{
    access_check::ReadDocument,
    rights::{fields, operations},
};
use self::{
    access_check::{AccessQuery, Checker},
    node::NodeQuery,
};
use crate::{
    access::{Reader, Viewer},
    account::{AccountMutation, AccountQuery},
    action_plan::{ActionMutation, ActionPlanMutation},
    assessment::{AnswerMutation, AssessmentMutation},
    audit::AuditQuery,
    client::{ClientMutation, ClientQuery},
    issuer::IssuerQuery,
    language::Language,
    municipality::{CycleMutation, EnrolmentMutation, MilestoneMutation, MunicipalityQuery},
    programme::ProgrammeQuery,
    rate_limit::RateLimitQuery,
    recognition::{ConditionMutation, DecisionMutation, RecognitionMutation, RecognitionQuery},
};

/// Everything that can be read.
#[derive(Debug, Default, MergedObject)]
pub(crate) struct Query(
    AccessQuery,
    AccountQuery,
    AuditQuery,
    ClientQuery,
    IssuerQuery,
    MunicipalityQuery,
    NodeQuery,
    ProgrammeQuery,
    RateLimitQuery,
    RecognitionQuery,
);

/// Everything that can be done. Each field is one transaction, audited.
#[derive(Debug, Default, MergedObject)]
pub(crate) struct Mutation(
    AccountMutation,
    ActionMutation,
    ActionPlanMutation,
    AnswerMutation,
    AssessmentMutation,
    ClientMutation,
    CycleMutation,
    ConditionMutation,
    DecisionMutation,
    EnrolmentMutation,
    MilestoneMutation,
    RecognitionMutation,
);

type Executable = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// The schema with its text.
pub(crate) struct Schema {
    executable: Executable,
    language: Arc<Language>,
    checker: Arc<Checker>,
}

impl Schema {
    /// Builds the schema. Limits and what is valid are the business of the HTTP layer.
    pub(crate) fn new() -> Self {
        let executable =
            Executable::build(Query::default(), Mutation::default(), EmptySubscription)
                .limit_recursive_depth(usize::MAX)
                .validation_mode(ValidationMode::Fast)
                .finish();
        let options = SDLExportOptions::new()
            .sorted_fields()
            .sorted_arguments()
            .sorted_enum_items()
            .include_specified_by();
        let sdl = executable.sdl_with_options(options);
        let language = Language::of(&sdl);
        let shown = rights::annotated(&sdl, language.schema());
        Self {
            language: Arc::new(language.shown_as(shown)),
            checker: Arc::new(Checker::new()),
            executable,
        }
    }

    /// The same schema, whose `accessCheck` reads documents as the way in does, within its limits.
    pub(crate) fn reading_with(mut self, read: Box<ReadDocument>) -> Self {
        self.checker = Arc::new(Checker::reading_with(read));
        self
    }

    /// What documents are judged by.
    pub(crate) fn language(&self) -> &Arc<Language> {
        &self.language
    }

    /// The text of the schema.
    pub(crate) fn sdl(&self) -> &str {
        self.language.text()
    }

    /// Answers a request for a viewer. The reads are batched for this request alone.
    pub(crate) async fn execute(
        &self,
        viewer: Viewer,
        request: async_graphql::Request,
    ) -> async_graphql::Response {
        let reader = Reader::new(viewer.clone());
        let request = request.data(reader.clone()).data(Arc::clone(&self.checker));
        let execution = self.executable.execute(request);
        let response = reader.serve(execution).await;
        match viewer.redactions() {
            Some(redactions) => response.extension("redactions", redactions),
            None => response,
        }
    }
}
