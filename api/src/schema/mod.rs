//! The schema: the slices merged into one query and one mutation, and its SDL.

mod node;

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions};

use self::node::NodeQuery;
use crate::{
    access::{Field, Reader, Viewer},
    account::{self, AccountMutation, AccountQuery},
    action_plan::{self, ActionMutation, ActionPlanMutation},
    assessment::{self, AnswerMutation, AssessmentMutation},
    client::{ClientMutation, ClientQuery},
    issuer::IssuerQuery,
    municipality::{self, CycleMutation, EnrolmentMutation, MilestoneMutation, MunicipalityQuery},
    programme::ProgrammeQuery,
    recognition::{
        self, ConditionMutation, DecisionMutation, RecognitionMutation, RecognitionQuery,
    },
};

/// Everything that can be read.
#[derive(Debug, Default, MergedObject)]
pub(crate) struct Query(
    AccountQuery,
    ClientQuery,
    IssuerQuery,
    MunicipalityQuery,
    NodeQuery,
    ProgrammeQuery,
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
    sdl: String,
}

impl Schema {
    /// Builds the schema. Limits are the business of the HTTP layer.
    pub(crate) fn new() -> Self {
        let executable =
            Executable::build(Query::default(), Mutation::default(), EmptySubscription)
                .limit_recursive_depth(usize::MAX)
                .finish();
        let options = SDLExportOptions::new()
            .sorted_fields()
            .sorted_arguments()
            .sorted_enum_items()
            .include_specified_by();
        let sdl = executable.sdl_with_options(options);
        Self { executable, sdl }
    }

    /// The text of the schema.
    pub(crate) fn sdl(&self) -> &str {
        &self.sdl
    }

    /// Answers a request for a viewer. The reads are batched for this request alone.
    pub(crate) async fn execute(
        &self,
        viewer: Viewer,
        request: async_graphql::Request,
    ) -> async_graphql::Response {
        let reader = Reader::new(viewer);
        let execution = self.executable.execute(request.data(reader.clone()));
        reader.serve(execution).await
    }
}

/// The fields above public of all slices.
pub(crate) fn fields() -> impl Iterator<Item = &'static Field> {
    [
        account::FIELDS,
        action_plan::FIELDS,
        assessment::FIELDS,
        municipality::FIELDS,
        recognition::FIELDS,
    ]
    .into_iter()
    .flatten()
}
