//! An identity provider of the test's own: it publishes keys as it is told to, counts who asks, and
//! signs what it is given.

use std::sync::{Arc, Mutex};

use aws_lc_rs::{rand::SystemRandom, signature::Ed25519KeyPair};
use chrono::Utc;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::harness::Person;

/// A key of the issuer.
pub(crate) struct Key {
    pub(crate) name: String,
    private: EncodingKey,
}

impl Key {
    pub(crate) fn new(name: &str) -> Self {
        let pair = Ed25519KeyPair::generate_pkcs8v1(&SystemRandom::new()).unwrap();
        Self {
            name: name.to_owned(),
            private: EncodingKey::from_ed_der(pair.as_ref()),
        }
    }

    pub(crate) fn public(&self) -> Value {
        let jwk = Jwk::from_encoding_key(&self.private, Algorithm::EdDSA).unwrap();
        let mut jwk = serde_json::to_value(jwk).unwrap();
        jwk["kid"] = self.name.as_str().into();
        jwk
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".into());
        header.kid = Some(self.name.clone());
        encode(&header, claims, &self.private).unwrap()
    }
}

/// What the issuer answers when it is asked for its keys.
#[derive(Clone)]
pub(crate) enum Shown {
    Keys(Value),
    Raw(&'static str, String),
    Nothing,
}

/// The issuer.
pub(crate) struct Issuer {
    pub(crate) url: String,
    shown: Arc<Mutex<(Shown, usize)>>,
}

impl Issuer {
    pub(crate) async fn start(shown: Shown) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shown = Arc::new(Mutex::new((shown, 0)));
        let (own, seen) = (url.clone(), Arc::clone(&shown));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, own.clone(), Arc::clone(&seen)));
            }
        });
        Self { url, shown }
    }

    /// With one key.
    pub(crate) async fn with(key: &Key) -> Self {
        Self::start(Shown::Keys(json!([key.public()]))).await
    }

    pub(crate) fn show(&self, shown: Shown) {
        self.shown.lock().unwrap().0 = shown;
    }

    pub(crate) fn publish(&self, keys: &[&Key]) {
        let keys: Vec<_> = keys.iter().map(|key| key.public()).collect();
        self.show(Shown::Keys(json!(keys)));
    }

    /// How often it was asked for its keys.
    pub(crate) fn asked(&self) -> usize {
        self.shown.lock().unwrap().1
    }

    /// The settings of a server that trusts it.
    pub(crate) fn settings(&self) -> String {
        format!(
            "[[issuers]]\nissuer = '{}'\naudience = 'https://api.town.example'\nclient_id = 'app'\n",
            self.url
        )
    }

    pub(crate) fn claims(&self, subject: &str) -> Value {
        let now = Utc::now().timestamp();
        json!({ "iss": self.url, "aud": "https://api.town.example", "sub": subject, "iat": now,
            "exp": now + 600, "client_id": "app" })
    }

    /// Somebody who signed in.
    pub(crate) fn person(&self, key: &Key, subject: &str) -> Person {
        caller(key.sign(&self.claims(subject)))
    }
}

/// Whoever calls with a token.
pub(crate) fn caller(token: String) -> Person {
    Person {
        account: String::new(),
        token: Some(token),
    }
}

async fn answer(mut stream: TcpStream, own: String, shown: Arc<Mutex<(Shown, usize)>>) {
    let mut head = vec![0; 4096];
    let length = stream.read(&mut head).await.unwrap_or_default();
    let is_discovery = head[..length].starts_with(b"GET /.well-known/openid-configuration ");
    let (status, body) = if is_discovery {
        let document = json!({ "issuer": own, "jwks_uri": format!("{own}/jwks") });
        ("200 OK", document.to_string())
    } else {
        let shown = {
            let mut shown = shown.lock().unwrap();
            shown.1 += 1;
            shown.0.clone()
        };
        match shown {
            Shown::Keys(keys) => ("200 OK", json!({ "keys": keys }).to_string()),
            Shown::Raw(status, body) => (status, body),
            Shown::Nothing => return,
        }
    };
    let text = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    // Who asked may have gone, such as from an answer that is too long.
    let _ = stream.write_all(text.as_bytes()).await;
}
