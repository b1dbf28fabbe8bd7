//! What a transaction leaves behind: its changes, one audit row and one outbox row, or nothing.

use super::{Tx, seal};
use crate::{
    access::{Row, permit::Granted},
    error::Failure,
    journal::{self, Change, Event},
    refusal::Refused,
};

impl Tx {
    pub(in crate::access) fn record<E: Row>(
        &mut self,
        before: Option<&E::Model>,
        after: Option<&E::Model>,
        by: Granted,
    ) {
        self.changes.push(Change::between::<E>(before, after));
        self.granted.get_or_insert(by);
    }

    /// Makes everything lasting: the change, one audit row and one outbox row, or nothing. An
    /// attempt that is only validated comes to its end here. Where everything was so already, only
    /// what the attempt came to is remembered, if it has a key.
    pub(crate) async fn commit<E: Row>(
        self,
        event: Event,
        target: &E::Model,
    ) -> Result<(), Refused> {
        if self.viewer.terms().validate_only {
            self.transaction.rollback().await?;
            return Err(Refused::Validated(self.warnings));
        }
        self.remember_effect((E::TYPE, E::key(target))).await?;
        let Self {
            transaction,
            viewer,
            changes,
            granted,
            subject: _,
            warnings: _,
        } = self;
        if changes.is_empty() {
            return Ok(transaction.commit().await.map_err(Failure::at_commit)?);
        }
        let account = journal::Account {
            at: viewer.now(),
            actor: viewer.account_id(),
            client: viewer.client_id(),
            membership_id: granted.and_then(|g| g.membership),
            role: granted.and_then(|g| g.role),
            system_reason: viewer.system_reason(),
            request_id: viewer.request_id().to_owned(),
            place: E::place(target),
            target: (E::TYPE, E::key(target)),
        };
        let audit = journal::audit(&account, event, &changes, viewer.new_id());
        let outbox = journal::outbox(&account, event, viewer.new_id());
        seal::sealed(&transaction, audit, outbox).await?;
        transaction.commit().await.map_err(Failure::at_commit)?;
        Ok(())
    }
}
