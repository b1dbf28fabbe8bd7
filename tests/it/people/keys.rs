//! Keys of an identity provider: they change under way, floods of unknown ones fetch little, and
//! what the provider gets wrong takes no key away (A5 to A7).

use serde_json::json;

use super::{
    issuer::{Issuer, Key, Shown, caller},
    signed_up,
};
use crate::harness::{App, Person, on_both_databases};

on_both_databases! {
    a_new_key_is_known_at_once_and_one_taken_away_is_refused
    random_keys_fetch_twice_and_honest_people_go_on
    what_the_provider_gets_wrong_takes_no_key_away
    a_provider_that_is_down_at_the_start_stops_nothing_else
}

async fn status(app: &App, person: &Person) -> u16 {
    app.call(person, "{ viewer { roles } }", json!({}))
        .await
        .status
}

async fn is_ready(app: &App) -> bool {
    let response = reqwest::get(format!("{}/health/ready", app.url)).await;
    response.unwrap().status() == 200
}

/// A person whose token is signed with a key that nobody has.
fn stranger(issuer: &Issuer, name: &str) -> Person {
    caller(Key::new(name).sign(&issuer.claims("s-1")))
}

async fn a_new_key_is_known_at_once_and_one_taken_away_is_refused(app: App) {
    let (app, issuer, old) = signed_up(&app).await;
    assert_eq!(status(&app, &issuer.person(&old, "s-1")).await, 200);
    let new = Key::new("k2");
    assert_eq!(status(&app, &issuer.person(&old, "s-1")).await, 200);
    issuer.publish(&[&new]);
    assert_eq!(status(&app, &issuer.person(&new, "s-1")).await, 200);
    assert_eq!(status(&app, &issuer.person(&old, "s-1")).await, 401);
    assert!(is_ready(&app).await);
}

async fn random_keys_fetch_twice_and_honest_people_go_on(app: App) {
    let (app, issuer, key) = signed_up(&app).await;
    let honest = issuer.person(&key, "s-1");
    assert_eq!(status(&app, &honest).await, 200);
    let token = key.sign(&issuer.claims("s-1"));
    let (_, rest) = token.split_once('.').unwrap();
    for round in 0..50 {
        let strangers: Vec<_> = (0..200)
            .map(|n| {
                let header =
                    json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": format!("r{round}-{n}") });
                let header = base64::Engine::encode(
                    &base64::engine::general_purpose::URL_SAFE_NO_PAD,
                    header.to_string(),
                );
                caller(format!("{header}.{rest}"))
            })
            .collect();
        let statuses = strangers.iter().map(|person| status(&app, person));
        let statuses = futures_util::future::join_all(statuses).await;
        assert!(statuses.iter().all(|status| *status == 401));
        assert_eq!(status(&app, &honest).await, 200);
    }
    assert!(issuer.asked() <= 2, "{} times", issuer.asked());
}

async fn what_the_provider_gets_wrong_takes_no_key_away(app: App) {
    let second = Key::new("k2");
    let encoded = json!({ "kty": "oct", "kid": "s", "k": "c2VjcmV0" });
    for (name, shown) in [
        ("no keys", Shown::Keys(json!([]))),
        (
            "a symmetric key",
            Shown::Keys(json!([second.public(), encoded])),
        ),
        (
            "two of one name",
            Shown::Keys(json!([second.public(), second.public()])),
        ),
        ("10 MB", Shown::Raw("200 OK", " ".repeat(10_000_000))),
        (
            "a redirect",
            Shown::Raw("302 Found\r\nlocation: /elsewhere", String::new()),
        ),
        (
            "an error",
            Shown::Raw("500 Internal Server Error", String::new()),
        ),
        ("a page", Shown::Raw("200 OK", "<html>".to_owned())),
        ("silence", Shown::Nothing),
    ] {
        let (app, issuer, key) = signed_up(&app).await;
        assert_eq!(status(&app, &issuer.person(&key, "s-1")).await, 200);
        let before = issuer.asked();
        issuer.show(shown);
        assert_eq!(status(&app, &stranger(&issuer, "k2")).await, 401, "{name}");
        assert!(issuer.asked() > before, "{name}: it was asked");
        assert_eq!(
            status(&app, &issuer.person(&key, "s-1")).await,
            200,
            "{name}"
        );
        let by_it = issuer.person(&second, "s-1");
        assert_eq!(
            status(&app, &by_it).await,
            401,
            "{name}: nothing of it is used"
        );
    }
}

async fn a_provider_that_is_down_at_the_start_stops_nothing_else(app: App) {
    let key = Key::new("k1");
    let issuer = Issuer::start(Shown::Nothing).await;
    let (up, up_key) = (Issuer::with(&Key::new("x")).await, Key::new("u1"));
    up.publish(&[&up_key]);
    let settings = format!("{}{}", issuer.settings(), up.settings());
    let app = app.another(&settings).await;
    let other = up.person(&up_key, "s-1");
    assert_eq!(status(&app, &other).await, 200);
    assert!(!is_ready(&app).await);
    assert_eq!(status(&app, &app.public()).await, 200);
    issuer.publish(&[&key]);
    let person = issuer.person(&key, "s-1");
    assert_eq!(
        status(&app, &person).await,
        200,
        "its tokens make us look again"
    );
    assert!(is_ready(&app).await);
}
