//! Tokens of people at the door: what is refused is refused with 401, and scopes narrow.

use chrono::Utc;
use entity::account::Role;
use serde_json::{Value, json};

use super::{
    issuer::{Issuer, Key, caller},
    signed_up,
};
use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    forged_and_unfit_tokens_are_refused_with_401
    a_token_is_read_from_the_header_alone
    scopes_of_a_token_narrow_what_a_person_may_do
}

/// Good claims with one changed; null leaves it out.
fn changed(issuer: &Issuer, name: &str, value: &Value) -> Value {
    let mut claims = issuer.claims("s-1");
    match value {
        Value::Null => {
            claims.as_object_mut().unwrap().remove(name);
        }
        value => claims[name] = value.clone(),
    }
    claims
}

async fn forged_and_unfit_tokens_are_refused_with_401(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let forger = Key::new("k1");
    let now = Utc::now().timestamp();
    let mut rows = vec![
        (
            "A1 of another key",
            forger.sign(&issuer.claims("s-1")),
            "UNAUTHENTICATED",
        ),
        (
            "A5 of an unknown key",
            Key::new("k9").sign(&issuer.claims("s-1")),
            "UNAUTHENTICATED",
        ),
        (
            "A5 too long",
            key.sign(&changed(&issuer, "pad", &"x".repeat(9_000).into())),
            "UNAUTHENTICATED",
        ),
    ];
    for (name, claim, value, code) in [
        ("A2 no audience", "aud", Value::Null, "UNAUTHENTICATED"),
        (
            "A2 another audience",
            "aud",
            json!("https://other.example"),
            "UNAUTHENTICATED",
        ),
        ("A2 no issuer", "iss", Value::Null, "UNAUTHENTICATED"),
        (
            "A2 an unknown issuer",
            "iss",
            json!("https://other.example"),
            "UNAUTHENTICATED",
        ),
        (
            "A2 this server as issuer",
            "iss",
            json!(app.url),
            "UNAUTHENTICATED",
        ),
        ("A2 no subject", "sub", Value::Null, "UNAUTHENTICATED"),
        ("A4 over", "exp", json!(now - 60), "TOKEN_EXPIRED"),
        ("A4 to come", "nbf", json!(now + 120), "UNAUTHENTICATED"),
        (
            "A4 too lasting",
            "exp",
            json!(now + 90_000),
            "UNAUTHENTICATED",
        ),
        (
            "A13 bound to a key",
            "cnf",
            json!({ "jkt": "x" }),
            "UNAUTHENTICATED",
        ),
    ] {
        rows.push((name, key.sign(&changed(&issuer, claim, &value)), code));
    }
    let own = app.person(Role::Coordinator, Some("FI-837")).await;
    let (mut own_claims, own_account) = (issuer.claims("s-1"), own.account.clone());
    own_claims["sub"] = own_account.into();
    own_claims["iss"] = "cfc".into();
    rows.push((
        "A2 our own word as issuer",
        key.sign(&own_claims),
        "UNAUTHENTICATED",
    ));
    for (name, token, code) in rows {
        let response = reqwest::Client::new()
            .post(format!("{}/graphql", app.url))
            .bearer_auth(&token)
            .json(&json!({ "query": "{ viewer { roles } }" }))
            .send()
            .await
            .unwrap();
        let challenge = response.headers().get("www-authenticate").cloned();
        let (status, body) = (response.status(), response.text().await.unwrap());
        assert_eq!(status, 401, "{name}");
        let challenge = challenge.unwrap();
        assert!(
            challenge.to_str().unwrap().contains("invalid_token"),
            "{name}"
        );
        let told: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(told["errors"][0]["extensions"]["code"], code, "{name}");
        assert!(!body.contains(&token), "{name}");
    }
    let honest = issuer.person(&key, "s-1");
    // Some issuers tell times with a fraction.
    let mut precise = issuer.claims("s-1");
    for (claim, seconds) in [("iat", -1), ("nbf", -1), ("exp", 600)] {
        let time = format!("{}.25", now + seconds);
        precise[claim] = serde_json::from_str(&time).unwrap();
    }
    let precise = caller(key.sign(&precise));
    app.read(&precise, "{ viewer { roles } }", json!({})).await;
    app.read(&honest, "{ viewer { roles } }", json!({})).await;
}

async fn a_token_is_read_from_the_header_alone(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let token = issuer.person(&key, "s-1").token.unwrap();
    let body =
        json!({ "query": "{ viewer { unlinkedIdentity { subject } } }", "access_token": token });
    let response = reqwest::Client::new()
        .post(format!("{}/graphql?access_token={token}", app.url))
        .json(&body)
        .send()
        .await
        .unwrap();
    let told: Value = response.json().await.unwrap();
    assert_eq!(
        told["data"]["viewer"]["unlinkedIdentity"],
        Value::Null,
        "{told}"
    );
}

async fn scopes_of_a_token_narrow_what_a_person_may_do(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    app.operator
        .link_account(&manager.account, &issuer.url, "s-1")
        .await
        .unwrap();
    let with = |scope: &str| caller(key.sign(&changed(&issuer, "scope", &scope.into())));
    let scopes = async |scope: &str| {
        let told = app
            .read(&with(scope), "{ viewer { scopes } }", json!({}))
            .await;
        told["viewer"]["scopes"].as_array().unwrap().len()
    };
    assert_eq!(scopes("openid profile").await, 13);
    assert_eq!(scopes("openid plans:read accounts:read").await, 2);
    assert_eq!(scopes("openid clients:wirte").await, 0);
    let narrow = with("openid plans:read");
    let input = json!({ "name": "x", "scopes": ["plans:read"], "programme": "FI" });
    let refused = app.refused(&narrow, "addApiClient", input.clone()).await;
    assert_eq!(refused, ["INSUFFICIENT_SCOPE"]);
    let misspelt = with("openid clients:wirte");
    let refused = app.refused(&misspelt, "addApiClient", input.clone());
    assert_eq!(refused.await, ["INSUFFICIENT_SCOPE"]);
    app.done(&with("openid"), "addApiClient", input, "").await;
    // What a token may begin goes by what it begins, not by where.
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    app.operator
        .link_account(&world.coordinator.account, &issuer.url, "s-3")
        .await
        .unwrap();
    let coordinator = |scope: &str| {
        let mut claims = issuer.claims("s-3");
        claims["scope"] = scope.into();
        caller(key.sign(&claims))
    };
    let reads = "municipalities:read plans:read";
    let input = json!({ "cycleId": cycle["id"] });
    for scope in ["assessments:write", "municipalities:write"] {
        let other = coordinator(&format!("{reads} {scope}"));
        let refused = app.refused(&other, "createActionPlan", input.clone()).await;
        assert_eq!(refused, ["INSUFFICIENT_SCOPE"], "{scope}");
    }
    let planner = coordinator(&format!("{reads} plans:write"));
    app.done(&planner, "createActionPlan", input, "actionPlan { id }")
        .await;
    // Nor does a narrow token accept an invitation.
    let mut claims = issuer.claims("s-2");
    claims["scope"] = "plans:read".into();
    let newcomer = caller(key.sign(&claims));
    let refused = app
        .refused(&newcomer, "acceptInvitation", json!({ "code": "x" }))
        .await;
    assert_eq!(refused, ["INSUFFICIENT_SCOPE"]);
}
