//! A wire between servers and `PostgreSQL` that goes silent, breaks or is slow at a moment of a
//! transaction.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::sleep,
};

use crate::workshop::Done;

/// When a connection is struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// When a transaction begins.
    Begin,
    /// At the message of a transaction with this number.
    Statement(u32),
    /// When a transaction is to be committed.
    Commit,
    /// At any statement outside of a transaction.
    Read,
    /// At whatever is said.
    Always,
}

/// What happens to it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Harm {
    /// Nothing passes any more, for good; to both ends it looks open. Whether the database still
    /// got what was said last.
    Silence { was_heard: bool },
    /// Every second time: both ends are told that it broke. Whether the database still got what was said last.
    Reset { was_heard: bool },
    /// What is said arrives so much later.
    Delay(Duration),
}

type Plan = Option<(Moment, Harm)>;

/// Passes on what is said, as planned.
#[derive(Debug)]
pub(crate) struct Wire {
    port: u16,
    target: Arc<Mutex<SocketAddr>>,
    plan: watch::Sender<Plan>,
    struck: watch::Sender<u32>,
    _tasks: JoinSet<()>,
}

impl Wire {
    /// A wire to a port of this machine.
    pub(crate) async fn lay(port: u16) -> Done<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let wire_port = listener.local_addr()?.port();
        let target = Arc::new(Mutex::new(SocketAddr::from(([127, 0, 0, 1], port))));
        let (plan, struck) = (watch::Sender::new(None), watch::Sender::new(0));
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(
            listener,
            Arc::clone(&target),
            plan.subscribe(),
            struck.clone(),
        ));
        Ok(Self {
            port: wire_port,
            target,
            plan,
            struck,
            _tasks: tasks,
        })
    }

    /// The address of a database, through this wire.
    pub(crate) fn url(&self, database: &str) -> String {
        let port = self.port;
        format!("postgres://postgres@127.0.0.1:{port}/{database}?sslmode=disable")
    }

    /// From now on does harm, to each connection at its moment.
    pub(crate) fn harm(&self, moment: Moment, harm: Harm) {
        self.plan.send_replace(Some((moment, harm)));
    }

    /// From now on does no more harm. What was struck stays as it is.
    pub(crate) fn heal(&self) {
        self.plan.send_replace(None);
    }

    /// Leads new connections elsewhere.
    pub(crate) fn lead_to(&self, port: u16) {
        let mut target = self.target.lock().unwrap_or_else(PoisonError::into_inner);
        *target = SocketAddr::from(([127, 0, 0, 1], port));
    }

    /// How many connections were struck.
    pub(crate) fn struck(&self) -> u32 {
        *self.struck.borrow()
    }
}

async fn accept(
    listener: TcpListener,
    target: Arc<Mutex<SocketAddr>>,
    plan: watch::Receiver<Plan>,
    struck: watch::Sender<u32>,
) {
    let mut connections = JoinSet::new();
    while let Ok((server, _)) = listener.accept().await {
        let target = *target.lock().unwrap_or_else(PoisonError::into_inner);
        let (plan, struck) = (plan.clone(), struck.clone());
        connections.spawn(async move {
            // A database that is not there refuses, and so does the wire by letting go.
            if let Ok(database) = TcpStream::connect(target).await {
                // A connection that ends is an ordinary thing.
                let _ = carry(server, database, plan, struck).await;
            }
        });
        while connections.try_join_next().is_some() {}
    }
}

/// Where a connection is, as far as one can tell from what passes.
#[derive(Default)]
struct Talk {
    messages: u32,
    /// Messages since the transaction began.
    since_begin: Option<u32>,
}

impl Talk {
    /// What is said now, and whether this is the moment.
    fn hear(&mut self, said: &[u8], moment: Option<Moment>) -> bool {
        let says = |word: &[u8]| said.windows(word.len()).any(|part| part == word);
        let (begins, commits) = (says(b"BEGIN"), says(b"COMMIT"));
        self.messages += 1;
        self.since_begin = match self.since_begin {
            _ if begins => Some(0),
            _ if commits || says(b"ROLLBACK") => None,
            Some(count) => Some(count + 1),
            None => None,
        };
        match moment {
            None => false,
            Some(Moment::Begin) => begins,
            Some(Moment::Commit) => commits,
            Some(Moment::Statement(number)) => self.since_begin == Some(number),
            // The first two are the greeting.
            Some(Moment::Read) => self.messages > 2 && self.since_begin.is_none() && !commits,
            Some(Moment::Always) => true,
        }
    }
}

async fn carry(
    mut server: TcpStream,
    mut database: TcpStream,
    plan: watch::Receiver<Plan>,
    struck: watch::Sender<u32>,
) -> std::io::Result<()> {
    server.set_nodelay(true)?;
    database.set_nodelay(true)?;
    let (mut said, mut told) = (vec![0; 16_384], vec![0; 16_384]);
    let mut talk = Talk::default();
    loop {
        tokio::select! {
            count = server.read(&mut said) => {
                let said = match count? { 0 => return Ok(()), count => &said[..count] };
                let plan = *plan.borrow();
                let is_moment = talk.hear(said, plan.map(|(moment, _)| moment));
                let mut harm = plan.map(|(_, harm)| harm).filter(|_| is_moment);
                if harm.is_some() {
                    struck.send_modify(|count| *count += 1);
                }
                if matches!(harm, Some(Harm::Reset { .. })) && struck.borrow().is_multiple_of(2) {
                    harm = None;
                }
                match harm {
                    None => database.write_all(said).await?,
                    Some(Harm::Delay(time)) => {
                        sleep(time).await;
                        database.write_all(said).await?;
                    }
                    Some(Harm::Silence { was_heard }) => {
                        if was_heard { database.write_all(said).await?; }
                        return silence(server, database).await;
                    }
                    Some(Harm::Reset { was_heard }) => {
                        if was_heard {
                            database.write_all(said).await?;
                            database.flush().await?;
                            // Else the reset could overtake it.
                            sleep(Duration::from_millis(20)).await;
                        }
                        server.set_zero_linger()?;
                        return database.set_zero_linger();
                    }
                }
            }
            count = database.read(&mut told) => {
                match count? { 0 => return Ok(()), count => server.write_all(&told[..count]).await? }
            }
        }
    }
}

/// Both ends may say what they like; neither hears of the other again, not even that it left.
async fn silence(mut server: TcpStream, mut database: TcpStream) -> std::io::Result<()> {
    let (mut said, mut told) = (vec![0; 4_096], vec![0; 4_096]);
    let (mut is_said, mut is_told) = (true, true);
    while is_said || is_told {
        tokio::select! {
            count = server.read(&mut said), if is_said => is_said = matches!(count, Ok(1..)),
            count = database.read(&mut told), if is_told => is_told = matches!(count, Ok(1..)),
        }
    }
    Ok(())
}
