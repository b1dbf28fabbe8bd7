//! What is wrong with a document, as errors that clients read. The library words them for compilers;
//! here they become sentences with a code and a place. No value of the caller is repeated.

use apollo_compiler::{
    Schema, diagnostic::ToCliReport, parser::SourceSpan, schema::ExtendedType,
    validation::DiagnosticList,
};
use async_graphql::ServerError;

use super::places::Places;
use crate::error::{Code, Failure};

/// More are not told.
const FAULTS: usize = 10;

/// Faults of the library that are about a value, by the names that it gives them.
const OF_VALUES: [&str; 7] = [
    "FloatCoercionError",
    "IntCoercionError",
    "OneOfInputObjectFieldCount",
    "RequiredField",
    "UndefinedEnumValue",
    "UndefinedInputValue",
    "UnsupportedValueType",
];

/// A failure as an error without a place.
pub(crate) fn refusal(failure: Failure) -> ServerError {
    let error = async_graphql::Error::from(failure);
    ServerError {
        message: error.message,
        source: error.source,
        locations: Vec::new(),
        path: Vec::new(),
        extensions: error.extensions,
    }
}

/// An error at a place in the document.
pub(super) fn at(
    places: &Places<'_>,
    span: Option<SourceSpan>,
    code: Code,
    message: String,
) -> ServerError {
    let mut error = refusal(Failure::with(code, message));
    error.locations = span
        .map(|span| places.at(span.offset()))
        .into_iter()
        .collect();
    error
}

/// The first fault of a text that is not GraphQL: what follows from it is not told.
pub(super) fn syntax(faults: &DiagnosticList, text: &str) -> ServerError {
    let places = Places::of(text);
    let Some(first) = faults.iter().next() else {
        return refusal(Failure::new(Code::GraphqlParseFailed));
    };
    let said = first.error.to_string();
    let said = said.strip_prefix("syntax error: ").unwrap_or(&said);
    let message = format!("Syntax error: {}", sentence(&in_signs(said)));
    at(
        &places,
        first.error.location(),
        Code::GraphqlParseFailed,
        message,
    )
}

/// A selection that selects nothing.
pub(super) fn empty(span: Option<SourceSpan>, text: &str) -> ServerError {
    let message = "Syntax error: Expected a field between the braces.".to_owned();
    at(&Places::of(text), span, Code::GraphqlParseFailed, message)
}

/// The faults of a document that does not fit the schema.
pub(super) fn of(faults: &DiagnosticList, schema: &Schema, text: &str) -> Vec<ServerError> {
    let places = Places::of(text);
    let told = faults.iter().take(FAULTS).map(|fault| {
        let is_value = |name| OF_VALUES.contains(&name);
        let code = if fault.error.unstable_error_name().is_some_and(is_value) {
            Code::BadUserInput
        } else {
            Code::GraphqlValidationFailed
        };
        let said = fault.error.to_string();
        let meant = match fault.error.unstable_error_name() {
            Some("UndefinedField") => meant(&said, schema),
            _ => None,
        };
        let message = sentence(&said) + &meant.unwrap_or_default();
        at(&places, fault.error.location(), code, message)
    });
    told.collect()
}

/// The field that was meant, by the words of the library: "type `T` does not have a field `f`".
fn meant(said: &str, schema: &Schema) -> Option<String> {
    let mut words = said.split('`').skip(1).step_by(2);
    let (ty, field) = (words.next()?, words.next()?);
    let fields = match schema.types.get(ty)? {
        ExtendedType::Object(object) => &object.fields,
        ExtendedType::Interface(interface) => &interface.fields,
        _ => return None,
    };
    let distances = fields
        .keys()
        .map(|known| (strsim::damerau_levenshtein(known, field), known));
    let (distance, known) = distances.min()?;
    (distance <= field.len() / 3 + 1).then(|| format!(" Did you mean `{known}`?"))
}

/// Begins with a capital and ends with a full stop.
fn sentence(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .map(|letter| letter.to_uppercase().collect())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The parser names signs in capitals.
fn in_signs(text: &str) -> String {
    [
        ("L_CURLY", "`{`"),
        ("R_CURLY", "`}`"),
        ("L_PAREN", "`(`"),
        ("R_PAREN", "`)`"),
        ("L_BRACK", "`[`"),
        ("R_BRACK", "`]`"),
        ("COLON", "`:`"),
        ("EOF", "the end"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (name, sign)| {
        text.replace(name, sign)
    })
}
