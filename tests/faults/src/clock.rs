//! A clock of a server that the rig sets, by a library that is loaded before all others.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    server::Around,
    workshop::{Done, run},
};

const LIBRARY: &str = include_str!("clock.c");

/// How far the time of a server is from the time of the system.
#[derive(Debug)]
pub(crate) struct Clock {
    shift: PathBuf,
    library: PathBuf,
}

impl Clock {
    /// A clock that goes right, in a folder of its own.
    pub(crate) fn make(room: &Path) -> Done<Self> {
        let (source, library, shift) = (
            room.join("clock.c"),
            room.join("clock.so"),
            room.join("clock.shift"),
        );
        fs::write(&source, LIBRARY)?;
        fs::write(&shift, 0_i64.to_ne_bytes())?;
        let mut compile = Command::new("cc");
        compile
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(&library);
        run(compile.arg(&source))?;
        Ok(Self { shift, library })
    }

    /// What a server is started with, so that this is its clock.
    pub(crate) fn around(&self) -> Around {
        let name = |path: &Path| path.display().to_string();
        vec![
            ("LD_PRELOAD".to_owned(), name(&self.library)),
            ("FAULTS_CLOCK".to_owned(), name(&self.shift)),
        ]
    }

    /// Sets it so many seconds ahead. Written in place: the file is mapped by the server.
    pub(crate) fn set(&self, seconds: i64) -> Done {
        let mut file = OpenOptions::new().write(true).open(&self.shift)?;
        Ok(file.write_all(&seconds.to_ne_bytes())?)
    }
}
