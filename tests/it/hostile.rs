//! A thousand hostile requests: each has its code, the server lives on, memory stays flat.

use serde_json::{Value, json};

use crate::{
    harness::{App, on_both_databases},
    threats::resident,
};

on_both_databases! {
    every_hostile_request_has_its_code
}

fn fragments(levels: usize) -> String {
    let chain: String = (0..levels)
        .map(|n| {
            format!(
                "fragment f{n} on Query {{ ...f{next} ...f{next} }} ",
                next = n + 1
            )
        })
        .collect();
    format!("{{ ...f0 }} {chain} fragment f{levels} on Query {{ __typename }}")
}

fn nested(levels: usize) -> String {
    let open = "successor { ".repeat(levels);
    format!(
        "{{ municipality(by: {{ code: \"FI-837\" }}) {{ {open} id {} }} }}",
        "} ".repeat(levels)
    )
}

/// Documents with the code they are refused with.
fn documents() -> Vec<(String, &'static str)> {
    let mut documents = Vec::new();
    for n in 0..60 {
        let aliases: String = (0..=30 + n).map(|a| format!("a{a}: __typename ")).collect();
        documents.push((format!("{{ {aliases} }}"), "MAX_ALIASES_LIMIT"));
        documents.push((nested(11 + n % 15), "MAX_DEPTH_LIMIT"));
        documents.push((fragments(14 + n % 17), "QUERY_TOO_COMPLEX"));
        documents.push((
            "{ a(".to_owned() + &"[".repeat(33 + n * 50),
            "MAX_RECURSION_LIMIT",
        ));
        documents.push((
            format!("{{ __typename {} }}", "@skip(if: false)".repeat(51 + n)),
            "MAX_DIRECTIVES_LIMIT",
        ));
        documents.push((
            format!("{{ {} }}", "x ".repeat(5_001 + n)),
            "MAX_TOKENS_LIMIT",
        ));
        documents.push((
            format!(
                "{{ municipalities(first: {}) {{ nodes {{ id }} }} }}",
                101 + n
            ),
            "PAGE_SIZE_EXCEEDED",
        ));
        documents.push((format!("{{ unknown{n} }}"), "GRAPHQL_VALIDATION_FAILED"));
        documents.push((format!("{{ broken{n} "), "GRAPHQL_PARSE_FAILED"));
        documents.push((
            format!("{{ node(id: \"no id {n}\") {{ id }} }}"),
            "BAD_USER_INPUT",
        ));
    }
    documents.push((
        format!(
            "{{ {} }}",
            (0..10_000)
                .map(|n| format!("a{n}: __typename "))
                .collect::<String>()
        ),
        "MAX_TOKENS_LIMIT",
    ));
    documents.push(("{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }".to_owned(), "MAX_INTROSPECTION_DEPTH"));
    documents
}

async fn every_hostile_request_has_its_code(app: App) {
    let mut count = 0;
    let before = resident();
    for (document, code) in documents() {
        let answer = app.call(&app.public(), &document, json!({})).await;
        assert_eq!(
            answer.status,
            400,
            "{code} {}",
            &document[..document.len().min(80)]
        );
        assert_eq!(
            answer.body["errors"][0]["extensions"]["code"],
            code,
            "{}",
            &document[..document.len().min(80)]
        );
        assert!(answer.body.get("data").is_none());
        count += 1;
    }
    for n in 0..40 {
        count += transport(&app, n).await;
    }
    for token in forged() {
        let mut who = app.public();
        who.token = Some(token.clone());
        let answer = app.call(&who, "{ __typename }", json!({})).await;
        assert_eq!(
            (answer.status, answer.codes("")),
            (401, vec!["UNAUTHENTICATED".to_owned()]),
            "{token}"
        );
        count += 1;
    }
    assert!(count >= 1_000, "{count} requests");
    assert!(
        resident() < before + 64 * 1024,
        "memory grew from {before} to {} KiB",
        resident()
    );
    let alive = app
        .read(&app.public(), "{ viewer { roles } }", json!({}))
        .await;
    assert_eq!(alive["viewer"]["roles"], json!(["PUBLIC"]));
}

/// Requests that are wrong before they are GraphQL.
async fn transport(app: &App, n: usize) -> usize {
    let client = reqwest::Client::new();
    let url = format!("{}/graphql", app.url);
    let accept = "application/graphql-response+json";
    let post = || client.post(&url).header("accept", accept);
    let json_body = || post().header("content-type", "application/json");
    let requests = [
        (
            json_body().body(format!("{{\"query\": {n}}}")),
            400,
            "BAD_REQUEST",
        ),
        (
            json_body().body("not json".repeat(n + 1)),
            400,
            "BAD_REQUEST",
        ),
        (
            json_body().body("[{\"query\":\"{ __typename }\"}]"),
            400,
            "BATCH_REJECTED",
        ),
        (
            json_body().body(" ".repeat(256 * 1024 + 1 + n)),
            413,
            "PAYLOAD_TOO_LARGE",
        ),
        (
            post()
                .header("content-type", "text/plain")
                .body("{ __typename }"),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            post().body("{\"query\":\"{ __typename }\"}"),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            json_body().header("content-encoding", "gzip").body("{}"),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            client.put(&url).header("accept", accept),
            405,
            "METHOD_NOT_ALLOWED",
        ),
        (
            client
                .get(format!("{url}?query=mutation%7B__typename%7D"))
                .header("accept", accept),
            405,
            "METHOD_NOT_ALLOWED",
        ),
        (
            client
                .post(&url)
                .header("accept", "image/png")
                .header("content-type", "application/json")
                .body("{\"query\":\"{ __typename }\"}"),
            406,
            "NOT_ACCEPTABLE",
        ),
    ];
    let count = requests.len();
    for (request, status, code) in requests {
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{code}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], code);
        assert!(body["errors"][0]["extensions"]["requestId"].is_string());
    }
    count
}

/// Tokens that nobody signed.
fn forged() -> Vec<String> {
    let header = |text: &str| base64(text);
    let claims = base64(
        "{\"iss\":\"cfc\",\"aud\":\"cfc\",\"sub\":\"acc_01h455vb4pex5vsknk084sn02q\",\"iat\":1,\"exp\":9999999999}",
    );
    let mut tokens = vec![
        "x".to_owned(),
        "a.b.c".to_owned(),
        "..".to_owned(),
        "A".repeat(9_000),
    ];
    for algorithm in ["none", "None", "HS256", "RS256", "ES256", "EdDSA"] {
        for kid in ["", "../../etc/passwd", "' OR 1=1 --", "0190"] {
            let head = header(&format!(
                "{{\"alg\":\"{algorithm}\",\"typ\":\"at+jwt\",\"kid\":\"{kid}\"}}"
            ));
            tokens.push(format!("{head}.{claims}."));
            tokens.push(format!("{head}.{claims}.{}", "A".repeat(86)));
        }
    }
    tokens
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}
