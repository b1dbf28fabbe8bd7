//! A copy of the database that is older than a revocation is put back.

use entity::account::Role;
use serde_json::json;

use super::{READING, codes, machine};
use crate::{
    databases::Backend,
    harness::{App, with_own_settings},
};

with_own_settings! {
    what_a_restored_copy_has_forgotten_stays_refused_once_it_is_marked
}

async fn what_a_restored_copy_has_forgotten_stays_refused_once_it_is_marked(backend: Backend) {
    // Both servers answer under one address, as one would after the other.
    let app = App::start_with(backend, |config| {
        config.public_url = Some("https://api.example".to_owned());
    })
    .await;
    let administrator = app.person(Role::SystemAdministrator, None).await;
    let coordinator = app.person(Role::Coordinator, Some("FI-837")).await;
    let machine = machine(&app, Some("FI-837"), READING).await;
    let caller = machine.caller(&app, "plans:read").await;
    let restored = app.twin().await;

    // The copy cost the connections; each that is found broken costs an attempt.
    let token = format!("token={}", caller.token.as_ref().unwrap());
    while machine.post(&app, "revoke", &token).await.status == 503 {}
    assert_eq!(codes(&app, &caller).await, ["UNAUTHENTICATED"]);
    assert_eq!(
        codes(&restored, &caller).await,
        [""; 0],
        "the copy is older"
    );

    let before = restored.audited().await;
    restored.operator.mark_restored().await.unwrap();
    for old in [&caller, &coordinator, &administrator] {
        assert_eq!(codes(&restored, old).await, ["UNAUTHENTICATED"]);
    }
    assert_eq!(restored.count("signing_key").await, 1);
    // A server that comes up later knows no other key either.
    assert_eq!(
        codes(&restored.beside().await, &caller).await,
        ["UNAUTHENTICATED"]
    );

    let anew = machine.caller(&restored, "plans:read").await;
    assert_eq!(codes(&restored, &anew).await, [""; 0]);
    let coordinator = restored.caller(coordinator.account).await;
    assert_eq!(codes(&restored, &coordinator).await, [""; 0]);

    let once = (before.0 + 1, before.1 + 1);
    assert_eq!(restored.audited().await, once, "it is told once");
    let verified = restored.operator.verify_audit(None, |_| {}).await.unwrap();
    assert_eq!(verified.breaks, [""; 0]);
    let administrator = restored.caller(administrator.account).await;
    let newest = "{ auditLog(first: 1) { nodes { action systemReason actor { id } targetType } } }";
    let told = restored.read(&administrator, newest, json!({})).await;
    let expected = json!({ "action": "RESTORE_MARKED", "systemReason": "restore mark",
        "actor": null, "targetType": "SigningKey" });
    assert_eq!(told["auditLog"]["nodes"], json!([expected]));
}
