//! A row of the audit log as the schema shows it.

use async_graphql::{Context, SimpleObject};
use entity::{account::Role, journal::audit_event};
use fields::fields;
use uuid::Uuid;

use super::shown_fields;
use crate::{
    access::{Asking, Place, Row, Viewer, prefix_of},
    account::Account,
    client::ApiClient,
    error::Failure,
    id::{AnyId, Id},
    in_order::{Executed, Ready},
    journal::Event,
    municipality::Municipality,
    payload::row_object,
    scalars::DateTime,
    schema::{Node, find},
    workflow::read_word,
};

row_object! {
    /// Something that was done.
    AuditEvent = AuditEventFields of audit_event
}

/// A row that an act changed.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct AuditChange {
    /// The type of the row.
    #[graphql(name = "type")]
    kind: String,
    /// Its id; there may be nothing under it any more, or nothing for you.
    id: AnyId,
    /// The version that the row had afterwards; null where it has none and where it was removed.
    version: Option<i32>,
    /// The fields that changed and that you may read, such as `level`; empty for a row that was added
    /// or removed. What was in them is not kept here.
    fields: Vec<String>,
}

impl Ready<Executed> for AuditChange {}

/// Something that was done, as the audit log keeps it: who, when, in which role, to what. It holds
/// no text that people wrote and no contact details. The rows of the log are only ever added and
/// are sealed by a chain of hashes, which whoever runs the server can verify. It exists for
/// coordinators and decision-makers of its municipality, for its advisers, for managers and the
/// deciding body of its programme, each as far as the act may be known to them; for system
/// administrators if it is about accounts, clients or the loading of a programme.
#[fields(name = "AuditEvent")]
impl AuditEventFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<audit_event::Entity> {
        Id::new(self.0.id)
    }

    /// When it was done.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// What was done.
    async fn action(&self) -> Option<Event> {
        read_word(&self.0.action)
    }

    /// The account that did it; null if you may not see that account, and where the system itself
    /// acted.
    async fn actor(&self, ctx: &Context<'_>) -> Result<Option<Account>, Failure> {
        let Some(id) = self.0.account_id else {
            return Ok(None);
        };
        ctx.reader().object(id).await
    }

    /// The role in which it was done; null where the system itself acted.
    async fn role(&self) -> Option<Role> {
        self.0.role
    }

    /// The machine client that called; null for people, and if you may not see the client.
    async fn client(&self, ctx: &Context<'_>) -> Result<Option<ApiClient>, Failure> {
        let Some(id) = self.0.client_id else {
            return Ok(None);
        };
        ctx.reader().object(id).await
    }

    /// Why the system itself acted, such as `account add` on its command line; else null.
    async fn system_reason(&self) -> Option<&str> {
        self.0.system_reason.as_deref()
    }

    /// The municipality in which it was done; null if it concerns none.
    async fn municipality(&self, ctx: &Context<'_>) -> Result<Option<Municipality>, Failure> {
        let Some(id) = self.0.municipality_id else {
            return Ok(None);
        };
        ctx.reader().object(id).await
    }

    /// What it was done to; null if that is not there any more, or not for you.
    async fn target(&self, ctx: &Context<'_>) -> Result<Option<Node>, Failure> {
        match any_id(&self.0.target_type, self.0.target_id) {
            Some(id) => find(ctx, &id).await,
            None => Ok(None),
        }
    }

    /// The type of what it was done to, such as `AssessmentItem`.
    async fn target_type(&self) -> &str {
        &self.0.target_type
    }

    /// The id of what it was done to.
    async fn target_id(&self) -> Option<AnyId> {
        any_id(&self.0.target_type, self.0.target_id)
    }

    /// The rows that it changed, the target mostly among them; as many as the act wrote, at most a
    /// few hundred.
    async fn changes(&self, ctx: &Context<'_>) -> Vec<AuditChange> {
        let place = audit_event::Entity::place(&self.0);
        let changes = self.0.changes.as_array().into_iter().flatten();
        changes
            .filter_map(|stored| change(ctx.viewer(), place, stored))
            .collect()
    }

    /// A hash over the changed rows as they were before, without personal data: the same rows have
    /// the same hash.
    async fn before_hash(&self) -> &str {
        &self.0.before_hash
    }

    /// The same over the rows as they were afterwards.
    async fn after_hash(&self) -> &str {
        &self.0.after_hash
    }

    /// The id of the request, as the answer to it named it.
    async fn request_id(&self) -> &str {
        &self.0.request_id
    }
}

fn any_id(type_name: &str, key: Uuid) -> Option<AnyId> {
    let prefix = prefix_of(type_name)?.to_owned();
    Some(AnyId { prefix, key })
}

fn change(viewer: &Viewer, place: Place, stored: &serde_json::Value) -> Option<AuditChange> {
    let kind = stored["type"].as_str()?;
    let version = stored["version"].as_i64();
    let columns = stored["fields"].as_array().into_iter().flatten();
    let columns = columns.filter_map(|column| column.as_str());
    Some(AuditChange {
        kind: kind.to_owned(),
        id: any_id(kind, stored["id"].as_str()?.parse().ok()?)?,
        version: version.and_then(|version| i32::try_from(version).ok()),
        fields: shown_fields(viewer, kind, place, columns),
    })
}
