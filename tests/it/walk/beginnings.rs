//! What comes into being on a walk: cycles, assessments, plans, decisions; the work on them that has
//! no states; and days that pass.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Walker, model::Thing};
use crate::journey;

/// Something that can begin now, and with what.
#[derive(Clone, Copy, Debug)]
pub(super) enum Beginning {
    Cycle(usize),
    Assessment(usize),
    Answers(usize),
    Plan(usize),
    Objectives(usize),
    Decision(usize),
    Days,
}

/// The most cycles of a walk.
const CYCLES: usize = 3;
const PLAN: &str =
    "actionPlan { id objectives { actions { id status version responsibleEntity { id } } } }";

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Walker<'_> {
    /// Everything that can begin now.
    pub(super) fn beginnings(&self) -> Vec<Beginning> {
        let model = &self.model;
        let mut found = Vec::new();
        let cycles: Vec<_> = model.below(0, "Cycle").collect();
        let is_over = |at: &usize| ["CLOSED", "CANCELLED"].contains(&model.things[*at].stored);
        let is_joined = model.things[0].stored == "ACTIVE";
        if is_joined && cycles.len() < CYCLES && cycles.iter().all(is_over) {
            found.push(Beginning::Cycle(0));
        }
        for cycle in cycles.into_iter().filter(|at| model.state(*at) == "ACTIVE") {
            self.in_cycle(cycle, &mut found);
        }
        for at in 0..model.things.len() {
            let thing = &model.things[at];
            let is_draft = ["OPEN", "DRAFT", "RETURNED"].contains(&thing.stored);
            let is_draft = is_draft && !model.is_frozen(at);
            match thing.kind {
                "Assessment" if is_draft && !thing.is_ready => {
                    found.push(Beginning::Answers(at));
                }
                "ActionPlan" if is_draft && !thing.is_ready && self.has_baseline(thing.above) => {
                    found.push(Beginning::Objectives(at));
                }
                _ => {}
            }
        }
        if (0..model.things.len()).any(|at| self.waits_for_days(at)) {
            found.push(Beginning::Days);
        }
        found
    }

    fn waits_for_days(&self, at: usize) -> bool {
        let thing = &self.model.things[at];
        let ahead = thing.day - self.model.today;
        let is_near = (0..30).contains(&ahead.num_days());
        match (thing.kind, self.model.state(at)) {
            ("Cycle", "PLANNED") | ("ActionPlan", "APPROVED") => true,
            ("Recognition", "ACTIVE" | "EXTENDED" | "CONDITIONAL") => is_near,
            _ => false,
        }
    }

    fn has_baseline(&self, cycle: usize) -> bool {
        let mut rows = self.model.below(cycle, "Assessment");
        rows.any(|at| self.model.things[at].stored == "CONFIRMED")
    }

    fn in_cycle(&self, cycle: usize, found: &mut Vec<Beginning>) {
        let states = |kind: &str| -> Vec<_> {
            let rows = self.model.below(cycle, kind);
            rows.map(|at| self.model.things[at].stored).collect()
        };
        let (assessments, plans) = (states("Assessment"), states("ActionPlan"));
        let over = ["CONFIRMED", "SUPERSEDED"];
        if assessments.len() < 2 && assessments.iter().all(|state| over.contains(state)) {
            found.push(Beginning::Assessment(cycle));
        }
        let approved = ["APPROVED", "COMPLETION_PROPOSED", "COMPLETED"];
        let over = |state: &&str| approved.contains(state) || *state == "SUPERSEDED";
        if plans.len() < 3 && plans.iter().all(over) {
            found.push(Beginning::Plan(cycle));
        }
        let decisions = states("RecognitionDecision");
        let is_prepared = self.has_baseline(cycle) && plans.iter().any(|p| approved.contains(p));
        let is_free = decisions.iter().all(|state| *state == "PUBLISHED");
        if is_prepared && is_free && decisions.len() < 4 {
            found.push(Beginning::Decision(cycle));
        }
    }

    /// Begins something.
    pub(super) async fn begin(&mut self, beginning: Beginning) {
        match beginning {
            Beginning::Cycle(at) => self.begin_cycle(at).await,
            Beginning::Assessment(at) => self.begin_assessment(at).await,
            Beginning::Answers(at) => self.answer(at).await,
            Beginning::Plan(at) => self.begin_plan(at).await,
            Beginning::Objectives(at) => self.write_objectives(at).await,
            Beginning::Decision(at) => self.prepare(at).await,
            Beginning::Days => {
                let days = 5;
                self.app.clock.pass_days(days);
                let changes = self.model.pass_days(days);
                self.tally.take(changes);
            }
        }
    }

    pub(super) fn add(&mut self, kind: &'static str, above: usize, row: &Value) -> &mut Thing {
        let stored = row["status"].as_str().unwrap_or("OPEN");
        self.model.things.push(Thing {
            kind,
            id: text(&row["id"]),
            stored: self.model.machines.word(stored),
            version: row["version"].as_i64().unwrap_or(1),
            above,
            ..Thing::default()
        });
        self.model.things.last_mut().unwrap()
    }

    async fn begin_cycle(&mut self, participation: usize) {
        let before = self.model.below(participation, "Cycle").count();
        let is_ahead = (usize::try_from(self.seed).unwrap() + before).is_multiple_of(2);
        let ahead = if is_ahead { 4 } else { 0 };
        let day = self.model.today + TimeDelta::days(ahead);
        let of = json!({ "id": self.model.things[participation].id });
        let row = self.world.cycle(&of, &day.to_string()).await;
        let at = self.model.things.len();
        let stored = json!({ "id": row["id"], "status": "ACTIVE" });
        self.add("Cycle", participation, &stored).day = day;
        let document = "query($id: ID!) { node(id: $id) { ... on Cycle { milestones { id status version } } } }";
        let manager = &self.world.manager;
        let read = self
            .app
            .read(manager, document, json!({ "id": row["id"] }))
            .await;
        for (ordinal, milestone) in (1..).zip(read["node"]["milestones"].as_array().unwrap()) {
            self.add("MilestoneProgress", at, milestone).ordinal = ordinal;
        }
    }

    async fn begin_assessment(&mut self, cycle: usize) {
        let of = json!({ "id": self.model.things[cycle].id });
        let row = self.world.assessment(&of, "BASELINE").await;
        self.add("Assessment", cycle, &row);
        self.papers.insert(text(&row["id"]), row);
    }

    async fn answer(&mut self, assessment: usize) {
        let thing = &mut self.model.things[assessment];
        thing.is_ready = true;
        self.world.answered(&self.papers[&thing.id], 2, &[]).await;
    }

    async fn begin_plan(&mut self, cycle: usize) {
        let plans: Vec<_> = self.model.below(cycle, "ActionPlan").collect();
        let approved = ["APPROVED", "COMPLETION_PROPOSED"];
        let stands = |at: &&usize| approved.contains(&self.model.things[**at].stored);
        let copied = plans.iter().find(stands).copied();
        let is_ahead = (usize::try_from(self.seed).unwrap() + plans.len()).is_multiple_of(2);
        let day = self.model.today + TimeDelta::days(if is_ahead { 8 } else { -3 });
        let input = json!({ "cycleId": self.model.things[cycle].id, "periodFrom": day.to_string(),
            "periodTo": "2040-12-31", "copyFromCurrent": copied.is_some() });
        let who = &self.world.coordinator;
        let payload = self
            .app
            .done_once(who, "createActionPlan", input, PLAN)
            .await;
        let row = json!({ "id": payload["actionPlan"]["id"], "status": "DRAFT" });
        let at = self.model.things.len();
        let is_ready = copied.is_some_and(|copied| self.model.things[copied].is_ready);
        let plan = self.add("ActionPlan", cycle, &row);
        (plan.day, plan.is_ready) = (day, is_ready);
        self.add_actions(at, &payload["actionPlan"]);
    }

    fn add_actions(&mut self, plan: usize, row: &Value) {
        for objective in row["objectives"].as_array().unwrap() {
            for action in objective["actions"].as_array().unwrap() {
                let is_carried = !action["responsibleEntity"].is_null();
                self.add("Action", plan, action).is_ready = is_carried;
            }
        }
    }

    async fn write_objectives(&mut self, plan: usize) {
        let id = self.model.things[plan].id.clone();
        self.model.things[plan].is_ready = true;
        journey::objectives(&self.world, &json!({ "id": id })).await;
        let document =
            "query($id: ID!) { node(id: $id) { ... on ActionPlan { objectives { id } } } }";
        let who = self.world.coordinator.clone();
        let read = self.app.read(&who, document, json!({ "id": id })).await;
        let objective = &read["node"]["objectives"][0]["id"];
        for entity in [self.entity.clone(), Value::Null] {
            let input = json!({ "objectiveId": objective, "title": "A round table",
                "responsibleEntityId": entity });
            let select = "action { id status version responsibleEntity { id } }";
            let payload = self.app.done_once(&who, "addAction", input, select).await;
            let action = &payload["action"];
            self.add("Action", plan, action).is_ready = !action["responsibleEntity"].is_null();
        }
    }

    async fn prepare(&mut self, cycle: usize) {
        let input = json!({ "cycleId": self.model.things[cycle].id });
        let (name, select) = (
            "prepareRecognitionDecision",
            "recognitionDecision { id status version }",
        );
        let who = &self.world.manager;
        let payload = self.app.done_once(who, name, input, select).await;
        let mut rows = self.model.below(cycle, "Assessment");
        let rests_on = rows.find(|at| self.model.things[*at].stored == "CONFIRMED");
        let rests_on = rests_on.unwrap();
        self.add(
            "RecognitionDecision",
            cycle,
            &payload["recognitionDecision"],
        )
        .rests_on = rests_on;
    }
}
