//! Mutations that are sent, with what must hold of every one of them.

use serde_json::{Value, json};

use super::{Answer, App, Person};

impl App {
    /// Sends a mutation `name` with its input; `select` is what to read of the payload.
    pub(crate) async fn act(&self, who: &Person, name: &str, input: Value, select: &str) -> Answer {
        let input_type = format!("{}{}Input", name[..1].to_uppercase(), &name[1..]);
        let document = format!(
            "mutation Act($input: {input_type}!) {{ {name}(input: $input) {{ {select} userErrors {{ code path message }} }} }}"
        );
        self.call(who, &document, json!({ "input": input })).await
    }

    /// The same, and it must take effect: not while it is only validated, then once, and not again
    /// under the same key. Answers with the payload.
    pub(crate) async fn done(&self, who: &Person, name: &str, input: Value, select: &str) -> Value {
        let before = self.audited().await;
        let select = format!("{select} replayed");
        let mut trial = input.clone();
        trial["validateOnly"] = json!(true);
        let trial = self.act(who, name, trial, "").await;
        assert_eq!(
            trial.body["data"][name]["userErrors"],
            json!([]),
            "{name} {input}\n{}",
            trial.body
        );
        assert_eq!(
            self.audited().await,
            before,
            "{name} was only to be validated"
        );
        if let Some(texts) = &self.texts {
            texts.of(self, who, name, &input).await;
        }
        let mut keyed = input.clone();
        keyed["idempotencyKey"] = json!(format!("{name}-{}", before.0));
        let payload = self.done_once(who, name, keyed.clone(), &select).await;
        assert_eq!(payload["replayed"], false, "{name}");
        let after = self.audited().await;
        let retry = self.act(who, name, keyed, &select).await;
        let replay = &retry.body["data"][name];
        assert_eq!(replay["replayed"], true, "{name}\n{}", retry.body);
        assert_eq!(subject_id(replay), subject_id(&payload), "{name}");
        assert_eq!(self.audited().await, after, "{name} took effect twice");
        payload
    }

    /// Sends a mutation once, and it must take effect. Answers with the payload.
    pub(crate) async fn done_once(
        &self,
        who: &Person,
        name: &str,
        input: Value,
        select: &str,
    ) -> Value {
        let before = self.audited().await;
        let answer = self.act(who, name, input.clone(), select).await;
        let payload = answer.body["data"][name].clone();
        assert_eq!(
            payload["userErrors"],
            json!([]),
            "{name} {input}\n{}",
            answer.body
        );
        assert_eq!(
            self.audited().await,
            (before.0 + 1, before.1 + 1),
            "{name} leaves one audit and one outbox row"
        );
        payload
    }

    /// The same, and it must be refused with nothing written. Answers with the codes: top-level
    /// ones, or those of the user errors.
    pub(crate) async fn refused(&self, who: &Person, name: &str, input: Value) -> Vec<String> {
        let before = self.audited().await;
        let answer = self.act(who, name, input, "").await;
        assert_eq!(
            self.audited().await,
            before,
            "{name} was refused and left a trace"
        );
        answer.codes(name)
    }

    /// How many audit and outbox rows there are.
    pub(crate) async fn audited(&self) -> (i64, i64) {
        (
            self.count("audit_event").await,
            self.count("outbox_event").await,
        )
    }
}

/// The id of what a payload holds, where it was selected.
fn subject_id(payload: &Value) -> Option<&Value> {
    let mut fields = payload.as_object().unwrap().values();
    fields.find_map(|field| field.get("id"))
}
