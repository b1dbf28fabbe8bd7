//! The explorer: `GraphiQL` on one page, its files embedded in the binary and served by us.
//!
//! Owns the page, its files, its sample documents and the policy the browser holds them to.
//! Knows no schema and no account: who may be chosen is handed in as JSON, and the page is a
//! client like any other. The files are built by `build/`, see its `README.md`.

mod asset;
mod page;
mod sample;

pub(crate) use asset::asset;
pub(crate) use page::page;

/// The path prefix of everything [`asset`] answers; `asset` gets what follows it.
#[cfg(test)]
pub(crate) const PREFIX: &str = "/explorer/";

/// What the browser may load and do on the page: our own files, and requests to us alone.
///
/// Inline styles stay allowed because the editor places every glyph with one; `data:` is the
/// icons in the style sheet. Anything that would run a script from elsewhere is refused.
pub(crate) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; \
    connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'";

/// Headers of the page. It may carry tokens, so nothing on the way keeps a copy.
pub(crate) const PAGE_HEADERS: [(&str, &str); 4] = [
    ("cache-control", "no-store"),
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
];

/// Headers of every file beside its content type. A worker is held to the policy of its own
/// file, so the files carry it too.
pub(crate) const ASSET_HEADERS: [(&str, &str); 3] = [
    ("cache-control", "public, max-age=3600"),
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
];
