//! What a municipality goes through in a cycle, act by act, as far as its stage.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{
    plan,
    stages::{Earlier, Path, Stage},
    story::Committee,
    teller::{Teller, Who, step, with},
};
use crate::trouble::Trouble;

/// A municipality of the story with its people.
pub(super) struct Place {
    pub(super) code: String,
    pub(super) id: Value,
    pub(super) coordinator: Who,
    pub(super) adviser: Who,
    /// Its place in the list, by which details differ.
    pub(super) at: usize,
}

/// Which of the two well-known indicators become objectives.
#[derive(Clone, Copy)]
pub(super) struct Wishes {
    pub(super) has_24: bool,
    pub(super) has_30: bool,
}

/// How many days ago a cycle began, to be as far as its stage.
const fn age(stage: Stage) -> u64 {
    match stage {
        Stage::Begun => 20,
        Stage::Assessing(_) => 70,
        Stage::AssessmentSubmitted => 80,
        Stage::AssessmentReturned => 86,
        Stage::AssessmentConfirmed => 93,
        Stage::PlanDrafted => 112,
        Stage::PlanInLocalReview => 122,
        Stage::PlanAdopted => 128,
        Stage::PlanSubmitted => 135,
        Stage::PlanReturned => 142,
        Stage::ApprovalProposed => 145,
        Stage::PlanApproved => 153,
        Stage::Running => 400,
        Stage::Midterm => 430,
        Stage::CompletionProposed => 640,
        Stage::PlanCompleted => 650,
        Stage::DecisionPrepared => 690,
        Stage::Decided => 700,
    }
}

/// How long a cycle takes that ends with a decision, in days.
const WHOLE: u64 = 700;
/// How many days ago an earlier cycle ended whose recognition is in force.
const ENDED_AGO: u64 = 300;
/// How many days ago one ended whose recognition has expired.
const ENDED_LONG_AGO: u64 = 1_100;

/// One cycle being told.
pub(super) struct Cycle<'a> {
    pub(super) committee: &'a Committee,
    pub(super) place: &'a Place,
    pub(super) start: NaiveDate,
    pub(super) id: Value,
    pub(super) wishes: Wishes,
}

impl Cycle<'_> {
    /// The day so many days into the cycle.
    pub(super) fn day(&self, days: u64) -> NaiveDate {
        self.start + Days::new(days)
    }
}

/// Everything a municipality has been through.
pub(super) async fn municipality(
    teller: &mut Teller,
    committee: &Committee,
    place: &Place,
    path: Path,
    wishes: Wishes,
) -> Result<(), Trouble> {
    let shift = place.at as u64 % 7;
    let ended_ago = match path.earlier {
        Some(Earlier::Expired) => ENDED_LONG_AGO,
        Some(_) => ENDED_AGO + shift,
        None => u64::MAX,
    };
    let age = age(path.stage).min(ended_ago.saturating_sub(2));
    let first = if path.earlier.is_some() {
        ended_ago + WHOLE + 20
    } else {
        age
    };
    let joined = teller.ago(first + 5);
    let input = json!({ "programme": "FI", "municipalityId": place.id,
        "joinedOn": joined.to_string(), "agreementSignedOn": joined.to_string() });
    let payload = teller.act(
        committee.manager,
        joined,
        "enrolMunicipality",
        input,
        "participation { id }",
    );
    let participation = payload.await?["participation"]["id"].clone();
    if let Some(earlier) = path.earlier {
        let start = teller.ago(first);
        let cycle = started(teller, committee, place, &participation, start, wishes).await?;
        told(teller, &cycle, Stage::Decided).await?;
        ended(teller, &cycle, earlier).await?;
    }
    let start = teller.ago(age);
    let cycle = started(teller, committee, place, &participation, start, wishes).await?;
    told(teller, &cycle, path.stage).await
}

async fn started<'a>(
    teller: &Teller,
    committee: &'a Committee,
    place: &'a Place,
    participation: &Value,
    start: NaiveDate,
    wishes: Wishes,
) -> Result<Cycle<'a>, Trouble> {
    let input = json!({ "participationId": participation, "startOn": start.to_string() });
    let payload = teller
        .act(
            committee.manager,
            start,
            "startCycle",
            input,
            "cycle { id version }",
        )
        .await?;
    let id = payload["cycle"]["id"].clone();
    Ok(Cycle {
        committee,
        place,
        start,
        id,
        wishes,
    })
}

/// Tells a cycle as far as a stage.
async fn told(teller: &mut Teller, cycle: &Cycle<'_>, stage: Stage) -> Result<(), Trouble> {
    milestone(
        teller,
        cycle,
        "APPLICATION",
        1,
        if stage == Stage::Begun {
            None
        } else {
            Some(12)
        },
    )
    .await?;
    if stage == Stage::Begun {
        return Ok(());
    }
    milestone(teller, cycle, "CHILD_RIGHTS", 14, Some(40)).await?;
    let baseline = baseline(teller, cycle, stage).await?;
    if stage <= Stage::AssessmentReturned {
        return Ok(());
    }
    let _ = baseline;
    milestone(teller, cycle, "SITUATION_ANALYSIS", 35, Some(90)).await?;
    if stage == Stage::AssessmentConfirmed {
        return Ok(());
    }
    plan::told(teller, cycle, stage).await?;
    if stage >= Stage::PlanApproved {
        milestone(teller, cycle, "ACTION_PLAN", 95, Some(152)).await?;
    }
    if stage == Stage::Midterm {
        midterm(teller, cycle).await?;
    }
    if stage >= Stage::DecisionPrepared {
        milestone(teller, cycle, "EVALUATION", 655, Some(670)).await?;
        decision(teller, cycle, stage).await?;
    }
    Ok(())
}

/// Starts a milestone on a day of the cycle, and lets it be accepted on another.
async fn milestone(
    teller: &Teller,
    cycle: &Cycle<'_>,
    code: &str,
    from: u64,
    until: Option<u64>,
) -> Result<(), Trouble> {
    let document = "query C($id: ID!) { node(id: $id) { ... on Cycle { milestones { id version milestone { code } } } } }";
    let found = teller
        .ask(cycle.place.coordinator, document, json!({ "id": cycle.id }))
        .await?;
    let milestones = found["node"]["milestones"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let Some(milestone) = milestones
        .into_iter()
        .find(|m| m["milestone"]["code"] == code)
    else {
        return Err(Trouble::of(format!(
            "the programme has no milestone {code}"
        )));
    };
    let (coordinator, adviser) = (cycle.place.coordinator, cycle.place.adviser);
    let select = "milestoneProgress { id version }";
    let input = step("milestoneProgressId", &milestone);
    let begun = teller
        .act(
            coordinator,
            cycle.day(from),
            "startMilestone",
            input,
            select,
        )
        .await?;
    let Some(until) = until else { return Ok(()) };
    let input = step("milestoneProgressId", &begun["milestoneProgress"]);
    let day = cycle.day(until);
    let submitted = teller
        .act(coordinator, day, "submitMilestone", input, select)
        .await?;
    let input = step("milestoneProgressId", &submitted["milestoneProgress"]);
    teller
        .act(adviser, day, "completeMilestone", input, select)
        .await?;
    Ok(())
}

/// The indicators that become objectives, one from each of three themes.
pub(super) fn objectives(wishes: Wishes, at: usize) -> [i32; 3] {
    let equality = [9, 2, 5][at % 3];
    let best_interests = if wishes.has_24 {
        24
    } else {
        [20, 18, 22][at % 3]
    };
    let life = if wishes.has_30 {
        30
    } else {
        [33, 31, 36][at % 3]
    };
    [equality, best_interests, life]
}

async fn baseline(teller: &mut Teller, cycle: &Cycle<'_>, stage: Stage) -> Result<Value, Trouble> {
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

async fn midterm(teller: &mut Teller, cycle: &Cycle<'_>) -> Result<(), Trouble> {
    let assessment = assessment(teller, cycle, "MIDTERM", teller.ago(30)).await?;
    answers(teller, cycle, &assessment, teller.ago(9), 45).await
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

const DECISION: &str = "recognitionDecision { id version }";

async fn decision(teller: &Teller, cycle: &Cycle<'_>, stage: Stage) -> Result<(), Trouble> {
    let committee = cycle.committee;
    let input = json!({ "cycleId": cycle.id });
    let prepared = teller
        .act(
            committee.manager,
            cycle.day(685),
            "prepareRecognitionDecision",
            input,
            DECISION,
        )
        .await?;
    if stage == Stage::DecisionPrepared {
        return Ok(());
    }
    // The outcome of a present cycle stays unpublished; an earlier one is decided in `ended`.
    if cycle.day(WHOLE) >= teller.today {
        let input = verdict(&prepared["recognitionDecision"], "GRANTED");
        teller
            .act(
                committee.deciding_body,
                cycle.day(WHOLE),
                "decideRecognition",
                input,
                DECISION,
            )
            .await?;
    }
    Ok(())
}

fn verdict(decision: &Value, outcome: &str) -> Value {
    let is_granted = matches!(outcome, "GRANTED" | "CONDITIONAL");
    let criteria: Vec<Value> = [
        "PRINCIPLES",
        "RESULTS",
        "LASTING_STRUCTURES",
        "OPEN_REPORTING",
    ]
    .iter()
    .map(|code| {
        let is_met = is_granted || *code == "PRINCIPLES";
        let reason = if is_met {
            Value::Null
        } else {
            "Not shown for the whole cycle.".into()
        };
        json!({ "criterionCode": code, "isMet": is_met, "reason": reason })
    })
    .collect();
    let (in_favour, against) = if is_granted { (5, 0) } else { (1, 4) };
    let votes = json!({ "for": in_favour, "against": against, "abstained": 1 });
    let mut input = step("decisionId", decision);
    input["outcome"] = outcome.into();
    input["criteria"] = criteria.into();
    input["votes"] = votes;
    input["decidingBody"] = "National committee".into();
    input["publicReason"] = "Decided on the confirmed assessment and the plan of the cycle.".into();
    input
}

/// Ends an earlier cycle: decided, published, closed, and what came after.
async fn ended(teller: &Teller, cycle: &Cycle<'_>, earlier: Earlier) -> Result<(), Trouble> {
    let committee = cycle.committee;
    let (decided, published) = (cycle.day(WHOLE), cycle.day(WHOLE + 10));
    let document = "query C($id: ID!) { node(id: $id) { ... on Cycle { id version recognitionDecision { id version } } } }";
    let found = teller
        .ask(committee.manager, document, json!({ "id": cycle.id }))
        .await?;
    let outcome = match earlier {
        Earlier::Refused => "NOT_GRANTED",
        Earlier::Deferred => "DEFERRED",
        Earlier::ConditionsMet => "CONDITIONAL",
        Earlier::InForce | Earlier::Expired | Earlier::Suspended | Earlier::Withdrawn => "GRANTED",
    };
    let mut input = verdict(&found["node"]["recognitionDecision"], outcome);
    if outcome == "DEFERRED" {
        input["deferredUntil"] = cycle.day(WHOLE + 365).to_string().into();
    }
    if outcome == "CONDITIONAL" {
        let due = cycle.day(WHOLE + 120).to_string();
        input["conditions"] =
            json!([{ "text": "Publish the results in a form for children.", "dueOn": due }]);
    }
    let decision = teller
        .act(
            committee.deciding_body,
            decided,
            "decideRecognition",
            input,
            DECISION,
        )
        .await?;
    let input = step("decisionId", &decision["recognitionDecision"]);
    let select = "recognitionDecision { id recognition { id version } conditions { id version } }";
    let payload = teller
        .act(
            committee.second_manager,
            published,
            "publishRecognitionDecision",
            input,
            select,
        )
        .await?;
    let close = step("cycleId", &found["node"]);
    teller
        .act(
            committee.manager,
            cycle.day(WHOLE + 12),
            "closeCycle",
            close,
            "cycle { id }",
        )
        .await?;
    let decision = &payload["recognitionDecision"];
    aftermath(
        teller,
        cycle,
        earlier,
        &decision["recognition"],
        &decision["conditions"][0],
    )
    .await
}

async fn aftermath(
    teller: &Teller,
    cycle: &Cycle<'_>,
    earlier: Earlier,
    recognition: &Value,
    condition: &Value,
) -> Result<(), Trouble> {
    let committee = cycle.committee;
    let select = "recognition { id version }";
    match earlier {
        Earlier::ConditionsMet => {
            let select = "recognitionCondition { id version }";
            let day = cycle.day(WHOLE + 100);
            let input = with(
                step("conditionId", condition),
                "note",
                "Published and read with pupils.",
            );
            let sent = teller
                .act(
                    cycle.place.coordinator,
                    day,
                    "submitCondition",
                    input,
                    select,
                )
                .await?;
            let input = step("conditionId", &sent["recognitionCondition"]);
            teller
                .act(cycle.place.adviser, day, "acceptCondition", input, select)
                .await?;
        }
        Earlier::Suspended | Earlier::Withdrawn => {
            let input = with(
                step("recognitionId", recognition),
                "reason",
                "A service for children was closed without hearing them.",
            );
            let suspended = teller
                .act(
                    committee.manager,
                    teller.ago(90),
                    "suspendRecognition",
                    input,
                    select,
                )
                .await?;
            if earlier == Earlier::Withdrawn {
                let input = with(
                    step("recognitionId", &suspended["recognition"]),
                    "reason",
                    "The shortcoming was not mended.",
                );
                teller
                    .act(
                        committee.deciding_body,
                        teller.ago(40),
                        "withdrawRecognition",
                        input,
                        select,
                    )
                    .await?;
            }
        }
        Earlier::InForce | Earlier::Expired | Earlier::Deferred | Earlier::Refused => {}
    }
    Ok(())
}
