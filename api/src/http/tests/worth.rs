//! What an answer is worth: the points that are given back after execution follow from it.

use async_graphql::{PathSegment, Response, ServerError, Value, value};

use crate::{
    http::{
        cost::Fields,
        outline::{Outline, Worth},
    },
    language::{Language, lowered},
};

const PRICED: &str = "
    type Query { town: Town towns(first: Int): TownConnection! nodes(ids: [ID!]!): [Town]! }
    type Mutation { rename: Payload }
    type Payload { town: Town }
    type Town { id: ID! hills: [Hill!]! mayor: Person }
    type Person { name: String! } type Hill { height: Int! }
    type TownConnection { edges: [TownEdge!]! nodes: [Town!]! pageInfo: PageInfo! totalCount: Int! }
    type TownEdge { cursor: String! node: Town! } type PageInfo { hasNextPage: Boolean! }
";

fn worth(text: &str, data: Value, paths: &[&[&str]]) -> Worth {
    let language = Language::of(PRICED);
    let outline = Outline::of(&lowered(&language, text), &Fields::of(language.schema()));
    let mut response = Response::new(data);
    for path in paths {
        let mut error = ServerError::new("x", None);
        let names = path
            .iter()
            .map(|name| PathSegment::Field((*name).to_owned()));
        error.path = names.collect();
        response.errors.push(error);
    }
    outline.restore(&mut response)
}

#[test]
fn what_was_returned_is_counted_by_the_weights_of_the_walk() {
    let hills = value!([{"height": 1}, {"height": 2}]);
    let town = value!({"id": 1, "hills": hills, "mayor": {"name": "a"}});
    let asked = "id hills { height } mayor { name }";
    for (text, data, points) in [
        (
            format!("{{ town {{ {asked} }} }}"),
            value!({"town": town.clone()}),
            3,
        ),
        (
            format!("{{ town {{ {asked} }} }}"),
            value!({"town": null}),
            1,
        ),
        (
            format!("{{ towns {{ nodes {{ {asked} }} pageInfo {{ hasNextPage }} totalCount }} }}"),
            value!({"towns": {"nodes": [town.clone(), town.clone()], "pageInfo": {"hasNextPage": false}, "totalCount": 2}}),
            1 + 2 * 3 + 1 + 5,
        ),
        (
            "{ towns { edges { cursor node { id } } } }".to_owned(),
            value!({"towns": {"edges": [{"cursor": "a", "node": {"id": 1}}, {"cursor": "b", "node": {"id": 2}}]}}),
            1 + 2,
        ),
        (
            "{ towns { edges { cursor } } }".to_owned(),
            value!({"towns": {"edges": [{"cursor": "a"}, {"cursor": "b"}]}}),
            1 + 2,
        ),
        (
            "{ nodes(ids: []) { mayor { name } } }".to_owned(),
            value!({"nodes": [null, {"mayor": {"name": "a"}}]}),
            1 + 2,
        ),
        (
            "mutation { rename { town { id } } }".to_owned(),
            value!({"rename": {"town": {"id": 1}}}),
            10 + 1,
        ),
    ] {
        assert_eq!(worth(&text, data, &[]), Worth::Points(points), "{text}");
    }
}

#[test]
fn what_was_worked_on_and_lost_is_not_given_back() {
    let text = "{ towns { nodes { id } } town { id mayor { name } } }";
    let lost = worth(text, Value::Null, &[&["towns", "nodes"]]);
    assert_eq!(lost, Worth::Unknown);
    let below = value!({"towns": {"nodes": []}, "town": null});
    assert_eq!(worth(text, below, &[&["town", "id"]]), Worth::Unknown);
    let alone = value!({"towns": {"nodes": []}});
    assert_eq!(worth(text, alone, &[&["town"]]), Worth::Points(2));
    assert_eq!(worth(text, Value::Null, &[&[]]), Worth::Nothing);
}
