//! The root query of the audit log.

use async_graphql::{Context, Object};
use entity::journal::audit_event;
use sea_orm::Order;

use super::{AuditEvent, filter::AuditEventFilter};
use crate::{
    access::{AUDITORS, Action, Asking, Class, Place, Resource, Viewer, scope_for},
    error::Failure,
    page::{Connection, Count, PageArgs},
    workflow::word,
};

/// The audit log.
#[derive(Debug, Default)]
pub(crate) struct AuditQuery;

#[Object]
impl AuditQuery {
    /// The audit log as far as you may read it, the newest first. Roles: `COORDINATOR` and
    /// `DECISION_MAKER` for their municipality, `ADVISER` for those assigned, `PROGRAMME_MANAGER` and
    /// `DECIDING_BODY` for the programme, `SYSTEM_ADMINISTRATOR` for accounts, clients and the loading
    /// of programmes. Codes: FORBIDDEN, `INSUFFICIENT_SCOPE`, `PAGE_SIZE_EXCEEDED`, `INVALID_CURSOR`.
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the start, 1 to 100; 25 if absent.")] first: Option<i32>,
        #[graphql(desc = "Only what comes after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "What has to hold.")] filter: Option<AuditEventFilter>,
    ) -> Result<Connection<AuditEvent>, Failure> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        listed(ctx.viewer(), args, filter.unwrap_or_default().folded()).await
    }
}

async fn listed(
    viewer: &Viewer,
    args: PageArgs,
    filter: AuditEventFilter,
) -> Result<Connection<AuditEvent>, Failure> {
    if !viewer.scopes().allow(Resource::Audit, Action::Read) {
        let needed = scope_for(Resource::Audit, Action::Read);
        return Err(Failure::insufficient_scope(needed));
    }
    if !viewer.reads(Class::Audit, Place::nowhere(Resource::Audit)) {
        return Err(Failure::forbidden(AUDITORS.iter().map(|role| word(*role))));
    }
    let page = args.checked(&("auditLog", &filter))?;
    let condition = filter.condition(viewer)?;
    let order = [(audit_event::Column::Sequence, Order::Desc)];
    let find = viewer
        .find::<audit_event::Entity>()
        .filter(condition.clone());
    let slice = find.page(&order, &page).await?;
    let viewer = viewer.clone();
    let count: Count = Box::new(move || {
        let (viewer, condition) = (viewer.clone(), condition.clone());
        Box::pin(async move {
            let find = viewer.find::<audit_event::Entity>();
            find.filter(condition).count().await
        })
    });
    Ok(Connection::new::<audit_event::Entity>(
        slice,
        &page,
        &[audit_event::Column::Sequence],
        count,
        AuditEvent::from,
    ))
}
