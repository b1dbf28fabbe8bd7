//! Loads the Finnish programme into a database of its own, again, and changed.

use std::{sync::Arc, time::Instant};

use entity::journal::audit_event;
use sea_orm::Order;

use super::*;
use crate::{
    access::scratch::Scratch,
    programme::{document, embedded},
};

fn fi() -> ProgrammeDocument {
    document::read(&embedded::fi()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn message(refused: Result<Loaded, Refused>) -> String {
    match refused {
        Err(Refused::User(errors)) => errors[0].message.clone(),
        other => panic!("{other:?}"),
    }
}

/// What every database has to show.
async fn journey(house: Arc<House>) {
    let fi = fi();
    let started = Instant::now();
    assert_eq!(load(&house, &fi, false).await.unwrap(), Loaded::Published);
    println!("loaded in {:?}", started.elapsed());
    let catalogue = house.catalogue();
    let programme = catalogue.programme_by_key("FI").unwrap();
    assert_eq!(programme.versions.len(), 1);
    let framework = &programme.versions[0].framework;
    assert_eq!(framework.indicators.len(), 70);
    assert_eq!(framework.levels.len(), 4);
    assert!(catalogue.region("FI-06").is_some());
    let started = Instant::now();
    assert_eq!(load(&house, &fi, false).await.unwrap(), Loaded::Unchanged);
    println!("loaded again in {:?}", started.elapsed());

    let viewer = house.system("test");
    let tampere = municipality::Column::Code.eq("FI-837");
    let tampere = viewer.find::<municipality::Entity>().filter(tampere);
    let tampere = tampere.one().await.unwrap().unwrap();
    assert_eq!(tampere.sort_name, "tampere");
    assert_eq!(tampere.region_code.as_deref(), Some("FI-06"));
    assert!(tampere.population.is_some_and(|count| count > 200_000));
    let names = municipality_name::Column::MunicipalityId.eq(tampere.id);
    let names = viewer.find::<municipality_name::Entity>().filter(names);
    assert_eq!(names.count().await.unwrap(), 2);
    let ended = municipality::Column::SuccessorId.is_not_null();
    let ended = viewer.find::<municipality::Entity>().filter(ended);
    assert_eq!(ended.count().await.unwrap(), 3);
    let populations = viewer.find::<population::Entity>().count().await.unwrap();
    assert_eq!(populations, fi.places.populations.len() as u64);

    refusals(&house, &fi).await;
    refreshing(&house, &fi, &tampere).await;
    new_version(&house, fi).await;
}

async fn refusals(house: &Arc<House>, fi: &ProgrammeDocument) {
    let mut changed = fi.clone();
    changed.version.settings.max_extensions += 1;
    let told = message(load(house, &changed, false).await);
    assert!(told.contains("Raise `number` in [version]"), "{told}");
    changed.version.number += 1;
    changed.framework.indicators[0].illustrative = false;
    let told = message(load(house, &changed, false).await);
    assert!(told.contains("Raise `number` in [framework]"), "{told}");
    let mut small = fi.clone();
    small.programme.key = "fi".into();
    let told = message(load(house, &small, false).await);
    assert!(told.contains("There is FI already"), "{told}");
    let told = message(load(house, fi, true).await);
    assert!(told.contains("not as a demonstration"), "{told}");
    assert_eq!(load(house, fi, false).await.unwrap(), Loaded::Unchanged);
}

async fn refreshing(house: &Arc<House>, fi: &ProgrammeDocument, tampere: &municipality::Model) {
    let mut grown = fi.clone();
    let municipalities = &mut grown.places.municipalities;
    let one = municipalities.iter_mut().find(|m| m.code == "FI-837");
    one.unwrap()
        .name
        .insert("en".into(), "Tampere on the rapids".into());
    let mut figure = fi.places.populations[0].clone();
    (figure.municipality, figure.year, figure.count) = ("FI-837".into(), 2200, 1_000_000);
    grown.places.populations.push(figure);
    // The municipality, a name and a figure.
    let loaded = load(house, &grown, false).await.unwrap();
    assert_eq!(loaded, Loaded::Refreshed(3));
    let viewer = house.system("test");
    let find = viewer.find::<municipality::Entity>();
    let after = find
        .by_id(crate::id::Id::new(tampere.id))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((after.version, after.population), (2, Some(1_000_000)));
}

async fn new_version(house: &Arc<House>, mut fi: ProgrammeDocument) {
    fi.version.number = 2;
    fi.version.settings.max_extensions += 1;
    assert_eq!(load(house, &fi, false).await.unwrap(), Loaded::Published);
    let catalogue = house.catalogue();
    let versions = &catalogue.programme_by_key("FI").unwrap().versions;
    let states: Vec<_> = versions
        .iter()
        .map(|v| (v.row.number, v.row.status))
        .collect();
    let expected = [(2, VersionStatus::Published), (1, VersionStatus::Retired)];
    assert_eq!(states, expected);
    // Answers of a former cycle stand beside those of the next one: the indicators are the same.
    assert_eq!(versions[0].framework.row.id, versions[1].framework.row.id);
    let expected = ["ProgrammeVersion", "ProgrammeVersion", "Municipality"];
    assert_eq!(told(house).await, expected);
    fi.version.number = 1;
    assert!(load(house, &fi, false).await.is_err());
}

/// The types of what the last event of the audit log says has changed.
async fn told(house: &Arc<House>) -> Vec<String> {
    let viewer = house.system("test");
    let events = viewer.find::<audit_event::Entity>();
    let last = events.order(audit_event::Column::Sequence, Order::Desc);
    let changes = last.one().await.unwrap().unwrap().changes;
    let changes = changes.as_array().unwrap().iter();
    changes
        .map(|change| change["type"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_programme_is_loaded_all_or_nothing_and_once_on_sqlite() {
    let scratch = Scratch::new("load").await;
    journey(Arc::clone(&scratch.house)).await;
}
