//! A place to sign in, so that an app has one to show. Behind it is nobody: it has the keys of the
//! demonstration itself, and nothing signs tokens in its name.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use crate::issuer::IssuerSettings;

/// The option, where the server can read its own keys.
pub(super) fn option(address: SocketAddr) -> Option<IssuerSettings> {
    let ip = match address.ip() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    let own = format!("http://{}", SocketAddr::new(ip, address.port()));
    ip.is_loopback().then(|| IssuerSettings {
        issuer: format!("{own}/made-up-issuer"),
        name: Some("Sign-in of the municipality (made up: nobody answers)".to_owned()),
        audience: "child-friendly-cities".to_owned(),
        client_id: "demonstration".to_owned(),
        jwks_uri: Some(format!("{own}/.well-known/jwks.json")),
        scopes: vec!["openid".to_owned()],
        algorithms: vec!["EdDSA".to_owned()],
        token_type: None,
        authorized_parties: Vec::new(),
        programmes: Vec::new(),
        municipalities: Vec::new(),
        max_lifetime: 3_600,
        require_scopes: false,
    })
}
