//! Machine clients: tokens by client credentials, what they are for, and how they end.

mod registry;
mod restored;

use api::Registration;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::Utc;
use entity::account::Role;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::{
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    a_client_gets_tokens_for_the_scopes_it_was_given
    what_a_client_cannot_prove_is_refused
    a_token_sees_and_does_what_its_scopes_say
    a_client_of_one_municipality_is_the_public_elsewhere
    a_token_ends_when_it_is_taken_back
    secrets_change_over_one_by_one
    a_revoked_client_has_no_rights_left
    a_client_may_sign_with_a_key_of_its_own
    libraries_find_their_way
    signing_keys_are_changed_under_way
}

const READING: &[&str] = &["municipalities:read", "assessments:read", "plans:read"];

/// A machine client as its owner knows it.
struct Machine {
    id: String,
    secret: String,
}

/// What an OAuth endpoint answered.
struct Told {
    status: u16,
    challenge: Option<String>,
    body: Value,
}

impl Told {
    fn error(&self) -> (u16, &str) {
        (self.status, self.body["error"].as_str().unwrap_or_default())
    }
}

async fn machine(app: &App, municipality: Option<&str>, scopes: &[&str]) -> Machine {
    let scopes: Vec<_> = scopes.iter().map(|s| (*s).to_owned()).collect();
    let registration = Registration {
        name: "Register of a municipality",
        programme: "FI",
        municipality,
        scopes: &scopes,
        origins: &[],
        public_key: None,
    };
    let (id, secret) = app.operator.add_client(registration).await.unwrap();
    Machine {
        id,
        secret: secret.unwrap(),
    }
}

async fn post(app: &App, endpoint: &str, basic: Option<(&str, &str)>, form: &str) -> Told {
    let mut request = reqwest::Client::new()
        .post(format!("{}/oauth/{endpoint}", app.url))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.to_owned());
    if let Some((id, secret)) = basic {
        request = request.basic_auth(id, Some(secret));
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store");
    let challenge = response.headers().get("www-authenticate");
    Told {
        status: response.status().as_u16(),
        challenge: challenge.map(|value| value.to_str().unwrap().to_owned()),
        body: response.json().await.unwrap(),
    }
}

impl Machine {
    async fn post(&self, app: &App, endpoint: &str, form: &str) -> Told {
        post(app, endpoint, Some((&self.id, &self.secret)), form).await
    }

    async fn ask(&self, app: &App, scope: &str) -> Told {
        let form = format!("grant_type=client_credentials&scope={scope}");
        self.post(app, "token", &form).await
    }

    /// Somebody who calls with a token for these scopes.
    async fn caller(&self, app: &App, scope: &str) -> Person {
        let told = self.ask(app, scope).await;
        assert_eq!(told.status, 200, "{}", told.body);
        Person {
            account: String::new(),
            token: Some(told.body["access_token"].as_str().unwrap().to_owned()),
        }
    }

    async fn introspect(&self, app: &App, caller: &Person) -> Value {
        let form = format!("token={}", caller.token.as_ref().unwrap());
        let told = self.post(app, "introspect", &form).await;
        assert_eq!(told.status, 200);
        told.body
    }
}

/// The codes of what a caller is answered, empty if it is let in.
async fn codes(app: &App, caller: &Person) -> Vec<String> {
    let answer = app.call(caller, "{ viewer { roles } }", json!({})).await;
    if answer.body["errors"].is_null() {
        return Vec::new();
    }
    assert_eq!(answer.status, 401);
    answer.codes("viewer")
}

async fn a_client_gets_tokens_for_the_scopes_it_was_given(app: App) {
    let machine = machine(&app, Some("FI-837"), READING).await;
    let all = machine.ask(&app, "").await;
    assert_eq!(all.status, 200);
    assert_eq!(all.body["token_type"], "Bearer");
    assert_eq!(all.body["expires_in"], 3600);
    assert_eq!(
        all.body["scope"],
        "municipalities:read assessments:read plans:read"
    );
    let narrow = machine.ask(&app, "plans:read").await;
    assert_eq!(narrow.body["scope"], "plans:read");
    for strange in ["plans:write", "plans:read nothing:here", "accounts:read"] {
        assert_eq!(
            machine.ask(&app, strange).await.error(),
            (400, "invalid_scope")
        );
    }
    let caller = machine.caller(&app, "plans:read").await;
    let viewer = app
        .read(
            &caller,
            "{ viewer { roles scopes clientId municipalities { code } } }",
            json!({}),
        )
        .await;
    assert_eq!(
        viewer["viewer"],
        json!({ "roles": ["PUBLIC", "SERVICE_ACCOUNT"], "scopes": ["plans:read"],
            "clientId": machine.id, "municipalities": [{ "code": "FI-837" }] })
    );
    let told = machine.introspect(&app, &caller).await;
    assert_eq!(
        (&told["active"], &told["scope"], &told["client_id"]),
        (&json!(true), &json!("plans:read"), &json!(machine.id))
    );
}

async fn what_a_client_cannot_prove_is_refused(app: App) {
    let machine = machine(&app, Some("FI-837"), READING).await;
    let other = self::machine(&app, Some("FI-837"), READING).await;
    let (id, secret) = (machine.id.as_str(), machine.secret.as_str());
    let grant = "grant_type=client_credentials";
    let posted = format!("{grant}&client_id={id}&client_secret={secret}");
    assert_eq!(post(&app, "token", None, &posted).await.status, 200);
    let unknown = "cli_01jd8z3q5xeqt8vfn1c0m2k4ra";
    for (basic, form) in [
        (None, grant.to_owned()),
        (Some((id, "")), grant.to_owned()),
        (Some((id, other.secret.as_str())), grant.to_owned()),
        (Some((unknown, secret)), grant.to_owned()),
        (Some(("admin", secret)), grant.to_owned()),
        (None, format!("{grant}&client_id={id}")),
        (
            None,
            format!("{grant}&client_id={id}&client_secret=cfc_live_x"),
        ),
    ] {
        for endpoint in ["token", "introspect", "revoke"] {
            let told = post(&app, endpoint, basic, &form).await;
            assert_eq!(told.error(), (401, "invalid_client"), "{form}");
            assert!(told.challenge.unwrap().starts_with("Basic realm="));
        }
    }
    let both = post(&app, "token", Some((id, secret)), &posted).await;
    assert_eq!(both.error(), (400, "invalid_request"));
    // The head proves one client and the body names another: neither is believed.
    for endpoint in ["token", "introspect", "revoke"] {
        for secret in [secret, "cfc_live_x"] {
            let form = format!("{grant}&token=x&client_id={}", other.id);
            let told = post(&app, endpoint, Some((id, secret)), &form).await;
            assert_eq!(told.error(), (400, "invalid_request"), "{endpoint}");
        }
    }
    let named = format!("{grant}&client_id={id}");
    assert_eq!(machine.post(&app, "token", &named).await.status, 200);
    let password = machine.post(&app, "token", "grant_type=password").await;
    assert_eq!(password.error(), (400, "unsupported_grant_type"));
    let missing = machine.post(&app, "token", "").await;
    assert_eq!(missing.error(), (400, "invalid_request"));
    app.clock.pass_days(366);
    assert_eq!(machine.ask(&app, "").await.error(), (401, "invalid_client"));
}

async fn a_token_sees_and_does_what_its_scopes_say(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let machine = machine(
        &app,
        Some("FI-837"),
        &["assessments:read", "assessments:write", "plans:read"],
    )
    .await;
    let items = "currentCycle { assessment { items { id version } } }";
    let as_reader = machine.caller(&app, "assessments:read").await;
    let seen = world.ask(&as_reader, items).await;
    let item = seen["currentCycle"]["assessment"]["items"][0].clone();
    assert!(item["id"].is_string(), "{seen}");
    let elsewhere = machine.caller(&app, "plans:read").await;
    let public = world.ask(&app.public(), items).await;
    assert_eq!(world.ask(&elsewhere, items).await, public);

    let input = json!({ "itemId": item["id"], "answer": "LEVEL", "level": 2,
        "expectedVersion": item["version"] });
    let answer = app
        .act(&as_reader, "answerIndicator", input.clone(), "")
        .await;
    assert_eq!(answer.codes("answerIndicator"), ["INSUFFICIENT_SCOPE"]);
    assert_eq!(
        answer.body["errors"][0]["extensions"]["requiredScopes"],
        json!(["assessments:write"])
    );
    // Without the scope to read it, there is no such item.
    let blind = machine.caller(&app, "assessments:write").await;
    assert_eq!(
        app.refused(&blind, "answerIndicator", input.clone()).await,
        ["NOT_FOUND"]
    );
    let whole = machine.caller(&app, "").await;
    app.done(&whole, "answerIndicator", input, "item { version }")
        .await;
    let by_clients = "(SELECT 1 FROM audit_event WHERE client_id IS NOT NULL) AS told";
    assert_eq!(app.count(by_clients).await, 1);
    // A machine answers; it hands nothing over.
    let submit =
        json!({ "assessmentId": assessment["id"], "expectedVersion": assessment["version"] });
    assert_eq!(
        app.refused(&whole, "submitAssessment", submit).await,
        ["FORBIDDEN"]
    );
}

async fn a_client_of_one_municipality_is_the_public_elsewhere(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.assessment(&cycle, "BASELINE").await;
    let selection = "currentCycle { assessment { id status items { id } } actionPlan { id } }";
    let own = machine(&app, Some("FI-837"), READING).await;
    let own = own.caller(&app, "").await;
    let foreign = machine(&app, Some("FI-091"), READING).await;
    let foreign = foreign.caller(&app, "").await;
    let public = world.ask(&app.public(), selection).await;
    assert_ne!(world.ask(&own, selection).await, public);
    assert_eq!(world.ask(&foreign, selection).await, public);
}

async fn a_token_ends_when_it_is_taken_back(app: App) {
    let machine = machine(&app, Some("FI-837"), READING).await;
    let other = self::machine(&app, Some("FI-091"), READING).await;
    let caller = machine.caller(&app, "").await;
    let second = machine.caller(&app, "").await;
    let form = format!("token={}", caller.token.as_ref().unwrap());
    // Another client learns nothing of it, and cannot end it.
    assert_eq!(
        other.introspect(&app, &caller).await,
        json!({ "active": false })
    );
    assert_eq!(other.post(&app, "revoke", &form).await.status, 200);
    assert_eq!(codes(&app, &caller).await, [""; 0]);
    for _ in 0..2 {
        let told = machine.post(&app, "revoke", &form).await;
        assert_eq!((told.status, told.body), (200, json!({})));
    }
    assert_eq!(codes(&app, &caller).await, ["UNAUTHENTICATED"]);
    assert_eq!(
        machine.introspect(&app, &caller).await,
        json!({ "active": false })
    );
    assert_eq!(codes(&app, &second).await, [""; 0]);
    let person = app.person(Role::Coordinator, Some("FI-837")).await;
    assert_eq!(
        machine.introspect(&app, &person).await,
        json!({ "active": false })
    );
    let missing = machine.post(&app, "introspect", "").await;
    assert_eq!(missing.error(), (400, "invalid_request"));
}

async fn secrets_change_over_one_by_one(app: App) {
    let first = machine(&app, Some("FI-837"), READING).await;
    let rotated = async || Machine {
        id: first.id.clone(),
        secret: app.operator.rotate_client(&first.id).await.unwrap(),
    };
    let second = rotated().await;
    assert_eq!(first.ask(&app, "").await.status, 200);
    assert_eq!(second.ask(&app, "").await.status, 200);
    let third = rotated().await;
    assert_eq!(first.ask(&app, "").await.error(), (401, "invalid_client"));
    assert_eq!(second.ask(&app, "").await.status, 200);
    assert_eq!(third.ask(&app, "").await.status, 200);
    futures_util::future::join_all((0..6).map(|_| rotated())).await;
    let live = "(SELECT 1 FROM client_secret WHERE revoked_at IS NULL) AS live";
    assert_eq!(app.count(live).await, 2, "however many rotate at once");
}

async fn a_revoked_client_has_no_rights_left(app: App) {
    let machine = machine(&app, Some("FI-837"), READING).await;
    let caller = machine.caller(&app, "").await;
    assert_eq!(codes(&app, &caller).await, [""; 0]);
    app.operator.revoke_client(&machine.id).await.unwrap();
    assert_eq!(codes(&app, &caller).await, ["UNAUTHENTICATED"]);
    assert_eq!(machine.ask(&app, "").await.error(), (401, "invalid_client"));
    assert!(app.operator.revoke_client(&machine.id).await.is_err());
    assert!(app.operator.rotate_client(&machine.id).await.is_err());
}

/// A key pair: its private half and the public half as PEM.
fn key_pair() -> (EncodingKey, String) {
    let pair = Ed25519KeyPair::generate().unwrap();
    let private = pair.to_pkcs8().unwrap();
    // What stands before the 32 bytes of an Ed25519 key in X.509 (RFC 8410).
    let mut public = vec![
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    public.extend_from_slice(pair.public_key().as_ref());
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        STANDARD.encode(public)
    );
    (EncodingKey::from_ed_der(private.as_ref()), pem)
}

async fn a_client_may_sign_with_a_key_of_its_own(app: App) {
    let (key, pem) = key_pair();
    let scopes = [String::from("plans:read")];
    let registration = Registration {
        name: "Signs",
        programme: "FI",
        municipality: Some("FI-837"),
        scopes: &scopes,
        origins: &[],
        public_key: Some(&pem),
    };
    let (id, secret) = app.operator.add_client(registration).await.unwrap();
    assert_eq!(secret, None);
    let now = Utc::now().timestamp();
    let claims = |jti: &str| {
        json!({ "iss": id, "sub": id, "aud": format!("{}/oauth/token", app.url), "jti": jti,
            "iat": now, "exp": now + 60 })
    };
    let signed = |claims: &Value, key: &EncodingKey| {
        encode(&Header::new(Algorithm::EdDSA), claims, key).unwrap()
    };
    let ask = async |assertion: &str| {
        let form = format!(
            "grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={assertion}"
        );
        post(&app, "token", None, &form).await
    };
    let good = signed(&claims("1"), &key);
    assert_eq!(ask(&good).await.status, 200);
    assert_eq!(
        ask(&good).await.error(),
        (401, "invalid_client"),
        "used twice"
    );
    assert_eq!(ask(&signed(&claims("2"), &key)).await.status, 200);
    let (other_key, _) = key_pair();
    let forged = signed(&claims("3"), &other_key);
    assert_eq!(ask(&forged).await.error(), (401, "invalid_client"));
    for (name, value) in [
        ("aud", json!("https://elsewhere.example/oauth/token")),
        ("iss", json!("cli_01jd8z3q5xeqt8vfn1c0m2k4ra")),
        ("sub", json!("cli_01jd8z3q5xeqt8vfn1c0m2k4ra")),
        ("exp", json!(now - 120)),
        ("exp", json!(now + 3600)),
        ("exp", Value::Null),
        ("jti", Value::Null),
        ("jti", json!("")),
        ("nbf", json!(now + 3600)),
    ] {
        let mut claims = claims("4");
        claims[name] = value.clone();
        let told = ask(&signed(&claims, &key)).await;
        assert_eq!(told.error(), (401, "invalid_client"), "{name} {value}");
    }
    let unsigned = format!(
        "{}.{}.",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#),
        URL_SAFE_NO_PAD.encode(claims("5").to_string())
    );
    assert_eq!(ask(&unsigned).await.error(), (401, "invalid_client"));
}

async fn libraries_find_their_way(app: App) {
    let get = async |path: &str| -> Value {
        let response = reqwest::get(format!("{}{path}", app.url)).await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    };
    let server = get("/.well-known/oauth-authorization-server").await;
    assert_eq!(server["issuer"], app.url);
    assert_eq!(server["token_endpoint"], format!("{}/oauth/token", app.url));
    for path in [
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/graphql",
    ] {
        let resource = get(path).await;
        assert_eq!(resource["resource"], format!("{}/graphql", app.url));
        assert_eq!(resource["authorization_servers"], json!([app.url]));
    }
    let keys = get("/.well-known/jwks.json").await;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    assert_eq!(keys["keys"][0]["kty"], "OKP");
    assert!(keys["keys"][0].get("d").is_none());
    let absent = reqwest::get(format!("{}/.well-known/nothing", app.url)).await;
    assert_eq!(absent.unwrap().status(), 404);
}

async fn signing_keys_are_changed_under_way(app: App) {
    let machine = machine(&app, Some("FI-837"), READING).await;
    let kid = |caller: &Person| {
        let header = jsonwebtoken::decode_header(caller.token.as_ref().unwrap()).unwrap();
        header.kid.unwrap()
    };
    let before = machine.caller(&app, "").await;
    app.operator.rotate_key().await.unwrap();
    // Other servers have not read the new key yet.
    assert_eq!(kid(&machine.caller(&app, "").await), kid(&before));
    app.clock.pass_days(1);
    let after = machine.caller(&app, "").await;
    assert_ne!(kid(&after), kid(&before));
    for caller in [&before, &after] {
        assert_eq!(codes(&app, caller).await, [""; 0]);
    }
}
