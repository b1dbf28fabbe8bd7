//! What is resolved in order is what the executor's own way comes to.

use std::marker::PhantomData;

use async_graphql::{
    EmptyMutation, EmptySubscription, Enum, Object, Request, Response, Schema, SimpleObject,
};
use fields::fields;

use super::*;
use crate::language::{Language, lowered};

/// How the towns of a query are resolved: by the executor, or in order.
trait Way: Send + Sync + 'static {
    type Towns: From<Town> + OutputType;
}
struct ByExecutor;
struct ByOrder;
impl Way for ByExecutor {
    type Towns = Town;
}
impl Way for ByOrder {
    type Towns = InOrder<Town>;
}

#[derive(Clone, SimpleObject)]
struct Mayor {
    age: i32,
    name: &'static str,
}

impl Ready<Executed> for Mayor {}

#[derive(Clone, Copy, PartialEq, Eq, Enum)]
enum Size {
    Small,
    VeryLarge,
}

/// Waits for nothing.
#[derive(Clone)]
struct Street;

#[fields]
impl Street {
    async fn name(&self) -> &str {
        "at the \"old\" mill\n"
    }
    async fn width(&self) -> Option<f64> {
        Some(2.5)
    }
    async fn closed(&self) -> Option<bool> {
        None
    }
    async fn size(&self) -> Size {
        Size::VeryLarge
    }
    async fn houses(&self) -> Vec<i32> {
        vec![1, 3]
    }
    async fn crossing(&self) -> Option<InOrder<Street>> {
        Some(Street.into())
    }
    async fn crossings(&self) -> Vec<InOrder<Street>> {
        vec![Street.into(), Street.into()]
    }
}

#[derive(Clone)]
struct Town(i32);

#[fields]
impl Town {
    async fn number(&self, times: Option<i32>) -> i32 {
        self.0 * times.unwrap_or(1)
    }
    /// Is there only when the field after it has begun.
    async fn late(&self) -> i32 {
        tokio::task::yield_now().await;
        self.0
    }
    #[expect(clippy::unused_async, reason = "as the executor wants it")]
    async fn fails(&self) -> Result<i32, async_graphql::Error> {
        Err("no".into())
    }
    async fn late_failure(&self) -> Result<Option<i32>, async_graphql::Error> {
        tokio::task::yield_now().await;
        Err("late".into())
    }
    async fn mayor(&self) -> Mayor {
        Mayor {
            age: self.0,
            name: "of the town",
        }
    }
    async fn next(&self) -> Option<InOrder<Town>> {
        (self.0 < 3).then(|| Town(self.0 + 1).into())
    }
    async fn street(&self) -> InOrder<Street> {
        Street.into()
    }
    async fn late_streets(&self) -> Option<Objects<InOrder<Street>>> {
        tokio::task::yield_now().await;
        let length = usize::try_from(3 - self.0).ok()?;
        Some(vec![Street.into(); length].into_iter().collect())
    }
    async fn suburbs(&self) -> Objects<InOrder<Town>> {
        tokio::task::yield_now().await;
        (self.0 + 1..3).map(|number| Town(number).into()).collect()
    }
}

struct Query<W>(PhantomData<fn() -> W>);

#[Object]
impl<W: Way> Query<W> {
    async fn town(&self) -> W::Towns {
        Town(1).into()
    }
    async fn towns(&self) -> Vec<W::Towns> {
        (0..40).map(|number| Town(number).into()).collect()
    }
}

async fn answer<W: Way>(request: Request) -> Response {
    let query = Query::<W>(PhantomData);
    let schema = Schema::build(query, EmptyMutation, EmptySubscription).finish();
    schema.execute(request).await
}

/// A document as it reaches the executor.
fn asked(text: &str) -> Request {
    let query = Query::<ByExecutor>(PhantomData);
    let schema = Schema::build(query, EmptyMutation, EmptySubscription).finish();
    let language = Language::of(&schema.sdl());
    let mut request = Request::new("");
    request.set_parsed_query(lowered(&language, text));
    request
}

fn json(response: &Response) -> String {
    let mut text = Vec::new();
    write(&response.data, &mut text);
    String::from_utf8(text).unwrap()
}

/// The answer in order, when the executor's own is the same but for the order.
async fn same(text: &str) -> String {
    let executed = answer::<ByExecutor>(asked(text)).await;
    let planned = answer::<ByOrder>(asked(text).data(Plans::default())).await;
    let unplanned = answer::<ByOrder>(asked(text)).await;
    let read = |answer| serde_json::from_str::<serde_json::Value>(&json(answer)).unwrap();
    let told = |answer: &Response| {
        let errors = answer.errors.iter();
        let mut told: Vec<_> = errors
            .map(|e| format!("{:?} {:?} {}", e.path, e.locations, e.message))
            .collect();
        told.sort();
        told
    };
    for ordered in [&planned, &unplanned] {
        assert_eq!(read(&executed), read(ordered), "{text}");
        assert_eq!(told(&executed), told(ordered), "{text}");
    }
    json(&planned)
}

#[tokio::test]
async fn fields_come_in_the_order_of_the_document() {
    assert_eq!(
        same("{ town { late number __typename twice: number(times: 2) } }").await,
        r#"{"town":{"late":1,"number":1,"__typename":"Town","twice":2}}"#
    );
    assert_eq!(
        same("{ town { next { late next { number late } } } }").await,
        r#"{"town":{"next":{"late":2,"next":{"number":3,"late":3}}}}"#
    );
    same("{ towns { late number } }").await;
}

#[tokio::test]
async fn fragments_and_what_is_asked_twice_are_put_together() {
    assert_eq!(
        same("{ town { ...A ... { number } ...B } } fragment A on Town { late number ...B } fragment B on Town { number twice: number(times: 2) }").await,
        r#"{"town":{"late":1,"number":1,"twice":2}}"#
    );
    let text = "{ town { mayor { age } number mayor { name } } }";
    let twice = json(&answer::<ByOrder>(asked(text)).await);
    assert!(twice.contains("age") && twice.contains("name"), "{twice}");
}

#[tokio::test]
async fn what_waits_for_nothing_is_written_as_the_executor_would() {
    let street = r#"{"__typename":"Street","name":"at the \"old\" mill\n","width":2.5,"closed":null,"size":"VERY_LARGE","houses":[1,3]}"#;
    let asked = "__typename name width closed size houses";
    assert_eq!(
        same(&format!("{{ town {{ street {{ {asked} }} }} }}")).await,
        format!(r#"{{"town":{{"street":{street}}}}}"#)
    );
    let text =
        format!("{{ towns {{ number lateStreets {{ crossing {{ {asked} }} wide: width }} }} }}");
    assert!(same(&text).await.contains(street));
}

#[tokio::test]
async fn a_list_that_was_waited_for_is_the_same_whether_its_objects_wait_or_not() {
    assert_eq!(
        same("{ town { lateStreets { closed } suburbs { number } } }").await,
        r#"{"town":{"lateStreets":[{"closed":null},{"closed":null}],"suburbs":[{"number":2}]}}"#
    );
    assert_eq!(
        same("{ town { suburbs { late lateStreets { closed } suburbs { late } } } }").await,
        r#"{"town":{"suburbs":[{"late":2,"lateStreets":[{"closed":null}],"suburbs":[]}]}}"#
    );
    same("{ towns { lateStreets { name } suburbs { number suburbs { late fails } } } }").await;
}

/// The points of the town, where it is text.
async fn points(text: &str) -> Option<u64> {
    let answer = answer::<ByOrder>(asked(text).data(Plans::default())).await;
    match &answer.data {
        Value::Object(roots) => points_of(&roots["town"]),
        _ => None,
    }
}

#[tokio::test]
async fn text_knows_what_it_is_worth() {
    assert_eq!(points("{ town { number late } }").await, Some(0));
    assert_eq!(points("{ town { street { name } } }").await, Some(1));
    // A list costs its dearest entry once, what is not there its own point.
    let text = "{ town { lateStreets { crossings { crossing { name } } } } }";
    assert_eq!(points(text).await, Some(3));
    let text = "{ town { next { next { next { number } } } late } }";
    assert_eq!(points(text).await, Some(3));
    // What only the executor puts together is counted further up.
    assert_eq!(points("{ town { number mayor { age } } }").await, None);
    assert_eq!(points("{ town { number fails } }").await, None);
    // Keys are given back to what failed whole.
    assert_eq!(
        points("{ town { number next { lateFailure } } }").await,
        None
    );
    // What is skipped was asked for.
    let text = "{ town { number street { name @skip(if: true) } } }";
    assert_eq!(points(text).await, Some(1));
}

#[tokio::test]
async fn a_failure_leaves_the_others_as_they_are() {
    same("{ town { number fails } }").await;
    same("{ town { fails } }").await;
    same("{ town { lateFailure late number } }").await;
    same("{ towns { next { fails lateFailure number } } }").await;
}
