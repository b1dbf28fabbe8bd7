//! People sign in at identity providers, and an invitation links them to their account.

mod invitations;
mod issuer;
mod keys;
mod standing;
mod tokens;

use entity::account::Role;
use serde_json::{Value, json};

use self::issuer::{Issuer, Key};
use crate::harness::{App, Person, on_both_databases};

on_both_databases! {
    an_invited_person_signs_in_and_has_the_account
    a_code_that_opens_nothing_is_refused_alike
    one_code_and_one_identity_are_linked_once_at_the_same_moment
    an_identity_stands_for_one_account
    whoever_runs_the_server_links_accounts
    rights_end_with_the_membership
    an_app_learns_where_people_sign_in
}

const WHO: &str = "{ viewer { account { id status } accountId roles memberships { role }
    unlinkedIdentity { issuer subject } } }";

/// A server with one issuer that has one key.
pub(super) async fn signed_up(app: &App) -> (App, Issuer, Key) {
    let key = Key::new("k1");
    let issuer = Issuer::with(&key).await;
    let app = app.another(&issuer.settings()).await;
    (app, issuer, key)
}

async fn who(app: &App, person: &Person) -> Value {
    app.read(person, WHO, json!({})).await["viewer"].clone()
}

/// An invited coordinator; answers with the account.
async fn invited(app: &App) -> Value {
    let manager = app.person(Role::ProgrammeManager, None).await;
    let document = "{ municipality(by: { code: \"FI-837\" }) { id } }";
    let place = app.read(&manager, document, json!({})).await;
    let input = json!({ "name": "A coordinator", "email": "one@town.example", "role": "COORDINATOR",
        "programme": "FI", "municipalityId": place["municipality"]["id"] });
    let select = "account { id status invitationCode }";
    app.done(&manager, "inviteAccount", input, select).await["account"].clone()
}

fn accepting(account: &Value) -> Value {
    json!({ "code": account["invitationCode"] })
}

async fn an_invited_person_signs_in_and_has_the_account(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let account = invited(&app).await;
    assert_eq!(account["status"], "INVITED");
    let code = account["invitationCode"].as_str().unwrap();
    assert!(code.starts_with("cfc_inv_") && code.len() == 51, "{code}");
    let stored = format!("(SELECT 1 FROM invitation WHERE '{code}' = CAST(digest AS TEXT)) AS x");
    assert_eq!(app.count(&stored).await, 0, "the code is kept nowhere");

    let person = issuer.person(&key, "s-1");
    let stranger = who(&app, &person).await;
    let expected = json!({ "account": null, "accountId": null, "roles": ["PUBLIC"], "memberships": [],
        "unlinkedIdentity": { "issuer": issuer.url, "subject": "s-1" } });
    assert_eq!(stranger, expected);
    let input = json!({ "name": "x", "email": "x@town.example", "role": "ADVISER",
        "programme": "FI" });
    assert_eq!(
        app.refused(&person, "inviteAccount", input).await,
        ["FORBIDDEN"]
    );
    let nobody = app.public();
    assert_eq!(
        app.refused(&nobody, "acceptInvitation", accepting(&account))
            .await,
        ["UNAUTHENTICATED"]
    );

    let select = "account { id status version invitationCode }";
    let payload = app
        .done_once(&person, "acceptInvitation", accepting(&account), select)
        .await;
    let expected = json!({ "id": account["id"], "status": "ACTIVE", "version": 2,
        "invitationCode": null });
    assert_eq!(payload["account"], expected);
    let known = who(&app, &person).await;
    assert_eq!(known["accountId"], account["id"]);
    assert_eq!(known["roles"], json!(["PUBLIC", "COORDINATOR"]));
    assert_eq!(known["unlinkedIdentity"], Value::Null);
    // Whoever did not hear the answer asks again.
    let trail = app.count("audit_event").await;
    let retry = app
        .act(
            &person,
            "acceptInvitation",
            accepting(&account),
            &format!("{select} replayed"),
        )
        .await;
    let retry = &retry.body["data"]["acceptInvitation"];
    assert_eq!(
        (&retry["account"], &retry["replayed"]),
        (&expected, &json!(true))
    );
    assert_eq!(app.count("audit_event").await, trail);

    // Another e-mail address is the same person; the same address is not.
    let mut claims = issuer.claims("s-1");
    claims["email"] = "two@town.example".into();
    let renamed = issuer::caller(key.sign(&claims));
    assert_eq!(who(&app, &renamed).await["accountId"], account["id"]);
    let mut claims = issuer.claims("s-2");
    claims["email"] = "one@town.example".into();
    let other = issuer::caller(key.sign(&claims));
    assert_eq!(who(&app, &other).await["accountId"], Value::Null);
    // Nor is the same subject of another issuer.
    let (elsewhere, second, second_key) = signed_up(&app).await;
    let namesake = second.person(&second_key, "s-1");
    assert_eq!(who(&elsewhere, &namesake).await["accountId"], Value::Null);
}

async fn a_code_that_opens_nothing_is_refused_alike(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let used = invited(&app).await;
    let first = issuer.person(&key, "first");
    app.done_once(&first, "acceptInvitation", accepting(&used), "")
        .await;
    let closed = invited(&app).await;
    let id = closed["id"].clone();
    let sql = format!(
        "UPDATE account SET status = 'DEACTIVATED' WHERE id IN (SELECT account_id FROM invitation \
         WHERE accepted_at IS NULL) AND '{id}' <> ''"
    );
    app.meddle(&sql).await.unwrap();
    let ended = invited(&app).await;
    let person = issuer.person(&key, "late");
    let open = invited(&app).await;
    app.clock.pass_days(13);
    let still = issuer.person(&key, "in time");
    app.done_once(&still, "acceptInvitation", accepting(&open), "")
        .await;
    let mut answers = Vec::new();
    let mut refuse = async |input: Value| {
        let refused = app
            .refused(&person, "acceptInvitation", input.clone())
            .await;
        assert_eq!(refused, ["NOT_FOUND"], "{input}");
        answers.push(app.act(&person, "acceptInvitation", input, "").await.body);
    };
    refuse(json!({ "code": "" })).await;
    refuse(json!({ "code": "cfc_inv_x" })).await;
    refuse(accepting(&used)).await;
    refuse(accepting(&closed)).await;
    app.clock.pass_days(1);
    refuse(accepting(&ended)).await;
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    assert_eq!(app.count("identity").await, 2);
}

async fn one_code_and_one_identity_are_linked_once_at_the_same_moment(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let account = invited(&app).await;
    let people: Vec<_> = (0..6)
        .map(|n| issuer.person(&key, &format!("p{n}")))
        .collect();
    let tries = people
        .iter()
        .map(|person| app.act(person, "acceptInvitation", accepting(&account), ""));
    let told = futures_util::future::join_all(tries).await;
    let codes: Vec<_> = told
        .iter()
        .map(|told| told.codes("acceptInvitation"))
        .collect();
    let done = codes.iter().filter(|codes| codes.is_empty()).count();
    assert_eq!(done, 1, "{codes:?}");
    assert_eq!(app.count("identity").await, 1);

    let person = issuer.person(&key, "one of two");
    let (one, other) = (invited(&app).await, invited(&app).await);
    let (one, other) = futures_util::future::join(
        app.act(&person, "acceptInvitation", accepting(&one), ""),
        app.act(&person, "acceptInvitation", accepting(&other), ""),
    )
    .await;
    let mut codes = [
        one.codes("acceptInvitation"),
        other.codes("acceptInvitation"),
    ];
    codes.sort();
    assert_eq!(codes, [vec![], vec!["NOT_UNIQUE".to_owned()]]);
    assert_eq!(app.count("identity").await, 2);
}

async fn an_identity_stands_for_one_account(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let (first, second) = (invited(&app).await, invited(&app).await);
    let person = issuer.person(&key, "s-1");
    app.done_once(&person, "acceptInvitation", accepting(&first), "")
        .await;
    let again = app
        .refused(&person, "acceptInvitation", accepting(&second))
        .await;
    assert_eq!(again, ["NOT_UNIQUE"]);
    let link = app
        .operator
        .link_account(second["id"].as_str().unwrap(), &issuer.url, "s-1");
    let told = link.await.unwrap_err().to_string();
    assert!(told.contains("another account"), "{told}");
    assert_eq!(who(&app, &person).await["accountId"], first["id"]);
    // The second invitation is still there for somebody else.
    let other = issuer.person(&key, "s-2");
    app.done_once(&other, "acceptInvitation", accepting(&second), "")
        .await;
    // An account may have several identities.
    let link = app
        .operator
        .link_account(first["id"].as_str().unwrap(), &issuer.url, "s-3");
    link.await.unwrap();
    let third = issuer.person(&key, "s-3");
    assert_eq!(who(&app, &third).await["accountId"], first["id"]);
}

async fn whoever_runs_the_server_links_accounts(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let account = invited(&app).await;
    let id = account["id"].as_str().unwrap();
    let unknown = app
        .operator
        .link_account(id, "https://elsewhere.example", "s-1");
    assert!(unknown.await.unwrap_err().to_string().contains("no issuer"));
    let nobody = app.operator.link_account("acc_x", &issuer.url, "s-1");
    assert!(nobody.await.is_err());
    app.operator
        .link_account(id, &issuer.url, "s-1")
        .await
        .unwrap();
    let person = who(&app, &issuer.person(&key, "s-1")).await;
    assert_eq!(person["account"], json!({ "id": id, "status": "ACTIVE" }));
    // A locked account signs in no more, whoever vouches for it.
    app.meddle(
        "UPDATE account SET status = 'LOCKED' WHERE id IN (SELECT account_id FROM identity)",
    )
    .await
    .unwrap();
    let answer = app.call(&issuer.person(&key, "s-1"), WHO, json!({})).await;
    assert_eq!(
        (answer.status, answer.codes("viewer")),
        (401, vec!["UNAUTHENTICATED".to_owned()])
    );
}

async fn rights_end_with_the_membership(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let account = invited(&app).await;
    let person = issuer.person(&key, "s-1");
    app.done_once(&person, "acceptInvitation", accepting(&account), "")
        .await;
    let mine = "{ viewer { memberships { id version } } }";
    let held = app.read(&person, mine, json!({})).await;
    let held = &held["viewer"]["memberships"][0];
    let manager = app.person(Role::ProgrammeManager, None).await;
    let input = json!({ "membershipId": held["id"], "expectedVersion": held["version"] });
    app.done(&manager, "endMembership", input, "").await;
    let after = who(&app, &person).await;
    assert_eq!(
        (&after["roles"], &after["memberships"]),
        (&json!(["PUBLIC"]), &json!([]))
    );
    assert_eq!(after["accountId"], account["id"]);
}

async fn an_app_learns_where_people_sign_in(app: App) {
    let option = |name: &str, more: &str| {
        format!(
            "[[issuers]]\nissuer = 'https://{name}.example/x/'\naudience = 'api'\nclient_id = 'app'\n{more}\n"
        )
    };
    let settings = [
        option("all", ""),
        option("country", "programmes = ['FI']\nname = 'Finland'"),
        option("abroad", "programmes = ['SE']"),
        option(
            "town",
            "municipalities = ['FI-837']\nscopes = ['openid', 'offline_access']",
        ),
    ];
    let app = app.another(&settings.concat()).await;
    let ask = async |reference: Value| {
        let document = "query Ask($of: MunicipalityRef!) { signInOptions(municipality: $of) {
            name issuer discoveryUrl clientId audience scopes } }";
        let told = app
            .read(&app.public(), document, json!({ "of": reference }))
            .await;
        told["signInOptions"].as_array().unwrap().clone()
    };
    let names = |told: &[Value]| -> Vec<String> {
        let names = told
            .iter()
            .map(|option| option["name"].as_str().unwrap().to_owned());
        names.collect()
    };
    let tampere = ask(json!({ "code": "FI-837" })).await;
    assert_eq!(names(&tampere), ["all.example", "Finland", "town.example"]);
    let expected = json!({ "name": "town.example", "issuer": "https://town.example/x/",
        "discoveryUrl": "https://town.example/x/.well-known/openid-configuration",
        "clientId": "app", "audience": "api", "scopes": ["openid", "offline_access"] });
    assert_eq!(tampere[2], expected);
    let document = "{ municipality(by: { code: \"FI-837\" }) { id } }";
    let id = app.read(&app.public(), document, json!({})).await["municipality"]["id"].clone();
    assert_eq!(ask(json!({ "id": id })).await, tampere);
    let helsinki = ask(json!({ "code": "FI-091" })).await;
    assert_eq!(names(&helsinki), ["all.example", "Finland"]);
    for nowhere in ["FI-000", "x", "\u{e4}"] {
        let told = ask(json!({ "code": nowhere })).await;
        assert_eq!(names(&told), ["all.example"], "{nowhere}");
    }
}
