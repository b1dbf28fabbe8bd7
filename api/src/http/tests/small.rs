//! A small house: a schema with a connection, faults on demand, two tokens.

use std::{
    borrow::Cow,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_graphql::{Context, EmptySubscription, Object, Request, Response, Schema, SimpleObject};

use crate::{
    error::{Code, Failure},
    http::{
        Asset, Fields, Identity, OauthAnswer, OauthCall, Origins, Pool, Settings, Site, Visit,
        serve,
    },
    language::Language,
};

pub(super) struct Query;
pub(super) struct Mutation;

#[derive(SimpleObject)]
struct Town {
    name: String,
}

#[derive(SimpleObject)]
struct PageInfo {
    has_next_page: bool,
}

#[derive(SimpleObject)]
struct TownEdge {
    cursor: String,
    node: Town,
}

#[derive(SimpleObject)]
struct TownConnection {
    edges: Vec<TownEdge>,
    nodes: Vec<Town>,
    page_info: PageInfo,
    total_count: i32,
}

fn broken(text: &str) -> bool {
    text.parse().expect("SELECT secret FROM panic")
}

#[Object]
impl Query {
    async fn town(&self, name: String) -> Town {
        Town { name }
    }

    async fn towns(&self, #[graphql(default = 25)] first: i32) -> TownConnection {
        let nodes = (0..first)
            .map(|index| Town {
                name: format!("town {index}"),
            })
            .collect();
        TownConnection {
            edges: Vec::new(),
            nodes,
            page_info: PageInfo {
                has_next_page: false,
            },
            total_count: first,
        }
    }

    async fn fail(
        &self,
        #[graphql(default)] wait: u64,
        code: String,
    ) -> Result<Option<Town>, Failure> {
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let code = Code::parse(&code).unwrap_or(Code::InternalServerError);
        Err(Failure::new(code).because(std::io::Error::other("SELECT secret FROM source")))
    }

    async fn careless(&self) -> async_graphql::Result<Option<Town>> {
        tokio::task::yield_now().await;
        Err(async_graphql::Error::from("SELECT secret FROM careless"))
    }

    async fn panic(&self) -> bool {
        broken("neither")
    }

    async fn slow(&self, millis: u64) -> bool {
        tokio::time::sleep(Duration::from_millis(millis)).await;
        true
    }
}

#[Object]
impl Mutation {
    async fn count(
        &self,
        context: &Context<'_>,
        millis: Option<u64>,
    ) -> Result<Option<u32>, Failure> {
        tokio::time::sleep(Duration::from_millis(millis.unwrap_or_default())).await;
        let counter = context.data_unchecked::<Arc<AtomicU32>>();
        Ok(Some(counter.fetch_add(1, Ordering::SeqCst) + 1))
    }
}

pub(super) struct Small {
    schema: Schema<Query, Mutation, EmptySubscription>,
    sdl: String,
    pub(super) counter: Arc<AtomicU32>,
}

impl Small {
    fn new() -> Self {
        let counter = Arc::new(AtomicU32::new(0));
        let schema = Schema::build(Query, Mutation, EmptySubscription)
            .data(Arc::clone(&counter))
            .finish();
        let sdl = schema.sdl();
        Self {
            schema,
            sdl,
            counter,
        }
    }
}

impl Site for Small {
    type Caller = Option<String>;

    async fn caller(&self, visit: &Visit) -> Result<Self::Caller, Failure> {
        match visit.authorization.as_deref() {
            None => Ok(None),
            Some("Bearer good") => Ok(Some("good".to_owned())),
            Some("Bearer old") => Err(Failure::new(Code::TokenExpired)),
            Some("Bearer panic") => panic!("in the token"),
            Some(_) => Err(Failure::unauthenticated()),
        }
    }

    fn is_anonymous(caller: &Self::Caller) -> bool {
        caller.is_none()
    }

    fn identity(caller: &Self::Caller) -> Identity {
        Identity {
            id: caller.as_ref().map(|_| 7),
            client: caller.clone(),
        }
    }

    fn pools(&self) -> Vec<Pool> {
        Vec::new()
    }

    async fn execute(&self, _caller: Self::Caller, request: Request) -> Response {
        self.schema.execute(request).await
    }

    fn allows_origin(&self, origin: &str) -> bool {
        origin == "https://registered.example"
    }

    async fn oauth(&self, call: OauthCall) -> OauthAnswer {
        let token = call.field("token").unwrap_or_default();
        assert!(token != "panic", "in the form");
        OauthAnswer::of(200, serde_json::json!({ "token": token }))
    }

    fn well_known(&self, name: &str) -> Option<serde_json::Value> {
        (name == "here").then(|| serde_json::json!({ "name": name }))
    }

    fn sdl(&self) -> &str {
        &self.sdl
    }

    fn fields(&self) -> Arc<Fields> {
        Arc::new(Fields::of(self.language().schema()))
    }

    fn language(&self) -> Arc<Language> {
        Arc::new(Language::of(&self.sdl))
    }

    fn permissions(&self) -> &'static str {
        "{}"
    }

    async fn is_ready(&self) -> bool {
        self.counter.load(Ordering::SeqCst) < 1_000
    }

    fn page(&self) -> Option<Asset> {
        Some(Asset {
            content_type: "text/html; charset=utf-8",
            headers: &[],
            bytes: Cow::Borrowed(b"<html>"),
        })
    }

    fn document(&self, _name: &str, _as_page: bool) -> Option<Asset> {
        None
    }

    fn asset(&self, path: &str) -> Option<Asset> {
        (path == "a/b.js").then_some(Asset {
            content_type: "text/javascript; charset=utf-8",
            headers: &[],
            bytes: Cow::Borrowed(b"1"),
        })
    }
}

/// A running server.
pub(super) struct Running {
    pub(super) at: String,
    pub(super) site: Arc<Small>,
    pub(super) stop: actix_web::dev::ServerHandle,
}

/// Starts a server that waits as long as a busy machine needs.
pub(super) fn start(bind: &str) -> Running {
    start_with(bind, Duration::from_mins(1))
}

/// Starts a server that waits so long for bodies and for what is worked on.
#[expect(clippy::disallowed_methods, reason = "the server runs beside the test")]
pub(super) fn start_with(bind: &str, within: Duration) -> Running {
    let listener = TcpListener::bind(bind).unwrap();
    let at = listener.local_addr().unwrap().to_string();
    let site = Arc::new(Small::new());
    let mut settings = Settings::new(|| 42, "https://docs.example/errors#");
    settings.deadline = within;
    settings.body_within = within;
    settings.workers = 1;
    settings.origins = Origins {
        listed: vec!["https://map.example".to_owned()],
        loopback: false,
    };
    let server = serve(Arc::clone(&site), settings, listener).unwrap();
    let stop = server.handle();
    tokio::spawn(server);
    Running { at, site, stop }
}
