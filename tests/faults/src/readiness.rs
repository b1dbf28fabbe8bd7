//! Whether `/health/ready` told the truth: what it said against what probes were answered.

use std::time::Duration;

use crate::probes::{Finding, Kind, Sample, UNANSWERED};

/// How long readiness may lag behind.
const LAG: Duration = Duration::from_secs(3);
/// How much earlier it may notice what the next probe beside it finds.
const AHEAD: Duration = Duration::from_millis(500);

/// A time in which no probe of a kind was served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gap {
    from: Duration,
    to: Duration,
}

/// From the first probe that was not served to the next one that was, over and over.
fn gaps(samples: &[Sample], kind: Kind, is_served: fn(&Finding) -> bool) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut open: Option<Duration> = None;
    let mut last = Duration::ZERO;
    for sample in samples.iter().filter(|sample| sample.kind == kind) {
        match (open, is_served(&sample.finding)) {
            (None, false) => open = Some(sample.began),
            (Some(from), true) => {
                gaps.push(Gap {
                    from,
                    to: sample.began,
                });
                open = None;
            }
            _ => {}
        }
        last = sample.ended;
    }
    gaps.extend(open.map(|from| Gap { from, to: last }));
    gaps
}

/// Every answer of readiness that was not true, with what was.
pub(crate) fn lies(samples: &[Sample]) -> Vec<String> {
    let is_told = |finding: &Finding| *finding != Finding::Served;
    let failed = [Kind::Read, Kind::Write].map(|kind| {
        // A full disk is told to those who write, and others are served.
        gaps(samples, kind, |finding| {
            !matches!(finding, Finding::Failed(_))
        })
    });
    let failed = failed.concat();
    let unserved: Vec<_> = [Kind::Read, Kind::Write]
        .into_iter()
        .flat_map(|kind| gaps(samples, kind, |finding| *finding == Finding::Served))
        .collect();
    let asked = samples.iter().filter(|sample| sample.kind == Kind::Ready);
    // A server that was killed and is back at once may have been missed by this probe alone.
    let mut is_missed = true;
    let asked = asked.filter(|sample| {
        let was_missed = is_missed;
        is_missed = matches!(&sample.finding, Finding::Failed(why) if why == UNANSWERED);
        !is_missed || was_missed
    });
    asked
        .filter_map(|sample| {
            let at = format!("{:.1} s", sample.began.as_secs_f32());
            if is_told(&sample.finding) {
                let is_so = unserved
                    .iter()
                    .any(|gap| gap.from <= sample.ended + AHEAD && sample.began <= gap.to + LAG);
                return (!is_so).then(|| format!("{at}: not ready, though all were served"));
            }
            let gap = failed
                .iter()
                .find(|gap| gap.from + LAG < sample.began && sample.ended < gap.to)?;
            let since = sample.began.saturating_sub(gap.from).as_secs_f32();
            Some(format!(
                "{at}: ready, though nobody was served for {since:.1} s"
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(kind: Kind, began: u64, ended: u64, finding: Finding) -> Sample {
        let [began, ended] = [began, ended].map(Duration::from_millis);
        Sample {
            kind,
            began,
            ended,
            finding,
        }
    }

    fn failed() -> Finding {
        Finding::Failed("x".to_owned())
    }

    #[test]
    fn readiness_may_lag_three_seconds_and_no_longer() {
        let told = |ready_at: u64, ready: Finding| {
            lies(&[
                sample(Kind::Write, 0, 10, Finding::Served),
                sample(Kind::Write, 1_000, 6_000, failed()),
                sample(Kind::Write, 6_100, 11_100, failed()),
                sample(Kind::Ready, ready_at, ready_at + 10, ready),
                sample(Kind::Write, 12_000, 12_010, Finding::Served),
                sample(Kind::Write, 19_000, 19_010, Finding::Served),
            ])
            .len()
        };
        assert_eq!(told(3_900, Finding::Served), 0);
        assert_eq!(told(4_100, Finding::Served), 1);
        assert_eq!(told(4_100, failed()), 0);
        assert_eq!(told(14_900, failed()), 0);
        assert_eq!(told(15_100, failed()), 1);
        assert_eq!(told(400, failed()), 1);
        assert_eq!(told(900, failed()), 0);
        assert_eq!(told(13_000, Finding::Served), 0);
    }

    #[test]
    fn readiness_that_does_not_answer_is_none_from_the_second_time_on() {
        let unanswered = || Finding::Failed(UNANSWERED.to_owned());
        let told = |second: Finding| {
            lies(&[
                sample(Kind::Write, 0, 10, Finding::Served),
                sample(Kind::Ready, 1_000, 1_010, Finding::Served),
                sample(Kind::Ready, 2_000, 2_010, unanswered()),
                sample(Kind::Ready, 2_150, 2_160, second),
                sample(Kind::Write, 9_000, 9_010, Finding::Served),
            ])
            .len()
        };
        assert_eq!(told(Finding::Served), 0);
        assert_eq!(told(unanswered()), 1);
        assert_eq!(told(failed()), 1);
    }

    #[test]
    fn a_full_disk_is_told_to_writers_and_readiness_may_say_either() {
        for ready in [Finding::Served, failed()] {
            let samples = [
                sample(Kind::Write, 0, 10, Finding::Full),
                sample(Kind::Ready, 5_000, 5_010, ready),
                sample(Kind::Write, 9_000, 9_010, Finding::Full),
            ];
            assert_eq!(lies(&samples), Vec::<String>::new());
        }
    }
}
