//! Acts of the story: mutations of the schema, by the people whose work they are, on their day.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Request, Variables};
use chrono::{Days, NaiveDate};
use entity::account::account;
use serde_json::{Value, json};

use super::clock::StoryClock;
use crate::{
    access::{Errand, House},
    id::Id,
    schema::Schema,
    trouble::Trouble,
};

/// Somebody who acts.
pub(super) type Who = Id<account::Entity>;

/// Tells acts to the server.
pub(super) struct Teller {
    house: Arc<House>,
    clock: Arc<StoryClock>,
    schema: Schema,
    pub(super) today: NaiveDate,
    pub(super) random: fastrand::Rng,
    pub(super) indicators: HashMap<i32, String>,
    pub(super) themes: HashMap<String, String>,
}

impl Teller {
    /// A teller for a day and a seed.
    pub(super) fn new(
        house: &Arc<House>,
        clock: &Arc<StoryClock>,
        today: NaiveDate,
        seed: u64,
    ) -> Self {
        Self {
            house: Arc::clone(house),
            clock: Arc::clone(clock),
            schema: Schema::new(),
            today,
            random: fastrand::Rng::with_seed(seed),
            indicators: HashMap::new(),
            themes: HashMap::new(),
        }
    }

    /// The day so many days ago.
    pub(super) fn ago(&self, days: u64) -> NaiveDate {
        self.today - Days::new(days)
    }

    /// Whether a day has come.
    pub(super) fn has_come(&self, day: NaiveDate) -> bool {
        day <= self.today
    }

    /// Does something on a day; answers with the payload.
    pub(super) async fn act(
        &self,
        who: Who,
        day: NaiveDate,
        name: &str,
        input: Value,
        select: &str,
    ) -> Result<Value, Trouble> {
        self.clock.set(day);
        let (first, rest) = name.split_at(1);
        let document = format!(
            "mutation($input: {}{rest}Input!) {{ {name}(input: $input) {{ {select} userErrors {{ code path message }} }} }}",
            first.to_uppercase()
        );
        let data = self
            .execute(who, &document, json!({ "input": input }))
            .await?;
        let payload = data[name].clone();
        match payload["userErrors"].as_array() {
            Some(errors) if errors.is_empty() => Ok(payload),
            _ => Err(Trouble::of(format!(
                "The demonstration is at fault: {name} on {day}: {payload}"
            ))),
        }
    }

    /// Asks something; answers with the data.
    pub(super) async fn ask(
        &self,
        who: Who,
        document: &str,
        variables: Value,
    ) -> Result<Value, Trouble> {
        self.execute(who, document, variables).await
    }

    async fn execute(&self, who: Who, document: &str, variables: Value) -> Result<Value, Trouble> {
        let errand = Errand {
            request_id: "demonstration".to_owned(),
            ..Errand::default()
        };
        let viewer = self.house.person(who, errand).await?;
        let request = Request::new(document).variables(Variables::from_json(variables));
        let response = self.schema.execute(viewer, request).await;
        if let Some(error) = response.errors.first() {
            let told = format!(
                "The demonstration is at fault: {}: {document}",
                error.message
            );
            return Err(Trouble::of(told));
        }
        response
            .data
            .into_json()
            .map_err(|error| Trouble::of(error.to_string()))
    }
}

/// The input of a step of something that was read with its id and version.
pub(super) fn step(key: &str, of: &Value) -> Value {
    json!({ key: of["id"], "expectedVersion": of["version"] })
}

/// An input with one more value.
pub(super) fn with(mut input: Value, key: &str, value: impl Into<Value>) -> Value {
    input[key] = value.into();
    input
}
