//! The sample documents of the explorer: the contract documents of the tests, so that what a
//! newcomer runs first is what is tested. Variables stand here; ids are the reader's to fill in.

use serde_json::{Value, json};

macro_rules! document {
    ($name:literal) => {
        include_str!(concat!("../../../tests/contract/", $name, ".graphql"))
    };
}

/// Every sample as `{ name, document, variables }`; the variables are text, as the editor shows
/// them.
pub(super) fn list() -> Value {
    json!([
        sample(
            "Register of municipalities (public)",
            document!("directory"),
            &json!({})
        ),
        sample(
            "One municipality, whole (coordinator)",
            document!("dashboard"),
            &json!({ "code": "FI-837" })
        ),
        sample(
            "Standing per theme (programme manager)",
            document!("overview"),
            &json!({})
        ),
        sample(
            "Answer an indicator (coordinator)",
            document!("answer"),
            &answer()
        ),
        sample(
            "Recognise (deciding body)",
            document!("recognise"),
            &json!({ "first": 25 })
        ),
    ])
}

fn sample(name: &str, document: &str, variables: &Value) -> Value {
    json!({ "name": name, "document": document, "variables": format!("{variables:#}") })
}

/// The item's id and version come from the municipality's own document.
fn answer() -> Value {
    json!({ "input": {
        "itemId": "",
        "answer": "LEVEL",
        "level": 3,
        "comment": "What we see, and where.",
        "expectedVersion": 1,
    } })
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn variables_are_json_and_every_document_opens_with_what_it_is() {
        let samples = list();
        for sample in samples.as_array().unwrap() {
            let variables = sample["variables"].as_str().unwrap();
            assert!(
                serde_json::from_str::<serde_json::Value>(variables)
                    .unwrap()
                    .is_object()
            );
            assert!(sample["document"].as_str().unwrap().starts_with("# "));
        }
    }
}
