//! Its decisions: one published, with what followed from it, and one that is not public.

use serde_json::{Value, json};

use super::Ground;
use crate::world::World;

impl Ground<'_> {
    /// A decision that is prepared and taken, with texts of its own.
    async fn decision(&self, cell: &str) -> Value {
        let (world, select) = (&self.world, "recognitionDecision { id version }");
        let prepare = json!({ "cycleId": self.id("cycle") });
        let name = "prepareRecognitionDecision";
        let prepared = self.done(&world.manager, name, prepare, select).await;
        let criteria: Vec<_> = [
            "PRINCIPLES",
            "RESULTS",
            "LASTING_STRUCTURES",
            "OPEN_REPORTING",
        ]
        .map(|code| json!({ "criterionCode": code, "isMet": true, "reason": self.text(&format!("{cell}criterion")) }))
        .into();
        let mut decide = World::step("decisionId", &prepared);
        decide["outcome"] = "CONDITIONAL".into();
        decide["decidingBody"] = self.text(&format!("{cell}body")).into();
        decide["publicReason"] = self.text(&format!("{cell}reason")).into();
        decide["votes"] = json!({ "for": 4, "against": 1 });
        decide["criteria"] = criteria.into();
        decide["conditions"] = json!([{ "text": self.text(&format!("{cell}condition")) }]);
        let select = "recognitionDecision { id version conditions { id version } recognition { id version } }";
        self.done(&world.deciding_body, "decideRecognition", decide, select)
            .await
    }

    pub(super) async fn recognition(&mut self) {
        let decided = self.decision("published").await;
        let publish = World::step("decisionId", &decided);
        let select = "recognitionDecision { id version conditions { id version } recognition { id version } }";
        let name = "publishRecognitionDecision";
        let published = self
            .done(&self.world.second_manager, name, publish, select)
            .await;
        let condition = &published["conditions"][0];
        let mut submit = World::step("conditionId", condition);
        submit["note"] = self.text("note").into();
        let coordinator = &self.world.coordinator;
        self.done(
            coordinator,
            "submitCondition",
            submit,
            "recognitionCondition { id }",
        )
        .await;
        let mut suspend = World::step("recognitionId", &published["recognition"]);
        suspend["reason"] = self.text("suspension").into();
        self.done(
            &self.world.manager,
            "suspendRecognition",
            suspend,
            "recognition { id }",
        )
        .await;
        let hidden = self.decision("unpublished").await;
        for (name, row) in [
            ("published decision", &published),
            ("condition", condition),
            ("recognition", &published["recognition"]),
            ("unpublished decision", &hidden),
            ("unpublished condition", &hidden["conditions"][0]),
        ] {
            self.ids.insert(name, row["id"].clone());
        }
    }
}
