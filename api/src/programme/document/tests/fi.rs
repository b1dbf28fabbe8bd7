//! The Finnish folder is complete and reads the same from the binary and from disk.

use std::path::Path;

use super::super::{
    Duty, Framework, MilestoneGate, Municipality, ProgrammeDocument, ProgrammeFiles, Tier,
    content_hash,
};
use super::document;
use crate::programme::embedded;

#[test]
fn it_reads_from_the_binary_and_from_disk() {
    let embedded = document(&embedded::fi());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programmes/fi");
    let on_disk = ProgrammeFiles::read_dir(&path).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(embedded, document(&on_disk));
}

/// Version 1 was published without a threshold; to say the usual one now is not to change it.
#[test]
fn its_fingerprint_is_that_of_the_published_version() {
    let mut document = document(&embedded::fi());
    let hash = |document: &ProgrammeDocument| {
        content_hash(&(&document.version, &document.framework)).unwrap()
    };
    let published = "b50f6b9678504c1dbbe35a9c9c6551d00782ccfc9596c7eded74f3c1e2c8f7b0";
    assert_eq!(document.framework.threshold, 3);
    assert_eq!(hash(&document), published);
    document.framework.threshold = 2;
    assert_ne!(hash(&document), published);
}

#[test]
fn its_rules_are_those_of_the_programme() {
    let document = document(&embedded::fi());
    let (settings, gates) = (&document.version.settings, &document.version.plan_gates);
    assert_eq!(document.programme.locales, ["fi", "sv", "en"]);
    assert_eq!(document.programme.name["fi"], "Lapsiystävällinen kunta");
    assert_eq!(settings.duty, Duty::TwoPerson);
    assert_eq!(
        (&settings.cycle_months[..], &settings.validity_months[..]),
        (&[24, 48][..], &[24, 48][..])
    );
    assert_eq!(
        (
            gates.indicator_objectives_min,
            gates.indicator_objectives_max
        ),
        (3, 4)
    );
    let milestone_gates: Vec<_> = document
        .version
        .milestones
        .iter()
        .map(|one| one.gate)
        .collect();
    let (none, baseline, plan) = (
        MilestoneGate::None,
        MilestoneGate::ConfirmedBaseline,
        MilestoneGate::ApprovedPlan,
    );
    assert_eq!(milestone_gates, [none, none, baseline, plan, none]);
    assert_eq!(document.version.criteria.len(), 4);
}

#[test]
fn it_has_seventy_indicators_in_five_themes() {
    let framework = document(&embedded::fi()).framework;
    let numbers: Vec<_> = framework.indicators.iter().map(|one| one.number).collect();
    assert_eq!(numbers, (1..=70).collect::<Vec<_>>());
    assert_eq!(framework.elements.len(), 5);
    assert_eq!(framework.scale.levels.len(), 4);
    for one in &framework.indicators {
        assert_eq!(
            one.selectable_as_objective,
            one.responsible_tier == Tier::Local
        );
    }
}

#[test]
fn its_known_indicators_keep_their_themes() {
    let framework = document(&embedded::fi()).framework;
    let known: Vec<_> = framework
        .indicators
        .iter()
        .filter(|one| !one.illustrative)
        .map(|one| (one.number, one.theme.as_str()))
        .collect();
    let expected = [
        (2, "EQUALITY"),
        (9, "EQUALITY"),
        (24, "BEST_INTERESTS"),
        (30, "LIFE_DEVELOPMENT"),
        (61, "PARTICIPATION"),
    ];
    assert_eq!(known, expected);
}

#[test]
fn the_known_indicators_and_one_theme_have_every_descriptor() {
    let framework = document(&embedded::fi()).framework;
    for one in &framework.indicators {
        let has_all = !one.illustrative || one.theme == "STRUCTURES";
        let expected = if has_all { 4 } else { 0 };
        assert_eq!(
            described(&framework, &one.code),
            expected,
            "indicator {}",
            one.number
        );
    }
}

fn described(framework: &Framework, code: &str) -> usize {
    let descriptors = framework.descriptors.iter();
    descriptors.filter(|one| one.indicator == code).count()
}

#[test]
fn its_municipalities_are_all_there_and_mergers_keep_their_successor() {
    let places = document(&embedded::fi()).places;
    let (ended, present): (Vec<&Municipality>, Vec<&Municipality>) = places
        .municipalities
        .iter()
        .partition(|one| one.ended.is_some());
    assert_eq!((present.len(), places.regions.len()), (308, 19));
    let successors: Vec<_> = ended
        .iter()
        .filter_map(|one| Some((one.code.as_str(), one.ended.as_ref()?.successor.as_str())))
        .collect();
    let expected = [
        ("FI-099", "FI-214"),
        ("FI-588", "FI-507"),
        ("FI-911", "FI-541"),
    ];
    assert_eq!(successors, expected);
    let tampere = present.iter().find(|one| one.code == "FI-837");
    let names = tampere.map(|one| (one.name["fi"].as_str(), one.name["sv"].as_str()));
    assert_eq!(names, Some(("Tampere", "Tammerfors")));
    assert_eq!(
        tampere.map(|one| one.other_codes["STATFI"].as_str()),
        Some("837")
    );
}

#[test]
fn its_populations_agree_with_their_sources() {
    let places = document(&embedded::fi()).places;
    let count = |code: &str, year: i32, band: &str| {
        let mut figures = places.populations.iter();
        figures
            .find(|one| one.municipality == code && one.year == year && one.age_band == band)
            .map(|one| one.count)
    };
    assert_eq!(count("FI-091", 2018, "0-17"), Some(108_526));
    assert_eq!(count("FI-091", 2022, "ALL"), Some(664_028));
    assert_eq!(count("FI-911", 2018, "ALL"), None);
    // The national sum over the municipalities that still exist.
    let ended = |code: &str| {
        let mut all = places.municipalities.iter();
        all.any(|one| one.code == code && one.ended.is_some())
    };
    let children = places
        .populations
        .iter()
        .filter(|one| one.age_band == "0-17");
    let total: i32 = children
        .filter(|one| !ended(&one.municipality))
        .map(|one| one.count)
        .sum();
    assert_eq!(total, 1_057_579);
}
