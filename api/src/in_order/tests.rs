//! What is resolved in order is what the executor's own way comes to.

use std::marker::PhantomData;

use async_graphql::{EmptyMutation, EmptySubscription, Object, Response, Schema, SimpleObject};

use super::*;

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

#[derive(Clone)]
struct Town(i32);

#[Object]
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

async fn answer<W: Way>(text: &str) -> Response {
    let query = Query::<W>(PhantomData);
    let schema = Schema::build(query, EmptyMutation, EmptySubscription).finish();
    schema.execute(text).await
}

/// The answer in order, when the executor's own is the same but for the order.
async fn same(text: &str) -> String {
    let (executed, ordered) = (
        answer::<ByExecutor>(text).await,
        answer::<ByOrder>(text).await,
    );
    assert_eq!(executed.data, ordered.data, "{text}");
    let told = |answer: &Response| {
        let errors = answer.errors.iter();
        let mut told: Vec<_> = errors
            .map(|e| format!("{:?} {}", e.path, e.message))
            .collect();
        told.sort();
        told
    };
    assert_eq!(told(&executed), told(&ordered), "{text}");
    serde_json::to_string(&ordered.data).unwrap()
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
    let twice = same("{ town { mayor { age } number mayor { name } } }").await;
    assert!(twice.contains("age") && twice.contains("name"), "{twice}");
}

#[tokio::test]
async fn a_failure_leaves_the_others_as_they_are() {
    same("{ town { number fails } }").await;
    same("{ town { fails } }").await;
    same("{ town { lateFailure late number } }").await;
    same("{ towns { next { fails lateFailure number } } }").await;
}
