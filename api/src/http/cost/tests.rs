//! The price list, the limits to the number, and documents made to break the walk.

use std::{fmt::Write, time::Instant};

use async_graphql::Variables;
use serde_json::json;

use super::*;
use crate::language::{Draft, Language};

const SDL: &str = r"
    type Query {
        towns(first: Int, last: Int, after: String): TownConnection!
        few(first: Int = 10): TownConnection!
        nodes(ids: [ID!]!): [Node]!
        town: Town
        name: String!
    }
    type Mutation { rename(name: String): RenamePayload close: RenamePayload }
    type RenamePayload { town: Town done: Boolean! }
    interface Node { id: ID! }
    type Town implements Node { id: ID! name: String! hills: [Hill!]! twins(first: Int): TownConnection! mayor: Person }
    type Person { name: String! town: Town }
    type Hill { height: Int! }
    type TownConnection { edges: [TownEdge!]! nodes: [Town!]! pageInfo: PageInfo! totalCount: Int! }
    type TownEdge { cursor: String! node: Town! }
    type PageInfo { hasNextPage: Boolean! }
";

/// The standard question of `getIntrospectionQuery()` with its nine levels of types.
const INTROSPECTION: &str = "query IntrospectionQuery { __schema { queryType { name kind } mutationType { name kind } types { ...FullType } directives { name description locations args { ...InputValue } } } }
    fragment FullType on __Type { kind name description specifiedByURL fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason } inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } }
    fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason }
    fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }";

fn language() -> Language {
    Language::of(SDL)
}

fn fields() -> Fields {
    Fields::of(language().schema())
}

fn read(text: &str) -> Draft {
    language().draft(text).unwrap()
}

fn weigh(text: &str, variables: serde_json::Value) -> Weight {
    let draft = read(text);
    let document = draft.document();
    let (variables, fields) = (Variables::from_json(variables), fields());
    let operation = chosen(document);
    let limits = Limits {
        size: u64::MAX,
        ..Limits::default()
    };
    Walk::new(document, operation, &variables, &fields, &limits)
        .operation(operation)
        .unwrap()
}

fn chosen(document: &ExecutableDocument) -> &Operation {
    document.operations.iter().next().unwrap()
}

fn cost(text: &str) -> u64 {
    weigh(text, json!({})).cost
}

fn verdict(text: &str) -> Option<Code> {
    verdict_with(text, json!({}))
}

fn verdict_with(text: &str, variables: serde_json::Value) -> Option<Code> {
    let draft = read(text);
    let document = draft.document();
    let variables = Variables::from_json(variables);
    check(
        document,
        Some(chosen(document)),
        &variables,
        &fields(),
        &Limits::default(),
    )
    .err()
    .map(|failure| failure.code)
}

#[test]
fn the_price_list() {
    for (text, price) in [
        ("{ name }", 0),
        ("{ __typename }", 0),
        ("{ town { id name } }", 1),
        ("{ town { hills { height } mayor { name } } }", 3),
        ("{ towns(first: 50) { nodes { id } } }", 51),
        ("{ towns(first: 50) { edges { cursor node { id } } } }", 51),
        ("{ towns(last: 7) { nodes { id } } }", 8),
        ("{ towns { nodes { id } } }", 26),
        ("{ towns(first: null) { nodes { id } } }", 26),
        ("{ few { nodes { id } } }", 11),
        ("{ towns(first: 50) { totalCount } }", 6),
        (
            "{ towns(first: 50) { totalCount pageInfo { hasNextPage } nodes { mayor { name } } } }",
            107,
        ),
        (
            "{ towns(first: 10) { nodes { twins(first: 10) { nodes { id } } } } }",
            1 + 10 * (1 + 11),
        ),
        (
            "{ nodes(ids: [\"a\", \"b\"]) { id ... on Town { mayor { name } } } }",
            4,
        ),
        ("mutation { rename(name: \"x\") { town { id } done } }", 11),
        (
            "mutation { ...M } fragment M on Mutation { close { done } }",
            10,
        ),
        (
            "{ towns(first: 10) { ...C } } fragment C on TownConnection { nodes { ...T } totalCount } fragment T on Town { id mayor { name } }",
            26,
        ),
        ("{ __schema { types { name fields { name } } } }", 0),
        ("{ unknown { more { and } more2 } }", 0),
    ] {
        assert_eq!(cost(text), price, "{text}");
    }
}

#[test]
fn page_sizes_are_read_from_variables_and_defaults_and_refused_out_of_bounds() {
    let text = "query A($n: Int = 40) { towns(first: $n) { nodes { id } } }";
    assert_eq!(weigh(text, json!({})).cost, 41);
    assert_eq!(weigh(text, json!({"n": 3})).cost, 4);
    assert_eq!(weigh(text, json!({"n": null})).cost, 26);
    assert_eq!(
        verdict_with(text, json!({"n": 101})),
        Some(Code::PageSizeExceeded)
    );
    assert_eq!(
        verdict_with(text, json!({"n": 0})),
        Some(Code::PageSizeExceeded)
    );
    assert_eq!(verdict_with(text, json!({"n": "x"})), None);
    assert_eq!(
        verdict_with(
            "query($n: Int = 200) { towns(first: $n) { nodes { id } } }",
            json!({})
        ),
        Some(Code::PageSizeExceeded)
    );
    for wrong in [
        "-1",
        "0",
        "101",
        "2147483648",
        "9223372036854775807",
        "1e30",
        "0.5",
    ] {
        for side in ["first", "last"] {
            let text = format!("{{ towns({side}: {wrong}) {{ nodes {{ id }} }} }}");
            assert_eq!(verdict(&text), Some(Code::PageSizeExceeded), "{text}");
        }
    }
    let ids = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    assert_eq!(weigh(ids, json!({"ids": ["a", "b", "c"]})).cost, 3);
    assert_eq!(verdict_with(ids, json!({"ids": vec!["a"; 100]})), None);
    assert_eq!(
        verdict_with(ids, json!({"ids": vec!["a"; 101]})),
        Some(Code::PageSizeExceeded)
    );
}

#[test]
fn the_limits_are_exact() {
    let cube = "{ towns(first: 100) { nodes { twins(first: 100) { nodes { twins(first: 100) { nodes { id } } } } } } }";
    assert_eq!(verdict(cube), Some(Code::QueryTooComplex));
    let deep = |n: usize| format!("{{ {} {} }}", "town { mayor { ".repeat(n), "} }".repeat(n));
    let leaf = |n: usize, leaf: &str| deep(n).replacen("{  }", &format!("{{ {leaf} }}"), 1);
    assert_eq!(weigh(&leaf(5, "name"), json!({})).depth, 11);
    assert_eq!(verdict(&leaf(5, "town { id }")), None);
    assert_eq!(verdict(&leaf(6, "name")), Some(Code::MaxDepthLimit));
    let below = format!("{{ ...F }} fragment F on Query {}", leaf(6, "name"));
    assert_eq!(verdict(&below), Some(Code::MaxDepthLimit));
    let inline = leaf(6, "name")
        .replace("mayor {", "... { mayor {")
        .replacen('}', "}}", 6);
    assert_eq!(verdict(&inline), Some(Code::MaxDepthLimit));
    let aliases = |n: usize| {
        (0..n).fold("{ town {".to_owned(), |mut text, index| {
            let _ = write!(text, " a{index}: __typename");
            text
        }) + "} }"
    };
    assert_eq!(verdict(&aliases(30)), None);
    assert_eq!(verdict(&aliases(31)), Some(Code::MaxAliasesLimit));
    assert_eq!(verdict(&format!("{{ {} }}", "name ".repeat(10))), None);
    assert_eq!(
        verdict(&format!("{{ {} }}", "name ".repeat(11))),
        Some(Code::MaxRootFieldsLimit)
    );
    assert_eq!(
        verdict("{ ...F ...F ...F ...F } fragment F on Query { a: name b: name name }"),
        Some(Code::MaxRootFieldsLimit)
    );
    let directives = |n: usize| format!("{{ town {{ {} }} }}", "id @skip(if: false) ".repeat(n));
    assert_eq!(verdict(&directives(50)), None);
    assert_eq!(verdict(&directives(51)), Some(Code::MaxDirectivesLimit));
    assert_eq!(
        verdict(
            "{ town { ...F ...F ...F } } fragment F on Town { id @a @a @a @a @a @a @a @a @a @a @a @a @a @a @a @a @a }"
        ),
        Some(Code::MaxDirectivesLimit)
    );
}

#[test]
fn every_operation_counts() {
    let small = "query A { name }";
    let big = "query B { towns(first: 100) { nodes { twins(first: 100) { nodes { id } } } } }";
    assert_eq!(
        verdict(&format!("{small} {big}")),
        Some(Code::QueryTooComplex)
    );
    let field = "id ".repeat(2_000);
    let two = format!("query A {{ town {{ {field} }} }} query B {{ town {{ {field} }} }}");
    assert_eq!(verdict(&two), None);
    assert_eq!(
        verdict(&format!("{two} query C {{ town {{ {field} }} }}")),
        Some(Code::QueryTooComplex)
    );
}

#[test]
fn introspection_is_free_and_only_its_lists_are_bounded() {
    assert_eq!(verdict(INTROSPECTION), None);
    assert_eq!(cost(INTROSPECTION), 0);
    let circle = |n: usize| {
        format!(
            "{{ __schema {{ types {{ {} name {} }} }} }}",
            "fields { type { ".repeat(n),
            "} }".repeat(n)
        )
    };
    assert_eq!(verdict(&circle(3)), None);
    assert_eq!(verdict(&circle(4)), Some(Code::MaxIntrospectionDepth));
    let spread = "{ __type(name: \"Town\") { ...A } } fragment A on __Type { fields { type { ...B } } } fragment B on __Type { interfaces { possibleTypes { ...C } } } fragment C on __Type { fields { name } }";
    assert_eq!(verdict(spread), Some(Code::MaxIntrospectionDepth));
}

#[test]
fn fragment_bombs_are_refused_within_milliseconds() {
    // Five hold for an optimised build; a debug build beside other work is slower.
    let budget = if cfg!(debug_assertions) { 100 } else { 5 };
    for (levels, fan) in [
        (10, 2),
        (20, 2),
        (31, 2),
        (31, 50),
        (300, 2),
        (5, 50),
        (12, 30),
    ] {
        for leaf in ["name", "__typename", "...Nowhere", "town { name }"] {
            let mut text = "{ ...F0 }".to_owned();
            for level in 0..levels {
                let next = format!("...F{} ", level + 1).repeat(fan);
                let _ = write!(text, " fragment F{level} on Query {{ {next} }}");
            }
            let _ = write!(text, " fragment F{levels} on Query {{ {leaf} }}");
            let draft = read(&text);
            let document = draft.document();
            let fields = fields();
            let (none, limits) = (Variables::default(), Limits::default());
            let rounds = (0..5).map(|_| {
                let began = Instant::now();
                let refused = check(document, Some(chosen(document)), &none, &fields, &limits);
                assert!(refused.is_err() || levels == 10, "{levels} levels of {fan}");
                began.elapsed()
            });
            let best = rounds.min().unwrap_or_default();
            assert!(best.as_millis() < budget, "{best:?}");
        }
    }
}

#[test]
fn cycles_and_long_chains_end() {
    assert_eq!(
        verdict("{ ...A } fragment A on Query { ...A }"),
        Some(Code::GraphqlValidationFailed)
    );
    assert_eq!(
        verdict("{ name } fragment A on Query { ...B ...B } fragment B on Query { ...A ...A }"),
        Some(Code::GraphqlValidationFailed)
    );
    let mut chain = "{ ...F0 } fragment F1000 on Query { name }".to_owned();
    for level in 0..1_000 {
        let _ = write!(chain, " fragment F{level} on Query {{ ...F{} }}", level + 1);
    }
    assert_eq!(verdict(&chain), Some(Code::MaxRecursionLimit));
    let unused = (0..1_000).fold("{ name }".to_owned(), |mut text, index| {
        let _ = write!(text, " fragment U{index} on Query {{ name }}");
        text
    });
    assert_eq!(verdict(&unused), None);
}

/// Grows documents field by field from a fixed sequence of choices.
#[test]
fn adding_a_field_never_lowers_any_sum() {
    const GROW: [&str; 8] = [
        "name",
        "__typename",
        "x: id",
        "hills { height }",
        "mayor { name }",
        "twins(first: 3) { totalCount }",
        "twins { nodes { id } }",
        "... on Town { id @skip(if: true) }",
    ];
    let mut seed = 7_u32;
    let mut next = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 16) as usize
    };
    for round in 0..40 {
        let mut text = "{ towns(first: 9) { nodes { id @here } ...C } } fragment C on TownConnection { edges { node { id @here } } }".to_owned();
        let mut before = Weight::default();
        for _ in 0..12 {
            let holes: Vec<usize> = text.match_indices("@here").map(|(at, _)| at).collect();
            let at = holes[next() % holes.len()] + "@here".len();
            let grown = match next() % 3 {
                0 => format!(
                    " twins(first: {}) {{ nodes {{ id @here }} }}",
                    1 + next() % 5
                ),
                _ => format!(" {}", GROW[next() % GROW.len()]),
            };
            text.insert_str(at, &grown);
            let after = weigh(&text, json!({}));
            for (old, new) in [
                (before.cost, after.cost),
                (before.size, after.size),
                (before.depth, after.depth),
                (before.aliases, after.aliases),
                (before.directives, after.directives),
                (before.nesting, after.nesting),
            ] {
                assert!(new >= old, "round {round}: {text}");
            }
            assert!(after.size > before.size);
            before = after;
        }
    }
}
