//! The root query by which an app learns, before anybody signs in, where people of a municipality do.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};
use entity::municipality::municipality;
use sea_orm::ColumnTrait;

use super::IssuerSettings;
use crate::{
    access::{Asking, Viewer},
    error::Failure,
    municipality::{MunicipalityRef, folded_code},
};

/// A place where people of a municipality can sign in: an `OpenID` Connect issuer. Use the
/// authorization code flow with PKCE.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct SignInOption {
    /// What people read where they choose, such as the name of their town.
    name: String,
    /// The issuer, as it stands in `iss` of its answers and tokens. Compare both letter by letter.
    issuer: String,
    /// Where its addresses are found.
    discovery_url: String,
    /// The id of the app at the issuer. An app is a public client and has no secret.
    client_id: String,
    /// For whom tokens have to be made. Ask for it as `resource` (RFC 8707) or as the issuer wants.
    audience: String,
    /// The scopes to ask the issuer for.
    scopes: Vec<String>,
}

impl From<&IssuerSettings> for SignInOption {
    fn from(settings: &IssuerSettings) -> Self {
        Self {
            name: settings.shown_name(),
            issuer: settings.issuer.clone(),
            discovery_url: settings.discovery_url(),
            client_id: settings.client_id.clone(),
            audience: settings.audience.clone(),
            scopes: settings.scopes.clone(),
        }
    }
}

/// Where people sign in.
#[derive(Debug, Default)]
pub(crate) struct IssuerQuery;

#[Object]
impl IssuerQuery {
    /// Where people of a municipality can sign in, in the order of the configuration; those that are
    /// there for everybody if there is no such municipality. Needs no access token. A few at most.
    async fn sign_in_options(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The municipality, by its id or its code.")] municipality: MunicipalityRef,
    ) -> Result<Vec<SignInOption>, Failure> {
        let viewer = ctx.viewer();
        let found = match municipality {
            MunicipalityRef::Id(id) => ctx.reader().one(id).await?,
            MunicipalityRef::Code(code) => coded(viewer, &code).await?.map(Arc::new),
        };
        let issuers = viewer.issuers().settings();
        let serving = issuers.filter(|settings| serves(viewer, settings, found.as_deref()));
        Ok(serving.map(SignInOption::from).collect())
    }
}

async fn coded(viewer: &Viewer, code: &str) -> Result<Option<municipality::Model>, Failure> {
    // What cannot be a code never reaches a statement.
    if !code.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(None);
    }
    let find = viewer.find::<municipality::Entity>();
    find.filter(municipality::Column::Code.eq(folded_code(code)))
        .one()
        .await
}

/// Whether people of a municipality sign in there: it is one of those named, in the country of a
/// programme that is named. What names nothing is there for all.
fn serves(viewer: &Viewer, settings: &IssuerSettings, of: Option<&municipality::Model>) -> bool {
    let programmes = &viewer.catalogue().programmes;
    let countries: Vec<_> = programmes
        .iter()
        .filter(|programme| settings.programmes.contains(&programme.row.key))
        .map(|programme| &programme.row.country_code)
        .collect();
    let is_at_home = settings.programmes.is_empty()
        || of.is_some_and(|of| countries.contains(&&of.country_code));
    let is_named = settings.municipalities.is_empty()
        || of.is_some_and(|of| settings.municipalities.contains(&of.code));
    is_at_home && is_named
}
