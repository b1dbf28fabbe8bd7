//! What a step, a publication or a day changes in the model.

use chrono::NaiveDate;

use super::{
    machines::Change,
    model::{APPROVED, LASTING, Model, Thing},
};

impl Model {
    /// Moves a thing, and what follows it. Answers with every change of a state.
    pub(super) fn take(
        &mut self,
        me: usize,
        at: usize,
        mutation: &'static str,
        to: &'static str,
    ) -> Vec<Change> {
        let mut changes = vec![self.moved(at, to)];
        let before = changes[0].1;
        self.things[at].by.insert(mutation, me);
        let above = self.things[at].above;
        match mutation {
            "confirmAssessment" => {
                let others: Vec<_> = self.below(above, "Assessment").collect();
                for other in others {
                    if other != at && self.things[other].stored == "CONFIRMED" {
                        changes.push(self.moved(other, "SUPERSEDED"));
                    }
                }
            }
            "confirmActionPlanApproval" => {
                let others: Vec<_> = self.below(above, "ActionPlan").collect();
                for other in others {
                    if other != at && APPROVED.contains(&self.things[other].stored) {
                        changes.push(self.moved(other, "SUPERSEDED"));
                    }
                }
            }
            "suspendRecognition" => self.things[at].before = before,
            "extendRecognition" => self.things[at].extensions += 1,
            "acceptCondition" | "waiveCondition" => changes.extend(self.settled(above)),
            _ => {}
        }
        changes
    }

    fn moved(&mut self, at: usize, to: &'static str) -> Change {
        let from = self.state(at);
        self.things[at].stored = to;
        self.things[at].version += 1;
        (self.things[at].kind, from, self.state(at))
    }

    /// With the last condition settled a recognition becomes active, or will be reinstated so.
    fn settled(&mut self, decision: usize) -> Option<Change> {
        let mut conditions = self.below(decision, "RecognitionCondition");
        if !conditions.all(|one| ["MET", "WAIVED"].contains(&self.things[one].stored)) {
            return None;
        }
        let recognition = self.below(decision, "Recognition").next()?;
        let thing = &mut self.things[recognition];
        match (thing.stored, thing.before) {
            ("CONDITIONAL", _) => Some(self.moved(recognition, "ACTIVE")),
            ("SUSPENDED", "CONDITIONAL") => {
                (thing.before, thing.version) = ("ACTIVE", thing.version + 1);
                None
            }
            _ => None,
        }
    }

    /// A grant is published: the recognition before ends, the new one begins.
    pub(super) fn granted(&mut self, decision: usize, id: String, until: NaiveDate) -> Vec<Change> {
        let is_before =
            |thing: &Thing| thing.kind == "Recognition" && LASTING.contains(&thing.stored);
        let before = self.things.iter().position(is_before);
        let ended = before.map(|at| {
            let is_over = self.state(at) == "EXPIRED";
            self.moved(at, if is_over { "EXPIRED" } else { "RENEWED" })
        });
        let is_whole = self.things[decision].outcome == "GRANTED";
        self.things.push(Thing {
            kind: "Recognition",
            id,
            stored: if is_whole { "ACTIVE" } else { "CONDITIONAL" },
            version: 1,
            above: decision,
            day: until,
            ..Thing::default()
        });
        // What is over since its last day is only written down as such.
        ended
            .into_iter()
            .filter(|change| change.1 != change.2)
            .collect()
    }

    /// Lets days pass. Answers with what they changed.
    pub(super) fn pass_days(&mut self, days: i64) -> Vec<Change> {
        let before: Vec<_> = (0..self.things.len()).map(|at| self.state(at)).collect();
        self.today += chrono::TimeDelta::days(days);
        let changes = before.into_iter().enumerate();
        changes
            .map(|(at, from)| (self.things[at].kind, from, self.state(at)))
            .filter(|(_, from, to)| from != to)
            .collect()
    }
}
