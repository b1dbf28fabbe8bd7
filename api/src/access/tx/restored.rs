//! After a copy of the database was put back: what it has forgotten must not come to life again.

use std::sync::Arc;

use entity::account::signing_key;
use sea_orm::EntityTrait;

use super::{Tx, seal};
use crate::{
    access::{House, Place, Resource, SigningKey, house::insert_key},
    error::Failure,
    journal::{self, Event},
    refusal::Refused,
};

impl House {
    /// Refuses every token that was signed before: a new key takes the place of all others.
    pub(crate) async fn mark_restored(self: &Arc<Self>) -> Result<(), Refused> {
        let viewer = self.system("restore mark");
        viewer.begin().await?.replace_signing_keys().await?;
        Ok(self.load_keys().await?)
    }
}

impl Tx {
    /// What a token was signed with tells whether it is from before, without a clock: no other key is left.
    #[expect(clippy::disallowed_methods, reason = "keys have no viewer")]
    async fn replace_signing_keys(self) -> Result<(), Refused> {
        self.system_only()?;
        let Self {
            transaction,
            viewer,
            ..
        } = self;
        let (id, now) = (viewer.new_id(), viewer.now());
        let key = SigningKey::generate()?.row(id, now);
        signing_key::Entity::delete_many()
            .exec(&transaction)
            .await?;
        insert_key(&transaction, key).await?;
        let account = journal::Account {
            at: now,
            actor: None,
            client: None,
            membership_id: None,
            role: None,
            system_reason: viewer.system_reason(),
            request_id: viewer.request_id().to_owned(),
            place: Place::nowhere(Resource::Accounts),
            target: ("SigningKey", id),
        };
        // No row of the API changed: keys are rows of none of its types.
        let audit = journal::audit(&account, Event::RestoreMarked, &[], viewer.new_id());
        let outbox = journal::outbox(&account, Event::RestoreMarked, viewer.new_id());
        seal::sealed(&transaction, audit, outbox).await?;
        Ok(transaction.commit().await.map_err(Failure::at_commit)?)
    }
}
