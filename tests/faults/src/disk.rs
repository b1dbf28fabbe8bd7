//! A small disk that can be filled and freed.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use crate::workshop::{Done, run};

/// A file system of some megabytes in memory.
#[derive(Debug)]
pub(crate) struct Disk {
    at: PathBuf,
}

impl Disk {
    /// Makes one at a folder.
    pub(crate) fn mount(at: &Path, megabytes: u32) -> Done<Self> {
        fs::create_dir_all(at)?;
        let size = format!("size={megabytes}m,mode=755");
        run(Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(at))?;
        Ok(Self { at: at.to_owned() })
    }

    fn filling(&self) -> PathBuf {
        self.at.join("filling")
    }

    /// Fills it to the last byte, but for so many kilobytes.
    pub(crate) fn fill_but(&self, kilobytes: u64) -> Done {
        let mut file = File::create(self.filling())?;
        let kilobyte = [0; 1_024];
        let mut written = 0;
        while file.write_all(&kilobyte).is_ok() {
            written += 1_024;
        }
        file.set_len(u64::saturating_sub(written, kilobytes * 1_024))?;
        Ok(())
    }

    /// Frees what was filled.
    pub(crate) fn free(&self) -> Done {
        fs::remove_file(self.filling())?;
        Ok(())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a process that was killed a moment ago may still hold it. The sweeper looks too.
        let _ = run(Command::new("umount").arg("-l").arg(&self.at));
    }
}
