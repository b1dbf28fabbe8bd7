//! Where large work is done: a few threads that the system lets run when nothing else wants to, so
//! that small requests are answered in time beside it. What reads and writes goes over the connections
//! of all others.

use std::{
    io,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::{runtime::Handle, sync::oneshot};

use crate::{
    STACK,
    error::{Code, Failure},
};

/// From 0, like everything else, to 19, after everything else.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 15;

type Job = BoxFuture<'static, ()>;

/// The way to these threads. They end with it.
#[derive(Debug)]
pub(crate) struct Lane(Mutex<Sender<Job>>);

impl Lane {
    /// Starts so many threads; connections and timers are those of the runtime.
    pub(crate) fn new(threads: usize, runtime: &Handle) -> io::Result<Self> {
        let (sender, receiver) = channel();
        let jobs = Arc::new(Mutex::new(receiver));
        for _ in 0..threads {
            let (jobs, runtime) = (Arc::clone(&jobs), runtime.clone());
            let thread = thread::Builder::new().name("large work".to_owned());
            thread.stack_size(STACK).spawn(move || {
                stand_back();
                while let Some(job) = next(&jobs) {
                    runtime.block_on(job);
                }
            })?;
        }
        Ok(Self(Mutex::new(sender)))
    }

    /// Does work in its turn. Once begun it goes on even if nobody waits for it any more; its panic
    /// is the panic of whoever waits.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Failure> {
        let (teller, told) = oneshot::channel();
        let work = AssertUnwindSafe(work).catch_unwind();
        let job = Box::pin(async move {
            // Nobody waits any more when the deadline has passed.
            let _ = teller.send(work.await);
        });
        let closed = || Failure::new(Code::ServiceUnavailable);
        let sender = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        sender.send(job).map_err(|_| closed())?;
        match told.await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => Err(closed()),
        }
    }
}

fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    let jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
    jobs.recv().ok()
}

/// Elsewhere than on Linux a priority is that of the whole process.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::warn!(%error, "large work has the priority of everything else");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn work_waits_for_work_before_it_and_a_panic_stays_with_whoever_asked() {
        let lane = Lane::new(1, &Handle::current()).unwrap();
        let broken = lane.run(async { panic!("in the work") });
        let told: Result<Result<(), Failure>, _> = AssertUnwindSafe(broken).catch_unwind().await;
        assert!(told.is_err());
        let (open, opened) = oneshot::channel::<()>();
        let first = lane.run(async {
            opened.await.unwrap();
            1
        });
        let second = lane.run(async { 2 });
        tokio::pin!(first, second);
        let _ = futures_util::poll!(first.as_mut());
        let early = tokio::time::timeout(Duration::from_millis(20), second.as_mut()).await;
        assert!(early.is_err(), "the second waits");
        open.send(()).unwrap();
        assert_eq!((first.await.unwrap(), second.await.unwrap()), (1, 2));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn its_threads_stand_back_and_others_do_not() {
        let lane = Lane::new(1, &Handle::current()).unwrap();
        let own = || rustix::process::getpriority_process(None).unwrap();
        let before = own();
        assert_eq!(
            lane.run(async move { own() }).await.unwrap(),
            before.max(NICENESS)
        );
        assert_eq!(own(), before);
    }
}
