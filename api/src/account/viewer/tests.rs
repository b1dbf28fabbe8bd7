//! What callers read of themselves and of others.

use async_graphql::{EmptySubscription, Schema};
use entity::account::Role;
use serde_json::{Value, json};

use super::*;
use crate::{
    access::{Class, Errand, House, Place, Reader, Resource, Viewer, scratch::Scratch},
    account::{AccountMutation, add_from_command_line},
    operator::Appointment,
    programme::{self, document, embedded},
};

const DOCUMENT: &str = "{ viewer { roles locales municipalities { id } memberships { role isInForce
    account { id } } account { name email status memberships { programme { key } } } } }";

async fn answer(viewer: Viewer, document: &str) -> Value {
    let schema =
        Schema::build(AccountQuery, AccountMutation::default(), EmptySubscription).finish();
    let reader = Reader::new(viewer);
    let request = async_graphql::Request::new(document).data(reader.clone());
    let response = reader.serve(schema.execute(request)).await;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    response.data.into_json().unwrap()
}

async fn person(house: &Arc<House>, role: Role, municipality: Option<&str>) -> Viewer {
    let added = add_from_command_line(
        house,
        Appointment {
            name: "Somebody",
            role,
            programme: Some("FI"),
            municipality,
        },
    )
    .await;
    let id = Id::new(added.unwrap().id);
    house.person(id, Errand::default()).await.unwrap()
}

#[tokio::test]
async fn everybody_learns_who_they_are() {
    let scratch = Scratch::new("viewer").await;
    let house = &scratch.house;
    let fi = document::read(&embedded::fi()).unwrap();
    programme::load(house, &fi, false).await.unwrap();
    let errand = Errand {
        locales: vec!["sv".into()],
        ..Errand::default()
    };
    let anonymous = house.viewer(None, errand).await.unwrap();
    let expected = json!({ "viewer": { "roles": ["PUBLIC"], "locales": ["sv"],
        "municipalities": [], "memberships": [], "account": null } });
    assert_eq!(answer(anonymous, DOCUMENT).await, expected);

    let adviser = person(house, Role::Adviser, Some("FI-837")).await;
    let id = adviser
        .account_id()
        .map(Id::<account::Entity>::new)
        .unwrap();
    let told = &answer(adviser.clone(), DOCUMENT).await["viewer"];
    assert_eq!(told["roles"], json!(["PUBLIC", "ADVISER"]));
    assert_eq!(told["municipalities"].as_array().map(Vec::len), Some(1));
    let membership = json!([{ "role": "ADVISER", "isInForce": true,
        "account": { "id": id.to_string() } }]);
    assert_eq!(told["memberships"], membership);
    let account = json!({ "name": "Somebody", "email": null, "status": "ACTIVE",
        "memberships": [{ "programme": { "key": "FI" } }] });
    assert_eq!(told["account"], account);
}

#[tokio::test]
async fn names_are_for_those_who_administer_the_account() {
    let scratch = Scratch::new("names").await;
    let house = &scratch.house;
    let fi = document::read(&embedded::fi()).unwrap();
    programme::load(house, &fi, false).await.unwrap();
    let member = person(house, Role::SteeringMember, Some("FI-837")).await;
    let id = Id::<account::Entity>::new(member.account_id().unwrap());
    let seen = [
        (Role::Coordinator, Some("FI-837"), true),
        (Role::ProgrammeManager, None, true),
        (Role::SystemAdministrator, None, true),
        (Role::Coordinator, Some("FI-091"), false),
        (Role::SteeringMember, Some("FI-837"), false),
        (Role::Adviser, Some("FI-837"), false),
        (Role::DecidingBody, None, false),
    ];
    for (role, municipality, is_seen) in seen {
        let viewer = person(house, role, municipality).await;
        let row = viewer.find::<account::Entity>().by_id(id).await.unwrap();
        assert_eq!(row.is_some(), is_seen, "{role:?} of {municipality:?}");
    }
}

#[tokio::test]
async fn the_network_spans_its_programme_and_no_other() {
    let scratch = Scratch::new("network").await;
    let house = &scratch.house;
    let fi = document::read(&embedded::fi()).unwrap();
    programme::load(house, &fi, false).await.unwrap();
    let programme = house.catalogue().programmes[0].row.id;
    let elsewhere = uuid::Uuid::from_u128(1);
    let place = |programme| Place::local(Resource::Municipalities, programme, elsewhere);
    for (role, is_of_it) in [
        (Role::Coordinator, true),
        (Role::Adviser, true),
        (Role::SteeringMember, false),
    ] {
        let viewer = person(house, role, Some("FI-837")).await;
        let reads = |class, programme| viewer.reads(class, place(programme));
        assert_eq!(reads(Class::Network, programme), is_of_it, "{role:?}");
        assert!(!reads(Class::Network, elsewhere), "{role:?}");
        assert!(!reads(Class::Municipality, programme), "{role:?}");
    }
    let anybody = house.viewer(None, Errand::default()).await.unwrap();
    assert!(!anybody.reads(Class::Network, place(programme)));
}
