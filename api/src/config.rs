//! Settings, read once from the file and the environment; nothing else reads either.

use std::{collections::BTreeMap, net::SocketAddr};

use serde::{Deserialize, Serialize};

use crate::{
    database_url,
    http::Proxies,
    issuer::{self, IssuerSettings},
    limits::{self, LimitSettings},
    unreadable,
};

/// All settings, with their defaults.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `sqlite://…` or `postgres://…`; if absent, `cfc.db` in the present folder.
    pub database_url: Option<String>,
    /// How many connections to the database are kept at most; on `PostgreSQL` so many for reads
    /// and as many for writes.
    pub database_connections: u32,
    /// The address to answer at. Port 0 takes a free one.
    pub bind: SocketAddr,
    /// The address under which clients reach this server, such as `https://api.town.example`;
    /// tokens are issued in its name. If absent, the address it answers at.
    pub public_url: Option<String>,
    /// Origins whose pages may call the API from a browser.
    pub cors_origins: Vec<String>,
    /// Proxies in front of this server, addresses or prefixes such as `10.0.0.0/8`: they alone are
    /// believed when they say in `X-Forwarded-For` who calls.
    pub trusted_proxies: Vec<String>,
    /// The address to answer `/metrics` at; nowhere if absent.
    pub metrics_bind: Option<SocketAddr>,
    /// What requests must keep to.
    pub limits: LimitSettings,
    /// Where people sign in: `OpenID` Connect issuers whose access tokens are accepted.
    pub issuers: Vec<IssuerSettings>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: None,
            database_connections: 8,
            bind: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            cors_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            metrics_bind: None,
            limits: LimitSettings::default(),
            issuers: Vec::new(),
        }
    }
}

impl std::fmt::Debug for Config {
    /// The address of the database may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = self.database().split(':').next().unwrap_or_default();
        f.debug_struct("Config")
            .field("database_url", &format_args!("{kind}:…"))
            .field("database_connections", &self.database_connections)
            .field("bind", &self.bind)
            .field("public_url", &self.public_url)
            .field("cors_origins", &self.cors_origins)
            .field("trusted_proxies", &self.trusted_proxies)
            .field("metrics_bind", &self.metrics_bind)
            .field("limits", &self.limits)
            .field("issuers", &self.issuers)
            .finish()
    }
}

const PREFIX: &str = "CFC_";

/// Where a setting comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Nobody set it.
    Default,
    /// The file.
    File,
    /// The environment.
    Environment,
}

/// Settings as they were read, limits as `limits.depth`.
#[derive(Debug, Default)]
pub(crate) struct Read {
    table: toml::Table,
    origins: BTreeMap<String, Origin>,
}

impl Read {
    /// Where a setting comes from.
    pub(crate) fn origin(&self, key: &str) -> Origin {
        self.origins.get(key).copied().unwrap_or(Origin::Default)
    }
}

impl Config {
    /// Reads settings: defaults, over them the text of a TOML file, over it the environment.
    /// Every key is also `CFC_` and the key in capitals, a limit `CFC_LIMITS_` and its name; the
    /// database is `DATABASE_URL`.
    pub fn read(
        file: Option<&str>,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, String> {
        Self::of(read(file, environment)?.table)
    }

    /// The same, with where each setting comes from.
    pub(crate) fn trace(
        file: Option<&str>,
        environment: &BTreeMap<String, String>,
    ) -> Result<(Self, Read), String> {
        let read = read(file, environment)?;
        Ok((Self::of(read.table.clone())?, read))
    }

    fn of(table: toml::Table) -> Result<Self, String> {
        if let Some(limits) = table.get("limits").and_then(toml::Value::as_table) {
            limits::check(limits)?;
        }
        let config: Self = table.try_into().map_err(|error| unreadable::form(&error))?;
        config.limits.agree()?;
        unreadable::addresses(config.public_url.as_deref(), &config.cors_origins)?;
        Proxies::read(&config.trusted_proxies)?;
        issuer::check(&config.issuers, config.public_url.as_deref())?;
        database_url::check(config.database())?;
        Ok(config)
    }

    /// The database, named or by default.
    pub(crate) fn database(&self) -> &str {
        self.database_url.as_deref().unwrap_or("sqlite://cfc.db")
    }
}

fn read(file: Option<&str>, environment: &BTreeMap<String, String>) -> Result<Read, String> {
    let mut read = Read::default();
    if let Some(text) = file {
        read.table = toml::from_str(text).map_err(|error| unreadable::file(text, &error))?;
    }
    for (key, value) in &read.table {
        match value {
            toml::Value::Table(limits) if key == "limits" => {
                let names = limits.keys().map(|name| format!("limits.{name}"));
                read.origins.extend(names.map(|name| (name, Origin::File)));
            }
            _ => {
                read.origins.insert(key.clone(), Origin::File);
            }
        }
    }
    for (name, value) in environment {
        let key = match name.strip_prefix(PREFIX) {
            Some(key) => key.to_lowercase(),
            None if name == "DATABASE_URL" => "database_url".to_owned(),
            None => continue,
        };
        if let Some(limit) = key.strip_prefix("limits_") {
            let limits = read
                .table
                .entry("limits")
                .or_insert_with(|| toml::Table::new().into());
            if let Some(limits) = limits.as_table_mut() {
                limits.insert(limit.to_owned(), number(value));
            }
            read.origins
                .insert(format!("limits.{limit}"), Origin::Environment);
        } else if let Some(value) = setting(&key, value) {
            read.table.insert(key.clone(), value);
            read.origins.insert(key, Origin::Environment);
        }
    }
    Ok(read)
}

/// The value of a key of the environment; keys that only tests use are no settings.
fn setting(key: &str, value: &str) -> Option<toml::Value> {
    Some(match key {
        "database_connections" => number(value),
        "cors_origins" | "trusted_proxies" => toml::Value::Array(
            value
                .split(',')
                .map(str::trim)
                .filter(|o| !o.is_empty())
                .map(Into::into)
                .collect(),
        ),
        // A text that is no list is refused as one, by its name.
        "issuers" => serde_json::from_str(value).unwrap_or_else(|_| value.into()),
        "database_url" | "bind" | "public_url" | "metrics_bind" => value.into(),
        _ => return None,
    })
}

fn number(text: &str) -> toml::Value {
    match text.parse() {
        Ok(number) => toml::Value::Integer(number),
        Err(_) => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: Option<&str>, pairs: &[(&str, &str)]) -> Result<Config, String> {
        let pairs = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::read(file, &pairs.collect())
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let file = "bind = '0.0.0.0:1'\ndatabase_connections = 3";
        let config = read(Some(file), &[("CFC_BIND", "127.0.0.1:0"), ("HOME", "/")]).unwrap();
        assert_eq!((config.bind.port(), config.database_connections), (0, 3));
    }

    #[test]
    fn wrong_settings_are_named() {
        assert!(read(Some("bint = 1"), &[]).unwrap_err().contains("bint"));
        assert!(
            read(None, &[("CFC_BIND", "here")])
                .unwrap_err()
                .contains("bind")
        );
        assert!(read(None, &[("DATABASE_URL", "mysql://x")]).is_err());
    }

    #[test]
    fn limits_come_from_the_file_and_the_environment() {
        let file = "[limits]\ndepth = 9\npage = 50";
        let config = read(Some(file), &[("CFC_LIMITS_DEPTH", "7")]).unwrap();
        assert_eq!((config.limits.depth, config.limits.page), (7, 50));
        for (name, value, told) in [
            (
                "CFC_LIMITS_DEPTH",
                "-1",
                "limits.depth is a whole number from 1 to 60, not -1.",
            ),
            (
                "CFC_LIMITS_DEPTH",
                "deep",
                "limits.depth is a whole number from 1 to 60.",
            ),
            ("CFC_LIMITS_DEEP", "1", "limits.deep is no setting."),
            (
                "CFC_LIMITS_BUDGET",
                "1999",
                "limits.cost must not be above limits.budget.",
            ),
            (
                "CFC_TRUSTED_PROXIES",
                "10.0.0.0/99",
                "trusted_proxies: number 1 is neither",
            ),
        ] {
            let refused = read(None, &[(name, value)]).unwrap_err();
            assert!(refused.starts_with(told), "{refused}");
        }
        assert!(
            read(Some("limits = 3"), &[])
                .unwrap_err()
                .contains("limits")
        );
    }

    #[test]
    fn issuers_come_from_the_file_or_as_json() {
        let (file, json) = (
            "[[issuers]]\nissuer = 'https://a.b'\naudience = 'x'\nclient_id = 'app'",
            r#"[{ "issuer": "https://c.d", "audience": "x", "client_id": "app" }]"#,
        );
        let named = |config: Config| config.issuers[0].issuer.clone();
        assert_eq!(named(read(Some(file), &[]).unwrap()), "https://a.b");
        let environment = [("CFC_ISSUERS", json)];
        assert_eq!(
            named(read(Some(file), &environment).unwrap()),
            "https://c.d"
        );
        for wrong in ["https://c.d", &json.replace("https", "http"), "{}"] {
            let told = read(None, &[("CFC_ISSUERS", wrong)]).unwrap_err();
            assert!(told.contains("issuers"), "{told}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let config = read(None, &[("DATABASE_URL", "postgres://u:secret@h/d")]).unwrap();
        assert!(!format!("{config:?}").contains("secret"));
    }
}
