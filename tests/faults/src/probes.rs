//! Somebody who reads, somebody who writes and somebody who asks whether the server is ready, a
//! few times a second, all the while.

use std::time::{Duration, Instant};

use tokio::{
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::{
    acts::Act,
    asking::{Caller, Outcome},
    client::Client,
    town::Place,
    workshop::Done,
};

const EVERY: Duration = Duration::from_millis(150);
/// Readiness that does not answer for so long is none.
const READY_WITHIN: Duration = Duration::from_secs(3);
/// What is found where no answer came.
pub(crate) const UNANSWERED: &str = "no answer";
/// So long everything has to go well before the service counts as back.
const STEADY: Duration = Duration::from_secs(2);

/// What a probe asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
    Ready,
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Finding {
    /// As on any day.
    Served,
    /// Refused because the disk is full, which no other server would change.
    Full,
    /// Not at all.
    Failed(String),
}

/// One probe.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) kind: Kind,
    pub(crate) began: Duration,
    pub(crate) ended: Duration,
    pub(crate) finding: Finding,
}

/// All probes until now.
pub(crate) type Samples = Vec<Sample>;

/// Those who probe.
#[derive(Debug)]
pub(crate) struct Probes {
    begun: Instant,
    samples: watch::Sender<Samples>,
    is_over: watch::Sender<bool>,
    tasks: JoinSet<Vec<Act>>,
}

impl Probes {
    /// Begins to probe a server.
    pub(crate) fn begin(place: &Place, url: &str) -> Done<Self> {
        let begun = Instant::now();
        let (samples, is_over) = (
            watch::Sender::new(Samples::new()),
            watch::Sender::new(false),
        );
        let mut tasks = JoinSet::new();
        let notebook = |samples: &watch::Sender<Samples>| {
            let samples = samples.clone();
            move |kind, began, finding| {
                let ended = begun.elapsed();
                samples.send_modify(|all| {
                    all.push(Sample {
                        kind,
                        began,
                        ended,
                        finding,
                    });
                });
            }
        };
        let caller = Caller::new(None)?;
        let (note, until, page) = (
            notebook(&samples),
            is_over.subscribe(),
            format!("{url}/health/ready"),
        );
        tasks.spawn(async move {
            while !*until.borrow() {
                let asked = begun.elapsed();
                let finding = match caller.status(&page, READY_WITHIN).await {
                    Some(200) => Finding::Served,
                    Some(other) => Finding::Failed(other.to_string()),
                    None => Finding::Failed(UNANSWERED.to_owned()),
                };
                note(Kind::Ready, asked, finding);
                sleep(EVERY).await;
            }
            Vec::new()
        });
        let reader = Client::probing(place, url, begun)?;
        let (note, until) = (notebook(&samples), is_over.subscribe());
        tasks.spawn(async move {
            while !*until.borrow() {
                let asked = begun.elapsed();
                let finding = match reader.read(0).await {
                    Some(_) => Finding::Served,
                    None => Finding::Failed(UNANSWERED.to_owned()),
                };
                note(Kind::Read, asked, finding);
                sleep(EVERY).await;
            }
            Vec::new()
        });
        let mut writer = Client::probing(place, url, begun)?;
        let (note, until) = (notebook(&samples), is_over.subscribe());
        tasks.spawn(async move {
            while !*until.borrow() {
                let asked = begun.elapsed();
                let finding = match writer.answer(0).await {
                    Outcome::Acknowledged { .. } => Finding::Served,
                    Outcome::Refused(code) if code == "INSUFFICIENT_STORAGE" => Finding::Full,
                    // An earlier probe took effect after all: this one was served, with a no.
                    Outcome::Refused(code) if code == "VERSION_CONFLICT" => Finding::Served,
                    Outcome::Refused(code) | Outcome::Unknown(code) => Finding::Failed(code),
                };
                note(Kind::Write, asked, finding);
                sleep(EVERY).await;
            }
            writer.acts()
        });
        Ok(Self {
            begun,
            samples,
            is_over,
            tasks,
        })
    }

    /// The time of the probes.
    pub(crate) fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Waits until reads, writes and readiness have gone well for a while; answers with the
    /// moment from which on they did. Nothing if that did not come in time.
    pub(crate) async fn until_back(&self, since: Duration, within: Duration) -> Option<Duration> {
        let mut samples = self.samples.subscribe();
        let back = async {
            loop {
                let moment = steady_since(&samples.borrow_and_update(), since);
                if moment.is_some_and(|moment| moment + STEADY < self.now()) {
                    return moment;
                }
                if samples.changed().await.is_err() {
                    return None;
                }
            }
        };
        timeout(within, back).await.ok().flatten()
    }

    /// Ends them; answers with what they found and what they wrote.
    pub(crate) async fn end(self) -> (Samples, Vec<Act>) {
        self.is_over.send_replace(true);
        let acts = self.tasks.join_all().await.into_iter().flatten().collect();
        (self.samples.borrow().clone(), acts)
    }
}

/// Since when each kind has gone well without a break, if all have.
fn steady_since(samples: &[Sample], since: Duration) -> Option<Duration> {
    let steady = |kind: Kind| {
        let of_kind = samples.iter().rev().filter(|sample| sample.kind == kind);
        let well =
            of_kind.take_while(|sample| sample.finding == Finding::Served && sample.began >= since);
        well.last().map(|sample| sample.began)
    };
    [Kind::Read, Kind::Write, Kind::Ready]
        .into_iter()
        .map(steady)
        .collect::<Option<Vec<_>>>()?
        .into_iter()
        .max()
}
