//! Where the rig works: a folder of its own, the programs it uses, and one process that cleans up
//! after it however it ends.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{clock::Clock, disk::Disk};

/// What may go wrong in the rig itself.
pub(crate) type Trouble = Box<dyn std::error::Error + Send + Sync>;
/// What came of a step of the rig.
pub(crate) type Done<T = ()> = Result<T, Trouble>;

/// Ends what was started and gives back what was mounted, once the rig has let go of its input.
/// A process is ended only if it still is what its note says.
const SWEEPER: &str = r#"
cat >/dev/null || true
for note in "$FOLDER"/pids/*; do
  [ -e "$note" ] || continue
  pid=$(basename "$note")
  [ "$(readlink "/proc/$pid/exe")" = "$(cat "$note")" ] && kill -9 "$pid"
done
find "$FOLDER" -name postmaster.pid 2>/dev/null | while read -r file; do
  pid=$(head -n 1 "$file")
  grep -q postgres "/proc/$pid/comm" 2>/dev/null || continue
  for child in $(cat "/proc/$pid/task/$pid/children"); do kill -9 "$child"; done
  kill -9 "$pid"
done
sleep 0.3
awk -v folder="$FOLDER/" 'index($2, folder) == 1 { print $2 }' /proc/mounts | while read -r at; do
  umount -l "$at"
done
rm -rf "$FOLDER"
"#;

/// The folder and the programs.
#[derive(Debug)]
pub(crate) struct Workshop {
    /// Everything that the rig makes is below it.
    pub(crate) folder: PathBuf,
    /// The server under test.
    pub(crate) cfc: PathBuf,
    /// Where `initdb` and `postgres` are, if they are anywhere.
    postgres: Option<PathBuf>,
    is_root: bool,
    sweeper: Child,
}

impl Workshop {
    /// Makes the folder and has it swept when this process ends.
    pub(crate) fn open(cfc: &Path, postgres: Option<PathBuf>) -> Done<Self> {
        let cfc = fs::canonicalize(cfc)
            .map_err(|error| format!("{}: {error}. Build it first.", cfc.display()))?;
        let folder = std::env::temp_dir().join(format!("cfc-faults-{}", std::process::id()));
        fs::create_dir_all(folder.join("pids"))?;
        let sweeper = Command::new("bash")
            .args(["-c", SWEEPER])
            .env("FOLDER", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let user = Command::new("id").arg("-u").output()?;
        Ok(Self {
            folder,
            cfc,
            postgres: postgres.or_else(newest_postgres),
            is_root: user.stdout.starts_with(b"0\n"),
            sweeper,
        })
    }

    /// A program of `PostgreSQL`, run by whom it agrees to be run.
    pub(crate) fn postgres(&self, program: &str) -> Done<Command> {
        let folder = self
            .postgres
            .as_ref()
            .ok_or("PostgreSQL is not installed")?;
        Ok(self.as_owner(&folder.join(program)))
    }

    /// A program run by the owner of the databases: `PostgreSQL` refuses to run as root.
    pub(crate) fn as_owner(&self, program: &Path) -> Command {
        let mut command = Command::new(if self.is_root {
            Path::new("runuser")
        } else {
            program
        });
        if self.is_root {
            command.args(["-u", "postgres", "--"]).arg(program);
        }
        command.current_dir("/");
        command
    }

    /// Lets the owner of the databases work in a folder.
    pub(crate) fn hand_over(&self, folder: &Path) -> Done {
        if self.is_root {
            run(Command::new("chown").arg("postgres").arg(folder))?;
        }
        Ok(())
    }

    /// Why no small disk can be made here; nothing if it can.
    pub(crate) fn why_no_disk(&self) -> Option<String> {
        let mounted = Disk::mount(&self.folder.join("trial"), 1);
        let hint = "who may not mount can run it by `unshare -rm`, which does for SQLite";
        mounted.err().map(|error| format!("{error}; {hint}"))
    }

    /// Why no clock can be made here; nothing if it can.
    pub(crate) fn why_no_clock(&self) -> Option<String> {
        let made = Clock::make(&self.folder);
        made.err()
            .map(|error| format!("a C compiler makes the clock: {error}"))
    }

    /// Has a process ended when the rig ends.
    pub(crate) fn note(&self, process: &Child) -> Done {
        let exe = self.cfc.display().to_string();
        fs::write(self.folder.join("pids").join(process.id().to_string()), exe)?;
        Ok(())
    }

    /// A new folder.
    pub(crate) fn room(&self, name: &str) -> Done<PathBuf> {
        let room = self.folder.join(name);
        fs::create_dir_all(&room)?;
        Ok(room)
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        drop(self.sweeper.stdin.take());
        // What it could not remove is of no use to anybody, and nothing can be done about it here.
        let _ = self.sweeper.wait();
    }
}

fn newest_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let bins = versions.flatten().map(|version| version.path().join("bin"));
    bins.filter(|bin| bin.join("initdb").exists()).max()
}

/// Runs a program to its end; answers with what it printed.
pub(crate) fn run(command: &mut Command) -> Done<String> {
    let told = command.stdin(Stdio::null()).output()?;
    if told.status.success() {
        return Ok(String::from_utf8_lossy(&told.stdout).into_owned());
    }
    let errors = String::from_utf8_lossy(&told.stderr);
    let last: Vec<_> = errors.lines().rev().take(4).collect();
    Err(format!(
        "{command:?} ended with {}: {}",
        told.status,
        last.join(" / ")
    )
    .into())
}

/// Sends a signal to a process that the rig started.
pub(crate) fn signal(name: &str, pid: u32) {
    // A process that has ended already is what the signal is for.
    let _ = Command::new("kill")
        .args([&format!("-{name}"), &pid.to_string()])
        .stderr(Stdio::null())
        .status();
}

/// A port that nobody listens at.
pub(crate) fn free_port() -> Done<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
