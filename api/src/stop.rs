//! How a process ends that is asked to: what serves lets the requests in flight come to their end, and
//! everything else ends at once.

use std::{
    fmt,
    future::pending,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};

/// That the process is asked to stop.
#[derive(Clone)]
pub struct Stop {
    asked: Shared<BoxFuture<'static, ()>>,
    is_serving: Arc<AtomicBool>,
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stop")
    }
}

impl Stop {
    /// It is asked to when this ends.
    pub fn when(asked: impl Future<Output = ()> + Send + 'static) -> Self {
        Self {
            asked: asked.boxed().shared(),
            is_serving: Arc::default(),
        }
    }

    /// Nobody asks.
    pub(crate) fn never() -> Self {
        Self::when(pending())
    }

    /// Whoever serves takes it over: what is asked earlier or later ends the service.
    pub(crate) fn of_the_server(&self) -> Shared<BoxFuture<'static, ()>> {
        self.is_serving.store(true, Ordering::SeqCst);
        self.asked.clone()
    }

    /// Ends when the process is asked to stop and does not serve yet.
    pub(crate) async fn before_serving(&self) {
        self.asked.clone().await;
        if self.is_serving.load(Ordering::SeqCst) {
            pending::<()>().await;
        }
    }
}
