//! What goes wrong in a command, in a sentence for whoever typed it.

use std::{fmt, net::SocketAddr};

use crate::{error::Failure, programme::document::Fault, refusal::Refused};

const BUSY: &str = "Others use the database and did not let cfc in; nothing of this step was \
    stored. Run the command again; if that does not help, stop the servers first.";

/// Why a command did not do its work.
#[derive(Debug)]
pub struct Trouble(String);

impl Trouble {
    /// A sentence.
    pub(crate) fn of(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// The system's own words.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "used as `map_err(Trouble::io)`"
    )]
    pub(crate) fn io(error: std::io::Error) -> Self {
        Self(error.to_string())
    }

    /// An address that cannot be had.
    pub(crate) fn bind(address: SocketAddr, error: &std::io::Error) -> Self {
        Self(format!(
            "Cannot answer at {address}: {error}. CFC_BIND sets another address."
        ))
    }

    /// The faults of a programme's folder.
    pub(crate) fn faults(faults: &[Fault]) -> Self {
        let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
        let count = match lines.len() {
            1 => "1 fault".to_owned(),
            many => format!("{many} faults"),
        };
        Self(format!(
            "{}\n{count}; nothing was loaded.",
            lines.join("\n")
        ))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        if failure.is_busy() {
            return Self::of(BUSY);
        }
        // The operator at the command line may read the cause, which clients never do.
        let cause = failure
            .source
            .as_ref()
            .map(|source| format!(" ({source})"))
            .unwrap_or_default();
        Self(format!("{}{cause}", failure.message))
    }
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Failure(failure) => failure.into(),
            Refused::User(errors) => {
                let lines: Vec<_> = errors.into_iter().map(|error| error.message).collect();
                Self(lines.join("\n"))
            }
            Refused::Overtaken(overtaken) => Self(overtaken.user_error().message),
            Refused::Validated(_) | Refused::Replayed(_) => Self("Nothing was stored.".to_owned()),
        }
    }
}
