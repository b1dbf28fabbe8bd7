//! What whoever runs a server does with it: open, migrate, load a programme, add an account, make a
//! token, serve. The `cfc` command and the tests go through here.

use std::{net::TcpListener, path::Path, pin::Pin, sync::Arc};

use chrono::TimeDelta;
use entity::{account::Role, client::api_client};

use crate::{
    access::{Grant, House, look, refusal, refusal_to_migrate},
    account,
    audit::{self, RowsVerified, Verified},
    client,
    config::Config,
    id::Id,
    issuer::Identity,
    programme::{self, document, document::ProgrammeFiles},
    serving::{self, Surroundings},
    stop::Stop,
    trouble::Trouble,
};

/// What another crate awaits. Boxed, so that all that runs below is compiled once, in this crate,
/// and not again in each that awaits it.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, Trouble>> + Send + 'a>>;

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

/// What a machine client is to be.
#[derive(Clone, Copy, Debug)]
pub struct Registration<'a> {
    /// What it is called.
    pub name: &'a str,
    /// The key of the programme, such as `FI`.
    pub programme: &'a str,
    /// The code of the municipality, such as `FI-837`; the whole programme if absent.
    pub municipality: Option<&'a str>,
    /// What its tokens may be for, such as `assessments:read`.
    pub scopes: &'a [String],
    /// Origins of web pages that call in its name.
    pub origins: &'a [String],
    /// The public half of its key, PEM, if it signs assertions instead of sending a secret.
    pub public_key: Option<&'a str>,
}

#[expect(
    clippy::must_use_candidate,
    reason = "a future that nobody awaits is warned of already"
)]
impl Operator {
    /// Opens the database of a configuration, to bring it up to date. What is not ours, or is ahead
    /// of us, is not touched.
    pub fn open<'a>(config: &'a Config, around: &'a Surroundings) -> Work<'a, Self> {
        Box::pin(async move {
            let state = look(&serving::storage(config, true)).await?;
            if let Some(trouble) = refusal_to_migrate(&state) {
                return Err(trouble);
            }
            let house = serving::open(config, around, true).await?;
            Ok(Self {
                house,
                config: config.clone(),
            })
        })
    }

    /// Opens a database that is migrated, and reads what is published.
    pub fn enter<'a>(config: &'a Config, around: &'a Surroundings) -> Work<'a, Self> {
        Box::pin(async move {
            let state = look(&serving::storage(config, true)).await?;
            if let Some(trouble) = refusal(&state) {
                return Err(trouble);
            }
            let operator = Self {
                house: serving::open(config, around, true).await?,
                config: config.clone(),
            };
            operator.read().await?;
            Ok(operator)
        })
    }

    /// Reads the signing keys and what is published.
    pub fn read(&self) -> Work<'_, ()> {
        Box::pin(async move {
            self.house.load_keys().await?;
            Ok(self.house.refresh().await?)
        })
    }

    /// Makes or updates the tables, and the key that signs tokens.
    pub fn migrate(&self) -> Work<'_, ()> {
        Box::pin(async move { self.house.migrate().await })
    }

    /// Checks a programme's folder and publishes what it holds. `fi` alone is the one embedded
    /// here. Answers with a sentence and the key of the programme.
    pub fn load<'a>(&'a self, folder: &'a Path) -> Work<'a, (String, String)> {
        Box::pin(async move {
            let files = if folder == Path::new("fi") && !folder.exists() {
                programme::embedded::fi()
            } else {
                let read = ProgrammeFiles::read_dir(folder);
                read.map_err(|e| Trouble::of(format!("{}: {e}", folder.display())))?
            };
            let document = document::read(&files).map_err(|faults| Trouble::faults(&faults))?;
            let loaded = programme::load(&self.house, &document, false).await?;
            Ok((loaded.to_string(), document.programme.key))
        })
    }

    /// Whether there is a programme yet.
    #[must_use]
    pub fn has_programme(&self) -> bool {
        !self.house.catalogue().programmes.is_empty()
    }

    /// Adds an account with a role. Answers with its id.
    pub fn add_account<'a>(&'a self, appointment: Appointment<'a>) -> Work<'a, String> {
        Box::pin(async move {
            let account = account::add_from_command_line(&self.house, appointment).await?;
            Ok(Id::<entity::account::account::Entity>::new(account.id).to_string())
        })
    }

    /// Adds a machine client. Answers with its id and, unless it has a key, its secret, which
    /// nobody sees again.
    pub fn add_client<'a>(
        &'a self,
        registration: Registration<'a>,
    ) -> Work<'a, (String, Option<String>)> {
        Box::pin(async move {
            let (client, secret) = client::add_from_command_line(&self.house, registration).await?;
            let id = Id::<api_client::Entity>::new(client.id).to_string();
            Ok((id, secret.map(|secret| secret.reveal().to_owned())))
        })
    }

    /// Gives a machine client a new secret.
    pub fn rotate_client<'a>(&'a self, id: &'a str) -> Work<'a, String> {
        Box::pin(async move {
            let (_, secret) = client::rotate_from_command_line(&self.house, client_id(id)?).await?;
            let secret = secret.map(|secret| secret.reveal().to_owned());
            secret.ok_or_else(|| Trouble::of("This client has no secrets."))
        })
    }

    /// Takes a machine client out of use.
    pub fn revoke_client<'a>(&'a self, id: &'a str) -> Work<'a, ()> {
        Box::pin(async move {
            client::revoke_from_command_line(&self.house, client_id(id)?).await?;
            Ok(())
        })
    }

    /// Makes a new key that signs tokens. Those signed before hold on.
    pub fn rotate_key(&self) -> Work<'_, ()> {
        Box::pin(async move { Ok(self.house.add_key().await?) })
    }

    /// Refuses every token from before: for a database of which a copy was put back.
    pub fn mark_restored(&self) -> Work<'_, ()> {
        Box::pin(async move { Ok(self.house.mark_restored().await?) })
    }

    /// Reads the whole audit log and checks its chain. `noted` is a head of an earlier time that
    /// has to be in it; `progress` is told how many rows were read.
    pub fn verify_audit<'a>(
        &'a self,
        noted: Option<&'a str>,
        progress: impl Fn(u64) + Send + Sync + 'a,
    ) -> Work<'a, Verified> {
        Box::pin(async move { Ok(audit::verify(&self.house, noted, progress).await?) })
    }

    /// Compares every row that the audit log tells of with what it recorded last. `at_once` rows are kept
    /// in mind at a time, mostly `ROWS_AT_ONCE`; `progress` is told now and then how many were read.
    pub fn verify_rows<'a>(
        &'a self,
        at_once: usize,
        progress: impl Fn(u64) + Send + Sync + 'a,
    ) -> Work<'a, RowsVerified> {
        Box::pin(async move { Ok(audit::verify_rows(&self.house, at_once, progress).await?) })
    }

    /// Links an account to who somebody is at an issuer of the configuration.
    pub fn link_account<'a>(
        &'a self,
        account: &'a str,
        issuer: &'a str,
        subject: &'a str,
    ) -> Work<'a, ()> {
        Box::pin(async move {
            let who = Identity {
                issuer: issuer.to_owned(),
                subject: subject.to_owned(),
            };
            account::link_from_command_line(&self.house, account_id(account)?, who).await?;
            Ok(())
        })
    }

    /// An access token for an account.
    pub fn token<'a>(&'a self, account: &'a str, lifetime: TimeDelta) -> Work<'a, String> {
        Box::pin(async move {
            let account = account::activated(&self.house, account_id(account)?).await?;
            Ok(self
                .house
                .token(Grant::person(Id::new(account.id)), lifetime)?)
        })
    }

    /// Answers at a listener for as long as this is awaited.
    pub fn serve(&self, listener: TcpListener) -> Work<'_, ()> {
        self.serve_until(listener, Stop::never())
    }

    /// Answers at a listener until the process is asked to stop.
    pub fn serve_until(&self, listener: TcpListener, stop: Stop) -> Work<'_, ()> {
        Box::pin(async move {
            let house = (Arc::clone(&self.house), &self.config);
            let session = serving::session(&[]);
            let answered = serving::answer(house, listener, session, false, stop).await;
            answered.map_err(Trouble::io)
        })
    }
}

fn account_id(text: &str) -> Result<Id<entity::account::account::Entity>, Trouble> {
    Id::read(text)
        .ok_or_else(|| Trouble::of("This is not the id of an account; it starts with acc_."))
}

fn client_id(text: &str) -> Result<Id<api_client::Entity>, Trouble> {
    Id::read(text)
        .ok_or_else(|| Trouble::of("This is not the id of a machine client; it starts with cli_."))
}
