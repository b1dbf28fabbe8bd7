//! Keyset pages: arguments, cursors, and the connection types of the schema.

use std::borrow::Cow;

use async_graphql::{Object, OutputType, SimpleObject, TypeName};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use sea_orm::{ColumnTrait, ColumnType, ModelTrait, Value};
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    access::Row,
    error::{Code, Failure},
};

const DEFAULT_SIZE: i32 = 25;
const MAX_SIZE: i32 = 100;

/// The page arguments of a connection.
#[derive(Debug, Default)]
pub(crate) struct PageArgs {
    pub(crate) first: Option<i32>,
    pub(crate) after: Option<String>,
    pub(crate) last: Option<i32>,
    pub(crate) before: Option<String>,
}

/// A page to be read: how much, from where, in which direction.
#[derive(Debug)]
pub(crate) struct Page {
    size: u64,
    is_backwards: bool,
    after: Option<Cursor>,
    before: Option<Cursor>,
    query: String,
}

impl PageArgs {
    /// Checks the arguments. `query` names order and filter: a cursor of another query is refused.
    pub(crate) fn checked(self, query: &impl std::fmt::Debug) -> Result<Page, Failure> {
        if self.first.is_some() && self.last.is_some() {
            return Err(Failure::bad_input("Give first or last, not both."));
        }
        let size = self.first.or(self.last).unwrap_or(DEFAULT_SIZE);
        if !(1..=MAX_SIZE).contains(&size) {
            return Err(Failure::with(
                Code::PageSizeExceeded,
                "first and last take 1 to 100.",
            ));
        }
        let query = digest(query);
        let read = |cursor: Option<String>| cursor.map(|c| Cursor::read(&c, &query)).transpose();
        Ok(Page {
            size: u64::from(size.unsigned_abs()),
            is_backwards: self.last.is_some(),
            after: read(self.after)?,
            before: read(self.before)?,
            query,
        })
    }
}

fn digest(query: &impl std::fmt::Debug) -> String {
    let hash = Sha256::digest(format!("{query:?}"));
    URL_SAFE_NO_PAD.encode(&hash[..6])
}

impl Page {
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn is_backwards(&self) -> bool {
        self.is_backwards
    }

    /// The cursors given, each with whether rows after it are wanted.
    pub(crate) fn bounds(&self) -> impl Iterator<Item = (&Cursor, bool)> {
        let after = self.after.iter().map(|cursor| (cursor, true));
        after.chain(self.before.iter().map(|cursor| (cursor, false)))
    }

    /// The place of a row in the order of this page.
    fn cursor<E: Row>(row: &E::Model, order: &[E::Column]) -> Cursor {
        let values = order.iter().map(|column| to_json(row.get(*column)));
        Cursor {
            values: values.collect(),
            id: E::key(row),
        }
    }
}

/// A position in an ordered list.
#[derive(Debug)]
pub(crate) struct Cursor {
    values: Vec<serde_json::Value>,
    id: Uuid,
}

impl Cursor {
    fn written(&self, query: &str) -> String {
        URL_SAFE_NO_PAD
            .encode(json!([query, self.id.simple().to_string(), self.values]).to_string())
    }

    fn read(text: &str, query: &str) -> Result<Self, Failure> {
        let refused = || {
            Failure::with(
                Code::InvalidCursor,
                "This cursor does not belong to this query. Start anew.",
            )
        };
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| refused())?;
        let (of, id, values): (String, Uuid, Vec<serde_json::Value>) =
            serde_json::from_slice(&bytes).map_err(|_| refused())?;
        if of == query {
            Ok(Self { values, id })
        } else {
            Err(refused())
        }
    }

    pub(crate) fn id(&self) -> Uuid {
        self.id
    }

    /// The values as the columns hold them.
    pub(crate) fn values<E: Row>(
        &self,
        columns: impl ExactSizeIterator<Item = E::Column>,
    ) -> Result<Vec<Value>, Failure> {
        let refused = || Failure::with(Code::InvalidCursor, "This cursor is damaged. Start anew.");
        if columns.len() != self.values.len() {
            return Err(refused());
        }
        let pairs = columns.zip(&self.values);
        pairs
            .map(|(column, value)| {
                from_json(value, column.def().get_column_type()).ok_or_else(refused)
            })
            .collect()
    }
}

fn to_json(value: Value) -> serde_json::Value {
    match value {
        Value::String(Some(text)) => serde_json::Value::String(text),
        Value::Int(number) => json!(number),
        Value::BigInt(number) => json!(number),
        Value::ChronoDate(date) => json!(date),
        _ => serde_json::Value::Null,
    }
}

fn from_json(value: &serde_json::Value, kind: &ColumnType) -> Option<Value> {
    Some(match (kind, value) {
        (ColumnType::Integer, serde_json::Value::Null) => Value::Int(None),
        (ColumnType::Integer, value) => Value::Int(Some(i32::try_from(value.as_i64()?).ok()?)),
        (ColumnType::BigInteger, serde_json::Value::Null) => Value::BigInt(None),
        (ColumnType::BigInteger, value) => Value::BigInt(Some(value.as_i64()?)),
        (ColumnType::Date, serde_json::Value::Null) => Value::ChronoDate(None),
        (ColumnType::Date, value) => {
            Value::ChronoDate(Some(value.as_str()?.parse::<NaiveDate>().ok()?))
        }
        (_, serde_json::Value::Null) => Value::String(None),
        (_, value) => Value::String(Some(value.as_str()?.to_owned())),
    })
}

/// The rows of a page, in the order of the list, and whether there is more on either side.
#[derive(Debug)]
pub(crate) struct Slice<M> {
    pub(crate) rows: Vec<M>,
    has_more: bool,
}

impl<M> Slice<M> {
    /// Cuts off the one row that was read beyond the page.
    pub(crate) fn cut(mut rows: Vec<M>, page: &Page) -> Self {
        let size = usize::try_from(page.size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        if page.is_backwards {
            rows.reverse();
        }
        Self { rows, has_more }
    }
}

/// Where a page stands in its list.
#[derive(Debug, SimpleObject)]
#[graphql(serial)]
pub(crate) struct PageInfo {
    /// Whether there are rows after this page.
    has_next_page: bool,
    /// Whether there are rows before this page.
    has_previous_page: bool,
    /// The cursor of the first row; null on an empty page.
    start_cursor: Option<String>,
    /// The cursor of the last row; null on an empty page. Give it as `after` for the next page.
    end_cursor: Option<String>,
}

/// Counts the whole list, when asked to.
pub(crate) type Count = Box<dyn Fn() -> BoxFuture<'static, Result<u64, Failure>> + Send + Sync>;

/// One page of a list, by keyset: it stays in place when rows are added or removed.
pub(crate) struct Connection<N> {
    /// Of most rows nobody asks for the cursor, so that it is written only then.
    edges: Vec<(Cursor, N)>,
    query: String,
    page_info: PageInfo,
    count: Count,
}

impl<N> Connection<N> {
    /// Puts a page together. `node` turns a row into what the schema shows.
    pub(crate) fn new<E: Row>(
        slice: Slice<E::Model>,
        page: &Page,
        order: &[E::Column],
        count: Count,
        node: impl Fn(E::Model) -> N,
    ) -> Self {
        let has_more = slice.has_more;
        let edges: Vec<_> = slice
            .rows
            .into_iter()
            .map(|row| (Page::cursor::<E>(&row, order), node(row)))
            .collect();
        let written = |edge: &(Cursor, N)| edge.0.written(&page.query);
        let page_info = PageInfo {
            has_next_page: if page.is_backwards {
                page.before.is_some()
            } else {
                has_more
            },
            has_previous_page: if page.is_backwards {
                has_more
            } else {
                page.after.is_some()
            },
            start_cursor: edges.first().map(written),
            end_cursor: edges.last().map(written),
        };
        Self {
            edges,
            query: page.query.clone(),
            page_info,
            count,
        }
    }
}

impl<N: OutputType> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Connection", N::type_name()))
    }
}

/// One page of a list, by keyset: it stays in place when rows are added or removed.
#[Object(name_type)]
impl<N: OutputType> Connection<N> {
    /// The rows with their cursors.
    async fn edges(&self) -> Vec<Edge<'_, N>> {
        let query = &self.query;
        let edges = self.edges.iter();
        edges
            .map(|(cursor, node)| Edge {
                cursor,
                query,
                node,
            })
            .collect()
    }

    /// The rows.
    async fn nodes(&self) -> Vec<&N> {
        self.edges.iter().map(|(_, node)| node).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// How many rows the whole list has for you. Costs a statement of its own.
    async fn total_count(&self) -> Result<u64, Failure> {
        (self.count)().await
    }
}

/// A row and its place in the list.
pub(crate) struct Edge<'c, N> {
    cursor: &'c Cursor,
    query: &'c str,
    node: &'c N,
}

impl<N: OutputType> TypeName for Edge<'_, N> {
    fn type_name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Edge", N::type_name()))
    }
}

/// A row and its place in the list.
#[Object(name_type)]
impl<N: OutputType> Edge<'_, N> {
    /// The place; give it as `after` or `before`.
    async fn cursor(&self) -> String {
        self.cursor.written(self.query)
    }

    /// The row.
    async fn node(&self) -> &N {
        self.node
    }
}
