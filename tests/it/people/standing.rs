//! Administrators lock, unlock and close accounts.

use entity::account::Role;
use futures_util::future::join;
use serde_json::{Value, json};

use crate::{
    harness::{App, Person, on_both_databases},
    rights::{machine, token},
};

on_both_databases! {
    a_locked_account_signs_in_no_more_until_it_is_unlocked
    a_closed_account_has_no_roles_and_stays_closed
    only_administrators_and_nobody_for_themself
    a_machine_whose_account_is_locked_gets_no_token
    two_administrators_do_not_shut_each_other_out
}

const ACCOUNT: &str = "account { id version status memberships { isInForce } }";
const ROLES: &str = "{ viewer { roles } }";

fn step(whom: &Person, version: i32) -> Value {
    json!({ "accountId": whom.account, "expectedVersion": version })
}

async fn status(app: &App, who: &Person) -> u16 {
    app.call(who, ROLES, json!({})).await.status
}

async fn a_locked_account_signs_in_no_more_until_it_is_unlocked(app: App) {
    let administrator = app.person(Role::SystemAdministrator, None).await;
    let person = app.person(Role::Coordinator, Some("FI-837")).await;
    let document = "query A($id: ID!) { node(id: $id) { ... on Account { viewerActions { action isAllowed } } } }";
    let read = app.read(&administrator, document, json!({ "id": person.account }));
    let told = read.await["node"]["viewerActions"].clone();
    for action in ["LOCK", "DEACTIVATE"] {
        let expected = json!({ "action": action, "isAllowed": true });
        assert!(told.as_array().unwrap().contains(&expected), "{told}");
    }
    assert_eq!(status(&app, &person).await, 200);
    let stale = app.refused(&administrator, "lockAccount", step(&person, 7));
    assert_eq!(stale.await, ["VERSION_CONFLICT"]);
    let locked = app.done(&administrator, "lockAccount", step(&person, 1), ACCOUNT);
    let locked = locked.await["account"].clone();
    assert_eq!(locked["status"], "LOCKED");
    assert_eq!(locked["memberships"], json!([{ "isInForce": true }]));
    assert_eq!(status(&app, &person).await, 401, "from the next request on");
    let again = app.refused(&administrator, "lockAccount", step(&person, 2));
    assert_eq!(again.await, ["INVALID_TRANSITION"]);
    let unlocked = app.done(&administrator, "unlockAccount", step(&person, 2), ACCOUNT);
    assert_eq!(unlocked.await["account"]["status"], "ACTIVE");
    let viewer = app.read(&person, ROLES, json!({})).await;
    assert_eq!(viewer["viewer"]["roles"], json!(["PUBLIC", "COORDINATOR"]));
}

async fn a_closed_account_has_no_roles_and_stays_closed(app: App) {
    let administrator = app.person(Role::SystemAdministrator, None).await;
    let person = app.person(Role::DecidingBody, None).await;
    app.done(&administrator, "lockAccount", step(&person, 1), ACCOUNT)
        .await;
    let closed = app.done(
        &administrator,
        "deactivateAccount",
        step(&person, 2),
        ACCOUNT,
    );
    let closed = closed.await["account"].clone();
    assert_eq!(closed["status"], "DEACTIVATED");
    assert_eq!(closed["memberships"], json!([{ "isInForce": false }]));
    assert_eq!(status(&app, &person).await, 401);
    for name in ["unlockAccount", "lockAccount", "deactivateAccount"] {
        let refused = app.refused(&administrator, name, step(&person, 3)).await;
        assert_eq!(refused, ["INVALID_TRANSITION"], "{name}");
    }
    app.done(
        &administrator,
        "eraseAccount",
        step(&person, 3),
        "account { id }",
    )
    .await;
}

async fn only_administrators_and_nobody_for_themself(app: App) {
    let administrator = app.person(Role::SystemAdministrator, None).await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let coordinator = app.person(Role::Coordinator, Some("FI-837")).await;
    let member = app.person(Role::SteeringMember, Some("FI-837")).await;
    for name in ["lockAccount", "unlockAccount", "deactivateAccount"] {
        for who in [&manager, &coordinator] {
            let refused = app.refused(who, name, step(&member, 1)).await;
            assert_eq!(refused, ["FORBIDDEN"], "{name} {who:?}");
        }
        let hidden = app.refused(&member, name, step(&manager, 1)).await;
        assert_eq!(hidden, ["NOT_FOUND"], "{name}");
    }
    for name in ["lockAccount", "deactivateAccount"] {
        let own = app.refused(&administrator, name, step(&administrator, 1));
        assert_eq!(own.await, ["CONFLICT_OF_INTEREST"], "{name}");
    }
    for role in ["PROGRAMME_MANAGER", "DECIDING_BODY", "STEERING_MEMBER"] {
        let grant = json!({ "accountId": member.account, "role": role, "programme": "FI" });
        let refused = app.refused(&administrator, "grantMembership", grant).await;
        assert_eq!(refused, ["FORBIDDEN"], "{role}");
    }
}

async fn a_machine_whose_account_is_locked_gets_no_token(app: App) {
    let administrator = app.person(Role::SystemAdministrator, None).await;
    let register = machine(&app, "FI-837", &["plans:read"]).await;
    assert_eq!(status(&app, &register.caller).await, 200);
    let own = app.read(&register.caller, "{ viewer { accountId } }", json!({}));
    let account = own.await["viewer"]["accountId"].clone();
    let lock = json!({ "accountId": account, "expectedVersion": 1 });
    app.done(&administrator, "lockAccount", lock, ACCOUNT).await;
    assert_eq!(status(&app, &register.caller).await, 401);
    let told = token(&app, &register.id, &register.secret).await;
    assert_eq!(told["error"], "invalid_client", "{told}");
    let unlock = json!({ "accountId": account, "expectedVersion": 2 });
    app.done(&administrator, "unlockAccount", unlock, ACCOUNT)
        .await;
    assert_eq!(status(&app, &register.caller).await, 200);
}

async fn two_administrators_do_not_shut_each_other_out(app: App) {
    for _ in 0..8 {
        app.meddle("UPDATE account SET status = 'LOCKED'")
            .await
            .unwrap();
        let one = app.person(Role::SystemAdministrator, None).await;
        let other = app.person(Role::SystemAdministrator, None).await;
        join(
            app.act(&one, "lockAccount", step(&other, 1), ""),
            app.act(&other, "deactivateAccount", step(&one, 1), ""),
        )
        .await;
        let left = app.count("account WHERE status = 'ACTIVE'").await;
        assert!(left >= 1, "nobody administers the system");
    }
}
