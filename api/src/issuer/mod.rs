//! Where people sign in: the `OpenID` Connect issuers of the configuration. Their access tokens are
//! judged here by their keys; which account a person has is the business of `access`.

mod fetch;
mod judge;
mod keeping;
mod key_set;
mod queries;
mod settings;
#[cfg(test)]
mod tests;

use std::{
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use jsonwebtoken::get_current_timestamp;
use reqwest::Client;

pub use self::settings::{IssuerSettings, TokenType};
use self::{judge::Parts, keeping::Kept};
pub(crate) use self::{
    judge::{Identity, Rejection, Statement},
    queries::IssuerQuery,
    settings::check,
};

/// The issuers of the configuration, with what is known of their keys.
#[derive(Default)]
pub(crate) struct Issuers {
    issuers: Vec<Issuer>,
}

struct Issuer {
    settings: IssuerSettings,
    client: Client,
    kept: RwLock<Kept>,
    /// Held while keys are fetched, so that they are fetched once however many wait for them.
    fetching: tokio::sync::Mutex<()>,
}

impl Issuers {
    /// Issuers of which no keys are known yet.
    pub(crate) fn new(settings: &[IssuerSettings]) -> Result<Self, reqwest::Error> {
        let issuers = settings.iter().map(|settings| {
            Ok(Issuer {
                settings: settings.clone(),
                client: fetch::client(settings)?,
                kept: RwLock::default(),
                fetching: tokio::sync::Mutex::default(),
            })
        });
        let issuers = issuers.collect::<Result<_, _>>()?;
        Ok(Self { issuers })
    }

    /// What a token says, or why it is refused; nothing if it claims to be of none of them.
    pub(crate) async fn judged(&self, token: &str) -> Option<(&str, Result<Statement, Rejection>)> {
        if self.issuers.is_empty() {
            return None;
        }
        let parts = judge::parts(token).ok()?;
        let issuer = self.find(parts.issuer()?)?;
        let verdict = issuer.judged(&parts).await;
        Some((&issuer.settings.issuer, verdict))
    }

    fn find(&self, name: &str) -> Option<&Issuer> {
        let mut issuers = self.issuers.iter();
        issuers.find(|issuer| issuer.settings.issuer == name)
    }

    /// Whether this is one of them.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Whether keys of each were had once.
    pub(crate) fn were_read(&self) -> bool {
        let mut issuers = self.issuers.iter();
        issuers.all(|issuer| issuer.look(Kept::was_read))
    }

    /// Reads their keys when it is time to, for as long as it is awaited.
    pub(crate) async fn keep_fresh(&self) {
        let mut interval = tokio::time::interval(Duration::from_secs(1));
        loop {
            interval.tick().await;
            let issuers = self.issuers.iter();
            join_all(issuers.map(Issuer::keep_fresh)).await;
        }
    }

    fn settings(&self) -> impl Iterator<Item = &IssuerSettings> {
        self.issuers.iter().map(|issuer| &issuer.settings)
    }
}

impl Issuer {
    async fn judged(&self, parts: &Parts<'_>) -> Result<Statement, Rejection> {
        match self.judge(parts) {
            Err(Rejection::KeyUnknown | Rejection::NoKeys) => {
                self.look_again(parts.key_name()).await;
                self.judge(parts)
            }
            verdict => verdict,
        }
    }

    fn judge(&self, parts: &Parts<'_>) -> Result<Statement, Rejection> {
        let keys = self.look(|kept| kept.keys(Instant::now()).cloned());
        let keys = keys.ok_or(Rejection::NoKeys)?;
        parts.judge(&self.settings, &keys, get_current_timestamp())
    }

    /// Fetches the keys for a token whose key is unknown, unless that was done a moment ago.
    async fn look_again(&self, name: Option<&str>) {
        let _alone = self.fetching.lock().await;
        let now = Instant::now();
        let is_known = |kept: &Kept| {
            let keys = kept.keys(now);
            keys.is_some_and(|keys| name.is_some_and(|name| keys.contains_key(name)))
        };
        let is_time = |kept: &mut Kept| kept.is_due(now) || kept.demand(now);
        if !self.look(is_known) && self.change(is_time) {
            self.fetch().await;
        }
    }

    /// Fetches the keys if it is time to, and nobody else has done it just now.
    async fn keep_fresh(&self) {
        let is_due = || self.look(|kept| kept.is_due(Instant::now()));
        if is_due() {
            let _alone = self.fetching.lock().await;
            if is_due() {
                self.fetch().await;
            }
        }
    }

    async fn fetch(&self) {
        self.change(|kept| kept.try_at(Instant::now()));
        match fetch::keys(&self.client, &self.settings).await {
            Ok(keys) => self.change(|kept| kept.replace(keys, Instant::now())),
            Err(miss) => {
                let issuer = self.settings.issuer.as_str();
                tracing::warn!(issuer, reason = %miss, "no keys of an issuer; the last ones hold");
            }
        }
    }

    fn look<T>(&self, at: impl FnOnce(&Kept) -> T) -> T {
        at(&self.kept.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change<T>(&self, how: impl FnOnce(&mut Kept) -> T) -> T {
        how(&mut self.kept.write().unwrap_or_else(PoisonError::into_inner))
    }
}
