//! The page itself. What it says to its script stands in two blocks of JSON, which run nothing.

use super::sample;

/// The page for a session: `{ "graphql": "/graphql", "roles": [{ "role", "name", "may",
/// "token" }] }`. Without roles the page shows a field for a token instead of a switch.
pub(crate) fn page(session_json: &str) -> String {
    let template = include_str!("page.html");
    // The session comes last: what it holds is never searched for a placeholder.
    template
        .replacen("{samples}", &inert(&sample::list().to_string()), 1)
        .replacen("{session}", &inert(session_json), 1)
}

/// The same JSON, without a character that could end the block it stands in. All of them occur
/// within strings only, where an escape means the same.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::page;
    use serde_json::{Value, json};

    fn block(page: &str, id: &str) -> Value {
        let open = format!("<script type=\"application/json\" id=\"{id}\">");
        let (_, rest) = page.split_once(&open).unwrap();
        let (block, _) = rest.split_once("</script>").unwrap();
        serde_json::from_str(block).unwrap()
    }

    #[test]
    fn a_session_cannot_leave_its_block() {
        let name = "</script><script>alert(1)</script><!-- & {samples}";
        let session = json!({ "graphql": "/graphql", "roles": [{ "name": name }] });
        let page = page(&session.to_string());
        assert_eq!(block(&page, "session"), session);
        assert_eq!(page.matches("<script").count(), 3);
        assert!(!page.contains("<!--"));
    }

    #[test]
    fn the_samples_are_in_the_page() {
        let page = page(r#"{"graphql":"/graphql","roles":[]}"#);
        assert_eq!(block(&page, "samples").as_array().unwrap().len(), 5);
    }

    #[test]
    fn no_script_or_style_comes_from_elsewhere() {
        let page = page(r#"{"graphql":"/graphql","roles":[]}"#);
        for source in page.split("src=\"").skip(1) {
            assert!(source.starts_with(super::super::PREFIX));
        }
    }
}
