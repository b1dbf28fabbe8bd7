//! The address of the database: what may stand in it, and how it is shown. It may hold a password, so
//! nothing of one that cannot be read is ever repeated, and what reads it further down, and would repeat it,
//! never sees such a one.

use std::str::FromStr;

use reqwest::Url;
use sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};

/// Parameters of `PostgreSQL` whose values are shown.
const SHOWN: &[&str] = &[
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];
/// Parameters whose values are not; `options[…]` names one setting.
const HIDDEN: &[&str] = &["options", "password"];
const OF_SQLITE: &[&str] = &["cache", "immutable", "mode", "vfs"];
const KINDS: &str = "DATABASE_URL starts with sqlite:// or postgres://.";
const FORM: &str = "DATABASE_URL cannot be read: it is sqlite://FILE or \
    postgres://USER:PASSWORD@HOST:PORT/DATABASE. Signs such as / ? # @ % in a password are written as %2F %3F \
    %23 %40 %25. It is not repeated here, since it may hold a password.";

/// What is wrong with an address, in a sentence without anything of it.
pub(crate) fn check(address: &str) -> Result<(), String> {
    match address.split_once(':') {
        Some(("sqlite", rest)) => check_sqlite(address, rest),
        Some(("postgres" | "postgresql", _)) => check_postgres(address),
        _ => Err(KINDS.to_owned()),
    }
}

fn check_sqlite(address: &str, rest: &str) -> Result<(), String> {
    let host = rest
        .strip_prefix("//")
        .and_then(|path| path.split('/').next());
    if host.is_some_and(|host| host.contains('@')) {
        return Err(FORM.to_owned());
    }
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    let parameters = Url::parse(&format!("sqlite:?{query}")).map_err(|_| FORM)?;
    check_keys(&parameters, |key| OF_SQLITE.contains(&key), OF_SQLITE)?;
    let read = SqliteConnectOptions::from_str(address);
    read.map(|_| ()).map_err(|_| FORM.to_owned())
}

fn check_postgres(address: &str) -> Result<(), String> {
    let url = Url::parse(address).map_err(|_| FORM)?;
    // Part of a password that was not encoded would be taken for the name of a database.
    let strays = [Some(url.path()), url.query(), url.fragment()];
    let has_strays = strays.into_iter().flatten().any(|part| part.contains('@'));
    if has_strays || url.fragment().is_some() || url.cannot_be_a_base() {
        return Err(FORM.to_owned());
    }
    let known: Vec<_> = SHOWN.iter().chain(HIDDEN).copied().collect();
    let is_known = |key: &str| known.contains(&key) || key.starts_with("options[");
    check_keys(&url, is_known, &known)?;
    let read = PgConnectOptions::from_str(address);
    read.map(|_| ()).map_err(|_| FORM.to_owned())
}

/// Whoever reads the address further down tells the log of a parameter that it does not know, with its value.
fn check_keys(url: &Url, is_known: impl Fn(&str) -> bool, known: &[&str]) -> Result<(), String> {
    if url.query_pairs().all(|(key, _)| is_known(&key)) {
        return Ok(());
    }
    let known = known.join(", ");
    Err(format!(
        "DATABASE_URL has a parameter that is not known. Known are {known}."
    ))
}

/// An address that was found good, without its password.
pub(crate) fn without_password(address: &str) -> String {
    if address.starts_with("sqlite:") {
        return address.to_owned();
    }
    let Ok(mut url) = Url::parse(address) else {
        return "…".to_owned();
    };
    // Where nobody is named there is no password either.
    if url.password().is_some() && url.set_password(Some("***")).is_err() {
        return "…".to_owned();
    }
    if url.query().is_some() {
        let pairs = url.query_pairs().into_owned();
        let pairs: Vec<_> = pairs
            .map(|(key, value)| {
                let is_shown = SHOWN.contains(&key.as_str());
                (key, if is_shown { value } else { "***".to_owned() })
            })
            .collect();
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_a_password_is_shown_without_it() {
        for (address, shown) in [
            ("postgres://u:s3cret@h/d", "postgres://u:***@h/d"),
            (
                "postgres://u:s3c:r@et3s3cret@h:5/d",
                "postgres://u:***@h:5/d",
            ),
            (
                "postgresql://h/d?user=u&password=s3cret&sslmode=require",
                "postgresql://h/d?user=u&password=***&sslmode=require",
            ),
            (
                "postgres://h/d?pass%77ord=s3cret",
                "postgres://h/d?password=***",
            ),
            (
                "postgres://u@h/d?options=-c%20x%3Ds3cret",
                "postgres://u@h/d?options=***",
            ),
            ("postgres://h/d", "postgres://h/d"),
            ("sqlite://cfc.db?mode=rwc", "sqlite://cfc.db?mode=rwc"),
            (
                "sqlite:///srv/a@b/my file.db",
                "sqlite:///srv/a@b/my file.db",
            ),
        ] {
            assert_eq!(check(address), Ok(()), "{address}");
            assert_eq!(without_password(address), shown);
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_repeated() {
        for address in [
            "s3cret",
            "mysql://u:s3cret@h/d",
            "postgres://u:s3/cret@h/d",
            "postgres://u:12/s3cret@h/d",
            "postgres://u:12?s3cret@h/d",
            "postgres://u:12#s3cret@h/d",
            "postgres://u:s3cret@h:port/d",
            "postgres://u:s3cret@h/d?sslmode=s3cret",
            "postgres://h/d?passwrd=s3cret",
            "postgres:u:s3cret@h",
            "sqlite://u:s3cret@h/d",
            "sqlite://cfc.db?mode=s3cret",
            "sqlite://cfc.db?password=s3cret",
        ] {
            let told = check(address).unwrap_err();
            assert!(
                !told.contains("s3cret") && !told.contains("s3"),
                "{address}: {told}"
            );
            assert!(told.starts_with("DATABASE_URL "), "{told}");
        }
    }
}
