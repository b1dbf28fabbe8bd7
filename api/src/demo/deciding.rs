//! The decision that ends a cycle, act by act, and what becomes of the recognition.

use serde_json::{Value, json};

use super::{
    cycle::{Cycle, WHOLE},
    stages::{Earlier, Stage},
    teller::{Teller, step, with},
};
use crate::trouble::Trouble;

const DECISION: &str = "recognitionDecision { id version }";

pub(super) async fn decision(
    teller: &Teller,
    cycle: &Cycle<'_>,
    stage: Stage,
) -> Result<(), Trouble> {
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
pub(super) async fn ended(
    teller: &Teller,
    cycle: &Cycle<'_>,
    earlier: Earlier,
) -> Result<(), Trouble> {
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
        Earlier::InForce
        | Earlier::EndingSoon
        | Earlier::Expired
        | Earlier::Suspended
        | Earlier::Withdrawn => "GRANTED",
    };
    let mut input = verdict(&found["node"]["recognitionDecision"], outcome);
    if outcome == "DEFERRED" {
        input["deferredUntil"] = cycle.day(WHOLE + 365).to_string().into();
    }
    if earlier == Earlier::EndingSoon {
        input["validUntil"] = (teller.today + chrono::Days::new(100)).to_string().into();
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
        Earlier::InForce
        | Earlier::EndingSoon
        | Earlier::Expired
        | Earlier::Deferred
        | Earlier::Refused => {}
    }
    Ok(())
}
