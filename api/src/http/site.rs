//! What the HTTP layer needs of the rest of the house: who calls, how to execute, what to
//! show. One implementation in production, small ones in tests.

use std::{borrow::Cow, future::Future, sync::Arc};

use async_graphql::{Request, Response};

use crate::{error::Failure, language::Language};

use super::{Fields, OauthAnswer, OauthCall, metrics::Pool, visit::Visit};

/// The house behind the door.
pub(crate) trait Site: Send + Sync + 'static {
    /// Who calls, once their token was judged.
    type Caller: Send + 'static;

    /// Judges the token: none is the anonymous caller, a bad one is a failure.
    fn caller(&self, visit: &Visit) -> impl Future<Output = Result<Self::Caller, Failure>> + Send;

    /// Whether the caller came without a token. Such a caller runs no mutation.
    fn is_anonymous(caller: &Self::Caller) -> bool;

    /// Whose budget a caller spends, and the machine client that calls.
    fn identity(caller: &Self::Caller) -> Identity;

    /// Executes a request whose document was parsed and found within the limits.
    fn execute(
        &self,
        caller: Self::Caller,
        request: Request,
    ) -> impl Future<Output = Response> + Send;

    /// Whether pages of an origin may call in the name of a client.
    fn allows_origin(&self, origin: &str) -> bool;

    /// Answers a call of an OAuth endpoint.
    fn oauth(&self, call: OauthCall) -> impl Future<Output = OauthAnswer> + Send;

    /// A document below `/.well-known/`.
    fn well_known(&self, name: &str) -> Option<serde_json::Value>;

    /// The schema in force.
    fn sdl(&self) -> &str;

    /// What its documents are judged by.
    fn language(&self) -> Arc<Language>;

    /// What each of its fields is to the cost of a document.
    fn fields(&self) -> Arc<Fields>;

    /// Which role and scope may use what, as JSON.
    fn permissions(&self) -> &str;

    /// The connections to the database.
    fn pools(&self) -> Vec<Pool>;

    /// Whether requests can be answered now.
    fn is_ready(&self) -> impl Future<Output = bool> + Send;

    /// The explorer, if this server shows one.
    fn page(&self) -> Option<Asset>;

    /// A file of the explorer by its path below `/explorer/`.
    fn asset(&self, path: &str) -> Option<Asset>;

    /// A document by its name below `/docs/`, as a page for browsers or as it is.
    fn document(&self, name: &str, as_page: bool) -> Option<Asset>;
}

/// Who is behind a caller.
#[derive(Clone, Debug, Default)]
pub(crate) struct Identity {
    /// The client or the account; nothing for somebody without a token.
    pub(crate) id: Option<u128>,
    /// The id of the machine client, for the log.
    pub(crate) client: Option<String>,
}

/// A file that is served as it is.
#[derive(Clone, Debug)]
pub(crate) struct Asset {
    /// Its `Content-Type`.
    pub(crate) content_type: &'static str,
    /// Other headers.
    pub(crate) headers: &'static [(&'static str, &'static str)],
    /// Its bytes.
    pub(crate) bytes: Cow<'static, [u8]>,
}
