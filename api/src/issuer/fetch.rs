//! Fetches the keys of an issuer: a short answer, soon, from where it must come and nowhere else.

use std::{fmt, time::Duration};

use reqwest::{Client, Url, redirect::Policy};
use serde_json::Value;

use super::{
    key_set::{self, Fault, Keys},
    settings::{IssuerSettings, is_safe},
};

/// How long one answer may take.
const WITHIN: Duration = Duration::from_secs(2);
/// How long an answer may be.
const MAX_BYTES: usize = 256 * 1024;

/// Why keys could not be had.
#[derive(Debug)]
pub(super) enum Miss {
    /// No answer in time.
    Transport(reqwest::Error),
    /// Another status than 200; redirects are not followed.
    Status(u16),
    /// More than 256 KiB.
    TooLong,
    /// A discovery document without the issuer's own name, or without keys on its own host.
    Discovery,
    /// Keys that are refused.
    Keys(Fault),
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(error) if error.is_timeout() => f.write_str("no answer in time"),
            Self::Transport(error) => write!(f, "no answer: {}", innermost(error)),
            Self::Status(status) => write!(f, "status {status}"),
            Self::TooLong => f.write_str("the answer is too long"),
            Self::Discovery => f.write_str(
                "the discovery document is not of this issuer, or its keys are on another host: \
                 name jwks_uri in the configuration",
            ),
            Self::Keys(fault) => write!(f, "the keys are refused: {fault:?}"),
        }
    }
}

fn innermost(error: &dyn std::error::Error) -> &dyn std::error::Error {
    error.source().map_or(error, innermost)
}

impl From<reqwest::Error> for Miss {
    fn from(error: reqwest::Error) -> Self {
        Self::Transport(error)
    }
}

/// What asks. Follows no redirect, uses no proxy and keeps no connection. Roots of certificates are
/// read only if the address needs them.
pub(super) fn client(settings: &IssuerSettings) -> Result<Client, reqwest::Error> {
    let keys = settings.jwks_uri.as_deref().unwrap_or(&settings.issuer);
    let mut client = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .referer(false)
        .pool_max_idle_per_host(0)
        .timeout(WITHIN);
    if !keys.starts_with("https:") {
        client = client.tls_certs_only([]);
    }
    client.build()
}

/// The keys of an issuer as it gives them now.
pub(super) async fn keys(client: &Client, settings: &IssuerSettings) -> Result<Keys, Miss> {
    let address = match &settings.jwks_uri {
        Some(named) => Url::parse(named).map_err(|_| Miss::Discovery)?,
        None => discovered(client, settings).await?,
    };
    let bytes = body(client, address).await?;
    key_set::read(&bytes).map_err(Miss::Keys)
}

async fn discovered(client: &Client, settings: &IssuerSettings) -> Result<Url, Miss> {
    let own = Url::parse(&settings.discovery_url()).map_err(|_| Miss::Discovery)?;
    let bytes = body(client, own.clone()).await?;
    let document: Value = serde_json::from_slice(&bytes).map_err(|_| Miss::Discovery)?;
    let address = document["jwks_uri"].as_str();
    let address = address.and_then(|text| Url::parse(text).ok());
    let is_own = |url: &Url| is_safe(url) && url.origin() == own.origin();
    if document["issuer"] != settings.issuer.as_str() {
        return Err(Miss::Discovery);
    }
    address.filter(is_own).ok_or(Miss::Discovery)
}

async fn body(client: &Client, address: Url) -> Result<Vec<u8>, Miss> {
    let request = client.get(address).header("accept", "application/json");
    let mut response = request.send().await?;
    if response.status() != 200 {
        return Err(Miss::Status(response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > MAX_BYTES {
            return Err(Miss::TooLong);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
