//! A house over a database file of its own, for tests: migrated, its clock standing still.

use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, TimeZone, Utc};
use entity::account::{Role, membership};
use uuid::Uuid;

use super::{Actor, Errand, House, Storage, TokenScopes, Viewer};

/// A database file that is gone with the test.
#[derive(Debug)]
pub(crate) struct Scratch {
    path: PathBuf,
    /// The house over it.
    pub(crate) house: Arc<House>,
}

impl Scratch {
    /// A migrated, empty database. The name tells tests of one run apart.
    pub(crate) async fn new(name: &str) -> Self {
        let name = format!("cfc-{name}-{}.db", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = std::fs::remove_file(&path);
        let house = house(&format!("sqlite://{}?mode=rwc", path.display())).await;
        Self { path, house }
    }

    /// Somebody with one membership, by a token for these scopes. Nothing is stored.
    pub(super) async fn somebody(
        &self,
        role: Role,
        (programme, municipality): (Uuid, Option<Uuid>),
        scopes: TokenScopes,
    ) -> Viewer {
        let anybody = self.house.viewer(None, Errand::default()).await.unwrap();
        let id = Uuid::from_u128(7);
        let membership = membership::Model {
            id,
            account_id: id,
            role,
            programme_id: Some(programme),
            municipality_id: municipality,
            responsible_entity_id: None,
            starts_at: noon(),
            ends_at: None,
            granted_by: None,
            created_at: noon(),
            updated_at: noon(),
            version: 1,
        };
        anybody.as_actor(Actor::Account {
            id,
            memberships: vec![membership],
            scopes,
            client: None,
        })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.path.display()));
        }
    }
}

/// A migrated house at an address.
async fn house(url: &str) -> Arc<House> {
    let entropy = Arc::new(|bytes: &mut [u8]| getrandom::fill(bytes).unwrap());
    let house = House::open(&Storage::scratch(url), Arc::new(noon), entropy, None)
        .await
        .unwrap();
    house.migrate().await.unwrap();
    Arc::new(house)
}

/// When everything in a test happens.
fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap()
}
