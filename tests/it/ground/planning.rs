//! Its action plans: one in force with actions and measurements, and the draft of the next.

use serde_json::{Value, json};

use super::Ground;
use crate::{journey, world::World};

const PLAN: &str = "actionPlan { id version status }";

/// Takes a plan from a draft to its approval; the adoption is recorded in these words.
pub(crate) async fn to_approval(world: &World<'_>, plan: Value, adoption: &Value) -> Value {
    let mut plan = plan;
    for (who, name) in [
        (&world.coordinator, "sendActionPlanToLocalReview"),
        (&world.coordinator, "adoptActionPlan"),
        (&world.coordinator, "submitActionPlan"),
        (&world.adviser, "proposeActionPlanApproval"),
        (&world.manager, "confirmActionPlanApproval"),
    ] {
        let mut step = World::step("actionPlanId", &plan);
        if name == "adoptActionPlan" {
            for (key, value) in adoption.as_object().unwrap() {
                step[key] = value.clone();
            }
        }
        plan = world.app.done(who, name, step, PLAN).await["actionPlan"].clone();
    }
    plan
}

impl Ground<'_> {
    async fn approve(&self, plan: Value) -> Value {
        let adoption = json!({ "body": self.text("adoptionbody"),
            "reference": self.text("adoptionreference"), "adoptedOn": "2026-11-20",
            "wereChildrenHeard": true });
        to_approval(&self.world, plan, &adoption).await
    }

    async fn amendment(&self, cell: &str) -> Value {
        let input = json!({ "cycleId": self.id("cycle"), "periodFrom": "2026-11-01",
            "periodTo": "2028-01-14", "copyFromCurrent": true,
            "vision": self.text(&format!("{cell}vision")) });
        let select =
            "actionPlan { id version objectives { id version title actions { id version } } }";
        let coordinator = &self.world.coordinator;
        self.done(coordinator, "createActionPlan", input, select)
            .await
    }

    /// An action of an objective, with an indicator. Answers with both.
    async fn action(&self, objective: &Value, cell: &str, entity: Option<Value>) -> (Value, Value) {
        let mut input = json!({ "objectiveId": objective["id"],
            "title": self.text(&format!("{cell}title")),
            "description": self.text(&format!("{cell}description")) });
        if let Some(entity) = entity {
            input["responsibleEntityId"] = entity;
        }
        let coordinator = &self.world.coordinator;
        let action = self
            .done(coordinator, "addAction", input, "action { id version }")
            .await;
        let input = json!({ "actionId": action["id"], "unit": "TEXT", "counts": "NOT_PEOPLE",
            "label": self.text(&format!("{cell}label")),
            "targetText": self.text(&format!("{cell}target")),
            "meansOfVerification": self.text(&format!("{cell}means")) });
        let select = "actionIndicator { id }";
        let indicator = self
            .done(coordinator, "defineActionIndicator", input, select)
            .await;
        (action, indicator)
    }

    /// The approved plan: the second version, for the first has no actions.
    pub(super) async fn plan(&mut self) {
        let cycle = json!({ "id": self.id("cycle") });
        journey::approved(&self.world, &cycle).await;
        let plan = self.amendment("approved").await;
        let objective = &plan["objectives"][0];
        let entity = Some(self.id("carrying entity"));
        let (carried, carried_indicator) = self.action(objective, "carried", entity).await;
        let (action, indicator) = self.action(objective, "public", None).await;
        let (given_up, _) = self.action(objective, "givenup", None).await;
        let approved = self.approve(plan).await;
        for (name, row) in [
            ("approved plan", &approved),
            ("action of the carrier", &carried),
            ("action", &action),
            ("cancelled action", &given_up),
            ("indicator of the carrier", &carried_indicator),
            ("indicator", &indicator),
        ] {
            self.ids.insert(name, row["id"].clone());
        }
        let mut cancel = World::step("actionId", &given_up);
        cancel["reason"] = self.text("actioncancelled").into();
        let coordinator = &self.world.coordinator;
        self.done(coordinator, "cancelAction", cancel, "action { id }")
            .await;
    }

    /// Measurements, one of them corrected.
    pub(super) async fn carrying_out(&mut self) {
        let coordinator = self.world.coordinator.clone();
        for (of, name, cell) in [
            ("indicator", "measurement", "reading"),
            (
                "indicator of the carrier",
                "measurement of the carrier",
                "carriedreading",
            ),
        ] {
            let input = json!({ "actionIndicatorId": self.id(of), "text": self.text(cell),
                "method": self.text(&format!("{cell}method")) });
            let select = "measurement { id }";
            let wrong = self
                .done(&coordinator, "recordMeasurement", input, select)
                .await;
            let input = json!({ "measurementId": wrong["id"], "text": self.text(cell),
                "reason": self.text("correction") });
            let right = self
                .done(&coordinator, "correctMeasurement", input, select)
                .await;
            self.ids.insert(name, right["id"].clone());
        }
    }

    /// The next version of the plan, a draft that was read in the municipality and sent back.
    pub(super) async fn draft(&mut self) {
        let plan = self.amendment("draft").await;
        let coordinator = self.world.coordinator.clone();
        let input = json!({ "actionPlanId": plan["id"], "origin": "CARRIED_OVER",
            "title": self.text("draftobjective") });
        let select = "objective { id version }";
        let objective = self.done(&coordinator, "addObjective", input, select).await;
        let (action, indicator) = self.action(&objective, "draft", None).await;
        let step = World::step("actionPlanId", &plan);
        let name = "sendActionPlanToLocalReview";
        let read = self.done(&coordinator, name, step, PLAN).await;
        let mut back = World::step("actionPlanId", &read);
        back["reason"] = self.text("planreturn").into();
        self.done(&coordinator, "returnActionPlan", back, PLAN)
            .await;
        for (name, row) in [
            ("draft plan", &plan),
            ("draft objective", &objective),
            ("draft action", &action),
            ("draft indicator", &indicator),
        ] {
            self.ids.insert(name, row["id"].clone());
        }
    }
}
