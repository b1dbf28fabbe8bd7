//! What whoever runs a server does with it: open, migrate, load a programme, add an account, make a
//! token, serve. The `cfc` command and the tests go through here.

use std::{net::TcpListener, path::Path, sync::Arc};

use chrono::TimeDelta;
use entity::account::Role;

use crate::{
    access::House,
    account,
    config::Config,
    id::Id,
    programme::{self, document, document::ProgrammeFiles},
    serving::{self, Surroundings},
    trouble::Trouble,
};

/// Whoever runs a server.
#[derive(Clone, Debug)]
pub struct Operator {
    house: Arc<House>,
    config: Config,
}

/// Who an account is for, and where.
#[derive(Clone, Copy, Debug)]
pub struct Appointment<'a> {
    /// What the account is called.
    pub name: &'a str,
    /// The role.
    pub role: Role,
    /// The key of the programme, such as `FI`.
    pub programme: Option<&'a str>,
    /// The code of the municipality, such as `FI-837`.
    pub municipality: Option<&'a str>,
}

impl Operator {
    /// Opens the database of a configuration.
    pub async fn open(config: &Config, around: &Surroundings) -> Result<Self, Trouble> {
        let house = serving::open(config, around, true).await?;
        Ok(Self {
            house,
            config: config.clone(),
        })
    }

    /// Opens a database that is migrated, and reads what is published.
    pub async fn enter(config: &Config, around: &Surroundings) -> Result<Self, Trouble> {
        let operator = Self::open(config, around).await?;
        if !operator.house.is_migrated().await? {
            return Err(Trouble::of(
                "The database is not up to date. Run: cfc migrate",
            ));
        }
        operator.house.load_keys().await?;
        operator.house.refresh().await?;
        Ok(operator)
    }

    /// Whether every migration has run.
    pub async fn is_migrated(&self) -> Result<bool, Trouble> {
        Ok(self.house.is_migrated().await?)
    }

    /// Makes or updates the tables, and the key that signs tokens.
    pub async fn migrate(&self) -> Result<(), Trouble> {
        Ok(self.house.migrate().await?)
    }

    /// Checks a programme's folder and publishes what it holds. `fi` alone is the one embedded
    /// here. Answers with a sentence and the key of the programme.
    pub async fn load(&self, folder: &Path) -> Result<(String, String), Trouble> {
        let files = if folder == Path::new("fi") && !folder.exists() {
            programme::embedded::fi()
        } else {
            let read = ProgrammeFiles::read_dir(folder);
            read.map_err(|e| Trouble::of(format!("{}: {e}", folder.display())))?
        };
        let document = document::read(&files).map_err(|faults| Trouble::faults(&faults))?;
        let loaded = programme::load(&self.house, &document, false).await?;
        Ok((loaded.to_string(), document.programme.key))
    }

    /// Whether there is a programme yet.
    #[must_use]
    pub fn has_programme(&self) -> bool {
        !self.house.catalogue().programmes.is_empty()
    }

    /// Adds an account with a role. Answers with its id.
    pub async fn add_account(&self, appointment: Appointment<'_>) -> Result<String, Trouble> {
        let account = account::add_from_command_line(&self.house, appointment).await?;
        Ok(Id::<entity::account::account::Entity>::new(account.id).to_string())
    }

    /// An access token for an account.
    pub async fn token(&self, account: &str, lifetime: TimeDelta) -> Result<String, Trouble> {
        let id = Id::<entity::account::account::Entity>::read(account)
            .ok_or_else(|| Trouble::of("This is not the id of an account; it starts with acc_."))?;
        let account = account::activated(&self.house, id).await?;
        Ok(self.house.token(Id::new(account.id), lifetime)?)
    }

    /// Answers at a listener until the process is asked to stop.
    pub async fn serve(&self, listener: TcpListener) -> Result<(), Trouble> {
        let session = serving::session(&[]);
        serving::answer(
            Arc::clone(&self.house),
            &self.config,
            listener,
            session,
            false,
        )
        .await
        .map_err(Trouble::io)
    }
}
