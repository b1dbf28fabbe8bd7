//! A document as a page of HTML.

use std::fmt::Write;

use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::Document;

const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 16px/1.55 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 74rem;
  display: grid; grid-template-columns: 12rem minmax(0, 1fr); gap: 2rem; }
nav a { display: block; padding: .2rem 0; }
nav a[aria-current] { font-weight: 600; }
main { max-width: 50rem; }
pre { overflow-x: auto; padding: .8rem; border: 1px solid #8886; border-radius: 6px; }
code { font: .9em ui-monospace, monospace; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top; }
@media (max-width: 45rem) { body { display: block; } }
";

/// The page of a document, with the list of all.
pub(super) fn page(document: &Document, all: &[Document]) -> String {
    let mut list = String::new();
    for other in all {
        let here = if other.name == document.name {
            " aria-current=\"page\""
        } else {
            ""
        };
        // Writing to a string cannot fail.
        let _ = write!(
            list,
            "<a href=\"/docs/{}\"{here}>{}</a>",
            other.name, other.title
        );
    }
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title} · Child Friendly Cities API</title><style>{STYLE}</style></head>\
         <body><nav aria-label=\"Documents\">{list}\
         <a href=\"/explorer\">Explorer</a><a href=\"/schema.graphql\">Schema</a></nav>\
         <main>{body}</main></body></html>\n",
        title = document.title,
        body = body(document.text),
    )
}

fn body(text: &str) -> String {
    let mut events: Vec<_> = Parser::new_ext(text, Options::ENABLE_TABLES).collect();
    for at in 0..events.len() {
        if let Event::Start(Tag::Heading { .. }) = events[at] {
            let name = anchor(&events[at + 1..]);
            if let Event::Start(Tag::Heading { id, .. }) = &mut events[at] {
                *id = Some(CowStr::from(name));
            }
        }
        if let Event::Start(Tag::Link { dest_url, .. }) = &mut events[at] {
            *dest_url = CowStr::from(served(dest_url));
        }
    }
    let mut page = String::new();
    html::push_html(&mut page, events.into_iter());
    page
}

/// What a heading is called in addresses: a code as it is, other words in small letters.
fn anchor(following: &[Event<'_>]) -> String {
    let mut text = String::new();
    for event in following {
        match event {
            Event::End(TagEnd::Heading(_)) => break,
            Event::Text(part) | Event::Code(part) => text.push_str(part),
            _ => {}
        }
    }
    if text
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    {
        return text;
    }
    let words = text.to_lowercase();
    let words = words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// Where a link between files leads on the server.
fn served(link: &str) -> String {
    let (path, part) = link
        .split_once('#')
        .map_or((link, None), |(path, part)| (path, Some(part)));
    let path = match path.strip_suffix(".md") {
        Some(name) if !path.contains("://") => format!("/docs/{name}"),
        _ => path.replace("../schema.graphql", "/schema.graphql"),
    };
    part.map_or_else(|| path.clone(), |part| format!("{path}#{part}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_anchors() {
        let page = body("# Two people at once\n\n### NOT_FOUND\n\n## A `code`, and more");
        for name in ["two-people-at-once", "NOT_FOUND", "a-code-and-more"] {
            assert!(page.contains(&format!("id=\"{name}\"")), "{page}");
        }
    }

    #[test]
    fn links_between_files_lead_between_pages() {
        assert_eq!(served("retries.md#rules"), "/docs/retries#rules");
        assert_eq!(
            served("https://example.org/a.md"),
            "https://example.org/a.md"
        );
        assert_eq!(served("../schema.graphql"), "/schema.graphql");
    }
}
