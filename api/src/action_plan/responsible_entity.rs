//! Who carries things out in a municipality: type and reads.

use async_graphql::Context;
use entity::action_plan::{ResponsibleEntityKind, responsible_entity};
use fields::fields;

use crate::{
    access::Asking, error::Failure, id::Id, municipality::Municipality, payload::row_object,
    scalars::DateTime,
};

row_object! {
    /// Who carries things out in a municipality.
    ResponsibleEntity = ResponsibleEntityFields of responsible_entity
}

/// Who carries things out in a municipality. Public once an approved plan names it.
#[fields(name = "ResponsibleEntity")]
impl ResponsibleEntityFields {
    /// Its id.
    pub(crate) async fn id(&self) -> Id<responsible_entity::Entity> {
        Id::new(self.0.id)
    }

    /// Its name, unique in the municipality. Never the name of a person.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Its kind.
    async fn kind(&self) -> ResponsibleEntityKind {
        self.0.kind
    }

    /// The municipality it works in.
    async fn municipality(&self, ctx: &Context<'_>) -> Result<Option<Municipality>, Failure> {
        ctx.reader().object(self.0.municipality_id).await
    }

    /// Its version, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When it was added.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When it was changed last.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// What the audit log tells of it.
    #[graphql(flatten)]
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn audited(&self) -> crate::audit::History {
        crate::audit::History::of(&*self.0)
    }
}
