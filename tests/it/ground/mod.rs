//! A municipality that has something of everything, each text with a mark of its own, so that a test
//! knows where a text came from wherever it shows up. Told through mutations by those whose work it
//! is.

mod assessing;
mod deciding;
mod planning;

pub(crate) use self::planning::to_approval;

use std::collections::BTreeMap;

use entity::account::Role;
use serde_json::{Value, json};

use crate::{
    harness::{App, Person},
    world::World,
};

/// The mark of a text: which municipality, which cell.
pub(crate) fn mark(code: &str, cell: &str) -> String {
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    format!("mk{digits}x{cell}x")
}

/// How far a municipality is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// It assesses itself.
    Assessing,
    /// Its plan is approved, the next one is a draft.
    Planning,
    /// It is recognised, and the next decision is taken but not published.
    Decided,
}

/// People whose work the ground is, and what is assigned to whom.
#[derive(Debug)]
pub(crate) struct Hands {
    /// A steering member to whom the first item is assigned.
    pub(crate) steering: Person,
    /// A responsible entity to whom the second item is assigned, and which carries out the first
    /// action.
    pub(crate) carrier: Person,
    /// A youth representative.
    pub(crate) youth: Person,
}

/// A municipality with everything, and the ids of what is there.
pub(crate) struct Ground<'a> {
    pub(crate) world: World<'a>,
    pub(crate) hands: Hands,
    ids: BTreeMap<&'static str, Value>,
}

impl<'a> Ground<'a> {
    /// Tells a municipality up to a stage.
    pub(crate) async fn of(app: &'a App, code: &str, stage: Stage) -> Self {
        let world = World::of(app, code).await;
        let municipality = world.ask(&world.manager, "id").await["id"].clone();
        let hands = Hands {
            steering: app.person(Role::SteeringMember, Some(code)).await,
            carrier: app.public(),
            youth: app.person(Role::YouthRepresentative, Some(code)).await,
        };
        let mut ground = Self {
            world,
            hands,
            ids: BTreeMap::from([("municipality", municipality)]),
        };
        ground.people().await;
        ground.cycle().await;
        ground.assessments().await;
        if stage >= Stage::Planning {
            ground.plan().await;
            ground.carrying_out().await;
            ground.draft().await;
        }
        if stage >= Stage::Decided {
            ground.recognition().await;
        }
        ground
    }

    /// The id of something that is there.
    pub(crate) fn id(&self, name: &str) -> Value {
        let id = self.ids.get(name).cloned();
        id.unwrap_or_else(|| panic!("there is no {name} on this ground"))
    }

    /// Every id.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &Value> {
        self.ids.values()
    }

    /// The same ground as a server over a copy of the database knows it.
    pub(crate) fn elsewhere<'b>(
        &self,
        app: &'b App,
        coordinator: Person,
        manager: Person,
    ) -> Ground<'b> {
        let world = World {
            app,
            code: self.world.code.clone(),
            coordinator,
            manager,
            adviser: app.public(),
            second_manager: app.public(),
            deciding_body: app.public(),
        };
        let nobody = || app.public();
        Ground {
            world,
            hands: Hands {
                steering: nobody(),
                carrier: nobody(),
                youth: nobody(),
            },
            ids: self.ids.clone(),
        }
    }

    /// A text with the mark of its cell.
    fn text(&self, cell: &str) -> String {
        format!("Text {} of a cell", mark(&self.world.code, cell))
    }

    async fn done(&self, who: &Person, name: &str, input: Value, select: &str) -> Value {
        let payload = self.world.app.done(who, name, input, select).await;
        let key = select.split_whitespace().next().unwrap();
        payload[key].clone()
    }

    async fn entity(&mut self, name: &'static str, cell: &str) {
        let input = json!({ "programme": "FI", "municipalityId": self.id("municipality"),
            "name": self.text(cell), "kind": "NGO" });
        let coordinator = self.world.coordinator.clone();
        let select = "responsibleEntity { id }";
        let entity = self
            .done(&coordinator, "addResponsibleEntity", input, select)
            .await;
        self.ids.insert(name, entity["id"].clone());
    }

    /// A seat for a new account, given by the manager. Answers with the account and the membership.
    pub(crate) async fn seat(
        &self,
        role: &str,
        entity: Option<&str>,
        cell: &str,
    ) -> (Person, Value) {
        let mut input = json!({ "programme": "FI", "municipalityId": self.id("municipality"),
            "name": self.text(&format!("{cell}name")), "role": role,
            "email": format!("{}@town.example", mark(&self.world.code, &format!("{cell}email"))) });
        if let Some(entity) = entity {
            input["responsibleEntityId"] = self.id(entity);
        }
        let select = "account { id memberships { id } }";
        let account = self
            .done(&self.world.manager, "inviteAccount", input, select)
            .await;
        let id = account["id"].as_str().unwrap().to_owned();
        let person = self.world.app.caller(id).await;
        (person, account["memberships"][0]["id"].clone())
    }

    async fn people(&mut self) {
        for (name, cell) in [
            ("carrying entity", "carrier"),
            ("idle entity", "idleentity"),
            ("unnamed entity", "unnamed"),
        ] {
            self.entity(name, cell).await;
        }
        let (_, membership) = self.seat("STEERING_MEMBER", None, "member").await;
        self.ids.insert("membership", membership);
        let (bystander, _) = self.seat("STEERING_MEMBER", None, "member").await;
        self.ids.insert("account", bystander.account.into());
        let (carrier, membership) = self
            .seat("RESPONSIBLE_ENTITY", Some("carrying entity"), "holder")
            .await;
        self.hands.carrier = carrier;
        self.ids.insert("seat of the carrier", membership);
        let steering = self.membership_of(&self.hands.steering).await;
        self.ids
            .insert("seat of the steering member", steering["id"].clone());
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        let input = json!({ "programme": "FI", "municipalityId": self.id("municipality"),
            "name": self.text("client"), "scopes": ["plans:read"], "publicKey": pem });
        let client = self.done(
            &self.world.manager,
            "addApiClient",
            input,
            "apiClient { id }",
        );
        let client = client.await;
        self.ids.insert("client", client["id"].clone());
    }

    /// The first membership of somebody, as they read it.
    pub(crate) async fn membership_of(&self, who: &Person) -> Value {
        let document = "{ viewer { memberships { id version } } }";
        let read = self.world.app.read(who, document, json!({})).await;
        read["viewer"]["memberships"][0].clone()
    }

    async fn cycle(&mut self) {
        let participation = self.world.enrolled().await;
        self.ids
            .insert("participation", participation["id"].clone());
        let given_up = self.world.cycle(&participation, "2026-01-10").await;
        self.ids.insert("cancelled cycle", given_up["id"].clone());
        let mut cancel = World::step("cycleId", &given_up);
        cancel["reason"] = self.text("cyclecancelled").into();
        self.done(&self.world.manager, "cancelCycle", cancel, "cycle { id }")
            .await;
        let cycle = self.world.cycle(&participation, "2026-01-15").await;
        let select = "currentCycle { milestones { id version } }";
        let read = self.world.ask(&self.world.coordinator, select).await;
        let milestones = &read["currentCycle"]["milestones"];
        self.ids.insert("cycle", cycle["id"].clone());
        self.ids.insert("milestone", milestones[0]["id"].clone());
        self.ids
            .insert("waived milestone", milestones[1]["id"].clone());
        let select = "milestoneProgress { id version }";
        let mut waive = World::step("milestoneProgressId", &milestones[1]);
        waive["reason"] = self.text("waiver").into();
        self.done(&self.world.manager, "waiveMilestone", waive, select)
            .await;
        let mut row = milestones[0].clone();
        let (coordinator, adviser) = (&self.world.coordinator, &self.world.adviser);
        for (who, name) in [
            (coordinator, "startMilestone"),
            (coordinator, "submitMilestone"),
            (adviser, "returnMilestone"),
        ] {
            let mut step = World::step("milestoneProgressId", &row);
            if name == "returnMilestone" {
                step["reason"] = self.text("milestonereturn").into();
            }
            row = self.done(who, name, step, select).await;
        }
    }
}
