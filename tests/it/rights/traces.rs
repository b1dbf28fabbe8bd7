//! What tells a client why it may not: the missing scope at an action, where to get a token, and when
//! a secret was used last.

use entity::account::Role;
use serde_json::{Value, json};

use super::{machine, token};
use crate::{
    harness::{App, on_both_databases},
    world::World,
};

on_both_databases! {
    an_action_names_the_scope_that_the_token_lacks
    a_challenge_says_where_to_get_a_token
    managers_see_when_a_secret_was_used_last
    an_account_says_what_can_be_done_with_it
}

async fn an_action_names_the_scope_that_the_token_lacks(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    world.baseline(&cycle, 2).await;
    world.assessment(&cycle, "MIDTERM").await;
    let selection = "currentCycle { assessment(kind: MIDTERM) { viewerActions {
        action isAllowed blockedBy { code message requiredRoles requiredScopes } } } }";
    let machine = machine(&app, "FI-837", &["assessments:read", "municipalities:read"]).await;
    // Give the account of the machine the role that hands over, so that its token alone is in the way.
    let sql = "INSERT INTO membership (id, account_id, role, programme_id, municipality_id, \
        starts_at, created_at, updated_at, version) \
        SELECT account_id, account_id, 'COORDINATOR', programme_id, municipality_id, \
        starts_at, created_at, updated_at, 1 FROM membership WHERE role = 'SERVICE_ACCOUNT'";
    app.meddle(sql).await.unwrap();
    let block =
        |asked: Value| asked["currentCycle"]["assessment"]["viewerActions"][0]["blockedBy"].clone();
    let told = block(world.ask(&machine.caller, selection).await);
    let message = "Your token is not for this; it lacks the scope assessments:write.";
    let expected = json!([{ "code": "FORBIDDEN", "message": message,
        "requiredRoles": ["COORDINATOR"], "requiredScopes": ["assessments:write"] }]);
    assert_eq!(told, expected);
    let told = block(world.ask(&world.adviser, selection).await);
    let message = "Only these roles may do this: COORDINATOR.";
    let expected = json!([{ "code": "FORBIDDEN", "message": message,
        "requiredRoles": ["COORDINATOR"], "requiredScopes": [] }]);
    assert_eq!(told, expected);
}

async fn a_challenge_says_where_to_get_a_token(app: App) {
    let address = format!("{}/.well-known/oauth-protected-resource", app.url);
    let ends = "mutation { endMembership(input: { membershipId: \"mem_01h455vb4pex5vsknk084sn02q\", expectedVersion: 1 }) { membership { id } } }";
    for (token, document, expected) in [
        (
            None,
            ends,
            format!("Bearer resource_metadata=\"{address}\""),
        ),
        (
            Some("nonsense".to_owned()),
            "{ viewer { roles } }",
            format!("Bearer error=\"invalid_token\", resource_metadata=\"{address}\""),
        ),
    ] {
        let mut request = reqwest::Client::new()
            .post(format!("{}/graphql", app.url))
            .json(&json!({ "query": document }));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 401);
        assert_eq!(response.headers()["www-authenticate"], expected);
    }
    let metadata = reqwest::Client::new().get(&address).send().await.unwrap();
    let metadata: Value = metadata.json().await.unwrap();
    assert_eq!(metadata["resource"], format!("{}/graphql", app.url));
}

async fn managers_see_when_a_secret_was_used_last(app: App) {
    let manager = app.person(Role::ProgrammeManager, None).await;
    let machine = machine(&app, "FI-837", &["plans:read"]).await;
    let document =
        "{ apiClients(programme: \"FI\") { nodes { secrets { createdAt lastUsedAt } } } }";
    let seen = async || {
        let data = app.read(&manager, document, json!({})).await;
        data["apiClients"]["nodes"][0]["secrets"][0].clone()
    };
    let first = seen().await["lastUsedAt"].clone();
    assert!(
        first.as_str() > seen().await["createdAt"].as_str(),
        "{first}"
    );
    assert_eq!(
        token(&app, &machine.id, "cfc_live_wrong").await["error"],
        "invalid_client"
    );
    assert!(token(&app, &machine.id, &machine.secret).await["access_token"].is_string());
    assert_eq!(
        seen().await["lastUsedAt"],
        first,
        "one write an hour is enough"
    );
    app.clock.pass_days(1);
    assert_eq!(
        token(&app, &machine.id, "cfc_live_wrong").await["error"],
        "invalid_client"
    );
    let manager = app.person(Role::ProgrammeManager, None).await;
    let data = app.read(&manager, document, json!({})).await;
    let kept = &data["apiClients"]["nodes"][0]["secrets"][0]["lastUsedAt"];
    assert_eq!(*kept, first, "a wrong secret is no use");
    token(&app, &machine.id, &machine.secret).await;
    let data = app.read(&manager, document, json!({})).await;
    let later = &data["apiClients"]["nodes"][0]["secrets"][0]["lastUsedAt"];
    assert!(later.as_str() > first.as_str(), "{later}");
}

async fn an_account_says_what_can_be_done_with_it(app: App) {
    let world = World::of(&app, "FI-837").await;
    let municipality = world.ask(&world.manager, "id").await["id"].clone();
    let input = json!({ "name": "A role", "email": "adviser@town.example", "role": "ADVISER",
        "programme": "FI", "municipalityId": municipality });
    let select = "account { status viewerActions { action isAllowed blockedBy { code } } }";
    let invited = app
        .done(&world.manager, "inviteAccount", input, select)
        .await;
    let expected = json!({ "status": "INVITED", "viewerActions": [
        { "action": "START", "isAllowed": false, "blockedBy": [{ "code": "FORBIDDEN" }] },
        { "action": "RENEW_INVITATION", "isAllowed": true, "blockedBy": [] },
        { "action": "END_INVITATION", "isAllowed": true, "blockedBy": [] },
        { "action": "ERASE", "isAllowed": true, "blockedBy": [] }] });
    assert_eq!(invited["account"], expected);
    let own = "{ viewer { account { status viewerActions { action blockedBy { code } } } } }";
    let data = app.read(&world.manager, own, json!({})).await;
    let refused = |action| json!({ "action": action, "blockedBy": [{ "code": "FORBIDDEN" }] });
    let actions = ["END_INVITATION", "LOCK", "DEACTIVATE", "ERASE"].map(refused);
    let expected = json!({ "status": "ACTIVE", "viewerActions": actions });
    assert_eq!(data["viewer"]["account"], expected);
}
