//! Work of a municipality that tests build on, done through mutations by the people whose work it
//! is.

use entity::account::Role;
use serde_json::{Value, json};

use crate::harness::{App, Person};

/// The people of one municipality and of the committee.
pub(crate) struct World<'a> {
    pub(crate) app: &'a App,
    pub(crate) code: String,
    pub(crate) coordinator: Person,
    pub(crate) adviser: Person,
    pub(crate) manager: Person,
    pub(crate) second_manager: Person,
    pub(crate) deciding_body: Person,
}

impl<'a> World<'a> {
    /// A municipality with its people; nothing is done yet.
    pub(crate) async fn of(app: &'a App, code: &str) -> Self {
        Self {
            app,
            code: code.to_owned(),
            coordinator: app.person(Role::Coordinator, Some(code)).await,
            adviser: app.person(Role::Adviser, Some(code)).await,
            manager: app.person(Role::ProgrammeManager, None).await,
            second_manager: app.person(Role::ProgrammeManager, None).await,
            deciding_body: app.person(Role::DecidingBody, None).await,
        }
    }

    /// A municipality whose manager is given, for tests with many municipalities.
    pub(crate) async fn of_managers(app: &'a App, code: &str, manager: &Person) -> Self {
        let coordinator = app.person(Role::Coordinator, Some(code)).await;
        Self {
            app,
            code: code.to_owned(),
            adviser: app.person(Role::Adviser, Some(code)).await,
            manager: manager.clone(),
            second_manager: manager.clone(),
            deciding_body: coordinator.clone(),
            coordinator,
        }
    }

    /// Asks something of the municipality.
    pub(crate) async fn ask(&self, who: &Person, selection: &str) -> Value {
        let document = format!(
            "query Ask($code: String!) {{ municipality(by: {{ code: $code }}) {{ {selection} }} }}"
        );
        let data = self
            .app
            .read(who, &document, json!({ "code": self.code }))
            .await;
        data["municipality"].clone()
    }

    /// Enrols the municipality; answers with the participation.
    pub(crate) async fn enrolled(&self) -> Value {
        let municipality = self.ask(&self.manager, "id").await["id"].clone();
        let input = json!({ "programme": "FI", "municipalityId": municipality, "joinedOn": "2024-01-15", "agreementSignedOn": "2024-01-10" });
        let payload = self
            .app
            .done(
                &self.manager,
                "enrolMunicipality",
                input,
                "participation { id version }",
            )
            .await;
        payload["participation"].clone()
    }

    /// Starts a cycle; answers with it.
    pub(crate) async fn cycle(&self, participation: &Value, start_on: &str) -> Value {
        let input = json!({ "participationId": participation["id"], "startOn": start_on });
        let payload = self
            .app
            .done(
                &self.manager,
                "startCycle",
                input,
                "cycle { id version ordinal status }",
            )
            .await;
        payload["cycle"].clone()
    }

    /// A cycle that was just started.
    pub(crate) async fn started(&self) -> Value {
        let participation = self.enrolled().await;
        self.cycle(&participation, "2026-01-15").await
    }

    /// Starts an assessment; answers with it and its items.
    pub(crate) async fn assessment(&self, cycle: &Value, kind: &str) -> Value {
        let input = json!({ "cycleId": cycle["id"], "kind": kind });
        let select = "assessment { id version status items { id version indicator { number } } }";
        let payload = self
            .app
            .done(&self.coordinator, "startAssessment", input, select)
            .await;
        payload["assessment"].clone()
    }

    /// Answers all items but those of `but` with a level.
    pub(crate) async fn answered(&self, assessment: &Value, level: i64, but: &[i64]) {
        let items = assessment["items"].as_array().unwrap();
        let answers: Vec<_> = items
            .iter()
            .filter(|item| !but.contains(&item["indicator"]["number"].as_i64().unwrap()))
            .map(|item| json!({ "itemId": item["id"], "answer": "LEVEL", "level": level, "expectedVersion": item["version"] }))
            .collect();
        let input = json!({ "assessmentId": assessment["id"], "answers": answers });
        self.app
            .done(
                &self.coordinator,
                "answerIndicators",
                input,
                "assessment { id }",
            )
            .await;
    }

    /// Begins a plan; answers with it.
    pub(crate) async fn plan(&self, cycle: &Value) -> Value {
        let input =
            json!({ "cycleId": cycle["id"], "periodFrom": "2026-11-01", "periodTo": "2028-01-14" });
        let select = "actionPlan { id version }";
        let payload = self
            .app
            .done(&self.coordinator, "createActionPlan", input, select)
            .await;
        payload["actionPlan"].clone()
    }

    /// The input of a step of something that was read with its id and version.
    pub(crate) fn step(key: &str, of: &Value) -> Value {
        json!({ key: of["id"], "expectedVersion": of["version"] })
    }

    /// A confirmed baseline whose answers all have one level.
    pub(crate) async fn baseline(&self, cycle: &Value, level: i64) -> Value {
        let assessment = self.assessment(cycle, "BASELINE").await;
        self.answered(&assessment, level, &[]).await;
        let submit = Self::step("assessmentId", &assessment);
        let payload = self
            .app
            .done(
                &self.coordinator,
                "submitAssessment",
                submit,
                "assessment { id version }",
            )
            .await;
        let confirm = Self::step("assessmentId", &payload["assessment"]);
        let payload = self
            .app
            .done(
                &self.adviser,
                "confirmAssessment",
                confirm,
                "assessment { id version status }",
            )
            .await;
        payload["assessment"].clone()
    }
}
