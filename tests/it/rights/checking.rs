//! `accessCheck`: what of a document somebody could use, without running it.

use entity::account::Role;
use serde_json::{Value, json};

use super::machine;
use crate::{
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    each_coordinate_is_allowed_redacted_or_denied
    what_is_of_persons_of_the_log_or_of_hidden_rows_is_judged_by_role
    nothing_of_a_checked_document_is_executed
    a_document_that_would_be_refused_is_refused
    asking_costs_a_tenth_of_the_document
}

const CHECK: &str = "query Check($document: String!, $operation: String) {
    accessCheck(document: $document, operationName: $operation) {
        outcome coordinates { coordinate outcome class requiredRoles requiredScopes } } }";

async fn check(app: &App, who: &Person, document: &str, operation: Option<&str>) -> Value {
    let variables = json!({ "document": document, "operation": operation });
    app.call(who, CHECK, variables).await.body
}

/// The outcome of one coordinate, and of the whole.
async fn outcome(app: &App, who: &Person, document: &str, coordinate: &str) -> [Value; 2] {
    let body = check(app, who, document, None).await;
    let told = &body["data"]["accessCheck"];
    let mut all = told["coordinates"].as_array().into_iter().flatten();
    let one = all.find(|one| one["coordinate"] == coordinate);
    [one.unwrap()["outcome"].clone(), told["outcome"].clone()]
}

const ITEMS: &str = "query Ask($id: ID!) { node(id: $id) { ...Whole } }
    fragment Whole on Assessment { id items { id } municipality { name } }";
const SUBMIT: &str = "mutation Submit($input: SubmitAssessmentInput!) {
    submitAssessment(input: $input) { assessment { id } } }";

async fn each_coordinate_is_allowed_redacted_or_denied(app: App) {
    let coordinator = app.person(Role::Coordinator, Some("FI-837")).await;
    let adviser = app.person(Role::Adviser, Some("FI-837")).await;
    let reads = machine(&app, "FI-837", &["assessments:read"]).await.caller;
    let plans = machine(&app, "FI-837", &["plans:read"]).await.caller;
    let public = app.public();
    for (who, expected) in [
        (&coordinator, "ALLOWED"),
        (&adviser, "ALLOWED"),
        (&reads, "ALLOWED"),
        (&plans, "REDACTED"),
        (&public, "REDACTED"),
    ] {
        let found = outcome(&app, who, ITEMS, "Assessment.items").await;
        assert_eq!(found, [expected, expected], "{who:?}");
        let [found, _] = outcome(&app, who, ITEMS, "Municipality.name").await;
        assert_eq!(found, "ALLOWED");
    }
    for (who, expected) in [
        (&coordinator, "ALLOWED"),
        (&adviser, "DENIED"),
        (&reads, "DENIED"),
        (&public, "DENIED"),
    ] {
        let found = outcome(&app, who, SUBMIT, "Mutation.submitAssessment").await;
        assert_eq!(found, [expected, expected], "{who:?}");
    }
    let body = check(&app, &public, SUBMIT, None).await;
    let told = &body["data"]["accessCheck"]["coordinates"];
    let expected = json!([
        { "coordinate": "Assessment.id", "outcome": "ALLOWED", "class": "PUBLIC",
          "requiredRoles": [], "requiredScopes": [] },
        { "coordinate": "Mutation.submitAssessment", "outcome": "DENIED", "class": null,
          "requiredRoles": ["COORDINATOR"], "requiredScopes": ["assessments:write"] },
        { "coordinate": "SubmitAssessmentPayload.assessment", "outcome": "ALLOWED",
          "class": "PUBLIC", "requiredRoles": [], "requiredScopes": [] },
    ]);
    assert_eq!(*told, expected);
}

async fn what_is_of_persons_of_the_log_or_of_hidden_rows_is_judged_by_role(app: App) {
    let home = Some("FI-837");
    let machine = machine(&app, "FI-837", &["assessments:read", "municipalities:read"]).await;
    let people = [
        app.public(),
        app.person(Role::Coordinator, home).await,
        app.person(Role::SteeringMember, home).await,
        app.person(Role::Adviser, home).await,
        app.person(Role::DecidingBody, None).await,
        app.person(Role::SystemAdministrator, None).await,
        machine.caller,
    ];
    let of = |kind: &str, field: &str| {
        format!(
            "{{ node(id: \"mun_01h455vb4pex5vsknk084sn02q\") {{ ... on {kind} {{ {field} }} }} }}"
        )
    };
    let document = |coordinate: &str| match coordinate.split_once('.').unwrap() {
        (kind, "memberships" | "assignee") => {
            of(kind, &format!("{} {{ id }}", &coordinate[kind.len() + 1..]))
        }
        (kind, "history") => of(kind, "history { totalCount }"),
        (kind, field) => of(kind, field),
    };
    // The letters of public, coordinator, steering member, adviser, deciding body, administrator, machine.
    for (coordinate, letters) in [
        ("AssessmentItem.level", "RAAAARA"),
        ("AssessmentItem.assignee", "RAARRRR"),
        ("AssessmentItem.history", "RARAARR"),
        ("Municipality.memberships", "RAAARAR"),
        ("Municipality.history", "RARAAAR"),
        ("Membership.role", "RAAAAAA"),
        ("Account.name", "RAAAAAR"),
        ("Account.history", "RARAAAR"),
        ("AuditEvent.at", "RARAAAR"),
        ("ApiClient.name", "RRRRRRR"),
        ("ActionPlan.vision", "AAAAAAA"),
        ("ActionPlan.returnReason", "RAAAARR"),
    ] {
        let mut found = String::new();
        for who in &people {
            let document = document(coordinate);
            let [one, _] = outcome(&app, who, &document, coordinate).await;
            found.push_str(&one.as_str().unwrap()[..1]);
        }
        assert_eq!(found, letters, "{coordinate}");
    }
    let body = check(
        &app,
        &people[6],
        &document("Municipality.memberships"),
        None,
    )
    .await;
    let told = body["data"]["accessCheck"]["coordinates"]
        .as_array()
        .unwrap()
        .iter();
    let mut told = told.filter(|one| one["coordinate"] == "Municipality.memberships");
    assert_eq!(
        told.next().unwrap()["requiredScopes"],
        json!(["accounts:read"])
    );
}

async fn nothing_of_a_checked_document_is_executed(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let start = format!(
        "mutation {{ startAssessment(input: {{ cycleId: {}, kind: BASELINE }}) {{ assessment {{ id }} }} }}",
        cycle["id"]
    );
    let variables = json!({ "document": start, "operation": null });
    let statements = app.statements(&world.coordinator, CHECK, variables).await;
    assert!(
        !statements.iter().any(|sql| sql.contains("\"assessment\"")),
        "{statements:?}"
    );
    assert_eq!(app.count("assessment").await, 0);
    let names = "{ municipalities(first: 3) { nodes { name items: id } } }";
    let variables = json!({ "document": names, "operation": null });
    let statements = app.statements(&app.public(), CHECK, variables).await;
    assert_eq!(statements, [""; 0]);
}

async fn a_document_that_would_be_refused_is_refused(app: App) {
    let public = app.public();
    let deep = format!("{{ {} name {} }}", "a { ".repeat(40), "} ".repeat(40));
    let edges: String = (0..25)
        .map(|at| format!("a{at}: successor {{ id }} "))
        .collect();
    let wide = format!("{{ municipalities(first: 100) {{ nodes {{ {edges} }} }} }}");
    let cycle = "{ municipality(by: { code: \"FI-837\" }) { ...A } } \
        fragment A on Municipality { successor { ...A } }";
    for (document, operation, expected) in [
        ("{ municipality", None, "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", None, "GRAPHQL_VALIDATION_FAILED"),
        (
            "{ viewer { roles } ...A }",
            None,
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (cycle, None, "GRAPHQL_VALIDATION_FAILED"),
        (
            "query A { viewer { roles } } query B { viewer { scopes } }",
            None,
            "OPERATION_RESOLUTION_FAILURE",
        ),
        (
            "query A { viewer { roles } }",
            Some("C"),
            "OPERATION_RESOLUTION_FAILURE",
        ),
        (&deep, None, "MAX_RECURSION_LIMIT"),
        (&wide, None, "QUERY_TOO_COMPLEX"),
    ] {
        let body = check(&app, &public, document, operation).await;
        let code = &body["errors"][0]["extensions"]["code"];
        assert_eq!(*code, expected, "{document}\n{body}");
        assert_eq!(body["data"], Value::Null);
    }
    let named = "query A { viewer { roles } } mutation B($input: EndMembershipInput!) {
        endMembership(input: $input) { membership { id } } }";
    for (operation, expected) in [("A", "ALLOWED"), ("B", "DENIED")] {
        let body = check(&app, &public, named, Some(operation)).await;
        assert_eq!(body["data"]["accessCheck"]["outcome"], expected, "{body}");
    }
}

/// What a check of this document was charged, its list of coordinates left out.
async fn points(app: &App, document: &str) -> [u64; 2] {
    let asked = "query($document: String!) { accessCheck(document: $document) { outcome } }";
    let variables = json!({ "document": document });
    let body = app.call(&app.public(), asked, variables).await.body;
    let cost = &body["extensions"]["cost"];
    ["requested", "actual"].map(|which| cost[which].as_u64().unwrap())
}

async fn asking_costs_a_tenth_of_the_document(app: App) {
    let hundred = "{ municipalities(first: 100) { nodes { code } } }";
    assert_eq!(points(&app, hundred).await, [11, 11], "of 101");
    assert_eq!(points(&app, "{ viewer { scopes } }").await, [1, 1]);
    assert_eq!(points(&app, "{ viewer").await, [1, 1], "unreadable");
    let nested = format!("{{ accessCheck(document: \"\"\"{hundred}\"\"\") {{ outcome }} }}");
    assert_eq!(points(&app, &nested).await, [1, 1], "asked about alone");
    let written = format!(
        "{{ one: accessCheck(document: \"\"\"{hundred}\"\"\") {{ outcome }}
            two: accessCheck(document: \"\"\"{hundred}\"\"\") {{ outcome }}
            rateLimit(dryRun: true) {{ cost }} }}"
    );
    let read = app.read(&app.public(), &written, json!({})).await;
    assert_eq!(read["rateLimit"]["cost"], 23, "told beforehand");
}
