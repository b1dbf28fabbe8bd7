//! What clients do: one act each, with all its attempts.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{asking::Outcome, ids, town::Place};

/// What an act is to bring about.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// One answer, or several at once, each of an item by its number in its place and the version
    /// that was read.
    Answer(Vec<(usize, i64)>),
    /// A responsible entity, maybe with an id of the client's own making.
    Entity(Option<Uuid>),
}

/// One attempt of an act.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// Its name in the audit log.
    pub(crate) request: String,
    /// When it was sent and when its outcome came, in milliseconds of the run.
    pub(crate) times: (u128, u128),
    /// What the client knows of it.
    pub(crate) outcome: Outcome,
}

/// One act of a client.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    /// Its mark, which stands in what it writes and nowhere else.
    pub(crate) mark: String,
    /// What it does.
    pub(crate) deed: Deed,
    /// Its idempotency key.
    pub(crate) key: Option<String>,
    /// Its attempts, in order.
    pub(crate) attempts: Vec<Attempt>,
}

impl Act {
    /// An act that nobody has tried yet.
    pub(crate) fn new(mark: String, deed: Deed, is_keyed: bool) -> Self {
        let key = is_keyed.then(|| format!("key-{mark}"));
        Self {
            mark,
            deed,
            key,
            attempts: Vec::new(),
        }
    }

    /// Whether some attempt of it was acknowledged.
    pub(crate) fn is_acknowledged(&self) -> bool {
        let mut outcomes = self.attempts.iter().map(|attempt| &attempt.outcome);
        outcomes.any(|outcome| matches!(outcome, Outcome::Acknowledged { .. }))
    }

    /// Whether nobody knows what became of it.
    pub(crate) fn is_unknown(&self) -> bool {
        let mut outcomes = self.attempts.iter().map(|attempt| &attempt.outcome);
        !self.is_acknowledged() && outcomes.any(|outcome| matches!(outcome, Outcome::Unknown(_)))
    }

    /// The name of its mutation.
    pub(crate) fn mutation(&self) -> &'static str {
        match &self.deed {
            Deed::Answer(items) if items.len() == 1 => "answerIndicator",
            Deed::Answer(_) => "answerIndicators",
            Deed::Entity(_) => "addResponsibleEntity",
        }
    }

    /// Its document.
    pub(crate) fn document(&self) -> &'static str {
        match &self.deed {
            Deed::Answer(items) if items.len() == 1 => {
                "mutation Answer($input: AnswerIndicatorInput!) { answerIndicator(input: $input) { item { id status answer level comment version indicator { code } } replayed userErrors { code path message } } }"
            }
            Deed::Answer(_) => {
                "mutation Answers($input: AnswerIndicatorsInput!) { answerIndicators(input: $input) { assessment { id } replayed userErrors { code path message } } }"
            }
            Deed::Entity(_) => {
                "mutation Add($input: AddResponsibleEntityInput!) { addResponsibleEntity(input: $input) { responsibleEntity { id name } replayed userErrors { code path message } } }"
            }
        }
    }

    /// What is sent with the document.
    pub(crate) fn variables(&self, place: &Place) -> Value {
        let mut input = match &self.deed {
            Deed::Answer(items) => self.answers(place, items),
            Deed::Entity(id) => {
                let mut input = json!({ "programme": "FI", "municipalityId": place.id, "kind": "GROUP", "name": self.mark });
                if let Some(id) = id {
                    input["id"] = ids::text("ren", *id).into();
                }
                input
            }
        };
        if let Some(key) = &self.key {
            input["idempotencyKey"] = key.as_str().into();
        }
        json!({ "input": input })
    }

    fn answers(&self, place: &Place, items: &[(usize, i64)]) -> Value {
        let level = 1 + self.mark.len() % 4;
        let mut answers: Vec<_> = items
            .iter()
            .filter_map(|(number, version)| {
                let id = &place.items.get(*number)?.id;
                Some(json!({ "itemId": id, "answer": "LEVEL", "level": level, "comment": self.mark, "expectedVersion": version }))
            })
            .collect();
        match answers.len() {
            1 => answers.remove(0),
            _ => json!({ "assessmentId": place.assessment, "answers": answers }),
        }
    }
}
