//! A server from its settings to the last answer.

use std::{
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    access::{Clock, Entropy, House, StatementObserver, Storage},
    config::Config,
    error::Failure,
    http::{Origins, Proxies, Settings, serve, serve_metrics},
    issuer::Issuers,
    schema::Schema,
    site::PublicSite,
    stop::Stop,
};

/// How often what other processes may have changed is looked for.
const WATCH_EVERY: Duration = Duration::from_secs(5);

/// How often what has ended is removed.
const CLEAN_EVERY: Duration = Duration::from_hours(1);

/// What a process passes in: time, randomness, and who is told of statements.
#[derive(Clone)]
pub struct Surroundings {
    /// Where the time comes from.
    pub clock: Clock,
    /// Where random bytes come from.
    pub entropy: Entropy,
    /// Is told of every statement that is run.
    pub observer: Option<StatementObserver>,
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Surroundings")
    }
}

/// Opens the database of a configuration.
pub(crate) async fn open(
    config: &Config,
    around: &Surroundings,
    is_durable: bool,
) -> Result<Arc<House>, Failure> {
    let storage = storage(config, is_durable);
    let around = around.clone();
    let house = House::open(&storage, around.clock, around.entropy, around.observer).await?;
    let issuers = Issuers::new(&config.issuers).map_err(Failure::internal)?;
    Ok(Arc::new(house.trusting(issuers)))
}

/// Where the content of a configuration is kept.
pub(crate) fn storage(config: &Config, is_durable: bool) -> Storage {
    Storage {
        url: config.database().to_owned(),
        connections: config.database_connections,
        statement_ms: config.limits.statement_ms,
        connection_ms: config.limits.connection_ms,
        is_durable,
    }
}

/// What the explorer is told: where the API is, and tokens to try it with.
pub(crate) fn session(roles: &[Value]) -> String {
    json!({ "graphql": "/graphql", "roles": roles }).to_string()
}

/// Answers at the listener until the process is asked to stop.
pub(crate) async fn answer(
    (house, config): (Arc<House>, &Config),
    listener: TcpListener,
    session: String,
    is_demonstration: bool,
    stop: Stop,
) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    let public = public_url(config, address);
    house.keys().issue_as(&public);
    let docs = format!("{public}/docs/errors#");
    let mut settings = Settings::new(request_entropy, docs);
    settings.resource_metadata = Some(format!("{public}/.well-known/oauth-protected-resource"));
    settings.origins = Origins {
        listed: config.cors_origins.clone(),
        loopback: is_demonstration,
    };
    config.limits.apply(&mut settings);
    settings.stop = stop;
    settings.proxies = Proxies::read(&config.trusted_proxies).map_err(std::io::Error::other)?;
    let metrics = Arc::clone(&settings.metrics);
    let site = Arc::new(PublicSite::new(
        Arc::clone(&house),
        session,
        &settings.limits,
    ));
    let server = serve(Arc::clone(&site), settings, listener)?;
    let measured = async {
        match config.metrics_bind {
            Some(bind) => serve_metrics(site, metrics, TcpListener::bind(bind)?)?.await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        outcome = server => outcome,
        outcome = measured => outcome,
        () = watch(Arc::clone(&house)) => Ok(()),
        () = house.issuers().keep_fresh() => Ok(()),
    }
}

/// The text of the schema.
#[must_use]
pub fn schema() -> String {
    Schema::new().sdl().to_owned()
}

/// The address as a browser writes it.
pub(crate) fn base(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// The address under which clients reach a server.
pub(crate) fn public_url(config: &Config, address: SocketAddr) -> String {
    match &config.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => base(address),
    }
}

/// Reads what other processes may have changed: published programmes, signing keys, and the
/// origins of clients.
async fn watch(house: Arc<House>) {
    let mut interval = tokio::time::interval(WATCH_EVERY);
    let mut cleaning = tokio::time::interval(CLEAN_EVERY);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = cleaning.tick() => {
                if let Err(failure) = house.forget_attempts().await {
                    failure.log("idempotency records");
                }
                continue;
            }
        }
        if let Err(failure) = house.load_keys().await {
            failure.log("signing keys");
        }
        if let Err(failure) = house.load_origins().await {
            failure.log("origins");
        }
        if let Ok(true) = house.is_outdated().await
            && let Err(failure) = house.refresh().await
        {
            failure.log("catalogue");
        }
    }
}

/// Random bytes for request ids, which must differ and need not be repeatable.
fn request_entropy() -> u128 {
    let mut bytes = [0; 16];
    // Without randomness ids repeat; requests are still answered.
    let _ = getrandom::fill(&mut bytes);
    u128::from_be_bytes(bytes)
}
