//! Rows A1, A10 and A11: tokens in the wrong place, and tokens signed with what everybody knows.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::account::Role;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::inside_is_not_told;
use crate::{databases::Backend, harness::App};

const MUTATION: &str = "mutation { addApiClient(input: { name: \"x\", scopes: [\"plans:read\"], programme: \"FI\" }) { apiClient { id } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a10_a_token_counts_in_the_header_alone() {
    let app = App::start(Backend::Sqlite).await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let token = manager.token.as_ref().unwrap();
    let accounts = app.count("account").await;
    let url = format!("{}/graphql", app.url);
    let client = reqwest::Client::new();
    let inside = json!({ "query": MUTATION, "access_token": token, "variables": {},
        "extensions": { "access_token": token, "authorization": format!("Bearer {token}") } });
    let plain = json!({ "query": MUTATION });
    let form = format!("access_token={token}&query=mutation");
    for (name, request, status) in [
        (
            "the address",
            client
                .post(format!("{url}?access_token={token}"))
                .json(&plain),
            401,
        ),
        ("the body", client.post(&url).json(&inside), 401),
        (
            "a form",
            client
                .post(&url)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form),
            415,
        ),
        (
            "a cookie",
            client
                .post(&url)
                .header("cookie", format!("access_token={token}"))
                .json(&plain),
            401,
        ),
        (
            "another scheme",
            client
                .post(&url)
                .header("authorization", format!("Basic {token}"))
                .json(&plain),
            401,
        ),
        (
            "another header",
            client
                .post(&url)
                .header("x-access-token", token)
                .json(&plain),
            401,
        ),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{name}");
        let text = response.text().await.unwrap();
        inside_is_not_told(&text);
        assert!(!text.contains(token), "{name}");
    }
    assert_eq!(app.count("account").await, accounts);
    let answer = app.call(&manager, MUTATION, json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(app.count("account").await, accounts + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a11_no_secret_signs_tokens() {
    let app = App::start(Backend::Sqlite).await;
    let mut person = app.person(Role::ProgrammeManager, None).await;
    let token = person.token.clone().unwrap();
    let claims = token.split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    let keys = reqwest::get(format!("{}/.well-known/jwks.json", app.url));
    let keys: Value = keys.await.unwrap().json().await.unwrap();
    let key = &keys["keys"][0];
    assert_eq!((&key["kty"], &key["d"]), (&json!("OKP"), &Value::Null));
    let public = key["x"].as_str().unwrap();
    let secrets = [
        URL_SAFE_NO_PAD.decode(public).unwrap(),
        public.as_bytes().to_vec(),
        key.to_string().into_bytes(),
        b"secret".to_vec(),
        Vec::new(),
    ];
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        for secret in &secrets {
            let mut header = Header::new(algorithm);
            header.kid = key["kid"].as_str().map(str::to_owned);
            header.typ = Some("at+jwt".to_owned());
            let forged = encode(&header, &claims, &EncodingKey::from_secret(secret)).unwrap();
            person.token = Some(forged);
            let answer = app.call(&person, "{ __typename }", json!({})).await;
            assert_eq!(
                (answer.status, answer.codes("")),
                (401, vec!["UNAUTHENTICATED".to_owned()])
            );
        }
    }
    person.token = Some(token);
    app.read(&person, "{ __typename }", json!({})).await;
    for setting in ["token_secret", "jwt_secret", "hs256_secret", "secret"] {
        let settings = format!("{setting} = \"{}\"", "s".repeat(64));
        assert!(api::Config::read(Some(&settings), &std::collections::BTreeMap::new()).is_err());
    }
}
