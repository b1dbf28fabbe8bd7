//! A request error means that nothing ran; what runs comes to an end of its own; and what took effect says
//! so.

mod documents;

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    harness::{Answer, App, on_both_databases},
    world::World,
};

on_both_databases! {
    a_request_error_means_that_nothing_ran
    a_root_that_fails_is_null_beside_the_others
    what_took_effect_says_so_when_its_payload_fails
    what_meets_a_lock_midway_is_told_root_by_root
    what_is_skipped_by_a_default_is_not_done
    a_document_with_one_mutation_takes_a_key_whatever_else_it_asks
    the_form_of_an_input_does_not_matter_to_a_retry
}

const ADD: &str = "addResponsibleEntity(input: {programme: \"FI\", municipalityId: \"TOWN\", kind: GROUP, name: \"NAME\"}) { responsibleEntity { id name } userErrors { code } }";
/// An id that names nothing.
const NOTHING: &str = "ent_01h455vb4pex5vsknk084sn02q";

fn add(town: &str, name: &str) -> String {
    ADD.replace("TOWN", town).replace("NAME", name)
}

async fn town(world: &World<'_>) -> String {
    let id = world.ask(&world.manager, "id").await["id"].clone();
    id.as_str().unwrap().to_owned()
}

fn code(answer: &Answer) -> &Value {
    &answer.body["errors"][0]["extensions"]["code"]
}

async fn a_request_error_means_that_nothing_ran(app: App) {
    let world = World::of(&app, "FI-837").await;
    let who = &world.coordinator;
    let first = add(&town(&world).await, "First");
    let change = |given: &str| {
        format!("a: {first} b: changeResponsibleEntity(input: {given}) {{ userErrors {{ code }} }}")
    };
    let before = app.count("audit_event").await;
    for (head, given, variables) in [
        (
            "",
            "{responsibleEntityId: \"oops\", expectedVersion: 1}".to_owned(),
            json!({}),
        ),
        (
            "",
            format!("{{responsibleEntityId: \"{NOTHING}\", expectedVersion: 2147483648}}"),
            json!({}),
        ),
        (
            "",
            format!("{{responsibleEntityId: \"{NOTHING}\", expectedVersion: 1.0}}"),
            json!({}),
        ),
        (
            "",
            format!("{{responsibleEntityId: \"{NOTHING}\", expectedVersion: 1, kind: \"GROUP\"}}"),
            json!({}),
        ),
        (
            "",
            format!("{{responsibleEntityId: \"{NOTHING}\"}}"),
            json!({}),
        ),
        (
            "($id: ID!)",
            "{responsibleEntityId: $id, expectedVersion: 1}".to_owned(),
            json!({"id": "oops"}),
        ),
        (
            "($id: ID!)",
            "{responsibleEntityId: $id, expectedVersion: 1}".to_owned(),
            json!({}),
        ),
        (
            "($id: ID!)",
            "{responsibleEntityId: $id, expectedVersion: 1}".to_owned(),
            json!({"id": null}),
        ),
        (
            "($input: ChangeResponsibleEntityInput!)",
            "$input".to_owned(),
            json!({"input": {"responsibleEntityId": NOTHING, "expectedVersion": 1, "nmae": "x"}}),
        ),
        (
            "($input: ChangeResponsibleEntityInput!)",
            "$input".to_owned(),
            json!({"input": {"responsibleEntityId": NOTHING, "expectedVersion": "1"}}),
        ),
    ] {
        let document = format!("mutation{head} {{ {} }}", change(&given));
        let answer = app.call(who, &document, variables).await;
        assert_eq!(answer.status, 400, "{given}: {}", answer.body);
        assert_eq!(*code(&answer), "BAD_USER_INPUT", "{given}");
        assert!(
            answer.body.get("data").is_none(),
            "{given}: {}",
            answer.body
        );
    }
    assert_eq!(app.count("audit_event").await, before);
}

async fn a_root_that_fails_is_null_beside_the_others(app: App) {
    let world = World::of(&app, "FI-837").await;
    let town = town(&world).await;
    let fails = format!(
        "changeResponsibleEntity(input: {{responsibleEntityId: \"{NOTHING}\", expectedVersion: 1}}) {{ userErrors {{ code }} }}"
    );
    let document = format!(
        "mutation {{ a: {} b: {fails} c: {} }}",
        add(&town, "First"),
        add(&town, "Second")
    );
    let answer = app.call(&world.coordinator, &document, Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let data = &answer.body["data"];
    assert_eq!(data["a"]["responsibleEntity"]["name"], "First");
    assert_eq!(data["b"], Value::Null);
    assert_eq!(data["c"]["responsibleEntity"]["name"], "Second");
    let errors = answer.body["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1);
    assert_eq!(
        (&errors[0]["path"], code(&answer)),
        (&json!(["b"]), &json!("NOT_FOUND"))
    );
    assert!(errors[0]["extensions"].get("tookEffect").is_none());
    let keys: Vec<_> = data.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["a", "b", "c"]);
}

async fn what_took_effect_says_so_when_its_payload_fails(app: App) {
    let world = World::of(&app, "FI-837").await;
    let add = add(&town(&world).await, "Kept").replace(
        "{ id name }",
        "{ id municipality { currentRecognition { status } } }",
    );
    app.meddle("ALTER TABLE recognition RENAME TO recognition_elsewhere")
        .await
        .unwrap();
    let before = app.count("responsible_entity").await;
    let answer = app
        .call(
            &world.coordinator,
            &format!("mutation {{ {add} }}"),
            Value::Null,
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(app.count("responsible_entity").await, before + 1);
    let extensions = &answer.body["errors"][0]["extensions"];
    assert_eq!(extensions["tookEffect"], true, "{}", answer.body);
    assert_eq!(extensions["retryable"], false);
    assert!(
        answer.body["data"]["addResponsibleEntity"].is_object(),
        "{}",
        answer.body
    );
}

async fn what_is_skipped_by_a_default_is_not_done(app: App) {
    let world = World::of(&app, "FI-837").await;
    let add = add(&town(&world).await, "Kept").replacen(") {", ") @skip(if: $dry) {", 1);
    let document = format!("mutation($dry: Boolean = true) {{ {add} }}");
    let who = &world.coordinator;
    let before = app.count("responsible_entity").await;
    let skipped = app.call(who, &document, json!({})).await;
    assert_eq!((skipped.status, &skipped.body["data"]), (200, &json!({})));
    assert_eq!(app.count("responsible_entity").await, before);
    let done = app.call(who, &document, json!({"dry": false})).await;
    assert!(done.body["errors"].is_null(), "{}", done.body);
    assert_eq!(app.count("responsible_entity").await, before + 1);
    let text =
        "query($d: Boolean = true) { viewer { roles @include(if: $d) scopes @skip(if: $d) } }";
    let data = app.read(who, text, json!({})).await;
    assert_eq!(
        data,
        json!({"viewer": {"roles": ["PUBLIC", "COORDINATOR"]}})
    );
    let open = "query($d: Boolean) { viewer { roles @include(if: $d) } }";
    let refused = app.call(who, open, json!({"d": true})).await;
    assert_eq!(
        (refused.status, code(&refused)),
        (400, &json!("GRAPHQL_VALIDATION_FAILED"))
    );
}

async fn a_document_with_one_mutation_takes_a_key_whatever_else_it_asks(app: App) {
    let world = World::of(&app, "FI-837").await;
    let one = format!(
        "mutation {{ __typename {} }}",
        add(&town(&world).await, "Once")
    );
    let two = format!(
        "mutation {{ a: {} {} }}",
        add(&town(&world).await, "Twice"),
        add(&town(&world).await, "Thrice")
    );
    let send = async |document: &str| {
        let request = reqwest::Client::new()
            .post(format!("{}/graphql", app.url))
            .header("accept", "application/graphql-response+json")
            .header("idempotency-key", "letter")
            .bearer_auth(world.coordinator.token.clone().unwrap())
            .json(&json!({ "query": document }));
        let response = request.send().await.unwrap();
        (
            response.status().as_u16(),
            response.json::<Value>().await.unwrap(),
        )
    };
    let (status, body) = send(&one).await;
    assert_eq!(
        (status, &body["data"]["__typename"]),
        (200, &json!("Mutation")),
        "{body}"
    );
    assert_eq!(send(&two).await.0, 400);
}

/// Records of before are recognised by the digest of the input as it was sent, in whatever form.
async fn the_form_of_an_input_does_not_matter_to_a_retry(app: App) {
    let world = World::of(&app, "FI-837").await;
    let town = town(&world).await;
    let select = "{ responsibleEntity { id } replayed userErrors { code } }";
    let fields = format!(
        "programme: \"FI\", municipalityId: \"{town}\", name: \"Group\", idempotencyKey: \"form\""
    );
    let input = json!({"programme": "FI", "municipalityId": town, "kind": "GROUP", "name": "Group", "idempotencyKey": "form"});
    let forms = [
        (
            "($input: AddResponsibleEntityInput!)",
            "$input".to_owned(),
            json!({"input": input}),
        ),
        ("", format!("{{kind: GROUP, {fields}}}"), json!({})),
        (
            "($kind: ResponsibleEntityKind!, $id: ID)",
            format!("{{id: $id, kind: $kind, {fields}}}"),
            json!({"kind": "GROUP"}),
        ),
        (
            "($kind: ResponsibleEntityKind = GROUP)",
            format!("{{id: null, kind: $kind, {fields}}}"),
            json!({}),
        ),
    ];
    let mut first = None;
    for (head, given, variables) in forms {
        let document =
            format!("mutation{head} {{ addResponsibleEntity(input: {given}) {select} }}");
        let answer = app.call(&world.coordinator, &document, variables).await;
        let payload = &answer.body["data"]["addResponsibleEntity"];
        let id = payload["responsibleEntity"]["id"].clone();
        assert_eq!(
            payload["replayed"],
            first.is_some(),
            "{given}: {}",
            answer.body
        );
        assert_eq!(*first.get_or_insert_with(|| id.clone()), id);
    }
}

/// Takes the lock of the table, on SQLite of all, once something was stored, for longer than a
/// statement waits for it.
async fn lock_midway(app: &App, before: i64) {
    while app.count("responsible_entity").await == before {}
    let lock = app.lock("responsible_entity").await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    lock.rollback().await.unwrap();
}

async fn what_meets_a_lock_midway_is_told_root_by_root(app: App) {
    let world = World::of(&app, "FI-837").await;
    let town = town(&world).await;
    for attempt in 0..20 {
        let names: Vec<_> = (0..10).map(|root| format!("r{root}")).collect();
        let root = |name: &String| {
            let add = add(&town, &format!("{attempt} {name}"));
            format!("{name}: {add} ")
        };
        let document = format!(
            "mutation {{ {} }}",
            names.iter().map(root).collect::<String>()
        );
        let before = app.count("responsible_entity").await;
        let (answer, ()) = tokio::join!(
            app.call(&world.coordinator, &document, Value::Null),
            lock_midway(&app, before)
        );
        let stored = app.count("responsible_entity").await - before;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let is_told = |name: &&String| !answer.body["data"][name.as_str()].is_null();
        let told = names.iter().filter(is_told).count();
        assert_eq!(i64::try_from(told).unwrap(), stored, "{}", answer.body);
        if told == names.len() {
            // The lock came too late.
            continue;
        }
        let errors = answer.body["errors"].as_array().unwrap();
        assert!(told > 0 && errors.len() == 10 - told, "{}", answer.body);
        for error in errors {
            let extensions = &error["extensions"];
            let code = extensions["code"].as_str().unwrap();
            assert!(
                ["SERVICE_UNAVAILABLE", "CONFLICT_RETRY"].contains(&code),
                "{error}"
            );
            assert_eq!(extensions["retryable"], true, "{error}");
            assert!(extensions.get("tookEffect").is_none(), "{error}");
        }
        return;
    }
    panic!("all was stored before the lock was taken, twenty times");
}
