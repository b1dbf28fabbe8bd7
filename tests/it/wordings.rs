//! What clients may word in several ways means the same, and what says nothing is not taken for
//! everything.

use entity::account::Role;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::harness::{App, on_both_databases};

on_both_databases! {
    a_byte_order_mark_before_the_body_is_passed_over
    a_hash_alone_is_answered_so_that_clients_send_the_document
    several_lines_of_a_header_are_one_list
    codes_and_keys_are_found_in_any_case
    a_filter_that_says_nothing_is_refused
}

const JSON: &str = "application/json";
const GRAPHQL: &str = "application/graphql-response+json";

/// Posts a body; answers with the status, the media type and what was told.
async fn post(app: &App, heads: &[(&str, &str)], body: String) -> (u16, String, Value) {
    let mut request = reqwest::Client::new()
        .post(format!("{}/graphql", app.url))
        .header(CONTENT_TYPE, JSON)
        .body(body);
    for (name, value) in heads {
        request = request.header(*name, *value);
    }
    told(request).await
}

async fn told(request: reqwest::RequestBuilder) -> (u16, String, Value) {
    let response = request.send().await.unwrap();
    let media = response.headers()[CONTENT_TYPE].to_str().unwrap();
    let media = media.split(';').next().unwrap().to_owned();
    let status = response.status().as_u16();
    (status, media, response.json().await.unwrap())
}

async fn a_byte_order_mark_before_the_body_is_passed_over(app: App) {
    let body = json!({ "query": "{ __typename }" }).to_string();
    let (status, _, told) = post(&app, &[], format!("\u{FEFF}{body}")).await;
    assert_eq!(
        (status, &told["data"]["__typename"]),
        (200, &json!("Query"))
    );
    let (status, _, told) = post(&app, &[], format!("\u{FEFF}\u{FEFF}{body}")).await;
    let code = &told["errors"][0]["extensions"]["code"];
    assert_eq!((status, code), (400, &json!("BAD_REQUEST")));
}

async fn a_hash_alone_is_answered_so_that_clients_send_the_document(app: App) {
    let hash = json!({ "persistedQuery": { "version": 1, "sha256Hash": "00" } });
    let alone = json!({ "operationName": "A", "variables": {}, "extensions": hash }).to_string();
    let encoded = hash
        .to_string()
        .replace('{', "%7B")
        .replace('}', "%7D")
        .replace('"', "%22");
    let get = reqwest::Client::new()
        .get(format!(
            "{}/graphql?operationName=A&extensions={}",
            app.url, encoded
        ))
        .header(ACCEPT, GRAPHQL);
    for (status, answer) in [
        (400, post(&app, &[("accept", GRAPHQL)], alone.clone()).await),
        (200, post(&app, &[("accept", JSON)], alone.clone()).await),
        (400, told(get).await),
    ] {
        let error = &answer.2["errors"][0];
        assert_eq!(answer.0, status, "{error}");
        assert_eq!(error["message"], "PersistedQueryNotSupported");
        assert_eq!(error["extensions"]["code"], "DOCUMENT_NOT_FOUND");
    }
    // What a client sends next.
    let whole =
        json!({ "query": "query A { __typename }", "operationName": "A", "extensions": hash });
    let (status, _, answer) = post(&app, &[("accept", GRAPHQL)], whole.to_string()).await;
    assert_eq!(
        (status, &answer["data"]["__typename"]),
        (200, &json!("Query"))
    );
}

async fn several_lines_of_a_header_are_one_list(app: App) {
    let document = "{ municipality(by: { code: \"FI-837\" }) { name } }";
    let body = json!({ "query": document }).to_string();
    for (heads, media, name) in [
        (
            vec![(ACCEPT.as_str(), "text/html"), (ACCEPT.as_str(), GRAPHQL)],
            GRAPHQL,
            "Tampere",
        ),
        (
            vec![
                (ACCEPT.as_str(), "application/json;q=0.5"),
                (ACCEPT.as_str(), GRAPHQL),
            ],
            GRAPHQL,
            "Tampere",
        ),
        (
            vec![
                (ACCEPT_LANGUAGE.as_str(), "de"),
                (ACCEPT_LANGUAGE.as_str(), "sv"),
            ],
            JSON,
            "Tammerfors",
        ),
        (
            vec![
                (ACCEPT_LANGUAGE.as_str(), "fi;q=0.1"),
                (ACCEPT_LANGUAGE.as_str(), "sv;q=0.5"),
            ],
            JSON,
            "Tammerfors",
        ),
    ] {
        let (status, answered, told) = post(&app, &heads, body.clone()).await;
        assert_eq!((status, answered.as_str()), (200, media), "{heads:?}");
        assert_eq!(told["data"]["municipality"]["name"], name, "{heads:?}");
    }
    // At the paths beside it too: HTML is not wanted where a GraphQL form is named.
    let document = reqwest::Client::new()
        .get(format!("{}/docs/errors", app.url))
        .header(ACCEPT, "application/json")
        .header(ACCEPT, "text/html");
    let response = document.send().await.unwrap();
    let media = response.headers()[CONTENT_TYPE].to_str().unwrap();
    assert!(!media.starts_with("text/html"), "{media}");
}

async fn codes_and_keys_are_found_in_any_case(app: App) {
    let manager = app.person(Role::ProgrammeManager, None).await;
    let named = async |document: &str| app.read(&manager, document, json!({})).await;
    for code in ["FI-837", "fi-837", "Fi-837"] {
        let told = named(&format!(
            "{{ municipality(by: {{ code: {code:?} }}) {{ code }} }}"
        ))
        .await;
        assert_eq!(told["municipality"]["code"], "FI-837", "{code}");
    }
    let id = named("{ municipality(by: { code: \"fi-837\" }) { id } }").await;
    let id = id["municipality"]["id"].clone();
    for (key, found) in [("FI", "FI"), ("fi", "FI")] {
        let told = named(&format!(
            "{{ programme(key: {key:?}) {{ key }} indicators(programme: {key:?}) {{ number }}
                apiClients(programme: {key:?}) {{ totalCount }} }}"
        ))
        .await;
        assert_eq!(told["programme"]["key"], found);
        assert_eq!(told["indicators"].as_array().unwrap().len(), 70);
    }
    let input = json!({ "programme": "fi", "municipalityId": id, "joinedOn": "2024-01-15", "agreementSignedOn": "2024-01-10" });
    app.done(&manager, "enrolMunicipality", input, "participation { id }")
        .await;

    // A cursor goes on however the filter is written.
    let page = async |key: &str, country: &str, after: Value| {
        let document = "query($filter: MunicipalityFilter, $after: String) {
            municipalities(first: 2, filter: $filter, after: $after) {
                totalCount pageInfo { endCursor } nodes { code } } }";
        let filter = json!({ "programme": { "in": [key] }, "countryCode": { "eq": country } });
        let variables = json!({ "filter": filter, "after": after });
        app.read(&manager, document, variables).await["municipalities"].clone()
    };
    let first = page("FI", "FI", Value::Null).await;
    assert_eq!(first, page("fi", "fi", Value::Null).await);
    assert_eq!(first["nodes"], json!([{ "code": "FI-837" }]));
    let next = page("fi", "Fi", first["pageInfo"]["endCursor"].clone()).await;
    assert_eq!(
        (&next["totalCount"], &next["nodes"]),
        (&json!(1), &json!([]))
    );

    let log = named("{ auditLog(filter: { programme: { eq: \"fi\" } }) { totalCount } }").await;
    let all = named("{ auditLog(filter: { programme: { eq: \"FI\" } }) { totalCount } }").await;
    assert!(log["auditLog"]["totalCount"].as_i64().unwrap() > 0);
    assert_eq!(log, all);
}

async fn a_filter_that_says_nothing_is_refused(app: App) {
    let manager = app.person(Role::ProgrammeManager, None).await;
    let lists = [
        ("municipalities", "MunicipalityFilter"),
        ("recognitionDecisions", "RecognitionDecisionFilter"),
        ("auditLog", "AuditEventFilter"),
    ];
    let ask = async |(list, kind): (&str, &str), filter: Value| {
        let document =
            format!("query($filter: {kind}) {{ {list}(filter: $filter) {{ totalCount }} }}");
        app.call(&manager, &document, json!({ "filter": filter }))
            .await
    };
    let neither = json!({ "eq": null, "in": null });
    for (list, name) in [
        (lists[0], "programme"),
        (lists[0], "region"),
        (lists[0], "kind"),
        (lists[0], "countryCode"),
        (lists[0], "recognitionStatus"),
        (lists[0], "isCurrent"),
        (lists[1], "programme"),
        (lists[1], "outcome"),
        (lists[1], "municipality"),
        (lists[2], "programme"),
        (lists[2], "municipalityId"),
        (lists[2], "targetId"),
        (lists[2], "action"),
        (lists[2], "accountId"),
    ] {
        for says_nothing in [neither.clone(), json!({}), json!({ "eq": null })] {
            let answer = ask(list, json!({ name: says_nothing })).await;
            assert_eq!(answer.codes(list.0), ["BAD_USER_INPUT"], "{name}");
            let message = answer.body["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains("leave the filter out"), "{message}");
        }
        // Left out, or null itself, it finds any.
        let answer = ask(list, json!({ name: null })).await;
        assert!(answer.body["errors"].is_null(), "{}", answer.body);
    }
    let milestone = json!({ "milestone": { "code": "START", "status": neither } });
    let answer = ask(lists[0], milestone).await;
    assert_eq!(answer.codes("municipalities"), ["BAD_USER_INPUT"]);
    let answer = ask(lists[2], json!({ "at": { "gte": null, "lt": null } })).await;
    assert_eq!(answer.codes("auditLog"), ["BAD_USER_INPUT"]);
}
