use chrono::DateTime;
use entity::assessment::assessment_item::Model;
use uuid::Uuid;

use super::*;
use Answer::{Level, NoneOfLevels, NotApplicable};

const LEVELS: &[i32] = &[1, 2, 3, 4];

/// An item that nobody has touched.
pub(crate) fn untouched_item() -> Model {
    let (id, at) = (Uuid::nil(), DateTime::UNIX_EPOCH);
    Model {
        id,
        programme_id: id,
        municipality_id: id,
        assessment_id: id,
        indicator_id: id,
        theme_id: id,
        ordinal: 1,
        status: ItemStatus::NotStarted,
        answer: None,
        level: None,
        not_applicable_reason: None,
        comment: None,
        assignee_id: None,
        previous_assessment_id: None,
        previous_answer: None,
        previous_level: None,
        answered_at: None,
        answered_by: None,
        created_at: at,
        updated_at: at,
        version: 1,
    }
}

fn item(answer: Option<Answer>, level: Option<i32>, reason: Option<&str>) -> Model {
    Model {
        answer,
        level,
        not_applicable_reason: reason.map(str::to_owned),
        ..untouched_item()
    }
}

fn reply(answer: Option<Answer>, level: Option<i32>, reason: Option<&str>) -> Reply {
    Reply {
        answer,
        level,
        not_applicable_reason: reason.map(str::to_owned),
        ..Reply::default()
    }
}

/// Answer, level and reason after a reply, or where the faults are.
type Came<'a> = Result<(Option<Answer>, Option<i32>, Option<&'a str>), Vec<&'a str>>;

fn assert_comes(before: &Model, reply: &Reply, expected: &Came<'_>) {
    let came = replied(before, reply, LEVELS);
    let came = match &came {
        Ok(next) => Ok((
            next.answer,
            next.level,
            next.not_applicable_reason.as_deref(),
        )),
        Err(faults) => Err(faults.iter().map(|fault| fault.path[0].as_str()).collect()),
    };
    assert_eq!(&came, expected, "{reply:?} to {before:?}");
}

#[test]
fn nobody_judges_what_they_submitted() {
    let (one, other) = (Some(Uuid::from_u128(1)), Some(Uuid::from_u128(2)));
    assert!(conflict(one, one).is_some());
    for (account, submitted_by) in [(one, other), (one, None), (None, one), (None, None)] {
        assert!(conflict(account, submitted_by).is_none());
    }
}

#[test]
fn every_indicator_without_an_answer_is_named() {
    let told = |unanswered: &[i32]| -> Vec<String> {
        unmet(unanswered).into_iter().map(|e| e.message).collect()
    };
    assert_eq!(told(&[]), [""; 0]);
    assert_eq!(told(&[12]), ["Indicator 12 is not answered."]);
    assert_eq!(
        told(&[12, 30, 41]),
        ["Indicators 12, 30 and 41 are not answered."]
    );
}

#[test]
fn an_answer_is_kept_whole_or_refused_with_its_place() {
    let blank = item(None, None, None);
    let two = item(Some(Level), Some(2), None);
    let away = item(Some(NotApplicable), None, Some("No harbour."));
    for (before, reply, expected) in [
        (
            &blank,
            reply(Some(Level), Some(3), None),
            Ok((Some(Level), Some(3), None)),
        ),
        (
            &two,
            reply(None, Some(4), None),
            Ok((Some(Level), Some(4), None)),
        ),
        (
            &two,
            reply(None, None, None),
            Ok((Some(Level), Some(2), None)),
        ),
        (&two, reply(Some(Level), None, None), Err(vec!["level"])),
        (
            &two,
            reply(Some(NoneOfLevels), None, None),
            Ok((Some(NoneOfLevels), None, None)),
        ),
        (
            &two,
            reply(Some(NotApplicable), None, Some("No school.")),
            Ok((Some(NotApplicable), None, Some("No school."))),
        ),
        (
            &away,
            reply(None, None, Some("No sea.")),
            Ok((Some(NotApplicable), None, Some("No sea."))),
        ),
        (
            &away,
            reply(Some(Level), Some(1), None),
            Ok((Some(Level), Some(1), None)),
        ),
        (
            &away,
            reply(None, None, None),
            Ok((Some(NotApplicable), None, Some("No harbour."))),
        ),
        (
            &away,
            reply(Some(NotApplicable), None, None),
            Err(vec!["notApplicableReason"]),
        ),
        (&blank, reply(Some(Level), None, None), Err(vec!["level"])),
        (
            &blank,
            reply(Some(Level), Some(5), None),
            Err(vec!["level"]),
        ),
        (&blank, reply(None, Some(2), None), Err(vec!["level"])),
        (
            &blank,
            reply(Some(NoneOfLevels), Some(2), None),
            Err(vec!["level"]),
        ),
        (
            &blank,
            reply(Some(NotApplicable), None, None),
            Err(vec!["notApplicableReason"]),
        ),
        (
            &blank,
            reply(Some(NotApplicable), None, Some(" ")),
            Err(vec!["notApplicableReason"]),
        ),
        (
            &two,
            reply(None, None, Some("No sea.")),
            Err(vec!["notApplicableReason"]),
        ),
    ] {
        assert_comes(before, &reply, &expected);
    }
}

#[test]
fn an_answer_and_a_comment_are_set_or_cleared() {
    let before = Model {
        comment: Some("Discussed.".to_owned()),
        ..item(Some(Level), Some(2), None)
    };
    let clears = Reply {
        clears_answer: true,
        ..Reply::default()
    };
    assert_comes(&before, &clears, &Ok((None, None, None)));
    for also in [
        reply(Some(NoneOfLevels), None, None),
        reply(None, Some(3), None),
        reply(None, None, Some("No sea.")),
    ] {
        let both = Reply {
            clears_answer: true,
            ..also
        };
        let faults = replied(&before, &both, LEVELS).unwrap_err();
        assert_eq!(faults[0].path, ["clear"], "{both:?}");
    }
    let comment = |comment: Option<&str>, clears_comment| Reply {
        comment: comment.map(str::to_owned),
        clears_comment,
        ..Reply::default()
    };
    for (comment, expected) in [
        (comment(None, false), Ok(Some("Discussed."))),
        (comment(None, true), Ok(None)),
        (comment(Some("Again."), false), Ok(Some("Again."))),
        (comment(Some("Again."), true), Err("clear")),
    ] {
        let came = replied(&before, &comment, LEVELS);
        let came = came.as_ref().map(|next| next.comment.as_deref());
        let came = came.map_err(|faults| faults[0].path[0].as_str());
        assert_eq!(came, expected, "{comment:?}");
    }
}

#[test]
fn an_item_is_where_its_content_says() {
    let with = |comment: Option<&str>, assignee_id| Model {
        comment: comment.map(str::to_owned),
        assignee_id,
        ..untouched_item()
    };
    for (item, expected, settles) in [
        (item(Some(Level), Some(2), None), ItemStatus::Answered, true),
        (
            item(Some(NoneOfLevels), None, None),
            ItemStatus::Answered,
            true,
        ),
        (
            item(Some(NotApplicable), None, Some("x")),
            ItemStatus::NotApplicable,
            true,
        ),
        (with(Some("x"), None), ItemStatus::InProgress, false),
        (with(None, Some(Uuid::nil())), ItemStatus::InProgress, false),
        (with(None, None), ItemStatus::NotStarted, false),
    ] {
        assert_eq!(
            (status(&item), is_settled(status(&item))),
            (expected, settles)
        );
    }
}

#[test]
fn a_mean_has_four_decimals_and_needs_a_level() {
    assert_eq!(average(0, 0), None);
    assert_eq!(average(7, 2), Some(3.5));
    assert_eq!(average(10, 3), Some(3.3333));
    assert_eq!(average(4, 1), Some(4.0));
}

#[test]
fn who_answers_is_everybody_who_answers_something() {
    let roles = answerers();
    for (kind, is_assigned) in [
        (AssessmentKind::Baseline, false),
        (AssessmentKind::Baseline, true),
        (AssessmentKind::ChildLed, false),
    ] {
        let who = answering(kind, is_assigned).who;
        assert!(!who.is_empty() && who.iter().all(|role| roles.contains(role)));
    }
    assert!(!roles.contains(&Adviser));
}
