//! Put into the mutated crate: which mutant is at work, and which were met.

use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    io::Write,
    sync::{LazyLock, Mutex},
};

static AT_WORK: LazyLock<Option<u32>> = LazyLock::new(|| std::env::var("MUTANT").ok()?.parse().ok());
static MET: LazyLock<Option<Mutex<(File, HashSet<u32>)>>> = LazyLock::new(|| {
    let path = std::env::var("MUTANTS_MET").ok()?;
    let file = OpenOptions::new().append(true).create(true).open(path).ok()?;
    Some(Mutex::new((file, HashSet::new())))
});

/// Whether a mutant is at work.
pub(crate) fn is(number: u32) -> bool {
    if let Some(met) = &*MET
        && let Ok(mut met) = met.lock()
        && met.1.insert(number)
    {
        let _ = writeln!(met.0, "{number}");
    }
    *AT_WORK == Some(number)
}
