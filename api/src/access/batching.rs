//! How the reads of one request are gathered into batches.
//!
//! Everything runs in the task of the request: while resolvers can go on, keys are only written
//! down; when none can, what was written down is asked at once, a statement per kind of key.

use std::{
    any::{Any, TypeId},
    collections::{HashMap, HashSet},
    future::poll_fn,
    hash::Hash,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, Shared},
    stream::FuturesUnordered,
};

use tokio::sync::oneshot;

use super::Viewer;
use crate::error::{Code, Failure};

/// What can be asked for many at a time.
pub(super) trait Key: Clone + Eq + Hash + Send + Sync + 'static {
    /// What is found for one.
    type Value: Clone + Send + Sync + 'static;
    /// Reads what exists for the viewer, each kind in a number of statements that does not grow
    /// with the keys.
    fn load(
        viewer: &Viewer,
        keys: Vec<Self>,
    ) -> impl Future<Output = Result<HashMap<Self, Self::Value>, Failure>> + Send;
}

type Found<K> = Arc<Result<HashMap<K, <K as Key>::Value>, Failure>>;

/// The keys of one kind that wait, and where the answer will be.
struct Batch<K: Key> {
    keys: HashSet<K>,
    sender: oneshot::Sender<Found<K>>,
    answer: Shared<oneshot::Receiver<Found<K>>>,
}

impl<K: Key> Batch<K> {
    fn new() -> Self {
        let (sender, receiver) = oneshot::channel();
        Self {
            keys: HashSet::new(),
            sender,
            answer: receiver.shared(),
        }
    }
}

/// A batch of whatever kind.
trait Waiting: Any + Send {
    fn run(self: Box<Self>, viewer: Viewer) -> BoxFuture<'static, ()>;
    fn as_any(&mut self) -> &mut dyn Any;
}

impl<K: Key> Waiting for Batch<K> {
    fn run(self: Box<Self>, viewer: Viewer) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            let found = K::load(&viewer, self.keys.into_iter().collect()).await;
            // Nobody waits any more when the request was given up.
            let _ = self.sender.send(Arc::new(found));
        })
    }
    fn as_any(&mut self) -> &mut dyn Any {
        self
    }
}

/// The batches of one request.
#[derive(Default)]
pub(super) struct Batches(Mutex<HashMap<TypeId, Box<dyn Waiting>>>);

impl Batches {
    /// Writes keys down and waits for what is found; look up in it what was asked.
    pub(super) async fn ask<K: Key>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<Found<K>, Failure> {
        let unanswered = || Failure::new(Code::InternalServerError);
        let answer = self.note(keys).ok_or_else(unanswered)?;
        answer.await.map_err(|_| unanswered())
    }

    fn note<K: Key>(
        &self,
        keys: impl IntoIterator<Item = K>,
    ) -> Option<Shared<oneshot::Receiver<Found<K>>>> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = waiting
            .entry(TypeId::of::<K>())
            .or_insert_with(|| Box::new(Batch::<K>::new()));
        let batch = batch.as_mut().as_any().downcast_mut::<Batch<K>>()?;
        batch.keys.extend(keys);
        Some(batch.answer.clone())
    }

    fn take(&self) -> Vec<Box<dyn Waiting>> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.drain().map(|(_, batch)| batch).collect()
    }

    /// Runs an execution to its end, and the batches it waits for whenever it can go no further.
    pub(super) async fn serve<T>(&self, viewer: &Viewer, execution: impl Future<Output = T>) -> T {
        let mut execution = pin!(execution);
        let mut running = FuturesUnordered::new();
        let nudge = Arc::new(Nudge::default());
        let nudged = Waker::from(Arc::clone(&nudge));
        poll_fn(|context| {
            loop {
                nudge.pass_on_to(context.waker());
                let polled = execution.as_mut().poll(&mut Context::from_waker(&nudged));
                if polled.is_ready() {
                    return polled;
                }
                // The executor walks a long list in several turns. A batch asked between two of
                // them would be two, and statements would grow with rows.
                if nudge.is_raised() {
                    return Poll::Pending;
                }
                running.extend(self.take().into_iter().map(|it| it.run(viewer.clone())));
                match running.poll_next_unpin(context) {
                    Poll::Ready(Some(())) => {}
                    Poll::Ready(None) | Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }
}

/// Wakes the task, and remembers that the execution asked for it.
#[derive(Default)]
struct Nudge {
    is_raised: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Nudge {
    fn pass_on_to(&self, task: &Waker) {
        self.is_raised.store(false, Ordering::Release);
        let mut known = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *known {
            Some(known) => known.clone_from(task),
            none => *none = Some(task.clone()),
        }
    }

    fn is_raised(&self) -> bool {
        self.is_raised.load(Ordering::Acquire)
    }
}

impl Wake for Nudge {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }
    fn wake_by_ref(self: &Arc<Self>) {
        self.is_raised.store(true, Ordering::Release);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = &*task {
            task.wake_by_ref();
        }
    }
}
