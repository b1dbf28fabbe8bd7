//! Where the demonstration is told: beside the place where it is to be, and put there when it is
//! whole. Cut off at any moment, the place is as it was or the demonstration is there to its end.

mod file;
mod schema;

pub(crate) use self::file::remove_demonstration;
use self::{file::FilePart, schema::SchemaPart};
use super::{Ground, ground};
use crate::{access::Storage, trouble::Trouble};

const ANOTHER: &str = "Another cfc demo is telling the demonstration there. Wait until it serves, or \
    unset DATABASE_URL to use a database of its own.";

/// A place beside the place, held against other processes. What an earlier process left there is
/// removed.
#[derive(Debug)]
pub(crate) enum Part {
    /// A file beside the file.
    File(FilePart),
    /// A schema of the same database.
    Schema(SchemaPart),
}

impl Part {
    /// Takes the place beside an empty one; none if somebody else has put a demonstration there
    /// meanwhile.
    pub(crate) async fn beside(storage: &Storage) -> Result<Option<Self>, Trouble> {
        let part = match super::connection::file(&storage.url) {
            Some(whole) => FilePart::take(whole)?.map(Self::File),
            None => SchemaPart::take(storage).await?.map(Self::Schema),
        };
        let part = part.ok_or_else(|| Trouble::of(ANOTHER))?;
        // Whoever held it before may have come to the end since the place was looked at.
        if ground(storage).await? == Ground::Told {
            return Ok(None);
        }
        match &part {
            Self::File(file) => file.clear()?,
            Self::Schema(schema) => schema.clear().await?,
        }
        Ok(Some(part))
    }

    /// Its address.
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::File(file) => file.url(),
            Self::Schema(schema) => schema.url(),
        }
    }

    /// Puts what was told where it is to be, in one step. Nobody may have it open.
    pub(crate) async fn put_in_place(self) -> Result<(), Trouble> {
        match self {
            Self::File(file) => file.put_in_place(),
            Self::Schema(schema) => schema.put_in_place().await,
        }
    }
}
