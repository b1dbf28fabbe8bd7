//! The action plan of a cycle, act by act: what is aimed at, and how it came to be approved.

use serde_json::{Value, json};

use super::{
    cycle::{Cycle, objectives},
    examples::{By, Due, EXAMPLES, Example, Measure, ORDINARY},
    measuring,
    stages::Stage,
    teller::{Teller, step, with},
};
use crate::{trouble::Trouble, workflow::word};

pub(super) const PLAN: &str = "actionPlan { id version }";

/// An action that was added, with how it is measured.
pub(super) struct Added {
    pub(super) action: Value,
    pub(super) measured: Vec<(Value, Measure)>,
}

/// Tells the plan of a cycle as far as a stage.
pub(super) async fn told(
    teller: &mut Teller,
    cycle: &Cycle<'_>,
    stage: Stage,
) -> Result<(), Trouble> {
    let coordinator = cycle.place.coordinator;
    let from = if stage == Stage::PlanApproved {
        teller.today + chrono::Days::new(30)
    } else {
        cycle.day(153)
    };
    let input = json!({
        "cycleId": cycle.id, "periodFrom": from.to_string(), "periodTo": cycle.day(WHOLE_PLAN).to_string(),
        "vision": "Every child is heard and feels safe in their own municipality.",
    });
    let created = teller
        .act(coordinator, cycle.day(95), "createActionPlan", input, PLAN)
        .await?;
    let plan = created["actionPlan"].clone();
    let entities = entities(teller, cycle).await?;
    let added = parts(teller, cycle, &plan, &entities).await?;
    if stage == Stage::PlanDrafted || !decided(teller, cycle, plan, stage).await? {
        return Ok(());
    }
    measuring::carried_out(teller, cycle, stage, added).await
}

/// The last day of a plan, counted from the start of the cycle.
const WHOLE_PLAN: u64 = 730;

/// The responsible entities of the municipality by name, those of an earlier cycle kept.
async fn entities(teller: &Teller, cycle: &Cycle<'_>) -> Result<Value, Trouble> {
    let coordinator = cycle.place.coordinator;
    let document = "query M($id: ID!) { node(id: $id) { ... on Municipality { responsibleEntities { id name } } } }";
    let found = teller
        .ask(coordinator, document, json!({ "id": cycle.place.id }))
        .await?;
    let known = found["node"]["responsibleEntities"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let mut entities = json!({});
    for entity in known {
        let name = entity["name"].as_str().unwrap_or_default().to_owned();
        entities[name] = entity["id"].clone();
    }
    let own = EXAMPLES
        .iter()
        .filter(|e| e.code == cycle.place.code)
        .map(|e| e.responsible);
    for name in own.chain(ORDINARY.iter().map(|(_, name, _)| *name)) {
        if !entities[name].is_null() {
            continue;
        }
        let kind = if name.ends_with("group") {
            "GROUP"
        } else {
            "DEPARTMENT"
        };
        let input = json!({ "programme": "FI", "municipalityId": cycle.place.id, "name": name, "kind": kind });
        let select = "responsibleEntity { id }";
        let payload = teller
            .act(
                coordinator,
                cycle.day(96),
                "addResponsibleEntity",
                input,
                select,
            )
            .await?;
        entities[name] = payload["responsibleEntity"]["id"].clone();
    }
    Ok(entities)
}

/// Five objectives over five themes, each with what is done for it.
async fn parts(
    teller: &mut Teller,
    cycle: &Cycle<'_>,
    plan: &Value,
    entities: &Value,
) -> Result<Vec<Added>, Trouble> {
    let mut added = Vec::new();
    for number in objectives(cycle.wishes, cycle.place.at) {
        let indicator = teller.indicators.get(&number).cloned().unwrap_or_default();
        let input = json!({ "actionPlanId": plan["id"], "origin": "INDICATOR", "indicatorId": indicator,
            "targetLevel": teller.random.i32(3..=4) });
        let objective = objective(teller, cycle, input).await?;
        let examples: Vec<&Example> = EXAMPLES
            .iter()
            .filter(|e| e.code == cycle.place.code && e.indicator == number)
            .collect();
        for example in &examples {
            added.push(example_action(teller, cycle, &objective, entities, example).await?);
        }
        if examples.is_empty() {
            added.push(ordinary_action(teller, cycle, &objective, entities).await?);
        }
    }
    for (origin, theme, title) in [
        (
            "CHILDREN",
            "PARTICIPATION",
            "Pupils decide on a youth budget of their own",
        ),
        (
            "FREE",
            "STRUCTURES",
            "A coordinator for children's rights has time set aside",
        ),
    ] {
        let theme = teller.themes.get(theme).cloned().unwrap_or_default();
        let input = json!({ "actionPlanId": plan["id"], "origin": origin, "title": title, "themeId": theme });
        let objective = objective(teller, cycle, input).await?;
        added.push(ordinary_action(teller, cycle, &objective, entities).await?);
    }
    Ok(added)
}

async fn objective(teller: &Teller, cycle: &Cycle<'_>, input: Value) -> Result<Value, Trouble> {
    let (who, day) = (cycle.place.coordinator, cycle.day(100));
    Ok(teller
        .act(who, day, "addObjective", input, "objective { id }")
        .await?["objective"]
        .clone())
}

async fn example_action(
    teller: &Teller,
    cycle: &Cycle<'_>,
    objective: &Value,
    entities: &Value,
    example: &Example,
) -> Result<Added, Trouble> {
    let mut input = json!({ "objectiveId": objective["id"], "title": example.title,
        "description": example.description, "responsibleEntityId": entities[example.responsible] });
    match example.due {
        Due::Open => {}
        Due::By(by) => due(cycle, &mut input, by),
        Due::Ongoing => input["dueOnPrecision"] = "ONGOING".into(),
        Due::Late(by, why) => {
            due(cycle, &mut input, by);
            input["dueOutsideReason"] = why.into();
        }
    }
    action(teller, cycle, input, example.measures).await
}

fn due(cycle: &Cycle<'_>, input: &mut Value, (day, precision): By) {
    input["dueOn"] = cycle.day(day).to_string().into();
    input["dueOnPrecision"] = word(precision).into();
}

async fn ordinary_action(
    teller: &mut Teller,
    cycle: &Cycle<'_>,
    objective: &Value,
    entities: &Value,
) -> Result<Added, Trouble> {
    let (title, responsible, measure) = ORDINARY[teller.random.usize(0..ORDINARY.len())];
    let due = cycle.day(teller.random.u64(330..640));
    let input = json!({ "objectiveId": objective["id"], "title": title,
        "responsibleEntityId": entities[responsible], "dueOn": due.to_string(), "dueOnPrecision": "DAY" });
    action(teller, cycle, input, &[measure]).await
}

async fn action(
    teller: &Teller,
    cycle: &Cycle<'_>,
    input: Value,
    measures: &[Measure],
) -> Result<Added, Trouble> {
    let (who, day) = (cycle.place.coordinator, cycle.day(104));
    let payload = teller
        .act(who, day, "addAction", input, "action { id version }")
        .await?;
    let action = payload["action"].clone();
    let mut indicators = Vec::new();
    for measure in measures {
        let mut input = json!({ "actionId": action["id"], "label": measure.label,
            "unit": word(measure.unit), "counts": word(measure.counts), "isBaselineKnown": false,
            "target": measure.target, "targetText": measure.target_text,
            "meansOfVerification": "Own records" });
        if let Some((day, precision)) = measure.target_on {
            input["targetOn"] = cycle.day(day).to_string().into();
            input["targetOnPrecision"] = word(precision).into();
        }
        let select = "actionIndicator { id }";
        let payload = teller
            .act(who, day, "defineActionIndicator", input, select)
            .await?;
        indicators.push((payload["actionIndicator"]["id"].clone(), *measure));
    }
    Ok(Added {
        action,
        measured: indicators,
    })
}

/// Takes the plan from hand to hand; says whether it was approved.
async fn decided(
    teller: &Teller,
    cycle: &Cycle<'_>,
    plan: Value,
    stage: Stage,
) -> Result<bool, Trouble> {
    let (coordinator, adviser) = (cycle.place.coordinator, cycle.place.adviser);
    let manager = cycle.committee.manager;
    let adoption = json!({ "body": "Municipal board", "adoptedOn": cycle.day(125).to_string(),
        "reference": format!("§ {}", 20 + cycle.place.at), "wereChildrenHeard": true });
    let steps = [
        (
            Stage::PlanInLocalReview,
            coordinator,
            116,
            "sendActionPlanToLocalReview",
            json!({}),
        ),
        (
            Stage::PlanAdopted,
            coordinator,
            125,
            "adoptActionPlan",
            adoption,
        ),
        (
            Stage::PlanSubmitted,
            coordinator,
            130,
            "submitActionPlan",
            json!({}),
        ),
        (
            Stage::ApprovalProposed,
            adviser,
            143,
            "proposeActionPlanApproval",
            json!({}),
        ),
        (
            Stage::PlanApproved,
            manager,
            150,
            "confirmActionPlanApproval",
            json!({}),
        ),
    ];
    let mut plan = plan;
    for (reached, who, day, name, more) in steps {
        let mut input = step("actionPlanId", &plan);
        for (key, value) in more.as_object().into_iter().flatten() {
            input[key] = value.clone();
        }
        plan = teller.act(who, cycle.day(day), name, input, PLAN).await?["actionPlan"].clone();
        if stage == Stage::PlanReturned && reached == Stage::PlanSubmitted {
            let reason = "Please name who is responsible for each action.";
            let input = with(step("actionPlanId", &plan), "reason", reason);
            teller
                .act(adviser, cycle.day(140), "returnActionPlan", input, PLAN)
                .await?;
            return Ok(false);
        }
        if stage == reached {
            return Ok(stage == Stage::PlanApproved);
        }
    }
    Ok(true)
}
