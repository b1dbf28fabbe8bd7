//! How many requests are worked on at once: in all, and of one address, so that nobody takes the turns
//! and the connections of all others. A few more may wait; the rest is told at once to come back later,
//! so that those inside are still answered in time.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::bucket::Key;
use crate::error::{Code, Failure};

/// How many lines may have ended before they are cleared away.
const LINES: usize = 1_024;

/// The way in.
#[derive(Debug)]
pub(crate) struct Gate {
    all: Line,
    each: usize,
    queue_of_each: usize,
    lines: Mutex<HashMap<Key, Weak<Line>>>,
}

/// Those who are inside, and those who wait for it.
#[derive(Debug)]
struct Line {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
}

/// A turn: whoever has it keeps it until the work is done.
#[derive(Debug)]
pub(crate) struct Turn {
    _of_all: OwnedSemaphorePermit,
    _of_own: OwnedSemaphorePermit,
    _line: Arc<Line>,
}

/// Leaves the queue however the waiting ends.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Line {
    fn new(turns: usize, queue: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(turns.min(Semaphore::MAX_PERMITS))),
            waiting: AtomicUsize::new(0),
            queue,
        }
    }

    async fn enter(&self) -> Result<OwnedSemaphorePermit, Failure> {
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
}

impl Gate {
    /// Lets so many in and so many wait: in all, and of each address.
    pub(crate) fn new((turns, queue): (usize, usize), each: (usize, usize)) -> Self {
        Self {
            all: Line::new(turns, queue),
            each: each.0,
            queue_of_each: each.1,
            lines: Mutex::default(),
        }
    }

    /// A turn, now or after some waiting; a failure at once when too many wait already. Who waits
    /// for others of the same address stands in nobody else's way.
    pub(crate) async fn enter(&self, address: Key) -> Result<Turn, Failure> {
        let line = self.line(address);
        let own = line.enter().await?;
        Ok(Turn {
            _of_all: self.all.enter().await?,
            _of_own: own,
            _line: line,
        })
    }

    fn line(&self, address: Key) -> Arc<Line> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.get(&address).and_then(Weak::upgrade) {
            return line;
        }
        if lines.len() >= LINES {
            lines.retain(|_, line| line.strong_count() > 0);
        }
        let line = Arc::new(Line::new(self.each, self.queue_of_each));
        lines.insert(address, Arc::downgrade(&line));
        line
    }

    /// How many wait.
    #[cfg(test)]
    fn waiting(&self) -> usize {
        self.all.waiting.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use std::{future::poll_fn, net::Ipv4Addr, pin::pin, task::Poll};

    use super::*;

    fn address(last: u8) -> Key {
        Key::Address(Ipv4Addr::new(192, 0, 2, last).into())
    }

    async fn is_waiting(entering: std::pin::Pin<&mut impl Future>) -> bool {
        let mut entering = entering;
        poll_fn(|context| Poll::Ready(entering.as_mut().poll(context).is_pending())).await
    }

    #[tokio::test]
    async fn some_work_some_wait_and_the_rest_is_turned_away() {
        let gate = Gate::new((1, 1), (9, 9));
        let inside = gate.enter(address(1)).await.unwrap();
        let mut second = pin!(gate.enter(address(2)));
        assert!(is_waiting(second.as_mut()).await);
        assert_eq!(gate.waiting(), 1);
        let third = gate.enter(address(3)).await.unwrap_err();
        assert_eq!(third.code, Code::ServiceUnavailable);
        drop(inside);
        drop(second.await.unwrap());
        assert_eq!(gate.waiting(), 0);
    }

    #[tokio::test]
    async fn whoever_stops_waiting_leaves_the_queue() {
        let gate = Gate::new((1, 1), (9, 9));
        let _inside = gate.enter(address(1)).await.unwrap();
        {
            let second = pin!(gate.enter(address(1)));
            assert!(is_waiting(second).await);
            assert_eq!(gate.waiting(), 1);
        }
        assert_eq!(gate.waiting(), 0);
    }

    #[tokio::test]
    async fn one_address_waits_for_itself_and_not_in_the_way_of_others() {
        let gate = Gate::new((4, 0), (2, 1));
        let one = gate.enter(address(1)).await.unwrap();
        let _two = gate.enter(address(1)).await.unwrap();
        let mut third = pin!(gate.enter(address(1)));
        assert!(is_waiting(third.as_mut()).await);
        let fourth = gate.enter(address(1)).await.unwrap_err();
        assert_eq!(fourth.code, Code::ServiceUnavailable);
        let _other = gate.enter(address(2)).await.unwrap();
        drop(one);
        third.await.unwrap();
    }

    #[tokio::test]
    async fn lines_that_ended_are_cleared_away() {
        let gate = Gate::new((4, 0), (2, 1));
        let kept = gate.enter(address(1)).await.unwrap();
        for n in 0..u128::try_from(2 * LINES).unwrap() {
            gate.enter(Key::Id(n)).await.unwrap();
        }
        let lines = gate.lines.lock().unwrap();
        assert!(lines.len() <= LINES && lines.contains_key(&address(1)));
        drop(kept);
    }
}
