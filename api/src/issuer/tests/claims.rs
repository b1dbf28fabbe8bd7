//! Tokens that are signed well and say something unfit (rows A2 to A4, A12 and A13 of the threat
//! table), each refused for its own reason.

use super::*;
use crate::access::TokenScopes;
use Rejection::{
    Audience, Expired, IssuedLater, Issuer, Kind, NotYetValid, Party, Scope, SenderConstrained,
    Subject, Time, TooLasting, Type,
};

#[test]
fn a2_audience_issuer_and_subject_are_said_and_said_right() {
    let row = |claim: &str, value: Value, why| {
        let name = format!("{claim} {value}");
        (name, saying(&json!({ claim: value })), why)
    };
    let mut rows = Vec::new();
    for odd in [
        Value::Null,
        json!(7),
        json!(""),
        json!([]),
        json!({}),
        json!(true),
        json!("https://api.town.example/"),
        json!("https://API.town.example"),
        json!(["https://other.example"]),
        json!(["https://api.town.example", 7]),
    ] {
        rows.push(row("aud", odd, Audience));
    }
    for odd in [
        Value::Null,
        json!(7),
        json!(""),
        json!(["https://id.town.example"]),
        json!("https://id.town.example/"),
        json!("https://id.town.example.evil.example"),
    ] {
        rows.push(row("iss", odd, Issuer));
    }
    let (long, control) = ("s".repeat(256), "s\u{0}1");
    for odd in [
        Value::Null,
        json!(7),
        json!(""),
        json!(["s-1"]),
        json!(long),
        json!(control),
    ] {
        rows.push(row("sub", odd, Subject));
    }
    // JSON null is not the same as absent, and no better.
    for (claim, why) in [
        ("aud", Audience),
        ("iss", Issuer),
        ("sub", Subject),
        ("exp", Time),
    ] {
        let mut said = claims();
        said[claim] = Value::Null;
        let key = (&Workshop::open().ed, Algorithm::EdDSA);
        rows.push((format!("{claim} null"), signed(&header(), &said, key), why));
    }
    refused(rows);
    let several = saying(&json!({ "aud": ["account", "https://api.town.example"] }));
    assert!(judged(&several).is_ok(), "one of several audiences");
}

#[test]
fn a3_a_claim_tells_access_tokens_of_issuers_that_call_all_of_them_jwt() {
    let by = |rule: &str, token: &str| {
        let more = toml::from_str(rule).unwrap();
        let rule = IssuerSettings {
            token_type: Some(more),
            ..settings()
        };
        judged_by(&rule, token).err()
    };
    let token = |typ: Value, said: &Value| {
        let key = (&Workshop::open().ed, Algorithm::EdDSA);
        signed(
            &with(header(), &json!({ "typ": typ })),
            &with(claims(), said),
            key,
        )
    };
    let keycloak = "claim = 'typ'\nvalue = 'Bearer'";
    for (typ, said, why) in [
        (json!("JWT"), json!({ "typ": "Bearer" }), None),
        (Value::Null, json!({ "typ": "Bearer" }), None),
        (json!("JWT"), json!({ "typ": "ID" }), Some(Kind)),
        (json!("JWT"), json!({ "typ": ["Bearer"] }), Some(Kind)),
        (json!("JWT"), json!({}), Some(Kind)),
        (json!("id+jwt"), json!({ "typ": "Bearer" }), Some(Type)),
    ] {
        assert_eq!(
            by(keycloak, &token(typ.clone(), &said)),
            why,
            "{typ} {said}"
        );
    }
    let entra = "claim = 'scp'";
    assert_eq!(
        by(entra, &token(json!("JWT"), &json!({ "scp": "x" }))),
        None
    );
    assert_eq!(by(entra, &token(json!("JWT"), &json!({}))), Some(Kind));
}

#[test]
fn a3_tokens_of_other_apps_are_refused_where_apps_are_listed() {
    let listed = IssuerSettings {
        authorized_parties: vec!["app".into(), "web".into()],
        ..settings()
    };
    for (said, why) in [
        (json!({}), None),
        (json!({ "client_id": null, "azp": "web" }), None),
        (json!({ "azp": "other" }), Some(Party)),
        (json!({ "client_id": "other", "azp": "app" }), Some(Party)),
        (json!({ "client_id": null }), Some(Party)),
        (json!({ "client_id": ["app"] }), Some(Party)),
    ] {
        assert_eq!(judged_by(&listed, &saying(&said)).err(), why, "{said}");
    }
}

fn from_now(seconds: f64) -> f64 {
    f64::from(u32::try_from(NOW).unwrap()) + seconds
}

#[test]
fn a4_times_hold_to_the_second() {
    let mut rows = Vec::new();
    for claim in ["exp", "nbf", "iat"] {
        for odd in [
            json!("1800000300"),
            json!(-1),
            json!(-1.5),
            json!(1e300),
            json!([]),
            json!({}),
        ] {
            let token = saying(&json!({ claim: odd }));
            rows.push((format!("{claim} {odd}"), token, Time));
        }
    }
    rows.push(("exp absent".into(), saying(&json!({ "exp": null })), Time));
    rows.push((
        "huge exp".into(),
        saying(&json!({ "exp": u64::MAX })),
        TooLasting,
    ));
    refused(rows);
    for (said, why) in [
        (json!({ "iat": null, "nbf": null, "exp": NOW - 29 }), None),
        (
            json!({ "iat": null, "nbf": null, "exp": NOW - 30 }),
            Some(Expired),
        ),
        (json!({ "nbf": NOW + 30 }), None),
        (json!({ "nbf": NOW + 31 }), Some(NotYetValid)),
        (json!({ "iat": NOW + 30 }), None),
        (json!({ "iat": NOW + 31 }), Some(IssuedLater)),
        (json!({ "exp": NOW + 3_600 }), None),
        (json!({ "exp": NOW + 3_601 }), Some(TooLasting)),
        (json!({ "iat": null, "exp": NOW + 3_630 }), None),
        (json!({ "iat": null, "exp": NOW + 3_631 }), Some(TooLasting)),
        (json!({ "iat": 0, "exp": NOW + 60 }), Some(TooLasting)),
        // RFC 7519 allows fractions; what is left of a second is not given away.
        (
            json!({ "iat": null, "nbf": null, "exp": from_now(-28.5) }),
            None,
        ),
        (
            json!({ "iat": null, "nbf": null, "exp": from_now(-29.5) }),
            Some(Expired),
        ),
        (json!({ "nbf": from_now(29.5) }), None),
        (json!({ "nbf": from_now(30.5) }), Some(NotYetValid)),
        (json!({ "iat": from_now(29.5) }), None),
        (json!({ "iat": from_now(30.5) }), Some(IssuedLater)),
        (json!({ "exp": from_now(60.0), "nbf": from_now(0.0) }), None),
        (json!({ "exp": 1.8e300 }), Some(Time)),
    ] {
        assert_eq!(judged(&saying(&said)).err(), why, "{said}");
    }
}

#[test]
fn a12_and_a13_it_is_the_subject_that_counts_and_bound_tokens_are_refused() {
    let one = judged(&saying(&json!({ "email": "a@town.example" }))).unwrap();
    let other = judged(&saying(&json!({ "email": "b@town.example" }))).unwrap();
    assert_eq!(one, other, "an e-mail address tells nothing");
    let verified = |said: Value, email: Value| {
        let token = saying(&json!({ "email": email, "email_verified": said }));
        judged(&token).unwrap().verified_email
    };
    let email = || json!("a@town.example");
    for said in [json!(true), json!("true")] {
        let told = verified(said.clone(), email());
        assert_eq!(told.as_deref(), Some("a@town.example"), "{said}");
        assert_eq!(verified(said, json!(["a@town.example"])), None);
    }
    for said in [
        json!(false),
        json!("false"),
        json!("yes"),
        json!(1),
        Value::Null,
    ] {
        assert_eq!(verified(said.clone(), email()), None, "{said}");
    }
    refused(vec![
        (
            "cnf".into(),
            saying(&json!({ "cnf": { "jkt": "x" } })),
            SenderConstrained,
        ),
        (
            "empty cnf".into(),
            saying(&json!({ "cnf": {} })),
            SenderConstrained,
        ),
    ]);
}

#[test]
fn scopes_of_ours_narrow_a_token_and_others_say_nothing() {
    let of = |names: &[&str]| Ok(TokenScopes::of(names.iter().copied()).unwrap());
    let (all, none) = (Ok(TokenScopes::ALL), Ok(TokenScopes::NONE));
    for claim in ["scope", "scp"] {
        let names = |said: Value| judged(&saying(&json!({ claim: said }))).map(|s| s.scopes);
        assert_eq!(names(json!("openid email")), all);
        assert_eq!(names(json!([])), all);
        assert_eq!(names(json!("openid plans:read")), of(&["plans:read"]));
        assert_eq!(names(json!("plans:read plans:burn")), of(&["plans:read"]));
        assert_eq!(names(json!("openid plans:burn")), none);
        assert_eq!(names(json!(["openid", "plans:read"])), of(&["plans:read"]));
        assert_eq!(names(json!(["Plans:Read"])), none);
        assert_eq!(names(json!(["plans:read", 1])), Err(Scope));
        assert_eq!(names(json!({})), Err(Scope));
    }
    assert_eq!(judged(&saying(&json!({}))).map(|s| s.scopes), all);
    let both = json!({ "scope": "openid plans:read", "scp": ["audit:read"] });
    let both = judged(&saying(&both)).map(|s| s.scopes);
    assert_eq!(both, of(&["plans:read", "audit:read"]));
    let beside = json!({ "scope": "openid", "scp": "plans:burn" });
    assert_eq!(judged(&saying(&beside)).map(|s| s.scopes), none);
}

#[test]
fn an_issuer_may_have_to_name_scopes() {
    let strict = IssuerSettings {
        require_scopes: true,
        ..settings()
    };
    let names = |scope: &str| {
        let token = saying(&json!({ "scope": scope }));
        judged_by(&strict, &token).map(|told| told.scopes.names())
    };
    assert_eq!(names("openid profile"), Ok(vec![]));
    assert_eq!(names("openid plans:read"), Ok(vec!["plans:read"]));
}
