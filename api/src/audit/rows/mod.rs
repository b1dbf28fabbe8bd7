//! `cfc audit verify --rows`: compares every row that the audit log tells of with what the log recorded
//! of it last. A server may write meanwhile.

mod finding;
mod left_out;
mod recorded;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use uuid::Uuid;

use self::{
    finding::{Finding, is_as_told},
    recorded::{Key, Last, Recorded, Share},
};
use crate::{
    access::{AUDITED, Audited, House, Which},
    error::Failure,
};

/// Rows of the log per page.
const PAGE: u64 = 200;
/// Rows that are looked at again at once.
const AGAIN: usize = 1_000;
/// The most findings that are told one by one.
const FINDINGS_MAX: usize = 100;
/// How often it is told how far the comparison has come.
const STRIDE: u64 = 100_000;

/// How many rows are kept in mind at once: about 60 MB. Where there are more, the log is walked along
/// several times.
pub const ROWS_AT_ONCE: usize = 400_000;

/// What a comparison of rows found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowsVerified {
    /// How many rows of each table are as they were recorded.
    pub compared: BTreeMap<&'static str, u64>,
    /// The rows that are not, each in a sentence; the first hundred.
    pub findings: Vec<String>,
    /// How many more there are.
    pub more: u64,
    /// What was not compared, in sentences.
    pub left_out: Vec<String>,
}

/// Compares all rows. `at_once` rows are kept in mind at a time; `progress` is told now and then how many
/// were read.
pub(crate) async fn verify_rows(
    house: &Arc<House>,
    at_once: usize,
    progress: impl Fn(u64),
) -> Result<RowsVerified, Failure> {
    let mut comparison = Comparison::default();
    for table in AUDITED {
        comparison.compared.insert((table.table)(), 0);
    }
    for table in AUDITED {
        comparison.strays(table, (table.strays)(house).await?);
    }
    let mut shares = vec![Share::whole()];
    while let Some(share) = shares.pop() {
        let mut recorded = Recorded::of(share, at_once);
        follow(house, &mut recorded, |recorded, _| recorded.make_room()).await?;
        shares.append(&mut recorded.left());
        for (number, table) in (0..).zip(AUDITED) {
            let table = (number, table);
            comparison
                .pages(house, &mut recorded, table, &progress)
                .await?;
            for ids in recorded.unmet(number).chunks(AGAIN) {
                comparison.again(house, &mut recorded, table, ids).await?;
            }
        }
    }
    Ok(comparison.end())
}

/// Takes the rows of the log that are new, up to the last; `each` is told what they say.
async fn follow(
    house: &House,
    recorded: &mut Recorded,
    mut each: impl FnMut(&mut Recorded, Vec<(Key, Last)>),
) -> Result<(), Failure> {
    loop {
        let page = house.ledger(recorded.sequence(), PAGE).await?;
        if page.is_empty() {
            return Ok(());
        }
        for row in page {
            match row {
                Ok(event) => {
                    let told = recorded.take(&event);
                    each(recorded, told);
                }
                Err(number) => recorded.skip(number),
            }
        }
    }
}

type Table = (u8, &'static Audited);

/// What was found so far.
#[derive(Debug, Default)]
struct Comparison {
    compared: BTreeMap<&'static str, u64>,
    untold: BTreeMap<&'static str, u64>,
    findings: Vec<String>,
    more: u64,
    read: u64,
}

impl Comparison {
    /// Compares the rows of a table that belong to the share.
    async fn pages(
        &mut self,
        house: &House,
        recorded: &mut Recorded,
        (number, table): Table,
        progress: impl Fn(u64),
    ) -> Result<(), Failure> {
        let mut behind = None;
        loop {
            let page = (table.rows)(house, Which::Behind(behind)).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            behind = Some(last.id);
            let mut doubtful = Vec::new();
            for row in &page {
                let key = (number, row.id);
                if recorded.holds(&key) {
                    let told = recorded.meet(&key).map(|entry| entry.last);
                    if is_as_told(told, Some(row.state)) {
                        self.count(table, told);
                    } else {
                        doubtful.push(row.id);
                    }
                }
                self.read += 1;
                if self.read.is_multiple_of(STRIDE) {
                    progress(self.read);
                }
            }
            if !doubtful.is_empty() {
                self.again(house, recorded, (number, table), &doubtful)
                    .await?;
            }
        }
    }

    /// Looks again at rows that were not as the log said, since they may have been written after it was
    /// read. A row and what the log says of it are written together: so it must stand as the log said
    /// just before it was read, or as the log has said since.
    async fn again(
        &mut self,
        house: &House,
        recorded: &mut Recorded,
        (number, table): Table,
        ids: &[Uuid],
    ) -> Result<(), Failure> {
        follow(house, recorded, |_, _| {}).await?;
        let mut possible: HashMap<Key, Vec<Option<Last>>> = HashMap::new();
        for id in ids {
            let key = (number, *id);
            let before = recorded.meet(&key).map(|entry| entry.last);
            possible.insert(key, vec![before]);
        }
        let rows = (table.rows)(house, Which::Those(ids.to_vec())).await?;
        let rows: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row.state)).collect();
        follow(house, recorded, |_, told| {
            for (key, last) in told {
                if let Some(possible) = possible.get_mut(&key) {
                    possible.push(Some(last));
                }
            }
        })
        .await?;
        for id in ids {
            let (key, stands) = ((number, *id), rows.get(id).copied());
            let mut told = possible.remove(&key).into_iter().flatten();
            match told.find(|told| is_as_told(*told, stands)) {
                Some(told) if stands.is_some() => self.count(table, told),
                Some(_) => {}
                None => self.find(&Finding {
                    table: *table,
                    id: *id,
                    told: recorded.entry(&key).copied(),
                    stands,
                }),
            }
        }
        Ok(())
    }

    fn count(&mut self, table: &Audited, told: Option<Last>) {
        let counts = match told {
            Some(Last::Untold) => &mut self.untold,
            _ => &mut self.compared,
        };
        *counts.entry((table.table)()).or_default() += 1;
    }

    fn find(&mut self, finding: &Finding) {
        self.tell(finding.to_string());
    }

    fn strays(&mut self, table: &Audited, count: u64) {
        if count > 0 {
            let table = (table.table)();
            self.tell(format!(
                "{table} holds {count} rows with something else than an id."
            ));
        }
    }

    fn tell(&mut self, finding: String) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }

    fn end(mut self) -> RowsVerified {
        self.findings.sort();
        RowsVerified {
            left_out: left_out::sentences(&self.untold),
            compared: self.compared,
            findings: self.findings,
            more: self.more,
        }
    }
}
