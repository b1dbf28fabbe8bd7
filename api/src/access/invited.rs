//! How a person who has no account yet gets hold of one: by the code of an invitation, and by
//! nothing else.

use std::sync::Arc;

use entity::account::invitation;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{Actor, Seat, Viewer, redactions::Redactions};
use crate::error::Failure;

impl Viewer {
    /// The invitation with the digest of a code, while it holds, and who carries it out: the system
    /// itself, since whoever has no account may write nothing.
    #[expect(
        clippy::disallowed_methods,
        reason = "the code is the right to read it; nobody else can name it"
    )]
    pub(crate) async fn invited_by(
        &self,
        digest: Vec<u8>,
    ) -> Result<Option<(Self, invitation::Model)>, Failure> {
        let found = invitation::Entity::find()
            .filter(invitation::Column::Digest.eq(digest))
            .filter(invitation::Column::AcceptedAt.is_null())
            .filter(invitation::Column::EndedAt.is_null())
            .filter(invitation::Column::ExpiresAt.gt(self.now()))
            .one(&*self.0.reads)
            .await?;
        Ok(found.map(|invitation| (self.as_actor(Actor::System("invitation")), invitation)))
    }

    /// The same visit of somebody else, under the same terms.
    pub(super) fn as_actor(&self, actor: Actor) -> Self {
        let seat = Seat {
            house: Arc::clone(&self.0.house),
            reads: Arc::clone(&self.0.reads),
            catalogue: Arc::clone(&self.0.catalogue),
            actor,
            now: self.0.now,
            locales: self.0.locales.clone(),
            request_id: self.0.request_id.clone(),
            idempotency_key: None,
            redactions: Redactions::default(),
        };
        Self(Arc::new(seat), self.terms().clone())
    }
}
