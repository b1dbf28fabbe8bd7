//! A database file beside another, renamed when it is whole.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};

use crate::{access::state::connection::beside, trouble::Trouble};

/// What its name ends with; nobody else names a file so.
const ENDING: &str = ".cfc-demo-part";

/// A file beside the file.
#[derive(Debug)]
pub(crate) struct FilePart {
    whole: PathBuf,
    part: PathBuf,
    url: String,
    /// Held against other processes.
    lock: File,
}

impl FilePart {
    /// Takes the file beside a file, unless another process has it.
    pub(super) fn take(named: PathBuf) -> Result<Option<Self>, Trouble> {
        if named.to_string_lossy().starts_with("file:") {
            let told = "The demonstration is told in a file, and DATABASE_URL names none.";
            return Err(Trouble::of(told));
        }
        // A link stays a link.
        let whole = fs::canonicalize(&named).unwrap_or(named);
        let part = beside(&whole, ENDING);
        let of_part = |error| Trouble::of(format!("{}: {error}", part.display()));
        let mut open = File::options();
        let lock = open.create(true).truncate(false).write(true).open(&part);
        let lock = lock.map_err(of_part)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(of_part(error)),
        }
        let options = SqliteConnectOptions::new().filename(&part);
        let url = options.create_if_missing(true).to_url_lossy().to_string();
        Ok(Some(Self {
            whole,
            part,
            url,
            lock,
        }))
    }

    /// Makes it empty.
    pub(super) fn clear(&self) -> Result<(), Trouble> {
        remove_logs(&self.part)?;
        self.lock.set_len(0).map_err(Trouble::io)?;
        // A log that holds something belongs to the file that is there, empty as it may be.
        let log = beside(&self.whole, "-wal");
        if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            let whole = self.whole.display();
            let (both, log) = ("remove both, and run cfc demo again", log.display());
            return Err(Trouble::of(format!("{log} lies beside {whole}: {both}.")));
        }
        Ok(())
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Renames it. The lock ends before anybody opens the file under its new name: locks of a file
    /// end for the whole process when one who opened it is gone.
    pub(super) fn put_in_place(self) -> Result<(), Trouble> {
        let log = beside(&self.part, "-wal");
        if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            let told = "The demonstration is told and could not be closed. Run cfc demo again.";
            return Err(Trouble::of(told));
        }
        remove_logs(&self.part)?;
        remove_logs(&self.whole)?;
        fs::rename(&self.part, &self.whole).map_err(Trouble::io)
    }
}

/// Removes what SQLite keeps beside a file while it is open.
fn remove_logs(file: &Path) -> Result<(), Trouble> {
    for ending in ["-wal", "-shm"] {
        match fs::remove_file(beside(file, ending)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Trouble::io(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Removes what a demonstration of that name has left, whole or not.
pub(crate) fn remove_demonstration(whole: &Path) {
    for file in [whole.to_owned(), beside(whole, ENDING)] {
        for ending in ["", "-wal", "-shm"] {
            // A file that is not there needs no removing.
            let _ = fs::remove_file(beside(&file, ending));
        }
    }
}
