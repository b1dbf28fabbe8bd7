//! The closed list of error codes: each with its HTTP status, whether the same request may
//! be sent again, and one sentence of meaning. Nothing else may invent a code or a status.

macro_rules! codes {
    ($($variant:ident $text:literal $status:literal $retryable:literal $meaning:literal;)+) => {
        /// A code of `errors[].extensions.code`. The list may grow, a code never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum Code {
            $(#[doc = $meaning] $variant,)+
        }

        impl Code {
            /// Every code, for the tests of totality.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as clients read it.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The HTTP status when this code is the whole answer.
            pub(crate) const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// Whether the same request may be sent again without a change and without harm.
            pub(crate) const fn retryable(self) -> bool {
                match self { $(Self::$variant => $retryable,)+ }
            }

            /// One sentence for people, also the message where nobody says anything better.
            pub(crate) const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)+ }
            }

            /// The code with this text, `None` for a text outside the closed list.
            pub(crate) fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

codes! {
    Unauthenticated "UNAUTHENTICATED" 401 false "This needs a valid access token.";
    TokenExpired "TOKEN_EXPIRED" 401 false "The access token has expired.";
    InsufficientScope "INSUFFICIENT_SCOPE" 403 false "The access token does not carry the scope that this needs.";
    Forbidden "FORBIDDEN" 403 false "Your roles do not allow this.";
    NotFound "NOT_FOUND" 404 false "There is no such thing, or you may not see it.";
    BadUserInput "BAD_USER_INPUT" 400 false "An argument or a variable has a wrong value.";
    GraphqlParseFailed "GRAPHQL_PARSE_FAILED" 400 false "The document is not GraphQL.";
    GraphqlValidationFailed "GRAPHQL_VALIDATION_FAILED" 400 false "The document does not fit the schema.";
    OperationResolutionFailure "OPERATION_RESOLUTION_FAILURE" 400 false "The document has no operation of that name, or several and no name was given.";
    BadRequest "BAD_REQUEST" 400 false "The request is not a GraphQL request.";
    PayloadTooLarge "PAYLOAD_TOO_LARGE" 413 false "The request body is too large.";
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" 415 false "Send the body as application/json in UTF-8, not compressed.";
    MethodNotAllowed "METHOD_NOT_ALLOWED" 405 false "This method is not allowed here.";
    NotAcceptable "NOT_ACCEPTABLE" 406 false "Accept application/graphql-response+json or application/json.";
    MaxTokensLimit "MAX_TOKENS_LIMIT" 400 false "The document is too long.";
    MaxRecursionLimit "MAX_RECURSION_LIMIT" 400 false "The document or the variables are nested too deeply.";
    MaxDepthLimit "MAX_DEPTH_LIMIT" 400 false "The fields are nested too deeply.";
    MaxAliasesLimit "MAX_ALIASES_LIMIT" 400 false "The operation uses too many aliases.";
    MaxRootFieldsLimit "MAX_ROOT_FIELDS_LIMIT" 400 false "The operation selects too many root fields.";
    MaxDirectivesLimit "MAX_DIRECTIVES_LIMIT" 400 false "The document uses too many directives.";
    MaxIntrospectionDepth "MAX_INTROSPECTION_DEPTH" 400 false "The introspection nests too many lists.";
    QueryTooComplex "QUERY_TOO_COMPLEX" 400 false "The operation asks for too much at once.";
    BatchRejected "BATCH_REJECTED" 400 false "Send one request at a time: arrays of requests are not accepted.";
    PageSizeExceeded "PAGE_SIZE_EXCEEDED" 400 false "A page holds 1 to 100 entries.";
    InvalidCursor "INVALID_CURSOR" 400 false "The cursor does not belong to this list with this order and filter.";
    RateLimited "RATE_LIMITED" 429 true "Too many requests: wait before the next one.";
    OperationTimeout "OPERATION_TIMEOUT" 503 true "The operation took too long and was given up.";
    OutcomeUnknown "OUTCOME_UNKNOWN" 503 false "It is not known whether the change was stored: read before you send it again.";
    ConflictRetry "CONFLICT_RETRY" 409 true "Another change got in the way and nothing was stored: send the request again.";
    IdempotencyKeyReused "IDEMPOTENCY_KEY_REUSED" 422 false "This idempotency key belongs to a request with another input.";
    IdempotencyInProgress "IDEMPOTENCY_IN_PROGRESS" 409 true "The request with this idempotency key is still running.";
    DocumentNotFound "DOCUMENT_NOT_FOUND" 400 false "No stored document has this identifier.";
    ServiceUnavailable "SERVICE_UNAVAILABLE" 503 true "The service is not available at the moment.";
    InsufficientStorage "INSUFFICIENT_STORAGE" 503 true "The service cannot store anything at the moment.";
    InternalServerError "INTERNAL_SERVER_ERROR" 500 false "Something went wrong on our side.";
}

impl Code {
    /// A cause outside the request and outside the rules: the answer says nothing about the data.
    pub(crate) const fn is_infrastructural(self) -> bool {
        self.status() >= 500 || matches!(self, Self::ConflictRetry)
    }

    /// How long a client should wait when nobody knows better.
    pub(crate) const fn default_retry_after_ms(self) -> Option<u64> {
        match self {
            Self::InsufficientStorage => Some(10_000),
            Self::ConflictRetry | Self::IdempotencyInProgress => Some(200),
            Self::RateLimited
            | Self::OperationTimeout
            | Self::OutcomeUnknown
            | Self::ServiceUnavailable => Some(1_000),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Code;

    #[test]
    fn every_code_is_named_once_and_read_back() {
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        assert_eq!(Code::ALL.len(), 35);
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
            assert!(code.meaning().ends_with('.'));
        }
        assert_eq!(Code::parse("SOMETHING_ELSE"), None);
    }

    #[test]
    fn every_status_is_an_error_and_every_retryable_code_says_how_long_to_wait() {
        for code in Code::ALL {
            assert!((400..=503).contains(&code.status()));
            if code.retryable() {
                assert!(code.default_retry_after_ms().is_some(), "{code:?}");
            }
            if code.status() == 503 {
                assert!(code.default_retry_after_ms().is_some(), "{code:?}");
            }
        }
    }
}
