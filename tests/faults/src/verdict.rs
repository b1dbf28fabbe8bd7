//! What came of a run, and of many, in figures that people can compare.

use std::time::Duration;

use crate::{acts::Act, asking::Outcome, checks::Losses};

/// How long the service may take to come back once a fault is over.
pub(crate) const BACK_WITHIN: Duration = Duration::from_secs(10);

/// One run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    /// Acts that were acknowledged, refused, and of which nobody knows.
    pub(crate) acts: [usize; 3],
    pub(crate) losses: Losses,
    /// How long after the fault's end all were served again; nothing if they never were.
    pub(crate) back: Option<Duration>,
    /// What readiness said that was not so.
    pub(crate) lies: Vec<String>,
    /// What else went wrong.
    pub(crate) complaints: Vec<String>,
    pub(crate) notes: Vec<String>,
}

impl Verdict {
    /// Counts what clients were told.
    pub(crate) fn count(&mut self, acts: &[(usize, Act)]) {
        for (_, act) in acts {
            let acknowledged = act.is_acknowledged();
            let at = match act.attempts.last().map(|attempt| &attempt.outcome) {
                _ if acknowledged => 0,
                Some(Outcome::Refused(_)) if !act.is_unknown() => 1,
                _ => 2,
            };
            self.acts[at] += 1;
        }
    }

    /// Acknowledged and lost, refused and stored, half written, doubled.
    pub(crate) fn figures(&self) -> [usize; 4] {
        let Losses {
            lost,
            stored,
            half,
            doubled,
        } = &self.losses;
        [lost.len(), stored.len(), half.len(), doubled.len()]
    }

    /// Whether the service was back in time.
    pub(crate) fn is_back(&self) -> bool {
        self.back.is_some_and(|back| back <= BACK_WITHIN)
    }

    /// Whether everything held.
    pub(crate) fn holds(&self) -> bool {
        self.figures() == [0; 4]
            && self.is_back()
            && self.lies.is_empty()
            && self.complaints.is_empty()
    }

    /// One line about it.
    pub(crate) fn line(&self) -> String {
        let [lost, stored, half, doubled] = self.figures();
        let [acknowledged, refused, unknown] = self.acts;
        let back = self.back.map_or("never back".to_owned(), |back| {
            format!("back after {:.1} s", back.as_secs_f32())
        });
        format!(
            "{acknowledged} acknowledged, {refused} refused, {unknown} unknown; lost {lost}, \
             refused but stored {stored}, half written {half}, doubled {doubled}; {back}; \
             readiness wrong {} times{}{}",
            self.lies.len(),
            if self.complaints.is_empty() { "" } else { "; " },
            self.complaints.join("; ")
        )
    }

    /// Everything that went wrong, a line each.
    pub(crate) fn wrongs(&self) -> Vec<String> {
        let Losses {
            lost,
            stored,
            half,
            doubled,
        } = &self.losses;
        let kinds = [
            ("acknowledged and lost", lost),
            ("refused but stored", stored),
            ("half written", half),
            ("doubled", doubled),
            ("readiness", &self.lies),
            ("wrong", &self.complaints),
        ];
        kinds
            .into_iter()
            .flat_map(|(kind, wrongs)| wrongs.iter().map(move |wrong| format!("{kind}: {wrong}")))
            .collect()
    }
}

/// One line of the table: a fault over all its seeds.
pub(crate) fn row(name: &str, runs: &[Verdict]) -> String {
    let sum = |of: fn(&Verdict) -> usize| runs.iter().map(of).sum::<usize>();
    let slowest = runs
        .iter()
        .map(|run| run.back)
        .max_by_key(|back| back.unwrap_or(Duration::MAX));
    let back = match slowest {
        Some(Some(_)) if runs.iter().any(|run| run.back.is_none()) => "never".to_owned(),
        Some(Some(back)) => format!("{:.1} s", back.as_secs_f32()),
        _ => "never".to_owned(),
    };
    format!(
        "{name:26} {:>5} {:>7} {:>7} {:>7} {:>5} {:>7} {:>5} {:>7} {back:>8} {:>6} {:>6}  {}",
        runs.len(),
        sum(|run| run.acts[0]),
        sum(|run| run.acts[1]),
        sum(|run| run.acts[2]),
        sum(|run| run.losses.lost.len()),
        sum(|run| run.losses.stored.len()),
        sum(|run| run.losses.half.len()),
        sum(|run| run.losses.doubled.len()),
        sum(|run| run.lies.len()),
        sum(|run| run.complaints.len()),
        if runs.iter().all(Verdict::holds) {
            "holds"
        } else {
            "BROKEN"
        }
    )
}

/// The line above the table.
pub(crate) fn heading() -> String {
    format!(
        "{:26} {:>5} {:>7} {:>7} {:>7} {:>5} {:>7} {:>5} {:>7} {:>8} {:>6} {:>6}",
        "fault",
        "seeds",
        "told ok",
        "refused",
        "unknown",
        "lost",
        "ghosts",
        "half",
        "doubled",
        "back",
        "ready?",
        "other"
    )
}
