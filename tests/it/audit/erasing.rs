//! Erasing an account: by whom, what goes, what stays.

use chrono::TimeDelta;
use entity::account::Role;
use serde_json::{Value, json};

use crate::{
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    an_erased_person_is_found_nowhere_and_the_log_is_whole
    only_those_who_may_erase_an_account
}

const ACCOUNT: &str = "account { id version status name email memberships { endsAt isInForce } }";

/// Somebody who was invited under a name and an address, and signed in.
async fn invited(app: &App, world: &World<'_>) -> Person {
    let home = world.ask(&world.manager, "id").await["id"].clone();
    let invite = json!({ "programme": "FI", "municipalityId": home, "role": "COORDINATOR",
        "name": "Canary Sparrow", "email": "canary.sparrow@town.example" });
    let invited = app
        .done(&world.manager, "inviteAccount", invite, "account { id }")
        .await;
    let account = invited["account"]["id"].as_str().unwrap().to_owned();
    app.caller(account).await
}

async fn erasure(app: &App, who: &Person, whom: &Person) -> Value {
    let document = "query A($id: ID!) { node(id: $id) { ... on Account { version } } }";
    let read = app.read(who, document, json!({ "id": whom.account })).await;
    let version = read["node"]["version"].as_i64().unwrap_or(1);
    json!({ "accountId": whom.account, "expectedVersion": version })
}

/// The tables in which a text is found.
async fn tables_with(app: &App, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for table in app.tables().await {
        let sql = if app.is_postgres() {
            format!("SELECT t::text FROM {table} t WHERE t::text ILIKE '%{text}%'")
        } else {
            let columns = app.columns(&table).await;
            let columns: Vec<_> = columns
                .iter()
                .map(|c| format!("lower(CAST({c} AS TEXT)) LIKE '%{text}%'"))
                .collect();
            // Each for itself: a zero byte in an id ends what SQLite takes for text.
            format!("SELECT 'x' FROM {table} WHERE {}", columns.join(" OR "))
        };
        if !app.column(&sql).await.is_empty() {
            found.push(table);
        }
    }
    found
}

async fn an_erased_person_is_found_nowhere_and_the_log_is_whole(app: App) {
    let world = World::of(&app, "FI-837").await;
    world.started().await;
    let person = invited(&app, &world).await;
    assert_eq!(tables_with(&app, "sparrow").await, ["account"]);
    app.read(&person, "{ viewer { account { name } } }", json!({}))
        .await;
    let home = world.ask(&world.manager, "id").await["id"].clone();
    let keyed = json!({ "name": "Youth services", "kind": "DEPARTMENT", "programme": "FI",
        "municipalityId": home, "idempotencyKey": "a" });
    app.done(&person, "addResponsibleEntity", keyed, "replayed")
        .await;
    let attempts = "idempotency_record WHERE account_id IN (SELECT id FROM account WHERE";
    let named = format!("{attempts} name = 'Canary Sparrow')");
    assert_eq!(app.count(&named).await, 1);
    let stale = json!({ "accountId": person.account, "expectedVersion": 1 });
    assert_eq!(
        app.refused(&world.manager, "eraseAccount", stale).await,
        ["VERSION_CONFLICT"]
    );
    let input = erasure(&app, &world.manager, &person).await;
    let erased = app
        .done(&world.manager, "eraseAccount", input, ACCOUNT)
        .await["account"]
        .clone();
    assert_eq!(erased["id"], person.account.as_str(), "the id stays");
    assert_eq!(
        (&erased["status"], &erased["name"], &erased["email"]),
        (&json!("ERASED"), &Value::Null, &Value::Null)
    );
    assert_eq!(erased["memberships"][0]["isInForce"], false);
    assert_eq!(tables_with(&app, "sparrow").await, [""; 0]);
    let theirs = format!("{attempts} status = 'ERASED')");
    assert_eq!(app.count(&theirs).await, 0);
    assert_eq!(
        app.call(&person, "{ viewer { accountId } }", json!({}))
            .await
            .status,
        401
    );
    let log = app.operator.verify_audit(None, |_| {}).await.unwrap();
    assert_eq!(log.breaks, [""; 0]);
    let again = erasure(&app, &world.manager, &person).await;
    assert_eq!(
        app.refused(&world.manager, "eraseAccount", again).await,
        ["INVALID_TRANSITION"]
    );
    assert!(
        app.operator
            .token(&person.account, TimeDelta::hours(1))
            .await
            .is_err()
    );
    let document = "query H($id: ID!) { node(id: $id) { ... on Account { history { nodes { action role changes { type fields } } } } } }";
    let told = app
        .read(&world.manager, document, json!({ "id": person.account }))
        .await;
    let told = &told["node"]["history"]["nodes"];
    assert_eq!(told[0]["action"], "ACCOUNT_ERASED", "{told}");
    assert_eq!(told[0]["role"], "PROGRAMME_MANAGER");
    let document =
        "query M($id: ID!) { auditLog(filter: { targetId: { eq: $id } }) { nodes { action } } }";
    let administrator = app.person(Role::SystemAdministrator, None).await;
    let log = app
        .read(&administrator, document, json!({ "id": person.account }))
        .await;
    assert_eq!(
        log["auditLog"]["nodes"],
        json!([{ "action": "ACCOUNT_ERASED" }, { "action": "ACCOUNT_ACTIVATED" }])
    );
}

async fn only_those_who_may_erase_an_account(app: App) {
    let world = World::of(&app, "FI-837").await;
    let administrator = app.person(Role::SystemAdministrator, None).await;
    let other_administrator = app.person(Role::SystemAdministrator, None).await;
    let input = async |who: &Person, whom: &Person| erasure(&app, who, whom).await;
    for (who, whom, code) in [
        (&world.coordinator, &world.adviser, "FORBIDDEN"),
        (&world.coordinator, &world.coordinator, "FORBIDDEN"),
        (&world.adviser, &world.coordinator, "NOT_FOUND"),
        (&world.manager, &world.second_manager, "FORBIDDEN"),
        (&world.manager, &world.deciding_body, "FORBIDDEN"),
        (&world.manager, &administrator, "NOT_FOUND"),
        (&app.public(), &world.coordinator, "UNAUTHENTICATED"),
        (&administrator, &administrator, "CONFLICT_OF_INTEREST"),
    ] {
        let input = input(who, whom).await;
        assert_eq!(
            app.refused(who, "eraseAccount", input).await,
            [code],
            "{who:?} {whom:?}"
        );
    }
    for (who, whom) in [
        (&world.manager, &world.adviser),
        (&administrator, &world.deciding_body),
        (&administrator, &other_administrator),
    ] {
        let input = input(who, whom).await;
        app.done(who, "eraseAccount", input, ACCOUNT).await;
    }
}
