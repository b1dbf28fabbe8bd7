//! The field `history`, the same in every type whose rows mutations write.

use std::borrow::Cow;

use async_graphql::{
    Context, ContextSelectionSet, Object, OutputType, Positioned, ServerResult, TypeName, Value,
    parser::types::Field, registry::Registry,
};
use entity::journal::audit_event;
use uuid::Uuid;

use super::AuditEvent;
use crate::{
    access::Asking,
    error::Failure,
    page::{Connection, Count, PageArgs},
};

/// What the audit log tells of one thing. Its field is flattened into the type of that thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct History(pub(crate) Uuid);

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
        let page = args.checked(&("history", self.0))?;
        if !ctx.viewer().is_auditor() {
            return Ok(None);
        }
        let slice = ctx.reader().trail(self.0, &page).await?;
        let (reader, target) = (ctx.reader().clone(), self.0);
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
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        self.0.resolve(ctx, field).await
    }
}
