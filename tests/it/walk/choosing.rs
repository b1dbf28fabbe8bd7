//! Where a walk goes by chance: on to what was done or tried least.

use super::{Walker, machines::Change, model::is_of_role, tally::Pair};

impl Walker<'_> {
    /// Tries what was never tried in the present states, once by somebody whose role it is and once by
    /// anybody, then by whoever can try it, if those could not; all of it is refused.
    pub(super) async fn sweep(&mut self) {
        for (at, mutation) in self.every() {
            if self.tally.tried(&self.pair(at, mutation)) > 0 {
                continue;
            }
            let own = self.somebody(at, mutation, false);
            let any = self.chance.below(self.cast.len());
            let all = 0..self.cast.len();
            for (nth, me) in [own, any].into_iter().chain(all).enumerate() {
                let is_extra = nth >= 2;
                if is_extra && self.tally.tried(&self.pair(at, mutation)) > 0 {
                    break;
                }
                let verdict = self.model.verdict((me, &self.cast[me]), at, mutation, true);
                if verdict.is_err() && (!is_extra || is_of_role(verdict)) {
                    self.tried(me, at, mutation, true).await;
                }
            }
        }
    }

    fn pair(&self, at: usize, mutation: &'static str) -> Pair {
        (self.model.things[at].kind, self.model.state(at), mutation)
    }

    /// Of what somebody can do now, what was done least. What gives something up is rare.
    pub(super) fn forward(&mut self) -> Option<(usize, &'static str)> {
        let mut ways = self.possible();
        if self.chance.percent(85) {
            ways.retain(|way| !self.is_dead_end(*way));
        }
        let taken: Vec<_> = ways
            .iter()
            .map(|way| self.tally.taken(&self.change(*way)))
            .collect();
        let least = taken.iter().min()?;
        let both = ways.iter().zip(&taken).filter(|(_, count)| *count == least);
        let ways: Vec<_> = both.map(|(way, _)| *way).collect();
        // What is newest is gone soonest.
        if self.chance.percent(70) {
            return ways.last().copied();
        }
        Some(*self.chance.one(&ways))
    }

    /// The change that something possible makes.
    fn change(&self, (at, mutation): (usize, &'static str)) -> Change {
        let (kind, from, _) = self.pair(at, mutation);
        let mut steps = self.model.machines.of(mutation);
        let to = match mutation {
            "reinstateRecognition" => self.model.things[at].before,
            _ => steps
                .find(|step| step.from == from)
                .map_or(from, |step| step.to),
        };
        (kind, from, to)
    }

    /// Whether not much comes after it. A plan that was adopted without its objectives is never
    /// submitted, and nobody can send it back.
    pub(super) fn is_dead_end(&self, (at, mutation): (usize, &str)) -> bool {
        match mutation {
            "cancelCycle" | "closeCycle" => true,
            "sendActionPlanToLocalReview" | "adoptActionPlan" => !self.model.things[at].is_ready,
            _ => false,
        }
    }

    /// What somebody can do now.
    pub(super) fn possible(&self) -> Vec<(usize, &'static str)> {
        let mut ways = self.every();
        ways.retain(|(at, mutation)| {
            let players = self.cast.iter().enumerate();
            let mut verdicts = players.map(|who| self.model.verdict(who, *at, mutation, true));
            verdicts.any(|verdict| verdict.is_ok())
        });
        ways
    }

    fn every(&self) -> Vec<(usize, &'static str)> {
        let things = self.model.things.iter().enumerate();
        let ways = things.flat_map(|(at, thing)| {
            let mutations = self.model.machines.mutations(thing.kind);
            mutations.into_iter().map(move |mutation| (at, mutation))
        });
        ways.collect()
    }

    /// Any mutation of any thing, mostly one that was tried least.
    pub(super) fn anything(&mut self) -> (usize, &'static str) {
        let ways = self.every();
        if self.chance.percent(30) {
            return *self.chance.one(&ways);
        }
        let tried: Vec<_> = ways
            .iter()
            .map(|way| self.tally.tried(&self.pair(way.0, way.1)))
            .collect();
        let least = tried.iter().min().unwrap();
        let both = ways.iter().zip(&tried).filter(|(_, count)| *count == least);
        let ways: Vec<_> = both.map(|(way, _)| *way).collect();
        *self.chance.one(&ways)
    }

    /// Somebody who can do it, if it has to succeed; else half of the time somebody whose role it is.
    pub(super) fn somebody(&mut self, at: usize, mutation: &'static str, succeeds: bool) -> usize {
        let half = self.chance.percent(60);
        let fits = |number: &usize| {
            let who = (*number, &self.cast[*number]);
            let verdict = self.model.verdict(who, at, mutation, true);
            verdict.is_ok() || !succeeds && (!half || is_of_role(verdict))
        };
        let players: Vec<_> = (0..self.cast.len()).filter(fits).collect();
        if players.is_empty() {
            self.chance.below(self.cast.len())
        } else {
            *self.chance.one(&players)
        }
    }
}
