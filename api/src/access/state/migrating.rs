//! Brings tables up to date, one transaction a migration, and makes the first signing key. Cut off at
//! any moment, it is run again and goes on where it was.

use entity::account::signing_key;
use migration::{Migrator, MigratorTrait, State};
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, PaginatorTrait,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use super::{Alone, connection, refusal_to_migrate, told};
use crate::{
    access::{House, house::insert_key},
    trouble::Trouble,
};

const ANOTHER: &str = "Another cfc migrate is at work on this database and was not disturbed. Run the \
    command again when it has ended, to see that it came to its end.";

impl House {
    /// Brings the tables up to date and makes a signing key if there is none.
    pub(crate) async fn migrate(&self) -> Result<(), Trouble> {
        let db = connection::changing(self.storage()).await?;
        let migrated = self.steps(&db).await;
        let closed = db.close().await;
        migrated?;
        closed.map_err(told)?;
        Ok(self.load_keys().await?)
    }

    async fn steps(&self, db: &DatabaseConnection) -> Result<(), Trouble> {
        while !self.step(db).await? {}
        Ok(())
    }

    /// One step in one transaction; whether it was the last.
    async fn step(&self, db: &DatabaseConnection) -> Result<bool, Trouble> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let tx = db.begin_with_options(options).await.map_err(told)?;
        if !Alone::Migrating.in_transaction(&tx).await.map_err(told)? {
            return Err(Trouble::of(ANOTHER));
        }
        let state = migration::state(&tx).await.map_err(told)?;
        if let Some(trouble) = refusal_to_migrate(&state) {
            return Err(trouble);
        }
        let is_last = state == State::Current;
        if is_last {
            self.first_key(&tx).await?;
        } else {
            Migrator::up(&tx, Some(1)).await.map_err(told)?;
        }
        tx.commit().await.map_err(told)?;
        Ok(is_last)
    }

    /// Makes a signing key where there is none.
    async fn first_key(&self, tx: &DatabaseTransaction) -> Result<(), Trouble> {
        if !has_key(tx).await.map_err(told)? {
            let key = self.new_key()?;
            insert_key(tx, key).await.map_err(told)?;
        }
        Ok(())
    }
}

#[expect(clippy::disallowed_methods, reason = "keys have no viewer")]
async fn has_key(tx: &DatabaseTransaction) -> Result<bool, DbErr> {
    Ok(signing_key::Entity::find().count(tx).await? > 0)
}
