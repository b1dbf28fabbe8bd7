//! A database with one made-up programme, three municipalities and four accounts.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, Utc};
use entity::{
    account::{AccountStatus, Role, account, membership},
    municipality::{MunicipalityKind, municipality, municipality_code, municipality_name},
    programme::{
        Direction, DraftVisibility, Duty, FrameworkKind, LabelTiming, LocalDecision, MilestoneGate,
        VersionStatus, framework, milestone, programme, programme_version,
    },
    text::{Numbers, Translations, Words},
};
use sea_orm::{ActiveModelTrait, DatabaseConnection, IntoActiveModel};
use uuid::Uuid;

use crate::{
    access::{Errand, House, Storage, Viewer},
    id::Id,
};

pub(super) const PROGRAMME: Uuid = Uuid::from_u128(1);
pub(super) const NORTH: Uuid = Uuid::from_u128(11);
pub(super) const SOUTH: Uuid = Uuid::from_u128(12);
pub(super) const FORMER: Uuid = Uuid::from_u128(13);
const ACCOUNTS: [(u128, Role, Option<Uuid>); 4] = [
    (21, Role::ProgrammeManager, None),
    (22, Role::Coordinator, Some(NORTH)),
    (23, Role::Adviser, Some(NORTH)),
    (24, Role::Coordinator, Some(SOUTH)),
];

/// The clock of all tests stands still.
pub(super) fn now() -> DateTime<Utc> {
    "2026-06-15T09:00:00Z".parse().unwrap()
}

pub(super) struct Ground(Arc<House>, DatabaseConnection);

impl Ground {
    /// A fresh database of its own.
    pub(super) async fn new(name: &str) -> Self {
        Self::at(name, now).await
    }

    /// The same at another moment.
    #[expect(
        clippy::disallowed_methods,
        reason = "the rows of a test have no viewer"
    )]
    pub(super) async fn at(name: &str, now: fn() -> DateTime<Utc>) -> Self {
        let file = format!("cfc-municipality-{name}-{}.db", std::process::id());
        let file = std::env::temp_dir().join(file);
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", file.display()));
        }
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let count = AtomicU64::new(0);
        let entropy = Arc::new(move |bytes: &mut [u8]| {
            let next = count.fetch_add(1, Ordering::Relaxed).to_be_bytes();
            bytes[..8].copy_from_slice(&next);
        });
        let house = House::open(&Storage::scratch(&url), Arc::new(now), entropy, None)
            .await
            .unwrap();
        house.migrate().await.unwrap();
        let db = sea_orm::Database::connect(&url).await.unwrap();
        add_programme(&db).await;
        add_municipalities(&db).await;
        add_accounts(&db).await;
        house.refresh().await.unwrap();
        Self(Arc::new(house), db)
    }

    /// One that ended when the former one did, in a country without a programme.
    pub(super) async fn add_abroad(&self) {
        let id = Uuid::from_u128(14);
        add_municipality(&self.1, id, ("YY-1", "Abroad", None), true).await;
    }

    pub(super) async fn public(&self) -> Viewer {
        self.0.viewer(None, Errand::default()).await.unwrap()
    }

    pub(super) async fn manager(&self) -> Viewer {
        self.person(21).await
    }

    pub(super) async fn coordinator(&self) -> Viewer {
        self.person(22).await
    }

    pub(super) async fn adviser(&self) -> Viewer {
        self.person(23).await
    }

    pub(super) async fn neighbour(&self) -> Viewer {
        self.person(24).await
    }

    async fn person(&self, id: u128) -> Viewer {
        let id = Id::new(Uuid::from_u128(id));
        self.0.person(id, Errand::default()).await.unwrap()
    }
}

fn named(name: &str) -> Translations {
    Translations([("en".to_owned(), name.to_owned())].into())
}

macro_rules! add {
    ($db:expr, $($row:expr),+ $(,)?) => {
        $($row.into_active_model().reset_all().insert($db).await.unwrap();)+
    };
}

async fn add_programme(db: &DatabaseConnection) {
    let (framework_id, version) = (Uuid::from_u128(2), Uuid::from_u128(3));
    let step = |id: u128, code: &str, before: &[&str], gate| milestone::Model {
        id: Uuid::from_u128(id),
        programme_version_id: version,
        code: code.to_owned(),
        ordinal: i32::try_from(id).unwrap(),
        name: named(code),
        prerequisites: Words(before.iter().map(|code| (*code).to_owned()).collect()),
        gate,
        due_months: Numbers(vec![3]),
    };
    add!(
        db,
        programme::Model {
            id: PROGRAMME,
            key: "XX".into(),
            country_code: "XX".into(),
            name: named("Made up"),
            owner_organisation: "Nobody".into(),
            locales: Words(vec!["en".into()]),
            time_zone: "Europe/Helsinki".into(),
            currency: "EUR".into(),
            is_demonstration: true,
            created_at: now(),
        },
        framework::Model {
            id: framework_id,
            programme_id: PROGRAMME,
            key: "X".into(),
            number: 1,
            kind: FrameworkKind::IndicatorSet,
            licence: String::new(),
            source_note: String::new(),
            scale_key: String::new(),
            scale_direction: Direction::Up,
            none_of_levels_name: named("None"),
            threshold: 3,
        },
        programme_version::Model {
            id: version,
            programme_id: PROGRAMME,
            framework_id,
            number: 1,
            status: VersionStatus::Published,
            valid_from: "2020-01-01".parse().unwrap(),
            duty: Duty::TwoPerson,
            local_decision: LocalDecision::RecordedDecision,
            draft_visibility: DraftVisibility::Committee,
            publishes_refusals: false,
            minimum_cell: 5,
            label_timing: LabelTiming::AfterEvaluation,
            validity_months: Numbers(vec![24]),
            cycle_months: Numbers(vec![24, 48]),
            extensions_max: 1,
            indicator_objectives_min: 3,
            indicator_objectives_max: 4,
            children_objectives: 1,
            free_objectives_max: 1,
            is_every_theme_covered: true,
            baseline_level_max: 2,
            target_level_min: 3,
            is_county_indicator_allowed: false,
            content_hash: String::new(),
            published_at: now(),
        },
        step(4, "FIRST", &[], MilestoneGate::None),
        step(5, "PLAN", &["FIRST"], MilestoneGate::ApprovedPlan),
    );
}

async fn add_municipalities(db: &DatabaseConnection) {
    for (id, code, name, population) in [
        (NORTH, "XX-1", "Northby", Some(500)),
        (SOUTH, "XX-2", "Åsouth", None),
        (FORMER, "XX-3", "Formerby", Some(20)),
    ] {
        add_municipality(db, id, (code, name, population), id == FORMER).await;
    }
}

async fn add_municipality(
    db: &DatabaseConnection,
    id: Uuid,
    (code, name, population): (&str, &str, Option<i32>),
    is_former: bool,
) {
    let sort_name = crate::translated::sort_key(name);
    add!(
        db,
        municipality::Model {
            id,
            code: code.into(),
            kind: MunicipalityKind::Municipality,
            country_code: code[..2].into(),
            region_code: None,
            name: named(name),
            sort_name: sort_name.clone(),
            valid_from: None,
            valid_to: is_former.then(|| "2025-12-31".parse().unwrap()),
            successor_id: is_former.then_some(NORTH),
            population,
            population_year: population.map(|_| 2024),
            created_at: now(),
            updated_at: now(),
            version: 1,
        },
        municipality_name::Model {
            id,
            municipality_id: id,
            sort_name,
        },
        municipality_code::Model {
            id,
            municipality_id: id,
            scheme: "NATIONAL".into(),
            code: code[3..].into(),
        },
    );
}

async fn add_accounts(db: &DatabaseConnection) {
    for (id, role, municipality_id) in ACCOUNTS {
        let id = Uuid::from_u128(id);
        add!(
            db,
            account::Model {
                id,
                name: None,
                email: None,
                status: AccountStatus::Active,
                created_at: now(),
                updated_at: now(),
                version: 1,
            },
            membership::Model {
                id,
                account_id: id,
                role,
                programme_id: Some(PROGRAMME),
                municipality_id,
                responsible_entity_id: None,
                starts_at: now(),
                ends_at: None,
                granted_by: None,
                created_at: now(),
                updated_at: now(),
                version: 1,
            },
        );
    }
}
