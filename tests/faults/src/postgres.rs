//! A `PostgreSQL` of the rig's own: started, stopped, killed, frozen, followed by a standby.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use crate::workshop::{Done, Workshop, free_port, run, signal};

/// The database of the servers under test.
pub(crate) const NAME: &str = "cfc";

/// The processes of a killed server are killed, not the machine: what was written is in the
/// memory of the system, so that waiting for the disk would only take time.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "jit=off",
    "max_connections=300",
    "shared_buffers=32MB",
    "max_wal_size=32MB",
    "min_wal_size=8MB",
    "wal_level=replica",
    "max_wal_senders=4",
    "restart_after_crash=on",
];

/// One cluster.
#[derive(Debug)]
pub(crate) struct Postgres {
    home: PathBuf,
    port: u16,
    settings: Vec<String>,
}

impl Postgres {
    /// A cluster with an empty database, running.
    pub(crate) fn create(shop: &Workshop, name: &str) -> Done<Self> {
        let home = shop.room(name)?;
        shop.hand_over(&home)?;
        let mut initdb = shop.postgres("initdb")?;
        initdb.arg("-D").arg(home.join("files"));
        run(initdb
            .args([
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ])
            .args(["--no-sync", "--wal-segsize=1"]))?;
        let postgres = Self {
            home,
            port: free_port()?,
            settings: Vec::new(),
        };
        postgres.start(shop)?;
        postgres.tell(shop, "postgres", &format!("CREATE DATABASE {NAME}"))?;
        Ok(postgres)
    }

    /// A copy of a stopped cluster in another folder, running with settings of its own.
    pub(crate) fn copy(&self, shop: &Workshop, home: &Path, settings: &[&str]) -> Done<Self> {
        fs::create_dir_all(home)?;
        shop.hand_over(home)?;
        let from = self.home.join("files");
        run(shop
            .as_owner(Path::new("cp"))
            .arg("-a")
            .arg(from)
            .arg(home.join("files")))?;
        let settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        let copy = Self {
            home: home.to_owned(),
            port: free_port()?,
            settings,
        };
        copy.start(shop)?;
        Ok(copy)
    }

    /// A standby of this one, following it.
    pub(crate) fn standby(&self, shop: &Workshop, home: &Path) -> Done<Self> {
        fs::create_dir_all(home)?;
        shop.hand_over(home)?;
        let files = home.join("files");
        let port = self.port.to_string();
        run(shop
            .postgres("pg_basebackup")?
            .arg("-D")
            .arg(&files)
            .args(["-R", "-c", "fast", "-X", "stream", "--no-sync"])
            .args(["-h", "127.0.0.1", "-U", "postgres", "-p", &port]))?;
        let settings = vec!["synchronous_standby_names=".to_owned()];
        let standby = Self {
            home: home.to_owned(),
            port: free_port()?,
            settings,
        };
        standby.start(shop)?;
        Ok(standby)
    }

    /// Starts it and waits until it answers. It may need minutes of recovery, or find that it
    /// cannot start at all.
    pub(crate) fn start(&self, shop: &Workshop) -> Done {
        let settings = SETTINGS
            .iter()
            .copied()
            .chain(self.settings.iter().map(String::as_str));
        let mut options = format!("-p {}", self.port);
        for setting in settings {
            options.push_str(" -c ");
            options.push_str(setting);
        }
        let started = shop
            .postgres("pg_ctl")?
            .arg("-D")
            .arg(self.home.join("files"))
            .arg("-l")
            .arg(self.home.join("log"))
            .args(["-w", "-t", "60", "-o", &options, "start"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()?;
        if started.success() {
            return Ok(());
        }
        let log = fs::read_to_string(self.home.join("log")).unwrap_or_default();
        let last: Vec<_> = log.lines().rev().take(5).collect();
        Err(format!("PostgreSQL did not start: {}", last.join(" / ")).into())
    }

    /// Stops it: `smart`, `fast` or `immediate`.
    pub(crate) fn stop(&self, shop: &Workshop, mode: &str) -> Done {
        run(shop
            .postgres("pg_ctl")?
            .arg("-D")
            .arg(self.home.join("files"))
            .args(["-w", "-t", "60", "-m", mode, "stop"]))?;
        Ok(())
    }

    /// Makes a standby the one that is written to, and waits until it is.
    pub(crate) fn promote(&self, shop: &Workshop) -> Done {
        run(shop
            .postgres("pg_ctl")?
            .arg("-D")
            .arg(self.home.join("files"))
            .args(["-w", "-t", "60", "promote"]))?;
        Ok(())
    }

    /// Kills every process of it at once.
    pub(crate) fn kill(&self) -> Done {
        let processes = self.processes()?;
        for &pid in &processes {
            signal("KILL", pid);
        }
        let begun = Instant::now();
        while processes.iter().any(|pid| is_alive(*pid)) {
            if begun.elapsed() > Duration::from_secs(10) {
                return Err("PostgreSQL outlived its kill".into());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        // Its number may not be free yet where nobody buries processes, and looks alive to the next.
        fs::remove_file(self.home.join("files/postmaster.pid"))?;
        Ok(())
    }

    /// Stops every process of it where it stands, or lets them go on.
    pub(crate) fn freeze(&self, is_frozen: bool) -> Done {
        for pid in self.processes()? {
            signal(if is_frozen { "STOP" } else { "CONT" }, pid);
        }
        Ok(())
    }

    /// Whether its first process lives.
    pub(crate) fn is_running(&self) -> bool {
        self.first().is_ok_and(is_alive)
    }

    /// Runs a statement behind the server's back.
    pub(crate) fn tell(&self, shop: &Workshop, database: &str, sql: &str) -> Done<String> {
        run(shop
            .postgres("psql")?
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
            .args(["-c", sql, &self.url_of(database)]))
    }

    /// The address of the database itself.
    pub(crate) fn url(&self) -> String {
        self.url_of(NAME)
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Its log.
    pub(crate) fn log(&self) -> PathBuf {
        self.home.join("log")
    }

    fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    fn first(&self) -> Done<u32> {
        let note = fs::read_to_string(self.home.join("files/postmaster.pid"))?;
        Ok(note.lines().next().unwrap_or_default().trim().parse()?)
    }

    /// The first process and all that it started.
    fn processes(&self) -> Done<Vec<u32>> {
        let first = self.first()?;
        let children = fs::read_to_string(format!("/proc/{first}/task/{first}/children"))?;
        let children = children
            .split_whitespace()
            .filter_map(|pid| pid.parse().ok());
        Ok([first].into_iter().chain(children).collect())
    }
}

/// Whether a process is there and not only waits to be buried.
fn is_alive(pid: u32) -> bool {
    let told = fs::read_to_string(format!("/proc/{pid}/stat"));
    told.is_ok_and(|told| {
        !told
            .rsplit(')')
            .next()
            .is_some_and(|rest| rest.starts_with(" Z"))
    })
}
