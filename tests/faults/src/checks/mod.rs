//! What the database holds in the end, read from outside, against what clients were told.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, QueryResult, Statement};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    acts::{Act, Deed},
    asking::Outcome,
    town::{Place, Town},
    workshop::Done,
};

/// What went wrong, a sentence each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Losses {
    /// Acknowledged, and not there.
    pub(crate) lost: Vec<String>,
    /// Refused, and there.
    pub(crate) stored: Vec<String>,
    /// There in part: effect, audit row and outbox row do not agree.
    pub(crate) half: Vec<String>,
    /// There twice.
    pub(crate) doubled: Vec<String>,
}

/// The rows that the load is about.
struct Rows {
    audit: Vec<Audit>,
    outbox: Vec<(String, Uuid)>,
    items: HashMap<Uuid, (i64, Option<String>)>,
    entities: Vec<(Uuid, String)>,
}

struct Audit {
    request: String,
    action: String,
    target: Uuid,
    changes: Value,
}

impl Audit {
    /// The rows that it names and their versions.
    fn changed(&self) -> impl Iterator<Item = (Uuid, i64)> {
        self.changes
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|change| {
                let id = change["id"].as_str()?.parse().ok()?;
                Some((id, change["version"].as_i64()?))
            })
    }
}

/// Compares all acts, by the number of their place, with a database.
pub(crate) async fn compare(url: &str, town: &Town, acts: &[(usize, Act)]) -> Done<Losses> {
    let database = connect(url).await?;
    let rows = read(&database).await?;
    database.close().await?;
    Ok(judge(&rows, town, acts))
}

fn judge(rows: &Rows, town: &Town, acts: &[(usize, Act)]) -> Losses {
    let mut losses = Losses::default();
    let place = |at: usize| town.places.get(at).unwrap_or(&town.probed);
    told(rows, acts, &mut losses);
    entities(rows, acts, &mut losses);
    let all = town.places.iter().chain([&town.probed]);
    let marks: HashMap<_, _> = acts
        .iter()
        .flat_map(|(at, act)| {
            act.attempts
                .iter()
                .map(move |attempt| (attempt.request.as_str(), (*at, act)))
        })
        .collect();
    for place in all {
        versions(rows, place, &marks, &mut losses);
    }
    batches(rows, &marks, place, &mut losses);
    outbox(rows, &mut losses);
    losses
}

#[expect(
    clippy::disallowed_methods,
    reason = "the rig looks behind the server's back"
)]
async fn connect(url: &str) -> Result<DatabaseConnection, DbErr> {
    sea_orm::Database::connect(url).await
}

async fn read(database: &DatabaseConnection) -> Done<Rows> {
    let all = async |sql: &str| -> Result<Vec<QueryResult>, DbErr> {
        let statement = Statement::from_string(database.get_database_backend(), sql);
        database.query_all_raw(statement).await
    };
    let audit =
        all("SELECT request_id, action, target_id, changes FROM audit_event ORDER BY sequence")
            .await?;
    let audit = audit.iter().map(|row| {
        Ok(Audit {
            request: row.try_get("", "request_id")?,
            action: row.try_get("", "action")?,
            target: row.try_get("", "target_id")?,
            changes: row.try_get("", "changes")?,
        })
    });
    let outbox = all("SELECT kind, target_id FROM outbox_event").await?;
    let outbox = outbox
        .iter()
        .map(|row| Ok((row.try_get("", "kind")?, row.try_get("", "target_id")?)));
    let items = all("SELECT id, version, comment FROM assessment_item").await?;
    let items = items.iter().map(|row| {
        let version: i32 = row.try_get("", "version")?;
        Ok((
            row.try_get("", "id")?,
            (i64::from(version), row.try_get("", "comment")?),
        ))
    });
    let entities = all("SELECT id, name FROM responsible_entity").await?;
    let entities = entities
        .iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "name")?)));
    Ok(Rows {
        audit: audit.collect::<Result<_, DbErr>>()?,
        outbox: outbox.collect::<Result<_, DbErr>>()?,
        items: items.collect::<Result<_, DbErr>>()?,
        entities: entities.collect::<Result<_, DbErr>>()?,
    })
}

/// Each act against the audit log, which names the attempt that took effect.
fn told(rows: &Rows, acts: &[(usize, Act)], losses: &mut Losses) {
    let mut stored: HashMap<&str, usize> = HashMap::new();
    for audit in &rows.audit {
        *stored.entry(audit.request.as_str()).or_default() += 1;
    }
    for (_, act) in acts {
        let times = |request: &str| stored.get(request).copied().unwrap_or_default();
        let count: usize = act
            .attempts
            .iter()
            .map(|attempt| times(&attempt.request))
            .sum();
        if act.is_acknowledged() && count == 0 {
            losses.lost.push(story(act));
        }
        if count > 1 {
            losses
                .doubled
                .push(format!("{count} times: {}", story(act)));
        }
        let is_wrong = |attempt: &&crate::acts::Attempt| {
            matches!(attempt.outcome, Outcome::Refused(_)) && times(&attempt.request) > 0
        };
        if act.attempts.iter().any(|attempt| is_wrong(&attempt)) {
            losses.stored.push(story(act));
        }
    }
}

/// Added rows against their audit rows.
fn entities(rows: &Rows, acts: &[(usize, Act)], losses: &mut Losses) {
    let audited: HashSet<_> = rows.audit.iter().map(|audit| audit.target).collect();
    let mut there: HashMap<&str, Vec<Uuid>> = HashMap::new();
    for (id, name) in &rows.entities {
        there.entry(name).or_default().push(*id);
        if !audited.contains(id) {
            losses
                .half
                .push(format!("{name} is there without an audit row"));
        }
    }
    let by_request: HashMap<_, _> = rows
        .audit
        .iter()
        .map(|audit| (audit.request.as_str(), audit.target))
        .collect();
    for (_, act) in acts {
        let Deed::Entity(chosen) = act.deed else {
            continue;
        };
        let found = there
            .get(act.mark.as_str())
            .map(Vec::as_slice)
            .unwrap_or_default();
        if found.len() > 1 {
            losses
                .doubled
                .push(format!("{} rows: {}", found.len(), story(act)));
        }
        let audited = act
            .attempts
            .iter()
            .find_map(|attempt| by_request.get(attempt.request.as_str()));
        if audited.is_some_and(|target| !found.contains(target)) {
            losses
                .half
                .push(format!("audited, and not there: {}", story(act)));
        }
        if chosen.is_some_and(|chosen| found.iter().any(|id| *id != chosen)) {
            losses
                .half
                .push(format!("under another id: {}", story(act)));
        }
    }
}

/// Versions of items against the audit log: one row for each step, and the text of the last.
fn versions(rows: &Rows, place: &Place, marks: &HashMap<&str, (usize, &Act)>, losses: &mut Losses) {
    let mut steps: HashMap<Uuid, BTreeMap<i64, Vec<&str>>> = HashMap::new();
    for audit in &rows.audit {
        for (row, version) in audit.changed() {
            let step = steps.entry(row).or_default().entry(version).or_default();
            step.push(&audit.request);
        }
    }
    let none = BTreeMap::new();
    for item in &place.items {
        let Some((version, comment)) = rows.items.get(&item.key) else {
            losses.half.push(format!("{} is gone", item.id));
            continue;
        };
        let of_item = steps.get(&item.key).unwrap_or(&none);
        let later: Vec<_> = of_item
            .range(item.version + 1..)
            .map(|(version, _)| *version)
            .collect();
        if later != (item.version + 1..=*version).collect::<Vec<_>>() {
            losses.half.push(format!(
                "{} has version {version}, audited are {later:?}",
                item.id
            ));
        }
        if of_item
            .range(item.version + 1..)
            .any(|(_, requests)| requests.len() > 1)
        {
            losses
                .doubled
                .push(format!("{}: one version, two audit rows", item.id));
        }
        let last = of_item.range(item.version + 1..).next_back();
        let mark = last
            .and_then(|(_, requests)| marks.get(requests.first()?))
            .map(|(_, act)| &act.mark);
        if mark.is_some() && mark != comment.as_ref() {
            losses.half.push(format!(
                "{} says {comment:?}, the audit log {mark:?}",
                item.id
            ));
        }
    }
}

/// Answers of several items: all of them or none.
fn batches<'a>(
    rows: &Rows,
    marks: &HashMap<&str, (usize, &Act)>,
    place: impl Fn(usize) -> &'a Place,
    losses: &mut Losses,
) {
    for audit in &rows.audit {
        let Some((at, act)) = marks.get(audit.request.as_str()) else {
            continue;
        };
        let Deed::Answer(items) = &act.deed else {
            continue;
        };
        let changed: HashSet<_> = audit.changed().collect();
        let place = place(*at);
        let is_missing = |(item, version): &(usize, i64)| {
            let key = place.items.get(*item).map(|item| item.key);
            !key.is_some_and(|key| changed.contains(&(key, version + 1)))
        };
        if items.iter().any(is_missing) {
            losses
                .half
                .push(format!("the audit row names not all of it: {}", story(act)));
        }
    }
}

/// One event for each audit row.
fn outbox(rows: &Rows, losses: &mut Losses) {
    let mut balance: HashMap<(&str, Uuid), i64> = HashMap::new();
    for audit in &rows.audit {
        *balance
            .entry((audit.action.as_str(), audit.target))
            .or_default() += 1;
    }
    for (kind, target) in &rows.outbox {
        *balance.entry((kind.as_str(), *target)).or_default() -= 1;
    }
    for ((action, target), difference) in balance {
        if difference != 0 {
            losses.half.push(format!(
                "{action} of {target}: {difference} audit rows more than events"
            ));
        }
    }
}

/// An act and all its attempts in one line.
pub(crate) fn story(act: &Act) -> String {
    let attempts = act.attempts.iter().map(|attempt| {
        let (sent, told) = attempt.times;
        format!("{} {sent}–{told} ms {:?}", attempt.request, attempt.outcome)
    });
    format!(
        "{} {:?}: {}",
        act.mark,
        act.deed,
        attempts.collect::<Vec<_>>().join("; ")
    )
}

#[cfg(test)]
mod tests;
