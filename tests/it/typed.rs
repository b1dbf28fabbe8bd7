//! A client that the compiler types: `graphql_client` makes Rust of the schema and of the documents
//! that clients send.

use graphql_client::{GraphQLQuery, Response};
use serde::de::DeserializeOwned;

use crate::{
    harness::{App, Person, on_both_databases},
    world::World,
};

type Date = String;
type Decimal = String;

macro_rules! documents {
    ($($name:ident $path:tt)+) => {$(
        #[derive(GraphQLQuery)]
        #[graphql(schema_path = "../schema.graphql", query_path = $path, response_derives = "Debug")]
        struct $name;
    )+};
}

documents! {
    Answer "contract/answer.graphql"
    Dashboard "contract/dashboard.graphql"
    Directory "contract/directory.graphql"
    Overview "contract/overview.graphql"
    Register "contract/recognise.graphql"
}

on_both_databases! {
    a_typed_client_reads_and_answers
}

async fn ask<Q: GraphQLQuery>(app: &App, who: &Person, variables: Q::Variables) -> Q::ResponseData
where
    Q::ResponseData: DeserializeOwned,
{
    let body = Q::build_query(variables);
    let mut request = reqwest::Client::new()
        .post(format!("{}/graphql", app.url))
        .json(&body);
    if let Some(token) = &who.token {
        request = request.bearer_auth(token);
    }
    let response: Response<Q::ResponseData> = request.send().await.unwrap().json().await.unwrap();
    assert!(response.errors.is_none(), "{:?}", response.errors);
    response.data.unwrap()
}

async fn a_typed_client_reads_and_answers(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let listed = ask::<Directory>(&app, &app.public(), directory::Variables { after: None }).await;
    assert_eq!(listed.municipalities.nodes[0].name, "Tampere");
    let input = answer::AnswerIndicatorInput {
        item_id: assessment["items"][0]["id"].as_str().unwrap().to_owned(),
        answer: Some(answer::Answer::LEVEL),
        level: Some(3),
        comment: None,
        not_applicable_reason: None,
        clear: None,
        expected_version: 1,
        idempotency_key: None,
        validate_only: false,
    };
    let answered = ask::<Answer>(&app, &world.coordinator, answer::Variables { input }).await;
    assert_eq!(
        answered.answer_indicator.unwrap().item.unwrap().level,
        Some(3)
    );
    let code = "FI-837".to_owned();
    let dashboard = ask::<Dashboard>(&app, &world.coordinator, dashboard::Variables { code }).await;
    assert!(dashboard.municipality.is_some());
    ask::<Overview>(&app, &world.adviser, overview::Variables { after: None }).await;
    let first = register::Variables {
        first: None,
        after: None,
    };
    assert!(
        ask::<Register>(&app, &app.public(), first)
            .await
            .recognition_decisions
            .nodes
            .is_empty()
    );
}
