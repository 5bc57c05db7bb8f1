//! `baseline --database URL --listen ADDRESS --pool N`: the service that a person would write by hand, axum and sqlx,
//! without rules, history, events or runs.
//!
//! It is honest: a prepared statement that commits by itself for each call, no batching across calls, SQLite with WAL and
//! FULL, PostgreSQL as it comes. An empty database is filled with the customers that are called.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::serve::ListenerExt;
use axum::{Json, Router};
use opwright_bench::requests::{CUSTOMERS, customer};
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::process::ExitCode;
use std::time::Duration;

/// The same as the generated service has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Deserialize)]
struct Read {
    customer: String,
}

#[derive(Deserialize)]
struct Write {
    customer: String,
    new_email: String,
}

#[derive(Serialize)]
struct Customer {
    id: String,
    name: String,
    email: String,
    status: String,
}

#[derive(Serialize)]
struct Done {
    customer: String,
    email: String,
}

const CREATE: &str = "CREATE TABLE IF NOT EXISTS customer (id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE, status TEXT NOT NULL)";
const FILL: &str = "INSERT INTO customer (id, name, email, status) VALUES ($1, $2, $3, 'active')";
const COUNT: &str = "SELECT count(*) FROM customer";
const UPDATE: &str = "UPDATE customer SET email = $1 WHERE id = $2";
const SELECT: &str = "SELECT id, name, email, status FROM customer WHERE id = $1";

/// The same three handlers for each database: sqlx has no type for "either" that prepares statements.
macro_rules! service {
    ($name:ident, $pool:ty) => {
        mod $name {
            use super::*;

            async fn read(
                State(pool): State<$pool>,
                Json(read): Json<Read>,
            ) -> Result<Json<Customer>, StatusCode> {
                let found = sqlx::query_as(SELECT).bind(read.customer).fetch_optional(&pool).await;
                let (id, name, email, status) = found.map_err(broken)?.ok_or(StatusCode::NOT_FOUND)?;
                Ok(Json(Customer { id, name, email, status }))
            }

            async fn write(
                State(pool): State<$pool>,
                Json(write): Json<Write>,
            ) -> Result<Json<Done>, StatusCode> {
                let done =
                    sqlx::query(UPDATE).bind(&write.new_email).bind(&write.customer).execute(&pool).await;
                if done.map_err(broken)?.rows_affected() == 0 {
                    return Err(StatusCode::NOT_FOUND);
                }
                Ok(Json(Done { customer: write.customer, email: write.new_email }))
            }

            /// Makes and fills the table, and the routes over it.
            pub(super) async fn router(pool: $pool) -> Result<Router, sqlx::Error> {
                sqlx::query(CREATE).execute(&pool).await?;
                let there: i64 = sqlx::query_scalar(COUNT).fetch_one(&pool).await?;
                if there == 0 {
                    let mut all = pool.begin().await?;
                    for number in 0..CUSTOMERS {
                        let fill = sqlx::query(FILL).bind(customer(number));
                        let fill =
                            fill.bind(format!("Customer {number}")).bind(format!("c{number}@bench.example"));
                        fill.execute(&mut *all).await?;
                    }
                    all.commit().await?;
                }
                let routes = Router::new()
                    .route("/v1/operations/get_contact", post(read))
                    .route("/v1/operations/change_customer_email", post(write));
                Ok(routes.with_state(pool))
            }
        }
    };
}
service!(sqlite, SqlitePool);
service!(postgres, PgPool);

fn broken(error: sqlx::Error) -> StatusCode {
    eprintln!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.map_err(|error| error.to_string()).and_then(|runtime| runtime.block_on(serve()));
    if let Err(error) = done {
        eprintln!("error: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

struct Options {
    database: String,
    listen: String,
    pool: u32,
}

async fn serve() -> Result<(), String> {
    let options = options().map_err(|error| error.to_string())?;
    let router = router(&options).await.map_err(|error| error.to_string())?;
    let listener = tokio::net::TcpListener::bind(&options.listen).await.map_err(|error| error.to_string())?;
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).await.map_err(|error| error.to_string())
}

async fn router(options: &Options) -> Result<Router, sqlx::Error> {
    let Some(file) = options.database.strip_prefix("sqlite:") else {
        let pool = PgPoolOptions::new().max_connections(options.pool).min_connections(options.pool);
        return postgres::router(pool.connect(&options.database).await?).await;
    };
    let connect = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(30));
    let pool = SqlitePoolOptions::new().max_connections(options.pool).min_connections(options.pool);
    sqlite::router(pool.connect_with(connect).await?).await
}

fn options() -> Result<Options, lexopt::Error> {
    use lexopt::ValueExt;
    let mut options = Options { database: String::new(), listen: String::new(), pool: 1 };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Long("database") => options.database = parser.value()?.string()?,
            lexopt::Arg::Long("listen") => options.listen = parser.value()?.string()?,
            lexopt::Arg::Long("pool") => options.pool = parser.value()?.parse()?,
            other => return Err(other.unexpected()),
        }
    }
    if options.database.is_empty() || !options.listen.starts_with("127.0.0.1:") {
        return Err("--database URL and --listen 127.0.0.1:PORT are needed".into());
    }
    Ok(options)
}
