//! What becomes of invitations: they are for one address, and whoever administers the account sees who
//! accepted, ends that, and invites anew.

use entity::account::Role;
use serde_json::{Value, json};

use super::{
    accepting,
    issuer::{self, Issuer, Key},
    signed_up, who,
};
use crate::harness::{App, Person, on_both_databases};

on_both_databases! {
    a_verified_address_must_be_the_one_that_was_invited
    whoever_invited_sees_who_accepted_and_ends_it
    an_invitation_is_made_anew_for_a_corrected_address
    nobody_comes_to_roles_that_they_could_not_give
    an_erased_person_is_linked_to_nothing
}

const INVITATION: &str = "query I($id: ID!) { node(id: $id) { ... on Account { version status email
    invitation { createdAt expiresAt acceptedAt endedAt acceptedBy { issuer subject } invitedBy { id } }
    viewerActions { action isAllowed } } } }";
const ACCOUNT: &str = "account { id version status email invitationCode }";

/// An account that somebody invited in Tampere.
async fn invited_by(app: &App, inviter: &Person, role: &str) -> Value {
    let document = "{ municipality(by: { code: \"FI-837\" }) { id } }";
    let place = app.read(inviter, document, json!({})).await;
    let input = json!({ "name": "Somebody", "email": "one@town.example", "role": role,
        "programme": "FI", "municipalityId": place["municipality"]["id"] });
    app.done(inviter, "inviteAccount", input, ACCOUNT).await["account"].clone()
}

/// Somebody who signed in with an address that the issuer vouches for, or not.
fn at(issuer: &Issuer, key: &Key, subject: &str, (email, verified): (&str, bool)) -> Person {
    let mut claims = issuer.claims(subject);
    claims["email"] = email.into();
    claims["email_verified"] = verified.into();
    issuer::caller(key.sign(&claims))
}

async fn seen(app: &App, reader: &Person, account: &Value) -> Value {
    let read = app.read(reader, INVITATION, json!({ "id": account["id"] }));
    read.await["node"].clone()
}

fn step(of: &Value, version: i32) -> Value {
    json!({ "accountId": of["id"], "expectedVersion": version })
}

fn allowed(account: &Value, action: &str) -> Value {
    let mut actions = account["viewerActions"].as_array().unwrap().iter();
    let found = actions.find(|one| one["action"] == action);
    found.map_or(Value::Null, |one| one["isAllowed"].clone())
}

async fn a_verified_address_must_be_the_one_that_was_invited(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let account = invited_by(&app, &manager, "COORDINATOR").await;
    let other = at(&issuer, &key, "other", ("two@town.example", true));
    let refused = app
        .refused(&other, "acceptInvitation", accepting(&account))
        .await;
    assert_eq!(refused, ["NOT_FOUND"]);
    let mismatch = app.act(&other, "acceptInvitation", accepting(&account), "");
    let wrong = json!({ "code": "cfc_inv_x" });
    let wrong = app.act(&other, "acceptInvitation", wrong, "");
    assert_eq!(mismatch.await.body, wrong.await.body, "told like no code");
    // It was not used up.
    let person = at(&issuer, &key, "person", ("One@Town.example", true));
    app.done_once(&person, "acceptInvitation", accepting(&account), "")
        .await;
    assert_eq!(who(&app, &person).await["accountId"], account["id"]);
    // What the issuer does not vouch for says nothing, and neither does silence.
    let account = invited_by(&app, &manager, "COORDINATOR").await;
    let unproved = at(&issuer, &key, "unproved", ("two@town.example", false));
    app.done_once(&unproved, "acceptInvitation", accepting(&account), "")
        .await;
}

async fn whoever_invited_sees_who_accepted_and_ends_it(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let inviter = app.person(Role::Coordinator, Some("FI-837")).await;
    let member = app.person(Role::SteeringMember, Some("FI-837")).await;
    let account = invited_by(&app, &inviter, "STEERING_MEMBER").await;
    let before = seen(&app, &inviter, &account).await;
    assert_eq!(before["invitation"]["acceptedAt"], Value::Null);
    assert_eq!(
        before["invitation"]["invitedBy"]["id"],
        inviter.account.as_str()
    );
    assert_eq!(allowed(&before, "RENEW_INVITATION"), true);
    assert_eq!(seen(&app, &member, &account).await, Value::Null);

    let wrong = issuer.person(&key, "wrong");
    app.done_once(&wrong, "acceptInvitation", accepting(&account), "")
        .await;
    let after = seen(&app, &inviter, &account).await;
    let who_accepted = json!({ "issuer": issuer.url, "subject": "wrong" });
    assert_eq!(after["invitation"]["acceptedBy"], who_accepted);
    assert!(after["invitation"]["acceptedAt"].is_string(), "{after}");
    assert_eq!(allowed(&after, "END_INVITATION"), true);

    let stale = app.refused(&inviter, "endInvitation", step(&account, 1));
    assert_eq!(stale.await, ["VERSION_CONFLICT"]);
    let own = app.refused(&wrong, "endInvitation", step(&account, 2));
    assert_eq!(own.await, ["FORBIDDEN"]);
    let ended = app.done(&inviter, "endInvitation", step(&account, 2), ACCOUNT);
    assert_eq!(ended.await["account"]["status"], "INVITED");
    let gone = who(&app, &wrong).await;
    assert_eq!(gone["accountId"], Value::Null, "from the next request on");
    assert_eq!(gone["unlinkedIdentity"]["subject"], "wrong");
    let again = app.refused(&wrong, "acceptInvitation", accepting(&account));
    assert_eq!(again.await, ["NOT_FOUND"]);
    let again = app.refused(&inviter, "endInvitation", step(&account, 3));
    assert_eq!(again.await, ["INVALID_TRANSITION"]);
    let after = seen(&app, &inviter, &account).await;
    assert!(after["invitation"]["endedAt"].is_string(), "{after}");
    assert_eq!(after["invitation"]["acceptedBy"], Value::Null);
    assert_eq!(allowed(&after, "END_INVITATION"), false);

    // The right one comes to the same account and its roles.
    let renewed = app.done(&inviter, "renewInvitation", step(&account, 3), ACCOUNT);
    let renewed = renewed.await["account"].clone();
    let right = issuer.person(&key, "right");
    app.done_once(&right, "acceptInvitation", accepting(&renewed), "")
        .await;
    let known = who(&app, &right).await;
    assert_eq!(known["accountId"], account["id"]);
    assert_eq!(known["roles"], json!(["PUBLIC", "STEERING_MEMBER"]));
    // Nobody shuts themself out.
    let own = json!({ "id": inviter.account });
    let own = app.refused(&inviter, "endInvitation", step(&own, 1));
    assert_eq!(own.await, ["CONFLICT_OF_INTEREST"]);
}

async fn an_invitation_is_made_anew_for_a_corrected_address(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let account = invited_by(&app, &manager, "ADVISER").await;
    let mut wrong = step(&account, 1);
    wrong["email"] = "nowhere".into();
    let refused = app.refused(&manager, "renewInvitation", wrong);
    assert_eq!(refused.await, ["INVALID"]);
    let mut corrected = step(&account, 1);
    corrected["email"] = "Two@town.example".into();
    let renewed = app.done(&manager, "renewInvitation", corrected, ACCOUNT);
    let renewed = renewed.await["account"].clone();
    assert_eq!(renewed["email"], "two@town.example");
    let person = at(&issuer, &key, "person", ("two@town.example", true));
    let before = app.refused(&person, "acceptInvitation", accepting(&account));
    assert_eq!(before.await, ["NOT_FOUND"], "the code before is void");
    // An invitation that nobody accepted is ended as well.
    let ended = app.done(&manager, "endInvitation", step(&account, 2), ACCOUNT);
    assert_eq!(ended.await["account"]["status"], "INVITED");
    let ended = app.refused(&person, "acceptInvitation", accepting(&renewed));
    assert_eq!(ended.await, ["NOT_FOUND"]);
    let again = app.done(&manager, "renewInvitation", step(&account, 2), ACCOUNT);
    let again = again.await["account"].clone();
    app.done_once(&person, "acceptInvitation", accepting(&again), "")
        .await;
    let version = seen(&app, &manager, &account).await["version"].as_i64();
    let version = i32::try_from(version.unwrap()).unwrap();
    let taken = app.refused(&manager, "renewInvitation", step(&account, version));
    assert_eq!(taken.await, ["INVALID_TRANSITION"], "it has an owner");
}

async fn nobody_comes_to_roles_that_they_could_not_give(app: App) {
    let coordinator = app.person(Role::Coordinator, Some("FI-837")).await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let administrator = app.person(Role::SystemAdministrator, None).await;
    let account = invited_by(&app, &coordinator, "STEERING_MEMBER").await;
    let document = "{ municipality(by: { code: \"FI-837\" }) { id } }";
    let place = app.read(&manager, document, json!({})).await;
    let grant = json!({ "accountId": account["id"], "role": "DECISION_MAKER", "programme": "FI",
        "municipalityId": place["municipality"]["id"] });
    app.done(&manager, "grantMembership", grant, "").await;
    for name in ["renewInvitation", "endInvitation"] {
        for who in [&coordinator, &administrator] {
            let refused = app.refused(who, name, step(&account, 1)).await;
            assert_eq!(refused, ["FORBIDDEN"], "{name} {who:?}");
        }
    }
    let told = seen(&app, &coordinator, &account).await;
    assert_eq!(allowed(&told, "RENEW_INVITATION"), false);
    app.done(&manager, "renewInvitation", step(&account, 1), ACCOUNT)
        .await;
}

async fn an_erased_person_is_linked_to_nothing(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let manager = app.person(Role::ProgrammeManager, None).await;
    let account = invited_by(&app, &manager, "ADVISER").await;
    let person = issuer.person(&key, "person");
    app.done_once(&person, "acceptInvitation", accepting(&account), "")
        .await;
    app.done(
        &manager,
        "eraseAccount",
        step(&account, 2),
        "account { id }",
    )
    .await;
    assert_eq!(app.count("identity").await, 0);
    assert_eq!(who(&app, &person).await["accountId"], Value::Null);
}
