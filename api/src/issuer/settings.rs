//! An issuer of people's access tokens as the configuration names it, and what can be wrong with it.

use std::{net::IpAddr, str::FromStr};

use jsonwebtoken::{Algorithm, AlgorithmFamily};
use reqwest::Url;
use serde::{Deserialize, Serialize};

/// An `OpenID` Connect issuer whose access tokens are accepted. `[[issuers]]` in the file;
/// `CFC_ISSUERS` holds all of them as a JSON array.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The issuer as its tokens say it in `iss`, letter by letter: `https://id.town.example/realms/x`.
    pub issuer: String,
    /// What people read where they choose how to sign in; the host of the issuer if absent.
    pub name: Option<String>,
    /// What tokens for this API say in `aud`.
    pub audience: String,
    /// The id under which apps are known to the issuer, for `signInOptions`.
    pub client_id: String,
    /// The scopes that an app asks the issuer for; `openid` if absent.
    #[serde(default = "openid")]
    pub scopes: Vec<String>,
    /// How its tokens may be signed; `RS256`, `ES256` and `EdDSA` if absent. Never symmetrically.
    #[serde(default = "usual_algorithms")]
    pub algorithms: Vec<String>,
    /// How its access tokens differ from its other tokens. If absent, by the header `typ: at+jwt`.
    pub token_type: Option<TokenType>,
    /// The apps whose tokens are accepted, by `azp` or `client_id`; any app if empty.
    #[serde(default)]
    pub authorized_parties: Vec<String>,
    /// Keys of the programmes whose people sign in here; all if empty.
    #[serde(default)]
    pub programmes: Vec<String>,
    /// Codes of the municipalities whose people sign in here; all if empty.
    #[serde(default)]
    pub municipalities: Vec<String>,
    /// Where its keys are. If absent, where its discovery document says, on the issuer's own host.
    pub jwks_uri: Option<String>,
    /// How many seconds its tokens may live; 3,600 if absent.
    #[serde(default = "an_hour")]
    pub max_lifetime: u64,
    /// Whether its tokens are for what their scopes name alone, so that one without a scope of this API is
    /// for what is public. If not, such a token is for all that the person may do.
    #[serde(default)]
    pub require_scopes: bool,
}

/// A claim by which access tokens are known.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenType {
    /// The claim, such as `typ` (Keycloak) or `scp` (Entra).
    pub claim: String,
    /// What it says; if absent, it only has to be there.
    pub value: Option<String>,
}

fn openid() -> Vec<String> {
    vec!["openid".to_owned()]
}

fn usual_algorithms() -> Vec<String> {
    ["RS256", "ES256", "EdDSA"].map(str::to_owned).to_vec()
}

const fn an_hour() -> u64 {
    3_600
}

impl IssuerSettings {
    /// Where an app learns the addresses of the issuer.
    pub(crate) fn discovery_url(&self) -> String {
        let issuer = self.issuer.trim_end_matches('/');
        format!("{issuer}/.well-known/openid-configuration")
    }

    /// What people read where they choose.
    pub(crate) fn shown_name(&self) -> String {
        let host = || Url::parse(&self.issuer).ok()?.host_str().map(str::to_owned);
        let name = self.name.clone().or_else(host);
        name.unwrap_or_else(|| self.issuer.clone())
    }

    /// How its tokens may be signed.
    pub(super) fn accepted(&self) -> Vec<Algorithm> {
        let algorithms = self.algorithms.iter();
        algorithms.filter_map(|name| asymmetric(name)).collect()
    }

    fn fault(&self) -> Option<String> {
        let is_said = |text: &String| !text.trim().is_empty() && text.len() <= 500;
        if !is_url(&self.issuer) {
            return Some(
                "issuer is an https address without query and fragment; http only on loopback"
                    .to_owned(),
            );
        }
        if !is_said(&self.audience) {
            return Some("audience is missing".to_owned());
        }
        if !is_said(&self.client_id) {
            return Some("client_id is missing".to_owned());
        }
        let uri = self.jwks_uri.as_deref();
        if uri.is_some_and(|uri| Url::parse(uri).map_or(true, |url| !is_safe(&url))) {
            return Some("jwks_uri is an https address; http only on loopback".to_owned());
        }
        if let Some(strange) = self.algorithms.iter().find(|a| asymmetric(a).is_none()) {
            let is_known = strange == "none" || Algorithm::from_str(strange).is_ok();
            let strange = if is_known {
                strange
            } else {
                "one of algorithms"
            };
            return Some(format!("{strange} is not an asymmetric algorithm"));
        }
        if self.algorithms.is_empty() {
            return Some("algorithms is empty".to_owned());
        }
        if !(60..=86_400).contains(&self.max_lifetime) {
            return Some("max_lifetime is 60 to 86400 seconds".to_owned());
        }
        let token_type = self.token_type.as_ref();
        if token_type.is_some_and(|rule| !is_said(&rule.claim)) {
            return Some("token_type names no claim".to_owned());
        }
        let lists = [
            ("scopes", &self.scopes),
            ("authorized_parties", &self.authorized_parties),
            ("programmes", &self.programmes),
            ("municipalities", &self.municipalities),
        ];
        let empty = lists
            .into_iter()
            .find(|(_, list)| !list.iter().all(is_said));
        empty.map(|(name, _)| format!("{name} holds an empty text"))
    }
}

/// An algorithm whose keys are public.
fn asymmetric(name: &str) -> Option<Algorithm> {
    let algorithm = Algorithm::from_str(name).ok()?;
    (algorithm.family() != AlgorithmFamily::Hmac).then_some(algorithm)
}

fn is_url(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let is_plain = url.query().is_none() && url.fragment().is_none();
    is_plain && is_safe(&url) && text.len() <= 500
}

/// Encrypted, or never on a wire; without a password.
pub(super) fn is_safe(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    let is_loopback = host == "localhost" || address.is_some_and(|ip| ip.is_loopback());
    let is_kept = url.scheme() == "https" || (url.scheme() == "http" && is_loopback);
    is_kept && !host.is_empty() && url.username().is_empty() && url.password().is_none()
}

/// What is wrong with the issuers of a configuration, in a sentence.
pub(crate) fn check(issuers: &[IssuerSettings], own: Option<&str>) -> Result<(), String> {
    for (at, settings) in issuers.iter().enumerate() {
        let name = &settings.issuer;
        if let Some(fault) = settings.fault() {
            // One that is no such address may hold a password.
            let shown = if is_url(name) {
                format!("{name:?}")
            } else {
                format!("number {}", at + 1)
            };
            return Err(format!("issuers: {shown}: {fault}."));
        }
        let is_own = own.is_some_and(|own| own.trim_end_matches('/') == name.trim_end_matches('/'));
        if is_own {
            return Err(format!("issuers: {name:?} is this server itself."));
        }
        if issuers[..at].iter().any(|other| other.issuer == *name) {
            return Err(format!("issuers: {name:?} is named twice."));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(more: &str) -> Result<IssuerSettings, String> {
        let text = format!("audience = 'cfc'\nclient_id = 'app'\n{more}");
        let settings: IssuerSettings = toml::from_str(&text).map_err(|e| e.to_string())?;
        check(
            std::slice::from_ref(&settings),
            Some("https://api.town.example"),
        )
        .map(|()| settings)
    }

    #[test]
    fn an_issuer_needs_little() {
        let settings = read("issuer = 'https://id.town.example/realms/x'").unwrap();
        assert_eq!(settings.shown_name(), "id.town.example");
        assert_eq!(settings.max_lifetime, 3_600);
        assert_eq!(settings.accepted().len(), 3);
        assert_eq!(
            settings.discovery_url(),
            "https://id.town.example/realms/x/.well-known/openid-configuration"
        );
        for fit in [
            "http://127.0.0.1:9000",
            "http://localhost/x",
            "http://[::1]:1",
        ] {
            assert!(read(&format!("issuer = '{fit}'")).is_ok(), "{fit}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, why) in [
            ("issuer = 'id.town.example'", "https address"),
            ("issuer = 'http://id.town.example'", "https address"),
            ("issuer = 'http://127.0.0.1.town.example'", "https address"),
            ("issuer = 'https://id.town.example?x=1'", "https address"),
            ("issuer = 'https://me:pw@id.town.example'", "https address"),
            ("issuer = 'https://api.town.example/'", "this server itself"),
            (
                "issuer = 'https://a.b'\nalgorithms = ['HS256']",
                "HS256 is not",
            ),
            (
                "issuer = 'https://a.b'\nalgorithms = ['none']",
                "none is not",
            ),
            (
                "issuer = 'https://a.b'\nalgorithms = []",
                "algorithms is empty",
            ),
            (
                "issuer = 'https://a.b'\njwks_uri = 'http://a.b/jwks'",
                "jwks_uri",
            ),
            ("issuer = 'https://a.b'\nmax_lifetime = 1", "max_lifetime"),
            (
                "issuer = 'https://a.b'\nauthorized_parties = ['']",
                "empty text",
            ),
            ("issuer = 'https://a.b'\nsecret = 'x'", "secret"),
            ("", "issuer"),
        ] {
            let told = read(text).unwrap_err();
            assert!(told.contains(why), "{text}: {told}");
        }
        let one = read("issuer = 'https://a.b'").unwrap();
        let told = check(&[one.clone(), one], None).unwrap_err();
        assert!(told.contains("named twice"), "{told}");
    }
}
