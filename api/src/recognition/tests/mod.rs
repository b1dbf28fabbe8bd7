//! Table tests of the pure rules of decisions, recognitions and conditions.

mod course;
mod decision;
mod picks;
mod verdict;

use chrono::{DateTime, NaiveDate};
use entity::recognition::{RecognitionStatus, recognition};
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn recognition(status: RecognitionStatus, from: &str, until: &str) -> recognition::Model {
    recognition::Model {
        id: id(1),
        programme_id: id(2),
        municipality_id: id(3),
        decision_id: id(4),
        cycle_id: id(5),
        status,
        valid_from: day(from),
        valid_until: day(until),
        extensions: 0,
        suspended_from: None,
        suspended_by: None,
        suspended_on: None,
        reason: None,
        withdrawn_on: None,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
        version: 1,
    }
}
