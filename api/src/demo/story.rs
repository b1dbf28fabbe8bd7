//! The story: who there is, and what each municipality has been through.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use entity::{
    account::{Role, account, membership},
    municipality::municipality,
};
use sea_orm::{ColumnTrait, Order};
use serde_json::{Value, json};

use super::{
    assessing,
    clock::StoryClock,
    cycle::{self, Place},
    personas::{Persona, ROLES},
    stages::{NAMED, OTHERS, Path, WITH_24, WITH_30},
    teller::{Teller, Who},
};
use crate::{
    access::House,
    account as accounts,
    command::say,
    id::Id,
    operator::Appointment,
    programme::{self, document, document::ProgrammeDocument},
    trouble::Trouble,
    workflow::word,
};

/// The municipality that the tokens of local roles belong to.
pub(super) const HOME: &str = "FI-837";
/// How many advisers share the municipalities.
const ADVISERS: usize = 5;
/// How many days before today the story begins.
const BEGINS: u64 = 6 * 366;

/// The people of the committee, and the programme they serve.
pub(super) struct Committee {
    pub(super) manager: Who,
    pub(super) second_manager: Who,
    pub(super) deciding_body: Who,
    advisers: Vec<Who>,
}

/// Tells the whole story into an empty database.
pub(super) async fn tell(
    house: &Arc<House>,
    clock: &Arc<StoryClock>,
    today: NaiveDate,
    seed: u64,
) -> Result<(), Trouble> {
    let mut teller = Teller::new(house, clock, today, seed);
    clock.set(teller.ago(BEGINS));
    say("Loading the Finnish programme …");
    let document = document::read(&programme::embedded::fi()).map_err(|f| Trouble::faults(&f))?;
    programme::load(house, &document, true).await?;
    let mut committee = committee(house).await?;
    read_framework(&mut teller, committee.manager).await?;
    let places = chosen(&document);
    let (with_24, with_30) = chosen_indicators(&places);
    let mut at_home = None;
    for (at, (code, path)) in places.iter().enumerate() {
        let place = place(house, &teller, &mut committee, at, code).await?;
        let wishes = cycle::Wishes {
            has_24: with_24.contains(&at),
            has_30: with_30.contains(&at),
        };
        cycle::municipality(&mut teller, &committee, &place, *path, wishes).await?;
        if code == HOME {
            at_home = Some(place.coordinator);
        }
        if (at + 1) % 8 == 0 || at + 1 == places.len() {
            say(&format!("{} of {} municipalities …", at + 1, places.len()));
        }
    }
    let coordinator = at_home.ok_or_else(|| Trouble::of(format!("{HOME} takes no part")))?;
    home(house, &teller, &committee, coordinator).await?;
    // Acts set the clock to their day; the server goes on from today.
    clock.set(today);
    Ok(())
}

/// The people who come from the command line, and the advisers.
async fn committee(house: &Arc<House>) -> Result<Committee, Trouble> {
    let add = async |name: &str, role: Role| -> Result<Who, Trouble> {
        let programme = (role != Role::SystemAdministrator).then_some("FI");
        let appointment = Appointment {
            name,
            role,
            municipality: None,
            programme,
        };
        let account = accounts::add_from_command_line(house, appointment).await?;
        Ok(Id::new(account.id))
    };
    let manager = add("Programme manager", Role::ProgrammeManager).await?;
    let second_manager = add("Second programme manager", Role::ProgrammeManager).await?;
    let deciding_body = add("Deciding body", Role::DecidingBody).await?;
    add("System administrator", Role::SystemAdministrator).await?;
    Ok(Committee {
        manager,
        second_manager,
        deciding_body,
        advisers: Vec::new(),
    })
}

/// Which municipalities take part, and how far each is.
fn chosen(document: &ProgrammeDocument) -> Vec<(String, Path)> {
    let places = &document.places;
    let mut largest: HashMap<&str, (i32, i32)> = HashMap::new();
    for population in places.populations.iter().filter(|p| p.age_band == "ALL") {
        let known = largest
            .entry(&population.municipality)
            .or_insert((population.year, 0));
        if population.year >= known.0 {
            *known = (population.year, population.count);
        }
    }
    let is_named = |code: &str| NAMED.iter().any(|(named, _)| *named == code);
    let mut others: Vec<_> = places
        .municipalities
        .iter()
        .filter(|m| m.ended.is_none() && !is_named(&m.code))
        .map(|m| {
            (
                largest.get(m.code.as_str()).map_or(0, |(_, count)| *count),
                m.code.clone(),
            )
        })
        .collect();
    others.sort_by(|a, b| b.cmp(a));
    let named = NAMED.iter().map(|(code, path)| ((*code).to_owned(), *path));
    named
        .chain(others.into_iter().map(|(_, code)| code).zip(OTHERS))
        .collect()
}

/// In which municipalities indicators 24 and 30 are objectives, by place in the list.
fn chosen_indicators(places: &[(String, Path)]) -> (Vec<usize>, Vec<usize>) {
    let with_plan = |at: &usize| places[*at].1.has_plan();
    let is_example_of_30 = |at: &usize| matches!(places[*at].0.as_str(), "FI-232" | "FI-420");
    let planning = (0..places.len()).filter(with_plan);
    let (mut with_30, others): (Vec<_>, Vec<_>) = planning.partition(is_example_of_30);
    let with_24 = others[..WITH_24].to_vec();
    with_30.extend(&others[WITH_24..WITH_24 + WITH_30 - with_30.len()]);
    (with_24, with_30)
}

async fn read_framework(teller: &mut Teller, who: Who) -> Result<(), Trouble> {
    let document = "{ indicators(programme: \"FI\") { id number theme { id code } } }";
    let data = teller.ask(who, document, json!({})).await?;
    for indicator in data["indicators"].as_array().into_iter().flatten() {
        let number = indicator["number"]
            .as_i64()
            .and_then(|n| i32::try_from(n).ok());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        teller
            .indicators
            .insert(number.unwrap_or_default(), text(&indicator["id"]));
        teller.themes.insert(
            text(&indicator["theme"]["code"]),
            text(&indicator["theme"]["id"]),
        );
    }
    Ok(())
}

/// A municipality with its coordinator and its adviser.
async fn place(
    house: &Arc<House>,
    teller: &Teller,
    committee: &mut Committee,
    at: usize,
    code: &str,
) -> Result<Place, Trouble> {
    let document = "query M($code: String!) { municipality(by: { code: $code }) { id name } }";
    let found = teller
        .ask(committee.manager, document, json!({ "code": code }))
        .await?;
    let municipality = found["municipality"].clone();
    let name = municipality["name"].as_str().unwrap_or_default();
    let id = municipality["id"].clone();
    let coordinator = format!("Coordinator of {name}");
    let coordinator = invited(
        house,
        teller,
        committee,
        Role::Coordinator,
        &coordinator,
        &id,
    )
    .await?;
    if at < ADVISERS {
        let title = format!("Adviser {}", at + 1);
        let adviser = invited(house, teller, committee, Role::Adviser, &title, &id).await?;
        committee.advisers.push(adviser);
    } else {
        let account = committee.advisers[at % ADVISERS].to_string();
        let input = json!({ "accountId": account, "role": "ADVISER",
            "programme": "FI", "municipalityId": id });
        teller
            .act(
                committee.manager,
                teller.ago(BEGINS),
                "grantMembership",
                input,
                "",
            )
            .await?;
    }
    let adviser = committee.advisers[at % ADVISERS];
    Ok(Place {
        code: code.to_owned(),
        id,
        coordinator,
        adviser,
        at,
    })
}

/// Invites somebody to a municipality and lets them sign in.
async fn invited(
    house: &Arc<House>,
    teller: &Teller,
    committee: &Committee,
    role: Role,
    name: &str,
    municipality: &Value,
) -> Result<Who, Trouble> {
    let input = json!({ "municipalityId": municipality });
    invited_with(house, teller, committee, role, name, input).await
}

async fn invited_with(
    house: &Arc<House>,
    teller: &Teller,
    committee: &Committee,
    role: Role,
    name: &str,
    mut input: Value,
) -> Result<Who, Trouble> {
    input["name"] = name.into();
    let local = name
        .to_lowercase()
        .replace(|c: char| !c.is_ascii_alphanumeric(), ".");
    input["email"] = format!("{local}@example.org").into();
    input["role"] = word(role).into();
    input["programme"] = "FI".into();
    let day = teller.ago(BEGINS);
    let payload = teller
        .act(
            committee.manager,
            day,
            "inviteAccount",
            input,
            "account { id }",
        )
        .await?;
    let id = payload["account"]["id"].as_str().and_then(Id::read);
    let id = id.ok_or_else(|| Trouble::of("an account was invited and has no id"))?;
    accounts::activated(house, id).await?;
    Ok(id)
}

/// The other people of the municipality that the tokens belong to.
async fn home(
    house: &Arc<House>,
    teller: &Teller,
    committee: &Committee,
    coordinator: Who,
) -> Result<(), Trouble> {
    let document = "query M($code: String!) { municipality(by: { code: $code }) { id responsibleEntities { id } cycles { id } } }";
    let found = teller
        .ask(committee.manager, document, json!({ "code": HOME }))
        .await?;
    let municipality = &found["municipality"];
    for (role, name) in [
        (Role::SteeringMember, "Steering group member of Tampere"),
        (Role::YouthRepresentative, "Youth representative of Tampere"),
        (Role::DecisionMaker, "Municipal board of Tampere"),
    ] {
        let who = invited(house, teller, committee, role, name, &municipality["id"]).await?;
        if role == Role::YouthRepresentative {
            let newest = &municipality["cycles"][0]["id"];
            assessing::led_by_children(teller, (coordinator, who), newest).await?;
        }
    }
    // A token of a machine without a client: only the command line of the server makes such an account.
    let system = Appointment {
        name: "System of Tampere",
        role: Role::ServiceAccount,
        programme: Some("FI"),
        municipality: Some(HOME),
    };
    accounts::add_from_command_line(house, system).await?;
    let input = json!({ "municipalityId": municipality["id"],
        "responsibleEntityId": municipality["responsibleEntities"][0]["id"] });
    let name = "Central administration of Tampere";
    invited_with(
        house,
        teller,
        committee,
        Role::ResponsibleEntity,
        name,
        input,
    )
    .await?;
    Ok(())
}

/// Who gets a token: for each role the first who holds it, of the home municipality if it is local.
pub(super) async fn personas(house: &Arc<House>) -> Result<Vec<Persona>, Trouble> {
    let viewer = house.system("demonstration");
    let home = viewer
        .find::<municipality::Entity>()
        .filter(municipality::Column::Code.eq(HOME))
        .one()
        .await?;
    let home = home.map(|row| row.id);
    let memberships = viewer
        .find::<membership::Entity>()
        .order(membership::Column::Id, Order::Asc)
        .all()
        .await?;
    let mut personas = Vec::new();
    for role in ROLES {
        let mut held = memberships.iter().filter(|m| m.role == role);
        let first = held.find(|m| m.municipality_id.is_none() || m.municipality_id == home);
        let Some(first) = first else { continue };
        let account = viewer
            .find::<account::Entity>()
            .by_id(Id::new(first.account_id))
            .await?;
        let name = account.and_then(|account| account.name).unwrap_or_default();
        personas.push(Persona::new(Id::new(first.account_id), role, name));
    }
    Ok(personas)
}
