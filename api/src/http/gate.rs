//! How many requests are worked on at once. A few more may wait; the rest is told at once to come
//! back later, so that those inside are still answered in time.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Code, Failure};

/// The way in.
#[derive(Debug)]
pub(crate) struct Gate {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
}

/// Leaves the queue however the waiting ends.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Gate {
    /// Lets so many in, and so many wait.
    pub(crate) fn new(concurrent: usize, queue: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(concurrent.min(Semaphore::MAX_PERMITS))),
            waiting: AtomicUsize::new(0),
            queue,
        }
    }

    /// A turn, now or after some waiting; a failure at once when too many wait already. Whoever
    /// has the turn keeps it until the work is done.
    pub(crate) async fn enter(&self) -> Result<OwnedSemaphorePermit, Failure> {
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            return Ok(turn);
        }
        let before = self.waiting.fetch_add(1, Ordering::AcqRel);
        let _waiting = Waiting(&self.waiting);
        if before >= self.queue {
            return Err(Failure::with(
                Code::ServiceUnavailable,
                "Too many requests are being worked on: send it again in a moment.",
            ));
        }
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        turn.map_err(|_| Failure::new(Code::ServiceUnavailable))
    }

    /// How many wait.
    #[cfg(test)]
    fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, pin::pin, task::Poll};

    use super::*;

    #[tokio::test]
    async fn some_work_some_wait_and_the_rest_is_turned_away() {
        let gate = Gate::new(1, 1);
        let inside = gate.enter().await.unwrap();
        let mut second = pin!(gate.enter());
        let is_waiting = poll_fn(|context| Poll::Ready(second.as_mut().poll(context).is_pending()));
        assert!(is_waiting.await);
        assert_eq!(gate.waiting(), 1);
        let third = gate.enter().await.unwrap_err();
        assert_eq!(third.code, Code::ServiceUnavailable);
        drop(inside);
        drop(second.await.unwrap());
        assert_eq!(gate.waiting(), 0);
    }

    #[tokio::test]
    async fn whoever_stops_waiting_leaves_the_queue() {
        let gate = Gate::new(1, 1);
        let _inside = gate.enter().await.unwrap();
        {
            let mut second = pin!(gate.enter());
            poll_fn(|context| Poll::Ready(second.as_mut().poll(context).is_pending())).await;
            assert_eq!(gate.waiting(), 1);
        }
        assert_eq!(gate.waiting(), 0);
    }
}
