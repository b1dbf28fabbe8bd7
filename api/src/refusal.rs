//! Why a mutation did nothing: a failure for the developer, or errors the end user can mend.

use async_graphql::{Enum, SimpleObject};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    error::{Failure, violated},
    warning::UserWarning,
};

/// What the end user can mend. More values may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize, Deserialize)]
pub(crate) enum UserErrorCode {
    /// A value is needed here.
    Required,
    /// The value does not fit here.
    Invalid,
    /// The number or date is outside the range given in the message.
    OutOfRange,
    /// The text is longer than allowed.
    TooLong,
    /// Something with this value exists already.
    NotUnique,
    /// An id in the input names nothing that you can see.
    NotFound,
    /// Somebody else changed it since you read it; see `conflict`.
    VersionConflict,
    /// Not possible in the present state; the message names what is.
    InvalidTransition,
    /// Rules of the programme are not met; one error per unmet point.
    RulesUnmet,
    /// Somebody else has to do this step.
    ConflictOfInterest,
    /// Closed for changes in the present state.
    Locked,
    /// The text holds a personal identity code, or becomes public and holds an e-mail address or a
    /// telephone number.
    PersonalDataNotAllowed,
    /// No more of these are allowed.
    LimitReached,
}

/// A value in the message of a user error, for clients that say it in words of their own.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
#[graphql(serial, name = "UserErrorParameter")]
pub(crate) struct Parameter {
    /// What the value is, such as `maximum`; `/docs/errors` lists the names. A list is told as several
    /// parameters of one name.
    name: String,
    /// The value: a number, a day as `YYYY-MM-DD`, a code, or the word of an enum.
    value: String,
}

/// What is told of a fault: a message in English and the values in it by name.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    message: String,
    parameters: Vec<Parameter>,
}

/// A message with values in it.
pub(crate) fn told(message: impl Into<String>) -> Told {
    Told {
        message: message.into(),
        parameters: Vec::new(),
    }
}

impl Told {
    /// Names a value of the message. Never one of the input: what somebody sent is not repeated.
    pub(crate) fn with(self, name: &str, value: impl ToString) -> Self {
        self.with_each(name, [value])
    }

    /// Names the values of a list.
    pub(crate) fn with_each(
        mut self,
        name: &str,
        values: impl IntoIterator<Item = impl ToString>,
    ) -> Self {
        let values = values.into_iter().map(|value| Parameter {
            name: name.to_owned(),
            value: value.to_string(),
        });
        self.parameters.extend(values);
        self
    }
}

impl From<String> for Told {
    fn from(message: String) -> Self {
        told(message)
    }
}

impl From<&str> for Told {
    fn from(message: &str) -> Self {
        told(message)
    }
}

/// Something the end user can mend. The mutation changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject, Serialize, Deserialize)]
#[graphql(serial)]
pub(crate) struct UserError {
    /// What is wrong, for programs.
    pub(crate) code: UserErrorCode,
    /// Where: names and list positions below `input`; empty when it concerns the whole.
    pub(crate) path: Vec<String>,
    /// What is wrong and how to mend it, for people; in English.
    pub(crate) message: String,
    /// The values that the message tells, for clients that say it in words of their own. None of them
    /// repeats what you sent.
    #[serde(default)]
    pub(crate) parameters: Vec<Parameter>,
    /// The row that was overtaken, with `VERSION_CONFLICT`.
    #[graphql(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) overtaken: Option<Overtaken>,
}

impl UserError {
    /// An error at a dotted path below `input`, such as `answers.3.level`.
    pub(crate) fn at(code: UserErrorCode, path: &str, told: impl Into<Told>) -> Self {
        let path = path
            .split('.')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        let told = told.into();
        Self {
            code,
            path,
            message: told.message,
            parameters: told.parameters,
            overtaken: None,
        }
    }

    /// The same error for one of several answers in the input.
    pub(crate) fn below(mut self, at: usize) -> Self {
        self.path
            .splice(0..0, ["answers".to_owned(), at.to_string()]);
        self
    }

    /// A step that somebody else has to do.
    pub(crate) fn conflict(why: &str) -> Self {
        Self::at(UserErrorCode::ConflictOfInterest, "", why)
    }

    /// An unmet rule of the programme.
    pub(crate) fn unmet(told: impl Into<Told>) -> Self {
        Self::at(UserErrorCode::RulesUnmet, "", told)
    }
}

/// The row that another client changed first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Overtaken {
    pub(crate) id: Uuid,
    /// What it is part of, where acts on that write it too. Absent from what was stored earlier.
    #[serde(default)]
    pub(crate) above: Option<Uuid>,
    pub(crate) expected_version: i32,
    pub(crate) current_version: i32,
}

impl Overtaken {
    /// The error that goes with the conflict.
    pub(crate) fn user_error(&self) -> UserError {
        let message = format!(
            "Somebody else changed this first; it is at version {} now. Read it and decide again.",
            self.current_version
        );
        let message = told(message).with("currentVersion", self.current_version);
        UserError {
            overtaken: Some(self.clone()),
            ..UserError::at(UserErrorCode::VersionConflict, "expectedVersion", message)
        }
    }
}

/// Why a mutation did nothing.
#[derive(Clone, Debug)]
pub(crate) enum Refused {
    /// A top-level error.
    Failure(Failure),
    /// Errors in the payload.
    User(Vec<UserError>),
    /// `VERSION_CONFLICT` with the current row.
    Overtaken(Overtaken),
    /// Nothing stands in the way, and it was only to be checked; what it would warn of.
    Validated(Vec<UserWarning>),
    /// It was attempted before under the same key.
    Replayed(Replay),
}

/// What the first attempt under an idempotency key came to.
#[derive(Clone, Debug)]
pub(crate) enum Replay {
    /// It took effect; the row that its payload held.
    Effect { kind: String, id: Uuid },
    /// Errors in the payload.
    User(Vec<UserError>),
    /// `VERSION_CONFLICT`.
    Overtaken(Overtaken),
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<UserError> for Refused {
    fn from(error: UserError) -> Self {
        Self::User(vec![error])
    }
}

impl From<DbErr> for Refused {
    fn from(error: DbErr) -> Self {
        match violated(&error).as_deref().and_then(once_only) {
            Some((path, message)) => UserError::at(UserErrorCode::NotUnique, path, message).into(),
            None => Failure::from(error).into(),
        }
    }
}

/// Succeeds when there is nothing to mend.
pub(crate) fn none_of(errors: Vec<UserError>) -> Result<(), Refused> {
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Refused::User(errors))
    }
}

/// What may exist only once: the constraint as PostgreSQL names it, the columns as SQLite does,
/// where in the input, and what to tell.
const ONCE_ONLY: &[(&str, &str, &str, &str)] = &[
    (
        "identity_subject",
        "identity.issuer, identity.subject",
        "",
        "This identity stands for another account already.",
    ),
    (
        "participation_place",
        "participation.programme_id, participation.municipality_id",
        "municipalityId",
        "The municipality takes part in this programme already.",
    ),
    (
        "cycle_open",
        "cycle.participation_id",
        "",
        "There is an open cycle already; close or cancel it first.",
    ),
    (
        "cycle_ordinal",
        "cycle.participation_id, cycle.ordinal",
        "",
        "Another cycle was started at the same moment.",
    ),
    (
        "assessment_open",
        "assessment.cycle_id, assessment.kind",
        "kind",
        "There is an unfinished assessment of this kind in the cycle already.",
    ),
    (
        "responsible_entity_name_key",
        "responsible_entity.programme_id, responsible_entity.municipality_id, responsible_entity.name_key",
        "name",
        "A responsible entity of this name exists already.",
    ),
    (
        "action_plan_number",
        "action_plan.cycle_id, action_plan.number",
        "",
        "Another plan was started at the same moment.",
    ),
    (
        "action_plan_open",
        "action_plan.cycle_id",
        "",
        "There is an unfinished action plan in the cycle already.",
    ),
    (
        "measurement_corrected_once",
        "measurement.supersedes_id",
        "measurementId",
        "This measurement was corrected already; correct the newer one.",
    ),
    (
        "decision_open",
        "recognition_decision.cycle_id",
        "",
        "There is an unpublished decision for the cycle already.",
    ),
    (
        "recognition_in_force",
        "recognition.programme_id, recognition.municipality_id",
        "",
        "Another recognition was published at the same moment.",
    ),
];

fn once_only(constraint: &str) -> Option<(&'static str, &'static str)> {
    ONCE_ONLY
        .iter()
        .find(|(name, columns, ..)| constraint == *name || constraint.ends_with(columns))
        .map(|(_, _, path, message)| (*path, *message))
        .or_else(|| {
            let column = constraint.rsplit_once('.').map(|(_, column)| column);
            (constraint.ends_with("_pkey") || column == Some("id"))
                .then_some(("id", "This id is taken."))
        })
}
