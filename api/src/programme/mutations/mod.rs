//! Loads a programme from its document: all or nothing, by the system alone. A published version
//! never changes; reference tables may grow without a new one.

use std::{collections::HashMap, sync::Arc};

use entity::{
    municipality::{
        CycleStatus, cycle, municipality, municipality_code, municipality_name, population, region,
    },
    programme::{
        VersionStatus, criterion, framework, framework_element, indicator, level_descriptor,
        milestone, programme, programme_version, rating_level,
    },
};
use sea_orm::{ActiveEnum, ColumnTrait};
use uuid::Uuid;

use super::{
    document::{ProgrammeDocument, content_hash},
    places::{self, Changed, Fresh, Stored},
    rows,
};
use crate::{
    access::{Alone, House, Tx, Viewer},
    catalogue::ProgrammeEntry,
    error::Failure,
    journal::Event,
    refusal::{Refused, UserError, UserErrorCode},
};

/// Why the system writes.
const REASON: &str = "programme load";

const ANOTHER: &str = "Somebody else is loading a programme into this database and was not disturbed; \
    nothing was loaded. Run the command again when that has ended.";

/// What loading a document did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loaded {
    /// A version was published, with whatever else was new.
    Published,
    /// The version was there; the programme's own row or so many reference rows were brought up
    /// to date.
    Refreshed(usize),
    /// Everything was there already.
    Unchanged,
}

impl std::fmt::Display for Loaded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Published => f.write_str("The version is published."),
            Self::Refreshed(0) => {
                f.write_str("The version was there already; the programme's own row is up to date.")
            }
            Self::Refreshed(count) => {
                write!(
                    f,
                    "The version was there already; {count} rows of reference data are up to date."
                )
            }
            Self::Unchanged => f.write_str("Everything was there already; nothing changed."),
        }
    }
}

/// Loads a document and puts it in force.
pub(crate) async fn load(
    house: &Arc<House>,
    document: &ProgrammeDocument,
    is_demonstration: bool,
) -> Result<Loaded, Refused> {
    let mut tx = begin(house).await?;
    // What is stored is compared with, so it must be known as it is now that nobody else loads.
    house.refresh().await?;
    let viewer = house.system(REASON);
    let hash =
        content_hash(&(&document.version, &document.framework)).map_err(Failure::internal)?;
    let known = viewer
        .catalogue()
        .programme_by_key(&document.programme.key)
        .cloned();
    let known = known.as_deref();
    let is_published = check(known, document, &hash, is_demonstration)?;
    let fresh = (viewer.new_id(), viewer.now(), is_demonstration);
    let programme = rows::programme(&document.programme, known.map(|p| &p.row), fresh);
    let is_changed = known.is_none_or(|known| known.row != programme);
    if is_changed {
        tx.load::<programme::Entity>(vec![programme.clone()])
            .await?;
        tx.account_for::<programme::Entity>(known.map(|p| &p.row), &programme)?;
    }
    if !is_published {
        publish(&mut tx, &viewer, document, known, (programme.id, hash)).await?;
    }
    let places = load_places(&mut tx, &viewer, document).await?;
    let (loaded, event) = match (is_published, places) {
        (false, _) => (Loaded::Published, Event::ProgrammeLoaded),
        (true, 0) if !is_changed => return Ok(Loaded::Unchanged),
        (true, _) => (Loaded::Refreshed(places), Event::MunicipalitiesLoaded),
    };
    tx.commit::<programme::Entity>(event, &programme).await?;
    house.refresh().await?;
    Ok(loaded)
}

/// Begins, alone among those who load.
async fn begin(house: &Arc<House>) -> Result<Tx, Refused> {
    let tx = match house.system(REASON).begin().await {
        Err(Refused::Failure(failure)) if failure.is_busy() => None,
        begun => Some(begun?),
    };
    if let Some(tx) = tx
        && tx.is_alone(Alone::Loading).await?
    {
        return Ok(tx);
    }
    Err(refused("", ANOTHER.to_owned()))
}

/// Whether the version is published already with this very content. Refuses what would change it.
fn check(
    known: Option<&ProgrammeEntry>,
    document: &ProgrammeDocument,
    hash: &str,
    is_demonstration: bool,
) -> Result<bool, Refused> {
    let Some(known) = known else { return Ok(false) };
    let (key, number) = (&document.programme.key, document.version.number);
    if known.row.is_demonstration != is_demonstration {
        let message = format!(
            "This database holds {key} {} a demonstration. Load it into another database.",
            if is_demonstration { "not as" } else { "as" }
        );
        return Err(refused("key", message));
    }
    if known.row.key != *key {
        let message = format!(
            "There is {} already; a key differs by more than case.",
            known.row.key
        );
        return Err(refused("key", message));
    }
    if known.row.country_code != document.programme.country_code {
        let country = &known.row.country_code;
        let message = format!("{key} is a programme of {country} and stays one.");
        return Err(refused("countryCode", message));
    }
    if let Some(stored) = known.versions.iter().find(|v| v.row.number == number) {
        if stored.row.content_hash == hash {
            return Ok(true);
        }
        let message = format!(
            "Version {number} of {key} is published and never changes. Raise `number` in \
             [version] to publish other content."
        );
        return Err(refused("version.number", message));
    }
    let newest = known.versions.first().map_or(0, |v| v.row.number);
    if number < newest {
        let message = format!("{key} is at version {newest}; a new version needs a higher number.");
        return Err(refused("version.number", message));
    }
    Ok(false)
}

fn refused(path: &str, message: String) -> Refused {
    UserError::at(UserErrorCode::Locked, path, message).into()
}

/// Writes a version with its framework, and retires older versions that nobody follows.
async fn publish(
    tx: &mut Tx,
    viewer: &Viewer,
    document: &ProgrammeDocument,
    known: Option<&ProgrammeEntry>,
    (programme, hash): (Uuid, String),
) -> Result<(), Refused> {
    let framework = match shared_framework(known, document)? {
        Some(id) => id,
        None => load_framework(tx, viewer, document, programme).await?,
    };
    let ids = (viewer.new_id(), programme, framework);
    let version = rows::version(&document.version, ids, hash, viewer.now());
    let milestones = rows::milestones(&document.version, version.id, || viewer.new_id());
    let criteria = rows::criteria(&document.version, version.id, || viewer.new_id());
    tx.account_for::<programme_version::Entity>(None, &version)?;
    tx.load::<programme_version::Entity>(vec![version]).await?;
    tx.load::<milestone::Entity>(milestones).await?;
    tx.load::<criterion::Entity>(criteria).await?;
    retire(tx, known).await
}

/// The framework that a former version follows already, when the document says the same.
fn shared_framework(
    known: Option<&ProgrammeEntry>,
    document: &ProgrammeDocument,
) -> Result<Option<Uuid>, Refused> {
    let wanted = &document.framework;
    let mut stored = known
        .into_iter()
        .flat_map(|p| &p.versions)
        .map(|v| &v.framework);
    let stored = stored.find(|f| f.row.key == wanted.key && f.row.number == wanted.number);
    match stored {
        None => Ok(None),
        Some(stored) if rows::is_same(stored, wanted) => Ok(Some(stored.row.id)),
        Some(_) => {
            let message = format!(
                "Framework {} {} is published and never changes. Raise `number` in [framework] to \
                 publish other content.",
                wanted.key, wanted.number
            );
            Err(refused("framework.number", message))
        }
    }
}

async fn load_framework(
    tx: &mut Tx,
    viewer: &Viewer,
    document: &ProgrammeDocument,
    programme: Uuid,
) -> Result<Uuid, Refused> {
    let rows = rows::framework(document, programme, || viewer.new_id());
    let id = rows.framework.id;
    tx.account_for::<framework::Entity>(None, &rows.framework)?;
    tx.load::<framework::Entity>(vec![rows.framework]).await?;
    tx.load::<framework_element::Entity>(rows.elements).await?;
    tx.load::<rating_level::Entity>(rows.levels).await?;
    tx.load::<indicator::Entity>(rows.indicators).await?;
    tx.load::<level_descriptor::Entity>(rows.descriptors)
        .await?;
    Ok(id)
}

/// A version is retired by a newer one unless a cycle under way follows it.
async fn retire(tx: &mut Tx, known: Option<&ProgrammeEntry>) -> Result<(), Refused> {
    let published = known
        .into_iter()
        .flat_map(|p| &p.versions)
        .filter(|v| v.row.status == VersionStatus::Published);
    let under_way = [CycleStatus::Active, CycleStatus::InEvaluation];
    for version in published {
        let followers = tx
            .find::<cycle::Entity>()
            .filter(cycle::Column::ProgrammeVersionId.eq(version.row.id))
            .filter(cycle::Column::Status.is_in(under_way.map(|s| s.to_value())))
            .count()
            .await?;
        if followers == 0 {
            let retired = programme_version::Model {
                status: VersionStatus::Retired,
                ..version.row.clone()
            };
            tx.account_for::<programme_version::Entity>(Some(&version.row), &retired)?;
            tx.load::<programme_version::Entity>(vec![retired]).await?;
        }
    }
    Ok(())
}

/// Brings the reference tables up to date; says how many rows that took.
async fn load_places(
    tx: &mut Tx,
    viewer: &Viewer,
    document: &ProgrammeDocument,
) -> Result<usize, Refused> {
    let stored = stored_places(tx, viewer, document).await?;
    let new_id = || viewer.new_id();
    let fresh = Fresh {
        id: &new_id,
        now: viewer.now(),
    };
    let changed = places::changed(document, &stored, &fresh);
    let count = changed.count();
    let Changed {
        regions,
        municipalities,
        codes,
        names,
        populations,
    } = changed;
    tx.load::<region::Entity>(regions).await?;
    for (before, after) in &municipalities {
        tx.account_for::<municipality::Entity>(before.as_ref(), after)?;
    }
    let municipalities = municipalities.into_iter().map(|(_, after)| after).collect();
    tx.load::<municipality::Entity>(municipalities).await?;
    tx.load::<municipality_code::Entity>(codes).await?;
    tx.load::<municipality_name::Entity>(names).await?;
    tx.load::<population::Entity>(populations).await?;
    Ok(count)
}

async fn stored_places(
    tx: &Tx,
    viewer: &Viewer,
    document: &ProgrammeDocument,
) -> Result<Stored, Failure> {
    let country = &document.programme.country_code;
    let municipalities = tx
        .find::<municipality::Entity>()
        .filter(municipality::Column::CountryCode.eq(country))
        .all()
        .await?;
    let regions: HashMap<_, _> = document
        .places
        .regions
        .iter()
        .filter_map(|region| {
            let code = places::region_code(country, &region.code);
            let row = viewer.catalogue().region(&code)?;
            Some((code, row.as_ref().clone()))
        })
        .collect();
    // A country that is new to the database has nothing else to compare with.
    if municipalities.is_empty() {
        return Ok(Stored {
            regions,
            ..Stored::default()
        });
    }
    Ok(Stored {
        regions,
        municipalities,
        codes: tx.find::<municipality_code::Entity>().all().await?,
        names: tx.find::<municipality_name::Entity>().all().await?,
        populations: tx.find::<population::Entity>().all().await?,
    })
}

#[cfg(test)]
mod tests;
