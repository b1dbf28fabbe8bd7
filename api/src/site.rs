//! The house as the HTTP layer meets it.

use std::{borrow::Cow, sync::Arc};

use crate::{
    access::{Errand, House, Viewer},
    client,
    error::Failure,
    explorer,
    http::{Asset, OauthAnswer, OauthCall, Site, Visit},
    permissions,
    schema::Schema,
};

/// One running server: the house, the schema, and what the explorer is told.
pub(crate) struct PublicSite {
    house: Arc<House>,
    schema: Schema,
    permissions: String,
    session: String,
}

impl PublicSite {
    /// A site. `session` is the JSON that the explorer starts with.
    pub(crate) fn new(house: Arc<House>, session: String) -> Self {
        Self {
            house,
            schema: Schema::new(),
            permissions: permissions::json(),
            session,
        }
    }
}

impl Site for PublicSite {
    type Caller = Viewer;

    async fn caller(&self, visit: &Visit) -> Result<Viewer, Failure> {
        let errand = Errand {
            request_id: visit.request_id.clone(),
            locales: languages(visit.accept_language.as_deref().unwrap_or_default()),
        };
        self.house
            .viewer(visit.authorization.as_deref(), errand)
            .await
    }

    fn is_anonymous(caller: &Viewer) -> bool {
        caller.is_anonymous()
    }

    async fn execute(
        &self,
        caller: Viewer,
        request: async_graphql::Request,
    ) -> async_graphql::Response {
        self.schema.execute(caller, request).await
    }

    fn allows_origin(&self, origin: &str) -> bool {
        self.house.allows_origin(origin)
    }

    async fn oauth(&self, call: OauthCall) -> OauthAnswer {
        client::answer(&self.house, call).await
    }

    fn well_known(&self, name: &str) -> Option<serde_json::Value> {
        client::well_known(&self.house, name)
    }

    fn sdl(&self) -> &str {
        self.schema.sdl()
    }

    fn permissions(&self) -> &str {
        &self.permissions
    }

    async fn is_ready(&self) -> bool {
        self.house.answers().await && self.house.issuers().were_read()
    }

    fn page(&self) -> Option<Asset> {
        let bytes = Cow::Owned(explorer::page(&self.session).into_bytes());
        Some(Asset {
            content_type: "text/html; charset=utf-8",
            headers: &explorer::PAGE_HEADERS,
            bytes,
        })
    }

    fn asset(&self, path: &str) -> Option<Asset> {
        let (content_type, bytes) = explorer::asset(path)?;
        let bytes = Cow::Borrowed(bytes);
        Some(Asset {
            content_type,
            headers: &explorer::ASSET_HEADERS,
            bytes,
        })
    }

    fn document(&self, name: &str) -> Option<Asset> {
        let text = match name {
            "errors" => include_str!("../../docs/errors.md"),
            "sign-in" => include_str!("../../docs/sign-in.md"),
            _ => return None,
        };
        let bytes = Cow::Borrowed(text.as_bytes());
        Some(Asset {
            content_type: "text/markdown; charset=utf-8",
            headers: &[],
            bytes,
        })
    }
}

/// The languages of an `Accept-Language` header, best first, at most ten.
fn languages(header: &str) -> Vec<String> {
    let mut weighted: Vec<(u16, String)> = header
        .split(',')
        .take(10)
        .filter_map(|part| {
            let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            let weight: f32 = weight.trim().parse().ok()?;
            let is_tag = tag
                .trim()
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-');
            let tag = tag.trim();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 1000"
            )]
            let rank = (weight.clamp(0.0, 1.0) * 1000.0) as u16;
            (is_tag && !tag.is_empty() && rank > 0).then(|| (rank, tag.to_owned()))
        })
        .collect();
    weighted.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    weighted.into_iter().map(|(_, tag)| tag).collect()
}

#[cfg(test)]
mod tests {
    use super::languages;

    #[test]
    fn languages_come_best_first() {
        assert_eq!(
            languages("en;q=0.5, sv-FI, fi;q=0.9, *;q=0.1, de;q=0"),
            ["sv-FI", "fi", "en"]
        );
        assert!(languages("").is_empty());
    }
}
