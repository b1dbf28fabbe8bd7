//! Which web pages of other origins may call the API (CORS). The list is exact; there are no
//! cookies, so no credentials are ever allowed.

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderMap, HeaderValue,
};

/// The origins that may call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Origins {
    /// Each as a browser sends it: `https://example.org`.
    pub(crate) listed: Vec<String>,
    /// Pages of this very computer, at any port: for the demonstration.
    pub(crate) loopback: bool,
}

impl Origins {
    /// Whether a page of this origin may call.
    pub(crate) fn allow(&self, origin: &str) -> bool {
        self.listed.iter().any(|listed| listed == origin) || (self.loopback && is_loopback(origin))
    }

    /// Adds to a response what lets the browser hand it to the page of an origin that is listed
    /// here or registered in the house; `before` for the question that the browser asks before
    /// the call.
    pub(crate) fn mark(
        &self,
        origin: Option<&HeaderValue>,
        before: bool,
        headers: &mut HeaderMap,
        is_registered: impl Fn(&str) -> bool,
    ) {
        let Some(origin) = origin else { return };
        let may_call = |origin| self.allow(origin) || is_registered(origin);
        if !origin.to_str().is_ok_and(may_call) {
            return;
        }
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        if before {
            let methods = HeaderValue::from_static("GET, POST");
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
            let asked = HeaderValue::from_static(
                "authorization, content-type, accept-language, idempotency-key, traceparent, x-request-id",
            );
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked);
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        } else {
            let exposed = HeaderValue::from_static(
                "ratelimit, ratelimit-policy, retry-after, www-authenticate, x-request-id",
            );
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
    }
}

fn is_loopback(origin: &str) -> bool {
    let Some(host) = origin
        .strip_prefix("http://")
        .or_else(|| origin.strip_prefix("https://"))
    else {
        return false;
    };
    ["localhost", "127.0.0.1", "[::1]"]
        .iter()
        .any(|own| match host.strip_prefix(own) {
            Some("") => true,
            Some(rest) => rest
                .strip_prefix(':')
                .is_some_and(|port| port.parse::<u16>().is_ok()),
            None => false,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_origins_may_call() {
        let origins = Origins {
            listed: vec!["https://map.example".to_owned()],
            loopback: false,
        };
        assert!(origins.allow("https://map.example"));
        for foreign in [
            "https://map.example.evil",
            "http://map.example",
            "null",
            "",
            "http://localhost:3000",
            "https://map.example:8443",
        ] {
            assert!(!origins.allow(foreign), "{foreign}");
        }
        assert!(!Origins::default().allow("https://map.example"));
    }

    #[test]
    fn the_demonstration_lets_pages_of_this_computer_call() {
        let origins = Origins {
            listed: Vec::new(),
            loopback: true,
        };
        for own in [
            "http://localhost:3000",
            "http://127.0.0.1",
            "https://[::1]:1",
        ] {
            assert!(origins.allow(own), "{own}");
        }
        for foreign in [
            "http://localhost.evil",
            "http://127.0.0.1.evil:1",
            "http://localhost:x",
            "http://localhost:99999",
            "ftp://localhost",
        ] {
            assert!(!origins.allow(foreign), "{foreign}");
        }
    }
}
