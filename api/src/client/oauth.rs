//! OAuth 2.0 for machine clients: tokens by client credentials (RFC 6749), introspection (RFC 7662),
//! revocation (RFC 7009), and the metadata by which libraries find all this (RFC 8414, RFC 9728).

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use entity::client::api_client;
use serde_json::{Value, json};

use super::{assertion, rules};
use crate::{
    access::{Bearer, Grant, House, TokenScopes},
    error::Failure,
    http::{Endpoint, OauthAnswer, OauthCall},
    id::Id,
};

/// How long a token of a client lives, in seconds.
const TOKEN_LIFETIME: i64 = 3_600;
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why a call is refused, in the words of RFC 6749.
enum Refusal {
    /// `invalid_client`: nobody we know.
    Client,
    /// Any other error, with a sentence.
    Because(&'static str, &'static str),
    /// The house itself failed.
    House(Failure),
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::House(failure)
    }
}

/// Answers one call of an endpoint.
pub(crate) async fn answer(house: &Arc<House>, call: OauthCall) -> OauthAnswer {
    let outcome = match call.endpoint {
        Endpoint::Token => token(house, &call).await,
        Endpoint::Introspect => introspect(house, &call).await,
        Endpoint::Revoke => revoke(house, &call).await,
    };
    match outcome {
        Ok(body) => OauthAnswer::of(200, body),
        Err(Refusal::Because(error, why)) => {
            OauthAnswer::of(400, json!({ "error": error, "error_description": why }))
        }
        Err(Refusal::Client) => {
            let why = "The client is not known here, or did not prove who it is.";
            let body = json!({ "error": "invalid_client", "error_description": why });
            OauthAnswer {
                challenge: Some("Basic realm=\"cfc\", charset=\"UTF-8\""),
                ..OauthAnswer::of(401, body)
            }
        }
        Err(Refusal::House(failure)) => {
            failure.log("oauth");
            let why = failure.code.meaning();
            let (status, error) = match failure.code.status() {
                503 => (503, "temporarily_unavailable"),
                _ => (500, "server_error"),
            };
            OauthAnswer::of(status, json!({ "error": error, "error_description": why }))
        }
    }
}

/// How a client says who it is.
enum Proof<'c> {
    Secret(&'c str, &'c str),
    Assertion(&'c str),
}

fn proof(call: &OauthCall) -> Result<Proof<'_>, Refusal> {
    let posted = call.field("client_secret").is_some();
    let asserted = call.field("client_assertion").is_some();
    let ways = [call.basic.is_some(), posted, asserted];
    let is_twice = ways.into_iter().filter(|way| *way).count() > 1;
    if is_twice {
        let why = "Prove who the client is in one way, not in several.";
        return Err(Refusal::Because("invalid_request", why));
    }
    if let Some((id, secret)) = &call.basic {
        if call.field("client_id").is_some_and(|sent| sent != id) {
            let why = "The head and the body name two clients.";
            return Err(Refusal::Because("invalid_request", why));
        }
        return Ok(Proof::Secret(id, secret));
    }
    if let Some(assertion) = call.field("client_assertion") {
        if call.field("client_assertion_type") != Some(ASSERTION) {
            let why = "This kind of assertion is not known here.";
            return Err(Refusal::Because("invalid_request", why));
        }
        return Ok(Proof::Assertion(assertion));
    }
    match (call.field("client_id"), call.field("client_secret")) {
        (Some(id), Some(secret)) => Ok(Proof::Secret(id, secret)),
        _ => Err(Refusal::Client),
    }
}

async fn authenticated(house: &House, call: &OauthCall) -> Result<api_client::Model, Refusal> {
    match proof(call)? {
        Proof::Secret(id, secret) => {
            let id = Id::read(id).ok_or(Refusal::Client)?;
            let (client, secrets) = house.client(id).await?.ok_or(Refusal::Client)?;
            let now = house.now();
            let secret = rules::among(secret, &secrets, now).ok_or(Refusal::Client)?;
            if let Some(before) = rules::use_to_note(secret, now) {
                house.note_use(secret.id, before).await?;
            }
            Ok(client)
        }
        Proof::Assertion(assertion) => {
            let id = assertion::subject(assertion).ok_or(Refusal::Client)?;
            let is_other = call
                .field("client_id")
                .is_some_and(|sent| sent != id.to_string());
            if is_other {
                return Err(Refusal::Client);
            }
            let (client, _) = house.client(id).await?.ok_or(Refusal::Client)?;
            let issuer = house.keys().issuer();
            let addresses = [issuer.to_owned(), format!("{issuer}/oauth/token")];
            let (name, ends) = assertion::verified(&client, assertion, &addresses, house.now())
                .ok_or(Refusal::Client)?;
            if house.spend(format!("{id} {name}"), ends).await? {
                Ok(client)
            } else {
                Err(Refusal::Client)
            }
        }
    }
}

async fn token(house: &House, call: &OauthCall) -> Result<Value, Refusal> {
    let client = authenticated(house, call).await?;
    match call.field("grant_type") {
        Some("client_credentials") => {}
        Some(_) => {
            let why = "Machine clients use client_credentials.";
            return Err(Refusal::Because("unsupported_grant_type", why));
        }
        None => {
            return Err(Refusal::Because(
                "invalid_request",
                "grant_type is missing.",
            ));
        }
    }
    let granted = TokenScopes::stored(&client.scopes);
    let scopes = match call.field("scope").map(str::trim) {
        None | Some("") => granted,
        Some(asked) => TokenScopes::of(asked.split_whitespace())
            .ok()
            .filter(|asked| asked.is_within(granted))
            .ok_or(Refusal::Because(
                "invalid_scope",
                "The client was not given each of these scopes.",
            ))?,
    };
    let grant = Grant {
        account: Id::new(client.account_id),
        client: Some((Id::new(client.id), scopes)),
    };
    let token = house.token(grant, TimeDelta::seconds(TOKEN_LIFETIME))?;
    Ok(json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": TOKEN_LIFETIME,
        "scope": scopes.names().join(" "),
    }))
}

/// What a token says, if it was made for this client: others are none of its business.
fn own(
    house: &House,
    call: &OauthCall,
    client: &api_client::Model,
) -> Result<Option<Bearer>, Refusal> {
    let Some(token) = call.field("token") else {
        return Err(Refusal::Because("invalid_request", "token is missing."));
    };
    let bearer = house.keys().read(token).ok();
    Ok(bearer.filter(|bearer| {
        let made_for = bearer.grant.client.map(|(id, _)| id.0);
        made_for == Some(client.id)
    }))
}

async fn introspect(house: &House, call: &OauthCall) -> Result<Value, Refusal> {
    let client = authenticated(house, call).await?;
    let inactive = Ok(json!({ "active": false }));
    let Some(bearer) = own(house, call, &client)? else {
        return inactive;
    };
    let Some((id, scopes)) = bearer.grant.client else {
        return inactive;
    };
    if !house.is_in_force(&bearer).await? {
        return inactive;
    }
    let scopes = scopes.and(TokenScopes::stored(&client.scopes));
    Ok(json!({
        "active": true,
        "client_id": id.to_string(),
        "sub": bearer.grant.account.to_string(),
        "iss": house.keys().issuer(),
        "token_type": "Bearer",
        "scope": scopes.names().join(" "),
        "iat": bearer.issued_at,
        "exp": bearer.expires_at,
        "jti": bearer.token_id,
    }))
}

/// A token that is not the client's own, or none at all, is as good as taken back: the answer is
/// the same (RFC 7009, 2.2).
async fn revoke(house: &House, call: &OauthCall) -> Result<Value, Refusal> {
    let client = authenticated(house, call).await?;
    if let Some(bearer) = own(house, call, &client)? {
        let ends = i64::try_from(bearer.expires_at).unwrap_or(i64::MAX);
        let ends = DateTime::from_timestamp(ends, 0).unwrap_or(DateTime::<chrono::Utc>::MAX_UTC);
        house
            .spend(bearer.token_id, ends + TimeDelta::minutes(1))
            .await?;
    }
    Ok(json!({}))
}

/// A document below `/.well-known/`.
pub(crate) fn well_known(house: &House, name: &str) -> Option<Value> {
    let issuer = house.keys().issuer();
    let methods = [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
    ];
    let at = |path: &str| format!("{issuer}{path}");
    Some(match name {
        "jwks.json" => house.keys().public_set(),
        "oauth-authorization-server" => json!({
            "issuer": issuer,
            "token_endpoint": at("/oauth/token"),
            "revocation_endpoint": at("/oauth/revoke"),
            "introspection_endpoint": at("/oauth/introspect"),
            "jwks_uri": at("/.well-known/jwks.json"),
            "scopes_supported": TokenScopes::ALL.names(),
            "response_types_supported": [],
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": methods,
            "token_endpoint_auth_signing_alg_values_supported": ["EdDSA", "ES256"],
            "revocation_endpoint_auth_methods_supported": methods,
            "introspection_endpoint_auth_methods_supported": methods,
        }),
        "oauth-protected-resource" | "oauth-protected-resource/graphql" => json!({
            "resource": at("/graphql"),
            "authorization_servers": [issuer],
            "jwks_uri": at("/.well-known/jwks.json"),
            "scopes_supported": TokenScopes::ALL.names(),
            "bearer_methods_supported": ["header"],
            "resource_name": "Child Friendly Cities API",
        }),
        _ => return None,
    })
}
