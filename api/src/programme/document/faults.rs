//! Faults of a programme folder and the report that gathers them.

use std::cell::RefCell;
use std::fmt;

/// One thing that is wrong, and where: `indicators.csv:17: theme WATER is not an element of the framework`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    pub(crate) file: String,
    /// Counted from 1; absent when the whole file is meant.
    pub(crate) line: Option<usize>,
    pub(crate) message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.file, self.message),
            None => write!(out, "{}: {}", self.file, self.message),
        }
    }
}

/// Gathers faults while reading goes on. What could not be read is replaced by a placeholder,
/// which never gets out: a document is handed over only when the report is empty.
#[derive(Debug, Default)]
pub(super) struct Report {
    faults: RefCell<Vec<Fault>>,
}

impl Report {
    /// A fault on one line.
    pub(super) fn at(&self, file: &str, line: usize, message: impl Into<String>) {
        self.push(file, Some(line), message.into());
    }

    /// A fault of a whole file.
    pub(super) fn whole(&self, file: &str, message: impl Into<String>) {
        self.push(file, None, message.into());
    }

    /// All faults by file and line. A fault that was met twice is named once.
    pub(super) fn into_faults(self) -> Vec<Fault> {
        let mut faults = self.faults.into_inner();
        faults.sort();
        faults.dedup();
        faults
    }

    fn push(&self, file: &str, line: Option<usize>, message: String) {
        self.faults.borrow_mut().push(Fault {
            file: file.to_owned(),
            line,
            message,
        });
    }
}
