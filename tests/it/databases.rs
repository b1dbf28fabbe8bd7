//! A migrated database with the Finnish programme, fresh for every test: a copied file on SQLite, a
//! copied database on a PostgreSQL that this process starts and that ends with it.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tokio::sync::OnceCell;

use crate::harness;

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

static COUNT: AtomicU32 = AtomicU32::new(0);
static SQLITE: OnceCell<PathBuf> = OnceCell::const_new();
static POSTGRES: OnceCell<Server> = OnceCell::const_new();

fn number() -> u32 {
    COUNT.fetch_add(1, Ordering::SeqCst)
}

/// The folder of this process; it is left to the system to clear.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("cfc-it-{}", std::process::id()));
        // An earlier process of the same number may have left its own.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    })
}

/// The address of a fresh database.
pub(crate) async fn fresh(backend: Backend) -> String {
    match backend {
        Backend::Sqlite => {
            let template = SQLITE.get_or_init(sqlite_template).await;
            let copy = folder().join(format!("{}.db", number()));
            std::fs::copy(template, &copy).unwrap();
            format!("sqlite://{}", copy.display())
        }
        Backend::Postgres => {
            let server = POSTGRES.get_or_init(Server::start).await;
            server.create("TEMPLATE template_fi").await
        }
    }
}

/// The address of a database without any table.
pub(crate) async fn empty(backend: Backend) -> String {
    match backend {
        Backend::Sqlite => {
            let file = folder().join(format!("{}.db", number()));
            format!("sqlite://{}?mode=rwc", file.display())
        }
        Backend::Postgres => POSTGRES.get_or_init(Server::start).await.create("").await,
    }
}

/// The address of a copy of a database that is in use.
pub(crate) async fn copy(url: &str, database: &DatabaseConnection) -> String {
    if url.starts_with("sqlite:") {
        let copy = folder().join(format!("{}.db", number()));
        let vacuum = format!("VACUUM INTO '{}'", copy.display());
        database.execute_unprepared(&vacuum).await.unwrap();
        return format!("sqlite://{}", copy.display());
    }
    let server = POSTGRES.get_or_init(Server::start).await;
    let (_, from) = url.rsplit_once('/').unwrap();
    let name = format!("test_{}", number());
    let admin = Database::connect(server.url("postgres")).await.unwrap();
    // A template has no visitors: they are sent away, and come again.
    for statement in [
        format!("ALTER DATABASE {from} ALLOW_CONNECTIONS false"),
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{from}'"),
        format!("CREATE DATABASE {name} TEMPLATE {from}"),
        format!("ALTER DATABASE {from} ALLOW_CONNECTIONS true"),
        format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"),
    ] {
        admin.execute_unprepared(&statement).await.unwrap();
    }
    admin.close().await.unwrap();
    server.url(&name)
}

/// Sends everybody away from a database on PostgreSQL and lets nobody in, or lets them in again.
pub(crate) async fn close(url: &str, is_closed: bool) {
    let server = POSTGRES.get_or_init(Server::start).await;
    let (_, name) = url.rsplit_once('/').unwrap();
    let admin = Database::connect(server.url("postgres")).await.unwrap();
    for statement in [
        format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {}", !is_closed),
        format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
    ] {
        admin.execute_unprepared(&statement).await.unwrap();
    }
    admin.close().await.unwrap();
}

async fn sqlite_template() -> PathBuf {
    let path = folder().join("template.db");
    harness::prepare(&format!("sqlite://{}", path.display())).await;
    // The log is folded in, so that the file alone is the database.
    let database = Database::connect(format!("sqlite://{}", path.display()))
        .await
        .unwrap();
    database
        .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
        .await
        .unwrap();
    database.close().await.unwrap();
    path
}

/// A connection of the test itself, to look at rows behind the API's back.
pub(crate) async fn peek(url: &str) -> DatabaseConnection {
    Database::connect(url).await.unwrap()
}

struct Server {
    port: u16,
    /// Its standard input closes when this process ends, which stops the server.
    _keeper: Child,
}

impl Server {
    async fn start() -> Self {
        let programs = programs();
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let home = folder().join("postgres");
        std::fs::create_dir_all(&home).unwrap();
        let keeper = Command::new("bash")
            .arg("-c")
            .arg(KEEPER)
            .env("HOME_OF_SERVER", &home)
            .env("PROGRAMS", &programs)
            .env("PORT", port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self {
            port,
            _keeper: keeper,
        };
        server.wait().await;
        let admin = Database::connect(server.url("postgres")).await.unwrap();
        admin
            .execute_unprepared("CREATE DATABASE template_fi")
            .await
            .unwrap();
        admin.close().await.unwrap();
        harness::prepare(&server.url("template_fi")).await;
        server
    }

    /// Makes a database; answers with its address.
    async fn create(&self, from: &str) -> String {
        let name = format!("test_{}", number());
        let admin = Database::connect(self.url("postgres")).await.unwrap();
        let create = format!("CREATE DATABASE {name} {from}");
        admin.execute_unprepared(&create).await.unwrap();
        admin.close().await.unwrap();
        self.url(&name)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    async fn wait(&self) {
        let begun = Instant::now();
        loop {
            if let Ok(database) = Database::connect(self.url("postgres")).await {
                return database.close().await.unwrap();
            }
            assert!(
                begun.elapsed() < Duration::from_mins(1),
                "PostgreSQL did not start"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// PostgreSQL refuses to run as root, so root runs it as the user of the package.
const KEEPER: &str = r#"
set -eu
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
if [ "$(id -u)" = 0 ]; then chown postgres "$HOME_OF_SERVER"; chmod 755 "$HOME_OF_SERVER/.."; fi
cd /
as "$PROGRAMS/initdb" -D "$HOME_OF_SERVER/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
as "$PROGRAMS/pg_ctl" -D "$HOME_OF_SERVER/data" -l "$HOME_OF_SERVER/log" -w -o \
  "-p $PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=300 -c jit=off" \
  start >/dev/null 2>&1
cat >/dev/null || true
as "$PROGRAMS/pg_ctl" -D "$HOME_OF_SERVER/data" -m immediate stop >/dev/null 2>&1 || true
rm -rf "$HOME_OF_SERVER"
"#;

/// Where `initdb` and `postgres` are.
fn programs() -> PathBuf {
    if let Ok(folder) = std::env::var("CFC_TEST_PG_BIN") {
        return folder.into();
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let found = versions
        .map(|version| version.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists());
    found
        .max()
        .expect("PostgreSQL is not installed; tests/run installs it")
}
