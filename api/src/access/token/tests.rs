//! Which key signs, and what a token of our own has to hold.

use sea_orm::TryIntoModel;
use serde_json::{Value, json};

use super::*;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

/// Keys made at these seconds.
fn keys(made: &[i64]) -> AuthenticationKeys {
    let rows = made.iter().zip(1..).map(|(seconds, number)| {
        let key = SigningKey::generate().unwrap();
        let row = key.row(Uuid::from_u128(number), at(*seconds));
        row.try_into_model().unwrap()
    });
    let keys = AuthenticationKeys::default();
    keys.replace(rows.collect()).unwrap();
    keys
}

#[test]
fn a_key_signs_once_every_server_knows_it() {
    let both = keys(&[0, 100]);
    let number = |now| {
        let key = both.signing(at(now)).unwrap();
        Uuid::parse_str(&key.id).unwrap().as_u128()
    };
    assert_eq!([114, 115, 116].map(number), [1, 2, 2]);
    // The first key signs at once: there is no other.
    assert_eq!([0, 14, 15].map(number), [1, 1, 1]);
    assert!(keys(&[]).signing(at(100)).is_none());
}

/// Keys, and a token of theirs whose head and claims differ from good ones in what is given.
fn made(head: &Value, claims: &Value) -> (AuthenticationKeys, String) {
    let keys = keys(&[0]);
    let key = keys.signing(at(100)).unwrap();
    let now = get_current_timestamp();
    let account = Id::<account::Entity>::new(Uuid::from_u128(9)).to_string();
    let mut good = [
        json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": key.id }),
        json!({ "iss": AUDIENCE, "aud": AUDIENCE, "sub": account, "iat": now, "exp": now + 300, "jti": "1" }),
    ];
    for (part, changes) in good.iter_mut().zip([head, claims]) {
        for (name, value) in changes.as_object().unwrap() {
            part[name] = value.clone();
        }
    }
    let text = good.map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let text = text.join(".");
    let seal = jsonwebtoken::crypto::sign(text.as_bytes(), &key.signing, Algorithm::EdDSA);
    let token = format!("{text}.{}", seal.unwrap());
    (keys, token)
}

fn read(head: &Value, claims: &Value) -> Result<Bearer, Code> {
    let (keys, token) = made(head, claims);
    keys.read(&token).map_err(|failure| failure.code)
}

#[test]
fn a_head_says_what_the_token_is_and_asks_for_nothing_else() {
    let none = json!({});
    assert!(read(&none, &none).is_ok());
    for head in [
        json!({ "typ": "JWT" }),
        json!({ "typ": null }),
        json!({ "crit": ["b64"] }),
        json!({ "kid": "another" }),
    ] {
        assert_eq!(
            read(&head, &none).err(),
            Some(Code::Unauthenticated),
            "{head}"
        );
    }
}

#[test]
fn times_hold_but_for_half_a_minute() {
    let now = get_current_timestamp();
    let code = |claims: Value| read(&json!({}), &claims).err();
    assert_eq!(code(json!({ "iat": now + LEEWAY })), None);
    assert_eq!(
        code(json!({ "iat": now + LEEWAY + 10 })),
        Some(Code::Unauthenticated)
    );
    assert_eq!(code(json!({ "exp": now - LEEWAY + 10 })), None);
    assert_eq!(
        code(json!({ "exp": now - LEEWAY - 10 })),
        Some(Code::TokenExpired)
    );
}

#[test]
fn a_client_and_its_scopes_come_together() {
    let client = Id::<api_client::Entity>::new(Uuid::from_u128(8)).to_string();
    let code = |claims: Value| read(&json!({}), &claims).err();
    assert_eq!(
        code(json!({ "client_id": client, "scope": "plans:read" })),
        None
    );
    assert_eq!(
        code(json!({ "client_id": client })),
        Some(Code::Unauthenticated)
    );
    assert_eq!(
        code(json!({ "scope": "plans:read" })),
        Some(Code::Unauthenticated)
    );
    assert_eq!(
        code(json!({ "client_id": client, "scope": "all" })),
        Some(Code::Unauthenticated)
    );
}

#[test]
fn a_token_is_so_long_and_no_longer() {
    let padded = |head: usize, claims: usize| {
        made(
            &json!({ "cty": "x".repeat(head) }),
            &json!({ "jti": "x".repeat(claims) }),
        )
    };
    let shortest = padded(0, 0).1.len();
    let about = (MAX_LENGTH - shortest) * 3 / 4;
    let of_length = |length: usize| {
        let paddings = (0..4).flat_map(|head| (0..8).map(move |more| (head, more)));
        let mut all = paddings.map(|(head, more)| padded(head, about - 4 + more));
        all.find(|(_, token)| token.len() == length).unwrap()
    };
    let (keys, longest) = of_length(MAX_LENGTH);
    assert!(keys.read(&longest).is_ok());
    let (keys, longer) = of_length(MAX_LENGTH + 1);
    assert!(keys.read(&longer).is_err());
}

#[test]
fn a_token_known_from_before_ends_like_any_other() {
    let now = get_current_timestamp();
    let (keys, token) = made(&json!({}), &json!({}));
    let bearer = keys.read(&token).unwrap();
    for (expires_at, refused) in [
        (now - LEEWAY + 10, None),
        (now - LEEWAY - 10, Some(Code::TokenExpired)),
    ] {
        let token = format!("expires at {expires_at}");
        let unverified = keys.verified.find(&token).err().unwrap();
        let bearer = Bearer {
            expires_at,
            ..bearer.clone()
        };
        keys.verified.keep(unverified, bearer);
        assert_eq!(keys.read(&token).map_err(|f| f.code).err(), refused);
    }
    assert!(keys.read(&token).is_ok());
    keys.replace(Vec::new()).unwrap();
    assert_eq!(
        keys.read(&token).map_err(|f| f.code).err(),
        Some(Code::Unauthenticated)
    );
}
