//! The one table of response statuses. It knows codes, media types and what became of the
//! root fields; it builds no response.

use std::collections::HashSet;

use async_graphql::{PathSegment, ServerError, Value};

use crate::error::Code;

use super::negotiation::Media;

/// The status of a request of which nothing was executed.
pub(crate) const fn refused(code: Code, media: Media) -> u16 {
    match (media, is_about_the_document(code)) {
        (Media::Json, true) => 200,
        (Media::Json, false) | (Media::GraphqlResponse, _) => code.status(),
    }
}

/// Faults of the GraphQL request inside a well-formed HTTP request: older clients expect 200
/// for them under `application/json`.
const fn is_about_the_document(code: Code) -> bool {
    matches!(
        code,
        Code::BadUserInput
            | Code::GraphqlParseFailed
            | Code::GraphqlValidationFailed
            | Code::OperationResolutionFailure
            | Code::MaxTokensLimit
            | Code::MaxRecursionLimit
            | Code::MaxDepthLimit
            | Code::MaxAliasesLimit
            | Code::MaxRootFieldsLimit
            | Code::MaxDirectivesLimit
            | Code::MaxIntrospectionDepth
            | Code::QueryTooComplex
            | Code::PageSizeExceeded
            | Code::InvalidCursor
            | Code::DocumentNotFound
    )
}

/// What the executor's answer amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It ran: 200, with `data`, whatever errors came along.
    Executed,
    /// It never ran: a request error with this code, no `data`.
    Refused(Code),
    /// It ran and every root field failed for one of the causes that make up a whole answer:
    /// no `data`, the status of this code.
    Failed(Code),
}

/// Judges an answer; `codes` are those of `errors`, in their order.
pub(crate) fn outcome(data: &Value, errors: &[ServerError], codes: &[Code]) -> Outcome {
    let Some(first) = codes.first() else {
        return Outcome::Executed;
    };
    if *data == Value::Null && errors.iter().all(|error| error.path.is_empty()) {
        return Outcome::Refused(*first);
    }
    if !every_root_failed(data, errors) {
        return Outcome::Executed;
    }
    if codes.iter().all(|code| code.is_infrastructural()) {
        return Outcome::Failed(gravest(codes));
    }
    match codes.iter().find(|code| code.status() != 401) {
        None => Outcome::Failed(*first),
        Some(_) => Outcome::Executed,
    }
}

/// A root field that is null without an error of its own is an answer, not a failure.
fn every_root_failed(data: &Value, errors: &[ServerError]) -> bool {
    let failed: HashSet<&str> = errors
        .iter()
        .filter_map(|error| match error.path.first() {
            Some(PathSegment::Field(name)) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    match data {
        Value::Null => true,
        Value::Object(roots) => roots
            .iter()
            .all(|(key, value)| *value == Value::Null && failed.contains(key.as_str())),
        _ => false,
    }
}

/// A load balancer may retry on 503, so one such cause outweighs the others.
fn gravest(codes: &[Code]) -> Code {
    let with = |status: u16| codes.iter().copied().find(|code| code.status() == status);
    with(503)
        .or_else(|| with(500))
        .unwrap_or(Code::ConflictRetry)
}

#[cfg(test)]
mod tests {
    use async_graphql::value;

    use super::*;

    fn at(path: &[&str]) -> ServerError {
        let mut error = ServerError::new("x", None);
        error.path = path
            .iter()
            .map(|name| PathSegment::Field((*name).to_owned()))
            .collect();
        error
    }

    #[test]
    fn the_table_is_total_and_never_a_success_under_the_new_media_type() {
        for code in Code::ALL {
            assert!(refused(*code, Media::GraphqlResponse) >= 400);
            let old = refused(*code, Media::Json);
            assert!(old == 200 || old == code.status());
            if old == 200 {
                assert_eq!(code.status(), 400, "{code:?}");
            }
        }
        assert_eq!(refused(Code::BadRequest, Media::Json), 400);
        assert_eq!(refused(Code::BatchRejected, Media::Json), 400);
        assert_eq!(refused(Code::TokenExpired, Media::Json), 401);
        assert_eq!(refused(Code::PageSizeExceeded, Media::Json), 200);
    }

    #[test]
    fn every_code_at_every_place_has_an_outcome() {
        for code in Code::ALL {
            let codes = [*code];
            assert_eq!(
                outcome(&Value::Null, &[at(&[])], &codes),
                Outcome::Refused(*code)
            );
            let partial = value!({"a": null, "b": 1});
            assert_eq!(outcome(&partial, &[at(&["a"])], &codes), Outcome::Executed);
            let whole = outcome(&value!({"a": null}), &[at(&["a", "b"])], &codes);
            let expected = match code.status() {
                401 | 500..=599 => Outcome::Failed(*code),
                _ if *code == Code::ConflictRetry => Outcome::Failed(*code),
                _ => Outcome::Executed,
            };
            assert_eq!(whole, expected, "{code:?}");
        }
    }

    #[test]
    fn an_absent_thing_beside_a_fault_is_still_an_answer() {
        let data = value!({"town": null, "map": null});
        let codes = [Code::ServiceUnavailable];
        assert_eq!(outcome(&data, &[at(&["map"])], &codes), Outcome::Executed);
        assert_eq!(outcome(&data, &[], &[]), Outcome::Executed);
    }

    #[test]
    fn one_unavailable_cause_decides_among_several() {
        let errors = [at(&["a"]), at(&["b"])];
        let data = value!({"a": null, "b": null});
        let codes = [Code::InternalServerError, Code::OperationTimeout];
        assert_eq!(
            outcome(&data, &errors, &codes),
            Outcome::Failed(Code::OperationTimeout)
        );
        let mixed = [Code::InternalServerError, Code::Forbidden];
        assert_eq!(outcome(&data, &errors, &mixed), Outcome::Executed);
    }
}
