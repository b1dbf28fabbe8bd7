//! What was acknowledged is kept, whatever happened to the connection before.

use entity::account::Role;
use serde_json::json;

use crate::{
    databases::Backend,
    harness::{Answer, App},
};

/// SQLite ends a transaction by itself where storage is full; so does this trigger.
const ENDS_TRANSACTIONS: &str = "CREATE TRIGGER full BEFORE INSERT ON outbox_event
    BEGIN SELECT RAISE(ROLLBACK, 'full'); END";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_stored_after_a_transaction_was_ended_by_sqlite_stays_stored() {
    let app = App::start_with(Backend::Sqlite, |config| config.database_connections = 2).await;
    let coordinator = app.person(Role::Coordinator, Some("FI-837")).await;
    let asked = "{ municipality(by: { code: \"FI-837\" }) { id } }";
    let asked = app.read(&coordinator, asked, json!({})).await;
    let town = &asked["municipality"]["id"];
    let add = async |name: String| -> Answer {
        let input =
            json!({ "programme": "FI", "municipalityId": town, "kind": "GROUP", "name": name });
        let selection = "responsibleEntity { id version }";
        app.act(&coordinator, "addResponsibleEntity", input, selection)
            .await
    };
    let first = add("first".to_owned()).await;
    let entity = &first.body["data"]["addResponsibleEntity"]["responsibleEntity"];
    app.meddle(ENDS_TRANSACTIONS).await.unwrap();
    for n in 0..4 {
        assert!(!add(format!("refused {n}")).await.body["errors"].is_null());
    }
    app.meddle("DROP TRIGGER full").await.unwrap();
    for _ in 0..8 {
        let stale =
            json!({ "responsibleEntityId": entity["id"], "expectedVersion": 7, "name": "x" });
        let selection = "responsibleEntity { id }";
        let told = app
            .act(&coordinator, "changeResponsibleEntity", stale, selection)
            .await;
        assert_eq!(told.codes("changeResponsibleEntity"), ["VERSION_CONFLICT"]);
    }
    for n in 0..16 {
        let told = add(format!("kept {n}")).await;
        assert!(told.body["errors"].is_null(), "{}", told.body);
    }
    // Over connections of another process.
    assert_eq!(
        app.count("responsible_entity WHERE name LIKE 'kept%'")
            .await,
        16
    );
    assert_eq!(
        app.count("responsible_entity WHERE name LIKE 'refused%'")
            .await,
        0
    );
}
