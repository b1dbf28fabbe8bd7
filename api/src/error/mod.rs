//! `Failure`: what a developer or an operator must mend, with a code of the closed table.
//! It has no `Display`, so no text reaches a client by accident: the message is written for
//! them, the source is logged when the response is made and never sent.
//! What an end user can mend is a user error in the payload, not a failure.

mod code;
mod database;

use std::{borrow::Cow, error::Error, sync::Arc};

use async_graphql::ErrorExtensionValues;

pub(crate) use self::{
    code::Code,
    database::{answered, is_busy, violated},
};

/// Why an operation or a field has no answer.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// The code that clients act on.
    pub(crate) code: Code,
    /// The sentence that clients show to their developers.
    pub(crate) message: Cow<'static, str>,
    /// The cause, for our log only.
    pub(crate) source: Option<Arc<dyn Error + Send + Sync>>,
    /// Roles of which one would have been enough.
    pub(crate) required_roles: Vec<String>,
    /// Scopes that the token lacks.
    pub(crate) required_scopes: Vec<String>,
    /// How long to wait before the next attempt.
    pub(crate) retry_after_ms: Option<u64>,
}

impl Failure {
    /// A failure that says what its code means and no more.
    pub(crate) fn new(code: Code) -> Self {
        Self {
            code,
            message: Cow::Borrowed(code.meaning()),
            source: None,
            required_roles: Vec::new(),
            required_scopes: Vec::new(),
            retry_after_ms: code.default_retry_after_ms(),
        }
    }

    /// A failure with a sentence of its own.
    pub(crate) fn with(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            message: message.into(),
            ..Self::new(code)
        }
    }

    /// Absent or invisible: always the same bytes, so that nobody can tell which.
    pub(crate) fn not_found() -> Self {
        Self::new(Code::NotFound)
    }

    /// None of the caller's roles allows this; `roles` are those that would.
    pub(crate) fn forbidden<R: Into<String>>(roles: impl IntoIterator<Item = R>) -> Self {
        let required_roles = roles.into_iter().map(Into::into).collect();
        Self {
            required_roles,
            ..Self::new(Code::Forbidden)
        }
    }

    /// The token lacks these scopes.
    pub(crate) fn insufficient_scope<S: Into<String>>(scopes: impl IntoIterator<Item = S>) -> Self {
        let required_scopes = scopes.into_iter().map(Into::into).collect();
        Self {
            required_scopes,
            ..Self::new(Code::InsufficientScope)
        }
    }

    /// No token where one is needed, or a bad one.
    pub(crate) fn unauthenticated() -> Self {
        Self::new(Code::Unauthenticated)
    }

    /// A wrong argument that no user error covers.
    pub(crate) fn bad_input(message: impl Into<Cow<'static, str>>) -> Self {
        Self::with(Code::BadUserInput, message)
    }

    /// A bug or an unknown fault; the source goes to the log.
    pub(crate) fn internal(source: impl Error + Send + Sync + 'static) -> Self {
        Self::new(Code::InternalServerError).because(source)
    }

    /// The same failure with its cause for the log.
    pub(crate) fn because(mut self, source: impl Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Sets what clients read beside the message. The request id and the address of the
    /// documentation are added once, by the HTTP layer.
    pub(crate) fn extend(&self, extensions: &mut ErrorExtensionValues) {
        extensions.set("code", self.code.as_str());
        extensions.set("retryable", self.code.retryable());
        if let Some(wait) = self.retry_after_ms {
            extensions.set("retryAfterMs", wait);
        }
        if !self.required_roles.is_empty() {
            extensions.set("requiredRoles", self.required_roles.clone());
        }
        if !self.required_scopes.is_empty() {
            extensions.set("requiredScopes", self.required_scopes.clone());
        }
    }

    /// Logs the cause with the request it belongs to. The plain text of each source is
    /// written, not its debug form, which would print the values of a broken row.
    pub(crate) fn log(&self, request_id: &str) {
        let Some(source) = &self.source else { return };
        let mut text = source.to_string();
        let mut next = source.source();
        while let Some(cause) = next {
            let cause_text = cause.to_string();
            if !text.contains(&cause_text) {
                text.push_str(": ");
                text.push_str(&cause_text);
            }
            next = cause.source();
        }
        tracing::error!(
            request_id,
            code = self.code.as_str(),
            cause = text,
            "request failed"
        );
    }
}

impl From<Arc<Failure>> for Failure {
    /// Loaders share one failure among all keys of a batch.
    fn from(shared: Arc<Failure>) -> Self {
        Arc::unwrap_or_clone(shared)
    }
}

impl From<Failure> for async_graphql::Error {
    fn from(failure: Failure) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        failure.extend(&mut extensions);
        Self {
            message: failure.message.to_string(),
            source: Some(Arc::new(failure)),
            extensions: Some(extensions),
        }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::Value;

    use super::*;

    #[test]
    fn a_failure_becomes_an_error_with_code_and_roles_and_without_its_source() {
        let failure = Failure {
            source: Some(Arc::new(std::io::Error::other("SELECT secret"))),
            ..Failure::forbidden(["COORDINATOR"])
        };
        let error = async_graphql::Error::from(failure);
        let text = serde_json::to_string(&error).unwrap();
        assert!(!text.contains("secret"), "{text}");
        let extensions = error.extensions.unwrap();
        assert_eq!(extensions.get("code"), Some(&Value::from("FORBIDDEN")));
        assert_eq!(extensions.get("retryable"), Some(&Value::from(false)));
        assert_eq!(
            extensions.get("requiredRoles"),
            Some(&Value::List(vec![Value::from("COORDINATOR")]))
        );
        assert_eq!(extensions.get("requiredScopes"), None);
        let kept = error.source.unwrap().downcast::<Failure>().unwrap();
        assert!(kept.source.is_some());
    }

    #[test]
    fn not_found_is_always_the_same_bytes() {
        let one = serde_json::to_string(&async_graphql::Error::from(Failure::not_found())).unwrap();
        let two = serde_json::to_string(&async_graphql::Error::from(Failure::not_found())).unwrap();
        assert_eq!(one, two);
    }

    #[test]
    fn a_shared_failure_keeps_its_cause() {
        let shared = Arc::new(Failure::internal(std::io::Error::other("x")));
        let copy = Failure::from(Arc::clone(&shared));
        assert!(copy.source.is_some());
        assert_eq!(copy.code, Code::InternalServerError);
    }
}
