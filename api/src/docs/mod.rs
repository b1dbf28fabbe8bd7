//! The documents for integrators: the files of `docs/`, as they are for programs and as pages for
//! browsers.

mod render;

use std::sync::LazyLock;

/// One document.
struct Document {
    /// Below `/docs/`; the file is called the same.
    name: &'static str,
    /// What the list of documents calls it.
    title: &'static str,
    text: &'static str,
}

macro_rules! documents {
    ($($name:literal $title:literal $file:literal;)+) => {
        &[$(Document { name: $name, title: $title, text: include_str!($file) },)+]
    };
}

/// In the order in which an integrator needs them.
const DOCUMENTS: &[Document] = documents! {
    "first-query" "First query" "../../../docs/first-query.md";
    "sign-in" "Sign in" "../../../docs/sign-in.md";
    "roles" "Roles and scopes" "../../../docs/roles.md";
    "permissions" "Who may do what" "../../../docs/permissions.md";
    "errors" "Errors" "../../../docs/errors.md";
    "limits" "Limits" "../../../docs/limits.md";
    "retries" "Retries" "../../../docs/retries.md";
    "pagination" "Pagination" "../../../docs/pagination.md";
    "versions" "Versions" "../../../docs/versions.md";
    "operating" "Operating" "../../../docs/operating.md";
    "threats" "Threats" "../../../docs/threats.md";
    "changelog" "Changelog" "../../../CHANGELOG.md";
};

/// Headers of the pages: they run nothing and load nothing but their own style.
pub(crate) const PAGE_HEADERS: [(&str, &str); 1] = [(
    "content-security-policy",
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
)];

/// The text of a document.
pub(crate) fn text(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix(".md").unwrap_or(name);
    let found = DOCUMENTS.iter().find(|document| document.name == name);
    found.map(|document| document.text)
}

/// The page of a document.
pub(crate) fn page(name: &str) -> Option<&'static str> {
    static PAGES: LazyLock<Vec<String>> = LazyLock::new(|| {
        DOCUMENTS
            .iter()
            .map(|d| render::page(d, DOCUMENTS))
            .collect()
    });
    let at = DOCUMENTS
        .iter()
        .position(|document| document.name == name)?;
    PAGES.get(at).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_is_a_page_and_a_text() {
        for document in DOCUMENTS {
            let page = page(document.name).unwrap();
            assert!(page.contains("</h1>"), "{}", document.name);
            let heading = format!("# {}", document.title);
            assert!(document.text.starts_with(&heading), "{}", document.name);
            assert_eq!(text(&format!("{}.md", document.name)), text(document.name));
        }
        assert!(page("../errors").is_none() && text("nothing").is_none());
    }

    #[test]
    fn every_code_of_errors_has_an_anchor() {
        let page = page("errors").unwrap();
        assert!(page.contains("id=\"NOT_FOUND\""));
        assert!(page.contains("id=\"IDEMPOTENCY_KEY_REUSED\""));
    }

    #[test]
    fn links_lead_to_documents_that_are_there() {
        for document in DOCUMENTS {
            let page = page(document.name).unwrap();
            for link in page.split("href=\"/docs/").skip(1) {
                let name = link.split(['"', '#']).next().unwrap();
                assert!(text(name).is_some(), "{} links to {name}", document.name);
            }
            assert!(!page.contains(".md\""), "{} links to a file", document.name);
        }
    }
}
