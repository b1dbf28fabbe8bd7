//! What `cfc config` prints: every setting in force as a TOML file that could be read again, each
//! with its meaning and where it comes from, without passwords.

use std::fmt::Write;

use toml::Value;

use crate::{
    config::{Config, Origin, Read},
    database_url::without_password,
    limits,
    trouble::Trouble,
};

/// What each setting means. A setting that is not listed here fails a test.
const MEANINGS: &[(&str, &str)] = &[
    (
        "database_url",
        "sqlite://… or postgres://… (environment: DATABASE_URL). Default: sqlite://cfc.db here.",
    ),
    (
        "database_connections",
        "Connections to the database at most; on PostgreSQL so many for reads and for writes.",
    ),
    ("bind", "The address to answer at. Port 0 takes a free one."),
    (
        "public_url",
        "The address under which clients reach this server; tokens are issued in its name.",
    ),
    (
        "cors_origins",
        "Origins whose pages may call the API from a browser.",
    ),
    (
        "trusted_proxies",
        "Proxies (addresses, prefixes) that are believed when X-Forwarded-For says who calls.",
    ),
    (
        "metrics_bind",
        "The address to answer /metrics at, for Prometheus. Off unless it is set.",
    ),
    (
        "issuers",
        "Where people sign in: OpenID Connect issuers (see docs/sign-in.md). In a file [[issuers]].",
    ),
];

const HEAD: &str = "\
# The settings of cfc in force now, as a file that `cfc --config FILE` reads.
# Each key is also a variable of the environment: CFC_ and the key in capitals, CFC_LIMITS_ and the
# key for those of [limits]. The environment goes before the file.
";

/// All settings.
pub(crate) fn text(config: &Config, read: &Read) -> Result<String, Trouble> {
    let shown = Config {
        database_url: config.database_url.as_deref().map(without_password),
        ..config.clone()
    };
    let table = toml::Table::try_from(&shown).map_err(|error| Trouble::of(error.to_string()))?;
    let mut text = HEAD.to_owned();
    for (key, meaning) in MEANINGS {
        let entry = match table.get(*key) {
            Some(value) => format!("{key} = {value}"),
            None => format!("# {key} is not set"),
        };
        add(&mut text, meaning, &entry, read.origin(key));
    }
    let is_described = |key: &str| MEANINGS.iter().any(|(known, _)| *known == key);
    for (key, value) in table.iter().filter(|(key, _)| !is_described(key)) {
        if key != "limits" {
            let only = toml::Table::from_iter([(key.clone(), value.clone())]);
            let _ = write!(text, "\n{only}");
        }
    }
    text.push_str("\n# What requests must keep to. Times are in milliseconds.\n[limits]\n");
    for limit in limits::ALL {
        let value = table
            .get("limits")
            .and_then(|limits| limits.get(limit.name));
        let entry = format!("{} = {}", limit.name, value.unwrap_or(&Value::Integer(0)));
        let meaning = format!(
            "{} {} to {}.",
            limit.meaning,
            limit.range.start(),
            limit.range.end()
        );
        let origin = read.origin(&format!("limits.{}", limit.name));
        add(&mut text, &meaning, &entry, origin);
    }
    Ok(text)
}

fn add(text: &mut String, meaning: &str, entry: &str, origin: Origin) {
    let origin = match origin {
        Origin::Default => "default",
        Origin::File => "file",
        Origin::Environment => "environment",
    };
    // A string takes all that is written to it.
    let _ = write!(text, "\n# {meaning}\n{entry} # {origin}\n");
}

/// What a setting means.
pub(crate) fn meaning(key: &str) -> Option<&'static str> {
    let found = MEANINGS.iter().find(|(known, _)| *known == key);
    found.map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn printed(file: Option<&str>, pairs: &[(&str, &str)]) -> (Config, String) {
        let pairs = pairs.iter();
        let environment: BTreeMap<_, _> = pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let (config, read) = Config::trace(file, &environment).unwrap();
        let text = text(&config, &read).unwrap();
        (config, text)
    }

    #[test]
    fn what_is_printed_can_be_read_again_and_means_the_same() {
        let file = "cors_origins = ['https://map.example']\nmetrics_bind = '127.0.0.1:9090'\n[limits]\ndepth = 9";
        let (config, text) = printed(Some(file), &[("CFC_LIMITS_COST", "1500")]);
        let again = Config::read(Some(&text), &BTreeMap::new()).unwrap();
        assert_eq!(format!("{again:?}"), format!("{config:?}"));
        assert_eq!((again.limits.depth, again.limits.cost), (9, 1_500));
    }

    #[test]
    fn each_setting_is_described_and_says_where_it_comes_from() {
        let (config, text) = printed(Some("[limits]\ndepth = 9"), &[("CFC_BIND", "[::1]:1")]);
        let table = toml::Table::try_from(&config).unwrap();
        for key in table.keys().filter(|key| *key != "limits") {
            assert!(MEANINGS.iter().any(|(known, _)| known == key), "{key}");
        }
        assert!(
            text.contains("\nbind = \"[::1]:1\" # environment\n"),
            "{text}"
        );
        assert!(text.contains("\ndepth = 9 # file\n"), "{text}");
        assert!(text.contains("\ncost = 2000 # default\n"), "{text}");
        assert!(
            text.contains("# metrics_bind is not set # default"),
            "{text}"
        );
    }

    #[test]
    fn no_password_is_printed() {
        for url in [
            "postgres://user:s3cret@host/base",
            "postgres://user:s3c:r@et3s3cret@host/base",
            "postgres://host/base?user=u&password=s3cret&sslmode=require",
        ] {
            let (_, text) = printed(None, &[("DATABASE_URL", url)]);
            assert!(!text.contains("s3cret"), "{text}");
            assert!(text.contains("host/base"), "{text}");
        }
        let (_, text) = printed(None, &[("DATABASE_URL", "sqlite:///srv/cfc.db")]);
        assert!(text.contains("sqlite:///srv/cfc.db"), "{text}");
    }
}
