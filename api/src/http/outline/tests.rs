//! What a response is brought into.

use async_graphql::value;

use super::*;
use crate::language::{Language, lowered};

const SDL: &str = "
    type Query { town: Town towns: [Town!]! maybe: [Town] sure: Town! }
    type Town { id: ID! name: String mayor: Person sure: Person! }
    type Person { name: String! age: Int }
";

fn restored(text: &str, data: Value, paths: &[&[&str]]) -> String {
    let language = Language::of(SDL);
    let outline = Outline::of(&lowered(&language, text), &Fields::of(language.schema()));
    let mut response = Response::new(data);
    for path in paths {
        let mut error = ServerError::new("x", None);
        error.path = path
            .iter()
            .map(|part| match part.parse() {
                Ok(index) => PathSegment::Index(index),
                Err(_) => PathSegment::Field((*part).to_owned()),
            })
            .collect();
        response.errors.push(error);
    }
    outline.restore(&mut response);
    serde_json::to_string(&response.data).unwrap()
}

#[test]
fn keys_come_back_in_the_order_of_the_document() {
    let text = "{ towns { ...F id mayor { age name } } town { id } } fragment F on Town { name mayor { name } }";
    let data = value!({"town": {"id": 1}, "towns": [{"mayor": {"age": 1, "name": "a"}, "id": 1, "name": "n"}, {"name": "m", "id": 2}]});
    assert_eq!(
        restored(text, data, &[]),
        r#"{"towns":[{"name":"n","mayor":{"name":"a","age":1},"id":1},{"name":"m","id":2}],"town":{"id":1}}"#
    );
}

#[test]
fn a_failed_field_is_null_at_its_place() {
    let text = "{ town { name id mayor { age name } } }";
    assert_eq!(
        restored(text, Value::Null, &[&["town"]]),
        r#"{"town":null}"#
    );
    let data = value!({"town": {"id": 1, "mayor": {"name": "a"}}});
    assert_eq!(
        restored(text, data, &[&["town", "name"], &["town", "mayor", "age"]]),
        r#"{"town":{"name":null,"id":1,"mayor":{"age":null,"name":"a"}}}"#
    );
}

#[test]
fn null_travels_up_to_the_next_place_that_may_be_null() {
    let text = "{ town { id mayor { name } sure { name } } }";
    let data = || value!({"town": {"id": 1, "mayor": null, "sure": {"name": "b"}}});
    assert_eq!(
        restored(text, data(), &[&["town", "mayor", "name"]]),
        r#"{"town":{"id":1,"mayor":null,"sure":{"name":"b"}}}"#
    );
    let broken = value!({"town": {"id": 1, "mayor": {"name": "a"}, "sure": null}});
    assert_eq!(
        restored(text, broken, &[&["town", "sure", "name"]]),
        r#"{"town":null}"#
    );
    let list = value!({"towns": [{"id": 1}, null], "town": {"id": 1}});
    assert_eq!(
        restored(
            "{ towns { id } town { id } }",
            list,
            &[&["towns", "1", "id"]]
        ),
        "null"
    );
    let maybe = value!({"maybe": [{"id": 1}, null]});
    assert_eq!(
        restored("{ maybe { id } }", maybe, &[&["maybe", "1", "id"]]),
        r#"{"maybe":[{"id":1},null]}"#
    );
    assert_eq!(
        restored("{ sure { id } }", Value::Null, &[&["sure"]]),
        "null"
    );
}

#[test]
fn a_refusal_stays_as_it_is() {
    assert_eq!(restored("{ town { id } }", Value::Null, &[&[]]), "null");
}
