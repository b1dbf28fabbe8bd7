//! One client that sends documents, and what it may believe of what it is answered.

use std::time::Duration;

use serde_json::{Value, json};

use crate::workshop::Done;

/// Longer than the server takes to give up.
const PATIENCE: Duration = Duration::from_secs(9);

/// What a client knows of an attempt after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was told that this took effect.
    Acknowledged {
        /// By this attempt or by an earlier one of the same key.
        replayed: bool,
    },
    /// It was told, or can conclude, that nothing was stored by this attempt.
    Refused(String),
    /// It was told nothing, or that nobody knows.
    Unknown(String),
}

/// An answer, or what came instead of it.
#[derive(Debug)]
pub(crate) enum Heard {
    /// What was answered.
    Answer(Value),
    /// Nobody was there to hear it.
    Unsent(String),
    /// It may have been heard, and no answer came.
    Nothing(String),
}

/// Somebody with a token.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    http: reqwest::Client,
    token: Option<String>,
}

impl Caller {
    /// A caller with connections of its own.
    pub(crate) fn new(token: Option<String>) -> Done<Self> {
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { http, token })
    }

    /// Sends a document to a server under a name that its audit log keeps.
    pub(crate) async fn ask(
        &self,
        url: &str,
        name: &str,
        document: &str,
        variables: &Value,
    ) -> Heard {
        let body = json!({ "query": document, "variables": variables });
        let mut request = self
            .http
            .post(format!("{url}/graphql"))
            .header("X-Request-Id", name)
            .header("Accept", "application/graphql-response+json")
            .json(&body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Heard::Unsent("CONNECT".to_owned()),
            Err(error) => return Heard::Nothing(brief(&error)),
        };
        match response.json().await {
            Ok(answer) => Heard::Answer(answer),
            Err(error) => Heard::Nothing(brief(&error)),
        }
    }

    /// The status of a page; nothing if it did not come in time.
    pub(crate) async fn status(&self, url: &str, within: Duration) -> Option<u16> {
        let response = self.http.get(url).timeout(within).send().await.ok()?;
        Some(response.status().as_u16())
    }

    /// The time that a server tells in the head of its answers.
    pub(crate) async fn date(&self, url: &str) -> Done<String> {
        let response = self.http.get(format!("{url}/health/live")).send().await?;
        let date = response
            .headers()
            .get("date")
            .ok_or("an answer without a date")?;
        Ok(date.to_str()?.to_owned())
    }

    /// Sends what must succeed; answers with its `data`.
    pub(crate) async fn must(&self, url: &str, document: &str, variables: &Value) -> Done<Value> {
        match self.ask(url, "set-up", document, variables).await {
            Heard::Answer(answer) if answer["errors"].is_null() => Ok(answer["data"].clone()),
            heard => Err(format!("{document}: {heard:?}").into()),
        }
    }
}

fn brief(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "NO ANSWER IN TIME".to_owned()
    } else {
        "CONNECTION LOST".to_owned()
    }
}

/// What the answer to a mutation lets its sender believe, by the documents of the API.
pub(crate) fn outcome(heard: &Heard, mutation: &str) -> Outcome {
    let answer = match heard {
        Heard::Answer(answer) => answer,
        Heard::Unsent(why) => return Outcome::Refused(why.clone()),
        Heard::Nothing(why) => return Outcome::Unknown(why.clone()),
    };
    let extensions = &answer["errors"][0]["extensions"];
    let payload = &answer["data"][mutation];
    if extensions["tookEffect"] == true {
        return Outcome::Acknowledged { replayed: false };
    }
    if let Some(code) = extensions["code"].as_str() {
        return match code {
            "OUTCOME_UNKNOWN" => Outcome::Unknown(code.to_owned()),
            code => Outcome::Refused(code.to_owned()),
        };
    }
    match payload["userErrors"].as_array() {
        Some(errors) if errors.is_empty() => Outcome::Acknowledged {
            replayed: payload["replayed"] == true,
        },
        Some(errors) => {
            let code = errors.first().and_then(|error| error["code"].as_str());
            Outcome::Refused(code.unwrap_or("USER ERROR").to_owned())
        }
        None => Outcome::Unknown(format!("UNREADABLE {answer}")),
    }
}
