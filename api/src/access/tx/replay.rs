//! Keyed mutations take effect once: the key is held from the beginning of the transaction, and
//! what came of it is stored with the effect. A refusal has no effect to be stored with, and gets
//! a transaction of its own.

use chrono::TimeDelta;
use entity::{account::account, journal::idempotency_record};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter,
    sea_query::{Func, Query, SelectStatement},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Tx;
use crate::{
    access::{House, Row, Viewer, transaction::Transaction},
    attempt::Keyed,
    error::{Code, Failure},
    refusal::{Overtaken, Refused, Replay, UserError},
};

/// For how long a retry is told what the first attempt came to.
const KEPT: TimeDelta = TimeDelta::days(35);

/// A refusal as it is stored.
#[derive(Serialize, Deserialize)]
enum Stored {
    User(Vec<UserError>),
    Overtaken(Overtaken),
}

impl Viewer {
    /// Remembers a refusal that the end user can mend, under the key of the attempt. If the key
    /// came to something else meanwhile, that is the answer.
    pub(crate) async fn settled(&self, refused: Refused) -> Refused {
        let stored = match &refused {
            Refused::User(errors) => Stored::User(errors.clone()),
            Refused::Overtaken(overtaken) => Stored::Overtaken(overtaken.clone()),
            _ => return refused,
        };
        let Some(keyed) = &self.terms().keyed else {
            return refused;
        };
        match self.remember(keyed, &stored).await {
            Ok(()) => refused,
            Err(other) => other,
        }
    }

    async fn remember(&self, keyed: &Keyed, stored: &Stored) -> Result<(), Refused> {
        let tx = Tx::new(self.clone(), self.0.house.begin().await?);
        // The transaction that was refused may still hold the key for a moment.
        wait(&tx.transaction, keyed).await?;
        tx.replayed(keyed).await?;
        let refusal = serde_json::to_value(stored).map_err(Failure::internal)?;
        let record = idempotency_record::ActiveModel {
            refusal: Set(Some(refusal)),
            ..tx.record_of(keyed)
        };
        insert(&tx.transaction, record).await?;
        Ok(tx.transaction.commit().await?)
    }
}

impl Tx {
    /// Holds a key until the transaction ends, or tells what came of it.
    pub(super) async fn claim(&self, keyed: &Keyed) -> Result<(), Refused> {
        if !hold(&self.transaction, keyed).await? {
            return Err(Failure::new(Code::IdempotencyInProgress).into());
        }
        self.replayed(keyed).await
    }

    /// Refuses a retry, with what the first attempt under the key came to.
    async fn replayed(&self, keyed: &Keyed) -> Result<(), Refused> {
        let Some(record) = found(&self.transaction, keyed).await? else {
            return Ok(());
        };
        if record.at + KEPT < self.viewer.now() {
            forget(&self.transaction, &record.scope).await?;
            return Ok(());
        }
        if record.fingerprint != hex::encode(keyed.fingerprint) {
            return Err(Failure::new(Code::IdempotencyKeyReused).into());
        }
        Err(Refused::Replayed(replay(record)?))
    }

    /// Stores under the key of the attempt, if it has one, what the mutation came to.
    pub(super) async fn remember_effect(
        &self,
        target: (&'static str, Uuid),
    ) -> Result<(), Refused> {
        let Some(keyed) = &self.viewer.terms().keyed else {
            return Ok(());
        };
        let (kind, id) = self.subject.unwrap_or(target);
        let record = idempotency_record::ActiveModel {
            subject_type: Set(Some(kind.to_owned())),
            subject_id: Set(Some(id)),
            ..self.record_of(keyed)
        };
        insert(&self.transaction, record).await
    }

    /// Names the row that the payload holds, where it is not the one that was committed.
    pub(crate) fn answers_with<E: Row>(&mut self, row: &E::Model) {
        self.subject = Some((E::TYPE, E::key(row)));
    }

    /// Forgets what the keyed mutations of an account came to.
    #[expect(clippy::disallowed_methods, reason = "this is the write door")]
    pub(crate) async fn forget_attempts_of(&self, account: &account::Model) -> Result<(), Failure> {
        idempotency_record::Entity::delete_many()
            .filter(idempotency_record::Column::AccountId.eq(account.id))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    fn record_of(&self, keyed: &Keyed) -> idempotency_record::ActiveModel {
        idempotency_record::ActiveModel {
            scope: Set(hex::encode(keyed.scope)),
            fingerprint: Set(hex::encode(keyed.fingerprint)),
            account_id: Set(self.viewer.account_id()),
            at: Set(self.viewer.now()),
            subject_type: Set(None),
            subject_id: Set(None),
            refusal: Set(None),
        }
    }
}

fn replay(record: idempotency_record::Model) -> Result<Replay, Failure> {
    if let (Some(kind), Some(id)) = (record.subject_type, record.subject_id) {
        return Ok(Replay::Effect { kind, id });
    }
    let refusal = record.refusal.unwrap_or_default();
    Ok(
        match serde_json::from_value(refusal).map_err(Failure::internal)? {
            Stored::User(errors) => Replay::User(errors),
            Stored::Overtaken(overtaken) => Replay::Overtaken(overtaken),
        },
    )
}

/// A call of a function of PostgreSQL that locks a key. The transactions of SQLite follow one
/// another anyway.
fn lock(
    transaction: &Transaction,
    keyed: &Keyed,
    function: &'static str,
) -> Option<SelectStatement> {
    if transaction.get_database_backend() != DbBackend::Postgres {
        return None;
    }
    let (number, _) = keyed.scope.split_first_chunk()?;
    let call = Func::cust(function).arg(i64::from_be_bytes(*number));
    Some(Query::select().expr_as(call, "held").to_owned())
}

/// Takes the key unless somebody else holds it.
async fn hold(transaction: &Transaction, keyed: &Keyed) -> Result<bool, Failure> {
    let Some(select) = lock(transaction, keyed, "pg_try_advisory_xact_lock") else {
        return Ok(true);
    };
    let row = transaction.query_one(&select).await?;
    let held = row.map(|row| row.try_get("", "held")).transpose()?;
    Ok(held.unwrap_or_default())
}

/// Takes the key as soon as nobody else holds it.
async fn wait(transaction: &Transaction, keyed: &Keyed) -> Result<(), Failure> {
    if let Some(select) = lock(transaction, keyed, "pg_advisory_xact_lock") {
        transaction.execute(&select).await?;
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "this is the write door")]
async fn found(
    transaction: &Transaction,
    keyed: &Keyed,
) -> Result<Option<idempotency_record::Model>, Failure> {
    let find = idempotency_record::Entity::find_by_id(hex::encode(keyed.scope));
    Ok(find.one(transaction).await?)
}

#[expect(clippy::disallowed_methods, reason = "this is the write door")]
async fn forget(transaction: &Transaction, scope: &str) -> Result<(), Failure> {
    idempotency_record::Entity::delete_by_id(scope)
        .exec(transaction)
        .await?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "this is the write door")]
async fn insert(
    transaction: &Transaction,
    record: idempotency_record::ActiveModel,
) -> Result<(), Refused> {
    idempotency_record::Entity::insert(record)
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

impl House {
    /// Forgets what retries are no longer told.
    #[expect(
        clippy::disallowed_methods,
        reason = "records that ended leave no trace to account for"
    )]
    pub(crate) async fn forget_attempts(&self) -> Result<(), Failure> {
        let tx = self.begin().await?;
        idempotency_record::Entity::delete_many()
            .filter(idempotency_record::Column::At.lt(self.now() - KEPT))
            .exec(&tx)
            .await?;
        Ok(tx.commit().await?)
    }
}
