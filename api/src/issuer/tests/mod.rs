//! A workshop of keys and tokens, and what becomes of forged ones.

mod claims;
mod forged;
mod sets;

use std::sync::OnceLock;

use aws_lc_rs::{
    encoding::AsDer,
    rand::SystemRandom,
    rsa::KeySize,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RsaKeyPair},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jsonwebtoken::{Algorithm, EncodingKey, crypto, jwk::Jwk};
use serde_json::{Value, json};

use super::{
    judge::{self, Rejection, Statement},
    key_set::{self, Keys},
    settings::IssuerSettings,
};

/// The moment at which tokens are judged.
const NOW: u64 = 1_800_000_000;

/// The private keys of an issuer, and one that is not the issuer's.
struct Workshop {
    rsa: EncodingKey,
    ec: EncodingKey,
    ed: EncodingKey,
    foreign: EncodingKey,
}

fn rsa() -> EncodingKey {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let der = pair.as_der().unwrap();
    let text = STANDARD.encode(der.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
    EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap()
}

fn ed() -> EncodingKey {
    let pair = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap();
    EncodingKey::from_ed_der(pair.as_ref())
}

impl Workshop {
    fn open() -> &'static Self {
        static WORKSHOP: OnceLock<Workshop> = OnceLock::new();
        WORKSHOP.get_or_init(|| {
            let ec = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let ec = EcdsaKeyPair::generate_pkcs8(ec, &SystemRandom::new()).unwrap();
            Self {
                rsa: rsa(),
                ec: EncodingKey::from_ec_der(ec.as_ref()),
                ed: ed(),
                foreign: ed(),
            }
        })
    }

    fn set(&self) -> Value {
        json!({ "keys": [
            public(&self.rsa, Algorithm::RS256, "rsa"),
            public(&self.ec, Algorithm::ES256, "ec"),
            public(&self.ed, Algorithm::EdDSA, "ed"),
        ] })
    }

    fn keys(&self) -> Keys {
        key_set::read(self.set().to_string().as_bytes()).unwrap()
    }
}

/// The public half of a key, as a set lists it.
fn public(key: &EncodingKey, algorithm: Algorithm, name: &str) -> Value {
    let jwk = Jwk::from_encoding_key(key, algorithm).unwrap();
    let mut jwk = serde_json::to_value(jwk).unwrap();
    jwk["kid"] = name.into();
    jwk["use"] = "sig".into();
    jwk
}

fn settings() -> IssuerSettings {
    toml::from_str(
        "issuer = 'https://id.town.example'\naudience = 'https://api.town.example'\nclient_id = 'app'",
    )
    .unwrap()
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "ed" })
}

fn claims() -> Value {
    json!({ "iss": "https://id.town.example", "aud": "https://api.town.example", "sub": "s-1",
        "iat": NOW, "nbf": NOW, "exp": NOW + 600, "client_id": "app" })
}

/// A value with some members put in or, if null, left out.
fn with(mut base: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().unwrap() {
        let members = base.as_object_mut().unwrap();
        match value {
            Value::Null => members.remove(name),
            _ => members.insert(name.clone(), value.clone()),
        };
    }
    base
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn signed(header: &Value, claims: &Value, (key, how): (&EncodingKey, Algorithm)) -> String {
    let message = format!("{}.{}", encoded(header), encoded(claims));
    let signature = crypto::sign(message.as_bytes(), key, how).unwrap();
    format!("{message}.{signature}")
}

/// A token whose claims were changed, otherwise good.
fn saying(changes: &Value) -> String {
    let key = (&Workshop::open().ed, Algorithm::EdDSA);
    signed(&header(), &with(claims(), changes), key)
}

/// A token whose header was changed, otherwise good.
fn headed(changes: &Value) -> String {
    let key = (&Workshop::open().ed, Algorithm::EdDSA);
    signed(&with(header(), changes), &claims(), key)
}

fn judged_by(settings: &IssuerSettings, token: &str) -> Result<Statement, Rejection> {
    judge::parts(token)?.judge(settings, &Workshop::open().keys(), NOW)
}

fn judged(token: &str) -> Result<Statement, Rejection> {
    judged_by(&settings(), token)
}

/// Each token of a table is refused for its reason, and an honest one is good.
#[track_caller]
fn refused(rows: Vec<(String, String, Rejection)>) {
    assert!(
        judged(&saying(&json!({}))).is_ok(),
        "an honest token is good"
    );
    for (name, token, why) in rows {
        assert_eq!(judged(&token).err(), Some(why), "{name}");
    }
}
