//! Tokens whose signature or header is forged (rows A1, A3 and A5 of the threat table), each refused
//! for its own reason.

use super::*;
use Rejection::{
    Algorithm as Algo, Critical, KeyMismatch, KeyMissing, KeyUnknown, Malformed, Signature,
    TooLong, Type,
};

/// A token with a signature put in its place.
fn bearing(header: &Value, signature: &[u8]) -> String {
    let signature = URL_SAFE_NO_PAD.encode(signature);
    format!("{}.{}.{signature}", encoded(header), encoded(&claims()))
}

#[test]
fn a1_no_signature_is_no_signature_however_it_is_called() {
    let mut rows = Vec::new();
    let words = [
        "none", "None", "NONE", "nOnE", "", "null", "HS256", "hs256", "RS1", "ES256K", "rs256",
    ];
    for word in words {
        for signature in [&b""[..], &[0; 64]] {
            let token = bearing(&with(header(), &json!({ "alg": word })), signature);
            rows.push((format!("alg {word} {}", signature.len()), token, Algo));
        }
    }
    for odd in [
        json!(7),
        json!(["EdDSA"]),
        json!({ "EdDSA": 1 }),
        json!(true),
    ] {
        let token = bearing(&with(header(), &json!({ "alg": odd })), b"x");
        rows.push((format!("alg {odd}"), token, Algo));
    }
    let absent = bearing(&with(header(), &json!({ "alg": null })), b"x");
    rows.push(("alg absent".into(), absent, Algo));
    let good = saying(&json!({}));
    let (message, _) = good.rsplit_once('.').unwrap();
    for (name, cut) in [
        ("no signature", format!("{message}.")),
        ("a signature of zeros", bearing(&header(), &[0; 64])),
        ("a short signature", bearing(&header(), &[1; 63])),
        ("a signature of another token", {
            let other = saying(&json!({ "sub": "s-2" }));
            format!("{message}.{}", other.rsplit_once('.').unwrap().1)
        }),
    ] {
        rows.push((name.into(), cut, Signature));
    }
    for (name, text) in [
        ("two parts", message.to_owned()),
        ("five parts", format!("{good}.a.b")),
        ("one part", "abc".to_owned()),
        ("nothing", String::new()),
        ("dots", "..".to_owned()),
        ("padding", format!("{good}==")),
        ("another alphabet", good.replacen('.', "+.", 1)),
        (
            "a header that is a list",
            format!("{}.{}.", encoded(&json!([])), encoded(&claims())),
        ),
        (
            "claims that are text",
            format!("{}.{}.", encoded(&header()), encoded(&json!("x"))),
        ),
    ] {
        rows.push((name.into(), text, Malformed));
    }
    refused(rows);
}

#[test]
fn a1_a_public_key_is_no_secret_and_a_key_is_for_its_algorithm() {
    let shop = Workshop::open();
    let mut rows = Vec::new();
    let publics = shop.set()["keys"].as_array().unwrap().clone();
    for jwk in publics {
        let name = jwk["kid"].as_str().unwrap();
        for secret in [jwk.to_string(), jwk["n"].to_string(), jwk["x"].to_string()] {
            for (word, how) in [
                ("HS256", Algorithm::HS256),
                ("HS384", Algorithm::HS384),
                ("HS512", Algorithm::HS512),
            ] {
                let key = EncodingKey::from_secret(secret.as_bytes());
                let head = json!({ "alg": word, "typ": "at+jwt", "kid": name });
                let token = signed(&head, &claims(), (&key, how));
                rows.push((format!("{word} with the public key {name}"), token, Algo));
            }
        }
    }
    for (word, name) in [
        ("EdDSA", "rsa"),
        ("EdDSA", "ec"),
        ("RS256", "ed"),
        ("RS256", "ec"),
        ("ES256", "ed"),
        ("ES256", "rsa"),
    ] {
        let head = json!({ "alg": word, "typ": "at+jwt", "kid": name });
        let token = bearing(&head, &[1; 64]);
        rows.push((format!("{word} with the key {name}"), token, KeyMismatch));
    }
    for (word, name, length) in [
        ("ES256", "ec", 64),
        ("RS256", "rsa", 256),
        ("EdDSA", "ed", 64),
    ] {
        let head = json!({ "alg": word, "typ": "at+jwt", "kid": name });
        for byte in [0, 1, 255] {
            let token = bearing(&head, &vec![byte; length]);
            rows.push((format!("{word} of {byte}s"), token, Signature));
        }
    }
    for (word, how) in [("PS256", Algorithm::PS256), ("RS512", Algorithm::RS512)] {
        let head = json!({ "alg": word, "typ": "at+jwt", "kid": "rsa" });
        let token = signed(&head, &claims(), (&shop.rsa, how));
        rows.push((
            format!("{word}, which the issuer does not use"),
            token,
            Algo,
        ));
    }
    refused(rows);
    // The same keys sign good tokens in their own way.
    for (word, name, key) in [
        ("RS256", "rsa", (&shop.rsa, Algorithm::RS256)),
        ("ES256", "ec", (&shop.ec, Algorithm::ES256)),
    ] {
        let head = json!({ "alg": word, "typ": "at+jwt", "kid": name });
        assert!(judged(&signed(&head, &claims(), key)).is_ok(), "{word}");
    }
}

#[test]
fn a3_an_id_token_is_no_access_token() {
    let mut rows: Vec<_> = ["JWT", "jwt", "id+jwt", "logout+jwt", "dpop+jwt", "", "at"]
        .map(|typ| (format!("typ {typ}"), headed(&json!({ "typ": typ })), Type))
        .to_vec();
    rows.push(("typ absent".into(), headed(&json!({ "typ": null })), Type));
    rows.push(("typ 7".into(), headed(&json!({ "typ": 7 })), Type));
    refused(rows);
    for typ in ["AT+JWT", "application/at+jwt"] {
        assert!(judged(&headed(&json!({ "typ": typ }))).is_ok(), "{typ}");
    }
}

#[test]
fn a5_what_a_header_names_is_never_followed() {
    let shop = Workshop::open();
    let mut rows = Vec::new();
    let names = [
        "../../etc/passwd",
        "' OR 1=1 --",
        "unknown",
        "ED",
        "ed ",
        "http://evil.example/k",
    ];
    for name in names {
        rows.push((
            format!("kid {name}"),
            headed(&json!({ "kid": name })),
            KeyUnknown,
        ));
    }
    rows.push((
        "kid absent".into(),
        headed(&json!({ "kid": null })),
        KeyMissing,
    ));
    for odd in [json!(7), json!(["ed"])] {
        rows.push((
            format!("kid {odd}"),
            headed(&json!({ "kid": odd })),
            KeyMissing,
        ));
    }
    rows.push((
        "kid of 10 kB".into(),
        headed(&json!({ "kid": "k".repeat(10_000) })),
        TooLong,
    ));
    for crit in [json!(["exp"]), json!([]), json!(["b64"]), json!("x")] {
        rows.push((
            format!("crit {crit}"),
            headed(&json!({ "crit": crit })),
            Critical,
        ));
    }
    let own = public(&shop.foreign, Algorithm::EdDSA, "ed");
    for key in [
        json!({ "jwk": own }),
        json!({ "jku": "http://127.0.0.1:1/" }),
        json!({ "x5u": "http://127.0.0.1:1/" }),
    ] {
        let token = signed(
            &with(header(), &key),
            &claims(),
            (&shop.foreign, Algorithm::EdDSA),
        );
        rows.push((format!("signed with its own key: {key}"), token, Signature));
        assert!(judged(&headed(&key)).is_ok(), "ignored: {key}");
    }
    refused(rows);
}
