//! The field `history`, the same in every type whose rows mutations write.

use std::borrow::Cow;

use async_graphql::{
    Context, ContextSelectionSet, Object, OutputType, Positioned, ServerResult, TypeName, Value,
    parser::types::Field as Selected, registry::Registry,
};
use entity::journal::audit_event;
use sea_orm::ModelTrait;
use uuid::Uuid;

use super::AuditEvent;
use crate::{
    access::{Asking, Class, Field, Place, Resource, Row, Viewer, field},
    error::Failure,
    id::Kind,
    page::{Connection, Count, PageArgs},
};

/// The field in each type that has it.
pub(crate) const FIELDS: &[Field] = &[
    field("Account.history", Class::Audit),
    field("Action.history", Class::Audit),
    field("ActionIndicator.history", Class::Audit),
    field("ActionPlan.history", Class::Audit),
    field("ApiClient.history", Class::Audit),
    field("Assessment.history", Class::Audit),
    field("AssessmentItem.history", Class::Audit),
    field("Cycle.history", Class::Audit),
    field("Measurement.history", Class::Audit),
    field("Membership.history", Class::Audit),
    field("MilestoneProgress.history", Class::Audit),
    field("Municipality.history", Class::Audit),
    field("Objective.history", Class::Audit),
    field("Participation.history", Class::Audit),
    field("Programme.history", Class::Audit),
    field("Recognition.history", Class::Audit),
    field("RecognitionCondition.history", Class::Audit),
    field("RecognitionDecision.history", Class::Audit),
    field("ResponsibleEntity.history", Class::Audit),
];

/// What the audit log tells of one thing. Its field is flattened into the type of that thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct History {
    kind: &'static str,
    target: Uuid,
}

impl History {
    /// What it tells of a row.
    pub(crate) fn of<M: ModelTrait<Entity: Row<Model = M>>>(row: &M) -> Self {
        Self {
            kind: M::Entity::TYPE,
            target: M::Entity::key(row),
        }
    }

    /// Whether the viewer reads it; if not, that is noted.
    fn is_read(self, viewer: &Viewer) -> bool {
        let mut fields = FIELDS.iter();
        let own = fields.find(|field| field.kind() == self.kind);
        own.is_some_and(|field| field.at_any(viewer, [Place::nowhere(Resource::Audit)]))
    }
}

/// What the audit log tells of one thing.
#[Object]
impl History {
    /// What was done to it, the newest first, as far as you may read the audit log; null for those
    /// who read nothing of it. What was done to many at once is told of what they are part of.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 if absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Result<Option<Told>, Failure> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let page = args.checked(&("history", self.target))?;
        if !self.is_read(ctx.viewer()) {
            return Ok(None);
        }
        let slice = ctx.reader().trail(self.target, &page).await?;
        let (reader, target) = (ctx.reader().clone(), self.target);
        let count: Count = Box::new(move || {
            let reader = reader.clone();
            Box::pin(async move { reader.trail_length(target).await })
        });
        Ok(Some(Told(Connection::new::<audit_event::Entity>(
            slice,
            &page,
            &[audit_event::Column::Sequence],
            count,
            AuditEvent::from,
        ))))
    }
}

/// The connection of `auditLog`, which registers its type. From here only its name is told: a type
/// that is flattened must be complete before the types that its field leads to, for some of them
/// have the same field.
struct Told(Connection<AuditEvent>);

impl OutputType for Told {
    fn type_name() -> Cow<'static, str> {
        <Connection<AuditEvent> as TypeName>::type_name()
    }

    fn create_type_info(_registry: &mut Registry) -> String {
        format!("{}!", <Self as OutputType>::type_name())
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Selected>,
    ) -> ServerResult<Value> {
        self.0.resolve(ctx, field).await
    }
}
