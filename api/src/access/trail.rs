//! The histories of many things at once: what the audit log tells of each, a page of it or a count.

use std::{collections::HashMap, sync::Arc};

use entity::journal::audit_event::{
    self,
    Column::{Sequence, TargetId},
};
use sea_orm::{ColumnTrait, Condition, Order, Value, sea_query::Expr};
use uuid::Uuid;

use super::{Reader, Rows, Viewer, batching::Key};
use crate::{
    error::Failure,
    page::{Page, Slice},
};

/// Which part of a history is asked for; the newest comes first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Span {
    size: u64,
    is_backwards: bool,
    older_than: Option<i64>,
    newer_than: Option<i64>,
}

impl Span {
    fn of(page: &Page) -> Result<Self, Failure> {
        let mut span = Self {
            size: page.size(),
            is_backwards: page.is_backwards(),
            older_than: None,
            newer_than: None,
        };
        for (cursor, is_after) in page.bounds() {
            let values = cursor.values::<audit_event::Entity>([Sequence].into_iter())?;
            let place = match values.first() {
                Some(Value::BigInt(place)) => *place,
                _ => None,
            };
            let bound = if is_after {
                &mut span.older_than
            } else {
                &mut span.newer_than
            };
            *bound = place;
        }
        Ok(span)
    }

    fn order(&self) -> Order {
        if self.is_backwards {
            Order::Asc
        } else {
            Order::Desc
        }
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Trail {
    target: Uuid,
    span: Span,
}

impl Key for Trail {
    type Value = Rows<audit_event::Entity>;

    async fn load(viewer: &Viewer, keys: Vec<Self>) -> Result<HashMap<Self, Self::Value>, Failure> {
        let mut targets: HashMap<Span, Vec<Uuid>> = HashMap::new();
        for key in keys {
            targets.entry(key.span).or_default().push(key.target);
        }
        let mut found = HashMap::new();
        // One statement per page asked for; a document has few.
        for (span, targets) in targets {
            let order = vec![(Expr::col(Sequence), span.order())];
            let bounds = Condition::all()
                .add_option(span.older_than.map(|place| Sequence.lt(place)))
                .add_option(span.newer_than.map(|place| Sequence.gt(place)));
            let rows = viewer
                .find::<audit_event::Entity>()
                .filter(viewer.among(TargetId, targets))
                .filter(bounds)
                .first_per(TargetId, order, span.size + 1)
                .await?;
            for (target, rows) in by_target(rows) {
                let span = span.clone();
                found.insert(Self { target, span }, rows.into());
            }
        }
        Ok(found)
    }
}

type Row = Arc<audit_event::Model>;

/// The rows of each target, the newest first.
fn by_target(mut rows: Vec<audit_event::Model>) -> HashMap<Uuid, Vec<Row>> {
    rows.sort_by_key(|row| std::cmp::Reverse(row.sequence));
    let mut targets: HashMap<Uuid, Vec<Row>> = HashMap::new();
    for row in rows {
        let target = targets.entry(row.target_id).or_default();
        target.push(Arc::new(row));
    }
    targets
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Length(Uuid);

impl Key for Length {
    type Value = u64;

    async fn load(viewer: &Viewer, keys: Vec<Self>) -> Result<HashMap<Self, u64>, Failure> {
        let among = viewer.among(TargetId, keys.iter().map(|key| key.0));
        let find = viewer.find::<audit_event::Entity>().filter(among);
        let counts = find.count_per(TargetId).await?;
        Ok(counts
            .into_iter()
            .map(|(target, count)| (Self(target), count.unsigned_abs()))
            .collect())
    }
}

impl Reader {
    /// A page of the history of something.
    pub(crate) async fn trail(
        &self,
        target: Uuid,
        page: &Page,
    ) -> Result<Slice<audit_event::Model>, Failure> {
        let span = Span::of(page)?;
        let rows = self.ask(Trail { target, span }).await?;
        let rows = rows.iter().flat_map(|rows| rows.iter());
        let mut rows: Vec<_> = rows.map(|row| audit_event::Model::clone(row)).collect();
        if page.is_backwards() {
            rows.reverse();
        }
        Ok(Slice::cut(rows, page))
    }

    /// How long the history of something is.
    pub(crate) async fn trail_length(&self, target: Uuid) -> Result<u64, Failure> {
        Ok(self.ask(Length(target)).await?.unwrap_or_default())
    }
}
