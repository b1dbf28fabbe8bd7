//! One test per database.

/// Makes one test per database of an async function that takes an `App`.
macro_rules! on_both_databases {
    ($($name:ident)+) => {
        mod on_sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::harness::App::start(crate::databases::Backend::Sqlite).await).await;
            }
        )+ }
        mod on_postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::harness::App::start(crate::databases::Backend::Postgres).await).await;
            }
        )+ }
    };
}
pub(crate) use on_both_databases;

/// Makes one test per database of an async function that takes a `Backend`, for tests that start
/// a server with settings of their own.
macro_rules! with_own_settings {
    ($($name:ident)+) => {
        mod on_sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::databases::Backend::Sqlite).await;
            }
        )+ }
        mod on_postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(crate::databases::Backend::Postgres).await;
            }
        )+ }
    };
}
pub(crate) use with_own_settings;
