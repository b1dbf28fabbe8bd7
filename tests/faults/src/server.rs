//! A real `cfc serve`, and the commands beside it.

use std::{
    fs::{self, OpenOptions},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::workshop::{Done, Workshop, free_port, run, signal};

/// The load comes from one address and few accounts: the budgets are not what is looked at.
const SETTINGS: &[(&str, &str)] = &[
    ("CFC_LIMITS_BUDGET", "1000000000"),
    ("CFC_LIMITS_BUDGET_RESTORE", "1000000000"),
    ("CFC_LIMITS_ADDRESS_REQUESTS", "1000000000"),
    ("CFC_LIMITS_ADDRESS_RESTORE", "1000000000"),
    ("CFC_LIMITS_ADDRESS_CONCURRENT", "100000"),
    // Tokens of one server are good at all that serve copies of its database.
    ("CFC_PUBLIC_URL", "http://cfc.faults"),
];

/// How long a server may take to begin, on a machine that has much else to do.
const START_WITHIN: Duration = Duration::from_mins(1);

/// Additions to the environment of a server and of the commands beside it.
pub(crate) type Around = Vec<(String, String)>;

/// A command of `cfc` on a database.
pub(crate) fn command(shop: &Workshop, url: &str, around: &Around) -> Command {
    let mut command = Command::new(&shop.cfc);
    command
        .env_clear()
        .envs(SETTINGS.iter().copied())
        .env("DATABASE_URL", url)
        .envs(around.iter().map(|(name, value)| (name, value)));
    command
}

/// One server process after the other at one address.
#[derive(Debug)]
pub(crate) struct Server {
    database: String,
    around: Around,
    port: u16,
    log: PathBuf,
    process: Option<Child>,
}

impl Server {
    /// Starts a server and waits until it listens.
    pub(crate) async fn start(
        shop: &Workshop,
        database: &str,
        log: &Path,
        around: Around,
    ) -> Done<Self> {
        let mut server = Self {
            database: database.to_owned(),
            around,
            port: free_port()?,
            log: log.to_owned(),
            process: None,
        };
        server.again(shop).await?;
        Ok(server)
    }

    /// Starts it where it was.
    pub(crate) async fn again(&mut self, shop: &Workshop) -> Done {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.log)?;
        let mut process = command(shop, &self.database, &self.around)
            .env("CFC_BIND", format!("127.0.0.1:{}", self.port))
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()?;
        shop.note(&process)?;
        let begun = Instant::now();
        while !is_listening(self.port).await {
            if let Some(status) = process.try_wait()? {
                return Err(format!("cfc serve ended with {status}: {}", self.last_words()).into());
            }
            if begun.elapsed() > START_WITHIN {
                return Err("cfc serve does not listen".into());
            }
            sleep(Duration::from_millis(20)).await;
        }
        self.process = Some(process);
        Ok(())
    }

    /// Its address.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Ends it without a word.
    pub(crate) fn kill(&mut self) -> Done {
        if let Some(mut process) = self.process.take() {
            process.kill()?;
            process.wait()?;
        }
        Ok(())
    }

    /// Asks it to end and waits until it has. Nothing if it had to be killed.
    pub(crate) async fn stop(&mut self, within: Duration) -> Done<Option<ExitStatus>> {
        let Some(mut process) = self.process.take() else {
            return Ok(None);
        };
        signal("TERM", process.id());
        let begun = Instant::now();
        loop {
            if let Some(status) = process.try_wait()? {
                return Ok(Some(status));
            }
            if begun.elapsed() > within {
                process.kill()?;
                process.wait()?;
                return Ok(None);
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<_> = log.lines().rev().take(3).collect();
        last.join(" / ")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The sweeper comes after it.
        let _ = self.kill();
    }
}

async fn is_listening(port: u16) -> bool {
    tokio::net::TcpStream::connect(("127.0.0.1", port))
        .await
        .is_ok()
}

/// Checks the audit log as an operator does. Nothing if it is whole.
pub(crate) fn audit_fault(shop: &Workshop, url: &str, around: &Around) -> Option<String> {
    let verified = run(command(shop, url, around).args(["audit", "verify"]));
    verified.err().map(|error| error.to_string())
}
