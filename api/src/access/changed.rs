//! What changed in rows that somebody else wrote first, as the audit log tells it: of all conflicts of
//! a request in one statement.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use entity::journal::audit_event::{
    Column::{Sequence, TargetId},
    Entity, Model,
};
use sea_orm::{Order, sea_query::Expr};

use super::{Find, Reader, Viewer, batching::Key, find::every};
use crate::{error::Failure, journal, refusal::Overtaken};

/// How many of the last acts on a row, or on what it is part of, are looked at.
const ACTS_READ: u64 = 50;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Since(Overtaken);

impl Key for Since {
    type Value = Arc<[String]>;

    async fn load(viewer: &Viewer, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Failure> {
        let targets: HashSet<_> = keys
            .iter()
            .flat_map(|Self(row)| [Some(row.id), row.above])
            .flatten()
            .collect();
        // Names of columns of rows that were shown: whoever may write them need not read the log.
        let acts = Find::<Entity>::of(viewer, None, every::<Entity>())
            .filter(viewer.among(TargetId, targets))
            .first_per(
                TargetId,
                vec![(Expr::col(Sequence), Order::Desc)],
                ACTS_READ,
            )
            .await?;
        let told = journal::by_row(acts.iter().map(|act: &Model| &act.changes));
        let changed = |Self(row): &Self| {
            let changes = told.get(row.id.to_string().as_str())?;
            journal::changed_after(changes, row.expected_version, row.current_version)
        };
        Ok(keys
            .into_iter()
            .filter_map(|key| Some((key.clone(), changed(&key)?.into())))
            .collect())
    }
}

impl Reader {
    /// The columns of a row that changed since the version that was expected; `None` when that is not
    /// known.
    pub(crate) async fn changed_since(
        &self,
        overtaken: &Overtaken,
    ) -> Result<Option<Arc<[String]>>, Failure> {
        self.ask(Since(overtaken.clone())).await
    }
}
