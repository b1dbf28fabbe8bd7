//! PURE: whether what a deciding body says makes a decision, and which. Every fault is told at
//! once.

use std::sync::Arc;

use chrono::NaiveDate;
use entity::{programme::criterion, recognition::DecisionOutcome};
use uuid::Uuid;

use super::{
    decide::{ConditionInput, CriterionJudgementInput, DecideRecognitionInput},
    rules,
};
use crate::{
    input::{Checks, LONG_TEXT, SHORT_TEXT, listed, still_to_come, trimmed},
    personal::Country,
    refusal::{
        UserError,
        UserErrorCode::{Invalid, NotFound, NotUnique, OutOfRange, Required, RulesUnmet},
        told,
    },
    scalars,
};

/// The most conditions of one decision.
const CONDITIONS_MAX: usize = 20;

/// What a decision is measured against.
#[derive(Debug)]
pub(super) struct Frame<'f> {
    pub(super) country: Country,
    pub(super) today: NaiveDate,
    /// The criteria of the programme version, in order.
    pub(super) criteria: &'f [Arc<criterion::Model>],
    /// For how long recognition is granted unless said otherwise.
    pub(super) months: Option<u32>,
    /// The first day of the newest recognition so far.
    pub(super) newest_from: Option<NaiveDate>,
}

/// A decision, checked.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) outcome: DecisionOutcome,
    pub(super) decided_on: NaiveDate,
    pub(super) deciding_body: String,
    pub(super) votes: (i32, i32, i32),
    pub(super) validity: Option<(NaiveDate, NaiveDate)>,
    pub(super) deferred_until: Option<NaiveDate>,
    pub(super) public_reason: String,
    pub(super) judgements: Vec<Judgement>,
    pub(super) conditions: Vec<(String, Option<NaiveDate>)>,
}

/// How one criterion is judged.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) criterion_id: Uuid,
    pub(super) ordinal: i32,
    pub(super) is_met: bool,
    pub(super) reason: Option<String>,
}

/// The decision that an input makes, or every fault of it.
pub(super) fn reached(
    input: DecideRecognitionInput,
    frame: &Frame<'_>,
) -> Result<Verdict, Vec<UserError>> {
    let mut checks = Checks::default();
    checks.required_text(
        "decidingBody",
        &input.deciding_body,
        SHORT_TEXT.public(frame.country),
    );
    checks.required_text(
        "publicReason",
        &input.public_reason,
        LONG_TEXT.public(frame.country),
    );
    let decided_on = input.decided_on.map_or(frame.today, |date| date.0);
    checks.ensure(
        decided_on <= frame.today,
        OutOfRange,
        "decidedOn",
        still_to_come(frame.today),
    );
    let votes = votes(&input, &mut checks);
    let validity = validity(&input, frame, decided_on, &mut checks);
    let deferred_until = deferred_until(&input, decided_on, &mut checks);
    let judgements = judgements(input.outcome, input.criteria, frame, &mut checks);
    let conditions = conditions(
        input.outcome,
        input.conditions.unwrap_or_default(),
        decided_on,
        frame,
        &mut checks,
    );
    let faults = checks.into_faults();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Verdict {
        outcome: input.outcome,
        decided_on,
        deciding_body: input.deciding_body.trim().to_owned(),
        votes,
        validity,
        deferred_until,
        public_reason: input.public_reason.trim().to_owned(),
        judgements,
        conditions,
    })
}

fn votes(input: &DecideRecognitionInput, checks: &mut Checks) -> (i32, i32, i32) {
    let votes = &input.votes;
    let counts = [
        ("votes.for", votes.in_favour),
        ("votes.against", votes.against),
        ("votes.abstained", votes.abstained),
    ];
    for (path, count) in counts {
        let message = told("Votes count from 0.").with("minimum", 0);
        checks.ensure(count >= 0, OutOfRange, path, message);
    }
    checks.ensure(
        counts.iter().any(|(_, count)| *count > 0),
        Required,
        "votes",
        "Somebody has to vote.",
    );
    checks.ensure(
        !rules::is_granting(input.outcome) || votes.in_favour > votes.against,
        RulesUnmet,
        "votes",
        "Recognition needs more votes for than against.",
    );
    (votes.in_favour, votes.against, votes.abstained)
}

fn validity(
    input: &DecideRecognitionInput,
    frame: &Frame<'_>,
    decided_on: NaiveDate,
    checks: &mut Checks,
) -> Option<(NaiveDate, NaiveDate)> {
    if !rules::is_granting(input.outcome) {
        let given = [
            ("validFrom", input.valid_from),
            ("validUntil", input.valid_until),
        ];
        for (path, date) in given {
            let message = "Only with GRANTED or CONDITIONAL.";
            checks.ensure(date.is_none(), Invalid, path, message);
        }
        return None;
    }
    let from = input.valid_from.map_or(decided_on, |date| date.0);
    if let Some(newest) = frame.newest_from.filter(|newest| from < *newest) {
        let message =
            format!("The recognition before begins on {newest}; this one cannot begin earlier.");
        let message = told(message).with("minimum", newest);
        checks.fault(OutOfRange, "validFrom", message);
    }
    let usual = || {
        frame
            .months
            .and_then(|months| rules::last_day(from, months))
    };
    let Some(until) = input.valid_until.map(|date| date.0).or_else(usual) else {
        checks.fault(Required, "validUntil", "Say the last day.");
        return None;
    };
    checks.ensure(
        scalars::is_in_range(until),
        OutOfRange,
        "validFrom",
        "From this day on it would last beyond 2199.",
    );
    checks.ensure(
        until >= from,
        OutOfRange,
        "validUntil",
        "The last day cannot come before the first.",
    );
    Some((from, until))
}

fn deferred_until(
    input: &DecideRecognitionInput,
    decided_on: NaiveDate,
    checks: &mut Checks,
) -> Option<NaiveDate> {
    let until = input.deferred_until.map(|date| date.0);
    match (input.outcome, until) {
        (DecisionOutcome::Deferred, None) => {
            checks.fault(Required, "deferredUntil", "Say until when.");
        }
        (DecisionOutcome::Deferred, Some(until)) => checks.ensure(
            until > decided_on,
            OutOfRange,
            "deferredUntil",
            "This has to be after the day of the decision.",
        ),
        (_, Some(_)) => checks.fault(Invalid, "deferredUntil", "Only with DEFERRED."),
        (_, None) => {}
    }
    until
}

fn judgements(
    outcome: DecisionOutcome,
    given: Vec<CriterionJudgementInput>,
    frame: &Frame<'_>,
    checks: &mut Checks,
) -> Vec<Judgement> {
    let mut judgements: Vec<Judgement> = Vec::new();
    for (at, judged) in given.into_iter().enumerate() {
        let Some(criterion) = named(&judged, at, frame, checks) else {
            continue;
        };
        let path = format!("criteria.{at}");
        let is_second = judgements.iter().any(|j| j.criterion_id == criterion.id);
        checks.ensure(
            !is_second,
            NotUnique,
            &path,
            told(format!("The criterion {} is judged twice.", criterion.code))
                .with("criterion", &criterion.code),
        );
        let path = format!("{path}.reason");
        let reason = trimmed(judged.reason);
        checks.text(&path, reason.as_deref(), LONG_TEXT.public(frame.country));
        checks.ensure(
            judged.is_met || reason.is_some(),
            Required,
            &path,
            "Say why the criterion is not met.",
        );
        if !is_second {
            judgements.push(Judgement {
                criterion_id: criterion.id,
                ordinal: criterion.ordinal,
                is_met: judged.is_met,
                reason,
            });
        }
    }
    complete(outcome, &judgements, frame, checks);
    judgements.sort_by_key(|judgement| judgement.ordinal);
    judgements
}

/// The criterion that a judgement names, by id or by code.
fn named<'f>(
    judged: &CriterionJudgementInput,
    at: usize,
    frame: &Frame<'f>,
    checks: &mut Checks,
) -> Option<&'f criterion::Model> {
    let found = |is: &dyn Fn(&criterion::Model) -> bool| {
        let mut criteria = frame.criteria.iter().map(AsRef::as_ref);
        criteria.find(|criterion| is(criterion))
    };
    let (field, criterion) = match (&judged.criterion_id, &judged.criterion_code) {
        (Some(id), None) => ("criterionId", found(&|criterion| criterion.id == id.0)),
        (None, Some(code)) => ("criterionCode", found(&|criterion| criterion.code == *code)),
        _ => {
            let message = "Name the criterion either by id or by code.";
            checks.fault(Invalid, &format!("criteria.{at}"), message);
            return None;
        }
    };
    if criterion.is_none() {
        let message = "There is no such criterion in this version of the programme.";
        checks.fault(NotFound, &format!("criteria.{at}.{field}"), message);
    }
    criterion
}

/// Every criterion is judged, and met where recognition is granted without conditions.
fn complete(
    outcome: DecisionOutcome,
    judgements: &[Judgement],
    frame: &Frame<'_>,
    checks: &mut Checks,
) {
    let judged = |criterion: &criterion::Model| {
        let mut judgements = judgements.iter();
        judgements.find(|judgement| judgement.criterion_id == criterion.id)
    };
    let codes = |is: &dyn Fn(Option<&Judgement>) -> bool| -> Vec<&str> {
        let criteria = frame.criteria.iter();
        criteria
            .filter(|criterion| is(judged(criterion)))
            .map(|criterion| criterion.code.as_str())
            .collect()
    };
    let missing = codes(&|judgement| judgement.is_none());
    checks.ensure(
        missing.is_empty(),
        Required,
        "criteria",
        told(format!("Not judged: {}.", listed(&missing))).with_each("criterion", &missing),
    );
    let unmet = codes(&|judgement| judgement.is_some_and(|judgement| !judgement.is_met));
    checks.ensure(
        outcome != DecisionOutcome::Granted || unmet.is_empty(),
        RulesUnmet,
        "criteria",
        told(format!(
            "GRANTED needs every criterion met; not met: {}. CONDITIONAL sets conditions.",
            listed(&unmet)
        ))
        .with_each("criterion", &unmet),
    );
}

fn conditions(
    outcome: DecisionOutcome,
    given: Vec<ConditionInput>,
    decided_on: NaiveDate,
    frame: &Frame<'_>,
    checks: &mut Checks,
) -> Vec<(String, Option<NaiveDate>)> {
    let is_conditional = outcome == DecisionOutcome::Conditional;
    if !is_conditional {
        let message = "Only with CONDITIONAL.";
        checks.ensure(given.is_empty(), Invalid, "conditions", message);
        return Vec::new();
    }
    checks.ensure(
        !given.is_empty(),
        Required,
        "conditions",
        "CONDITIONAL needs a condition.",
    );
    checks.ensure(
        given.len() <= CONDITIONS_MAX,
        OutOfRange,
        "conditions",
        told(format!("At most {CONDITIONS_MAX} conditions.")).with("maximum", CONDITIONS_MAX),
    );
    let mut conditions = Vec::new();
    for (at, condition) in given.into_iter().enumerate() {
        let path = format!("conditions.{at}");
        checks.required_text(
            &format!("{path}.text"),
            &condition.text,
            LONG_TEXT.public(frame.country),
        );
        let due_on = condition.due_on.map(|date| date.0);
        checks.ensure(
            due_on.is_none_or(|due| due >= decided_on),
            OutOfRange,
            &format!("{path}.dueOn"),
            "This cannot be before the day of the decision.",
        );
        conditions.push((condition.text.trim().to_owned(), due_on));
    }
    conditions
}
