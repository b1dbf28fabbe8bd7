//! A wire between a server and its database that holds answers back, to stop a request at a moment
//! of its own choosing.

use std::{
    future::pending,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Listening(&'static str),
    Holding,
}

/// Passes on what is sent to a database, and what it answers.
#[derive(Debug)]
pub(super) struct Wire {
    address: SocketAddr,
    database: Arc<Mutex<String>>,
    state: watch::Sender<State>,
    silences: Silences,
}

/// Which connections stay open and never pass on anything any more.
#[derive(Clone, Debug, Default)]
struct Silences {
    /// How many were opened.
    opened: Arc<AtomicU64>,
    /// All that were opened before this one.
    before: Arc<AtomicU64>,
    /// The next one that says this word, which is not passed on either.
    next: Arc<Mutex<Option<&'static str>>>,
}

impl Silences {
    async fn holds(&self, connection: u64) {
        if connection < self.before.load(Ordering::SeqCst) {
            pending::<()>().await;
        }
    }

    async fn swallows(&self, said: &[u8]) {
        let is_it = |word: &mut &str| speaks_of(said, word);
        let word = self.next.lock().unwrap().take_if(is_it);
        if word.is_some() {
            pending::<()>().await;
        }
    }
}

fn speaks_of(said: &[u8], word: &str) -> bool {
    said.windows(word.len()).any(|part| part == word.as_bytes())
}

impl Wire {
    /// A wire that leads nowhere yet.
    pub(super) async fn lay() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire = Self {
            address: listener.local_addr().unwrap(),
            database: Arc::default(),
            state: watch::Sender::new(State::Open),
            silences: Silences::default(),
        };
        let (database, state) = (Arc::clone(&wire.database), wire.state.clone());
        let silences = wire.silences.clone();
        tokio::spawn(async move {
            while let Ok((server, _)) = listener.accept().await {
                let connection = silences.opened.fetch_add(1, Ordering::SeqCst);
                let address = database.lock().unwrap().clone();
                let database = TcpStream::connect(address).await.unwrap();
                let (asked, answers) = server.into_split();
                let (answered, asks) = database.into_split();
                let own = (silences.clone(), connection);
                tokio::spawn(pass_questions(asked, asks, state.clone(), own.clone()));
                tokio::spawn(pass_answers(answered, answers, state.subscribe(), own));
            }
        });
        wire
    }

    /// The address of a database, through this wire.
    pub(super) fn through(&self, url: &str) -> String {
        let (start, path) = url.rsplit_once('/').unwrap();
        let (start, address) = start.rsplit_once('@').unwrap();
        address.clone_into(&mut self.database.lock().unwrap());
        format!("{start}@{}/{path}", self.address)
    }

    /// From the next statement with this word on, holds back what is answered.
    pub(super) fn hold_what_is_answered_to(&self, word: &'static str) {
        self.state.send_replace(State::Listening(word));
    }

    pub(super) fn is_holding(&self) -> bool {
        *self.state.borrow() == State::Holding
    }

    /// All connections there are fall silent for good. New ones work.
    pub(super) fn forget_all(&self) {
        let opened = self.silences.opened.load(Ordering::SeqCst);
        self.silences.before.store(opened, Ordering::SeqCst);
    }

    /// The next connection that says this word falls silent for good, before it is heard.
    pub(super) fn swallow(&self, word: &'static str) {
        *self.silences.next.lock().unwrap() = Some(word);
    }

    pub(super) fn has_swallowed(&self) -> bool {
        self.silences.next.lock().unwrap().is_none()
    }

    pub(super) fn let_go(&self) {
        self.state.send_replace(State::Open);
    }
}

async fn pass_questions(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    state: watch::Sender<State>,
    (silences, connection): (Silences, u64),
) {
    let mut bytes = [0; 8_192];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let said = &bytes[..count];
        silences.holds(connection).await;
        silences.swallows(said).await;
        state.send_if_modified(|state| {
            let State::Listening(word) = *state else {
                return false;
            };
            let is_heard = speaks_of(said, word);
            if is_heard {
                *state = State::Holding;
            }
            is_heard
        });
        if to.write_all(said).await.is_err() {
            return;
        }
    }
}

async fn pass_answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut state: watch::Receiver<State>,
    (silences, connection): (Silences, u64),
) {
    let mut bytes = [0; 8_192];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        silences.holds(connection).await;
        let _ = state.wait_for(|state| *state != State::Holding).await;
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
