//! One client, which answers, adds and retries as the documents of the API tell it to.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use crate::{
    acts::{Act, Attempt, Deed},
    asking::{Caller, Heard, Outcome, outcome},
    clients::{Common, IN_EACH_PLACE, Manner},
    ids,
    town::Place,
    workshop::Done,
};

/// How long clients try to learn what became of their acts once the fault is over.
const CLEAR_UP_WITHIN: Duration = Duration::from_secs(25);

/// One client: works alone on items of its own, one act after the other.
pub(crate) struct Client {
    caller: Caller,
    place: Place,
    name: String,
    /// The items that are its own, and the version of each as it knows it.
    own: Vec<(usize, i64)>,
    common: Arc<Common>,
    dice: fastrand::Rng,
    count: u32,
    acts: Vec<Act>,
}

impl Client {
    /// A client with every second item of a place.
    pub(crate) fn new(place: &Place, number: usize, common: &Arc<Common>, seed: u64) -> Done<Self> {
        let own = (place.items.iter().enumerate())
            .filter(|(at, _)| at % IN_EACH_PLACE == number % IN_EACH_PLACE)
            .map(|(at, item)| (at, item.version));
        Ok(Self {
            caller: Caller::new(Some(place.token.clone()))?,
            place: place.clone(),
            name: format!("client-{}", letters(number)),
            own: own.collect(),
            common: Arc::clone(common),
            dice: fastrand::Rng::with_seed(seed.wrapping_mul(1_009) + number as u64),
            count: 0,
            acts: Vec::new(),
        })
    }

    /// A client that only probes, with the first item of a place.
    pub(crate) fn probing(place: &Place, url: &str, begun: Instant) -> Done<Self> {
        let common = Common {
            urls: vec![url.to_owned()],
            manner: Manner::Ordinary,
            now: 0,
            begun,
        };
        let mut client = Self::new(place, 0, &Arc::new(common), 0)?;
        "probe".clone_into(&mut client.name);
        Ok(client)
    }

    /// What it did.
    pub(crate) fn acts(self) -> Vec<Act> {
        self.acts
    }

    /// Works until it is told to end, and clears up. Answers with what it did.
    pub(crate) async fn work(mut self, mut is_over: watch::Receiver<bool>) -> Vec<Act> {
        let mut is_full = false;
        while !*is_over.borrow_and_update() {
            if is_full {
                is_full = self.wait_and_be_stale().await;
            } else {
                let told = self.act().await;
                is_full = self.common.manner == Manner::StaleStorm
                    && is_refused(&told, "INSUFFICIENT_STORAGE");
            }
            let pause = Duration::from_millis(self.dice.u64(0..25));
            // An end that comes meanwhile is seen at the next turn.
            let _ = timeout(pause, is_over.changed()).await;
        }
        // What is unknown after that stays unknown, and is allowed both ways.
        let _ = timeout(CLEAR_UP_WITHIN, self.clear_up()).await;
        self.acts
    }

    /// One act with all its attempts; answers with the last outcome.
    async fn act(&mut self) -> Outcome {
        let thrown = self.dice.u32(0..100);
        let is_keyed = self.dice.bool();
        let at = self.dice.usize(0..self.own.len());
        let (deed, is_keyed) = match thrown {
            0..55 => (Deed::Answer(vec![self.own[at]]), is_keyed),
            55..70 => {
                let several = (0..3).map(|next| self.own[(at + next) % self.own.len()]);
                (Deed::Answer(several.collect()), is_keyed)
            }
            70..82 => (Deed::Entity(None), true),
            82..94 => {
                let id = ids::made(self.common.now, &mut self.dice);
                (Deed::Entity(Some(id)), is_keyed)
            }
            _ => return self.stale_answer(at).await,
        };
        self.attempt_all(deed, is_keyed).await
    }

    async fn stale_answer(&mut self, at: usize) -> Outcome {
        let (item, version) = self.own[at];
        self.attempt_all(Deed::Answer(vec![(item, version - 1)]), false)
            .await
    }

    /// Waits for space and then does what only is refused. Whether there is no space yet.
    async fn wait_and_be_stale(&mut self) -> bool {
        sleep(Duration::from_millis(150)).await;
        if is_refused(&self.answer(0).await, "INSUFFICIENT_STORAGE") {
            return true;
        }
        for at in 0..4 {
            self.stale_answer(at % self.own.len()).await;
        }
        for at in 0..4 {
            self.answer(at % self.own.len()).await;
        }
        false
    }

    /// Answers one of its own items. Answers with the outcome.
    pub(crate) async fn answer(&mut self, at: usize) -> Outcome {
        let deed = Deed::Answer(vec![self.own[at]]);
        self.attempt_all(deed, false).await
    }

    /// Tries until it knows, where a key or an id of its own lets it; else reads what became of it.
    async fn attempt_all(&mut self, deed: Deed, is_keyed: bool) -> Outcome {
        self.count += 1;
        let mark = format!("{} {}", self.name, letters(self.count as usize));
        self.acts
            .push(Act::new(mark.replace(' ', "-"), deed, is_keyed));
        let last = self.acts.len() - 1;
        let mut told = if self.common.manner == Manner::Twice && is_keyed && self.dice.bool() {
            self.attempt_twice(last).await
        } else {
            self.attempt(last, 0).await
        };
        let may_repeat = is_keyed || matches!(self.acts[last].deed, Deed::Entity(Some(_)));
        let mut tries = 0;
        while may_repeat && !is_settled(&told) && tries < 3 {
            sleep(Duration::from_millis(200)).await;
            tries += 1;
            told = self.attempt(last, tries).await;
        }
        self.remember(last, &told).await;
        told
    }

    async fn attempt(&mut self, act: usize, number: usize) -> Outcome {
        let url = self.common.urls[(act + number) % self.common.urls.len()].clone();
        let attempt = self.send(act, &url, "").await;
        let told = attempt.outcome.clone();
        self.acts[act].attempts.push(attempt);
        told
    }

    /// The same act at two servers at one time.
    async fn attempt_twice(&mut self, act: usize) -> Outcome {
        let [first, second] =
            [0, 1].map(|at| self.common.urls[at % self.common.urls.len()].clone());
        let (one, other) = tokio::join!(self.send(act, &first, "a"), self.send(act, &second, "b"));
        let told = if is_settled(&one.outcome) {
            &one.outcome
        } else {
            &other.outcome
        };
        let told = told.clone();
        self.acts[act].attempts.extend([one, other]);
        told
    }

    async fn send(&self, act: usize, url: &str, which: &str) -> Attempt {
        let act = &self.acts[act];
        let request = format!("{}-{}{which}", act.mark, act.attempts.len());
        let sent = self.common.begun.elapsed().as_millis();
        let variables = act.variables(&self.place);
        let heard = self
            .caller
            .ask(url, &request, act.document(), &variables)
            .await;
        let outcome = outcome(&heard, act.mutation());
        let times = (sent, self.common.begun.elapsed().as_millis());
        Attempt {
            request,
            times,
            outcome,
        }
    }

    /// Knows the versions after an act, or reads them.
    async fn remember(&mut self, act: usize, told: &Outcome) {
        let Deed::Answer(items) = self.acts[act].deed.clone() else {
            return;
        };
        for (item, expected) in items {
            let version = match told {
                Outcome::Acknowledged { .. } => Some(expected + 1),
                Outcome::Refused(code)
                    if code != "VERSION_CONFLICT" && code != "IDEMPOTENCY_IN_PROGRESS" =>
                {
                    continue;
                }
                _ => self.read(item).await,
            };
            let known = self.own.iter_mut().find(|(own, _)| *own == item);
            if let (Some(version), Some(known)) = (version, known) {
                known.1 = version;
            }
        }
    }

    /// The version that an item has now, if it can be read.
    pub(crate) async fn read(&self, item: usize) -> Option<i64> {
        let document =
            "query Read($id: ID!) { node(id: $id) { ... on AssessmentItem { version } } }";
        let variables = serde_json::json!({ "id": self.place.items[item].id });
        let url = &self.common.urls[self.count as usize % self.common.urls.len()];
        match self.caller.ask(url, "read", document, &variables).await {
            Heard::Answer(answer) => answer["data"]["node"]["version"].as_i64(),
            _ => None,
        }
    }

    /// Learns what became of acts with a key, and sends some again that were acknowledged.
    async fn clear_up(&mut self) {
        let keyed: Vec<_> = (0..self.acts.len())
            .filter(|act| self.acts[*act].key.is_some())
            .collect();
        for &act in &keyed {
            let mut number = self.acts[act].attempts.len();
            while self.acts[act].is_unknown() {
                let told = self.attempt(act, number).await;
                if is_settled(&told) {
                    break;
                }
                number += 1;
                sleep(Duration::from_millis(300)).await;
            }
        }
        let acknowledged: Vec<_> = keyed
            .into_iter()
            .filter(|act| self.acts[*act].is_acknowledged())
            .collect();
        for act in self.dice.choose_multiple(acknowledged, 6) {
            let number = self.acts[act].attempts.len();
            self.attempt(act, number).await;
        }
    }
}

fn is_refused(told: &Outcome, with: &str) -> bool {
    matches!(told, Outcome::Refused(code) if code == with)
}

/// Whether there is nothing more to learn by sending it again.
fn is_settled(told: &Outcome) -> bool {
    match told {
        Outcome::Acknowledged { .. } => true,
        Outcome::Refused(code) => !matches!(
            code.as_str(),
            "CONNECT" | "IDEMPOTENCY_IN_PROGRESS" | "SERVICE_UNAVAILABLE"
        ),
        Outcome::Unknown(_) => false,
    }
}

/// A number in letters: digits could be taken for somebody's number.
fn letters(mut number: usize) -> String {
    let mut word = String::new();
    loop {
        word.push(char::from(b"abcdefghijklmnopqrst"[number % 20]));
        number /= 20;
        if number == 0 {
            return word;
        }
    }
}
