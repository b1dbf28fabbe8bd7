//! The house as the HTTP layer meets it.

use std::{borrow::Cow, sync::Arc};

use entity::client::api_client;

use crate::{
    access::{Errand, House, Viewer},
    client, docs,
    error::Failure,
    explorer,
    http::{Asset, Documents, Fields, Identity, Limits, OauthAnswer, OauthCall, Pool, Site, Visit},
    id::Id,
    language::Language,
    permissions,
    schema::Schema,
};

/// One running server: the house, the schema, and what the explorer is told.
pub(crate) struct PublicSite {
    house: Arc<House>,
    schema: Schema,
    fields: Arc<Fields>,
    permissions: String,
    session: String,
}

impl PublicSite {
    /// A site. `session` is the JSON that the explorer starts with, `limits` those of documents.
    pub(crate) fn new(house: Arc<House>, session: String, limits: &Limits) -> Self {
        let schema = Schema::new();
        let language = Arc::clone(schema.language());
        let fields = Arc::new(Fields::of(language.schema()));
        let documents = Documents::of(language, Arc::clone(&fields), limits.clone());
        let read = Box::new(move |text: &_, name: Option<&_>| documents.coordinates(text, name));
        let schema = schema.reading_with(read);
        Self {
            house,
            schema,
            fields,
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
            idempotency_key: visit.idempotency_key.clone(),
        };
        self.house
            .viewer(visit.authorization.as_deref(), errand)
            .await
    }

    fn is_anonymous(caller: &Viewer) -> bool {
        caller.is_anonymous()
    }

    fn identity(caller: &Viewer) -> Identity {
        let client = caller.client_id();
        Identity {
            id: client
                .or_else(|| caller.account_id())
                .map(|id| id.as_u128()),
            client: client.map(|id| Id::<api_client::Entity>::new(id).to_string()),
        }
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

    fn language(&self) -> Arc<Language> {
        Arc::clone(self.schema.language())
    }

    fn fields(&self) -> Arc<Fields> {
        Arc::clone(&self.fields)
    }

    fn permissions(&self) -> &str {
        &self.permissions
    }

    fn pools(&self) -> Vec<Pool> {
        let pools = self.house.pools().into_iter();
        pools
            .map(|(name, open, idle)| Pool { name, open, idle })
            .collect()
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

    fn document(&self, name: &str, as_page: bool) -> Option<Asset> {
        let (content_type, headers, text): (_, &[_], _) = if as_page {
            (
                "text/html; charset=utf-8",
                &docs::PAGE_HEADERS,
                docs::page(name)?,
            )
        } else {
            ("text/markdown; charset=utf-8", &[], docs::text(name)?)
        };
        Some(Asset {
            content_type,
            headers,
            bytes: Cow::Borrowed(text.as_bytes()),
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
