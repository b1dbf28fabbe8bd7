//! The assessments of a cycle, act by act: started, answered, handed over, returned or confirmed.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    cycle::{Cycle, objectives},
    stages::Stage,
    teller::{Teller, Who, step, with},
};
use crate::trouble::Trouble;

pub(super) async fn baseline(
    teller: &mut Teller,
    cycle: &Cycle<'_>,
    stage: Stage,
) -> Result<Value, Trouble> {
    let coordinator = cycle.place.coordinator;
    let assessment = assessment(teller, cycle, "BASELINE", cycle.day(42)).await?;
    let share = match stage {
        Stage::Assessing(percent) => usize::from(percent),
        _ => 100,
    };
    answers(teller, cycle, &assessment, cycle.day(60), share).await?;
    if matches!(stage, Stage::Assessing(_)) {
        return Ok(assessment);
    }
    let select = "assessment { id version }";
    let input = step("assessmentId", &assessment);
    let submitted = teller
        .act(
            coordinator,
            cycle.day(76),
            "submitAssessment",
            input,
            select,
        )
        .await?;
    let input = step("assessmentId", &submitted["assessment"]);
    let (day, adviser) = (cycle.day(84), cycle.place.adviser);
    match stage {
        Stage::AssessmentSubmitted => Ok(submitted),
        Stage::AssessmentReturned => {
            let input = with(
                input,
                "reason",
                "Please say more where none of the levels was chosen.",
            );
            teller
                .act(adviser, day, "returnAssessment", input, select)
                .await
        }
        _ => {
            teller
                .act(adviser, day, "confirmAssessment", input, select)
                .await
        }
    }
}

pub(super) async fn midterm(teller: &mut Teller, cycle: &Cycle<'_>) -> Result<(), Trouble> {
    let assessment = assessment(teller, cycle, "MIDTERM", teller.ago(30)).await?;
    answers(teller, cycle, &assessment, teller.ago(9), 45).await
}

/// An assessment led by children: the coordinator starts it, and young people answer.
pub(super) async fn led_by_children(
    teller: &Teller,
    (coordinator, youth): (Who, Who),
    cycle: &Value,
) -> Result<(), Trouble> {
    let input = json!({ "cycleId": cycle, "kind": "CHILD_LED" });
    let select = "assessment { id items { id } }";
    let day = teller.ago(20);
    let started = teller
        .act(coordinator, day, "startAssessment", input, select)
        .await?;
    let assessment = &started["assessment"];
    let items = assessment["items"].as_array().into_iter().flatten();
    let answers: Vec<Value> = items
        .take(12)
        .zip([2, 3, 1, 4].into_iter().cycle())
        .map(|(item, level)| {
            json!({ "itemId": item["id"], "answer": "LEVEL", "level": level,
                "expectedVersion": 1 })
        })
        .collect();
    let input = json!({ "assessmentId": assessment["id"], "answers": answers });
    let select = "assessment { id }";
    let day = teller.ago(6);
    teller
        .act(youth, day, "answerIndicators", input, select)
        .await?;
    Ok(())
}

async fn assessment(
    teller: &Teller,
    cycle: &Cycle<'_>,
    kind: &str,
    day: NaiveDate,
) -> Result<Value, Trouble> {
    let input = json!({ "cycleId": cycle.id, "kind": kind });
    let select =
        "assessment { id version items { id previousLevel indicator { number responsibleTier } } }";
    let payload = teller
        .act(
            cycle.place.coordinator,
            day,
            "startAssessment",
            input,
            select,
        )
        .await?;
    Ok(payload["assessment"].clone())
}

/// Answers a share of the items, in percent, from the first on.
async fn answers(
    teller: &mut Teller,
    cycle: &Cycle<'_>,
    assessment: &Value,
    day: NaiveDate,
    share: usize,
) -> Result<(), Trouble> {
    let low = objectives(cycle.wishes, cycle.place.at);
    let items = assessment["items"].as_array().cloned().unwrap_or_default();
    let count = items.len() * share / 100;
    let answers: Vec<Value> = items[..count]
        .iter()
        .map(|item| {
            let number = item["indicator"]["number"].as_i64().unwrap_or_default();
            let is_low = low.iter().any(|objective| i64::from(*objective) == number);
            let answer = answer(&mut teller.random, item["previousLevel"].as_i64(), is_low);
            with(
                with(answer, "itemId", item["id"].clone()),
                "expectedVersion",
                1,
            )
        })
        .collect();
    let input = json!({ "assessmentId": assessment["id"], "answers": answers });
    teller
        .act(
            cycle.place.coordinator,
            day,
            "answerIndicators",
            input,
            "assessment { id }",
        )
        .await?;
    Ok(())
}

/// A made-up answer: like the one before or a little better, low where an objective will be.
fn answer(random: &mut fastrand::Rng, before: Option<i64>, is_low: bool) -> Value {
    if is_low {
        return json!({ "answer": "LEVEL", "level": random.i64(1..=2) });
    }
    match random.u8(0..100) {
        0..=2 => json!({ "answer": "NONE_OF_LEVELS" }),
        3..=5 => json!({ "answer": "NOT_APPLICABLE",
            "notApplicableReason": "The municipality does not provide this service." }),
        roll => {
            let level = before.map_or(1 + i64::from(roll % 4), |level| {
                level + i64::from(roll % 3 == 0)
            });
            json!({ "answer": "LEVEL", "level": level.clamp(1, 4) })
        }
    }
}
