//! `cfc audit verify`: reads the whole log in pages and tells whether the chain holds.

use std::sync::Arc;

use super::{check::Walk, ids::WrongIds};
use crate::{access::House, error::Failure};

/// Rows per page.
const PAGE: u64 = 200;

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many rows the chain has.
    pub rows: u64,
    /// The number of the last row.
    pub sequence: i64,
    /// Its hash. Noted somewhere else, it shows later that the log was not written anew.
    pub head: String,
    /// Every break, in a sentence; none where the log is whole.
    pub breaks: Vec<String>,
    /// Ids that clients made and would not be taken today; their rows stay readable.
    pub wrong_ids: Vec<String>,
}

/// Reads the log and checks it. `noted` is a head from an earlier verification that must be in the
/// chain; `progress` is told after each page how many rows were read.
pub(crate) async fn verify(
    house: &Arc<House>,
    noted: Option<&str>,
    progress: impl Fn(u64),
) -> Result<Verified, Failure> {
    let mut head = house.chain_head().await?;
    let mut walk = Walk::along(head.as_ref(), noted);
    let mut wrong_ids = WrongIds::default();
    let mut after = i64::MIN;
    loop {
        let page = house.ledger(after, PAGE).await?;
        if page.is_empty() {
            // Rows and head change together: a head beyond the last row was moved by writers since
            // the page was read, or the end is cut off.
            head = house.chain_head().await?;
            if !walk.is_behind(head.as_ref()) || house.ledger(after, 1).await?.is_empty() {
                break;
            }
        }
        for row in page {
            after = row
                .as_ref()
                .map_or_else(|number| *number, |row| row.sequence);
            if let Ok(row) = &row {
                wrong_ids.look(row);
            }
            walk.step(row);
        }
        progress(walk.rows());
    }
    let rows = walk.rows();
    let (last, breaks) = walk.end(head.as_ref());
    Ok(Verified {
        rows,
        sequence: last.sequence,
        head: last.hash,
        breaks: breaks.iter().map(ToString::to_string).collect(),
        wrong_ids: wrong_ids.into_texts(),
    })
}
