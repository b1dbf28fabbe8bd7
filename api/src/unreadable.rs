//! What is wrong with settings that cannot be read, told without what stands in them: any of them may hold
//! a secret, if only by mistake.

use reqwest::Url;

use crate::settings_in_force::meaning;

/// A file that is no TOML: the place alone.
pub(crate) fn file(text: &str, error: &toml::de::Error) -> String {
    let at = error.span().map_or(0, |span| span.start);
    let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
    format!("The file of settings is no TOML: see line {line}.")
}

/// Settings of another form than they should have.
pub(crate) fn form(error: &toml::de::Error) -> String {
    let whole = error.to_string();
    let place = whole.lines().find_map(|line| line.strip_prefix("in `"));
    let place = place.map_or("", |place| place.trim_end_matches('`'));
    let message = error.message();
    // These name keys alone; all others may repeat a value.
    let is_of_keys = ["unknown field `", "missing field `"]
        .iter()
        .any(|start| message.starts_with(start));
    match (is_of_keys, place) {
        (true, "") => message.to_owned(),
        (true, place) => format!("{place}: {message}"),
        (false, place) => {
            let key = place.split('.').next().unwrap_or_default();
            let told = meaning(key).unwrap_or("See cfc config for what may be set.");
            format!("{place} cannot be read. {told}")
        }
    }
}

/// Checks the addresses of pages and servers: they hold nobody's password, since they are shown to everybody.
pub(crate) fn addresses(public_url: Option<&str>, origins: &[String]) -> Result<(), String> {
    let is_public = |text: &str| {
        let url = Url::parse(text).ok();
        url.is_some_and(|url| {
            let is_web = ["http", "https"].contains(&url.scheme());
            let is_plain = url.query().is_none() && url.fragment().is_none();
            is_web && is_plain && url.username().is_empty() && url.password().is_none()
        })
    };
    if public_url.is_some_and(|text| !is_public(text)) {
        let message =
            "public_url is an address such as https://api.town.example, without user and password.";
        return Err(message.to_owned());
    }
    match origins.iter().position(|origin| !is_public(origin)) {
        Some(at) => Err(format!(
            "cors_origins: number {} is no origin such as https://map.example.",
            at + 1
        )),
        None => Ok(()),
    }
}
