//! What the load works on: municipalities with an open assessment each, and who answers there.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    asking::Caller,
    ids,
    server::{self, Around, Server},
    workshop::{Done, Workshop, run},
};

/// The municipalities; the last one is where probes are taken.
const CODES: [&str; 5] = ["FI-837", "FI-049", "FI-091", "FI-853", "FI-092"];

/// One question of an assessment.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// As clients name it.
    pub(crate) id: String,
    /// As the database names it.
    pub(crate) key: Uuid,
    /// Its version when the load begins.
    pub(crate) version: i64,
}

/// One municipality and who works for it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The token of its coordinator.
    pub(crate) token: String,
    /// Its id.
    pub(crate) id: String,
    /// The id of its open assessment.
    pub(crate) assessment: String,
    /// The questions of it.
    pub(crate) items: Vec<Item>,
}

/// Everything that the load works on.
#[derive(Clone, Debug)]
pub(crate) struct Town {
    /// Where clients work.
    pub(crate) places: Vec<Place>,
    /// Where probes are taken.
    pub(crate) probed: Place,
}

/// Makes the tables, the programme and the work on an empty database.
pub(crate) async fn found(shop: &Workshop, url: &str, around: &Around) -> Done<Town> {
    let programme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../programmes/fi");
    run(server::command(shop, url, around).arg("migrate"))?;
    run(server::command(shop, url, around).args(["programme", "load", programme]))?;
    let manager = token(shop, url, around, "PROGRAMME_MANAGER", None)?;
    let manager = Caller::new(Some(manager))?;
    let log = shop.folder.join("founding.log");
    let mut server = Server::start(shop, url, &log, around.clone()).await?;
    let mut places = Vec::new();
    for code in CODES {
        let token = token(shop, url, around, "COORDINATOR", Some(code))?;
        places.push(place(&server.url(), &manager, token, code).await?);
    }
    server.stop(std::time::Duration::from_secs(20)).await?;
    let probed = places.pop().ok_or("no place to probe")?;
    Ok(Town { places, probed })
}

/// The token of a new account. It outlives every run.
fn token(
    shop: &Workshop,
    url: &str,
    around: &Around,
    role: &str,
    municipality: Option<&str>,
) -> Done<String> {
    let mut add = server::command(shop, url, around);
    add.args([
        "account",
        "add",
        "--name",
        role,
        "--role",
        role,
        "--programme",
        "FI",
    ]);
    add.args(
        municipality
            .iter()
            .flat_map(|code| ["--municipality", code]),
    );
    let account = run(&mut add)?;
    let mut token = server::command(shop, url, around);
    Ok(
        run(token.args(["token", "--hours", "720", account.trim()]))?
            .trim()
            .to_owned(),
    )
}

async fn place(url: &str, manager: &Caller, token: String, code: &str) -> Done<Place> {
    let coordinator = Caller::new(Some(token.clone()))?;
    let day = |ago: i64| (today() - TimeDelta::days(ago)).format("%F").to_string();
    let asked = "query($code: String!) { municipality(by: { code: $code }) { id } }";
    let municipality = manager.must(url, asked, &json!({ "code": code })).await?;
    let municipality = &municipality["municipality"]["id"];
    let enrol = json!({ "programme": "FI", "municipalityId": municipality, "joinedOn": day(400), "agreementSignedOn": day(410) });
    let participation = did(
        manager,
        url,
        "enrolMunicipality",
        "participation { id }",
        enrol,
    )
    .await?;
    let start =
        json!({ "participationId": participation["participation"]["id"], "startOn": day(300) });
    let cycle = did(manager, url, "startCycle", "cycle { id }", start).await?;
    let assess = json!({ "cycleId": cycle["cycle"]["id"], "kind": "BASELINE" });
    let select = "assessment { id items { id version } }";
    let begun = did(&coordinator, url, "startAssessment", select, assess).await?;
    let items = begun["assessment"]["items"]
        .as_array()
        .into_iter()
        .flatten();
    let items: Option<Vec<_>> = items
        .map(|item| {
            let id = item["id"].as_str()?.to_owned();
            let (key, version) = (ids::key(&id)?, item["version"].as_i64()?);
            Some(Item { id, key, version })
        })
        .collect();
    Ok(Place {
        token,
        id: municipality.as_str().unwrap_or_default().to_owned(),
        assessment: begun["assessment"]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        items: items.ok_or("an item without id or version")?,
    })
}

/// A mutation that must take effect; answers with its payload.
async fn did(who: &Caller, url: &str, name: &str, select: &str, input: Value) -> Done<Value> {
    let (first, rest) = name.split_at(1);
    let document = format!(
        "mutation($input: {}{rest}Input!) {{ {name}(input: $input) {{ {select} userErrors {{ code message }} }} }}",
        first.to_uppercase()
    );
    let told = who.must(url, &document, &json!({ "input": input })).await?;
    let payload = &told[name];
    match payload["userErrors"].as_array() {
        Some(errors) if errors.is_empty() => Ok(payload.clone()),
        _ => Err(format!("{name}: {payload}").into()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the rig works in the time of the system"
)]
pub(crate) fn today() -> chrono::DateTime<Utc> {
    Utc::now()
}
