//! A wire between a server and its database that holds answers back, to stop a request at a moment
//! of its own choosing.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
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
}

impl Wire {
    /// A wire that leads nowhere yet.
    pub(super) async fn lay() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let wire = Self {
            address: listener.local_addr().unwrap(),
            database: Arc::default(),
            state: watch::Sender::new(State::Open),
        };
        let (database, state) = (Arc::clone(&wire.database), wire.state.clone());
        tokio::spawn(async move {
            while let Ok((server, _)) = listener.accept().await {
                let address = database.lock().unwrap().clone();
                let database = TcpStream::connect(address).await.unwrap();
                let (asked, answers) = server.into_split();
                let (answered, asks) = database.into_split();
                tokio::spawn(pass_questions(asked, asks, state.clone()));
                tokio::spawn(pass_answers(answered, answers, state.subscribe()));
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

    pub(super) fn let_go(&self) {
        self.state.send_replace(State::Open);
    }
}

async fn pass_questions(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    state: watch::Sender<State>,
) {
    let mut bytes = [0; 8_192];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let said = &bytes[..count];
        state.send_if_modified(|state| {
            let State::Listening(word) = *state else {
                return false;
            };
            let is_heard = said.windows(word.len()).any(|part| part == word.as_bytes());
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
) {
    let mut bytes = [0; 8_192];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let _ = state.wait_for(|state| *state != State::Holding).await;
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
