//! What a municipality has and in which states, as the walk believes it; what the machines,
//! the gates and separation of duties say to a step.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{cast::Player, machines::Machines};

/// One thing with a state.
#[derive(Clone, Debug, Default)]
pub(super) struct Thing {
    pub(super) kind: &'static str,
    pub(super) id: String,
    /// The state without what the day makes of it.
    pub(super) stored: &'static str,
    pub(super) version: i64,
    /// What it belongs to.
    pub(super) above: usize,
    /// Its place among the milestones of its cycle.
    pub(super) ordinal: usize,
    /// The first day of a cycle or plan, the last of a recognition.
    pub(super) day: NaiveDate,
    /// An assessment is answered, a plan has its objectives, an action is carried out by the entity
    /// that is a player.
    pub(super) is_ready: bool,
    /// Who took which mutation last.
    pub(super) by: BTreeMap<&'static str, usize>,
    /// What a suspended recognition was.
    pub(super) before: &'static str,
    /// What was decided.
    pub(super) outcome: &'static str,
    /// The assessment that a decision rests on.
    pub(super) rests_on: usize,
    pub(super) extensions: u32,
}

/// Everything that there is.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) machines: Machines,
    pub(super) things: Vec<Thing>,
    pub(super) today: NaiveDate,
}

const LOCAL: &[&str] = &[
    "YOUTH_REPRESENTATIVE",
    "STEERING_MEMBER",
    "COORDINATOR",
    "DECISION_MAKER",
    "SERVICE_ACCOUNT",
    "ADVISER",
    "PROGRAMME_MANAGER",
];
pub(super) const LASTING: &[&str] = &["ACTIVE", "CONDITIONAL", "EXTENDED"];
pub(super) const APPROVED: &[&str] = &["APPROVED", "COMPLETION_PROPOSED"];

/// The state that a step leads to, or the code of its refusal.
pub(super) type Verdict = Result<&'static str, &'static str>;

/// Whether it was not the person that stood against it.
pub(super) fn is_of_role(verdict: Verdict) -> bool {
    !matches!(verdict, Err("UNAUTHENTICATED" | "NOT_FOUND" | "FORBIDDEN"))
}

impl Model {
    /// The things of a kind below another.
    pub(super) fn below(&self, at: usize, kind: &str) -> std::vec::IntoIter<usize> {
        let is_below = |thing: &Thing| thing.above == at && thing.kind == kind;
        let all = 0..self.things.len();
        let below: Vec<_> = all.filter(|at| is_below(&self.things[*at])).collect();
        below.into_iter()
    }

    /// How many decisions were taken.
    pub(super) fn decided(&self) -> u64 {
        let decided = self.things.iter().filter(|thing| !thing.outcome.is_empty());
        decided.map(|_| 1).sum()
    }

    /// The state of a thing on the present day.
    pub(super) fn state(&self, at: usize) -> &'static str {
        let thing = &self.things[at];
        match (thing.kind, thing.stored) {
            ("Cycle", "ACTIVE") if thing.day > self.today => "PLANNED",
            ("ActionPlan", "APPROVED") if thing.day <= self.today => "IN_FORCE",
            ("Recognition", stored) if LASTING.contains(&stored) && thing.day < self.today => {
                "EXPIRED"
            }
            (_, stored) => stored,
        }
    }

    /// Whether something exists for a player.
    pub(super) fn is_seen(&self, player: &Player, at: usize) -> bool {
        let (thing, state) = (&self.things[at], self.state(at));
        let has = |roles: &[&str]| player.has_any(roles);
        let local = || has(LOCAL);
        let body = || has(&["DECIDING_BODY"]);
        match thing.kind {
            "Cycle" => !["PLANNED", "CANCELLED"].contains(&state) || local() || body(),
            "MilestoneProgress" | "RecognitionCondition" => self.is_seen(player, thing.above),
            "Assessment" => ["CONFIRMED", "SUPERSEDED"].contains(&state) || local(),
            "ActionPlan" => {
                let was_submitted = thing.by.contains_key("submitActionPlan");
                let mut actions = self.below(at, "Action");
                let carries = has(&["RESPONSIBLE_ENTITY"])
                    && actions.any(|action| self.things[action].is_ready);
                let is_open = self.was_approved(at);
                is_open || local() || (was_submitted && body()) || carries
            }
            "Action" => {
                let is_own = has(&["RESPONSIBLE_ENTITY"]) && thing.is_ready;
                let is_open = self.was_approved(thing.above);
                let plan = self.is_seen(player, thing.above);
                plan && (is_open || local() || body() || is_own)
            }
            "RecognitionDecision" => {
                let is_grant = ["GRANTED", "CONDITIONAL"].contains(&thing.outcome);
                let committee = body() || has(&["PROGRAMME_MANAGER"]);
                committee || (state == "PUBLISHED" && (is_grant || local()))
            }
            _ => true,
        }
    }

    fn was_approved(&self, plan: usize) -> bool {
        let stored = self.things[plan].stored;
        APPROVED.contains(&stored) || ["COMPLETED", "SUPERSEDED"].contains(&stored)
    }

    /// Whether one of a player's roles is among those, for this thing.
    fn may(&self, player: &Player, at: usize, who: &[&str]) -> bool {
        let is_own = self.things[at].is_ready;
        let counts = |role: &&&str| **role != "RESPONSIBLE_ENTITY" || is_own;
        let who: Vec<_> = who.iter().filter(counts).copied().collect();
        player.has_any(&who)
    }

    /// What a mutation of a thing comes to, in the order of the contract.
    pub(super) fn verdict(
        &self,
        (number, player): (usize, &Player),
        at: usize,
        mutation: &str,
        has_version: bool,
    ) -> Verdict {
        if player.is_public {
            return Err("UNAUTHENTICATED");
        }
        if !self.is_seen(player, at) {
            return Err("NOT_FOUND");
        }
        let ever = self.machines.of(mutation);
        if !ever.into_iter().any(|step| self.may(player, at, &step.who)) {
            return Err("FORBIDDEN");
        }
        if !has_version {
            return Err("VERSION_CONFLICT");
        }
        if self.is_frozen(at) {
            return Err("INVALID_TRANSITION");
        }
        let state = self.state(at);
        let Some(step) = self.machines.of(mutation).find(|step| step.from == state) else {
            return Err("INVALID_TRANSITION");
        };
        if !self.may(player, at, &step.who) {
            return Err("FORBIDDEN");
        }
        self.locked(at)?;
        self.conflict(number, at, mutation)?;
        self.gate(at, mutation)?;
        Ok(match mutation {
            "reinstateRecognition" => self.things[at].before,
            _ => step.to,
        })
    }

    /// Whether it is work of a cycle that was cancelled. Recognitions and their conditions are not.
    pub(super) fn is_frozen(&self, at: usize) -> bool {
        let above = self.things[at].above;
        match self.things[at].kind {
            "MilestoneProgress" | "Assessment" | "ActionPlan" | "RecognitionDecision" => {
                self.things[above].stored == "CANCELLED"
            }
            "Action" => self.is_frozen(above),
            _ => false,
        }
    }

    /// Parts move only while the whole does.
    fn locked(&self, at: usize) -> Result<(), &'static str> {
        let above = self.things[at].above;
        let is_open = match self.things[at].kind {
            "Action" => APPROVED.contains(&self.things[above].stored),
            "RecognitionCondition" => self.holds_open(above),
            _ => true,
        };
        if is_open { Ok(()) } else { Err("LOCKED") }
    }

    /// Whether there is a recognition of a decision that has not ended.
    pub(super) fn holds_open(&self, decision: usize) -> bool {
        self.below(decision, "Recognition").any(|recognition| {
            let state = self.state(recognition);
            LASTING.contains(&state) || state == "SUSPENDED"
        })
    }

    /// Whoever did one thing does not also do the other.
    fn conflict(&self, me: usize, at: usize, mutation: &str) -> Result<(), &'static str> {
        let thing = &self.things[at];
        let took = |thing: &Thing, mutation: &str| thing.by.get(mutation) == Some(&me);
        let confirmed = |decision: &Thing| {
            let rests_on = &self.things[decision.rests_on];
            took(rests_on, "confirmAssessment")
        };
        let is_conflict = match mutation {
            "confirmActionPlanApproval" => took(thing, "proposeActionPlanApproval"),
            "decideRecognition" => confirmed(thing),
            "extendRecognition" | "reinstateRecognition" | "withdrawRecognition" => {
                confirmed(&self.things[thing.above])
            }
            _ => false,
        };
        if is_conflict {
            Err("CONFLICT_OF_INTEREST")
        } else {
            Ok(())
        }
    }

    /// What has to be true before a step.
    fn gate(&self, at: usize, mutation: &str) -> Result<(), &'static str> {
        let thing = &self.things[at];
        let is_met = match mutation {
            "submitAssessment" | "submitActionPlan" => thing.is_ready,
            "proposeActionPlanCompletion" => thing.day <= self.today,
            "closeCycle" => {
                let mut decisions = self.below(at, "RecognitionDecision");
                decisions.any(|decision| self.things[decision].stored == "PUBLISHED")
            }
            "extendRecognition" if thing.extensions > 0 => return Err("LIMIT_REACHED"),
            "publishRecognitionDecision" if thing.outcome != "NOT_GRANTED" => {
                let mut things = self.things.iter();
                !things.any(|t| t.kind == "Recognition" && t.stored == "SUSPENDED")
            }
            "submitMilestone" => self.is_active(thing.above) && self.is_milestone_due(at),
            _ if thing.kind == "MilestoneProgress" => self.is_active(thing.above),
            _ => true,
        };
        if is_met { Ok(()) } else { Err("RULES_UNMET") }
    }

    fn is_active(&self, cycle: usize) -> bool {
        self.state(cycle) == "ACTIVE"
    }

    /// The one before is settled; the third asks for a confirmed baseline, the fourth for an
    /// approved plan.
    fn is_milestone_due(&self, at: usize) -> bool {
        let Thing { ordinal, above, .. } = self.things[at];
        let mut before = self.below(above, "MilestoneProgress");
        let before = before.find(|other| self.things[*other].ordinal + 1 == ordinal);
        let is_settled =
            |other: usize| ["COMPLETED", "WAIVED"].contains(&self.things[other].stored);
        let has = |kind: &str, states: &[&str]| {
            let mut rows = self.below(above, kind);
            rows.any(|row| states.contains(&self.things[row].stored))
        };
        let is_gate_open = match ordinal {
            3 => has("Assessment", &["CONFIRMED"]),
            4 => has(
                "ActionPlan",
                &["APPROVED", "COMPLETION_PROPOSED", "COMPLETED"],
            ),
            _ => true,
        };
        before.is_none_or(is_settled) && is_gate_open
    }

    /// What a player is told of the actions of a thing: each with the code that stands against it.
    pub(super) fn told(
        &self,
        (number, player): (usize, &Player),
        at: usize,
    ) -> Vec<(&'static str, Option<&'static str>)> {
        let thing = &self.things[at];
        if thing.kind == "RecognitionCondition" && !self.holds_open(thing.above) {
            return Vec::new();
        }
        if self.is_frozen(at) {
            return Vec::new();
        }
        let state = match (thing.kind, self.state(at)) {
            ("MilestoneProgress", "SUBMITTED" | "RETURNED") if !Self::reads_all(player) => {
                "IN_PROGRESS"
            }
            (_, state) => state,
        };
        let mut actions = self.machines.leaving(thing.kind, state);
        actions.sort_unstable();
        let told = actions.into_iter().map(|(action, mutation)| {
            let verdict = match self.verdict((number, player), at, mutation, true) {
                Ok(_) => None,
                Err("UNAUTHENTICATED" | "FORBIDDEN") => Some("FORBIDDEN"),
                Err("CONFLICT_OF_INTEREST") => Some("CONFLICT_OF_INTEREST"),
                Err(_) => Some("RULES_UNMET"),
            };
            (action, verdict)
        });
        told.collect()
    }

    /// Whether a player reads what happens between a municipality and its adviser.
    pub(super) fn reads_all(player: &Player) -> bool {
        player.has_any(LOCAL) || player.has_any(&["DECIDING_BODY", "RESPONSIBLE_ENTITY"])
    }
}
