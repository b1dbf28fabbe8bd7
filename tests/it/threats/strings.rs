//! Row Z8: hostile texts in every place that takes a text. Each is kept as it is or refused in a
//! sentence, and none is an order to the database.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::inside_is_not_told;
use crate::{
    harness::{App, Person, on_both_databases},
    world::World,
};

on_both_databases! {
    z8_no_text_breaks_a_reading
    z8_no_text_breaks_a_writing
    z8_what_is_kept_is_kept_to_the_letter
    z8_a_wildcard_is_a_letter
    z8_bytes_that_are_no_text_are_refused
}

const WORDS: [&str; 44] = [
    "'",
    "''",
    "\"",
    "\\",
    "\\'",
    "\\\\",
    "`",
    ";",
    "--",
    "/*",
    "*/",
    "#",
    "$1",
    "$$",
    "?1",
    ":a",
    "@p0",
    "' or '1'='1",
    "' or 1=1 --",
    "'; drop table municipality; --",
    "') union select id from account --",
    "1; select pg_sleep(9)",
    "' || (select digest from client_secret) || '",
    "E'\\000'",
    "x' and randomblob(99999999) --",
    "%",
    "_",
    "%%",
    "100%",
    "a_c",
    "\\%",
    "[a-z]",
    "*",
    "\u{a0}x\u{3000}",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "$(id)",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "=cmd|'/c calc'!A1",
    "%s%n%x",
    "\\u0000",
    "null",
    "1e999",
];

/// Texts that a database, a log, a page or a reader could trip over.
fn corpus() -> Vec<String> {
    let mut texts: Vec<String> = WORDS.map(str::to_owned).into();
    let codes = (0x00..0x20).chain(0x7f..=0x9f);
    let control = codes.filter_map(char::from_u32);
    let marks = "\u{200b}\u{200e}\u{200f}\u{061c}\u{202a}\u{202d}\u{202e}\u{2066}\u{2069}\u{2028}\u{feff}\u{fffd}\u{fffe}\u{10ffff}\u{e0001}\u{1f469}\u{200d}";
    texts.extend(control.chain(marks.chars()).map(|mark| format!("a{mark}b")));
    texts.extend(
        [100, 101, 255, 256, 300, 301, 4_000, 4_001, 60_000].map(|length| "x".repeat(length)),
    );
    texts.push(format!("a{}", "\u{301}".repeat(500)));
    texts.push("\u{1f600}".repeat(4_001));
    texts.push("\"{[(".repeat(64));
    texts
}

/// Whether a text is kept: the rule of the contract, in the words of this test.
fn is_kept(text: &str) -> bool {
    let is_hidden = |c: char| {
        (c.is_control() && !"\n\r\t".contains(c))
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    text.chars().count() <= 4_000 && !text.chars().any(is_hidden)
}

/// Nothing broke, and whatever is refused is refused for what was sent.
pub(super) async fn is_answered(
    app: &App,
    who: &Person,
    document: &str,
    variables: Value,
) -> Value {
    let answer = app.call(who, document, variables.clone()).await;
    let told = format!("{document} {variables} {}", answer.body);
    let told = told.chars().take(600).collect::<String>();
    assert!(
        matches!(answer.status, 200 | 400),
        "{} {told}",
        answer.status
    );
    for error in answer.body["errors"].as_array().into_iter().flatten() {
        let code = error["extensions"]["code"].as_str().unwrap();
        let expected = ["BAD_USER_INPUT", "NOT_FOUND", "INVALID_CURSOR"];
        assert!(
            expected.contains(&code) || document.contains("accessCheck"),
            "{told}"
        );
    }
    answer.body
}

const READINGS: [&str; 16] = [
    "municipality(by: { code: $s }) { id }",
    "municipality(by: { id: $t }) { id }",
    "node(id: $t) { id }",
    "nodes(ids: [$t]) { id }",
    "municipalities(search: $s, first: 1) { totalCount }",
    "municipalities(after: $s, first: 1) { totalCount }",
    "municipalities(filter: { programme: { eq: $s } }, first: 1) { totalCount }",
    "municipalities(filter: { region: { in: [$s] } }, first: 1) { totalCount }",
    "municipalities(filter: { countryCode: { eq: $s } }, first: 1) { totalCount }",
    "municipalities(filter: { milestone: { code: $s } }, first: 1) { totalCount }",
    "recognitionDecisions(filter: { municipality: { eq: $s } }, first: 1) { totalCount }",
    "programme(key: $s) { id }",
    "indicators(programme: $s, theme: $s) { id }",
    "signInOptions(municipality: { code: $s }) { issuer }",
    "auditLog(filter: { programme: { eq: $s }, targetId: { eq: $t } }, first: 1) { totalCount }",
    "accessCheck(document: $s) { coordinates { coordinate } }",
];

async fn z8_no_text_breaks_a_reading(app: App) {
    let world = World::of(&app, "FI-837").await;
    let texts = corpus();
    assert!(texts.len() >= 120, "{}", texts.len());
    for text in texts {
        let asked = READINGS.map(|field| {
            let is_id = field.contains("$t");
            let declared = match (field.contains("$s"), is_id) {
                (true, true) => "$s: String!, $t: ID!",
                (true, false) => "$s: String!",
                _ => "$t: ID!",
            };
            let document = format!("query({declared}) {{ {field} }}");
            let variables = json!({ "s": text, "t": text });
            let (app, manager) = (&app, &world.manager);
            async move { is_answered(app, manager, &document, variables).await }
        });
        for body in join_all(asked).await {
            assert!(!body.to_string().contains("acc_"), "{body}");
        }
    }
}

async fn z8_no_text_breaks_a_writing(app: App) {
    let world = World::of(&app, "FI-837").await;
    let place = world.ask(&world.manager, "id").await["id"].clone();
    let written = app.count("audit_event").await;
    for text in corpus() {
        let attempts = [
            (
                "inviteAccount",
                json!({ "name": text, "email": text, "programme": text, "role": "ADVISER" }),
            ),
            (
                "inviteAccount",
                json!({ "id": text, "name": "x", "programme": "FI", "role": "ADVISER" }),
            ),
            (
                "addApiClient",
                json!({ "name": text, "programme": "FI", "scopes": [text], "origins": [text], "publicKey": text }),
            ),
            (
                "addResponsibleEntity",
                json!({ "name": text, "kind": "COMMITTEE", "municipalityId": place, "programme": text }),
            ),
            (
                "enrolMunicipality",
                json!({ "programme": text, "municipalityId": place }),
            ),
            (
                "enrolMunicipality",
                json!({ "programme": "FI", "municipalityId": text }),
            ),
            (
                "enrolMunicipality",
                json!({ "programme": "FI", "municipalityId": place, "joinedOn": text }),
            ),
            ("acceptInvitation", json!({ "code": text })),
            (
                "grantMembership",
                json!({ "accountId": text, "programme": text, "role": "ADVISER" }),
            ),
        ];
        let asked = attempts.map(|(name, mut input)| {
            input["validateOnly"] = true.into();
            let kind = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
            let document = format!("mutation($input: {kind}!) {{ {name}(input: $input) {{ userErrors {{ code message }} }} }}");
            let (app, manager) = (&app, &world.manager);
            async move { is_answered(app, manager, &document, json!({ "input": input })).await }
        });
        join_all(asked).await;
    }
    assert_eq!(app.count("audit_event").await, written);
}

async fn z8_what_is_kept_is_kept_to_the_letter(app: App) {
    let world = World::of(&app, "FI-837").await;
    let cycle = world.started().await;
    let assessment = world.assessment(&cycle, "BASELINE").await;
    let (item, mut version) = (&assessment["items"][0]["id"], 1);
    let document = "mutation($input: AnswerIndicatorInput!) { answerIndicator(input: $input) {
        item { version comment } userErrors { code path } } }";
    for text in corpus() {
        let input = json!({ "itemId": item, "comment": text, "expectedVersion": version });
        let body = is_answered(
            &app,
            &world.coordinator,
            document,
            json!({ "input": input }),
        )
        .await;
        let payload = &body["data"]["answerIndicator"];
        let faults = payload["userErrors"].as_array().unwrap();
        if is_kept(&text) {
            assert_eq!(faults.len(), 0, "{text:?} {body}");
            assert_eq!(payload["item"]["comment"], text.trim(), "{text:?}");
            version = payload["item"]["version"].as_i64().unwrap();
            continue;
        }
        assert_eq!(faults[0]["path"], json!(["comment"]), "{text:?}");
        assert!(
            ["INVALID", "TOO_LONG"]
                .map(|code| faults[0]["code"] == code)
                .contains(&true),
            "{body}"
        );
    }
    assert!(app.count("municipality").await > 300);
}

async fn z8_a_wildcard_is_a_letter(app: App) {
    let found = async |text: &str| {
        let document = "query($s: String!) { municipalities(search: $s) { totalCount } }";
        let data = app
            .read(&app.public(), document, json!({ "s": text }))
            .await;
        data["municipalities"]["totalCount"].as_i64().unwrap()
    };
    assert_eq!(found("Tamper").await, 1);
    for text in [
        "%",
        "_",
        "%amper",
        "T_mpere",
        "Tamper%",
        "\\",
        "[T]ampere",
        "T*",
    ] {
        assert_eq!(found(text).await, 0, "{text}");
    }
}

async fn z8_bytes_that_are_no_text_are_refused(app: App) {
    let bodies: [&[u8]; 9] = [
        b"{\"query\":\"{ __typename }\",\"variables\":{\"s\":\"\\ud800\"}}",
        b"{\"query\":\"{ __typename }\",\"variables\":{\"s\":\"\\udfff\\ud800\"}}",
        b"{\"query\":\"{ __typename }\",\"variables\":{\"s\":\"\\ud800x\"}}",
        b"{\"query\":\"{ __typename }\",\"variables\":{\"s\":\"\xff\"}}",
        b"{\"query\":\"{ __typename }\",\"variables\":{\"s\":\"\xc0\x80\"}}",
        b"{\"query\":\"{ __typename }\",\"variables\":{\"s\":\"\xed\xa0\x80\"}}",
        b"{\"query\":\"{ __typename }\",\"variables\":{\"s\":\"\x00\"}}",
        b"{\"query\":\"{ __typename \xe2\x82 }\"}",
        b"\xff\xfe{\0}\0",
    ];
    for body in bodies {
        let request = reqwest::Client::new()
            .post(format!("{}/graphql", app.url))
            .header("content-type", "application/json")
            .body(body.to_vec());
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 400, "{}", body.escape_ascii());
        let text = response.text().await.unwrap();
        inside_is_not_told(&text);
        assert!(text.contains("BAD_REQUEST"), "{text}");
    }
}
