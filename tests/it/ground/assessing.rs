//! Its assessments: a confirmed one, one that was returned, an open one, one led by children.

use serde_json::{Value, json};

use super::Ground;
use crate::world::World;

impl Ground<'_> {
    /// Comments on an item and says that another does not apply.
    async fn comment(&self, assessment: &Value, cell: &str) {
        let items = assessment["items"].as_array().unwrap();
        let comment = self.text(&format!("{cell}comment"));
        let reason = self.text(&format!("{cell}notapplicable"));
        let answers = json!([
            { "itemId": items[2]["id"], "expectedVersion": items[2]["version"], "comment": comment },
            { "itemId": items[3]["id"], "expectedVersion": items[3]["version"],
                "answer": "NOT_APPLICABLE", "notApplicableReason": reason },
        ]);
        let input = json!({ "assessmentId": assessment["id"], "answers": answers });
        let select = "assessment { id }";
        self.done(&self.world.coordinator, "answerIndicators", input, select)
            .await;
    }

    pub(super) async fn assessments(&mut self) {
        let cycle = json!({ "id": self.id("cycle") });
        let coordinator = self.world.coordinator.clone();
        let adviser = self.world.adviser.clone();
        for (kind, cell) in [("BASELINE", "baseline"), ("UPDATE", "update")] {
            let begun = self.world.assessment(&cycle, kind).await;
            self.comment(&begun, cell).await;
            let select = "assessment { id version items { id version indicator { number } } }";
            let document = format!(
                "query($id: ID!) {{ node(id: $id) {{ ... on Assessment {{ {} }} }} }}",
                "id version items { id version indicator { number } }"
            );
            let read = self
                .world
                .app
                .read(&coordinator, &document, json!({ "id": begun["id"] }))
                .await;
            // The item that does not apply has its answer.
            let done = begun["items"][3]["indicator"]["number"].as_i64().unwrap();
            self.world.answered(&read["node"], 2, &[done]).await;
            let submit = World::step("assessmentId", &begun);
            let submitted = self
                .done(&coordinator, "submitAssessment", submit, select)
                .await;
            let mut step = World::step("assessmentId", &submitted);
            let name = if kind == "BASELINE" {
                "confirmAssessment"
            } else {
                "returnAssessment"
            };
            if kind == "UPDATE" {
                step["reason"] = self.text("updatereturn").into();
            }
            self.done(&adviser, name, step, "assessment { id }").await;
            let item = begun["items"][2]["id"].clone();
            let (name, item_name) = match kind {
                "BASELINE" => ("confirmed assessment", "confirmed item"),
                _ => ("returned assessment", "returned item"),
            };
            self.ids.insert(name, begun["id"].clone());
            self.ids.insert(item_name, item);
        }
        let open = self.world.assessment(&cycle, "MIDTERM").await;
        self.comment(&open, "midterm").await;
        for (at, name, seat) in [
            (
                0,
                "item of the steering member",
                "seat of the steering member",
            ),
            (1, "item of the carrier", "seat of the carrier"),
        ] {
            let item = &open["items"][at];
            let mut assign = World::step("itemId", item);
            assign["membershipId"] = self.id(seat);
            let assigned = self
                .done(
                    &coordinator,
                    "assignIndicator",
                    assign,
                    "item { id version }",
                )
                .await;
            let mut answer = World::step("itemId", &assigned);
            answer["comment"] = self
                .text(if at == 0 {
                    "steeringitem"
                } else {
                    "carrieritem"
                })
                .into();
            self.done(&coordinator, "answerIndicator", answer, "item { id }")
                .await;
            self.ids.insert(name, item["id"].clone());
        }
        self.ids.insert("open assessment", open["id"].clone());
        self.ids.insert("open item", open["items"][2]["id"].clone());
        let led = self.world.assessment(&cycle, "CHILD_LED").await;
        let mut answer = World::step("itemId", &led["items"][0]);
        answer["comment"] = self.text("childled").into();
        self.done(&self.hands.youth, "answerIndicator", answer, "item { id }")
            .await;
        self.ids
            .insert("assessment led by children", led["id"].clone());
        self.ids
            .insert("item led by children", led["items"][0]["id"].clone());
    }
}
