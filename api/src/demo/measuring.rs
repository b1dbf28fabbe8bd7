//! What follows an approved plan, act by act: actions are carried out and measured, the plan is
//! completed.

use serde_json::{Value, json};

use super::{
    cycle::Cycle,
    examples::Measure,
    plan::{Added, PLAN},
    stages::Stage,
    teller::{Teller, step, with},
};
use crate::trouble::Trouble;

/// Starts the actions, measures them while time goes on, completes some.
pub(super) async fn carried_out(
    teller: &mut Teller,
    cycle: &Cycle<'_>,
    stage: Stage,
    added: Vec<Added>,
) -> Result<(), Trouble> {
    if stage == Stage::PlanApproved {
        return Ok(());
    }
    let coordinator = cycle.place.coordinator;
    for (at, Added { action, measured }) in added.into_iter().enumerate() {
        let begin = cycle.day(160 + at as u64 * 9);
        if !teller.has_come(begin) {
            continue;
        }
        let input = step("actionId", &action);
        let started = teller
            .act(
                coordinator,
                begin,
                "startAction",
                input,
                "action { id version }",
            )
            .await?;
        for (round, days) in [205, 290, 420, 560].into_iter().enumerate() {
            if !teller.has_come(cycle.day(days)) {
                break;
            }
            for (indicator, measure) in &measured {
                let input = reading(&mut teller.random, round, indicator, measure);
                let input = with(input, "measuredOn", cycle.day(days - 1).to_string());
                teller
                    .act(
                        coordinator,
                        cycle.day(days),
                        "recordMeasurement",
                        input,
                        "measurement { id }",
                    )
                    .await?;
            }
        }
        let done = cycle.day(600);
        if at % 2 == 0 && teller.has_come(done) {
            let input = step("actionId", &started["action"]);
            teller
                .act(coordinator, done, "completeAction", input, "action { id }")
                .await?;
        }
    }
    if stage >= Stage::CompletionProposed {
        completed(teller, cycle, stage).await?;
    }
    Ok(())
}

/// A made-up reading that grows from round to round.
fn reading(
    random: &mut fastrand::Rng,
    round: usize,
    indicator: &Value,
    measure: &Measure,
) -> Value {
    use entity::programme::Unit;
    let grown = i64::try_from(round).unwrap_or_default() + 1;
    let value = match measure.unit {
        Unit::Boolean => i64::from(round > 0),
        Unit::Level => (1 + grown / 2).min(4),
        Unit::Percent => (grown * 20 + random.i64(0..10)).min(100),
        _ => grown * 3 + random.i64(0..4),
    };
    let mut input =
        json!({ "actionIndicatorId": indicator, "method": "Counted by the department" });
    match measure.unit {
        Unit::Text => input["text"] = "A little less bullying than in the survey before.".into(),
        Unit::Percent => {
            input["value"] = value.to_string().into();
            input["numerator"] = (value * 2).to_string().into();
            input["denominator"] = "200".into();
        }
        _ => input["value"] = value.to_string().into(),
    }
    input
}

async fn completed(teller: &Teller, cycle: &Cycle<'_>, stage: Stage) -> Result<(), Trouble> {
    let document =
        "query C($id: ID!) { node(id: $id) { ... on Cycle { actionPlan { id version } } } }";
    let found = teller
        .ask(cycle.place.coordinator, document, json!({ "id": cycle.id }))
        .await?;
    let input = step("actionPlanId", &found["node"]["actionPlan"]);
    let (coordinator, adviser) = (cycle.place.coordinator, cycle.place.adviser);
    let proposed = teller
        .act(
            coordinator,
            cycle.day(632),
            "proposeActionPlanCompletion",
            input,
            PLAN,
        )
        .await?;
    if stage == Stage::CompletionProposed {
        return Ok(());
    }
    let input = step("actionPlanId", &proposed["actionPlan"]);
    teller
        .act(
            adviser,
            cycle.day(645),
            "acceptActionPlanCompletion",
            input,
            PLAN,
        )
        .await?;
    Ok(())
}
