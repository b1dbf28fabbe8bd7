//! Rights made visible: duties kept apart, the table of rights, redactions, what a document could
//! use.

mod assigned;
mod carrying;
mod checking;
mod cycles;
mod drafts;
mod duties;
mod redacted;
mod table;
mod traces;

use std::sync::atomic::{AtomicU32, Ordering};

use api::Registration;
use serde_json::Value;

use crate::harness::{App, Person};

/// The folder of the Finnish programme with one text replaced by another.
fn folder(name: &str, from: &[(&str, &str)]) -> std::path::PathBuf {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../programmes/fi");
    let own = format!("cfc-rights-{name}-{}", std::process::id());
    let folder = std::env::temp_dir().join(own);
    std::fs::create_dir_all(&folder).unwrap();
    for entry in std::fs::read_dir(source).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
    }
    let file = folder.join("programme.toml");
    let mut text = std::fs::read_to_string(&file).unwrap();
    for (before, after) in from {
        assert!(text.contains(before), "{before}");
        text = text.replacen(before, after, 1);
    }
    std::fs::write(&file, text).unwrap();
    folder
}

/// Publishes a second version of the Finnish programme, with one text replaced by another.
async fn publish(app: &App, change: (&str, &str)) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let folder = folder(
        &format!("second-{count}"),
        &[("number = 1\n", "number = 2\n"), change],
    );
    app.operator.load(&folder).await.unwrap();
    std::fs::remove_dir_all(folder).unwrap();
}

/// A machine client and a caller with its token.
pub(crate) struct Machine {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) caller: Person,
}

/// A machine client of a municipality with scopes, called with a token for all of them.
pub(crate) async fn machine(app: &App, municipality: &str, scopes: &[&str]) -> Machine {
    let scopes: Vec<_> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let registration = Registration {
        name: "Register of a municipality",
        programme: "FI",
        municipality: Some(municipality),
        scopes: &scopes,
        origins: &[],
        public_key: None,
    };
    let (id, secret) = app.operator.add_client(registration).await.unwrap();
    let secret = secret.unwrap();
    let token = token(app, &id, &secret).await["access_token"].clone();
    let caller = Person {
        account: String::new(),
        token: Some(token.as_str().unwrap().to_owned()),
    };
    Machine { id, secret, caller }
}

/// What `/oauth/token` answers a client.
pub(crate) async fn token(app: &App, id: &str, secret: &str) -> Value {
    let request = reqwest::Client::new().post(format!("{}/oauth/token", app.url));
    let request = request
        .basic_auth(id, Some(secret))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    request.send().await.unwrap().json().await.unwrap()
}
