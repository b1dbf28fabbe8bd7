//! Documents that were judged wrongly once, and what the executor is given of them.

use async_graphql::{
    Value,
    parser::types::{DocumentOperations, Selection, SelectionSet},
};
use serde_json::json;

use super::*;

const SDL: &str = r#"
    scalar Date
    scalar Decimal
    interface Node { id: ID! }
    type Query { town(by: Ref, day: Date): Town node(id: ID!): Node list(of: [Int!], kind: Kind, at: Range! = {from: 1}): [Town!]! sum(of: Decimal): Int! }
    type Town implements Node { id: ID! name(locale: String! = "fi"): String! mayor: Person twin: Town }
    type Person implements Node { id: ID! name: String! age: Int }
    type Mutation { rename(input: Rename!): Town }
    input Rename { id: ID! name: String! dry: Boolean! = false note: String ranges: [Range!] }
    input Range { from: Int! to: Int }
    input Ref @oneOf { id: ID code: String }
    enum Kind { SMALL LARGE }
"#;

const ID: &str = "mun_01h455vb4pex5vsknk084sn02q";

fn language() -> Language {
    Language::of(SDL)
}

fn prepared(text: &str, variables: serde_json::Value) -> Result<SelectionSet, Vec<ServerError>> {
    let language = language();
    let draft = language.draft(text).map_err(|error| vec![error])?;
    let document = language.validated(draft, text)?;
    let operation = chosen(document.get(), None).map_err(|failure| vec![refusal(failure)])?;
    let sent = Variables::from_json(variables);
    let variables = language.coerced(operation, &sent)?;
    let lowered = language.lowered(&document, operation, &variables);
    let lowered = lowered.map_err(|failure| vec![refusal(failure)])?;
    let DocumentOperations::Single(operation) = lowered.document.operations else {
        panic!("one operation was lowered to several");
    };
    let mut roots = operation.node.selection_set.node;
    bind(&mut roots, &variables);
    Ok(roots)
}

/// The lowered operation as text.
fn text_of(set: &SelectionSet) -> String {
    let parts = set.items.iter().map(|item| match &item.node {
        Selection::Field(field) => {
            let field = &field.node;
            let alias = field.alias.as_ref();
            let alias = alias.map_or(String::new(), |alias| format!("{}:", alias.node));
            let arguments = field.arguments.iter();
            let arguments: Vec<_> = arguments
                .map(|(name, value)| format!("{}:{}", name.node, value.node))
                .collect();
            let arguments = if arguments.is_empty() {
                String::new()
            } else {
                format!("({})", arguments.join(","))
            };
            let below = if field.selection_set.node.items.is_empty() {
                String::new()
            } else {
                format!("{{{}}}", text_of(&field.selection_set.node))
            };
            format!("{alias}{}{arguments}{below}", field.name.node)
        }
        Selection::InlineFragment(inline) => {
            let on = inline.node.type_condition.as_ref().unwrap();
            format!(
                "...{}{{{}}}",
                on.node.on.node,
                text_of(&inline.node.selection_set.node)
            )
        }
        Selection::FragmentSpread(_) => panic!("a fragment is left"),
    });
    parts.collect::<Vec<_>>().join(" ")
}

fn lower(text: &str, variables: serde_json::Value) -> String {
    match prepared(text, variables) {
        Ok(set) => text_of(&set),
        Err(errors) => panic!("{text}: {errors:?}"),
    }
}

/// The code of the first error.
fn code(text: &str, variables: serde_json::Value) -> String {
    let errors = prepared(text, variables).err().unwrap_or_default();
    let code = errors
        .first()
        .and_then(|error| error.extensions.as_ref()?.get("code").cloned());
    match code {
        Some(Value::String(code)) => code,
        _ => "VALID".to_owned(),
    }
}

const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";
const WRONG: &str = "BAD_USER_INPUT";
const UNREAD: &str = "GRAPHQL_PARSE_FAILED";

#[test]
fn the_schema_in_force_is_valid() {
    let schema = crate::schema::Schema::new();
    let read = apollo_compiler::Schema::parse_and_validate(schema.sdl(), "schema.graphql");
    assert!(
        read.is_ok(),
        "{:?}",
        read.err().map(|wrong| wrong.errors.to_string())
    );
    let own = without_descriptions(schema.sdl());
    assert_eq!(own.lines().count(), schema.sdl().lines().count());
    let same = apollo_compiler::Schema::parse(&own, "schema.graphql").unwrap();
    assert_eq!(same.types.len(), read.unwrap().types.len());
}

#[test]
fn fields_are_merged_in_the_order_in_which_they_are_collected() {
    for (text, lowered) in [
        (
            "{ town { id } ...A } fragment A on Query { town { twin { id } } town { id twin { name } } }",
            "town{id twin{id name}}",
        ),
        (
            "{ town { mayor { age } ... { id mayor { name age } } } }",
            "town{mayor{age name} id}",
        ),
        ("{ a: town { id } town { id } }", "a:town{id} town{id}"),
        ("{ town { id @skip(if: true) } }", "town{:__typename}"),
        ("{ __typename @skip(if: true) }", ":__typename"),
        (
            "{ town { id @include(if: false) twin { id } id } }",
            "town{twin{id} id}",
        ),
        (
            "{ town { ...A ...A } } fragment A on Town { id ...B } fragment B on Node { id __typename }",
            "town{id __typename}",
        ),
    ] {
        assert_eq!(lower(text, json!({})), lowered, "{text}");
    }
}

#[test]
fn each_type_of_an_object_has_its_own_fields() {
    let node = |set: &str| format!("{{ node(id: \"{ID}\") {{ {set} }} }}");
    let at = format!("node(id:\"{ID}\")");
    assert_eq!(
        lower(&node("id ... on Node { __typename id }"), json!({})),
        format!("{at}{{id __typename}}")
    );
    assert_eq!(
        lower(
            &node("... on Town { name } id ... on Person { age name }"),
            json!({})
        ),
        format!("{at}{{...Town{{name id :__typename}} ...Person{{id age name :__typename}}}}")
    );
    assert_eq!(
        lower(&node("... on Town { name }"), json!({})),
        format!("{at}{{...Town{{name :__typename}} ...Person{{:__typename}}}}")
    );
}

#[test]
fn variables_decide_and_what_is_unset_is_left_out() {
    let text = "query($dry: Boolean = true, $day: Date, $code: String!) { town(by: {code: $code}, day: $day) { id @skip(if: $dry) name } }";
    assert_eq!(
        lower(text, json!({"code": "FI"})),
        r#"town(by:{code: "FI"}){name}"#
    );
    assert_eq!(
        lower(
            text,
            json!({"code": "FI", "dry": false, "day": "2026-01-01"})
        ),
        r#"town(by:{code: "FI"},day:"2026-01-01"){id name}"#
    );
    assert_eq!(code(text, json!({})), WRONG);
    assert_eq!(code(text, json!({"code": "x", "dry": null})), WRONG);
    let list =
        "query($n: Int! = 5, $to: Int) { list(of: [1, $n], at: {from: $n, to: $to}) { id } }";
    assert_eq!(lower(list, json!({})), "list(of:[1, 5],at:{from: 5}){id}");
    // A default of the schema is the executor's; null in its place is an error at the field.
    let open = "query($locale: String) { town { name(locale: $locale) } }";
    assert_eq!(lower(open, json!({})), "town{name}");
    assert_eq!(
        lower(open, json!({"locale": null})),
        "town{name(locale:null)}"
    );
}

#[test]
fn numbers_are_brought_into_their_types() {
    let text = "query($n: Int) { list(at: {from: 1, to: $n}) { id } }";
    for (sent, lowered) in [
        (json!(1.0), "1"),
        (json!(-0.0), "0"),
        (json!(1e3), "1000"),
        (json!(null), "null"),
    ] {
        let at = format!("list(at:{{from: 1, to: {lowered}}}){{id}}");
        assert_eq!(lower(text, json!({"n": sent})), at);
    }
    for sent in [
        json!(1.5),
        json!(2_147_483_648_i64),
        json!("1"),
        json!(true),
        json!([1]),
    ] {
        assert_eq!(code(text, json!({"n": sent})), WRONG, "{sent}");
    }
    for literal in ["1.0", "1e0", "2147483648", "\"1\"", "ONE", "true"] {
        let text = format!("{{ list(of: [{literal}]) {{ id }} }}");
        assert_eq!(code(&text, json!({})), WRONG, "{literal}");
    }
    assert_eq!(
        lower("{ list(of: -0) { id } }", json!({})),
        "list(of:0){id}"
    );
}

#[test]
fn what_is_wrong_is_refused_before_anything_runs() {
    let bad = format!(
        "mutation {{ rename(input: {{id: \"oops\", name: \"x\"}}) {{ id }} ok: rename(input: {{id: \"{ID}\", name: \"x\"}}) {{ id }} }}"
    );
    for (text, expected) in [
        (bad.as_str(), WRONG),
        ("{ town(day: \"2026-1-1\") { id } }", WRONG),
        ("{ town(day: {a: 1}) { id } }", WRONG),
        ("query($d: Date = \"soon\") { town(day: $d) { id } }", WRONG),
        ("{ sum(of: \"1e3\") }", WRONG),
        ("{ list(kind: \"SMALL\") { id } }", WRONG),
        ("{ list(at: {from: 1, from: 2}) { id } }", INVALID),
        ("{ list(at: {form: 1}) { id } }", WRONG),
        ("{ town(by: {}) { id } }", WRONG),
        ("{ town(by: {code: \"x\", id: null}) { id } }", WRONG),
        ("{ town }", INVALID),
        ("{ town { } }", UNREAD),
        ("{ }", UNREAD),
        ("{ town { ... { } } }", UNREAD),
        (
            "{ town { id } town(day: null) { name(locale: $v) } }",
            INVALID,
        ),
        (
            "{ town { id } ... on Query { town: list { id } } }",
            INVALID,
        ),
        ("query($v: [Nope] = 1) { __typename }", INVALID),
        ("query($v: Boolean) { town { id @skip(if: $v) } }", INVALID),
        (
            "query($v: String) { rename: town(by: {id: $v}) { id } }",
            INVALID,
        ),
        (
            "query($v: Int) @skip(if: true) { list(of: [$v]) { id } }",
            INVALID,
        ),
        ("{ __typename(a: 1) }", INVALID),
        ("{ __typename { id } }", INVALID),
        ("query A { town { id } } query A { town { id } }", INVALID),
        ("{ a: __typename } query B { __typename }", INVALID),
        ("fragment on on Town { id } { town { ...on } }", UNREAD),
        ("subscription { town { id } }", INVALID),
        ("{ town { id @skip(if if: false) } }", UNREAD),
        ("{ town { id @skip(if: true implements) } }", UNREAD),
        (
            "query($v: Boolean = null) { town { id @skip(if: $v) } }",
            INVALID,
        ),
        ("query($v: ID = null) { node(id: $v) { id } }", INVALID),
        ("query($v: String) { town(by: {code: $v}) { id } }", INVALID),
        (
            "query($v: String = \"x\") { town(by: {code: $v}) { id } }",
            INVALID,
        ),
    ] {
        let name = text.contains("query B").then_some(()).is_some();
        let expected = if name {
            "OPERATION_RESOLUTION_FAILURE"
        } else {
            expected
        };
        let found = code(text, json!({}));
        assert!(
            found == expected || (name && found == INVALID),
            "{text}: {found}"
        );
    }
}

#[test]
fn what_is_right_is_taken() {
    for text in [
        r#"{ town(by: {code: "\uD83D\uDE00 \u{1F600}"}) { id } }"#,
        "{ town(by: {code: \"\"\"a \\\"\"\" b\n\n   c\"\"\"}) { id } }",
        "query($ids: [Int!] !) { list(of: $ids) { id } }",
        "\"Says what it is for.\" query A { town { id } }",
        "{ list(of: 3) { id } }",
        "query { list(of: [-1, 2 3], ) , { id, } # , {\n }",
        "fragment F on Town { id } { town { ...F } }",
        "fragment F on Town { id } query { town { ...F } }",
        "query { town { id } }",
        "query($v: String = null) { town(by: {code: \"\"\"a\n b\"\"\"}, day: null) { name(locale: $v) } }",
        "query($locale: String) { town { name(locale: $locale) } }",
    ] {
        assert_eq!(code(text, json!({"ids": [1]})), "VALID", "{text}");
    }
    let text = r#"{ town(by: {code: "\uD83D\uDE00"}) { id } }"#;
    assert!(lower(text, json!({})).contains('\u{1F600}'));
}

#[test]
fn faults_of_variables_say_where_and_repeat_no_value() {
    let text = "mutation($input: Rename!) { rename(input: $input) { id } }";
    let whole = json!({"id": ID, "name": "x"});
    let with = |field: &str, value: serde_json::Value| {
        let mut input = whole.clone();
        input[field] = value;
        json!({"input": input})
    };
    assert_eq!(code(text, json!({"input": whole})), "VALID");
    for (variables, place) in [
        (with("name", json!(null)), "$input.name "),
        (with("dry", json!(null)), "$input.dry "),
        (
            with("ranges", json!([{"from": 1}, {"to": 1}])),
            "$input.ranges.1.from ",
        ),
        (
            with("ranges", json!([{"from": "secret"}])),
            "$input.ranges.0.from ",
        ),
        (with("id", json!("secret")), "$input.id "),
        (with("nmae", json!("secret")), "$input "),
        (json!({"input": "secret"}), "$input "),
        (json!({"input": null}), "$input "),
    ] {
        let errors = prepared(text, variables).unwrap_err();
        assert_eq!(errors.len(), 1);
        let message = &errors[0].message;
        assert!(message.starts_with(place), "{message}");
        assert!(!message.contains("secret"), "{message}");
    }
}

#[test]
fn places_are_lines_and_columns_of_characters() {
    let text = "{\r\n  # \u{1F600}\n  town(by: {code: \"\u{1F600}\"}) { nope }\r}";
    let errors = prepared(text, json!({})).unwrap_err();
    let place = errors[0].locations[0];
    assert_eq!((place.line, place.column), (3, 27));
    let set = prepared(&text.replace("nope", "id"), json!({})).unwrap();
    assert_eq!((set.items[0].pos.line, set.items[0].pos.column), (3, 3));
}
