//! A schema beside the one that is searched, whose tables move when they are whole.

use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::{
    access::{
        Storage,
        state::{Alone, connection, told},
    },
    trouble::Trouble,
};

/// Its name; nobody else names a schema so.
const NAME: &str = "cfc_demo_part";

/// All that is in it moves in one statement. A table of migrations in an empty place is one that an
/// earlier version left there.
const MOVE: &str = "DO $$ DECLARE place TEXT := current_schema(); it RECORD; BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I.seaql_migrations', place);
    FOR it IN SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = 'cfc_demo_part' AND c.relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE cfc_demo_part.%I SET SCHEMA %I', it.name, place);
    END LOOP;
    FOR it IN SELECT CAST(CAST(p.oid AS regprocedure) AS TEXT) AS name
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
              WHERE n.nspname = 'cfc_demo_part' LOOP
        EXECUTE format('ALTER FUNCTION %s SET SCHEMA %I', it.name, place);
    END LOOP;
    DROP SCHEMA cfc_demo_part;
END $$";

/// A schema of the same database.
#[derive(Debug)]
pub(crate) struct SchemaPart {
    /// Holds the lock against other processes.
    db: DatabaseConnection,
    url: String,
}

impl SchemaPart {
    /// Takes the schema, unless another process has it.
    pub(super) async fn take(storage: &Storage) -> Result<Option<Self>, Trouble> {
        let db = connection::changing(storage).await?;
        if !Alone::Telling.in_session(&db).await.map_err(told)? {
            return Ok(None);
        }
        let mut url = reqwest::Url::parse(&storage.url)
            .map_err(|_| Trouble::of("DATABASE_URL cannot be read."))?;
        url.query_pairs_mut()
            .append_pair("options[search_path]", NAME);
        let url = url.to_string();
        Ok(Some(Self { db, url }))
    }

    /// Makes it anew.
    pub(super) async fn clear(&self) -> Result<(), Trouble> {
        let drop = format!("DROP SCHEMA IF EXISTS {NAME} CASCADE");
        for statement in [drop, format!("CREATE SCHEMA {NAME}")] {
            self.run(&statement).await?;
        }
        Ok(())
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) async fn put_in_place(self) -> Result<(), Trouble> {
        self.run(MOVE).await?;
        self.db.close().await.map_err(told)
    }

    async fn run(&self, statement: &str) -> Result<(), Trouble> {
        self.db.execute_unprepared(statement).await.map_err(told)?;
        Ok(())
    }
}
