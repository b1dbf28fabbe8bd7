//! The registry of machine clients: who keeps it, who sees it, and which web pages it lets call.

use api::Registration;
use entity::account::Role;
use serde_json::{Value, json};

use super::{Machine, READING, codes, key_pair, machine};
use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    managers_keep_the_registry
    nobody_else_sees_the_registry
    pages_of_an_origin_may_call_while_its_client_lives
}

const CLIENT: &str = "apiClient { id version status scopes newSecret secrets { expiresAt } viewerActions { action isAllowed } }";
const LIST: &str = "{ apiClients(programme: \"FI\") { totalCount nodes { id name newSecret hasKey municipality { code } } } }";

async fn managers_keep_the_registry(app: App) {
    let manager = app.person(Role::ProgrammeManager, None).await;
    let world = World::of(&app, "FI-837").await;
    let home = world.ask(&manager, "id").await["id"].clone();
    let input = json!({ "programme": "FI", "municipalityId": home, "name": "Register",
        "scopes": ["plans:read"], "origins": ["https://town.example"] });
    let added = app
        .done(&manager, "addApiClient", input.clone(), CLIENT)
        .await["apiClient"]
        .clone();
    assert_eq!(
        added["viewerActions"],
        json!([{ "action": "REVOKE", "isAllowed": true }])
    );
    assert_eq!(added["secrets"].as_array().unwrap().len(), 1);
    let machine = |client: &Value| Machine {
        id: client["id"].as_str().unwrap().to_owned(),
        secret: client["newSecret"].as_str().unwrap().to_owned(),
    };
    let first = machine(&added);
    let caller = first.caller(&app, "").await;
    let listed = app.read(&manager, LIST, json!({})).await["apiClients"].clone();
    assert_eq!(
        listed,
        json!({ "totalCount": 1, "nodes": [{ "id": first.id, "name": "Register", "newSecret": null,
            "hasKey": false, "municipality": { "code": "FI-837" } }] })
    );
    let rotate = json!({ "clientId": first.id });
    let rotated = app
        .done(&manager, "rotateApiClientSecret", rotate.clone(), CLIENT)
        .await;
    assert_eq!(rotated["apiClient"]["secrets"].as_array().unwrap().len(), 2);
    assert_eq!(
        machine(&rotated["apiClient"]).ask(&app, "").await.status,
        200
    );

    let mut wrong = input.clone();
    for (name, value) in [
        ("municipalityId", json!("mun_01jd8z3q5xeqt8vfn1c0m2k4ra")),
        ("name", json!(" ")),
        ("scopes", json!(["recognitions:write"])),
        ("origins", json!(["https://town.example", "*"])),
        ("publicKey", json!("-----BEGIN PRIVATE KEY-----")),
    ] {
        wrong[name] = value;
    }
    let answer = app
        .act(&manager, "addApiClient", wrong, "apiClient { id }")
        .await;
    let faults = answer.body["data"]["addApiClient"]["userErrors"]
        .as_array()
        .unwrap()
        .clone();
    let paths: Vec<_> = faults.iter().map(|fault| fault["path"].clone()).collect();
    assert_eq!(
        json!(paths),
        json!([
            ["name"],
            ["scopes"],
            ["origins", "1"],
            ["publicKey"],
            ["municipalityId"]
        ])
    );
    let stale = json!({ "clientId": first.id, "expectedVersion": 7 });
    assert_eq!(
        app.refused(&manager, "revokeApiClient", stale).await,
        ["VERSION_CONFLICT"]
    );
    let revoke = json!({ "clientId": first.id, "expectedVersion": added["version"] });
    let revoked = app.done(&manager, "revokeApiClient", revoke, CLIENT).await["apiClient"].clone();
    assert_eq!(
        (&revoked["status"], &revoked["viewerActions"]),
        (&json!("REVOKED"), &json!([]))
    );
    assert_eq!(codes(&app, &caller).await, ["UNAUTHENTICATED"]);
    let again = json!({ "clientId": first.id, "expectedVersion": revoked["version"] });
    assert_eq!(
        app.refused(&manager, "revokeApiClient", again).await,
        ["INVALID_TRANSITION"]
    );
    assert_eq!(
        app.refused(&manager, "rotateApiClientSecret", rotate).await,
        ["LOCKED"]
    );

    let (_, pem) = key_pair();
    let mut keyed = input;
    keyed["publicKey"] = json!(pem);
    let keyed = app.done(&manager, "addApiClient", keyed, CLIENT).await["apiClient"].clone();
    assert_eq!(keyed["newSecret"], Value::Null);
    let rotate = json!({ "clientId": keyed["id"] });
    assert_eq!(
        app.refused(&manager, "rotateApiClientSecret", rotate).await,
        ["LOCKED"]
    );
}

async fn nobody_else_sees_the_registry(app: App) {
    let registered = machine(&app, Some("FI-837"), READING).await;
    let by_itself = registered.caller(&app, "").await;
    let people = [
        (
            app.person(Role::Coordinator, Some("FI-837")).await,
            "FORBIDDEN",
        ),
        (app.person(Role::Adviser, Some("FI-837")).await, "FORBIDDEN"),
        (app.person(Role::DecidingBody, None).await, "FORBIDDEN"),
        (
            app.person(Role::SystemAdministrator, None).await,
            "FORBIDDEN",
        ),
        (by_itself, "INSUFFICIENT_SCOPE"),
    ];
    let node = "query N($id: ID!) { node(id: $id) { id } }";
    for (person, code) in &people {
        let listed = app.call(person, LIST, json!({})).await;
        assert_eq!(listed.codes("apiClients"), [*code]);
        let found = app.read(person, node, json!({ "id": registered.id })).await;
        assert_eq!(found["node"], Value::Null);
        let add = json!({ "programme": "FI", "name": "Mine", "scopes": ["plans:read"] });
        assert_eq!(app.refused(person, "addApiClient", add).await, [*code]);
        let rotate = json!({ "clientId": registered.id });
        assert_eq!(
            app.refused(person, "rotateApiClientSecret", rotate).await,
            ["NOT_FOUND"]
        );
        let revoke = json!({ "clientId": registered.id, "expectedVersion": 1 });
        assert_eq!(
            app.refused(person, "revokeApiClient", revoke).await,
            ["NOT_FOUND"]
        );
    }
    let listed = app.call(&app.public(), LIST, json!({})).await;
    assert_eq!(listed.codes("apiClients"), ["FORBIDDEN"]);
    assert_eq!(registered.ask(&app, "").await.status, 200);
}

async fn pages_of_an_origin_may_call_while_its_client_lives(app: App) {
    let scopes = [String::from("plans:read")];
    let origins = [String::from("https://town.example")];
    let registration = Registration {
        name: "Page",
        programme: "FI",
        municipality: None,
        scopes: &scopes,
        origins: &origins,
        public_key: None,
    };
    let allowed = async |origin: &str| {
        let request =
            reqwest::Client::new().get(format!("{}/graphql?query=%7B__typename%7D", app.url));
        let response = request.header("origin", origin).send().await.unwrap();
        response
            .headers()
            .contains_key("access-control-allow-origin")
    };
    // Servers look for what others changed every few seconds.
    let until = async |wanted: bool| {
        for _ in 0..120 {
            if allowed("https://town.example").await == wanted {
                return true;
            }
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        }
        false
    };
    assert!(!allowed("https://town.example").await);
    let (id, _) = app.operator.add_client(registration).await.unwrap();
    assert!(until(true).await);
    assert!(!allowed("https://town.example.evil.example").await);
    app.operator.revoke_client(&id).await.unwrap();
    assert!(until(false).await);
}
