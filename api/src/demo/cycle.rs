//! What a municipality goes through in a cycle, act by act, as far as its stage.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::{
    assessing, deciding, plan,
    stages::{Earlier, Path, Stage},
    story::Committee,
    teller::{Teller, Who, step},
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
        Stage::MilestoneOverdue => 90,
        Stage::MilestoneSubmitted | Stage::MilestoneReturned => 30,
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
pub(super) const WHOLE: u64 = 700;
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
        deciding::ended(teller, &cycle, earlier).await?;
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
    let application = match stage {
        Stage::Begun | Stage::MilestoneOverdue => Reach::Started,
        Stage::MilestoneSubmitted => Reach::Submitted(12),
        Stage::MilestoneReturned => Reach::Returned(12),
        _ => Reach::Completed(12),
    };
    milestone(teller, cycle, "APPLICATION", 1, application).await?;
    if stage < Stage::Assessing(0) {
        return Ok(());
    }
    milestone(teller, cycle, "CHILD_RIGHTS", 14, Reach::Completed(40)).await?;
    let baseline = assessing::baseline(teller, cycle, stage).await?;
    if stage <= Stage::AssessmentReturned {
        return Ok(());
    }
    let _ = baseline;
    milestone(
        teller,
        cycle,
        "SITUATION_ANALYSIS",
        35,
        Reach::Completed(90),
    )
    .await?;
    if stage == Stage::AssessmentConfirmed {
        return Ok(());
    }
    plan::told(teller, cycle, stage).await?;
    if stage >= Stage::PlanApproved {
        milestone(teller, cycle, "ACTION_PLAN", 95, Reach::Completed(152)).await?;
    }
    if stage == Stage::Midterm {
        assessing::midterm(teller, cycle).await?;
    }
    if stage >= Stage::DecisionPrepared {
        milestone(teller, cycle, "EVALUATION", 655, Reach::Completed(670)).await?;
        deciding::decision(teller, cycle, stage).await?;
    }
    Ok(())
}

/// How far a milestone comes, and on which day of the cycle.
#[derive(Clone, Copy)]
enum Reach {
    Started,
    Submitted(u64),
    Returned(u64),
    Completed(u64),
}

/// Starts a milestone on a day of the cycle, and takes it as far as it comes.
async fn milestone(
    teller: &Teller,
    cycle: &Cycle<'_>,
    code: &str,
    from: u64,
    reach: Reach,
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
    let (Reach::Submitted(until) | Reach::Returned(until) | Reach::Completed(until)) = reach else {
        return Ok(());
    };
    let input = step("milestoneProgressId", &begun["milestoneProgress"]);
    let day = cycle.day(until);
    let submitted = teller
        .act(coordinator, day, "submitMilestone", input, select)
        .await?;
    let mut input = step("milestoneProgressId", &submitted["milestoneProgress"]);
    let name = match reach {
        Reach::Returned(_) => {
            input["reason"] = "Please attach the decision of the council.".into();
            "returnMilestone"
        }
        Reach::Completed(_) => "completeMilestone",
        Reach::Started | Reach::Submitted(_) => return Ok(()),
    };
    teller.act(adviser, day, name, input, select).await?;
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
