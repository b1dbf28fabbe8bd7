//! The load: clients at work in every place.

use std::{sync::Arc, time::Instant};

use tokio::{sync::watch, task::JoinSet};

use crate::{acts::Act, client::Client, town::Town, workshop::Done};

/// How many clients work in each place.
pub(crate) const IN_EACH_PLACE: usize = 2;

/// What the load does beside its ordinary work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Acts, and now and then with a version that is no longer the present one.
    Ordinary,
    /// As long as nothing can be stored, sends nothing; then four stale versions, then valid ones.
    StaleStorm,
    /// Sends many acts to two servers at once.
    Twice,
}

/// What all clients know.
#[derive(Debug)]
pub(crate) struct Common {
    pub(crate) urls: Vec<String>,
    pub(crate) manner: Manner,
    /// The time that ids are made from, in milliseconds.
    pub(crate) now: u64,
    pub(crate) begun: Instant,
}

/// Clients at work.
#[derive(Debug)]
pub(crate) struct Load {
    clients: JoinSet<Vec<(usize, Act)>>,
    is_over: watch::Sender<bool>,
}

impl Load {
    /// Sends them to work.
    pub(crate) fn begin(
        town: &Town,
        urls: &[String],
        manner: Manner,
        now: u64,
        seed: u64,
    ) -> Done<Self> {
        let common = Arc::new(Common {
            urls: urls.to_vec(),
            manner,
            now,
            begun: Instant::now(),
        });
        let is_over = watch::Sender::new(false);
        let mut clients = JoinSet::new();
        for (at, place) in town.places.iter().enumerate() {
            for number in 0..IN_EACH_PLACE {
                let client = Client::new(place, at * IN_EACH_PLACE + number, &common, seed)?;
                let until = is_over.subscribe();
                clients.spawn(async move {
                    let acts = client.work(until).await;
                    acts.into_iter().map(|act| (at, act)).collect()
                });
            }
        }
        Ok(Self { clients, is_over })
    }

    /// Lets them finish and clear up; answers with what they did, by place.
    pub(crate) async fn end(self) -> Vec<(usize, Act)> {
        self.is_over.send_replace(true);
        self.clients
            .join_all()
            .await
            .into_iter()
            .flatten()
            .collect()
    }
}
