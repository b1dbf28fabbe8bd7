//! Media types: what the client accepts, what it sent, whether it is a browser that wants the
//! explorer. Pure functions over header values.

use crate::error::{Code, Failure};

/// The two forms of a GraphQL response. They differ in the status of a refused document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Media {
    /// `application/graphql-response+json`
    GraphqlResponse,
    /// `application/json`
    Json,
}

impl Media {
    /// The value of `Content-Type`.
    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    const fn essence(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json",
            Self::Json => "application/json",
        }
    }
}

/// How well a header matches one media type: its weight, and whether it names the type itself.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
struct Match {
    weight: f32,
    specificity: u8,
}

/// The form of the response for this `Accept` header; without one, plain JSON.
pub(crate) fn accepted(accept: Option<&str>) -> Result<Media, Failure> {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
        return Ok(Media::Json);
    };
    let new = best(accept, Media::GraphqlResponse.essence());
    let old = best(accept, Media::Json.essence());
    let named = new.specificity == EXACT && new.weight > 0.0;
    if named && new.weight >= old.weight {
        Ok(Media::GraphqlResponse)
    } else if old.weight > 0.0 {
        Ok(Media::Json)
    } else if new.weight > 0.0 {
        Ok(Media::GraphqlResponse)
    } else {
        Err(Failure::new(Code::NotAcceptable))
    }
}

const EXACT: u8 = 3;

/// A more specific range beats a wider one, whatever their weights.
fn best(accept: &str, essence: &str) -> Match {
    let mut best = Match {
        weight: 0.0,
        specificity: 0,
    };
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let Some(name) = parts.next() else { continue };
        let specificity = if name.eq_ignore_ascii_case(essence) {
            EXACT
        } else if name.eq_ignore_ascii_case("application/*") {
            2
        } else if name == "*/*" {
            1
        } else {
            continue;
        };
        let Some(weight) = weight(parts) else {
            continue;
        };
        if specificity > best.specificity {
            best = Match {
                weight,
                specificity,
            };
        } else if specificity == best.specificity {
            best.weight = best.weight.max(weight);
        }
    }
    best
}

/// The `q` of a range; `None` when the range asks for another encoding than UTF-8.
fn weight<'a>(parameters: impl Iterator<Item = &'a str>) -> Option<f32> {
    let mut weight = 1.0_f32;
    for parameter in parameters {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim().trim_matches('"');
        if name.trim().eq_ignore_ascii_case("q") {
            weight = value
                .parse()
                .ok()
                .filter(|q| (0.0..=1.0).contains(q))
                .unwrap_or(0.0);
        } else if name.trim().eq_ignore_ascii_case("charset") && !is_utf8(value) {
            return None;
        }
    }
    Some(weight)
}

fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

/// Whether the body may be read at all: JSON in UTF-8, not compressed.
pub(crate) fn readable(
    content_type: Option<&str>,
    content_encoding: Option<&str>,
) -> Result<(), Failure> {
    let plain = content_encoding.is_none_or(|encoding| {
        encoding.trim().is_empty() || encoding.trim().eq_ignore_ascii_case("identity")
    });
    let mut parts = content_type.unwrap_or_default().split(';').map(str::trim);
    let is_json = parts
        .next()
        .is_some_and(|name| name.eq_ignore_ascii_case(Media::Json.essence()));
    let in_utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            is_utf8(value.trim().trim_matches('"'))
        }
        _ => true,
    });
    if plain && is_json && in_utf8 {
        Ok(())
    } else {
        Err(Failure::new(Code::UnsupportedMediaType))
    }
}

/// Whether a browser asks for a page: HTML is named and no GraphQL form is.
pub(crate) fn wants_page(accept: Option<&str>) -> bool {
    let accept = accept.unwrap_or_default();
    let page = best(accept, "text/html");
    let json = best(accept, Media::Json.essence());
    let new = best(accept, Media::GraphqlResponse.essence());
    page.specificity == EXACT
        && page.weight > 0.0
        && json.specificity < EXACT
        && new.specificity < EXACT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accept_header_decides() {
        use Media::{GraphqlResponse as New, Json as Old};
        for (accept, media) in [
            (None, Some(Old)),
            (Some(""), Some(Old)),
            (Some("*/*"), Some(Old)),
            (Some("application/*"), Some(Old)),
            (Some("application/json"), Some(Old)),
            (Some("application/graphql-response+json"), Some(New)),
            (
                Some("APPLICATION/GraphQL-Response+JSON; charset=UTF-8"),
                Some(New),
            ),
            (
                Some("application/graphql-response+json, application/json;q=0.9"),
                Some(New),
            ),
            (
                Some("application/json, application/graphql-response+json"),
                Some(New),
            ),
            (
                Some("application/json, application/graphql-response+json;q=0.5"),
                Some(Old),
            ),
            (
                Some("*/*, application/graphql-response+json;q=0.5"),
                Some(Old),
            ),
            (Some("text/html, */*;q=0.8"), Some(Old)),
            (Some("application/json;q=0, */*"), Some(New)),
            (Some("application/json;q=0"), None),
            (Some("application/json; charset=latin1"), None),
            (Some("application/json;q=2"), None),
            (Some("text/html"), None),
            (Some("text/event-stream"), None),
            (Some(";;,,="), None),
        ] {
            assert_eq!(accepted(accept).ok(), media, "{accept:?}");
        }
    }

    #[test]
    fn only_plain_json_in_utf8_is_read() {
        for kind in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/json;charset=\"utf-8\"",
        ] {
            assert!(readable(Some(kind), None).is_ok(), "{kind}");
        }
        assert!(readable(Some("application/json"), Some("identity")).is_ok());
        for kind in [
            "text/plain",
            "application/json; charset=latin1",
            "multipart/form-data; boundary=x",
            "application/graphql",
            "application/x-www-form-urlencoded",
            "application/jsonp",
            "",
        ] {
            assert!(readable(Some(kind), None).is_err(), "{kind}");
        }
        assert!(readable(None, None).is_err());
        for encoding in ["gzip", "br", "zstd", "identity, gzip"] {
            assert!(readable(Some("application/json"), Some(encoding)).is_err());
        }
    }

    #[test]
    fn a_browser_gets_the_page_and_a_client_does_not() {
        assert!(wants_page(Some(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        )));
        assert!(!wants_page(Some("*/*")));
        assert!(!wants_page(None));
        assert!(!wants_page(Some("application/json, text/html")));
        assert!(!wants_page(Some("text/html;q=0")));
    }
}
