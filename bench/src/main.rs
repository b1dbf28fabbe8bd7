//! The yardsticks that the server is measured against: *limit* sends one hand-written statement
//! per request that returns the finished JSON, *static* sends the same bytes from memory.
//! No rights, no rules, no GraphQL: it must never serve anything but the benchmark.

#![expect(
    clippy::disallowed_methods,
    reason = "this is the one place of this program that reads its configuration"
)]

use std::{env, error::Error, time::Duration};

use actix_web::{
    App, HttpResponse, HttpServer,
    rt::System,
    web::{self, Bytes, Data, Json},
};
use serde::Deserialize;
use sqlx::{
    PgPool,
    postgres::{PgPoolOptions, Postgres},
    query::QueryScalar,
};

const DIRECTORY: &str = include_str!("../sql/directory.sql");
const DASHBOARD: &str = include_str!("../sql/dashboard.sql");
const OVERVIEW: &str = include_str!("../sql/overview.sql");
const ANSWER: &str = include_str!("../sql/answer.sql");

/// The body that clients of the server send; the document in it is not read.
#[derive(Deserialize)]
struct Request {
    variables: Variables,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Variables {
    after: Option<String>,
    code: Option<String>,
    input: Option<Input>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    item_id: String,
    answer: String,
    level: Option<i32>,
    comment: Option<String>,
    expected_version: i32,
}

/// Answers of *static*, made once at the start.
#[derive(Clone)]
struct Answers {
    directory: Bytes,
    dashboard: Bytes,
    overview: Bytes,
}

type Statement = QueryScalar<'static, Postgres, String, sqlx::postgres::PgArguments>;

fn main() -> Result<(), Box<dyn Error>> {
    System::new().block_on(serve())
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let pool = PgPoolOptions::new()
        .max_connections(env::var("BENCH_POOL")?.parse()?)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .connect(&env::var("DATABASE_URL")?)
        .await?;
    let answers = Answers {
        directory: page(DIRECTORY, None).fetch_one(&pool).await?.into(),
        dashboard: page(DASHBOARD, Some("XB-001".to_owned()))
            .fetch_one(&pool)
            .await?
            .into(),
        overview: page(OVERVIEW, None).fetch_one(&pool).await?.into(),
    };
    HttpServer::new(move || {
        App::new()
            .app_data(Data::new(pool.clone()))
            .app_data(Data::new(answers.clone()))
            .route("/limit/directory", web::post().to(directory))
            .route("/limit/dashboard", web::post().to(dashboard))
            .route("/limit/overview", web::post().to(overview))
            .route("/limit/answer", web::post().to(answer))
            .service(
                web::scope("/static")
                    .route("/directory", web::post().to(stored_directory))
                    .route("/dashboard", web::post().to(stored_dashboard))
                    .route("/overview", web::post().to(stored_overview)),
            )
    })
    .bind(env::var("BENCH_BIND")?)?
    .run()
    .await?;
    Ok(())
}

fn page(sql: &'static str, from: Option<String>) -> Statement {
    sqlx::query_scalar(sql).bind(from)
}

fn json(body: Bytes) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(body)
}

async fn directory(pool: Data<PgPool>, request: Json<Request>) -> HttpResponse {
    send(page(DIRECTORY, request.into_inner().variables.after), &pool).await
}

async fn dashboard(pool: Data<PgPool>, request: Json<Request>) -> HttpResponse {
    send(page(DASHBOARD, request.into_inner().variables.code), &pool).await
}

async fn overview(pool: Data<PgPool>, request: Json<Request>) -> HttpResponse {
    send(page(OVERVIEW, request.into_inner().variables.after), &pool).await
}

async fn answer(pool: Data<PgPool>, request: Json<Request>) -> HttpResponse {
    let Some(input) = request.into_inner().variables.input else {
        return HttpResponse::BadRequest().finish();
    };
    let statement = sqlx::query_scalar(ANSWER)
        .bind(input.item_id)
        .bind(input.answer)
        .bind(input.level)
        .bind(input.comment)
        .bind(input.expected_version);
    send(statement, &pool).await
}

async fn stored_directory(answers: Data<Answers>) -> HttpResponse {
    json(answers.directory.clone())
}

async fn stored_dashboard(answers: Data<Answers>) -> HttpResponse {
    json(answers.dashboard.clone())
}

async fn stored_overview(answers: Data<Answers>) -> HttpResponse {
    json(answers.overview.clone())
}

/// No row is what a version conflict looks like here.
async fn send(statement: Statement, pool: &PgPool) -> HttpResponse {
    match statement.fetch_optional(pool).await {
        Ok(Some(body)) => json(body.into()),
        Ok(None) => HttpResponse::Conflict().finish(),
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}
